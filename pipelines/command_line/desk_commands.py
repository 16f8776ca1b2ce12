"""Commands of the stewards' desk: open it, look after its users, check its audit log."""

import gc
import sys
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.table import Table

from pipelines.command_line.cli import (
    DEFAULT_HOME,
    LAST_PORT,
    LOCAL,
    Home,
    LivingHome,
    app,
    ask_unseen,
    console,
    operator,
    plain_errors,
    require_free,
    say_if_new,
)
from warehouse.access.roles import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

user_app = typer.Typer(help="Look after the users of the desk.", no_args_is_help=True)
audit_app = typer.Typer(help="Look at the audit log.", no_args_is_help=True)
key_app = typer.Typer(help="Look after the keys that programs ask the look-up API with.", no_args_is_help=True)
app.add_typer(user_app, name="user")
app.add_typer(key_app, name="key")
app.add_typer(audit_app, name="audit")

Name = Annotated[str, typer.Argument(help="The user's name.")]
PasswordStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from the first line told.")]
SOON = 0.0005
"""Seconds after which a thread at work lets another one in: who asks does not wait while a directory is opened."""


@app.command()
def desk(
    home: LivingHome = DEFAULT_HOME,
    port: Annotated[int, typer.Option(min=1, max=LAST_PORT, help="Where the desk listens.")] = 8080,
    host: Annotated[str, typer.Option(help="The address it listens on; others than this machine's need care.")] = LOCAL,
    behind_proxy: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The name under which a proxy here serves it by HTTPS."),
    ] = None,
) -> None:
    """Open the stewards' desk and the look-up API on this home."""
    with plain_errors():
        import uvicorn  # noqa: PLC0415 (the command line starts fast)

        from stewardship.app import THIS_MACHINE, make_app  # noqa: PLC0415
        from warehouse.access.users import users  # noqa: PLC0415

        require_free(host, port)
        hosts: Sequence[str] = (*THIS_MACHINE, *((behind_proxy,) if behind_proxy else ()), host)
        desk_app = make_app(home, hosts=hosts, secure=behind_proxy is not None)
        if not users(home):
            console.print(
                f"Nobody may log in yet: customer-hub user add NAME --role admin --home {quote(str(home))}",
                markup=False,
            )
        if host not in THIS_MACHINE:
            console.print(
                f"[bold yellow]Passwords and personal data travel to {host} in the clear.[/] Better listen on {LOCAL} "
                "and let a proxy on this machine serve it by HTTPS: --behind-proxy NAME."
            )
        sys.setswitchinterval(SOON)
        gc.collect()
        gc.freeze()  # what is there for good is not gone through again: that takes a tenth of a second, in any answer
        desk_app.state.lookups.begin()
        console.print(f"https://{behind_proxy}" if behind_proxy else f"http://{host}:{port}")
    uvicorn.run(
        desk_app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=behind_proxy is not None,
        forwarded_allow_ips=LOCAL,
    )


@user_app.command("add")
def add_user(
    name: Name,
    role: Annotated[Role, typer.Option(help="viewer < steward < senior < admin.")],
    home: Home = DEFAULT_HOME,
    password_stdin: PasswordStdin = False,
) -> None:
    """Add a user; the first admin is made this way."""
    with plain_errors():
        from warehouse import moments  # noqa: PLC0415
        from warehouse.access import users  # noqa: PLC0415

        say_if_new(home)
        users.add(home, name, role, _password(from_stdin=password_stdin), by=operator(), at=moments.now())
        console.print(f"{name} may log in as {role}: customer-hub desk --home {quote(str(home))}", markup=False)


@user_app.command("list")
def list_users(home: LivingHome = DEFAULT_HOME) -> None:
    """List the users, their roles, and who is shut out."""
    with plain_errors():
        from warehouse.access.users import users  # noqa: PLC0415

        table = Table("user", "role", "", box=box.SIMPLE_HEAD)
        for user in users(home):
            table.add_row(user.name, user.role, "disabled" if user.disabled else "")
        console.print(table)


@user_app.command("password")
def set_password(name: Name, home: LivingHome = DEFAULT_HOME, password_stdin: PasswordStdin = False) -> None:
    """Give a user another password; he is logged out everywhere and need not wait after failures."""
    with plain_errors():
        from warehouse import moments  # noqa: PLC0415
        from warehouse.access import users  # noqa: PLC0415

        users.set_password(home, name, _password(from_stdin=password_stdin), by=operator(), at=moments.now())
        console.print(f"{name} has another password.", markup=False)


@user_app.command("role")
def set_role(name: Name, role: Annotated[Role, typer.Argument()], home: LivingHome = DEFAULT_HOME) -> None:
    """Give a user another role; he is logged out everywhere."""
    with plain_errors():
        from warehouse import moments  # noqa: PLC0415
        from warehouse.access import users  # noqa: PLC0415

        users.set_role(home, name, role, by=operator(), at=moments.now())
        console.print(f"{name} is {role} now.", markup=False)


@user_app.command("disable")
def disable_user(name: Name, home: LivingHome = DEFAULT_HOME) -> None:
    """Shut a user out, at once; the name stays taken."""
    with plain_errors():
        from warehouse import moments  # noqa: PLC0415
        from warehouse.access import users  # noqa: PLC0415

        users.disable(home, name, by=operator(), at=moments.now())
        console.print(f"{name} is shut out.", markup=False)


@user_app.command("enable")
def enable_user(name: Name, home: LivingHome = DEFAULT_HOME) -> None:
    """Let a disabled user log in again."""
    with plain_errors():
        from warehouse import moments  # noqa: PLC0415
        from warehouse.access import users  # noqa: PLC0415

        users.enable(home, name, by=operator(), at=moments.now())
        console.print(f"{name} may log in again.", markup=False)


@key_app.command("add")
def add_key(
    name: Annotated[str, typer.Argument(help="Who asks with it: a system's name.")],
    role: Annotated[Role, typer.Option(help="viewer sees masked data, steward and above may take masks off.")],
    home: Home = DEFAULT_HOME,
    per_second: Annotated[float, typer.Option(help="Requests a second that are answered in the long run.")] = 100.0,
) -> None:
    """Make a key for a program; it is shown this once."""
    with plain_errors():
        from warehouse import moments  # noqa: PLC0415
        from warehouse.access import api_keys  # noqa: PLC0415

        say_if_new(home)
        key = api_keys.add(home, name, role, per_second=per_second, by=operator(), at=moments.now())
        console.print(f"The key of {name}, shown this once; it goes into the header X-API-Key:\n{key}", markup=False)


@key_app.command("list")
def list_keys(home: LivingHome = DEFAULT_HOME) -> None:
    """List the keys of programs by name and first characters."""
    with plain_errors():
        from warehouse.access.api_keys import keys  # noqa: PLC0415

        table = Table("name", "begins", "role", "a second", "", box=box.SIMPLE_HEAD)
        for key in keys(home):
            table.add_row(key.name, key.begins, key.role, f"{key.per_second:g}", "revoked" if key.revoked else "")
        console.print(table)


@key_app.command("revoke")
def revoke_key(name: Annotated[str, typer.Argument()], home: LivingHome = DEFAULT_HOME) -> None:
    """Refuse a key from now on; its name stays taken."""
    with plain_errors():
        from warehouse import moments  # noqa: PLC0415
        from warehouse.access import api_keys  # noqa: PLC0415

        api_keys.revoke(home, name, by=operator(), at=moments.now())
        console.print(f"{name} is refused from now on.", markup=False)


@audit_app.command("verify")
def verify_audit_log(
    home: LivingHome = DEFAULT_HOME,
    head: Annotated[str | None, typer.Option(help="A head this command printed earlier: NUMBER:SEAL.")] = None,
) -> None:
    """Check that no row of the audit log was changed, removed, inserted or cut off, and print its head."""
    with plain_errors():
        from warehouse.access import audit_log  # noqa: PLC0415

        whole = audit_log.verify(home, audit_log.Head.read(head) if head else None)
        console.print(f"The audit log is whole: {whole.rows:,} rows. Its head, to be noted elsewhere:\n{whole}")


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return ask_unseen("Password", twice=True, otherwise="give it with --password-stdin")
