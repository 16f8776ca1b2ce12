"""Commands for judgements: hand them on as a file, take them in from one."""

from pathlib import Path
from typing import Annotated

import typer

from matching.errors import CustomerHubError
from pipelines.command_line.cli import DEFAULT_HOME, LivingHome, app, console, operator, plain_errors

judgements_app = typer.Typer(help="Hand stewards' judgements on, and take others' in.", no_args_is_help=True)
app.add_typer(judgements_app, name="judgements")


@judgements_app.command("export")
def export(
    out: Annotated[Path, typer.Argument(help="Where they go: .json (annotation file) or .csv (table).")],
    home: LivingHome = DEFAULT_HOME,
) -> None:
    """Write the judgements in force to a file: record ids and verdicts, no values."""
    with plain_errors():
        from stewardship.judgements.annotations import as_annotations, as_csv  # noqa: PLC0415
        from warehouse import state  # noqa: PLC0415

        ending = out.suffix.lower()
        if ending not in {".json", ".csv"}:
            message = f"{out}: expected .json or .csv, found {ending or 'no ending'}; name another file"
            raise CustomerHubError(message)
        said = state.judgements(home)
        out.write_text(as_annotations(said) if ending == ".json" else as_csv(said), encoding="utf-8")
        console.print(f"{said.height:,} judgements: {out}", soft_wrap=True, markup=False)


@judgements_app.command("import")
def take_in(
    source: Annotated[Path, typer.Argument(help="An annotation file (.json) or a table (.csv).")],
    home: LivingHome = DEFAULT_HOME,
    who: Annotated[str | None, typer.Option(help="In whose name; default: who is at the command line.")] = None,
) -> None:
    """Take judgements in; what contradicts those that stand is left out and listed, what is known is skipped."""
    with plain_errors():
        from stewardship.judgements.annotations import read_judgements  # noqa: PLC0415
        from stewardship.judgements.importing import import_judgements  # noqa: PLC0415

        name = who or operator()
        taken = import_judgements(home, read_judgements(source), who=name, source=source.name)
        console.print(f"{taken.added:,} judgements taken in, {taken.known:,} known already; the next run applies them.")
        for pair in taken.contradicting:
            console.print(
                f"left out: {pair.record_id_l} and {pair.record_id_r} {pair.verdict}: contradicts what stands",
                markup=False,
                soft_wrap=True,
            )
    if taken.contradicting:
        raise typer.Exit(1)
