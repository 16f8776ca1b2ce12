"""Names of records, files and folders are said as they are, whatever characters stand in them."""

from pathlib import Path

import polars as pl
from typer.testing import CliRunner

from matching.customers.correcting import Correction, CorrectionKind
from pipelines.command_line import show
from pipelines.command_line.cli import console
from pipelines.commands import app
from pipelines.progress import tell
from tests.warehouse.worlds import run, world
from warehouse.judgements.corrections import Preview


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


def test_a_command_to_copy_keeps_its_names_whole(tmp_path: Path) -> None:
    table, fields = tmp_path / "my people.csv", tmp_path / "fields [final].toml"
    table.write_text("id,name\n1,张伟\n2,李四\n", encoding="utf-8")
    assert f"resolve '{table}' --fields '{fields}' --out" in hub("fields", table, "--out", fields)
