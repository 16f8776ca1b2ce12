"""Commands about matching itself: any table's customers, why two records are one, how right an outcome is."""

from pathlib import Path
from shlex import quote
from typing import Annotated

import typer
from rich.markup import escape

from pipelines.command_line import show
from pipelines.command_line.cli import DEFAULT_HOME, LivingHome, app, console, plain_errors
from pipelines.progress import tell

Table = Annotated[Path, typer.Argument(help="A table: .parquet, .csv or .tsv.")]


@app.command()
def resolve(  # noqa: PLR0913, PLR0917 (its parameters are the command's options)
    records: Table,
    fields: Annotated[Path, typer.Option(help="FIELDS.toml: the id column, and of what kind each column is.")],
    out: Annotated[Path, typer.Option(help="Where the members go: record id, customer id.")],
    labels: Annotated[Path | None, typer.Option(help="Known pairs: record_id_l, record_id_r, judgement.")] = None,
    pairs: Annotated[Path | None, typer.Option(help="Where the scored pairs go, with their evidence.")] = None,
    report: Annotated[Path | None, typer.Option(help="Where a report of plan and weights goes, one HTML file.")] = None,
) -> None:
    """Find the records of one customer in any table; nothing to set but the kinds of its columns."""
    with plain_errors():
        from connectors.tables import (  # noqa: PLC0415 (the command line starts fast)
            read_table,
            require_apart,
            require_ending,
            write_table,
        )
        from matching import load_fields  # noqa: PLC0415
        from matching import resolve as resolve_records  # noqa: PLC0415
        from pipelines.resolution_report import write_report  # noqa: PLC0415

        for wanted in (out, pairs):
            if wanted is not None:
                require_ending(wanted)
        require_apart((out, pairs, report), (records, fields, labels))
        spec = load_fields(fields)
        with show.progress(console):
            done = resolve_records(
                read_table(records), spec, labels=read_table(labels) if labels else None, progress=tell
            )
            write_table(done.members.rename({"record_id": spec.id, "cluster": "customer_id"}), out)
            if pairs:
                write_table(done.pairs, pairs)
            if report:
                write_report(done, report)
        console.print(
            f"{done.members.height:,} records are [bold]{done.members['cluster'].n_unique():,} customers[/]: "
            f"{escape(str(out))}",
            soft_wrap=True,
        )


@app.command()
def fields(
    records: Table,
    out: Annotated[Path | None, typer.Option(help="Where the FIELDS.toml goes; without it, it is printed.")] = None,
) -> None:
    """Propose a FIELDS.toml for any table: of what kind each column is, and why. Read it, then resolve."""
    with plain_errors():
        from connectors.tables import read_table, write_new  # noqa: PLC0415 (the command line starts fast)
        from matching.proposing import propose  # noqa: PLC0415

        proposal = propose(read_table(records))
        if out is None:
            typer.echo(proposal.toml(), nl=False)
            return
        write_new(proposal.toml(), out)
        told = sum(one.kind is not None for one in proposal.columns)
        console.print(
            f"{told} of {len(proposal.columns)} columns tell customers apart: {out}. Read it, change what it does not "
            f"know, then: customer-hub resolve {quote(str(records))} --fields {quote(str(out))} --out members.parquet",
            soft_wrap=True,
            markup=False,
        )


@app.command()
def explain(
    record_a: Annotated[str, typer.Argument(help="A record id, as in the table records: feed:source id.")],
    record_b: Annotated[str, typer.Argument(help="Another.")],
    home: LivingHome = DEFAULT_HOME,
    svg: Annotated[Path | None, typer.Option(help="Where the evidence goes as a picture.")] = None,
) -> None:
    """Say why two records are one customer, or what first kept them apart and what would change it."""
    with plain_errors():
        from matching import Model  # noqa: PLC0415
        from matching import explain as explain_pair  # noqa: PLC0415
        from matching import resolve as resolve_records  # noqa: PLC0415
        from matching.policy import HUB_FIELDS  # noqa: PLC0415
        from stewardship.facts import in_words  # noqa: PLC0415
        from stewardship.wording import Language  # noqa: PLC0415
        from warehouse import state  # noqa: PLC0415
        from warehouse.published.manifests import model_of  # noqa: PLC0415
        from warehouse.published.reading import read_frame  # noqa: PLC0415

        records = read_frame(home, "records")
        model = Model.load(model_of(home))
        with show.progress(console):
            done = resolve_records(records, HUB_FIELDS, judgements=state.judgements(home), model=model, progress=tell)
        explained = explain_pair(records, HUB_FIELDS, model, record_a, record_b, done)
        chinese = in_words(explained.text_zh, Language.CHINESE)
        console.print(explained.text_en, "", chinese, sep="\n", markup=False, soft_wrap=True)
        if svg:
            svg.write_text(explained.svg(), encoding="utf-8")
            console.print(f"\nThe evidence as a picture: {svg}", soft_wrap=True, markup=False)


@app.command()
def evaluate(
    members: Table,
    truth: Annotated[Path, typer.Argument(help="The same record ids with a column of entities.")],
    on: Annotated[str, typer.Option(help="The column of record ids in both.")] = "record_id",
    cluster: Annotated[str, typer.Option(help="The members' column of customers.")] = "customer_id",
    entity: Annotated[str, typer.Option(help="The truth's column of entities.")] = "entity",
) -> None:
    """Hold an outcome against a truth: precision, recall and F1 over pairs, and B-cubed."""
    with plain_errors():
        from connectors.tables import read_table  # noqa: PLC0415
        from matching.judgements.evaluating import evaluate as measure  # noqa: PLC0415

        found = show.choose(read_table(members), {on: "record_id", cluster: "cluster"}, str(members))
        known = show.choose(read_table(truth), {on: "record_id", entity: "entity"}, str(truth))
        show.measures(console, measure(found, known))
