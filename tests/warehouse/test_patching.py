"""A snapshot patched from the one before holds what one written whole holds, in every table."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.warehouse.worlds import STARTED, Frames, run, world
from warehouse import duck
from warehouse.errors import SnapshotError
from warehouse.published import building, patching, snapshots
from warehouse.published.reading import export_tables, read_table
from warehouse.tables import PUBLISHED, Frame, Told

RECORDS = [f"{feed}:{number}" for feed in ("bss", "web") for number in range(6)]
WORLDS = st.fixed_dictionaries(
    {
        "groups": st.dictionaries(st.sampled_from(RECORDS), st.sampled_from("ABCD"), min_size=1, max_size=8),
        "names": st.dictionaries(st.sampled_from("ABCD"), st.sampled_from(["王芳", "李明"]), max_size=4),
    }
)


def frames(told: dict[str, dict[str, str]], run_id: str) -> Frames:
    groups: dict[str, list[str]] = {}
    for record, customer in sorted(told["groups"].items()):
        groups.setdefault(customer, []).append(record)
    made = world(groups, names=told["names"], run=run_id)
    is_bss = pl.col("feed") == "bss"
    made["records"] = made["records"].with_columns(
        account_no=pl.when(is_bss).then("source_id"), topic=pl.when(~is_bss).then(pl.lit("fault"))
    )
    return made


def write(home: Path, run_id: str, told: dict[str, dict[str, str]], *, rebuild: bool) -> dict[str, bytes]:
    started = STARTED + timedelta(minutes=int(run_id[1:]))
    path = snapshots.write_candidate(home, run_id, frames(told, run_id), {"started_at": started}, rebuild=rebuild)
    out = path.parent.parent / f"exported-{rebuild}"
    files = {file.name: file.read_bytes() for file in export_tables(path, out)}
    shutil.rmtree(out)
    return files


@pytest.fixture(autouse=True, scope="module")
def small_worlds_change_as_a_whole() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(patching, "MOST", 10.0)
        yield


@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(WORLDS, min_size=3, max_size=3))
def test_patched_and_whole_hold_the_same(
    tmp_path_factory: pytest.TempPathFactory, days: list[dict[str, dict[str, str]]]
) -> None:
    home = tmp_path_factory.mktemp("home")
    run(home, "r0", frames(days[0], "r0"))
    for number, told in enumerate(days[1:], start=1):
        kept = home / "kept"
        shutil.copytree(home / "lake", kept)
        whole = write(home, f"r{number}", told, rebuild=True)
        shutil.rmtree(home / "lake")
        kept.rename(home / "lake")
        patched = write(home, f"r{number}", told, rebuild=False)
        assert [name for name in whole if whole[name] != patched[name]] == []
        snapshots.publish(home, f"r{number}")
    shutil.rmtree(home)


def test_subscriptions_and_tickets_follow_their_records(tmp_path: Path) -> None:
    days: list[dict[str, dict[str, str]]] = [
        {"groups": {"bss:1": "A", "bss:2": "A", "web:1": "A", "web:2": "B", "bss:3": "B"}, "names": {}},
        {"groups": {"bss:1": "A", "bss:2": "B", "web:1": "B", "web:4": "B", "bss:0": "A"}, "names": {}},
    ]
    run(tmp_path, "r0", frames(days[0], "r0"))
    write(tmp_path, "r1", days[1], rebuild=False)
    held = {table: read_table(tmp_path / "warehouse/candidates/r1.duckdb", table) for table in patching.FOLLOWING}
    assert held["subscriptions"].select("record_id", "customer_id").rows() == [
        ("bss:0", "A"),
        ("bss:1", "A"),
        ("bss:2", "B"),
    ]
    assert held["interactions"].select("record_id", "customer_id").rows() == [("web:1", "B"), ("web:4", "B")]


def told_by_print(frame: pl.DataFrame) -> Told:
    place = ["record_id", "extract_id", "line"]
    prints = frame.select(*place, "feed", "extract", "seen_at", print=frame.hash_rows())
    return Told(prints, lambda some: frame.join(some, on=place, how="semi", maintain_order="left"))


def test_what_is_written_part_by_part_is_what_is_written_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = world({"A": ["bss:1", "web:1"], "B": ["app:1", "app:2", "app:3"]}, run="r0")
    versions = told_by_print(made["record_versions"].reverse())
    told, by_feed = ({**made, "record_versions": each} for each in (versions, replace(versions, by="feed")))
    held = []
    for each, part in ((made, building.PART), (told, building.PART), (told, 2), (by_feed, 2)):
        monkeypatch.setattr(building, "PART", part)
        path = snapshots.write_candidate(tmp_path, "r0", each, {"started_at": STARTED})
        held.append(read_table(path, "record_versions"))
    assert held[0].height == 5
    assert all(held[0].equals(other) for other in held[1:])


def test_a_part_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    def lost(_: pl.DataFrame) -> pl.DataFrame:
        message = "expected the evidence of all pairs, found none"
        raise SnapshotError(message)

    made = world({"A": ["bss:1"]}, run="r0")
    told = {**made, "record_versions": replace(told_by_print(made["record_versions"]), whole=lost)}
    with pytest.raises(SnapshotError, match="found none"):
        snapshots.write_candidate(tmp_path, "r0", told, {"started_at": STARTED})
    assert list((tmp_path / "warehouse/candidates").iterdir()) == []


def test_versions_that_are_not_read_yet_are_read_by_extract(tmp_path: Path) -> None:
    days = [{"A": ["bss:1", "web:1"]}, {"A": ["bss:1"], "B": ["app:1", "app:2"]}]
    for number, groups in enumerate(days):
        made: dict[str, Frame] = dict(world(groups, run=f"r{number}"))
        made["record_versions"] = told_by_print(made["record_versions"])
        started = {"started_at": STARTED + timedelta(minutes=number)}
        path = snapshots.write_candidate(tmp_path, f"r{number}", made, started, rebuild=False)
        snapshots.publish(tmp_path, f"r{number}")
    assert patching.prints(building.given_frames(made))["record_versions"].height == 2
    with duck.reading(snapshots.folder_of(tmp_path, "snapshots") / path.name) as con:
        kept = con.sql("SELECT record_id, feed FROM record_versions ORDER BY record_id").fetchall()
        deleted = con.sql("SELECT count(*) FROM record_versions WHERE feed = 'web'").fetchall()
    assert kept == [("app:1", "app"), ("app:2", "app"), ("bss:1", "bss")]
    assert deleted == [(0,)]


def test_a_snapshot_that_is_not_the_one_remembered_is_not_patched(tmp_path: Path) -> None:
    told = {"groups": {"web:1": "A", "bss:1": "A"}, "names": {}}
    first = frames(told, "r0")
    run(tmp_path, "r0", first)
    held = patching.prints(first)
    in_force = snapshots.current(tmp_path)
    assert patching.patch(tmp_path, in_force, first, held) is not None
    assert patching.patch(tmp_path, tmp_path / "another.duckdb", first, held) is None
    shutil.rmtree(tmp_path / "lake")
    assert patching.patch(tmp_path, in_force, first, held) is None


def test_every_patched_table_loses_its_stale_rows() -> None:
    stale = duck.statements("patch/stale").split()
    assert {f"stale_{table}" for table in patching.KEYS} == {word for word in stale if word.startswith("stale_")}
    assert set(patching.KEYS) <= {published.name for published in PUBLISHED if published.is_table}
