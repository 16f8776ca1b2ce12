"""What every command shares: the application, its options, how mistakes are shown."""

import getpass
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console
from typer.core import TyperGroup

from matching.errors import CustomerHubError
from pipelines.command_line import show
from pipelines.failing import is_full_disk, no_room, out_of_reach

if TYPE_CHECKING:
    from typer._click.core import Context

ORDER: Final = (
    *("demo", "run", "status", "up", "rollback", "feeds"),
    *("desk", "user", "key", "audit", "judgements", "model"),
    *("lookup", "history", "explain", "merge", "unmerge", "split", "erase"),
    *("fields", "resolve", "evaluate"),
)
"""The commands as the help lists them: every day's first, then the desk, customers, and matching on any table."""


class InOrder(TyperGroup):
    """Lists commands in the order in which people meet them."""

    def list_commands(self, ctx: "Context") -> list[str]:
        """Give the names of all commands."""
        return sorted(super().list_commands(ctx), key=ORDER.index)


app: Final = typer.Typer(
    cls=InOrder,
    help="One customer, known once.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
console: Final = Console(highlight=False, emoji=False, width=None if sys.stdout.isatty() else 120)
"""Where everything is said; lines for a file or another program are long enough for every table."""

LAST_PORT: Final = 65_535
DEFAULT_HOME: Final = Path("hub-home")
LOCAL: Final = "127.0.0.1"
INTERRUPTED: Final = "Interrupted. What is published stays in force; give the command again to go on."
INTERRUPTED_CODE: Final = 130
"""What shells give for a command that Ctrl-C ended."""
STATE: Final = "state.sqlite"
"""What every home holds from its first command on."""


@contextmanager
def plain_errors() -> Iterator[None]:
    """Show what somebody can mend (a mistake, a full disk, a path out of reach) as a message; leave with code 1."""
    try:
        yield
    except CustomerHubError as error:
        show.problem(console, str(error))
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        show.problem(console, INTERRUPTED)
        raise typer.Exit(INTERRUPTED_CODE) from None
    except Exception as error:
        if is_full_disk(error):
            told = no_room()
        elif isinstance(error, OSError) and error.filename is not None:
            told = out_of_reach(error)
        else:
            raise
        show.problem(console, told)
        raise typer.Exit(1) from None


def require_home(home: Path) -> Path:
    """Give a folder that is a home; where it is none, say so rather than make an empty one there."""
    if (home / STATE).exists():
        return home
    found = "a file" if home.is_file() else "a folder of something else" if home.is_dir() else "nothing"
    message = (
        f"--home {home}: expected the home of a hub, found {found}. Name it with --home, or let "
        "customer-hub run --home make a new one"
    )
    raise CustomerHubError(message)


def operator() -> str:
    """Give who is at the command line, for the audit log and whatever else names who did something."""
    from warehouse.access.audit_log import COMMAND_LINE  # noqa: PLC0415 (the command line starts fast)

    return f"{getpass.getuser()}{COMMAND_LINE}"


def ask_unseen(what: str, *, twice: bool = False, otherwise: str) -> str:
    """Ask for something that nobody may see typed; where nobody is there to answer, say how else it is given."""
    at_terminal = sys.stdin.isatty()
    try:
        return str(typer.prompt(what, hide_input=at_terminal, confirmation_prompt=twice))
    except typer.Abort:
        if at_terminal:
            raise
        console.print()
        message = f"{what}: expected a terminal to ask at, found none; {otherwise}"
        raise CustomerHubError(message) from None


def say_if_new(home: Path) -> None:
    """Say that a home is about to be made: who misspelt the one that he meant learns it at once."""
    if not (home / STATE).exists():
        console.print(f"{home} is a new home, made now. If you meant another, name it with --home.", markup=False)


def require_free(host: str, port: int) -> None:
    """Refuse a port that cannot be listened on, before anybody is told to look there."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as taken:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind(address)
    except OSError as error:
        message = (
            f"--port {port}: expected a port on {host} that nobody listens on, found: {error.strerror}. Name another "
            "with --port, or end the program that listens there (it may be this one, opened before)"
        )
        raise CustomerHubError(message) from error


def _living(home: Path) -> Path:
    with plain_errors():
        return require_home(home)


Home = Annotated[Path, typer.Option(help="The folder everything lives under; made where there is none.")]
AnyHome = Annotated[Path, typer.Option(help="The folder everything lives under.")]
LivingHome = Annotated[Path, typer.Option(help="The folder everything lives under.", callback=_living)]
