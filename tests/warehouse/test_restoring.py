"""Rollback: the customers of an earlier run in force again, and every id and every moment still accounted for."""

from datetime import timedelta
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from matching.errors import CustomerHubError
from matching.words import Retired
from tests.warehouse.lives import at, holders, publish, read
from tests.warehouse.worlds import run, world
from warehouse import duck
from warehouse.judgements.restoring import rollback
from warehouse.published import published_ids, snapshots
from warehouse.published.reading import read_frame, read_table

TWO = {"C1": ["bss:1", "web:1"], "C2": ["web:2"]}


def redirects(home: Path) -> dict[str, tuple[str | None, str]]:
    """Where each id out of use leads, and why."""
    rows = read_frame(home, "customer_redirects").select("customer_id", "redirects_to", "reason").rows()
    return {customer_id: (leads, reason) for customer_id, leads, reason in rows}


def test_a_rollback_goes_one_run_back_and_forth_again(tmp_path: Path) -> None:
    for day in (1, 2, 3):
        publish(tmp_path, day, read("a " + "b" * (day > 1) + " c" * (day > 2)))
    for later, (to, shown) in enumerate([(None, 2), (None, 1), (3, 3)], start=10):
        kept = {path.stem[-1]: path.stem for path in snapshots.snapshots(tmp_path)}
        done = rollback(tmp_path, kept[str(to)] if to else None, now=at(later))
        assert done.run.endswith(f"run{shown:04}")
        assert read_table(tmp_path, "customers").height == shown
        assert snapshots.current(tmp_path) == done.path
    assert len(snapshots.snapshots(tmp_path)) == 6


def test_a_rollback_to_nowhere_names_what_there_is(tmp_path: Path) -> None:
    run(tmp_path, "r1", world(TWO))
    for to, found in (("r9", "of run r9"), (None, "before the one in force")):
        with pytest.raises(CustomerHubError, match=f"{found}.*found only r1.*--to"):
            rollback(tmp_path, to, now=at(1))
    with pytest.raises(CustomerHubError, match="not in force, found r1"):
        rollback(tmp_path, "r1", now=at(1))
    assert snapshots.current(tmp_path) == snapshots.snapshots(tmp_path)[0]


def test_every_moment_shows_what_was_in_force_then(tmp_path: Path) -> None:
    shown: list[tuple[int, Path | None]] = []
    for day, clusters in enumerate(["a b c", "ab c d", "abd c e"], start=1):
        publish(tmp_path, day, read(clusters))
        shown.append((day, snapshots.current(tmp_path)))
    rollback(tmp_path, shown[0][1].stem if shown[0][1] else None, now=at(4))
    shown.append((4, snapshots.current(tmp_path)))
    publish(tmp_path, 5, read("ab c d e f"))
    shown.append((5, snapshots.current(tmp_path)))
    last = snapshots.current(tmp_path)
    assert last is not None
    with duck.reading(last) as con:
        for day, snapshot in shown:
            assert snapshot is not None
            then = at(day).replace(tzinfo=None) + timedelta(hours=1)
            for ask, table in (
                ("SELECT * FROM customer_as_of($1)", "customers"),
                ("SELECT * FROM crosswalk_as_of($1)", "crosswalk"),
            ):
                found = duck.rows(con.sql(ask, params=[then]))
                assert_frame_equal(found, read_table(snapshot, table).select(found.columns))
    runs = read_table(last, "runs")
    assert runs["run_id"].str.slice(-7).to_list() == ["run0001", "run0002", "run0003", "ollback", "run0005"]


def test_ids_of_a_run_that_was_rolled_back_lead_on_and_come_back_with_their_customers(tmp_path: Path) -> None:
    first = publish(tmp_path, 1, read("abc d"))
    later = publish(tmp_path, 2, read("ab c d ef g"))
    was = holders(later.crosswalk)
    rollback(tmp_path, now=at(3))

    old = holders(first.crosswalk)
    assert holders(read_frame(tmp_path, "crosswalk")) == old
    assert redirects(tmp_path) == {
        was["c"]: (old["abc"], Retired.ROLLED_BACK),
        was["ef"]: (None, Retired.ROLLED_BACK),
        was["g"]: (None, Retired.ROLLED_BACK),
    }

    again = publish(tmp_path, 4, read("ab c d ef"))
    assert holders(again.crosswalk) == {each: was[each] for each in ("ab", "c", "d", "ef")}
    assert again.crosswalk.join(later.crosswalk, on=["record_id", "customer_id", "since_run"]).height == 6
    assert redirects(tmp_path) == {was["g"]: (None, Retired.ROLLED_BACK)}
    assert again.churn.restored == 2

    returned = publish(tmp_path, 5, read("ab c d ef g"))
    assert holders(returned.crosswalk) == was, "it comes back whenever its customer does"
    assert publish(tmp_path, 6, read("ab c d ef g")).churn.changes.is_empty()


def test_an_id_whose_records_went_elsewhere_redirects_there(tmp_path: Path) -> None:
    first = publish(tmp_path, 1, read("ab d"))
    later = publish(tmp_path, 2, read("a b d e f"))
    rollback(tmp_path, now=at(3))
    publish(tmp_path, 4, read("ab de f"))
    old, was = holders(first.crosswalk), holders(later.crosswalk)
    assert redirects(tmp_path) == {was["b"]: (old["ab"], Retired.MERGED), was["e"]: (old["d"], Retired.MERGED)}
    assert holders(read_frame(tmp_path, "crosswalk"))["f"] == was["f"]
    apart = holders(publish(tmp_path, 5, read("ab d e f")).crosswalk)
    assert apart["e"] not in was.values(), "what became of it is settled"


def test_a_customer_merged_by_a_run_that_was_rolled_back_is_in_force_again(tmp_path: Path) -> None:
    first = publish(tmp_path, 1, read("a b"))
    publish(tmp_path, 2, read("ab"))
    rollback(tmp_path, now=at(3))
    assert holders(read_frame(tmp_path, "crosswalk")) == holders(first.crosswalk)
    assert redirects(tmp_path) == {}
    history = read_table(tmp_path, "customer_redirects")
    assert history["valid_to"].to_list() == [at(3).replace(tzinfo=None)]


def test_ids_that_no_snapshot_knows_any_more_are_never_given_again(tmp_path: Path) -> None:
    publish(tmp_path, 1, read("a"))
    lost = holders(publish(tmp_path, 2, read("a b c")).crosswalk)
    in_force = snapshots.current(tmp_path)
    assert in_force is not None
    in_force.write_bytes(b"no database" * 1000)
    rollback(tmp_path, snapshots.snapshots(tmp_path)[0].stem, now=at(3))
    tombstones = {lost["b"]: (None, Retired.GONE), lost["c"]: (None, Retired.GONE)}
    assert redirects(tmp_path) == tombstones
    again = holders(publish(tmp_path, 4, read("a b c")).crosswalk)
    assert again["a"] == lost["a"]
    assert not {again["b"], again["c"]} & set(lost.values())
    assert redirects(tmp_path) == tombstones


def ledger(home: Path) -> set[str]:
    """All ids that were ever published."""
    ids = published_ids.beyond(home, 0)
    return set() if ids is None else set(ids)


@pytest.mark.parametrize("step", ["_point", "published_ids.settle"])
def test_a_run_that_died_gives_its_ids_back_only_if_nobody_saw_them(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path, 1, read("a"))

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(f"warehouse.published.snapshots.{step}", die)
        with pytest.raises(KeyboardInterrupt):
            publish(tmp_path, 2, read("a b"))
    seen = set(read_frame(tmp_path, "crosswalk")["customer_id"])
    assert len(seen) == (1 if step == "_point" else 2)

    again = set(publish(tmp_path, 3, read("a b")).crosswalk["customer_id"])

    assert ledger(tmp_path) == again >= seen
    rollback(tmp_path, snapshots.snapshots(tmp_path)[0].stem, now=at(4))
    assert set(publish(tmp_path, 5, read("a b")).crosswalk["customer_id"]) == again


def test_a_home_from_before_the_ledger_is_taken_in_whole(tmp_path: Path) -> None:
    publish(tmp_path, 1, read("a b"))
    publish(tmp_path, 2, read("ab"))
    (tmp_path / "state.sqlite").unlink()
    publish(tmp_path, 3, read("ab c"))
    assert published_ids.beyond(tmp_path, 3) is None
    assert len(ledger(tmp_path)) == 3
