"""A published home of any size for the desk: invented customers, as many questions as asked for, stewards to answer."""

import multiprocessing
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx
import polars as pl
import uvicorn

from benchmarks.standardised import channel_records
from matching.frames import (
    CROSSWALK,
    CUSTOMERS,
    EXTRACTS,
    FINDINGS,
    HOUSEHOLDS,
    LANDED,
    PAIRS,
    QUALITY_RESULTS,
    QUESTIONS,
    RECORDS,
    REDIRECTS,
    REJECTS,
    Schema,
    conform,
)
from matching.policy import HUB_FIELDS
from matching.resolving import resolve
from pipelines.demo.records import population_records
from stewardship.app import make_app
from warehouse import moments
from warehouse.access import sessions, users
from warehouse.access.roles import Role
from warehouse.desk.desk_refresh import refresh
from warehouse.published import snapshots

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚玲桂辉红英华建国文志海波宁鹏飞宇浩然子轩雨涵梓晨欣怡思佳一诺嘉琪俊熙天佑"
    "玉兰秀珍春梅冬雪凤莲彩云美琳慧颖晓燕亚楠倩雯婷婉清宏伯仲松柏林森立新学成光耀永康福生贵荣家兴振邦世昌德全才有金银"
)
FEEDS = ("agent", "bss", "retail_outlet", "web")
CITIES = ("杭州市", "宁波市", "温州市", "金华市")
DELIVERED = datetime(2026, 11, 1)  # noqa: DTZ001 -- frames hold times without a zone
PASSWORD = "four words in a row"  # noqa: S105 -- of invented stewards


def _frame(columns: dict[str, object], schema: Schema, height: int, name: str) -> pl.DataFrame:
    return conform(pl.select(pl.int_range(height).alias("n")).with_columns(**columns).drop("n"), schema, name=name)


def _name(number: pl.Expr) -> pl.Expr:
    surnames, given = pl.lit(pl.Series(list(SURNAMES))), pl.lit(pl.Series(list(GIVEN)))
    return pl.concat_str(
        surnames.gather(number % len(SURNAMES)),
        given.gather((number // len(SURNAMES)) % len(GIVEN)),
        given.gather((number // (len(SURNAMES) * len(GIVEN)) + number) % len(GIVEN)),
    )


def make_home(home: Path, *, customers: int, questions: int) -> None:
    """Publish invented customers, two records for every second one, and this many questions about pairs of them."""
    records = customers + customers // 2
    number = pl.col("n")
    owner = pl.when(number < customers).then(number).otherwise((number - customers) * 2)
    feed = pl.lit(pl.Series(list(FEEDS))).gather(number % len(FEEDS))
    source = pl.concat_str(pl.lit("R"), number.cast(pl.String).str.zfill(8))
    customer = pl.concat_str(pl.lit("K"), ((owner * 7919) % 10**8).cast(pl.String).str.zfill(8))
    record = pl.concat_str(feed, pl.lit(":"), source)
    common: dict[str, object] = {
        "record_id": record,
        "feed": feed,
        "source_id": source,
        "extract": pl.concat_str(feed, pl.lit("/day.csv")),
        "extract_id": feed.repeat_by(4).list.join(""),
        "line": number + 2,
        "seen_at": pl.lit(DELIVERED),
    }
    person: dict[str, object] = {
        "entity_type": pl.lit("person"),
        "name": _name(owner),
        "gender": pl.when(owner % 2 == 0).then(pl.lit("male")).otherwise(pl.lit("female")),
        "id_number": pl.concat_str(pl.lit("3301061985"), (owner % 10**8).cast(pl.String).str.zfill(8)),
        "province": pl.lit("浙江省"),
        "city": pl.lit(pl.Series(list(CITIES))).gather(owner % len(CITIES)),
        "address": pl.concat_str(pl.lit("浙江省杭州市西湖区文三路"), (owner % 999 + 1).cast(pl.String), pl.lit("号")),
    }
    mobile = pl.concat_str(pl.lit("139"), (owner % 10**8).cast(pl.String).str.zfill(8))
    told = _frame(
        {
            **common,
            **person,
            "first_seen_at": pl.lit(DELIVERED),
            "versions": pl.lit(1),
            "id_is_valid": pl.lit(value=False),
            "mobiles": pl.concat_list(mobile),
            "account_no": pl.when(number % 4 == 1).then(source),
            "subscription_status": pl.when(number % 4 == 1).then(pl.lit("active")),
            "product": pl.when(number % 4 == 1).then(pl.lit("mobile")),
            "monthly_bill": pl.when(number % 4 == 1).then((owner % 200).cast(pl.String)),
        },
        RECORDS,
        records,
        "records",
    )
    crosswalk = _frame(
        {"record_id": record, "customer_id": customer, "since_run": pl.lit("r1")}, CROSSWALK, records, "crosswalk"
    )
    golden = _frame(
        {
            "customer_id": customer,
            **person,
            "mobile": mobile,
            "mobiles": pl.concat_list(mobile),
            "record_count": pl.when(number % 2 == 0).then(2).otherwise(1),
            "channel_count": pl.lit(1),
            "channels": pl.concat_list(feed),
            "first_seen_at": pl.lit(DELIVERED),
            "last_seen_at": pl.lit(DELIVERED),
            "confidence": pl.lit(1.0),
            "updated_at": pl.lit(DELIVERED),
        },
        CUSTOMERS,
        customers,
        "customers",
    )
    lineage = golden.select(
        "customer_id",
        attribute=pl.lit("name"),
        value="name",
        feed=pl.lit("bss"),
        source_id=pl.lit("x"),
        rule=pl.lit("only_value"),
    )
    pairs = _pairs(told, customers, questions)
    undecided = pairs.filter(pl.col("band") == "review")
    frames = {
        "records": told,
        "crosswalk": crosswalk,
        "customers": golden,
        "lineage": lineage,
        "pairs": pairs,
        "questions": conform(
            undecided.select("record_id_l", "record_id_r", "score", "probability", reason=pl.lit("undecided")),
            QUESTIONS,
            name="questions",
        ),
        "households": pl.DataFrame(schema=dict(HOUSEHOLDS)),
        **{
            name: pl.DataFrame(schema=dict(schema))
            for name, schema in (
                ("record_versions", LANDED),
                ("rejects", REJECTS),
                ("findings", FINDINGS),
                ("extracts", EXTRACTS),
                ("customer_redirects", REDIRECTS),
            )
        },
    }
    candidate = snapshots.write_candidate(home, "r1", frames, {"started_at": DELIVERED, "model": "m1"})
    snapshots.add_results(candidate, pl.DataFrame(schema=dict(QUALITY_RESULTS)), finished_at=DELIVERED)
    snapshots.publish(home, "r1")
    learned_from = channel_records(population_records(2_000, 5)[0])
    resolve(learned_from, HUB_FIELDS).model.save(home / "models" / "m1")
    refresh(home)


def _pairs(records: pl.DataFrame, customers: int, questions: int) -> pl.DataFrame:
    """Give the questions (customers 2k and 2k + 1) and what joins the records of one customer."""
    ids, names = records["record_id"], records["name"]
    k = pl.Series(range(questions))
    second = pl.Series(range(customers // 2))
    parts = []
    for left, right, score, band in (
        (k * 2, k * 2 + 1, -1.0, "review"),
        (second * 2, second + customers, 8.0, "match"),
    ):
        evidence = pl.concat_list(
            pl.struct(
                field=pl.lit(field), level=pl.lit(level), weight=pl.lit(weight), value_l="name_l", value_r="name_r"
            )
            for field, level, weight in (
                ("prior", "", -9.0),
                ("name", "similar", score + 6.0),
                ("address", "same", 3.0),
            )
        )
        table = pl.DataFrame(
            {
                "one": ids.gather(left),
                "other": ids.gather(right),
                "name_l": names.gather(left),
                "name_r": names.gather(right),
            }
        )
        parts.append(
            table.select(
                record_id_l=pl.min_horizontal("one", "other"),
                record_id_r=pl.max_horizontal("one", "other"),
                score=pl.lit(score),
                probability=pl.lit(0.3),
                band=pl.lit(band),
                found_by=pl.concat_list(pl.lit("name:sound")),
                evidence=evidence,
            )
        )
    return conform(pl.concat(parts).sort("record_id_l", "record_id_r"), PAIRS, name="pairs")


@dataclass(frozen=True)
class Served:
    """A desk in a process of its own."""

    address: str
    process: "multiprocessing.process.BaseProcess"

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process.is_alive():
            self.process.kill()
        self.process.join()


def _serve(home: Path, port: int) -> None:
    uvicorn.run(make_app(home), host="127.0.0.1", port=port, log_level="error", access_log=False)


@contextmanager
def served(home: Path) -> Iterator[Served]:
    """Serve a home's desk in a process of its own, on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = multiprocessing.get_context("forkserver").Process(target=_serve, args=(home, port), daemon=True)
    process.start()
    found = Served(f"http://127.0.0.1:{port}", process)
    try:
        _wait(found)
        yield found
    finally:
        found.kill()


def _wait(found: Served) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            httpx.get(f"{found.address}/login", timeout=5)
        except httpx.TransportError:
            if not found.process.is_alive():
                break
            time.sleep(0.05)
        else:
            return
    message = "the desk did not come up"
    raise RuntimeError(message)


class Steward:
    """A steward's browser: takes questions and answers them over HTTP."""

    def __init__(self, home: Path, address: str, name: str) -> None:
        self.name = name
        self._token = sessions.begin(home, name, instead_of=None, at=moments.now())
        self._client = httpx.Client(base_url=address, timeout=30, cookies={"hub_session": self._token})
        page = self._client.get("/judgements").text
        found = re.search(r'name="csrf" content="(\w+)"', page)
        if found is None:
            message = "expected a page with this session's token"
            raise RuntimeError(message)
        self._headers = {"X-CSRF-Token": found[1], "Accept": "application/json"}

    def __enter__(self) -> "Steward":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def next(self, beside: str = "") -> tuple[str, str] | None:
        """Take the next question: its id and what is seen of it; None where nothing is left."""
        told = self._client.get("/queue/next", params={"beside": beside} if beside else {}, headers=self._headers)
        told.raise_for_status()
        answer = told.json()
        if answer["item_id"] is None:
            return None
        seen = re.search(r'data-seen="(\w+)"', answer["html"])
        return answer["item_id"], seen[1] if seen else ""

    def answer(self, item: str, seen: str, decision: str, verdict: str = "different") -> str:
        """Answer a question and give what became of it."""
        body = {"decision_id": decision, "item_id": item, "verdict": verdict, "seen": seen}
        told = self._client.post("/queue/answer", json=body, headers=self._headers)
        told.raise_for_status()
        return str(told.json()["outcome"])

    def was_saved(self, decision: str) -> bool:
        """Ask as a page does that lost its server."""
        return self._client.get(f"/queue/decision/{decision}", headers=self._headers).status_code == 200


def add_stewards(home: Path, count: int) -> list[str]:
    """Add stewards and give their names."""
    names = [f"steward{number}" for number in range(count)]
    for name in names:
        users.add(home, name, Role.STEWARD, PASSWORD, by="benchmark", at=moments.now())
    return names
