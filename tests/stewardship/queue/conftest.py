"""A desk with questions of every kind, and what stewards do to them."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from fastapi import FastAPI

from matching.frames import HOUSEHOLDS, PAIRS, QUESTIONS
from stewardship.app import make_app
from tests.stewardship.conftest import NOW, PASSWORD, Browser, Clock
from tests.warehouse.worlds import Row, frame, run, world
from warehouse import state
from warehouse.access import sessions, users
from warehouse.access.roles import Role

SCRIPT = "<script>alert(1)</script>"
GROUPS = {
    "C1": ["app:1", "bss:1"],
    "C2": ["web:1"],
    "C3": ["web:3"],
    "C4": ["retail:1", "retail:2"],
    **{f"N{number}": [f"agent:{number}"] for number in range(6)},
}
PHONE = "13912345678"


def _pair(left: str, right: str, score: float, band: str = "review") -> Row:
    evidence = [
        {"field": "prior", "level": "", "weight": -9.0},
        {"field": "name", "level": "same", "weight": score + 9.0, "value_l": "x", "value_r": "x"},
    ]
    told = {"record_id_l": left, "record_id_r": right, "score": score, "probability": 0.5, "band": band}
    return {**told, "found_by": ["name"], "evidence": evidence}


@pytest.fixture(scope="session")
def asked(tmp_path_factory: pytest.TempPathFactory, _cheap_hashes: None) -> Path:
    """A home whose snapshot asks about pairs, a customer and a number."""
    home = tmp_path_factory.mktemp("asked")
    said: dict[str, Row] = {
        "app:1": {
            "mobiles": ["13800000001"],
            "id_number": "330106198501010014",
            "province": "浙江省",
            "city": "杭州市",
        },
        "web:1": {"mobiles": ["13800000002"], "name": SCRIPT},
        **{f"agent:{number}": {"mobiles": [PHONE], "outlet": "AG1", "name": f"测试{number}"} for number in range(6)},
    }
    names = {"C1": "张玮", "C2": "张伟"}
    pairs = [
        _pair("app:1", "web:1", 1.0),
        _pair("bss:1", "web:3", 0.5),
        _pair("web:1", "web:3", 0.4),
        _pair("retail:1", "retail:2", 0.1, "match"),
        *(_pair(f"agent:{one}", f"agent:{one + 1}", -1.0) for one in range(5)),
    ]
    questions = frame([{"cluster": "retail:1", "reason": "weak_bridge", "score": 0.1}], QUESTIONS)
    homes = [{"household_id": "H1", "customer_id": customer, "member_count": 2} for customer in ("C1", "C2")]
    contacts = pl.DataFrame(
        {
            "contact": [PHONE],
            "record_ids": [[f"agent:{number}" for number in range(6)]],
            "customer_ids": [[f"N{number}" for number in range(6)]],
            "feeds": [["agent"]],
            "outlet": ["AG1"],
        }
    )
    frames = world(GROUPS, names=names, said=said, pairs=frame(pairs, PAIRS), questions=questions, contacts=contacts)
    run(home, "r1", {**frames, "households": frame(homes, HOUSEHOLDS)})
    for name, role in (("li", Role.STEWARD), ("wang", Role.STEWARD), ("zhao", Role.SENIOR), ("admin", Role.ADMIN)):
        users.add(home, name, role, PASSWORD, by="test", at=NOW)
    return home


@pytest.fixture
def home(asked: Path, tmp_path: Path) -> Path:
    shutil.copytree(asked, tmp_path / "home", symlinks=True)
    return tmp_path / "home"


@pytest.fixture
def app(home: Path, clock: Clock) -> FastAPI:
    return make_app(home, now=clock)


@pytest.fixture
def steward(app: FastAPI, home: Path) -> Callable[[str], Browser]:
    return lambda name: Browser(app, sessions.begin(home, name, instead_of=None, at=NOW))


def shown(browser: Browser, path: str = "/queue") -> dict[str, str]:
    """The question on a page: item, kind, seen, and the page's text."""
    text = browser.get(path).text
    found = re.search(r'data-item="(\w*)" data-kind="(\w*)"(?: data-seen="(\w*)")?', text)
    assert found is not None, text
    return {"item": found[1], "kind": found[2], "seen": found[3] or "", "text": text}


def say(
    browser: Browser, question: dict[str, str], verdict: str, decision: str = "d1", **more: object
) -> dict[str, object]:
    body = {"decision_id": decision, "item_id": question["item"], "verdict": verdict, "seen": question["seen"], **more}
    answer = browser.tell("/queue/answer", body)
    assert answer.status_code == 200, answer.text  # type: ignore[attr-defined]
    return answer.json()  # type: ignore[attr-defined,no-any-return]


def pair_of(browser: Browser, left: str, right: str) -> dict[str, str]:
    """The question about a certain pair, opened by its id."""
    browser.get("/queue/all")
    with state.reading(browser.desk.home) as connection:
        found = connection.execute("SELECT item_id FROM queue_items WHERE record_ids = ?", (json.dumps([left, right]),))
        return shown(browser, f"/queue?item={found.fetchone()[0]}")
