import importlib.util
from itertools import combinations
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.judgements.evaluating import MEASURES, EvaluationError, evaluate

TOOL = Path(__file__).parents[2].parent / "shared" / "tools" / "evaluate.py"

labels = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=30)


def frames(pairs: list[tuple[int, int]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    ids = [f"r{at}" for at in range(len(pairs))]
    members = pl.DataFrame({"record_id": ids, "cluster": [f"c{cluster}" for cluster, _ in pairs]})
    return members, pl.DataFrame({"record_id": ids, "entity": [entity for _, entity in pairs]})


@settings(deadline=None)
@given(pairs=labels)
def test_measures_are_what_counting_pairs_gives(pairs: list[tuple[int, int]]) -> None:
    found = evaluate(*frames(pairs))
    together = list(combinations(pairs, 2))
    said = [pair for pair in together if pair[0][0] == pair[1][0]]
    true = [pair for pair in together if pair[0][1] == pair[1][1]]
    right = [pair for pair in said if pair[0][1] == pair[1][1]]
    assert found["precision"] == pytest.approx(len(right) / len(said) if said else 1.0)
    assert found["recall"] == pytest.approx(len(right) / len(true) if true else 1.0)
    b3 = [sum(other == own for other in pairs) / sum(other[0] == own[0] for other in pairs) for own in pairs]
    assert found["b3_precision"] == pytest.approx(sum(b3) / len(b3))
    assert tuple(found) == MEASURES


@settings(deadline=None)
@given(pairs=labels)
def test_the_truth_scores_full_marks_and_order_does_not_matter(pairs: list[tuple[int, int]]) -> None:
    perfect = [(entity, entity) for _, entity in pairs]
    assert all(evaluate(*frames(perfect))[measure] == 1.0 for measure in ("f1", "b3_f1"))
    members, truth = frames(pairs)
    assert evaluate(members.reverse(), truth) == evaluate(members, truth)


def test_a_record_without_cluster_is_a_customer_of_its_own() -> None:
    members, truth = frames([(0, 0), (0, 0), (1, 0)])
    found = evaluate(members.head(2), truth)
    assert (found["clusters"], found["recall"], found["precision"]) == (2, 1 / 3, 1.0)
    assert evaluate(members.clear(), truth)["largest_cluster"] == 1


def test_members_the_truth_does_not_know_do_not_count() -> None:
    members, truth = frames([(0, 0), (0, 0), (0, 1)])
    assert evaluate(members, truth.head(2))["precision"] == 1.0


def test_records_whose_entity_the_truth_does_not_tell_do_not_count() -> None:
    members, truth = frames([(0, 0), (0, 0), (1, 1), (2, 2)])
    known = truth.with_columns(entity=pl.when(pl.col("entity") == 0).then("entity"))
    assert evaluate(members, known) == evaluate(members, truth.head(2))


def test_a_truth_of_other_records_or_columns_is_an_error() -> None:
    members, truth = frames([(0, 0), (0, 0)])
    with pytest.raises(EvaluationError, match="found none of them in record_id"):
        evaluate(members, truth.with_columns(record_id="list:" + pl.col("record_id")))
    with pytest.raises(EvaluationError, match="truth: expected the columns record_id and entity, found record_id, e"):
        evaluate(members, truth.rename({"entity": "e"}))


def test_nothing_to_measure_is_no_error() -> None:
    members, truth = frames([(0, 0)])
    assert evaluate(members.clear(), truth.clear())["records"] == 0


def test_a_record_in_two_clusters_is_an_error() -> None:
    members, truth = frames([(0, 0), (1, 1)])
    with pytest.raises(EvaluationError, match="members: expected every record once, found 2 rows more"):
        evaluate(pl.concat([members, members]), truth)


@pytest.mark.shared
@pytest.mark.skipif(not TOOL.exists(), reason="the tool to compare with is not part of the project")
@settings(deadline=None)
@given(pairs=labels)
def test_measures_agree_with_the_tool_everybody_uses(pairs: list[tuple[int, int]]) -> None:
    spec = importlib.util.spec_from_file_location("tool", TOOL)
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    members, truth = frames(pairs)
    expected = tool.evaluate(members.join(truth, on="record_id").drop("record_id"))
    ours = evaluate(members, truth)
    for measure, value in expected.items():
        percent = (
            ours[measure] if measure in ("records", "clusters", "entities", "largest_cluster") else 100 * ours[measure]
        )
        assert percent == pytest.approx(value, abs=0.006), measure
