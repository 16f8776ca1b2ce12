"""Questions whose answer is known: planted at a rate, alike on the screen, once a steward, and without any effect."""

import json
import re
import shutil
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest
from fastapi import FastAPI

from matching.frames import PAIRS
from matching.policy import NUMBERS
from stewardship.app import make_app
from stewardship.queue import asking
from tests.stewardship.conftest import NOW, PASSWORD, Browser, Clock
from tests.stewardship.queue.conftest import say, shown
from tests.warehouse.worlds import Row, frame, run, world
from warehouse import state
from warehouse.access import sessions, users
from warehouse.access.roles import Role
from warehouse.desk import desk_refresh
from warehouse.desk.agreed import agreed

KNOWN = {("bss:1", "web:1"): "same", ("bss:1", "bss:2"): "different"}
GROUPS = {"C1": ["bss:1", "web:1"], "C2": ["bss:2"], **{f"N{number}": [f"agent:{number}"] for number in range(6)}}
FIRST = {"id_number": "330106198501010014", "id_is_valid": True, "birth_date": date(1985, 1, 1)}
SECOND = {"id_number": "330106197003071093", "id_is_valid": True, "birth_date": date(1970, 3, 7)}

Stewards = Callable[[str], Browser]


def _pair(left: str, right: str, score: float, probability: float, band: str) -> Row:
    evidence = [
        {"field": "prior", "level": "", "weight": -9.0},
        {"field": "name", "level": "same", "weight": score + 9.0, "value_l": "x", "value_r": "x"},
    ]
    told = {"record_id_l": left, "record_id_r": right, "score": score, "probability": probability, "band": band}
    return {**told, "found_by": ["name"], "evidence": evidence}


def publish(home: Path, run_id: str, undecided: Sequence[int] = (0, 2, 4)) -> None:
    pairs = [
        _pair("bss:1", "web:1", 20.0, 0.9999, "match"),
        _pair("bss:1", "bss:2", -20.0, 0.0001, "apart"),
        *(
            _pair(f"agent:{one}", f"agent:{one + 1}", 0.5, 0.5, "review" if one in undecided else "apart")
            for one in (0, 2, 4)
        ),
    ]
    said: dict[str, Row] = {"bss:1": FIRST, "web:1": FIRST, "bss:2": SECOND}
    run(home, run_id, world(GROUPS, names={"C1": "张伟", "C2": "张伟"}, said=said, pairs=frame(pairs, PAIRS)))
    desk_refresh.refresh(home)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory, _cheap_hashes: None) -> Path:
    """A home with three ordinary questions, one pair that is surely one person and one that is surely two."""
    home = tmp_path_factory.mktemp("planted")
    publish(home, "r1")
    for name, role in (("li", Role.STEWARD), ("wang", Role.STEWARD), ("zhao", Role.SENIOR)):
        users.add(home, name, role, PASSWORD, by="test", at=NOW)
    return home


@pytest.fixture
def home(planted: Path, tmp_path: Path) -> Path:
    shutil.copytree(planted, tmp_path / "home", symlinks=True)
    return tmp_path / "home"


@pytest.fixture
def steward(home: Path, clock: Clock) -> Stewards:
    app: FastAPI = make_app(home, now=clock)
    return lambda name: Browser(app, sessions.begin(home, name, instead_of=None, at=NOW))


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whenever there is a question whose answer is known it comes next."""
    every = NUMBERS.known_questions.model_copy(update={"every": 1})
    monkeypatch.setattr(asking, "NUMBERS", NUMBERS.model_copy(update={"known_questions": every}))


def records(home: Path, item_id: str) -> tuple[str, ...]:
    with state.reading(home) as connection:
        row = connection.execute("SELECT record_ids FROM queue_items WHERE item_id = ?", (item_id,)).fetchone()
    return tuple(json.loads(row[0]))


def answer_all(
    steward: Browser, home: Path, said: Callable[[tuple[str, ...]], str], name: str
) -> list[tuple[str, ...]]:
    """Answer until nothing is left, and give which pairs were asked about."""
    asked = []
    while (question := shown(steward))["item"]:
        pair = records(home, question["item"])
        assert say(steward, question, said(pair), f"{name}-{len(asked)}")["outcome"] == "saved"
        asked.append(pair)
    return asked


def rightly(pair: tuple[str, ...]) -> str:
    return KNOWN.get(pair, "different")


@pytest.mark.usefixtures("always")
def test_each_steward_is_asked_once_and_ordinary_questions_go_on(steward: Stewards, home: Path) -> None:
    li = answer_all(steward("li"), home, rightly, "li")
    assert set(li[:2]) == set(KNOWN)
    assert len(li) == len(set(li)) == 5
    assert set(answer_all(steward("wang"), home, rightly, "wang")) == set(KNOWN)
    assert answer_all(steward("li"), home, rightly, "li again") == []


@pytest.mark.usefixtures("always")
def test_what_is_said_of_them_changes_nothing(steward: Stewards, home: Path) -> None:
    li = steward("li")
    for number in range(2):
        question = shown(li)
        wrong = "same" if rightly(records(home, question["item"])) == "different" else "different"
        assert say(li, question, wrong, f"d{number}")["outcome"] == "saved"
    assert state.judgements(home).is_empty()
    assert desk_refresh.answered(home).is_empty()
    assert desk_refresh.waiting(home).count == 0
    [every, own] = agreed(home)
    assert (every.answers, own.who, own.answers) == (2, "li", 2)
    assert own.right.value < 0.3


@pytest.mark.usefixtures("always")
def test_an_undone_answer_does_not_count_and_another_one_may_follow(steward: Stewards, home: Path) -> None:
    li = steward("li")
    question = shown(li)
    assert say(li, question, "unsure", "d1")["outcome"] == "saved"
    back = li.tell("/queue/undo", {"decision_id": "d1", "undo_id": "u1"}).json()  # type: ignore[attr-defined]
    assert back["item_id"] == question["item"]
    assert agreed(home) == []
    assert say(li, question, rightly(records(home, question["item"])), "d2")["outcome"] == "saved"
    assert say(li, question, "same", "d3")["outcome"] == "answered"
    assert agreed(home)[0].right.value > 0.5


def test_none_is_told_from_another(steward: Stewards, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def outline(text: str) -> tuple[str, list[str]]:
        """The question's head but for how things stand, with numbers left out, and the parts of its page."""
        head = text[text.index('<header class="ask">') : text.index("</header>", text.index('<header class="ask">'))]
        head = re.sub(r'(?s)<p class="because">.*?</dl>', "", head)
        return re.sub(r"\d+", "0", head), re.findall(r'aria-labelledby="([\w-]+)"', text[text.index("<article") :])

    li = steward("li")
    ordinary = shown(li)
    every = NUMBERS.known_questions.model_copy(update={"every": 1})
    monkeypatch.setattr(asking, "NUMBERS", NUMBERS.model_copy(update={"known_questions": every}))
    wang = steward("wang")
    known = [shown(wang)]
    say(wang, known[0], "unsure", "d1")
    known.append(shown(wang))
    for each in known:
        assert outline(each["text"]) == outline(ordinary["text"])
        assert "known" not in each["text"].lower()
        assert each["kind"] == ordinary["kind"] == "pair"
        assert len(each["item"]) == len(ordinary["item"])


@pytest.mark.usefixtures("always")
def test_they_are_in_no_list_and_no_count(steward: Stewards, home: Path) -> None:
    li = steward("li")
    with state.reading(home) as connection:
        known = [item for (item,) in connection.execute("SELECT item_id FROM queue_items WHERE known IS NOT NULL")]
    assert len(known) == 2
    for path in ("/queue/all", "/bulk"):
        page = li.get(path).text
        assert not any(item in page for item in known)
    assert 'data-count="3"' in li.get("/queue").text


@pytest.mark.usefixtures("always")
def test_what_two_stewards_or_a_senior_one_said_is_asked_of_others(steward: Stewards, home: Path) -> None:
    zhao = steward("zhao")
    for number in range(2):
        say(zhao, shown(zhao), "unsure", f"k{number}")
    question = shown(zhao)
    judged = records(home, question["item"])
    say(zhao, question, "different", "z1")
    publish(home, "r2", undecided=[one for one in (0, 2, 4) if f"agent:{one}" != judged[0]])
    assert (*judged, "different") in _known(home)
    assert judged in answer_all(steward("li"), home, lambda pair: "different", "li")
    assert judged not in answer_all(steward("zhao"), home, lambda pair: "different", "zhao")


def _known(home: Path) -> list[tuple[str, ...]]:
    with state.reading(home) as connection:
        rows = connection.execute("SELECT record_ids, known FROM queue_items WHERE known IS NOT NULL AND is_open = 1")
        return [(*json.loads(ids), known) for ids, known in rows]


def test_the_rate_is_kept_and_cannot_be_counted_off(home: Path) -> None:
    with state.reading(home) as connection:
        due = [asking.known_is_due(connection, bytes([n % 256, n // 256]), "li", NOW) for n in range(5_000)]
    assert abs(sum(due) / len(due) - 1 / NUMBERS.known_questions.every) < 0.01


@pytest.mark.usefixtures("always")
def test_agreement_is_shown_to_the_steward_himself_and_to_senior_ones(steward: Stewards, home: Path) -> None:
    assert "κ" not in steward("li").get("/overview").text
    for name in ("li", "wang"):
        answer_all(steward(name), home, rightly, name)
    rows = {name: steward(name).get("/overview").text for name in ("li", "wang", "zhao")}
    assert all("κ" in text for text in rows.values())
    seen = {name: set(re.findall(r'<th scope="row">(li|wang)</th>', text)) for name, text in rows.items()}
    assert seen == {"li": {"li"}, "wang": {"wang"}, "zhao": {"li", "wang"}}


@pytest.mark.usefixtures("always")
def test_one_that_is_handed_on_reaches_the_colleague_and_is_done_once_he_answers(steward: Stewards, home: Path) -> None:
    li, wang = steward("li"), steward("wang")
    question = shown(li)
    assert records(home, question["item"]) in KNOWN
    assert li.tell("/queue/assign", {"item_id": question["item"], "to": "wang"}).status_code == 200  # type: ignore[attr-defined]
    assert "<strong>1</strong> 个问题指派给您" in wang.get("/").text
    his = shown(wang)
    assert his["item"] == question["item"]
    assert say(wang, his, "same", "w1")["outcome"] == "saved"
    assert "个问题指派给您" not in wang.get("/").text
    assert shown(wang)["item"] != question["item"]
