"""A person asks to be forgotten: what is left, what comes back, what everybody else notices."""

import gzip
import json
import random
import shutil
import signal
import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from connectors.ledger import Ledger
from connectors.versions import read_landed, read_rejects
from matching.customers.customer_ids import spell
from matching.words import Judgement
from pipelines.demo.extracts import Demo
from tests.journeys.conftest import hub, made_once
from tests.journeys.programs import erase_or_go_on, with_no_larger_files
from tests.journeys.searching import where
from tests.journeys.starting import overheard, run
from warehouse import state
from warehouse.erasure.person import versions_as_records
from warehouse.erasure.places import place_of
from warehouse.published.reading import export_tables, read_table
from warehouse.published.snapshots import snapshots

ROOT = Path(__file__).parents[2]
TEN = 10
IDENTIFYING = ("name", "id_number", "mobile", "contact_phone", "caller_number", "service_number", "fixed_line", "email")


@pytest.fixture(scope="session")
def full(made: Demo, rebuilt: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two snapshots, extracts delivered under it, and what stewards wrote of the people to be erased."""

    def fill(home: Path) -> None:
        shutil.copytree(rebuilt, home, symlinks=True)
        shutil.copytree(made.landing, home / "landing")
        theirs, other = records_of(home, chosen(home)), records_of(home, others_than(home, chosen(home)))
        secret = max(told_by(home, theirs), key=len)
        now = datetime.now(UTC)
        state.judge(home, theirs[0], other[0], Judgement.DIFFERENT, who="li", reason="seen", at=now)
        state.judge(home, other[0], other[1], Judgement.DIFFERENT, who="li", reason=f"not {secret}", at=now)
        state.pin(home, chosen(home)[0], "email", "pinned.for.him@example.com", who="li", reason="he said so", at=now)

    return made_once("full", fill, tmp_path_factory)


@pytest.fixture
def home(full: Path, tmp_path: Path) -> Path:
    """A copy of that home to do something to."""
    shutil.copytree(full, tmp_path / "home", symlinks=True)
    return tmp_path / "home"


def chosen(home: Path) -> list[str]:
    """Ten customers, whom most channels know."""
    known = read_table(home, "customers").filter(entity_type="person").sort("record_count", "customer_id")
    return known["customer_id"].tail(TEN).to_list()


def others_than(home: Path, customers: list[str]) -> list[str]:
    return read_table(home, "customers").filter(~pl.col("customer_id").is_in(customers))["customer_id"].to_list()


def records_of(home: Path, customers: list[str]) -> list[str]:
    crosswalk = read_table(home, "crosswalk")
    return crosswalk.filter(pl.col("customer_id").is_in(customers))["record_id"].to_list()


def told_by(home: Path, records: list[str]) -> set[str]:
    """What these records say that no other row says, not even inside something longer."""
    landed = read_landed(home)
    mine = pl.col("record_id").is_in(records)
    told = {value for column in IDENTIFYING for value in landed.filter(mine)[column].drop_nulls()}
    told |= standardised(landed.filter(mine))
    others = "\n".join([*landed.filter(~mine)["raw"], *standardised(landed.filter(~mine))])
    source = [file.read_text(encoding="utf-8") for file in (ROOT / "warehouse").rglob("*.sql")]
    return {value for value in told if len(value.encode()) > 5 and value not in others and value not in "".join(source)}


def standardised(landed: pl.DataFrame) -> set[str]:
    clean = versions_as_records(landed)
    told = {value for column in ("name", "id_number", "email", "address") for value in clean[column].drop_nulls()}
    return told | {value for column in ("mobiles", "fixed_lines") for value in clean[column].explode().drop_nulls()}


def erase(home: Path, customers: list[str], *more: object) -> str:
    named = [part for customer in customers for part in ("--customer", customer)]
    done = hub("erase", "--home", home, *named, "--yes", "--reason", "request 17", "--by", "officer", *more)
    assert done.code == 0, done.text
    return done.text


def certificate_of(home: Path) -> Path:
    return sorted((home / "erasures").glob("*.json"))[-1]


@pytest.mark.long
def test_ten_people_are_nowhere_and_do_not_come_back(made: Demo, home: Path, tmp_path: Path) -> None:
    customers = chosen(home)
    records = records_of(home, customers)
    values = told_by(home, records) | {"pinned.for.him@example.com"}
    assert len(values) > 5 * TEN
    before = where(home, values)
    kinds = {place.means for name in before if (place := place_of(home, home / name))}
    assert {"snapshot", "lake", "rows", "model", "delivered"} <= kinds
    tables = {path.stem: export_tables(path, tmp_path / path.stem) for path in snapshots(home)}

    erase(home, customers)

    assert where(home, values) == {}
    for path in snapshots(home):
        after = export_tables(path, tmp_path / f"{path.stem} after")
        others_are_unchanged(tables[path.stem], after, customers, records)
    tombs = read_table(home, "customer_redirects").filter(pl.col("customer_id").is_in(customers))
    assert tombs.select("redirects_to", "reason").unique().rows() == [(None, "erased")]
    holds = hub("erase", "verify", certificate_of(home), "--home", home)
    assert holds.code == 0, holds.text
    judged = state.judgements(home)
    assert judged["reason"].str.contains(r"^not \*+$").to_list() == [True]
    assert state.pins(home).is_empty()

    deliver_again(made, home)
    taken = hub("run", "--home", home)

    assert taken.code == 0, taken.text
    assert where(home, values) == {}
    assert read_landed(home).filter(pl.col("record_id").is_in(records)).is_empty()
    erased = read_rejects(home).filter(rule="erased")
    assert erased["raw"].null_count() == erased.height
    delivered_again = erased.filter(pl.col("extract").str.contains("20261106"))
    assert delivered_again.height == len([record for record in records if record.startswith("bss:")])
    extracts = Ledger(home).extracts()
    assert extracts.filter(pl.col("rows_read") != pl.col("records") + pl.col("rejects")).is_empty()
    assert hub("erase", "verify", certificate_of(home), "--home", home).code == 0


def others_are_unchanged(before: list[Path], after: list[Path], customers: list[str], records: list[str]) -> None:
    """Line by line: what is gone names the person, what is new is a tombstone or a line of a file without a word."""
    may_change = {"households", "extracts", "quality_results"}
    assert [path.name for path in before] == [path.name for path in after]
    for old, new in zip(before, after, strict=True):
        if old.stem in may_change:
            continue
        was, now = old.read_text("utf-8").splitlines(), new.read_text("utf-8").splitlines()
        names = [*customers, *records, *(record.replace(":", ",", 1) for record in records)]
        kept = set(was) & set(now)
        gone, come = sorted(set(was) - kept), sorted(set(now) - kept)
        if old.stem == "findings":
            assert not come
            continue
        assert [line for line in gone if not any(name in line for name in names)] == []
        assert [line for line in come if ",erased," not in line] == []
        assert [line for line in was if line in kept] == [line for line in now if line in kept]


def deliver_again(made: Demo, home: Path) -> None:
    """The billing system's next full extract, as it would have been had nobody asked for anything."""
    delivered = (made.landing / "bss" / "subscriptions_20261101.csv").read_bytes()
    assert (home / "landing" / "bss" / "subscriptions_20261101.csv").read_bytes() != delivered
    (home / "landing" / "bss" / "subscriptions_20261106.csv").write_bytes(delivered + b"\n")


def test_a_certificate_says_when_it_is_not_true_any_more(home: Path) -> None:
    customers = chosen(home)[:1]
    number = told_by(home, records_of(home, customers))
    erase(home, customers)
    certificate = certificate_of(home)
    told = json.loads(certificate.read_text("utf-8"))
    assert told["requested_by"] == "officer"
    assert not any(value in certificate.read_text("utf-8") for value in number)

    forged = certificate.with_name("forged.json")
    forged.write_text(json.dumps({**told, "rows": 0}), encoding="utf-8")
    assert "seal does not fit" in hub("erase", "verify", forged, "--home", home).text

    secret = max(number, key=len)
    hidden = home / "reports" / "export.json.gz"
    hidden.write_bytes(gzip.compress(json.dumps({"x": f"a{secret}b"}, ensure_ascii=False).encode()))
    told_on = hub("erase", "verify", certificate, "--home", home)
    assert told_on.code == 1
    assert "reports/export.json.gz" in told_on.text
    assert secret not in told_on.text
    hidden.unlink()
    pl.DataFrame({"note": [f"see {secret}"]}).write_parquet(home / "lake" / "frames" / "notes.parquet")
    assert "lake/frames/notes.parquet" in hub("erase", "verify", certificate, "--home", home).text


def test_what_nobody_named_stops_an_erasure_before_it_begins(home: Path) -> None:
    (home / "customers.csv").write_text("x", encoding="utf-8")
    refused = hub("erase", "--home", home, "--customer", chosen(home)[0], "--yes")
    assert refused.code == 1
    assert "customers.csv" in refused.text
    assert "nothing was erased" in refused.text
    (home / "customers.csv").unlink()
    dry = hub("erase", "--home", home, "--customer", spell(chosen(home)[0]).lower(), "--dry-run")
    assert dry.code == 0, dry.text
    assert "Nothing was changed" in dry.text
    mistyped = hub("erase", "--home", home, "--customer", chosen(home)[0][:-1], "--dry-run")
    assert (mistyped.code, "read it again character by character" in mistyped.text) == (1, True), mistyped.text
    with sqlite3.connect(home / "state.sqlite") as state:
        state.execute("CREATE TABLE gossip (about TEXT)")
    assert "gossip" in hub("erase", "--home", home, "--customer", chosen(home)[0], "--yes").text


def test_a_command_that_was_interrupted_is_done_when_it_is_given_again(home: Path) -> None:
    asked = ("erase", "--home", str(home), "--customer", chosen(home)[0], "--yes")
    code, text = run(with_no_larger_files, 3000, *asked, timeout=300)
    assert (code, "run the command again" in text) == (1, True), text
    again = hub(*asked)
    assert again.code == 0, again.text
    assert str(certificate_of(home)) in again.text


@pytest.mark.long
def test_killed_at_twenty_moments_it_is_finished_by_whoever_comes_next(full: Path, tmp_path: Path) -> None:
    moments = random.Random(4)  # noqa: S311 (moments, not secrets)
    customer = chosen(full)[-1]
    values = told_by(full, records_of(full, [customer]))
    counts = {table: read_table(full, table).height for table in ("customers", "records", "record_versions")}
    killed = 0
    for number in range(2):
        home = tmp_path / str(number)
        shutil.copytree(full, home, symlinks=True)
        for _ in range(10):
            killed += work(home, customer, moments.uniform(0.1, 3.0)) == -signal.SIGKILL
            whole(home, customer, counts)
        assert work(home, customer, None) == 0
        assert certificate_of(home).exists()
        assert where(home, values) == {}
        whole(home, customer, counts)
        assert customer not in read_table(home, "customers")["customer_id"].to_list()
        extracts = Ledger(home).extracts()
        assert extracts.filter(pl.col("rows_read") != pl.col("records") + pl.col("rejects")).is_empty()
        assert extracts["rejects"].sum() == read_rejects(home).height
    assert killed > 5


def work(home: Path, customer: str, seconds: float | None) -> int:
    """Let a process erase, or go on with what was begun, kill it after some time, and give how it ended."""
    with overheard(erase_or_go_on, home, None if in_journal(home) else customer) as (eraser, printed):
        assert printed.readline() == "ready\n"
        if seconds is not None:
            time.sleep(seconds)
            eraser.kill()
        printed.read()
        return eraser.wait()


def in_journal(home: Path) -> bool:
    with sqlite3.connect(home / "state.sqlite") as state:
        return bool(state.execute("SELECT count(*) FROM erasures").fetchone()[0])


def whole(home: Path, customer: str, counts: dict[str, int]) -> None:
    """Each snapshot is the one before or the one after, nothing between."""
    for path in snapshots(home):
        with duckdb.connect(str(path), read_only=True) as con:
            there = customer in {each for (each,) in con.table("customers").select("customer_id").fetchall()}
            gone = {table: counts[table] - con.table(table).count("*").fetchall()[0][0] for table in counts}
        assert (gone["customers"], gone["records"] > 0) == ((0, False) if there else (1, True))
    with sqlite3.connect(home / "state.sqlite") as state:
        assert state.execute("PRAGMA integrity_check").fetchone() == ("ok",)
