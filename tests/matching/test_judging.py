"""What people say binds: `different` always separates, `same` joins in the face of any contradiction but that."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.clusters.judging import LEFT, RIGHT
from matching.fieldspec import read_fields
from matching.resolving import Resolution, resolve
from matching.words import Judgement, Reason

FIELDS = read_fields(
    {
        "id": "rid",
        "source": "source",
        "one_per_source": True,
        "entity": "kind",
        "fields": {
            "name": {"kind": "person_name", "when": "person"},
            "firm": {"kind": "organisation_name", "column": "name", "when": "firm"},
            "id_number": "id_number",
            "phone": "phone",
        },
    }
)
LI = "110101199003074258"
COLUMNS = ("rid", "source", "kind", "name", "id_number", "phone")
WANG = "350102197806158433"
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚"


def told(
    rid: str, source: str, name: str, id_number: str | None, phone: str, *, kind: str = "person"
) -> tuple[str | None, ...]:
    return (rid, source, kind, name, id_number, phone)


CROWD = [
    told(f"{source}{number:03}", source, name, None, f"138{number:04}{number * 37 % 10000:04}")
    for number, name in enumerate(s + g for s in SURNAMES for g in GIVEN[:10])
    for source in "xy"[: 1 + number % 2]
]
TWO = [
    told("a1", "a", "李建国", LI, "13900000001"),
    told("a2", "b", "李建国", LI, "13900000001"),
    told("b1", "c", "王秀英", WANG, "13700000002"),
    told("b2", "d", "王秀英", WANG, "13700000002"),
    told("c1", "a", "欧阳雪", None, "13600000003"),
    told("f1", "e", "福州海峡贸易有限公司", None, "13900000001", kind="firm"),
]
IDS = [row[0] for row in TWO]


def solve(*said: tuple[str, str, Judgement], model: object = None) -> Resolution:
    table = pl.DataFrame([*CROWD, *TWO], schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
    judged = pl.DataFrame(
        [(min(a, b), max(a, b), verdict.value) for a, b, verdict in said],
        schema={LEFT: pl.String, RIGHT: pl.String, "verdict": pl.String},
        orient="row",
    )
    return resolve(table, FIELDS, judgements=judged, model=model)  # type: ignore[arg-type]


MODEL = solve().model


def clusters(*said: tuple[str, str, Judgement]) -> dict[str, str]:
    return dict(solve(*said, model=MODEL).members.select("record_id", "cluster").iter_rows())


def test_two_valid_ids_are_two_customers_until_somebody_says_they_are_one() -> None:
    alone = clusters()
    assert alone["a1"] == alone["a2"] != alone["b1"] == alone["b2"]
    joined = clusters(("a1", "b1", Judgement.SAME))
    assert len({joined[rid] for rid in ("a1", "a2", "b1", "b2")}) == 1, "the whole of both customers comes together"


def test_a_source_that_lists_a_customer_once_and_a_persons_firm_give_way_too() -> None:
    assert clusters()["a1"] != clusters()["c1"] != clusters()["f1"]
    joined = clusters(("a1", "c1", Judgement.SAME), ("a2", "f1", Judgement.SAME))
    assert joined["a1"] == joined["a2"] == joined["c1"] == joined["f1"]


def test_who_joined_two_ids_is_not_asked_whether_they_contradict_each_other() -> None:
    found = solve(("a1", "b1", Judgement.SAME), model=MODEL)
    asked = found.questions.filter(pl.col("reason") == Reason.CONTRADICTION.value)
    assert not set(asked["cluster"]) & {"a1", "b1"}
    assert set(found.members.filter(pl.col("record_id").is_in(["a1", "b1"]))["linked_by"]) == {"judgement"}


def test_who_are_called_different_stay_apart_beside_others_who_are_joined() -> None:
    apart = [(*pair, Judgement.DIFFERENT) for pair in (("a1", "b1"), ("a1", "b2"), ("b1", "b2"))]
    found = clusters(("a1", "c1", Judgement.SAME), *apart)
    assert found["a1"] == found["c1"]
    assert len({found["a1"], found["b1"], found["b2"]}) == 3


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(IDS), st.sampled_from(IDS), st.sampled_from([Judgement.SAME, Judgement.DIFFERENT])),
        max_size=5,
        unique_by=lambda said: frozenset(said[:2]),
    )
)
def test_same_joins_unless_somebody_said_different(said: list[tuple[str, str, Judgement]]) -> None:
    pairs = [(a, b, verdict) for a, b, verdict in said if a != b]
    found = clusters(*pairs)
    parted = {frozenset((found[a], found[b])) for a, b, verdict in pairs if verdict == Judgement.DIFFERENT}
    assert all(len(pair) == 2 for pair in parted)
    for a, b, verdict in pairs:
        if verdict == Judgement.SAME:
            assert found[a] == found[b] or frozenset((found[a], found[b])) in parted
