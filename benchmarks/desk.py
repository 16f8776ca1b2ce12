"""The desk under load: from an answer to the next question, eight stewards at once, a server killed mid-decision.

`python -m benchmarks.desk` makes a home of a million customers with 100,000 questions and prints what it measured.
"""

import argparse
import json
import multiprocessing
import random
import sqlite3
import statistics
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import httpx
import psutil
from pypinyin import lazy_pinyin

from benchmarks.desk_world import Served, Steward, add_stewards, make_home, served
from stewardship.customers.finding import Finder
from stewardship.lookup.lookups import Lookups
from warehouse.queries.serving import SnapshotReader

Measured = dict[str, float]


@dataclass(frozen=True)
class Crowd:
    """What stewards at once did: each question shown to how many, and what was kept."""

    decisions: int
    shown_to_two: int
    lost: int
    doubled: int
    seconds: float


@dataclass(frozen=True)
class Killed:
    """What was there after each kill: whole decisions, none, halves, and how often the page said otherwise."""

    whole: int
    none: int
    halves: int
    page_was_wrong: int


def one_steward(home: Path, decisions: int) -> Measured:
    """Answer one question after the other without a pause and give how long the steward waited, in milliseconds.

    `answer to next` is from sending an answer until the next question is there, with the next one fetched ahead as the
    page does; `without` asks for the next one only then.
    """
    ahead, alone = [], []
    with served(home) as desk, Steward(home, desk.address, "steward0") as steward:
        here = steward.next()
        worked = _processor_seconds(desk)
        for number in range(decisions):
            if here is None:
                break
            item, seen = here
            if number % 2:
                coming = steward.next(beside=item)
                began = time.perf_counter()
                steward.answer(item, seen, str(uuid.uuid4()))
                ahead.append(1000 * (time.perf_counter() - began))
                here = coming
            else:
                began = time.perf_counter()
                steward.answer(item, seen, str(uuid.uuid4()))
                here = steward.next()
                alone.append(1000 * (time.perf_counter() - began))
        worked = _processor_seconds(desk) - worked
    return {
        "decisions": len(ahead) + len(alone),
        "answer to next, fetched ahead, median ms": statistics.median(ahead),
        "answer to next, fetched ahead, 95th ms": statistics.quantiles(ahead, n=20)[18],
        "answer to next, nothing ahead, median ms": statistics.median(alone),
        "answer to next, nothing ahead, 95th ms": statistics.quantiles(alone, n=20)[18],
        "waited in all, s": (sum(ahead) + sum(alone)) / 1000,
        "server's processor, ms a decision": 1000 * worked / (len(ahead) + len(alone)),
    }


def searched(home: Path, times: int) -> dict[str, Measured]:
    """Give how long a search takes, milliseconds by what is typed: with the directory laid out, as the desk has it."""
    lookups = Lookups(home)
    lookups.refresh()
    finder, reader = Finder(lookups), SnapshotReader(home)
    told: dict[str, Measured] = {}
    with reader.snapshot() as snapshot:
        columns = "customer_id, name, mobile, id_number, address"
        some = snapshot.dicts(f"SELECT {columns} FROM customers USING SAMPLE {times} (reservoir, 7)")  # noqa: S608
        for what, made in TYPED.items():
            finder.find(snapshot, made(some[0]))
            spent = []
            for row in some:
                began = time.perf_counter()
                found = finder.find(snapshot, made(row))
                spent.append(1000 * (time.perf_counter() - began))
                if not found.rows or not found.parts:
                    message = f"search by {what}: expected at least one customer"
                    raise RuntimeError(message)
            told[what] = {"median ms": statistics.median(spent), "95th ms": statistics.quantiles(spent, n=20)[18]}
    reader.close()
    return told


TYPED: Final[Mapping[str, Callable[[dict[str, object]], str]]] = {
    "name": lambda row: str(row["name"]),
    "part of a name": lambda row: str(row["name"])[1:],
    "surname*": lambda row: f"{str(row['name'])[0]}*",
    "pinyin": lambda row: "".join(lazy_pinyin(str(row["name"]))),
    "phone": lambda row: str(row["mobile"]),
    "last four digits": lambda row: str(row["mobile"])[-4:],
    "document number": lambda row: str(row["id_number"]),
    "customer id": lambda row: str(row["customer_id"]),
    "part of an address": lambda row: str(row["address"])[-7:],
    "surname* and last four digits": lambda row: f"{str(row['name'])[0]}* {str(row['mobile'])[-4:]}",
}
"""What a steward types, made from a customer."""


def _processor_seconds(desk: Served) -> float:
    """Give the processor time that the server has used: what a busy machine does not change."""
    used = psutil.Process(desk.process.pid).cpu_times()
    return float(used.user + used.system)


def crowd(home: Path, stewards: int, decisions: int) -> Crowd:
    """Let stewards answer at once until so many decisions are made; count what was lost, doubled or shown to two."""
    shown: Counter[str] = Counter()
    sent: list[str] = []
    lock = threading.Lock()

    def work(name: str, address: str) -> None:
        with Steward(home, address, name) as steward:
            answer_all(steward)

    def answer_all(steward: Steward) -> None:
        while True:
            with lock:
                if len(sent) >= decisions:
                    return
                sent.append("")
                place = len(sent) - 1
            here = steward.next()
            if here is None:
                return
            item, seen = here
            with lock:
                shown[item] += 1
            decision = str(uuid.uuid4())
            if steward.answer(item, seen, decision) == "saved":
                sent[place] = decision

    began = time.perf_counter()
    with served(home) as desk:
        workers = [threading.Thread(target=work, args=(f"steward{n}", desk.address)) for n in range(stewards)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    seconds = time.perf_counter() - began
    saved = {decision for decision in sent if decision}
    with sqlite3.connect(home / "state.sqlite") as state:
        kept = Counter(row[0] for row in state.execute("SELECT decision_id FROM decisions"))
        items = Counter(row[0] for row in state.execute("SELECT item_id FROM decisions WHERE known IS NULL"))
        known = {row[0] for row in state.execute("SELECT item_id FROM queue_items WHERE known IS NOT NULL")}
        pairs = Counter(state.execute("SELECT record_id_l, record_id_r FROM judgements").fetchall())
    state.close()
    doubled = sum(count > 1 for count in [*items.values(), *pairs.values()])
    lost = len(saved - kept.keys()) + sum(items.values()) - len(pairs)
    to_two = sum(count > 1 for item, count in shown.items() if item not in known)
    return Crowd(len(saved), to_two, lost, doubled, seconds)


def killed(home: Path, times: int, seed: int = 1) -> Killed:
    """Kill the server while it saves a decision, start it again, and look: each decision is whole or not there.

    When to kill is drawn from the time that an answer takes here: kills come before, within and after the saving.
    """
    draw = random.Random(seed)  # noqa: S311 -- when to kill is no secret
    found: Counter[str] = Counter()
    usual = one_steward(home, 8)["answer to next, fetched ahead, median ms"] / 1000
    for _ in range(times):
        decision = str(uuid.uuid4())
        with served(home) as desk, Steward(home, desk.address, "steward0") as steward:
            here = steward.next()
            if here is None:
                break
            item, seen = here
            sender = threading.Thread(target=_send, args=(steward, item, seen, decision))
            sender.start()
            time.sleep(draw.uniform(0.0, 2 * usual))
            desk.kill()
            sender.join()
        with served(home) as desk, Steward(home, desk.address, "steward0") as steward:
            says = steward.was_saved(decision)
        parts = _parts(home, decision, item)
        found["whole" if all(parts) else "halves" if any(parts) else "none"] += 1
        found["wrong"] += says != all(parts)
    return Killed(found["whole"], found["none"], found["halves"], found["wrong"])


def _send(steward: Steward, item: str, seen: str, decision: str) -> None:
    try:
        steward.answer(item, seen, decision)
    except httpx.TransportError:
        return


def _parts(home: Path, decision: str, item: str) -> list[bool]:
    """Give which parts of a decision are there: itself, its judgement, the closed question, the audit row."""
    questions = (
        ("SELECT count(*) FROM decisions WHERE decision_id = ?", decision),
        ("SELECT count(*) FROM judgements WHERE decision_id = ?", decision),
        ("SELECT count(*) FROM queue_items WHERE item_id = ? AND is_open = 0", item),
        ("SELECT count(*) FROM audit_log WHERE subject = ? AND action = 'decided'", f"item:{item}"),
    )
    with sqlite3.connect(home / "state.sqlite") as state:
        parts = [state.execute(text, (value,)).fetchone()[0] > 0 for text, value in questions]
    state.close()
    return parts


def main() -> None:
    """Measure and print, as JSON."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--customers", type=int, default=1_000_000)
    asked.add_argument("--questions", type=int, default=100_000)
    asked.add_argument("--decisions", type=int, default=600)
    asked.add_argument("--crowd", type=int, default=2_000)
    asked.add_argument("--kills", type=int, default=50)
    asked.add_argument("--searches", type=int, default=40)
    asked.add_argument("--home", type=Path, default=None, help="a home made before, or where to make one")
    told = asked.parse_args()
    multiprocessing.set_forkserver_preload(["benchmarks.desk_world"])  # what servers take long to import: once
    with tempfile.TemporaryDirectory() as folder:
        home = told.home or Path(folder)
        if not (home / "state.sqlite").exists():
            began = time.perf_counter()
            make_home(home, customers=told.customers, questions=told.questions)
            add_stewards(home, 8)
            print(json.dumps({"made in s": time.perf_counter() - began}))
        if told.decisions:
            print(json.dumps(one_steward(home, told.decisions), indent=1))
        if told.searches:
            print(json.dumps(searched(home, told.searches), indent=1))
        if told.kills:
            print(json.dumps(asdict(killed(home, told.kills)), indent=1))
        if told.crowd:
            print(json.dumps(asdict(crowd(home, 8, told.crowd)), indent=1))


if __name__ == "__main__":
    main()
