"""The audit log shows every way of tampering with it that somebody who can write the database has."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from warehouse.access import audit_log
from warehouse.access.audit_log import AuditError, Head

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)


def record(home: Path, *subjects: str) -> None:
    for subject in subjects:
        with audit_log.audited(home) as audit:
            audit.record(NOW, "li", "revealed", subject, reason="calling")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    record(tmp_path, *(f"customer:C{n}" for n in range(5)))
    return tmp_path


@contextmanager
def tampering(home: Path) -> Iterator[sqlite3.Connection]:
    """The database as somebody sees it who owns the file: triggers are no hindrance."""
    with closing(sqlite3.connect(home / "state.sqlite", isolation_level=None)) as con:
        con.execute("DROP TRIGGER audit_log_stands")
        con.execute("DROP TRIGGER audit_log_stays")
        yield con


def test_a_log_that_nobody_touched_is_whole(home: Path) -> None:
    assert audit_log.verify(home).rows == 5
    assert [entry["subject"] for entry in audit_log.entries(home, limit=2)] == ["customer:C4", "customer:C3"]
    assert audit_log.entries(home, before=2)[0]["details"] == {"reason": "calling"}


def test_a_home_without_a_log_is_whole(tmp_path: Path) -> None:
    assert audit_log.verify(tmp_path) == Head()


@pytest.mark.parametrize("statement", ["UPDATE audit_log SET who = 'wu'", "DELETE FROM audit_log WHERE id = 5"])
def test_the_database_itself_refuses(home: Path, statement: str) -> None:
    with closing(sqlite3.connect(home / "state.sqlite")) as con, pytest.raises(sqlite3.IntegrityError):
        con.execute(statement)


TAMPERED: dict[str, tuple[str, ...]] = {
    "changed": ("UPDATE audit_log SET who = 'wu' WHERE id = 3",),
    "changed details": ("UPDATE audit_log SET details = '{}' WHERE id = 5",),
    "changed seal": ("UPDATE audit_log SET seal = zeroblob(32) WHERE id = 2",),
    "removed first": ("DELETE FROM audit_log WHERE id = 1",),
    "removed": ("DELETE FROM audit_log WHERE id = 3",),
    "removed and closed up": (
        "DELETE FROM audit_log WHERE id = 3",
        "UPDATE audit_log SET id = id - 1 WHERE id > 3",
    ),
    "cut off": ("DELETE FROM audit_log WHERE id = 5",),
    "emptied": ("DELETE FROM audit_log",),
    "inserted at the end": (
        "INSERT INTO audit_log SELECT 6, at, who, action, subject, details, seal FROM audit_log WHERE id = 5",
    ),
    "inserted": (
        "UPDATE audit_log SET id = id + 10 WHERE id > 2",
        "INSERT INTO audit_log SELECT 3, at, 'wu', action, subject, details, seal FROM audit_log WHERE id = 2",
        "UPDATE audit_log SET id = id - 9 WHERE id > 10",
    ),
    "swapped": (
        "UPDATE audit_log SET id = 99 WHERE id = 2",
        "UPDATE audit_log SET id = 2 WHERE id = 3",
        "UPDATE audit_log SET id = 3 WHERE id = 99",
    ),
}


@pytest.mark.parametrize("statements", TAMPERED.values(), ids=TAMPERED.keys())
def test_tampering_shows(home: Path, statements: tuple[str, ...]) -> None:
    with tampering(home) as con:
        for statement in statements:
            con.execute(statement)
    with pytest.raises(AuditError, match="audit log"):
        audit_log.verify(home)


def test_an_old_copy_of_the_database_shows(home: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(home / "state.sqlite")) as con:
        con.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(home / "state.sqlite", tmp_path / "old")
    record(home, "customer:C9")
    for file in home.glob("state.sqlite*"):
        file.unlink()
    shutil.copy(tmp_path / "old", home / "state.sqlite")
    with pytest.raises(AuditError, match="cut off"):
        audit_log.verify(home)


@pytest.mark.parametrize("name", ["key", "head"])
def test_a_lost_key_or_head_shows(home: Path, name: str) -> None:
    (home / "audit" / name).unlink()
    with pytest.raises(AuditError, match="bring the file back"):
        audit_log.verify(home)


def test_a_head_written_down_elsewhere_proves_the_end_even_against_the_owner(home: Path) -> None:
    written_down = audit_log.verify(home)
    with tampering(home) as con:
        con.execute("DELETE FROM audit_log WHERE id = 5")
        seal = con.execute("SELECT seal FROM audit_log WHERE id = 4").fetchone()[0]
    (home / "audit" / "head").write_text(f"{Head(4, seal)}\n", encoding="utf-8")
    assert audit_log.verify(home).rows == 4
    with pytest.raises(AuditError, match="cut off"):
        audit_log.verify(home, Head.read(str(written_down)))


def test_a_head_that_is_none_is_refused() -> None:
    with pytest.raises(AuditError, match="NUMBER:SEAL"):
        Head.read("all is well")


def test_what_fails_is_not_on_record(home: Path) -> None:
    def fail() -> None:
        with audit_log.audited(home) as audit:
            audit.record(NOW, "li", "merged", "customer:C1")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert audit_log.verify(home).rows == 5


def test_several_processes_write_one_chain(home: Path) -> None:
    code = (
        "import sys; from datetime import UTC, datetime; from pathlib import Path\n"
        "from warehouse.access import audit_log\n"
        "for n in range(20):\n"
        "    with audit_log.audited(Path(sys.argv[1])) as audit:\n"
        "        audit.record(datetime.now(UTC), sys.argv[2], 'revealed', f'customer:{n}')\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, str(home), f"w{n}"]) for n in range(3)]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert audit_log.verify(home).rows == 65
