"""Checks of a feed: sound deliveries pass, each check fails for its own reason and says where."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import polars as pl
import pytest

from matching.frames import EXTRACTS, LANDED, REJECTS, conform
from matching.words import Severity
from quality.suites import FEED_CHECKS, check_feed, failures
from tests.warehouse.worlds import Row

FIRST = date(2026, 11, 1)
ROWS = 60


class Feed:
    """What a feed delivered in three days, to be spoilt in one way."""

    def __init__(self) -> None:
        self.landed: list[Row] = []
        self.extracts: list[Row] = []
        self.rejects: list[Row] = []
        for day in range(3):
            self.deliver(FIRST + timedelta(days=day), ROWS)

    def deliver(self, day: date, rows: int) -> None:
        """Add an extract of so many sound rows."""
        name = f"web/{day:%m%d}.csv"
        self.landed += [
            {
                "record_id": f"web:{day:%m%d}{line}",
                "feed": "web",
                "source_id": f"{day:%m%d}{line}",
                "extract": name,
                "extract_id": name,
                "line": line,
                "seen_at": datetime.combine(day, datetime.min.time()),
                "happened_at": datetime.combine(day, datetime.min.time()) - timedelta(hours=3),
                "name": "张三",
                "mobile": "133 0000 1111",
                "gender": "male",
            }
            for line in range(2, rows + 2)
        ]
        self.extracts.append(
            {
                "feed": "web",
                "extract": name,
                "extract_id": name,
                "delivered_on": day,
                "rows_read": rows,
                "records": rows,
                "rejects": 0,
                "unknown_columns": [],
            }
        )

    def reject(self, rows: int) -> None:
        """Turn so many rows of the last extract into rejects."""
        for _ in range(rows):
            row = self.landed.pop()
            self.rejects.append(
                {"feed": "web", "extract": row["extract"], "extract_id": row["extract_id"], "line": row["line"],
                 "rule": "field_count", "reason": "", "raw": ""}
            )  # fmt: skip
        last = self.extracts[-1]
        last["records"], last["rejects"] = ROWS - rows, rows

    def check(self) -> pl.DataFrame:
        """Run the checks on what the feed is now."""
        return check_feed(
            conform(pl.DataFrame(self.landed, infer_schema_length=None), LANDED, name="landed"),
            conform(pl.DataFrame(self.extracts), EXTRACTS, name="extracts"),
            conform(pl.DataFrame(self.rejects), REJECTS, name="rejects")
            if self.rejects
            else pl.DataFrame(schema=REJECTS),
            feed="web",
        )


def last(feed: Feed) -> list[Row]:
    return feed.landed[-ROWS:]


def lose_a_row(feed: Feed) -> None:
    del feed.landed[-1]


def miscount(feed: Feed) -> None:
    feed.extracts[0]["rows_read"] = ROWS + 1


def lose_a_key(feed: Feed) -> None:
    feed.landed[-1]["source_id"] = None


def read_a_line_twice(feed: Feed) -> None:
    feed.landed[-1]["line"] = feed.landed[-2]["line"]


def reject_most(feed: Feed) -> None:
    feed.reject(31)


def reject_some(feed: Feed) -> None:
    feed.reject(11)


def add_a_column(feed: Feed) -> None:
    feed.extracts[1]["unknown_columns"] = ["shoe size"]


def deliver_too_much(feed: Feed) -> None:
    feed.deliver(FIRST + timedelta(days=3), 3 * ROWS + 1)


def skip_days(feed: Feed) -> None:
    feed.deliver(FIRST + timedelta(days=5), ROWS)


def empty_a_column(feed: Feed) -> None:
    for row in last(feed)[: ROWS // 2 + 1]:
        row["gender"] = " "


def tell_the_future(feed: Feed) -> None:
    feed.landed[-1]["happened_at"] = datetime.combine(FIRST + timedelta(days=4), datetime.min.time())


def garble(feed: Feed) -> None:
    feed.landed[-1]["name"] = "锟斤拷"


def shorten_phones(feed: Feed) -> None:
    for row in last(feed)[-19:]:
        row["mobile"] = "12-34"


def invent_a_code(feed: Feed) -> None:
    feed.landed[-1]["gender"] = "男"


ENDS_AT = "web/1103.csv:61"
SPOILS: list[tuple[str, Callable[[Feed], None], list[str]]] = [
    ("rows_of_extracts_add_up", lose_a_row, ["web/1103.csv"]),
    ("rows_of_extracts_add_up", miscount, ["web/1101.csv"]),
    ("keys_are_filled", lose_a_key, [ENDS_AT]),
    ("a_line_is_one_row", read_a_line_twice, ["web/1103.csv:60"]),
    ("most_rows_are_records", reject_most, ["web/1103.csv"]),
    ("few_rows_are_rejects", reject_some, ["web/1103.csv"]),
    ("columns_are_known", add_a_column, ["web/1102.csv"]),
    ("extracts_are_of_usual_size", deliver_too_much, ["web/1104.csv"]),
    ("no_delivery_is_missing", skip_days, ["web/1106.csv"]),
    ("columns_stay_filled", empty_a_column, ["web/1103.csv/gender"]),
    ("nothing_happens_after_delivery", tell_the_future, [ENDS_AT]),
    ("text_is_not_garbled", garble, [ENDS_AT]),
    ("phones_look_like_phones", shorten_phones, [f"web/1103.csv:{line}" for line in range(43, 62)]),
    ("codes_are_known", invent_a_code, [ENDS_AT]),
]


def test_sound_deliveries_pass_every_check() -> None:
    results = Feed().check()
    assert results["check"].to_list() == [check.name for check in FEED_CHECKS]
    assert results["subject"].unique().to_list() == ["web"]
    assert results.filter(~pl.col("passed")).rows() == []


def test_rejects_that_are_accounted_for_are_no_fault() -> None:
    feed = Feed()
    feed.reject(3)
    assert feed.check().filter(~pl.col("passed")).rows() == []


def test_every_check_is_spoilt_once() -> None:
    assert {name for name, _, _ in SPOILS} == {check.name for check in FEED_CHECKS}


@pytest.mark.parametrize(("check", "spoil", "rows"), SPOILS, ids=[spoil.__name__ for _, spoil, _ in SPOILS])
def test_a_spoilt_feed_fails_and_says_where(check: str, spoil: Callable[[Feed], None], rows: list[str]) -> None:
    feed = Feed()
    spoil(feed)
    results = feed.check()
    found = results.row(by_predicate=pl.col("check") == check, named=True)
    assert not found["passed"]
    assert found["row_ids"] == rows
    assert failures(results, Severity(found["severity"])).height >= 1


def test_other_feeds_do_not_matter() -> None:
    feed = Feed()
    feed.landed += [row | {"feed": "app", "line": 2, "source_id": None} for row in last(feed)]
    assert feed.check().filter(~pl.col("passed")).rows() == []


def test_a_feed_of_which_nothing_was_taken_has_no_results() -> None:
    empty = pl.DataFrame(schema=LANDED)
    assert check_feed(empty, pl.DataFrame(schema=EXTRACTS), pl.DataFrame(schema=REJECTS), feed="web").is_empty()


def test_results_hold_places_and_no_values() -> None:
    feed = Feed()
    shorten_phones(feed)
    garble(feed)
    text = feed.check().write_json()
    assert "12-34" not in text
    assert "锟斤拷" not in text


def test_what_was_taken_never_keeps_later_runs_in() -> None:
    """Rejects are in the hub for good: only what no run could have taken is critical."""
    feed = Feed()
    reject_most(feed)
    assert failures(feed.check(), Severity.CRITICAL).is_empty()


def test_rows_erased_on_request_do_not_make_an_extract_misunderstood() -> None:
    feed = Feed()
    reject_most(feed)
    for row in feed.rejects:
        row["rule"] = "erased"
    assert feed.check().row(by_predicate=pl.col("check") == "most_rows_are_records", named=True)["passed"]
