"""What every command shares: the application, its options, how mistakes are shown."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from matching.errors import CustomerHubError
from pipelines import show
from pipelines.failing import is_full_disk, no_room

app: Final = typer.Typer(
    help="One customer, known once.", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
console: Final = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
"""Where everything is said; lines for a file or another program are long enough for every table."""

Home = Annotated[Path, typer.Option(help="The folder everything lives under.")]
DEFAULT_HOME: Final = Path("hub-home")


@contextmanager
def plain_errors() -> Iterator[None]:
    """Show what somebody can mend (a mistake, a full disk) as its message, and leave with exit code 1."""
    try:
        yield
    except CustomerHubError as error:
        show.problem(console, str(error))
        raise typer.Exit(1) from None
    except Exception as error:
        if not is_full_disk(error):
            raise
        show.problem(console, no_room())
        raise typer.Exit(1) from None
