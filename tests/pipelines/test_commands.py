"""Commands on paths that are not what they should be: nothing is made, the path and the way out are named."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.commands import app
from pipelines.demo.records import population_records
from warehouse import state

READING = [
    "rollback",
    "lookup --mobile 13712345678",
    "history K7Q4-M2X9-WD3T",
    "unmerge web:1",
    "explain web:1 web:2",
    "erase --record web:1",
    "model list",
    "user list",
    "key list",
    "audit verify",
    "desk",
    "judgements export out.csv",
]


@pytest.mark.parametrize("command", READING)
def test_a_home_that_is_none_is_said_and_not_made(command: str, tmp_path: Path) -> None:
    home = tmp_path / "misspelt"
    done = CliRunner().invoke(app, [*command.split(), "--home", str(home)])
    assert done.exit_code == 1
    assert f"--home {home}: expected the home of a hub, found nothing" in done.output
    assert not home.exists()


def test_a_folder_of_something_else_does_not_become_a_home(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["audit", "verify", "--home", str(tmp_path)])
    assert "found a folder of something else" in done.output
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_place_of_a_home_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    done = CliRunner().invoke(app, ["run", "--home", str(tmp_path / "home")])
    assert done.exit_code == 1
    assert f"{tmp_path / 'home'}" in done.output
    assert "See that the path is right" in done.output


@pytest.mark.parametrize("command", ["desk", "up"])
def test_a_port_that_is_taken_is_refused_before_anybody_is_told_to_look_there(command: str, tmp_path: Path) -> None:
    state.secret(tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        done = CliRunner().invoke(app, [command, "--home", str(tmp_path), "--port", port])
    assert done.exit_code == 1
    assert f"--port {port}: expected a port on 127.0.0.1 that nobody listens on" in done.output
    assert "http://" not in done.output


def test_the_page_of_a_home_that_may_only_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda _, mode, **__: mode != os.W_OK)
    monkeypatch.setattr("os.execv", lambda *_: pytest.fail("begun"))
    done = CliRunner().invoke(app, ["up", "--home", str(tmp_path), "--port", "65535"])
    assert done.exit_code == 1
    assert "expected a folder that you may write" in done.output


@pytest.mark.parametrize("command", ["desk", "up"])
@pytest.mark.parametrize("port", ["0", "-1", "65536", "99999"])
def test_a_number_that_is_no_port_is_refused(
    command: str, port: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state.secret(tmp_path)
    monkeypatch.setattr("os.execv", lambda *_: pytest.fail("begun"))
    monkeypatch.setattr("uvicorn.run", lambda *_, **__: pytest.fail("begun"))
    done = CliRunner().invoke(app, [command, "--home", str(tmp_path), "--port", port])
    assert done.exit_code == 2
    assert "http://" not in done.output


@pytest.mark.parametrize(("place", "found"), [("nowhere", "no such folder"), (".", "none"), ("a.txt", "a file")])
def test_feeds_check_of_nothing_is_no_success(place: str, found: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    done = CliRunner().invoke(app, ["feeds", "check", str(tmp_path / place)])
    assert done.exit_code == 1
    assert f"found {found}. What to do: check the path" in done.output


@pytest.mark.parametrize("option", ["--out", "--pairs"])
def test_a_table_that_cannot_be_written_is_refused_before_the_work(option: str, tmp_path: Path) -> None:
    given = {"--fields": "fields.toml", "--out": "members.csv", option: str(tmp_path / "table.xlsx")}
    done = CliRunner().invoke(app, ["resolve", "people.csv", *(word for pair in given.items() for word in pair)])
    assert done.exit_code == 1
    assert "expected .parquet, .csv or .tsv, found .xlsx" in done.output


@pytest.mark.parametrize("option", ["--out", "--pairs", "--report"])
def test_no_outcome_is_written_over_what_is_read_or_over_another(option: str, tmp_path: Path) -> None:
    table, fields = tmp_path / "people.csv", tmp_path / "fields.toml"
    table.write_text("id,name\n1,张伟\n2,李四\n", encoding="utf-8")
    fields.write_text('id = "id"\n[fields]\nname = "person_name"\n', encoding="utf-8")
    members = tmp_path / "members.csv"
    for lost in [table] if option == "--out" else [table, members]:
        given = {"--fields": fields, "--out": members, option: tmp_path / "." / lost.name}
        words = [str(word) for pair in given.items() for word in pair]
        done = CliRunner().invoke(app, ["resolve", str(table), *words])
        assert done.exit_code == 1
        assert "expected a file for this alone" in done.output
    assert table.read_text("utf-8") == "id,name\n1,张伟\n2,李四\n"
    assert not members.exists()


def test_another_locale_names_the_same_files_and_stops_no_message(tmp_path: Path) -> None:
    home = tmp_path / "家 里"
    publish_nothing = [sys.executable, "-m", "pipelines", "status", "--home", str(home)]
    elsewhere = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0"}
    done = subprocess.run(publish_nothing, env=elsewhere, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert b"nothing is published yet. customer-hub run --home '" in done.stdout
    refused = [sys.executable, "-m", "pipelines", "rollback", "--home", str(home)]
    done = subprocess.run(refused, env={**elsewhere, "PYTHONIOENCODING": "ascii"}, capture_output=True, check=False)
    assert done.returncode == 1
    assert b"expected the home of a hub, found nothing" in done.stdout


def test_an_extract_is_tried_on_its_feed_file_before_any_run(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "feeds.md").read_text(encoding="utf-8")
    feed, extract = tmp_path / "mall.toml", tmp_path / "points_2026-11-02.csv"
    feed.write_text(page.partition("```toml\n")[2].partition("```")[0], encoding="utf-8")
    extract.write_text(page.partition("```csv\n")[2].partition("```")[0], encoding="utf-8")
    done = CliRunner().invoke(app, ["feeds", "try", str(feed), str(extract)])
    assert done.exit_code == 0, done.output
    assert "1 × reject field_count: expected 6 fields, found 2 (line 5)" in done.output
    assert "3 rows would be 2 records and 1 rejects. Nothing was taken." in done.output
    assert "王芳" not in done.output
    assert sorted(tmp_path.iterdir()) == [feed, extract]
    gone = CliRunner().invoke(app, ["feeds", "try", str(tmp_path / "mal.toml"), str(extract)])
    assert gone.exit_code == 1
    assert "expected a feed file; found nothing" in gone.output


def test_a_proposed_specification_is_written_once_and_resolves(tmp_path: Path) -> None:
    table, fields, out = tmp_path / "people.csv", tmp_path / "FIELDS.toml", tmp_path / "members.parquet"
    population_records(300, 5)[0].write_csv(table)
    shown = CliRunner().invoke(app, ["fields", str(table)])
    assert '"name"' in shown.stdout
    written = CliRunner().invoke(app, ["fields", str(table), "--out", str(fields)])
    assert written.exit_code == 0
    assert fields.read_text("utf-8") == shown.stdout
    again = CliRunner().invoke(app, ["fields", str(table), "--out", str(fields)])
    assert again.exit_code == 1
    assert "expected no such file yet" in again.output
    done = CliRunner().invoke(app, ["resolve", str(table), "--fields", str(fields), "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert out.exists()


def test_a_drafted_feed_file_is_written_once_and_tried(tmp_path: Path) -> None:
    extract, feed = tmp_path / "mall" / "points_20261102.csv", tmp_path / "feeds" / "mall.toml"
    extract.parent.mkdir()
    extract.write_text("会员号,姓名,手机号\n" + "".join(f"P{row},王芳,138{row:08}\n" for row in range(99)), "utf-8")
    unseen = CliRunner().invoke(app, ["feeds", "draft", str(feed.with_suffix("")), str(extract)])
    assert unseen.exit_code == 1
    assert "expected a feed file that ends in .toml" in unseen.output
    done = CliRunner().invoke(app, ["feeds", "draft", str(feed), str(extract)])
    assert done.exit_code == 0, done.output
    assert "to decide: owner" in done.output
    before = feed.read_text("utf-8")
    tried = CliRunner().invoke(app, ["feeds", "try", str(feed), str(extract)])
    assert tried.exit_code == 0, tried.output
    again = CliRunner().invoke(app, ["feeds", "draft", str(feed), str(extract)])
    assert again.exit_code == 1
    assert "expected no such file yet" in again.output
    assert feed.read_text("utf-8") == before
