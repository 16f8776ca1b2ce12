"""Who is this? The look-up of the API, at the command line."""

from typing import Annotated

import typer
from rich import box
from rich.table import Table

from matching.errors import CustomerHubError
from pipelines.command_line.cli import DEFAULT_HOME, LivingHome, app, console, plain_errors


@app.command()
def lookup(  # noqa: PLR0913, PLR0917 (its parameters are the command's options)
    name: Annotated[str | None, typer.Option(help="A person's or a firm's name.")] = None,
    id_number: Annotated[
        str | None, typer.Option("--id", help="The number of an identity document, or its last four characters.")
    ] = None,
    mobile: Annotated[list[str] | None, typer.Option(help="A telephone number of any kind (repeatable).")] = None,
    email: Annotated[str | None, typer.Option()] = None,
    birth_date: Annotated[str | None, typer.Option()] = None,
    address: Annotated[str | None, typer.Option()] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as POST /api/match does, for scripts.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=20, help="How many customers to show.")] = 5,
    home: LivingHome = DEFAULT_HOME,
) -> None:
    """Find the customers that a partial record may mean: likeliest first, with the evidence."""
    with plain_errors():
        from matching.lookup.answering import Desk  # noqa: PLC0415 (the command line starts fast)
        from matching.lookup.asking import Question, Told  # noqa: PLC0415
        from stewardship.lookup.candidates import asks_nothing, told  # noqa: PLC0415
        from warehouse.queries.directories import directory  # noqa: PLC0415

        question = Question(
            name=name,
            id_number=id_number,
            phones=tuple(mobile or ()),
            email=email,
            birth_date=birth_date,
            address=address,
        )
        if question == Question():
            raise CustomerHubError(f"lookup: {asks_nothing(Told(), mobile_first=True)}")
        run_id, laid_out = directory(home)
        desk = Desk(laid_out)
        asked = desk.understand(question)
        if asked.says_nothing:
            raise CustomerHubError(f"lookup: {asks_nothing(asked, mobile_first=True)}")
        answer = told(run_id, desk.answer(asked, limit=limit), asked, mobile_first=True)
        if as_json:
            typer.echo(answer.model_dump_json())
            return
        for one in answer.unread:
            console.print(f"{one.field} could not be read: {one.says.en}.", markup=False, soft_wrap=True)
        table = Table("customer", "score", "probability", "band", "evidence", box=box.SIMPLE_HEAD)
        for found in answer.candidates:
            said = (f"{reason.weight:+.1f} {reason.field}: {reason.says.en}" for reason in found.evidence)
            table.add_row(
                found.customer_id, f"{found.score:+.2f}", f"{found.probability:.1%}", found.band, "\n".join(said)
            )
        console.print(table if answer.candidates else "Nobody in the snapshot shares a key with this.")
        console.print(f"From run {run_id}.", markup=False)
