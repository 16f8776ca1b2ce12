"""Commands about customers' lives: their history, and what corrects it. The next run carries corrections out."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from matching.customers.customer_ids import parse
from pipelines import environment
from pipelines.command_line import show
from pipelines.command_line.cli import DEFAULT_HOME, LivingHome, app, console, operator, plain_errors
from pipelines.locking import a_run_is_at_work

if TYPE_CHECKING:
    from matching.customers.correcting import Correction

Customer = Annotated[str, typer.Argument(help="A customer id, as printed or as read out.")]
Reason = Annotated[str, typer.Option(help="Why; it is kept with the judgements.")]
Who = Annotated[str | None, typer.Option(help="Who says so; default: you.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would happen and write nothing.")]
Run = Annotated[bool, typer.Option(help="Start the run that carries it out; else the next run does.")]
Landing = Annotated[Path | None, typer.Option(help="For that run: where the channels deliver; default HOME/landing.")]
Feeds = Annotated[Path | None, typer.Option(help="For that run: the folder of feed files; default: the shipped ones.")]


@app.command()
def unmerge(  # noqa: PLR0913, PLR0917 (its parameters are the command's options)
    merged: Annotated[str, typer.Argument(help="An id that was merged away, or a record (feed:source id).")],
    home: LivingHome = DEFAULT_HOME,
    reason: Reason = "",
    who: Who = None,
    dry_run: DryRun = False,
    run: Run = True,
    landing: Landing = None,
    feeds: Feeds = None,
) -> None:
    """Take a merge back: the former customer has its id, its records and its values again, and no rerun joins them."""

    def plan() -> "Correction":
        from warehouse.judgements import corrections  # noqa: PLC0415 (the command line starts fast)

        if ":" in merged:
            return corrections.unmerge_record(home, merged)
        return corrections.unmerge(home, parse(merged))

    _correct(plan, home, reason, who, dry_run, landing=landing, feeds=feeds, run=run)


@app.command()
def merge(  # noqa: PLR0913, PLR0917 (its parameters are the command's options)
    customer: Customer,
    other: Customer,
    home: LivingHome = DEFAULT_HOME,
    reason: Reason = "",
    who: Who = None,
    dry_run: DryRun = False,
    run: Run = True,
    landing: Landing = None,
    feeds: Feeds = None,
) -> None:
    """Make two customers one: the older id stays, the other one redirects to it."""

    def plan() -> "Correction":
        from warehouse.judgements import corrections  # noqa: PLC0415

        return corrections.merge(home, parse(customer), parse(other))

    _correct(plan, home, reason, who, dry_run, landing=landing, feeds=feeds, run=run)


@app.command()
def split(  # noqa: PLR0913, PLR0917 (its parameters are the command's options)
    customer: Customer,
    records: Annotated[list[str], typer.Argument(help="The records (feed:source id) that are another customer.")],
    home: LivingHome = DEFAULT_HOME,
    reason: Reason = "",
    who: Who = None,
    dry_run: DryRun = False,
    run: Run = True,
    landing: Landing = None,
    feeds: Feeds = None,
) -> None:
    """Make some records of a customer another customer, for good."""

    def plan() -> "Correction":
        from warehouse.judgements import corrections  # noqa: PLC0415

        return corrections.split(home, parse(customer), records)

    _correct(plan, home, reason, who, dry_run, landing=landing, feeds=feeds, run=run)


@app.command()
def history(
    customer: Customer,
    home: LivingHome = DEFAULT_HOME,
    as_json: Annotated[bool, typer.Option("--json", help="For another program.")] = False,
) -> None:
    """Tell a customer's life: records joining and leaving, values changing, merges and splits, and why."""
    with plain_errors():
        from warehouse.queries.life import life  # noqa: PLC0415

        show.life(console, life(home, parse(customer)), as_json=as_json)


def _correct(  # noqa: PLR0913 (what the commands have in common)
    plan: "Callable[[], Correction]",
    home: Path,
    reason: str,
    who: str | None,
    dry_run: bool,
    *,
    landing: Path | None,
    feeds: Path | None,
    run: bool,
) -> None:
    with plain_errors():
        from warehouse.judgements import corrections  # noqa: PLC0415

        correction = plan()
        show.preview(console, corrections.preview(home, correction))
        if dry_run:
            console.print("Nothing was written.")
            return
        corrections.write(home, correction, who=who or operator(), reason=reason, at=datetime.now(UTC))
        next_run = f"The next run carries it out: customer-hub run --home {quote(str(home))}"
        if not run or a_run_is_at_work(home):
            console.print(
                f"Written down. {'A run is at work. ' if run else ''}{next_run}", soft_wrap=True, markup=False
            )
            return
        environment.choose(home, landing, feeds)
        from pipelines.runs import run as run_hub  # noqa: PLC0415 (Dagster takes a second to import)

        with show.progress(console):
            outcome = run_hub(home)
        show.outcome(console, outcome)
    if not outcome.published:
        console.print(f"What you said is written down. {next_run}", soft_wrap=True, markup=False)
    if not outcome.succeeded:
        raise typer.Exit(1)
