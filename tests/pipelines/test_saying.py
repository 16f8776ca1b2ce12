"""Names of records, files and folders are said as they are, whatever characters stand in them."""

import io
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from rich.console import Console
from typer.testing import CliRunner

from matching.customers.correcting import Correction, CorrectionKind
from pipelines.command_line import show
from pipelines.command_line.cli import console
from pipelines.commands import app
from pipelines.progress import tell
from tests.warehouse.worlds import run, world
from warehouse import state
from warehouse.judgements.corrections import Preview
from warehouse.queries.life import Event, EventKind, Life


def hub(*arguments: object) -> str:
    return CliRunner().invoke(app, [str(each) for each in arguments]).output


def test_no_part_of_a_records_id_is_taken_for_a_picture_or_a_style(tmp_path: Path) -> None:
    run(tmp_path, "r1", world({"C1": ["web:1"]}), minute=1)
    assert "record web:100: expected" in hub("unmerge", "web:100", "--home", tmp_path)
    customers = pl.DataFrame({"customer_id": ["C1"], **dict.fromkeys(show.SHOWN_OF_CUSTOMERS, "[b]1[/b]:100:")})
    records = pl.DataFrame({"record_id": ["web:[b]2"], "before": ["C1"], "after": ["C1"]})
    nothing = Correction(CorrectionKind.SPLIT, ("C1",), (), (), pl.DataFrame(), pl.DataFrame())
    with console.capture() as said:
        show.preview(console, Preview(nothing, records, customers, customers))
    assert "web:[b]2" in said.get()
    assert "[b]1[/b]:100:" in said.get()


def test_files_are_called_as_they_are(tmp_path: Path) -> None:
    run(tmp_path, "r1", world({"C1": ["web:1"]}), minute=1)
    out = tmp_path / "a folder" / "said [final].csv"
    out.parent.mkdir()
    assert f"judgements: {out}\n" in hub("judgements", "export", out, "--home", tmp_path)
    with console.capture() as said, show.progress(console):
        tell("reading mall[/points [final].csv")
    assert "reading mall[/points [final].csv" in said.get()


@pytest.mark.parametrize(
    ("command", "otherwise"),
    [
        (("user", "add", "li", "--role", "admin"), "give it with --password-stdin"),
        (("erase", "--id-number", "-"), "start the command at one, or pipe the number in"),
    ],
)
def test_where_nobody_can_be_asked_it_is_said_how_else_to_tell(
    command: tuple[str, ...], otherwise: str, tmp_path: Path
) -> None:
    run(tmp_path, "r1", world({"C1": ["web:1"]}), minute=1)
    state.secret(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "pipelines", *command, "--home", str(tmp_path)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        start_new_session=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"expected a terminal to ask at, found none; {otherwise}" in " ".join(done.stdout.decode().split())
    assert b"Warning" not in done.stderr


def test_a_life_for_another_program_loses_no_value_where_the_terminal_has_no_chinese() -> None:
    named = Event(datetime(2026, 11, 1, tzinfo=UTC), "r1", EventKind.RETURNED, "name: 张伟", None)
    told = Life("C1", leads_to=None, in_force=True, ids_that_lead_here=(), events=(named,))
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="replace")
    show.life(Console(file=out), told, as_json=True)
    out.seek(0)
    assert json.load(out)["events"][0]["says"] == "name: 张伟"


@pytest.mark.parametrize("name", ["said.JSON", "said.CSV"])
def test_judgements_go_into_what_the_ending_says_and_come_back(name: str, tmp_path: Path) -> None:
    run(tmp_path, "r1", world({"C1": ["web:1"]}), minute=1)
    state.secret(tmp_path)
    out = tmp_path / name
    hub("judgements", "export", out, "--home", tmp_path)
    assert out.read_text("utf-8").startswith("{" if name.endswith("JSON") else "record_id_l,")
    assert "0 judgements taken in" in hub("judgements", "import", out, "--home", tmp_path)
    assert "expected .json or .csv, found .xlsx" in hub(
        "judgements", "export", out.with_suffix(".xlsx"), "--home", tmp_path
    )
    assert not out.with_suffix(".xlsx").exists()


@pytest.mark.parametrize(("content", "found"), [("", "no JSON in line 1"), ("[]", "something else")])
def test_what_is_no_file_of_judgements_is_told_in_plain_words(content: str, found: str, tmp_path: Path) -> None:
    state.secret(tmp_path)
    (tmp_path / "said.json").write_text(content, encoding="utf-8")
    said = hub("judgements", "import", tmp_path / "said.json", "--home", tmp_path)
    assert f"found {found}; export one" in said


@pytest.mark.parametrize("rate", ["nan", "inf", "0"])
def test_a_rate_that_is_none_is_refused(rate: str, tmp_path: Path) -> None:
    said = hub("key", "add", "hotline", "--role", "viewer", "--per-second", rate, "--home", tmp_path)
    assert "a rate above 0" in said


def test_a_command_to_copy_keeps_its_names_whole(tmp_path: Path) -> None:
    table, fields = tmp_path / "my people.csv", tmp_path / "fields [final].toml"
    table.write_text("id,name\n1,张伟\n2,李四\n", encoding="utf-8")
    assert f"resolve '{table}' --fields '{fields}' --out" in hub("fields", table, "--out", fields)
