"""One province's channels as they really deliver: the counts that must come out."""

import hashlib
from pathlib import Path

import polars as pl
import pytest

from matching.judgements.evaluating import evaluate
from warehouse.published.reading import read_table

pytestmark = [pytest.mark.shared, pytest.mark.xdist_group("zh_published")]


def test_every_row_is_a_record_or_a_reject(zh_published: Path, zh_telecom: Path) -> None:
    extracts = read_table(zh_published, "extracts")
    assert extracts.height == sum(1 for file in zh_telecom.rglob("*") if file.is_file())
    assert extracts.filter(pl.col("rows_read") != pl.col("records") + pl.col("rejects")).is_empty()
    taken = {hashlib.sha256(file.read_bytes()).hexdigest() for file in zh_telecom.rglob("*") if file.is_file()}
    assert set(extracts["extract_id"]) == taken


def test_the_broken_agent_lines_are_rejects_with_their_lines(zh_published: Path, zh_telecom: Path) -> None:
    path = "agent/代理商_20261102.txt"
    lines = (zh_telecom / path).read_bytes().split(b"\n")
    wrong = [number for number, line in enumerate(lines, 1) if line.strip() and not is_whole(line, fields=9)]
    rejects = read_table(zh_published, "rejects").filter(pl.col("extract") == path)
    assert len(wrong) == 3
    assert sorted(rejects["line"]) == wrong


def is_whole(line: bytes, *, fields: int) -> bool:
    """Say whether a line is GB18030 text with the right number of fields."""
    try:
        return len(line.decode("gb18030").split("|")) == fields
    except UnicodeDecodeError:
        return False


def test_phones_typed_as_numbers_are_phones(zh_published: Path) -> None:
    records = read_table(zh_published, "records").filter(pl.col("feed") == "retail_outlet")
    given = records.filter(pl.col("contact_phone_raw").is_not_null())
    assert given.filter(pl.col("contact_phone_raw").str.contains(r"[eE.]")).is_empty()
    assert given.filter(pl.col("mobiles").list.len() > 0).height > 0.9 * given.height


def test_a_changed_web_profile_is_one_record_with_its_versions(zh_published: Path) -> None:
    versions = read_table(zh_published, "record_versions").filter(pl.col("feed") == "web")
    records = read_table(zh_published, "records").filter(pl.col("feed") == "web")
    changed = versions.group_by("source_id").len().filter(pl.col("len") > 1)
    assert changed.height > 0
    assert records["source_id"].is_unique().all()
    assert records.height == versions["source_id"].n_unique()


def test_no_customer_has_two_valid_resident_ids(zh_published: Path) -> None:
    customer = read_table(zh_published, "crosswalk").select("record_id", "customer_id")
    known = read_table(zh_published, "records").filter(
        pl.col("id_is_valid"), pl.col("id_type") == "resident_id", ~pl.col("id_number").str.contains("*", literal=True)
    )
    told = known.join(customer, on="record_id").group_by("customer_id").agg(pl.col("id_number").n_unique())
    assert told.height > 10_000
    assert told["id_number"].max() == 1


def test_customers_are_as_right_as_promised(zh_published: Path, zh_telecom: Path) -> None:
    feed = {"retail": "retail_outlet"}
    truth = pl.read_parquet(zh_telecom.parent / "truth.parquet").select(
        pl.concat_str(pl.col("channel").replace(feed), "source_id", separator=":").alias("record_id"), "entity"
    )
    members = read_table(zh_published, "crosswalk").select("record_id", cluster="customer_id")
    measured = evaluate(members, truth)
    assert measured["f1"] >= 0.93
    assert measured["precision"] >= 0.97
