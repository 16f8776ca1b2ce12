"""The desk's queue and decisions: nobody shares a question, nothing is half there, nothing is asked twice."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from matching.frames import PAIRS
from matching.words import Judgement
from tests.warehouse.worlds import Frames, Row, frame, run, world
from warehouse import state
from warehouse.desk import desk_queue, desk_refresh
from warehouse.desk.desk_queue import Filters, Item, Order
from warehouse.desk.work import shares
from warehouse.judgements import decisions, judgement_log, kept_decisions
from warehouse.judgements.contradictions import contradictions
from warehouse.judgements.decisions import Decision, DecisionError
from warehouse.judgements.judgement_log import PairVerdict
from warehouse.judgements.kept_decisions import ItemKind, State
from warehouse.published.reading import read_table

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
PEOPLE = {"C1": ["app:1"], "C2": ["web:1"], "C3": ["web:3"], "C4": ["bss:4"]}


def pair(left: str, right: str, score: float) -> Row:
    evidence = [{"field": "name", "level": "same", "weight": score}]
    return {"record_id_l": left, "record_id_r": right, "score": score, "band": "review", "evidence": evidence}


def frames(run_id: str = "r1", **others: object) -> Frames:
    pairs = [pair("app:1", "web:1", 1.0), pair("web:1", "web:3", 0.5), pair("app:1", "web:3", 0.2)]
    return world(PEOPLE, run=run_id, pairs=frame([*pairs, pair("bss:4", "web:3", -0.5)], PAIRS), **others)  # type: ignore[arg-type]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    run(tmp_path, "r1", frames())
    assert desk_refresh.refresh(tmp_path)
    return tmp_path


def take(home: Path, who: str, filters: Filters | None = None, order: Order = Order.WORTH) -> Item | None:
    with state.transaction(home) as connection:
        return desk_queue.claim_next(connection, who, filters or Filters(), order, at=NOW)


def decide(home: Path, item: Item, verdict: Judgement, *, decision_id: str = "d1", needs_second: bool = False) -> None:
    left, right = read_ids(item)
    with state.transaction(home) as connection:
        decisions.save(
            connection,
            Decision(
                decision_id,
                item.item_id,
                ItemKind.PAIR,
                verdict,
                "li",
                NOW,
                (left, right),
                (PairVerdict.of(left, right, verdict),),
                needs_second=needs_second,
            ),
        )


def read_ids(item: Item) -> tuple[str, str]:
    left, right = item.record_ids.strip("[]").replace('"', "").split(", ")
    return left, right


def test_questions_are_laid_out_once_a_snapshot(home: Path) -> None:
    assert not desk_refresh.refresh(home)


def test_what_settles_others_comes_first_and_nobody_shares(home: Path) -> None:
    taken = [take(home, who) for who in ("li", "wang", "zhao", "qian", "sun")]
    ids = [item.item_id for item in taken if item]
    assert len(set(ids)) == len(ids) == 4
    assert taken[4] is None
    assert taken[0] is not None
    assert [item.settles for item in taken if item] == [1, 1, 1, 0]


def test_a_claim_expires(home: Path) -> None:
    mine = take(home, "li")
    assert mine is not None
    with state.transaction(home) as connection:
        assert not desk_queue.claim(connection, mine.item_id, "wang", at=NOW)
        later = NOW + desk_queue.CLAIM_FOR + timedelta(seconds=1)
        assert desk_queue.claim(connection, mine.item_id, "wang", at=later)
        assert desk_queue.holder(connection, mine.item_id, at=later) == "wang"


def test_a_skipped_question_goes_to_others_and_comes_back_later(home: Path) -> None:
    first = take(home, "li")
    assert first is not None
    with state.transaction(home) as connection:
        desk_queue.skip(connection, first.item_id, "li", at=NOW)
    again = take(home, "li")
    assert again is not None
    assert again.item_id != first.item_id
    theirs = take(home, "wang")
    assert theirs is not None
    assert theirs.item_id == first.item_id


def test_assigned_questions_come_first_to_one_and_never_to_others(home: Path) -> None:
    with state.transaction(home) as connection:
        last = desk_queue.show(connection, "li", Filters(), Order.WORTH, limit=9)[-1]
        desk_queue.assign(connection, last.item_id, to="li", due_on="2026-11-05")
    theirs = [take(home, "wang") for _ in range(4)]
    assert last.item_id not in [item.item_id for item in theirs if item]
    mine = take(home, "li")
    assert mine is not None
    assert (mine.item_id, mine.due_on) == (last.item_id, "2026-11-05")


def test_filters(home: Path) -> None:
    with state.transaction(home) as connection:
        assert desk_queue.count(connection, "li", Filters(feed="bss")) == 1
        assert desk_queue.count(connection, "li", Filters(score_from=0.0)) == 3
        assert desk_queue.count(connection, "li", Filters(kind="cluster")) == 0
        assert desk_queue.count(connection, "li", Filters(pattern="name:same")) == 4
        assert desk_queue.count(connection, "li", Filters(older_than="2026-01-01")) == 0


def test_an_answer_closes_its_question_and_an_undo_opens_it(home: Path) -> None:
    item = take(home, "li")
    assert item is not None
    decide(home, item, Judgement.DIFFERENT)
    assert state.judgements(home)["verdict"].to_list() == ["different"]
    with state.transaction(home) as connection:
        kept = kept_decisions.find(connection, "d1")
        assert kept is not None
        assert kept.state is State.STANDING
        assert decisions.undo(connection, "d1", undo_id="u1", who="li", at=NOW)
        assert not decisions.undo(connection, "d1", undo_id="u2", who="li", at=NOW)
        reopened = desk_queue.item(connection, item.item_id)
        assert reopened is not None
        assert reopened.is_open
    assert state.judgements(home).is_empty()


def test_an_undo_brings_back_what_was_said_before(home: Path) -> None:
    item = take(home, "li")
    assert item is not None
    state.judge(home, *read_ids(item), Judgement.SAME, who="wang", reason="", at=NOW)
    decide(home, item, Judgement.DIFFERENT)
    with state.transaction(home) as connection:
        decisions.undo(connection, "d1", undo_id="u1", who="li", at=NOW)
    assert state.judgements(home).select("verdict", "who").rows() == [("same", "wang")]


def test_four_eyes(home: Path) -> None:
    item = take(home, "li")
    assert item is not None
    decide(home, item, Judgement.SAME, needs_second=True)
    assert state.judgements(home).is_empty()
    assert desk_refresh.answered(home)["item_id"].to_list() == [item.item_id]
    with pytest.raises(DecisionError, match="another steward"), state.transaction(home) as connection:
        decisions.second(connection, "d1", approve=True, who="li", at=NOW)
    with state.transaction(home) as connection:
        decisions.second(connection, "d1", approve=True, who="wang", at=NOW)
    assert state.judgements(home)["who"].to_list() == ["li"]


def test_a_refused_decision_is_asked_again(home: Path) -> None:
    item = take(home, "li")
    assert item is not None
    decide(home, item, Judgement.SAME, needs_second=True)
    with state.transaction(home) as connection:
        decisions.second(connection, "d1", approve=False, who="wang", at=NOW)
        reopened = desk_queue.item(connection, item.item_id)
        assert reopened is not None
        assert reopened.is_open
    assert desk_refresh.answered(home).is_empty()


def test_age_lasts_over_runs_and_answers_close_for_good(home: Path) -> None:
    item = take(home, "li")
    assert item is not None
    decide(home, item, Judgement.SAME, needs_second=True)
    with state.transaction(home) as connection:
        connection.execute("UPDATE queue_items SET first_seen_at = '2026-01-01T00:00:00.000000+00:00'")
    run(home, "r2", frames("r2", answered=desk_refresh.answered(home)), minute=5)
    assert desk_refresh.refresh(home)
    assert item.item_id not in read_table(home, "review_queue")["item_id"].to_list()
    with state.transaction(home) as connection:
        left = desk_queue.show(connection, "li", Filters(), Order.AGE, limit=9)
    assert {each.first_seen_at[:10] for each in left} == {"2026-01-01"}
    assert {each.run_id for each in left} == {"r2"}


def test_what_a_run_knew_and_what_waits(home: Path) -> None:
    state.judge(home, "app:1", "web:1", Judgement.SAME, who="li", reason="", at=NOW)
    desk_refresh.note_run(home, "r2")
    state.judge(home, "web:1", "web:3", Judgement.SAME, who="li", reason="", at=NOW)
    with state.transaction(home) as connection:
        assert judgement_log.waiting(connection, "r1")[0] == 2
        assert judgement_log.waiting(connection, "r2")[0] == 1


def test_a_judgement_whose_values_changed_is_kept_and_flagged(home: Path) -> None:
    key = state.secret(home)
    seen = {"extract_id": "x", "line": 2, "name": "name of C1", "entity_type": "person"}
    other = judgement_log.what_was_seen(key, seen | {"name": "name of C2"})
    said = PairVerdict.of(
        "app:1",
        "web:1",
        Judgement.SAME,
        f'{{"l": {judgement_log.what_was_seen(key, seen)}, "r": {other}}}'.replace("'", '"'),
    )
    with state.transaction(home) as connection:
        judgement_log.add(connection, [said], who="li", at=NOW, reason="", decision_id=None)
    run(home, "r2", frames("r2"), minute=5)
    desk_refresh.refresh(home)
    with state.transaction(home) as connection:
        assert connection.execute("SELECT * FROM judgement_flags").fetchall() == []
    changed = world(PEOPLE, run="r3", names={"C1": "another name", "C2": "name of C2"})
    run(home, "r3", changed, minute=9)
    desk_refresh.refresh(home)
    with state.transaction(home) as connection:
        assert connection.execute("SELECT changed, run_id FROM judgement_flags").fetchall() == [('["name"]', "r3")]
    assert state.judgements(home).height == 1


def test_a_masked_number_that_changes_flags_a_judgement_that_saw_it() -> None:
    key, record = b"k", {"extract_id": "x", "line": 2, "name": "n", "masked_mobiles": ["138****5679"]}
    seen = judgement_log.what_was_seen(key, record)
    assert judgement_log.changed_since(key, seen, record) == []
    assert judgement_log.changed_since(key, seen, record | {"masked_mobiles": None}) == ["masked_mobiles"]
    before = {column: said for column, said in seen.items() if column not in {"form", "masked_mobiles"}}
    assert judgement_log.changed_since(key, before, record) == [], "nobody knows what it said when it was judged"


def test_contradictions_are_found_through_others(home: Path) -> None:
    state.judge(home, "a:1", "b:1", Judgement.SAME, who="li", reason="", at=NOW)
    state.judge(home, "b:1", "c:1", Judgement.SAME, who="wang", reason="", at=NOW)
    state.judge(home, "c:2", "d:1", Judgement.DIFFERENT, who="wang", reason="", at=NOW)
    with state.transaction(home) as connection:
        (found,) = contradictions(connection, ["a:1"], ["c:1"], Judgement.DIFFERENT)
        assert [(said.record_id_l, said.record_id_r) for said in found.chain] == [("a:1", "b:1"), ("b:1", "c:1")]
        assert found.decisive.who == "wang"
        assert not contradictions(connection, ["a:1"], ["d:1"], Judgement.DIFFERENT)
        assert not contradictions(connection, ["a:1"], ["d:1"], Judgement.SAME)
        # c:1 and c:2 are one customer's records, so that a different of one of them holds for all
        (found,) = contradictions(connection, ["a:1"], ["d:1"], Judgement.SAME) or contradictions(
            connection, ["a:1", "c:2"], ["d:1"], Judgement.SAME
        )
        assert found.decisive.verdict is Judgement.DIFFERENT
        assert not contradictions(connection, ["a:1", "c:2"], ["d:1"], Judgement.UNSURE)


def test_a_number_that_is_not_theirs_is_struck(tmp_path: Path) -> None:
    said: dict[str, Row] = {record: {"mobiles": ["18900000001"]} for (record,) in PEOPLE.values()}
    records = world(PEOPLE, said=said)["records"]
    key = desk_refresh.contact_key(state.secret(tmp_path), "18900000001")
    decision = Decision(
        "d1", "i1", ItemKind.CONTACT, Judgement.DIFFERENT, "li", NOW, ("app:1",), contact_key=key, keeps=("bss:4",)
    )
    assert desk_refresh.refused_contacts(tmp_path, records).is_empty()
    with state.transaction(tmp_path) as connection:
        decisions.save(connection, decision)
    refused = desk_refresh.refused_contacts(tmp_path, records)
    assert refused["record_id"].sort().to_list() == ["app:1", "web:1", "web:3"]
    with state.transaction(tmp_path) as connection:
        decisions.undo(connection, "d1", undo_id="u1", who="li", at=NOW)
    assert desk_refresh.refused_contacts(tmp_path, records).is_empty()


def test_what_stewards_did_is_told_by_steward(home: Path) -> None:
    one = take(home, "li")
    assert one is not None
    decide(home, one, Judgement.UNSURE, decision_id="d1")
    other = take(home, "li")
    assert other is not None
    decide(home, other, Judgement.DIFFERENT, decision_id="d2")
    last = take(home, "wang")
    assert last is not None
    with state.transaction(home) as connection:
        decisions.undo(connection, "d2", undo_id="u2", who="li", at=NOW)
        desk_queue.assign(connection, last.item_id, to="wang", due_on=None)
    with state.reading(home) as connection:
        told = {each.who: each for each in shares(connection, NOW + timedelta(minutes=1))}
        later = shares(connection, NOW + timedelta(days=8))
    assert (told["li"].today, told["li"].week, told["li"].unsure, told["li"].undone) == (1, 1, 1, 1)
    assert (told["li"].seconds, told["wang"].week, told["wang"].assigned) == (0.0, 0, 1)
    assert [each.who for each in later] == ["wang"]
