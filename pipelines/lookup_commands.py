"""Who is this? The look-up of the API, at the command line."""

from typing import Annotated

import typer
from rich import box
from rich.table import Table

from matching.errors import CustomerHubError
from pipelines.cli import DEFAULT_HOME, LivingHome, app, console, plain_errors


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
    limit: Annotated[int, typer.Option(min=1, max=20, help="How many customers to show.")] = 5,
    home: LivingHome = DEFAULT_HOME,
) -> None:
    """Find the customers that a partial record may mean: likeliest first, with the evidence."""
    with plain_errors():
        from matching.answering import Desk  # noqa: PLC0415 (the command line starts fast)
        from matching.asking import Question  # noqa: PLC0415
        from warehouse.directories import directory  # noqa: PLC0415

        run_id, laid_out = directory(home)
        question = Question(
            name=name,
            id_number=id_number,
            phones=tuple(mobile or ()),
            email=email,
            birth_date=birth_date,
            address=address,
        )
        if question == Question():
            message = "lookup: expected something that is known of the customer, found nothing; give --mobile or --name"
            raise CustomerHubError(message)
        answers = Desk(laid_out).ask(question, limit=limit)
        table = Table("customer", "score", "probability", "band", "evidence", box=box.SIMPLE_HEAD)
        for answer in answers:
            said = (f"{reason.weight:+.1f} {reason.field}: {reason.says_en}" for reason in answer.evidence)
            table.add_row(
                answer.customer_id, f"{answer.score:+.2f}", f"{answer.probability:.1%}", answer.band, "\n".join(said)
            )
        console.print(table if answers else "Nobody in the snapshot shares a key with this.")
        console.print(f"From run {run_id}.", markup=False)
