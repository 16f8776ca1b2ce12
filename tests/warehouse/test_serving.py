"""A snapshot that is open for weeks: it remembers what a page read of it a short while ago, and no more than that."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.warehouse.worlds import run, world
from warehouse.queries import serving
from warehouse.queries.lookup import customers_by_id, customers_in_short, records_at
from warehouse.queries.serving import REMEMBERED, Snapshot, SnapshotReader

RECORDS = [f"web:{number}" for number in range(150)]


@pytest.fixture
def snapshot(tmp_path: Path) -> Iterator[Snapshot]:
    run(tmp_path, "r1", world({"C1": RECORDS, "C2": ["app:1"]}))
    reader = SnapshotReader(tmp_path)
    with reader.snapshot() as held:
        yield held
    reader.close()


def test_what_was_read_is_not_read_again(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    first = records_at(snapshot, [3, 1])
    assert {row["place"] for row in first} == {1, 3}
    monkeypatch.setattr(snapshot, "dicts", lambda *_: pytest.fail("it was read again"))
    assert records_at(snapshot, [3, 1]) is first


def test_other_places_are_other_records(snapshot: Snapshot) -> None:
    assert {row["place"] for row in records_at(snapshot, [0, 2])} == {0, 2}
    assert {row["place"] for row in records_at(snapshot, [2, 4])} == {2, 4}
    assert records_at(snapshot, []) == []


def test_memory_has_an_end(snapshot: Snapshot) -> None:
    first = records_at(snapshot, [0])
    for place in range(1, REMEMBERED + 1):
        records_at(snapshot, [place])
    again = records_at(snapshot, [0])
    assert again is not first
    assert again == first
    many = records_at(snapshot, list(range(serving.ROWS_OF_ONE + 1)))
    assert records_at(snapshot, list(range(serving.ROWS_OF_ONE + 1))) is not many


def test_a_list_shows_what_the_customer_is_called(snapshot: Snapshot) -> None:
    whole, short = (read(snapshot, ["C1", "C2", "nobody"]) for read in (customers_by_id, customers_in_short))
    assert short.keys() == whole.keys() == {"C1", "C2"}
    for customer, row in short.items():
        assert row == {column: whole[customer][column] for column in row}
