"""The 360° view and the review queue: what analysts and stewards read off a small world, to be checked by hand."""

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from matching.frames import FINDINGS, HOUSEHOLDS, PAIRS, QUESTIONS, REJECTS
from tests.warehouse.worlds import Frames, Row, frame, run, world
from warehouse.published.reading import read_table
from warehouse.tables import JUDGEMENTS


def at(day: str) -> datetime:
    return datetime.fromisoformat(day)


def subscription(product: str, bill: str, opened_on: str = "2020-11-01", status: str = "active") -> Row:
    return {
        "account_no": "A1",
        "product": product,
        "subscription_status": status,
        "monthly_bill": bill,
        "opened_on": opened_on,
        "service_number_raw": "13300001111",
    }


def ticket(day: str, topic: str, solved: str) -> Row:
    return {"topic": topic, "solved_at_first": solved, "happened_at": at(day)}


def row(home: Path, view: str, customer: str) -> Row:
    found = read_table(home, view).filter(pl.col("customer_id") == customer)
    return found.row(0, named=True)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    groups = {
        "C1": ["bss:1", "bss:2", "call:1", "call:2", "retail:1", "web:1"],
        "C2": ["bss:3", "call:3"],
        "C3": ["web:2"],
        "C4": ["bss:4", "bss:5", "call:4"],
    }
    said: dict[str, Row] = {
        "bss:1": subscription("mobile", "59.00"),
        "bss:2": subscription("broadband", "100.5", opened_on="2015-01-31"),
        "bss:3": subscription("mobile", "30"),
        "bss:4": subscription("mobile", "oops", opened_on="yesterday"),
        "bss:5": subscription("phs", "20", status="closed"),
        "call:1": ticket("2026-10-01", "complaint", "no"),
        "call:2": ticket("2026-10-20", "complaint", "yes"),
        "call:3": ticket("2026-10-22", "fault_report", "no"),
        "call:4": ticket("2026-10-25", "fault_report", "no"),
        "retail:1": {"outlet": "城南营业厅", "product": "mobile", "happened_at": at("2026-10-05")},
        "web:1": {"username_raw": "zhang"},
        "web:2": {"username_raw": "li"},
    }
    households = frame(
        [
            {"household_id": "H1", "customer_id": customer, "address": "x", "member_count": 2}
            for customer in ("C1", "C2")
        ],
        HOUSEHOLDS,
    )
    run(home, "r1", world(groups, said=said, households=households))
    return home


def test_subscriptions_are_typed_and_owned(home: Path) -> None:
    held = read_table(home, "subscriptions")
    assert held["customer_id"].to_list() == ["C1", "C1", "C2", "C4", "C4"]
    assert [None if bill is None else float(bill) for bill in held["monthly_bill"]] == [59.0, 100.5, 30.0, None, 20.0]
    assert held["opened_on"].null_count() == 1


def test_a_customer_in_one_row(home: Path) -> None:
    all_of_it = row(home, "customer_360", "C1")
    assert all_of_it["product_lines"] == ["broadband", "mobile"]
    assert float(str(all_of_it["monthly_bill"])) == 159.5
    assert all_of_it["value_tier"] == "high"
    assert all_of_it["channel_use"] == "both"
    assert str(all_of_it["customer_since"]) == "2015-01-31"
    assert all_of_it["tenure_band"] == "veteran"
    assert (all_of_it["ticket_count"], all_of_it["complaint_count"], all_of_it["unsolved_count"]) == (2, 2, 1)
    assert (all_of_it["order_count"], all_of_it["last_outlet"]) == (1, "城南营业厅")
    assert all_of_it["last_contact_at"] == at("2026-10-20")
    assert (all_of_it["household_id"], all_of_it["household_size"]) == ("H1", 2)


def test_a_customer_of_whom_little_is_known(home: Path) -> None:
    little = row(home, "customer_360", "C3")
    assert (little["value_tier"], little["channel_use"], little["product_lines"]) == ("none", "self_service", [])
    assert (little["ticket_count"], little["household_id"]) == (0, None)


def test_closed_subscriptions_and_unreadable_bills_do_not_count(home: Path) -> None:
    segment = row(home, "segments", "C4")
    assert segment["product_lines"] == ["mobile"]
    assert (segment["subscription_count"], float(str(segment["monthly_bill"]))) == (1, 0.0)
    assert segment["value_tier"] == "none"


@pytest.mark.parametrize(
    ("opened_on", "band"),
    [
        ("2025-11-02", "new"),
        ("2025-11-01", "settled"),
        ("2021-11-02", "settled"),
        ("2021-11-01", "loyal"),
        ("2016-11-02", "loyal"),
        ("2016-11-01", "veteran"),
    ],
)
def test_a_year_is_over_on_its_day_and_not_before(opened_on: str, band: str, tmp_path: Path) -> None:
    said = {"bss:1": subscription("mobile", "59", opened_on=opened_on) | {"first_seen_at": at(opened_on)}}
    run(tmp_path, "r1", world({"C1": ["bss:1"]}, said=said))
    assert row(tmp_path, "segments", "C1")["tenure_band"] == band


def test_every_customer_is_once_in_every_view_of_customers(home: Path) -> None:
    for view in ("customer_360", "segments"):
        assert read_table(home, view)["customer_id"].to_list() == ["C1", "C2", "C3", "C4"]


def test_each_delivery_of_a_feed_says_how_good_it_was(tmp_path: Path) -> None:
    frames = world({"C1": ["bss:1", "bss:2"], "C2": ["bss:3", "web:1"]})
    at_line = {"feed": "bss", "extract": "bss/day.csv", "extract_id": "bss" * 4}
    found = [
        (2, "placeholder_phone"),
        (2, "wrong_check_character"),
        (3, "wrong_check_character"),
    ]
    findings = frame([{**at_line, "line": line, "rule": rule, "reason": "x"} for line, rule in found], FINDINGS)
    rejects = frame([{**at_line, "line": 5, "rule": "field_count", "reason": "x", "raw": "x"}], REJECTS)
    delivered = pl.col("feed") == "bss"
    extracts = frames["extracts"].with_columns(
        rows_read=pl.when(delivered).then(4).otherwise("rows_read"),
        rejects=pl.when(delivered).then(1).otherwise("rejects"),
    )
    run(tmp_path, "r1", frames | {"findings": findings, "rejects": rejects, "extracts": extracts})
    shown = ("feed", "rows_read", "records", "rejects", "reject_rate", "odd_records", "odd_rate", "most_frequent")
    assert read_table(tmp_path, "feed_quality").select(shown).rows() == [
        ("bss", 4, 3, 1, 0.25, 2, 0.6667, "wrong_check_character"),
        ("web", 1, 1, 0, 0.0, 0, 0.0, None),
    ]


def test_channels_overlap_both_ways(home: Path) -> None:
    overlap = read_table(home, "channel_overlap")
    counts = {(feed, other): customers for feed, other, customers, *_ in overlap.rows()}
    assert counts["bss", "call"] == counts["call", "bss"] == 3
    assert counts["bss", "bss"] == 3
    assert counts["web", "retail"] == 1
    assert overlap.filter(pl.col("share_of_feed") > 1).is_empty()


def test_neglected_are_those_who_pay_and_wait(home: Path) -> None:
    neglected = read_table(home, "neglected_customers")
    assert neglected.select("customer_id", "reason", "waiting_days", "complaints_in_a_year").rows() == [
        ("C1", "complaining", 12, 2),
        ("C2", "unsolved", 10, 0),
    ]


def test_service_quality_counts_who_comes_back(home: Path) -> None:
    quality = {(subject, name): rest for subject, name, *rest in read_table(home, "service_quality").rows()}
    assert quality["topic", "complaint"] == [2, 1, 0.5, 0.5]
    assert quality["topic", "fault_report"] == [2, 2, 0.0, 0.0]
    assert quality["outlet", "城南营业厅"] == [1, 1, None, 1.0]


def pair(left: str, right: str, score: float, band: str = "review") -> Row:
    return {"record_id_l": left, "record_id_r": right, "score": score, "band": band, "found_by": [], "evidence": []}


def queued(home: Path, **others: pl.DataFrame) -> pl.DataFrame:
    groups = {"C1": ["app:1", "bss:1"], "C2": ["web:1", "web:2"], "C3": ["web:3"]}
    said: dict[str, Row] = {"bss:1": subscription("mobile", "100")}
    pairs = [
        pair("app:1", "web:1", 1.0),
        pair("app:1", "web:2", 2.0),
        pair("app:1", "bss:1", 0.5),
        pair("web:2", "web:3", 0.1),
        pair("bss:1", "web:3", -4.0, band="apart"),
    ]
    frames: Frames = world(groups, said=said, pairs=frame(pairs, PAIRS), **others)
    run(home, "r1", frames)
    return read_table(home, "review_queue")


def test_two_customers_are_one_question_about_their_best_pair(tmp_path: Path) -> None:
    queue = queued(tmp_path)
    assert queue.select("kind", "record_ids", "customer_ids", "score").rows() == [
        ("pair", ["app:1", "web:2"], ["C1", "C2"], 2.0),
        ("pair", ["web:2", "web:3"], ["C2", "C3"], 0.1),
    ]
    assert queue["records_touched"].to_list() == [4, 3]
    assert [float(bill) for bill in queue["monthly_bill_touched"]] == [100.0, 0.0]
    assert queue["impact"].to_list() == [7.0, 3.0]


def test_what_was_judged_is_not_asked_again(tmp_path: Path) -> None:
    judged = [
        {"record_id_l": "bss:1", "record_id_r": "web:1", "verdict": "different", "who": "li", "at": at("2026-11-01")}
    ]
    queue = queued(tmp_path, judgements=frame(judged, JUDGEMENTS))
    assert queue["record_ids"].to_list() == [["web:2", "web:3"]]


def test_a_question_keeps_its_id_from_run_to_run(tmp_path: Path) -> None:
    first = queued(tmp_path / "one")
    questions = frame([{"cluster": "app:1", "reason": "weak_bridge", "score": 1.5}], QUESTIONS)
    second = queued(tmp_path / "other", questions=questions)
    assert set(first["item_id"]) < set(second["item_id"])
    assert second["item_id"].is_unique().all()


def test_customers_in_question_are_asked_once(tmp_path: Path) -> None:
    questions = [
        {"cluster": "app:1", "reason": "weak_bridge", "score": 1.5},
        {"cluster": "app:1", "reason": "something new", "score": 1.0},
    ]
    queue = queued(tmp_path, questions=frame(questions, QUESTIONS)).filter(pl.col("kind") == "cluster")
    assert queue.select("record_ids", "customer_ids", "reason").rows() == [
        (["app:1", "bss:1"], ["C1"], "something new"),
    ]


def test_two_valid_ids_in_one_customer_are_a_question(tmp_path: Path) -> None:
    ids = {"web:1": "11010519491231002X", "web:2": "440524188001010014"}
    said: dict[str, Row] = {record: {"id_number": number, "id_is_valid": True} for record, number in ids.items()}
    run(tmp_path, "r1", world({"C1": ["web:1", "web:2"], "C2": ["web:3"]}, said=said))
    queue = read_table(tmp_path, "review_queue")
    assert queue.select("kind", "customer_ids").rows() == [("cluster", ["C1"])]
    assert queue["reason_zh"].to_list() == ["同一客户含有不同的有效证件号码"]


@pytest.mark.parametrize(("verdict", "asked"), [("same", 0), ("unsure", 1)])
def test_whoever_joined_two_valid_ids_is_not_asked_about_them(tmp_path: Path, verdict: str, asked: int) -> None:
    ids = {"web:1": "11010519491231002X", "web:2": "440524188001010014"}
    said: dict[str, Row] = {record: {"id_number": number, "id_is_valid": True} for record, number in ids.items()}
    told = {"record_id_l": "web:1", "record_id_r": "web:2", "verdict": verdict, "who": "li", "at": at("2026-11-01")}
    run(tmp_path, "r1", world({"C1": ["web:1", "web:2"]}, said=said, judgements=frame([told], JUDGEMENTS)))
    assert read_table(tmp_path, "review_queue").height == asked
    third = said | {"web:3": {"id_number": "330106198501010014", "id_is_valid": True}}
    groups = {"C1": ["web:1", "web:2", "web:3"]}
    run(tmp_path, "r2", world(groups, run="r2", said=third, judgements=frame([told], JUDGEMENTS)), minute=2)
    assert read_table(tmp_path, "review_queue").height == 1, "a number that nobody has looked at"
