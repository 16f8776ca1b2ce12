"""One province's real extracts: every row accounted for, every record of the truth there."""

from pathlib import Path

import polars as pl
import pytest

from connectors.checking import load_feeds
from connectors.landing import Landing
from connectors.versions import latest, read_findings
from quality.rows import judge
from tests.connectors.conftest import Hub

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "zh_telecom"

pytestmark = [pytest.mark.shared, pytest.mark.skipif(not DATA.exists(), reason="needs ../shared/data/zh_telecom")]


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Hub, dict[str, Landing]]:
    hub = Hub(tmp_path_factory.mktemp("hub"))
    hub.landing = DATA / "extracts"
    return hub, {feed.name: hub.land(feed, judge) for feed in load_feeds(ROOT / "feeds")}


def test_every_line_of_every_text_file_is_a_record_or_a_reject(landed: tuple[Hub, dict[str, Landing]]) -> None:
    _, landings = landed
    headers = {"agent": 1, "besttone": 1, "bss": 1, "call_center": 1, "legacy97": 0, "web": 0}
    for feed, header in headers.items():
        for extract, read, records, rejects in (
            landings[feed].extracts.select("extract", "rows_read", "records", "rejects").rows()
        ):
            lines = [line for line in (DATA / "extracts" / extract).read_bytes().split(b"\n") if line.strip()]
            assert (extract, read) == (extract, len(lines) - header)
            assert read == records + rejects


def test_the_three_broken_lines_of_the_agents_are_rejects(landed: tuple[Hub, dict[str, Landing]]) -> None:
    hub, landings = landed
    broken = landings["agent"].extracts.filter(pl.col("rejects") > 0)
    assert broken.select("rejects").rows() == [(3,)]
    assert hub.rejects == [(4, "field_count"), (7, "field_count"), (9, "undecodable_bytes")]
    assert "\\xFF" in hub.rejects_raw[2]


def test_every_record_of_the_truth_is_there_once(landed: tuple[Hub, dict[str, Landing]]) -> None:
    hub, _ = landed
    truth = pl.read_parquet(DATA / "truth.parquet").with_columns(
        pl.col("channel").replace({"retail": "retail_outlet"}).alias("feed")
    )
    records = latest(hub.landed)
    assert truth.join(records, on=["feed", "source_id"], how="anti").is_empty()
    assert records.join(truth, on=["feed", "source_id"], how="anti").is_empty()
    assert records["record_id"].is_unique().all()


def test_changed_web_profiles_are_versions_of_one_record(landed: tuple[Hub, dict[str, Landing]]) -> None:
    hub, landings = landed
    changed = landings["web"].extracts.sort("delivered_on")["changed"].to_list()
    assert changed[:2] == [0, 0]
    assert all(count > 0 for count in changed[2:])
    web = latest(hub.landed).filter(pl.col("feed") == "web")
    assert web["versions"].sum() == landings["web"].extracts["records"].sum()
    newest = hub.landed.filter(pl.col("feed") == "web").group_by("record_id").agg(pl.col("seen_at").max())
    assert web.join(newest, on=["record_id", "seen_at"], how="anti").is_empty()


def test_phones_typed_as_numbers_are_digits(landed: tuple[Hub, dict[str, Landing]]) -> None:
    hub, _ = landed
    phones = hub.landed.filter(pl.col("feed") == "retail_outlet")["contact_phone"].drop_nulls()
    assert not phones.str.contains(r"\.0$|[eE]\+").any()
    assert phones.str.contains(r"^1\d{10}$").mean() > 0.5  # type: ignore[operator]


def test_nothing_is_odd_about_codes_and_dates(landed: tuple[Hub, dict[str, Landing]]) -> None:
    hub, landings = landed
    rules = set(read_findings(hub.home)["rule"].to_list())
    assert not rules & {"unknown_code", "unreadable_date", "duplicated_key"}
    assert all(landing.extracts["unknown_columns"].list.len().sum() == 0 for landing in landings.values())
