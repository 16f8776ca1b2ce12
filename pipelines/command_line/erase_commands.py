"""Commands about erasing a person: erase, prove it, let somebody in again."""

from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from matching.customers.customer_ids import parse
from pipelines import environment
from pipelines.command_line import show
from pipelines.command_line.cli import (
    DEFAULT_HOME,
    AnyHome,
    LivingHome,
    app,
    ask_unseen,
    console,
    operator,
    plain_errors,
    require_home,
)
from pipelines.progress import tell

if TYPE_CHECKING:
    from pipelines.erasure.erasure_work import Work

erase_app = typer.Typer(
    help="Erase a person from everything under the home, and prove it.", invoke_without_command=True
)
app.add_typer(erase_app, name="erase")

Feeds = Annotated[Path | None, typer.Option(help="The folder of feed files; default: the shipped ones.")]
By = Annotated[str | None, typer.Option(help="Who asks; default: who is logged in.")]


@erase_app.callback()
def erase(  # noqa: PLR0913, PLR0917 (its parameters are the command's options)
    context: typer.Context,
    home: AnyHome = DEFAULT_HOME,
    customer: Annotated[
        list[str] | None, typer.Option(help="A customer id, as printed or as read out (repeatable).")
    ] = None,
    id_number: Annotated[str | None, typer.Option(help="A document number; - asks for it, unseen.")] = None,
    record: Annotated[list[str] | None, typer.Option(help="A record id, feed:source id (repeatable).")] = None,
    reason: Annotated[str, typer.Option(help="Why: the request's number. No personal data: it is kept.")] = "",
    by: By = None,
    feeds: Feeds = None,
    dry_run: Annotated[bool, typer.Option(help="Say what would be erased, and change nothing.")] = False,
    yes: Annotated[bool, typer.Option(help="Do not ask.")] = False,
) -> None:
    """Erase a person: every table, file, snapshot, label and model; writes a certificate that `erase verify` checks."""
    if context.invoked_subcommand is not None:
        return
    with plain_errors():
        _choose(require_home(home), feeds)
        customers = [parse(one) for one in customer or ()]
        from pipelines.erasure import erasing  # noqa: PLC0415 (the command line starts fast)
        from pipelines.erasure.erasure_requests import find_records  # noqa: PLC0415
        from pipelines.locking import only_run  # noqa: PLC0415
        from warehouse.erasure import certificate as certificates  # noqa: PLC0415
        from warehouse.published.snapshots import snapshots  # noqa: PLC0415

        if id_number == "-":
            id_number = ask_unseen("Document number", otherwise="start the command at one, or pipe the number in")
        with only_run(home):
            finished = erasing.finish_all(home)
            for path in finished:
                console.print(f"An interrupted erasure is finished: {path}", soft_wrap=True, markup=False)
            erased = {each for path in finished for each in certificates.read(path)["customers"]}
            if customers and erased.issuperset(customers) and not (id_number or record):
                return
            with show.progress(console):
                tell("looking for the person")
                found = find_records(
                    home, customers=customers, id_numbers=[id_number] if id_number else (), records=record or ()
                )
                work = erasing.look(home, found)
            console.print(_what(work, len(snapshots(home))))
            if dry_run:
                console.print("Nothing was changed: this was a dry run.")
                return
            if not yes and not typer.confirm("Erase all of this? It cannot be taken back."):
                console.print("Nothing was changed.")
                raise typer.Exit(1)
            with show.progress(console):
                path = erasing.erase(home, work, by=by or operator(), reason=reason)
        console.print(f"Erased. The certificate: [bold]{escape(str(path))}[/]", soft_wrap=True)
        console.print(
            f"customer-hub erase verify {quote(str(path))} --home {quote(str(home))}   proves it, today and later",
            soft_wrap=True,
            markup=False,
        )


@erase_app.command()
def verify(
    certificate: Annotated[Path, typer.Argument(help="A certificate: HOME/erasures/….json.")],
    home: LivingHome = DEFAULT_HOME,
) -> None:
    """Check a certificate: its seal, and that no file under the home holds anything of the person, in any encoding."""
    with plain_errors():
        from warehouse.erasure import certificate as certificates  # noqa: PLC0415

        told = certificates.read(certificate)
        with show.progress(console):
            tell("searching every file, as it lies and as its format opens")
            verdict = certificates.verify(home, told)
        if not verdict.sealed:
            show.problem(console, "The certificate was changed, or another home wrote it: its seal does not fit.")
        elif not verdict.known:
            show.problem(console, "The home's journal does not hold this erasure as the certificate tells it.")
        for one in verdict.found:
            show.problem(console, f"{one.path}, {one.part}: {one.times} × {one.kind}")
        console.print(
            f"{verdict.searched:,} files searched for {verdict.values:,} keyed hashes, found in {len(verdict.found)} "
            f"places; of the files named then {verdict.unchanged:,} are as they were, {verdict.changed:,} are not."
        )
        if not verdict.holds:
            raise typer.Exit(1)
        console.print("[bold]The certificate holds.[/]")


@erase_app.command()
def lift(
    erasure_id: Annotated[str, typer.Argument(help="The erasure's id, as its certificate says.")],
    home: LivingHome = DEFAULT_HOME,
    by: By = None,
) -> None:
    """Let rows of an erased person be taken again from the next run on: when he asks for it himself."""
    with plain_errors():
        from warehouse.erasure import journal  # noqa: PLC0415

        journal.lift(home, erasure_id, by=by or operator(), at=datetime.now(UTC))
        console.print(f"Erasure {erasure_id} keeps no rows out any more. What was erased stays erased.")


def _choose(home: Path, feeds: Path | None) -> None:
    """Set the environment without making a landing folder."""
    environment.choose(home, home, feeds)


def _what(work: "Work", kept: int) -> Table:
    """Say what an erasure would touch, in ids and counts."""
    table = Table("what", "how many", "", box=None)
    feeds = sorted({record.split(":")[0] for record in work.records})
    table.add_row("customers", f"{len(work.customers):,}", ", ".join(work.customers[:10]))
    table.add_row("records", f"{len(work.records):,}", ", ".join(feeds))
    rows = sum(len(part.lines) for part in work.parts)
    table.add_row("rows of extracts", f"{rows:,}", f"in {len(work.parts):,} extracts")
    table.add_row("kept snapshots", f"{kept:,}", "each is written anew")
    return table
