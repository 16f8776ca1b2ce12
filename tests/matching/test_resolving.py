"""A whole table through `resolve`: accuracy, repeatability, binding judgements, bad input."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.clusters.judging import JudgementsError
from matching.fieldspec import FieldSpec, FieldSpecError, read_fields
from matching.model import Model, ModelError
from matching.resolving import Resolution, resolve
from tests.matching.people import PEOPLE, people
from tests.matching.standins import REGISTRY

RECORDS, TRUTH = people(150)


def solve(records: pl.DataFrame = RECORDS, fields: FieldSpec = PEOPLE, **more: object) -> Resolution:
    return resolve(records, fields, registry=REGISTRY, **more)  # type: ignore[arg-type]


SOLVED = solve()
KINDS = {fact.name: str(fact.kind) for fact in PEOPLE.facts}


def clusters(found: Resolution) -> dict[str, str]:
    return dict(found.members.select("record_id", "cluster").iter_rows())


def pairwise(members: pl.DataFrame, truth: pl.DataFrame) -> tuple[float, float]:
    """Give precision and recall over pairs."""
    both = members.join(truth, left_on="record_id", right_on="rid")
    pairs = both.join(both, how="cross", suffix="_r").filter(pl.col("record_id") < pl.col("record_id_r"))
    said, true = pl.col("cluster") == pl.col("cluster_r"), pl.col("entity") == pl.col("entity_r")
    hit, of_said, of_true = pairs.select((said & true).sum(), said.sum().alias("s"), true.sum().alias("t")).row(0)
    return hit / of_said, hit / of_true


def test_people_with_slips_and_gaps_are_found_again() -> None:
    precision, recall = pairwise(SOLVED.members, TRUTH)
    assert precision > 0.99
    assert recall > 0.97


def test_members_name_the_smallest_record_of_their_cluster() -> None:
    smallest = SOLVED.members.group_by("cluster").agg(pl.col("record_id").min())
    assert (smallest["cluster"] == smallest["record_id"]).all()
    alone = SOLVED.members.filter(pl.len().over("cluster") == 1)
    assert alone["score"].null_count() == alone.height
    assert SOLVED.members.filter(pl.len().over("cluster") > 1)["linked_by"].null_count() == 0


def test_evidence_adds_up_to_the_score() -> None:
    pairs = SOLVED.pairs
    assert pairs.height > 100
    sums = pairs.select(pl.col("evidence").list.eval(pl.element().struct.field("weight")).list.sum())["evidence"]
    assert (sums - pairs["score"]).abs().max() < 1e-9  # type: ignore[operator]


def test_every_pair_says_which_keys_found_it() -> None:
    assert SOLVED.pairs["found_by"].list.len().min() >= 1  # type: ignore[operator]
    assert set(SOLVED.pairs["found_by"].explode()) <= set(SOLVED.plan["key"])


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10_000))
def test_order_of_rows_and_columns_changes_nothing(seed: int) -> None:
    shuffled = RECORDS.sample(fraction=1, shuffle=True, seed=seed).select(sorted(RECORDS.columns, reverse=True))
    found = solve(shuffled)
    assert found.members.equals(SOLVED.members)
    assert found.pairs.equals(SOLVED.pairs)


def test_records_need_not_be_read_before(tmp_path: Path) -> None:
    RECORDS.write_parquet(tmp_path / "records.parquet")
    found = resolve(pl.scan_parquet(tmp_path / "records.parquet"), PEOPLE, registry=REGISTRY)
    assert found.members.equals(SOLVED.members)


def test_order_of_fields_changes_nothing() -> None:
    told = {"town": "place", "phones": "phone", "born": "birth_date", "family": "family_name", "given": "given_name"}
    found = solve(fields=read_fields({"id": "rid", "fields": told}))
    assert found.pairs.equals(SOLVED.pairs)


def test_a_saved_model_gives_the_same_scores(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("model")
    SOLVED.model.save(folder)
    found = solve(model=Model.load(folder))
    assert found.members.equals(SOLVED.members)
    assert found.pairs.equals(SOLVED.pairs)


@pytest.mark.parametrize(
    ("kinds", "says"),
    [
        ({"given": "given_name", "family": "family_name"}, r"born \(birth_date\).* found given \(given_name\), family"),
        (KINDS | {"rid": "text"}, r"found .*rid \(text\)"),
        (KINDS | {"town": "category"}, r"town \(place\).* found .*town \(category\)"),
    ],
    ids=["fewer", "more", "of another kind"],
)
def test_a_model_of_other_facts_is_a_clear_error(kinds: dict[str, str], says: str) -> None:
    with pytest.raises(ModelError, match=says):
        solve(fields=read_fields({"id": "rid", "fields": kinds}), model=SOLVED.model)


def test_a_model_that_cannot_be_read_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="expected a model as this release saves it"):
        Model.load(tmp_path / "none")
    SOLVED.model.save(tmp_path)
    written = tmp_path / "model.json"
    whole = written.read_text("utf-8")
    for broken, says in [
        (whole[:100], "no JSON"),
        (whole.replace('"version": 1', '"version": 7'), "version 7 for 1"),
        (whole.replace('"told"', '"learned_later": 1, "told"', 1), "a later one, which knows learned_later"),
    ]:
        written.write_text(broken, "utf-8")
        with pytest.raises(ModelError, match=says):
            Model.load(tmp_path)


def test_under_one_model_unrelated_records_change_no_customer() -> None:
    others = pl.DataFrame(
        {
            "rid": [f"z{n}" for n in range(40)],
            "given": [f"unlike{n}" for n in range(40)],
            "family": [f"nobody{n}" for n in range(40)],
            "born": [f"18{n}-01-01" for n in range(10, 50)],
            "town": [f"elsewhere {n}" for n in range(40)],
            "phones": [[f"9{n:09}"] for n in range(40)],
        }
    )
    found = solve(pl.concat([RECORDS, others]), model=SOLVED.model)
    assert {k: v for k, v in clusters(found).items() if k.startswith("r")} == clusters(SOLVED)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.integers(0, RECORDS.height - 1), st.integers(0, RECORDS.height - 1)), max_size=6))
def test_different_always_separates(asked: list[tuple[int, int]]) -> None:
    pairs = [(f"r{a:05}", f"r{b:05}") for a, b in asked if a != b]
    said = pl.DataFrame(pairs, schema=["record_id_l", "record_id_r"], orient="row").with_columns(
        judgement=pl.lit("different")
    )
    found = clusters(solve(model=SOLVED.model, judgements=said.cast(pl.String)))
    assert all(found[left] != found[right] for left, right in pairs)


def test_a_pair_of_one_customer_judged_different_is_split_and_judged_same_is_joined() -> None:
    pair = SOLVED.pairs.filter(pl.col("score") > 5).row(0, named=True)
    ends = {"record_id_l": [pair["record_id_l"]], "record_id_r": [pair["record_id_r"]]}
    apart = clusters(solve(model=SOLVED.model, judgements=pl.DataFrame({**ends, "judgement": ["different"]})))
    assert apart[pair["record_id_l"]] != apart[pair["record_id_r"]]
    strangers = {"record_id_l": ["r00000"], "record_id_r": ["r00100"], "judgement": ["same"]}
    assert clusters(SOLVED)["r00000"] != clusters(SOLVED)["r00100"]
    joined = solve(model=SOLVED.model, judgements=pl.DataFrame(strangers))
    assert clusters(joined)["r00000"] == clusters(joined)["r00100"]
    assert set(joined.members.filter(pl.col("record_id").is_in(["r00000", "r00100"]))["linked_by"]) == {"judgement"}


def test_judgements_on_records_that_are_gone_are_passed_over() -> None:
    said = pl.DataFrame({"record_id_l": ["gone"], "record_id_r": ["r00001"], "judgement": ["same"]})
    assert solve(model=SOLVED.model, judgements=said).members.equals(SOLVED.members)


def test_an_unknown_judgement_is_an_error_that_lists_the_known_ones() -> None:
    said = pl.DataFrame({"record_id_l": ["r00000"], "record_id_r": ["r00001"], "judgement": ["maybe"]})
    with pytest.raises(JudgementsError, match="same, different, unsure"):
        solve(model=SOLVED.model, judgements=said)


def test_two_records_of_one_source_stay_apart_where_it_lists_a_customer_once() -> None:
    sourced = RECORDS.with_columns(
        source=pl.when(pl.int_range(pl.len()) % 2 == 0).then(pl.lit("a")).otherwise(pl.lit("b"))
    )
    fields = FieldSpec(PEOPLE.id, PEOPLE.facts, source="source", one_per_source=True)
    found = solve(sourced, fields).members.join(sourced.select(record_id="rid", source="source"), on="record_id")
    assert found.group_by("cluster", "source").len()["len"].max() == 1
    assert found.group_by("cluster").len()["len"].max() == 2


def test_labels_move_the_weights_and_keep_the_customers_right() -> None:
    truth = dict(TRUTH.iter_rows())
    pairs = SOLVED.pairs.select("record_id_l", "record_id_r")
    same = [truth[left] == truth[right] for left, right in pairs.iter_rows()]
    labels = pairs.with_columns(judgement=pl.Series(["same" if one else "different" for one in same]))
    found = solve(labels=labels)
    assert found.model.facts != SOLVED.model.facts
    assert min(pairwise(found.members, TRUTH)) > 0.97


def test_columns_that_are_alternatives_are_one_fact() -> None:
    table = RECORDS.with_columns(
        phone=pl.col("phones").list.get(0), other=pl.col("phones").list.get(1, null_on_oob=True)
    )
    fields = {"given": "given_name", "family": "family_name", "born": "birth_date", "town": "place", "phone": "phone"}
    spec = read_fields({"id": "rid", "fields": {**fields, "other": {"kind": "phone", "alternative_to": "phone"}}})
    assert clusters(solve(table, spec)) == clusters(SOLVED)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (RECORDS.drop("town"), "no column 'town'"),
        (pl.concat([RECORDS, RECORDS.head(1)]), "1 rows whose id another row has"),
        (RECORDS.with_columns(rid=pl.lit(None, dtype=pl.String)), "rows without 'rid'"),
        (RECORDS.rename({"town": "twon"}), "did you mean 'twon'"),
    ],
)
def test_a_table_that_cannot_be_matched_is_a_clear_error(table: pl.DataFrame, says: str) -> None:
    with pytest.raises(FieldSpecError, match=says):
        solve(table)


@pytest.mark.parametrize(
    "table",
    [
        RECORDS.clear(),
        RECORDS.head(1),
        RECORDS.with_columns(town=pl.lit(None)),
        RECORDS.with_columns(town=pl.lit("one town")),
        RECORDS.with_columns(born=pl.int_range(pl.len())),
    ],
    ids=["no record", "one record", "an empty column", "a constant column", "numbers for dates"],
)
def test_poor_tables_give_a_result(table: pl.DataFrame) -> None:
    found = solve(table)
    assert found.members.height == table.height
    assert set(found.members["record_id"]) == set(table["rid"])


def test_a_block_of_equal_names_is_narrowed_by_what_else_is_told() -> None:
    count = 20_000
    table = pl.DataFrame(
        {
            "rid": [f"{n:06}" for n in range(count)],
            "name": ["one name"] * count,
            "phone": [f"{(n // 2 + 1) * 7_919_777_777 % 10**11:011}" for n in range(count)],
            "born": [f"{1950 + n // 2 % 50}-{n // 2 % 12 + 1:02}-{n // 2 % 28 + 1:02}" for n in range(count)],
        }
    )
    spec = read_fields({"id": "rid", "fields": {"name": "person_name", "phone": "phone", "born": "birth_date"}})
    found = solve(table, spec)
    assert found.members.group_by("cluster").len()["len"].unique().to_list() == [2]


def test_questions_are_about_clusters_that_exist() -> None:
    assert set(SOLVED.questions["cluster"]) <= set(SOLVED.members["cluster"])
    assert set(SOLVED.questions["reason"]) <= {"weak_bridge", "oversized", "contradiction"}
