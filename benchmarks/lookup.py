"""Look-up under way: `python -m benchmarks.lookup HOME`: a desk on this home, one client, a publish in the middle.

Every answer is timed at the client, from a real HTTP request over a connection that stays open. Requests are sent when
they are due, so that a slow answer does not hide the ones behind it. What is asked comes from the home's own records:
partly as they are, partly with a slip in name or number that nobody has told before.
"""

import argparse
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from string import ascii_lowercase, digits
from typing import Final

import duckdb
import httpx
import numpy as np

from benchmarks.measuring import ROOT
from benchmarks.tables import markdown
from warehouse.access import api_keys
from warehouse.access.roles import Role
from warehouse.published.reading import read_table
from warehouse.published.snapshots import current, folder_of, publish
from warehouse.queries import directories

OUT: Final = ROOT / "benchmarks" / "out"
CONNECTIONS: Final = 8
WARM: Final = 1_000
"""Requests that are sent before anything is counted."""
PARTS: Final = ((0.6, ("name", "mobile", "id_number")), (0.9, ("name", "mobile")), (1.0, ("name", "address")))
"""Which parts of a record are told, up to which share of the questions; the first fifth asks for a customer."""
NAMES: Final = {"mobile": "phone", "id_number": "id"}
Body = dict[str, object]


@dataclass
class Answers:
    """What came back: milliseconds by kind of request, runs that answered, and what was no answer.

    Some records tell nothing to ask with, or nothing after the slip: that they are refused is as it should be.
    """

    milliseconds: dict[str, list[float]] = field(default_factory=dict)
    runs: list[str] = field(default_factory=list)
    refused: int = 0
    errors: list[str] = field(default_factory=list)

    def rows(self) -> list[tuple[str, ...]]:
        """Lay the times out, kind by kind."""
        every = {
            **dict(sorted(self.milliseconds.items())),
            "all": [one for times in self.milliseconds.values() for one in times],
        }
        return [
            (kind, f"{len(times):,}", *(f"{value:.1f}" for value in np.percentile(times, [50, 95, 99, 100])))
            for kind, times in every.items()
        ]


def questions(home: Path, count: int, seed: int = 7) -> list[tuple[str, str, Body | None]]:
    """Give (kind, path, body) of as many requests: four of five ask who it is, one asks for a customer."""
    luck = random.Random(seed)  # noqa: S311 -- a benchmark's luck
    records = read_table(home, "records").sample(count, seed=seed, with_replacement=True).rows(named=True)
    customers = read_table(home, "customers")["customer_id"].sample(count, seed=seed, with_replacement=True).to_list()
    asked: list[tuple[str, str, Body | None]] = []
    for row, customer in zip(records, customers, strict=True):
        draw = luck.random()
        if draw < 0.2:
            asked.append(("GET by id", f"/api/customers/{customer}", None))
            continue
        parts = next(parts for below, parts in PARTS if draw < below)
        whole = {
            "name": row["name"],
            "mobile": (row["mobiles"] or [None])[0],
            "id_number": row["id_number"],
            "address": row["address"],
        }
        told = {key: whole[key] for key in parts}
        kind = f"POST {', '.join(NAMES.get(key, key) for key in parts)}"
        if luck.random() < 0.2:
            kind += ", a slip"
            told = {key: _slipped(luck, key, value) for key, value in told.items()}
        asked.append((kind, "/api/match", {key: value for key, value in told.items() if value}))
    return asked


PLACES: Final = digits + "东南西北新大路村"


def _slipped(luck: random.Random, key: str, value: str | None) -> str | None:
    """Give a value with one of its characters wrong: a letter for a letter, a Chinese character for another."""
    if not value:
        return value
    at = luck.randrange(len(value))
    others = ascii_lowercase if value[at].isascii() else "伟玮芳敏静丽强磊军洋"
    wrong = luck.choice(others if key == "name" else PLACES if key == "address" else digits)
    return value[:at] + wrong + value[at + 1 :]


class Connection:
    """One connection that stays open, with so little work of its own that the server's work is what is timed."""

    def __init__(self, host: str, port: int, key: str) -> None:
        self._place = (host, port)
        self._head = f"Host: {host}:{port}\r\nX-API-Key: {key}\r\n".encode()
        self._open: socket.socket | None = None

    def written(self, path: str, body: Body | None) -> bytes:
        """Give a request as it is sent."""
        if body is None:
            return f"GET {path} HTTP/1.1\r\n".encode() + self._head + b"\r\n"
        told = json.dumps(body).encode()
        described = f"Content-Type: application/json\r\nContent-Length: {len(told)}\r\n\r\n".encode()
        return f"POST {path} HTTP/1.1\r\n".encode() + self._head + described + told

    def answer(self, request: bytes) -> tuple[int, bytes]:
        """Send a request and give status and body. Raises OSError or ValueError where no whole answer comes."""
        if self._open is None:
            self._open = socket.create_connection(self._place, timeout=30)
            self._open.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._open.sendall(request)
        said = b""
        while (at := said.find(b"\r\n\r\n")) < 0:
            said += self._more()
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", said[:at])
        if length is None:
            raise ValueError("expected an answer with its length")
        while len(said) < at + 4 + int(length[1]):
            said += self._more()
        return int(said[9:12]), said[at + 4 :]

    def close(self) -> None:
        """Let it go; the next request opens it again."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _more(self) -> bytes:
        assert self._open is not None  # noqa: S101 -- called while a request is under way
        if not (said := self._open.recv(65_536)):
            raise ConnectionError
        return said


def ask(address: str, key: str, asked: Sequence[tuple[str, str, Body | None]], per_second: float) -> Answers:
    """Send the requests when they are due over a few connections that stay open, and give what came back.

    Milliseconds count from when a request was due: one that had to wait for a connection has waited.
    """
    answers = Answers()
    host, _, port = address.removeprefix("http://").partition(":")
    turns = iter(enumerate(asked))
    lock = threading.Lock()
    start = time.perf_counter() + 0.1

    def work() -> None:
        connection = Connection(host, int(port), key)
        while True:
            with lock:
                place, (kind, path, body) = next(turns, (0, ("", "", None)))
            if not kind:
                connection.close()
                return
            request = connection.written(path, body)
            due = start + place / per_second
            time.sleep(max(due - time.perf_counter(), 0))
            try:
                status, said = connection.answer(request)
            except (OSError, ValueError) as failure:
                answers.errors.append(type(failure).__name__)
                connection.close()
                continue
            answers.milliseconds.setdefault(kind, []).append((time.perf_counter() - due) * 1e3)
            if status == HTTPStatus.UNPROCESSABLE_ENTITY:
                answers.refused += 1
            elif status != HTTPStatus.OK:
                answers.errors.append(str(status))
            else:
                answers.runs.append(json.loads(said)["run"])

    workers = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return answers


def publish_again(home: Path) -> str:
    """Publish a copy of the snapshot in force under the name of another run, and give its name."""
    now = current(home)
    if now is None:
        raise SystemExit(f"{home}: expected a published snapshot; customer-hub demo --home {home} makes one")
    again = folder_of(home, "candidates") / f"{now.stem}-again.duckdb"
    shutil.copyfile(now, again)
    with duckdb.connect(str(again)) as con:
        con.execute(
            "INSERT INTO runs SELECT * REPLACE (? AS run_id) FROM runs WHERE run_id = ?", [again.stem, now.stem]
        ).fetchall()
    return publish(home, again.stem, keep=None).stem


def back_again(home: Path, run: str) -> None:
    """Take the copy back."""
    link = home / "warehouse" / ".again"
    link.symlink_to(Path("snapshots") / f"{run}.duckdb")
    link.replace(home / "warehouse" / "current.duckdb")
    (home / "warehouse" / "snapshots" / f"{run}-again.duckdb").unlink(missing_ok=True)


def main() -> None:
    """Measure, print Markdown, and keep the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path, help="a home with a published snapshot")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--per-second", type=float, default=50)
    told = parser.parse_args()
    now = current(told.home)
    if now is None:
        raise SystemExit(f"{told.home}: expected a published snapshot; customer-hub demo --home {told.home} makes one")
    start = time.perf_counter()
    directories.make(told.home)
    made = time.perf_counter() - start
    name = f"benchmark-{datetime.now(UTC):%H%M%S%f}"
    key = api_keys.add(told.home, name, Role.VIEWER, per_second=10_000, by="benchmark", at=datetime.now(UTC))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "pipelines", "desk", "--home", str(told.home), "--port", str(port)]
    server = subprocess.Popen(command, env={**os.environ, "POLARS_MAX_THREADS": "1"}, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, key)
        asked = questions(told.home, WARM + int(told.seconds * told.per_second))
        ask(address, key, asked[:WARM], told.per_second)
        before = _processor(server.pid)
        calm = ask(address, key, asked[WARM:], told.per_second)
        spent = (_processor(server.pid) - before) / max(len(asked) - WARM, 1) * 1e3
        again = subprocess.Popen(
            [
                sys.executable,
                "-c",
                f"import time; time.sleep({told.seconds / 6}); from pathlib import Path; "
                f"from benchmarks.lookup import publish_again; publish_again(Path({str(told.home)!r}))",
            ]
        )
        busy = ask(address, key, asked[WARM:], told.per_second)
        again.wait()
    finally:
        server.terminate()
        server.wait(20)
        back_again(told.home, now.stem)
        api_keys.revoke(told.home, name, by="benchmark", at=datetime.now(UTC))
    header = ("requests", "count", "p50 ms", "p95 ms", "p99 ms", "longest ms")
    print(f"directory made in {made:.1f} s (0: it was there)\n\nCalm\n\n{markdown(header, calm.rows())}")
    print(f"\nprocessor of the server: {spent:.1f} ms a request")
    print(f"\nA publish in the middle\n\n{markdown(header, busy.rows())}")
    by_run = {run: busy.runs.count(run) for run in sorted(set(busy.runs))}
    errors = dict(Counter(calm.errors + busy.errors))
    refused = calm.refused + busy.refused
    print(f"\nerrors: {errors}; questions that say nothing, refused: {refused}; answers by run: {by_run}")
    OUT.mkdir(parents=True, exist_ok=True)
    found = {
        "processor_ms": spent,
        "made_seconds": made,
        "calm": calm.rows(),
        "publish": busy.rows(),
        "errors": errors,
        "refused": refused,
    }
    (OUT / "lookup.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _processor(process: int) -> float:
    """Give the seconds of processor time that a process has used so far."""
    told = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def _wait(address: str, key: str) -> None:
    """Wait until look-up is open."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            if httpx.post(f"{address}/api/match", json={"name": "王伟"}, headers={"X-API-Key": key}).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.5)
    raise SystemExit("the desk did not open within two minutes")


if __name__ == "__main__":
    main()
