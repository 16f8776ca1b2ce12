"""Customers that last: too much change waits for a word, merges are shown, told and taken back, no id is lost."""

import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from matching.words import Judgement
from pipelines.demo.extracts import Demo
from pipelines.locking import only_run
from tests.journeys.conftest import hub
from warehouse import state
from warehouse.published import snapshots
from warehouse.published.reading import read_table

PAIRS = 60
NEW_NUMBER = "19900001234"
"""That no record tells."""


def founders(home: Path) -> list[tuple[str, str]]:
    """Each customer with its first record, in the order of ids."""
    first = read_table(home, "crosswalk").group_by("customer_id").agg(pl.col("record_id").min())
    return [(customer_id, record_id) for customer_id, record_id in first.sort("customer_id").rows()]


def test_too_many_changed_ids_wait_for_a_confirmation(made: Demo, home: Path) -> None:
    in_force = snapshots.current(home)
    records = [record_id for _, record_id in founders(home)]
    for one, other in zip(records[: 2 * PAIRS : 2], records[1 : 2 * PAIRS : 2], strict=True):
        state.judge(home, one, other, Judgement.SAME, who="li", reason="", at=datetime.now(UTC))

    stopped = hub("run", "--landing", made.landing, "--home", home)

    assert stopped.code == 1, stopped.text
    assert "expected at most 5.0%" in stopped.text
    assert "customer-hub run --confirm-churn" in stopped.text
    assert snapshots.current(home) == in_force
    report = pl.read_csv(max((home / "reports" / "churn").iterdir()))
    assert report.columns == ["customer_id", "change", "customer_ids", "records"]
    assert report["change"].is_in(["merged", "split"]).sum() >= 20

    confirmed = hub("run", "--landing", made.landing, "--home", home, "--confirm-churn")
    assert confirmed.code == 0, confirmed.text
    merged = (report["change"] == "merged").sum()
    assert f"{merged} merged" in hub("status", "--home", home).text

    (one, _), (other, _) = founders(home)[-2:]
    with only_run(home):
        waits = hub("merge", one, other, "--home", home, "--landing", made.landing)
    assert waits.code == 0, waits.text
    assert "Written down. A run is at work. The next run carries it out" in waits.text


def test_a_merge_is_shown_told_and_taken_back(made: Demo, home: Path) -> None:
    (one, _), (other, _) = founders(home)[:2]
    before = read_table(home, "crosswalk").select("record_id", "customer_id")
    shown = hub("merge", one, other, "--home", home, "--dry-run")
    assert shown.code == 0, shown.text
    assert "Nothing was written" in shown.text

    state.pin(home, one, "mobile", NEW_NUMBER, who="li", reason="he said so", at=datetime.now(UTC))
    merged = hub("merge", one, other, "--home", home, "--landing", made.landing, "--reason", "one and the same")

    assert merged.code == 0, merged.text
    (gone,) = {one, other} - set(read_table(home, "customers")["customer_id"])
    numbers = dict(read_table(home, "customers").select("customer_id", "mobile").iter_rows())
    assert numbers[({one, other} - {gone}).pop()] == NEW_NUMBER
    told = json.loads(hub("history", gone, "--home", home, "--json").text)
    assert told["leads_to"] == ({one, other} - {gone}).pop()
    assert "one and the same" in json.dumps(told)
    preview = hub("unmerge", gone, "--home", home, "--dry-run")
    assert preview.code == 0, preview.text
    assert "(again or new)" in preview.text

    back = hub("rollback", "--home", home)
    assert back.code == 0, back.text
    assert read_table(home, "crosswalk").select("record_id", "customer_id").equals(before)
    assert hub("unmerge", one, "--home", home).code == 1
