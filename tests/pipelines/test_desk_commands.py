"""Users, keys and the audit log from the command line."""

from pathlib import Path

from typer.testing import CliRunner, Result

from pipelines.commands import app
from tests.warehouse.test_audit_log import tampering
from warehouse.access import users

PASSWORD = "four words in row"


def hub(home: Path, *arguments: str, told: str = "") -> Result:
    return CliRunner().invoke(app, [*arguments, "--home", str(home)], input=told)


def test_the_life_of_a_user(tmp_path: Path) -> None:
    added = hub(tmp_path, "user", "add", "li", "--role", "admin", "--password-stdin", told=PASSWORD + "\n")
    assert added.exit_code == 0
    assert f"{tmp_path} is a new home" in added.output
    assert PASSWORD not in added.output
    assert users.verified(tmp_path, "Li", PASSWORD) is not None
    assert hub(tmp_path, "user", "add", "LI", "--role", "viewer", "--password-stdin", told=PASSWORD).exit_code == 1
    assert "admin" in hub(tmp_path, "user", "list").output
    assert hub(tmp_path, "user", "role", "li", "steward").exit_code == 0
    other = "some other words"
    assert hub(tmp_path, "user", "password", "li", told=f"{other}\n{other}\n").exit_code == 0
    assert users.verified(tmp_path, "li", PASSWORD) is None
    assert hub(tmp_path, "user", "disable", "li").exit_code == 0
    assert users.verified(tmp_path, "li", other) is None
    assert "disabled" in hub(tmp_path, "user", "list").output
    assert hub(tmp_path, "user", "enable", "li").exit_code == 0
    assert users.verified(tmp_path, "li", other) is not None
    assert "5 rows" in hub(tmp_path, "audit", "verify").output


def test_bad_users_are_refused_with_what_to_do(tmp_path: Path) -> None:
    assert (
        "12 characters"
        in hub(tmp_path, "user", "add", "li", "--role", "admin", "--password-stdin", told="short").output
    )
    assert (
        "choose another"
        in hub(tmp_path, "user", "add", "l i", "--role", "admin", "--password-stdin", told=PASSWORD).output
    )
    hub(tmp_path, "user", "add", "li", "--role", "admin", "--password-stdin", told=PASSWORD)
    assert "found none" in hub(tmp_path, "user", "disable", "wu").output


def test_the_life_of_a_key(tmp_path: Path) -> None:
    added = hub(tmp_path, "key", "add", "hotline", "--role", "viewer")
    assert "is a new home" in added.output
    assert "is a new home" not in hub(tmp_path, "key", "add", "app", "--role", "viewer").output
    key = next(line for line in added.output.splitlines() if line.startswith("ck_"))
    listed = hub(tmp_path, "key", "list").output
    assert "hotline" in listed
    assert key not in listed
    assert hub(tmp_path, "key", "revoke", "hotline").exit_code == 0
    assert hub(tmp_path, "key", "revoke", "hotline").exit_code == 1
    assert "revoked" in hub(tmp_path, "key", "list").output


def test_tampering_is_told(tmp_path: Path) -> None:
    hub(tmp_path, "key", "add", "hotline", "--role", "viewer")
    head = hub(tmp_path, "audit", "verify").output.split()[-1]
    assert hub(tmp_path, "audit", "verify", "--head", head).exit_code == 0
    with tampering(tmp_path) as con:
        con.execute("DELETE FROM audit_log")
    told = hub(tmp_path, "audit", "verify")
    assert told.exit_code == 1
    assert "cut off" in told.output
