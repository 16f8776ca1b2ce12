"""Nothing is passed by: whatever the hub keeps has a word on how a person is taken out of it."""

from pathlib import Path

import pytest

from connectors.ledger import Ledger
from warehouse import duck
from warehouse.erasure.cleaning import UncoveredError, require_covered
from warehouse.erasure.places import require_places
from warehouse.erasure.state import STATE_TABLES, require_covered_state
from warehouse.published.contract import empty_snapshot
from warehouse.state import transaction
from warehouse.tables import GIVEN


def test_every_published_table_is_covered(tmp_path: Path) -> None:
    with duck.reading(empty_snapshot(tmp_path)) as con:
        tables = con.sql(
            "SELECT table_name, list(column_name) FROM duckdb_columns() WHERE table_name IN "
            "(SELECT table_name FROM duckdb_tables() WHERE NOT internal) GROUP BY table_name"
        ).fetchall()
    assert len(tables) > 15
    for name, columns in tables:
        require_covered(name, columns)


@pytest.mark.parametrize("name", [given.name for given in GIVEN if given.name != "questions"])
def test_every_frame_of_a_run_is_covered(name: str) -> None:
    require_covered(name, list(next(given.schema for given in GIVEN if given.name == name)))


def test_every_table_of_the_state_is_covered_with_its_columns(tmp_path: Path) -> None:
    Ledger(tmp_path).extracts()
    require_covered_state(tmp_path)
    with transaction(tmp_path) as state:
        for table in STATE_TABLES:
            columns = {name for (name,) in state.execute("SELECT name FROM pragma_table_info(?)", (table.name,))}
            named = {*table.records, *table.customers, *table.lists, *(table.follows or ())[:1]}
            assert columns, table.name
            assert named <= columns, table.name
            naming = {column for column in columns if column.startswith(("record_id", "customer_id"))}
            assert table.sealed or naming <= named or table.name in {"corrections", "queue_items", "remembered_records"}


def test_a_stranger_has_no_place(tmp_path: Path) -> None:
    (tmp_path / "lake" / "frames").mkdir(parents=True)
    (tmp_path / "lake" / "frames" / "records.parquet").touch()
    require_places(tmp_path)
    (tmp_path / "lake" / "copy.csv").touch()
    with pytest.raises(UncoveredError, match=r"lake/copy\.csv"):
        require_places(tmp_path)
    with pytest.raises(UncoveredError, match="table gossip"):
        require_covered("gossip", ["about"])
