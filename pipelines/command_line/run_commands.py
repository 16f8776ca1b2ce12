"""Commands of every day: run, look, go back, open the page."""

import os
import sys
from collections.abc import Sized
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from matching.errors import CustomerHubError
from matching.policy import NUMBERS
from pipelines import environment
from pipelines.command_line import show
from pipelines.command_line.cli import (
    DEFAULT_HOME,
    LAST_PORT,
    LOCAL,
    AnyHome,
    Home,
    LivingHome,
    app,
    console,
    plain_errors,
    require_free,
    require_home,
)
from pipelines.demo.places import DEFAULT_PROVINCE
from pipelines.progress import tell

feeds_app = typer.Typer(help="Look after the feed files.", no_args_is_help=True)
app.add_typer(feeds_app, name="feeds")

Landing = Annotated[Path | None, typer.Option(help="Where the channels deliver; default HOME/landing.")]
Feeds = Annotated[Path | None, typer.Option(help="The folder of feed files; default: the eight shipped ones.")]
Without = Annotated[list[str] | None, typer.Option(help="Go on without this feed (repeatable).")]
OTHER_COMMAND = "Function `dev_command` is superseded"
"""Dagster's hint at a command of a package that we do without: nothing that whoever opens the page can act on."""
Keep = Annotated[int, typer.Option(min=1, help="How many snapshots to keep.")]


@app.command()
def run(  # noqa: PLR0913, PLR0917 (its parameters are the command's options)
    home: Home = DEFAULT_HOME,
    landing: Landing = None,
    feeds: Feeds = None,
    without: Without = None,
    accept_shrunken: Annotated[
        list[str] | None, typer.Option(help="Believe this feed's extract although it shrank (repeatable).")
    ] = None,
    keep: Keep = NUMBERS.history.snapshots,
    rebuild: Annotated[bool, typer.Option(help="Work everything out again even if nothing is new.")] = False,
    train: Annotated[bool, typer.Option(help="Learn a new model and publish with it.")] = False,
    confirm_churn: Annotated[
        bool, typer.Option("--confirm-churn", help="Publish even if more customer ids change than policy.toml allows.")
    ] = False,
) -> None:
    """Land what was delivered, match, audit, and publish one golden customer table."""
    with plain_errors():
        environment.choose(home, landing, feeds)
        from pipelines.runs import run as run_hub  # noqa: PLC0415 (Dagster takes a second to import)

        with show.progress(console):
            outcome = run_hub(
                home,
                without=without or (),
                accept_shrunken=accept_shrunken or (),
                keep=keep,
                rebuild=rebuild,
                train=train,
                confirm_churn=confirm_churn,
            )
        show.outcome(console, outcome)
    if not outcome.succeeded:
        raise typer.Exit(1)


@app.command()
def demo(
    home: Home = DEFAULT_HOME,
    people: Annotated[int, typer.Option(min=1, help="How many people to invent.")] = 5000,
    seed: Annotated[int, typer.Option(help="Another seed, another population.")] = 7,
    province: Annotated[str, typer.Option(help="Where they live.")] = DEFAULT_PROVINCE,
) -> None:
    """Invent a province's people, write their channels' extracts, run everything, and say where to look."""
    with plain_errors():
        from pipelines.demo.extracts import make_extracts  # noqa: PLC0415

        with show.progress(console):
            tell(f"inventing {people:,} people and their channels' extracts")
            made = make_extracts(home / "demo", people=people, seed=seed, province=province)
        environment.choose(home, made.landing, None)
        from pipelines.runs import run as run_hub  # noqa: PLC0415

        with show.progress(console):
            outcome = run_hub(home)
        show.outcome(console, outcome)
        show.demo(console, home, made)
    if not outcome.succeeded:
        raise typer.Exit(1)


@app.command()
def status(home: AnyHome = DEFAULT_HOME) -> None:
    """Say which snapshot is in force, what it holds, which are kept, and whether a run is at work."""
    with plain_errors():
        if home.is_file():
            require_home(home)
        show.status(console, home)


@app.command()
def rollback(
    home: LivingHome = DEFAULT_HOME,
    to: Annotated[str | None, typer.Option(help="A kept snapshot's run id; default: the one before.")] = None,
) -> None:
    """Put an earlier run's customers back in force, in seconds; readers notice nothing but the change."""
    with plain_errors():
        from pipelines.locking import only_run  # noqa: PLC0415
        from warehouse.judgements.restoring import rollback as put_back  # noqa: PLC0415

        with only_run(home):
            restored = put_back(home, to, now=datetime.now(UTC))
        show.rollback(console, restored)


@feeds_app.command("check")
def check_feed_files(folder: Annotated[Path | None, typer.Argument(help="Default: the shipped feeds.")] = None) -> None:
    """Validate feed files: file, line, what is wrong, and the nearest name."""
    with plain_errors():
        from connectors.checking import check_feeds, feed_files  # noqa: PLC0415

        checked = folder or environment.SHIPPED_FEEDS
        files = feed_files(checked)
        problems = check_feeds(checked)
        for found in problems:
            console.print(str(found), soft_wrap=True, markup=False)
        console.print(f"{_counted(files, 'feed file')}, {_counted(problems, 'problem')}")
    if problems:
        raise typer.Exit(1)


@feeds_app.command("draft")
def draft_feed_file(
    feed: Annotated[Path, typer.Argument(help="The feed file to write, such as feeds/mall.toml.")],
    extract: Annotated[Path, typer.Argument(help="A file of the channel, wherever it lies.")],
) -> None:
    """Write a feed file to begin with, as far as one extract tells it, and say what is left to decide."""
    with plain_errors():
        from connectors.checking import check_feeds, load_feeds  # noqa: PLC0415
        from connectors.drafting import draft  # noqa: PLC0415
        from connectors.tables import write_new  # noqa: PLC0415

        if feed.suffix != ".toml":
            message = f"{feed}: expected a feed file that ends in .toml; call it {feed.with_suffix('.toml')}"
            raise CustomerHubError(message)
        sound = any(feed.parent.glob("*.toml")) and not check_feeds(feed.parent)
        beside = load_feeds(feed.parent) if sound else []
        drafted = draft(extract, feed.stem, [*load_feeds(environment.SHIPPED_FEEDS), *beside])
        write_new(drafted.text, feed)
        console.print(f"{feed}: read every line; the reason stands beside each", soft_wrap=True, markup=False)
        for question in drafted.open:
            console.print(f"  to decide: {question}", soft_wrap=True, markup=False)
        console.print(
            f"then: customer-hub feeds check {quote(str(feed.parent))}; "
            f"customer-hub feeds try {quote(str(feed))} {quote(str(extract))}",
            soft_wrap=True,
            markup=False,
        )


@feeds_app.command("try")
def try_feed_file(
    feed: Annotated[Path, typer.Argument(help="The feed file, such as feeds/mall.toml.")],
    extract: Annotated[Path, typer.Argument(help="A file of the channel, wherever it lies.")],
) -> None:
    """Read an extract as a feed file says and show what a run would make of it; nothing is taken."""
    with plain_errors():
        from connectors.checking import load_feed  # noqa: PLC0415
        from connectors.trying import try_out  # noqa: PLC0415
        from quality.rows import judge  # noqa: PLC0415

        show.tried(console, try_out(load_feed(feed), extract, judge))


@app.command()
def up(
    home: Home = DEFAULT_HOME,
    landing: Landing = None,
    feeds: Feeds = None,
    port: Annotated[
        int, typer.Option(min=1, max=LAST_PORT, help="Where Dagster's page listens, on this machine only.")
    ] = 3000,
) -> None:
    """Open Dagster's page on this home: the graph, runs, checks, the nightly job, the sensor."""
    with plain_errors():
        require_free(LOCAL, port)
        environment.choose(home, landing, feeds)
        if not os.access(home, os.W_OK):
            message = (
                f"--home {home}: expected a folder that you may write, found one that you may only read. "
                "Have its owner open the page, or name another with --home"
            )
            raise CustomerHubError(message)
        from pipelines.instance import dagster_home, open_instance  # noqa: PLC0415

        with open_instance(home) as instance:
            dagster_home(home)  # its tables are made before several processes open it
            instance.all_instigator_state()  # which schedules are on lies in a file of its own
        console.print(f"http://{LOCAL}:{port}")
    dagster = str(Path(sys.executable).with_name("dagster"))
    python = [sys.executable, "-W", f"ignore:{OTHER_COMMAND}"]
    page = [dagster, "dev", "-m", "pipelines.definitions", "-h", LOCAL, "-p", str(port)]
    os.execv(sys.executable, [*python, *page])  # noqa: S606


def _counted(things: Sized, noun: str) -> str:
    return f"{len(things)} {noun}{'' if len(things) == 1 else 's'}"
