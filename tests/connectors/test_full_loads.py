"""Full extracts: a record that the newest does not tell is gone, and one that has shrunk too far is refused."""

import polars as pl

from connectors.landing import land
from connectors.ledger import Ledger
from connectors.versions import gone_by_feed, latest
from tests.connectors.conftest import AT_ONCE, NOW, Hub, make_feed, text


def test_a_shrunken_full_extract_is_refused_and_a_small_delta_is_not(hub: Hub) -> None:
    feed = make_feed("csv", volume={"floor": 0.5})
    many = [f"C{place},王芳,,2026-10-01" for place in range(10)]
    hub.deliver("csv", text(*many), day="20261001")
    hub.deliver("csv", text(*many[:1]), day="20261002")
    hub.deliver("csv", text(*many[:5]), day="20261101")
    assert hub.land(feed).extracts["records"].to_list() == [10, 1, 5]
    hub.deliver("csv", text(*many[:2]), day="20261201")
    hub.deliver("csv", text(*many[:3]), day="20261202")
    error = str(hub.refused(feed))
    assert "in/people_20261201.csv: expected at least 50% of the 5 rows of in/people_20261101.csv" in error
    assert "found 2 rows" in error
    assert "the people team" in error
    # Nothing of the refused extract is taken, nor of those after it, which may build on it.
    assert hub.landed.height == 16


def test_rejects_count_as_rows_of_the_volume(hub: Hub) -> None:
    hub.deliver("csv", text(*["broken"] * 10), day="20261102")
    landing = hub.land(make_feed("csv", volume={"min_rows": 10}))
    assert landing.extracts.select("rows_read", "records", "rejects").row(0) == (10, 0, 10)


def test_a_small_full_load_of_nothing_but_rejects_does_not_end_all_records(hub: Hub) -> None:
    feed = make_feed("csv")
    hub.deliver("csv", rows("C1", "C2"), day="20261101")
    hub.land(feed)
    hub.deliver("csv", text("broken", "broken"), day="20261201")
    assert "found 2 rejects in 2 rows, most of them for field_count" in str(hub.refused(feed))
    assert present(hub) == ["C1", "C2"]
    believed = make_feed("csv", volume={"most_rejects": 1})
    assert hub.land(believed).extracts["rejects"].to_list() == [2]


def test_an_extract_without_rows_is_believed_where_somebody_says_so(hub: Hub) -> None:
    feed = make_feed("csv")
    hub.deliver("csv", text())
    assert "run with --accept-shrunken people" in str(hub.refused(feed))
    landing = land(
        feed,
        hub.landing,
        hub.home,
        judge=None,
        progress=None,
        now=NOW,
        settling=AT_ONCE,
        accept_shrunken=True,
    )
    assert landing.extracts["rows_read"].to_list() == [0]
    assert landing.warnings == ("in/people_20261102.csv: accepted with 0 rows, fewer than the 1 of its [volume]",)


def test_a_shrunken_extract_is_accepted_when_somebody_says_so(hub: Hub) -> None:
    feed = make_feed("csv", volume={"floor": 0.5})
    hub.deliver("csv", rows(*(f"C{place}" for place in range(10))), day="20261001")
    hub.deliver("csv", rows("C1"), day="20261101")
    assert "--accept-shrunken people" in str(hub.refused(feed))
    accepted = land(
        feed, hub.landing, hub.home, judge=None, progress=None, now=NOW, settling=AT_ONCE, accept_shrunken=True
    )
    assert any("accepted with 1 rows, less than 50% of the 10 rows" in warning for warning in accepted.warnings)
    assert present(hub) == ["C1"]


def present(hub: Hub) -> list[str]:
    return latest(hub.landed, Ledger(hub.home).extracts())["source_id"].to_list()


def rows(*names: str) -> bytes:
    return text(*(f"{name},王芳,,2026-10-01" for name in names))


def test_what_the_newest_full_load_does_not_tell_is_gone_until_it_is_told_again(hub: Hub) -> None:
    feed = make_feed("csv")
    hub.deliver("csv", rows("C1", "C2", "C3"), day="20261001")
    hub.deliver("csv", rows("C4"), day="20261015")
    hub.land(feed)
    assert present(hub) == ["C1", "C2", "C3", "C4"]
    assert gone_by_feed(hub.landed, latest(hub.landed, Ledger(hub.home).extracts())) == {}
    hub.deliver("csv", rows("C1", "C4", "C5"), day="20261101")
    hub.land(feed)
    assert present(hub) == ["C1", "C4", "C5"]
    assert gone_by_feed(hub.landed.lazy(), latest(hub.landed, Ledger(hub.home).extracts())) == {"people": 2}
    hub.deliver("csv", rows("C2"), day="20261102")
    hub.land(feed)
    assert present(hub) == ["C1", "C2", "C4", "C5"]
    assert gone_by_feed(hub.landed, latest(hub.landed, Ledger(hub.home).extracts())) == {"people": 1}
    back = latest(hub.landed, Ledger(hub.home).extracts()).filter(pl.col("source_id") == "C2")
    assert back["versions"].item() == 2


def test_a_full_load_may_come_in_several_files_and_a_revision_replaces_its_file(hub: Hub) -> None:
    feed = make_feed("csv")
    hub.deliver("csv", rows("C1", "C2"), day="20261101", suffix="_north")
    hub.deliver("csv", rows("C3", "C4"), day="20261101", suffix="_south")
    hub.land(feed)
    assert present(hub) == ["C1", "C2", "C3", "C4"]
    hub.deliver("csv", rows("C3"), day="20261101", suffix="_south")
    hub.land(feed)
    assert present(hub) == ["C1", "C2", "C3"]


def test_the_files_of_one_load_are_not_held_against_each_other(hub: Hub) -> None:
    feed = make_feed("csv")
    many = [f"C{place}" for place in range(23)]
    for day, last in (("20261101", many[20:23]), ("20261201", many[20:22])):
        hub.deliver("csv", rows(*many[:10]), day=day, suffix="_1")
        hub.deliver("csv", rows(*many[10:20]), day=day, suffix="_2")
        hub.deliver("csv", rows(*last), day=day, suffix="_3")
        assert hub.land(feed).extracts["records"].to_list() == [10, 10, len(last)]
    hub.deliver("csv", rows(*many[:4]), day="20261201", suffix="_1")
    assert "at least 50% of the 10 rows of in/people_20261201_1.csv" in str(hub.refused(feed))


def test_feeds_that_deliver_deltas_only_lose_nothing(hub: Hub) -> None:
    feed = make_feed("csv", delivery={"folder": "in", "files": "people_{date}*.csv", "mode": "delta"})
    hub.deliver("csv", rows("C1"), day="20261101")
    hub.deliver("csv", rows("C2"), day="20261102")
    hub.land(feed)
    assert present(hub) == ["C1", "C2"]
