"""Customers that last: whatever the clusters do, every id ever published leads to one customer or to nobody."""

import tomllib
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.customers.churn import Change, gate
from matching.customers.customer_ids import are_valid
from matching.customers.identity import Identities, assign, resolve
from matching.customers.remembering import turn_back
from matching.errors import CustomerHubError
from matching.frames import CROSSWALK, MEMBERS, REDIRECTS, REMEMBERED, conform
from matching.words import Claim, Retired

SECRET = b"only for the tests, not a secret"
CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "identities.toml").read_text(encoding="utf-8"))["case"]

Clusters = dict[str, int]
"""Record → any label of its cluster."""


def members(clusters: Clusters) -> pl.DataFrame:
    frame = pl.DataFrame(
        {"record_id": list(clusters), "label": list(clusters.values())}, schema_overrides={"record_id": pl.String}
    )
    named = frame.with_columns(
        cluster=pl.col("record_id").min().over("label"), score=pl.lit(4.2), linked_by=pl.lit("name")
    )
    return conform(named.drop("label"), MEMBERS, name="members")


def after(runs: list[Clusters]) -> list[Identities]:
    """Give the identities of each run, one after the other."""
    results: list[Identities] = []
    for number, clusters in enumerate(runs, start=1):
        before = (results[-1].crosswalk, results[-1].redirects) if results else (None, None)
        results.append(assign(members(clusters), *before, run_id=f"run-{number:03}", secret=SECRET))
    return results


def read(run: str) -> Clusters:
    return {record: number for number, cluster in enumerate(run.split()) for record in cluster}


def customers_of(crosswalk: pl.DataFrame) -> dict[str, set[str]]:
    return {key[0]: set(group["record_id"]) for key, group in crosswalk.group_by("customer_id")}


def called(results: list[Identities]) -> dict[str | None, str]:
    """Give each id the name that the cases know it by."""
    names: dict[str | None, str] = {None: "nobody"}
    for number, result in enumerate(results, start=1):
        held = customers_of(result.crosswalk)
        for customer_id in result.churn.changes.filter(pl.col("change") == Change.NEW)["customer_id"]:
            names[customer_id] = f"{min(held[customer_id])}{number}"
    return names


@pytest.mark.parametrize("case", CASES, ids=[case["title"] for case in CASES])
def test_who_keeps_which_id(case: dict[str, Any]) -> None:
    results = after([read(run) for run in case["runs"]])
    names = called(results)
    expected = {"".join(sorted(part.split("=")[0])): part.split("=")[1] for part in case["customers"].split()}
    found = {
        "".join(sorted(records)): names[customer_id]
        for customer_id, records in customers_of(results[-1].crosswalk).items()
    }
    assert found == expected
    redirects = dict(part.split(">") for part in case["redirects"].split())
    rows = results[-1].redirects.select("customer_id", "redirects_to").iter_rows()
    assert {names[left]: names[right] for left, right in rows} == redirects


sequences = st.lists(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 3)), min_size=1, max_size=6)


@settings(max_examples=150, deadline=None)
@given(sequences)
def test_ids_survive_any_sequence_of_clusterings(runs: list[Clusters]) -> None:
    published: dict[str, int] = {}
    out_of_use: set[str] = set()
    results = after(runs)
    for number, (clusters, result) in enumerate(zip(runs, results, strict=True)):
        held = customers_of(result.crosswalk)
        together = {frozenset(r for r in clusters if clusters[r] == label) for label in clusters.values()}
        assert {frozenset(records) for records in held.values()} == together, "each cluster is one customer"
        assert len(held) == len(together), "no id is published for two customers"
        redirects = dict(result.redirects.select("customer_id", "redirects_to").iter_rows())
        assert len(redirects) == result.redirects.height
        assert not set(redirects) & set(held), "an id is in force or out of use"
        assert {target for target in redirects.values() if target is not None} <= set(held), "redirects take one step"
        assert not out_of_use & set(held), "no id is revived"
        assert set(published) <= set(held) | set(redirects), "no id disappears"
        out_of_use = set(redirects)
        for customer_id in held:
            published.setdefault(customer_id, number)
        assert are_valid(result.crosswalk["customer_id"]).all()
        assert result.crosswalk["record_id"].is_sorted()
        assert result.redirects["customer_id"].is_sorted()


@settings(max_examples=80, deadline=None)
@given(sequences.filter(lambda runs: len(runs) > 1))
def test_an_id_goes_where_most_of_its_records_go_and_the_oldest_stays(runs: list[Clusters]) -> None:
    """The rule, told once more in plain loops."""
    before, now = after(runs)[-2:]
    since = {key[0]: group["since_run"].min() for key, group in before.crosswalk.group_by("customer_id")}
    held = customers_of(now.crosswalk)
    claims: dict[str, list[tuple[str, int, str]]] = {}
    for customer_id, records in customers_of(before.crosswalk).items():
        left = records & set(runs[-1])
        if not left:
            assert resolve(pl.Series([customer_id]), now.crosswalk, now.redirects).to_list() == [None]
            continue
        runs_left = before.crosswalk.filter(pl.col("record_id").is_in(left))["since_run"].min()
        home = min(held, key=lambda each: (-len(held[each] & left), min(held[each] & left, default="~")))
        assert resolve(pl.Series([customer_id]), now.crosswalk, now.redirects).to_list() == [home]
        claims.setdefault(home, []).append((str(runs_left), -len(left), customer_id))
        assert since[customer_id] <= runs_left
    for home, claimants in claims.items():
        assert home == min(claimants)[2]
    assert set(held) - set(claims) == set(now.churn.changes.filter(pl.col("change") == Change.NEW)["customer_id"])


@settings(max_examples=50, deadline=None)
@given(sequences, st.randoms(use_true_random=False))
def test_unchanged_clusters_change_nothing_in_any_order(runs: list[Clusters], random: Any) -> None:
    last = after(runs)[-1]
    rows = list(runs[-1].items())
    random.shuffle(rows)
    again = assign(
        members(dict(rows)),
        last.crosswalk.sample(fraction=1.0, shuffle=True, seed=1),
        last.redirects.reverse(),
        run_id="run-999",
        secret=SECRET,
    )
    assert again.crosswalk.equals(last.crosswalk)
    assert again.redirects.equals(last.redirects)
    assert again.churn.changes.is_empty()
    assert again.churn.kept == again.churn.before == last.crosswalk["customer_id"].n_unique()


@settings(max_examples=50, deadline=None)
@given(sequences.filter(lambda runs: len(runs) > 1))
def test_churn_accounts_for_every_id(runs: list[Clusters]) -> None:
    before, now = after(runs)[-2:]
    churn, was, held = now.churn, customers_of(before.crosswalk), customers_of(now.crosswalk)
    assert churn.before == len(was) == churn.kept + churn.merged + churn.gone
    assert churn.kept + churn.new == len(held)
    for row in churn.changes.iter_rows(named=True):
        own = held[row["customer_id"]] if row["change"] == Change.NEW else was[row["customer_id"]]
        others = was if row["change"] == Change.NEW else held
        assert row["records"] == len(own)
        assert row["customer_ids"] == sorted(each for each in others if others[each] & own)
    unlisted = set(was) - set(churn.changes["customer_id"])
    assert all(was[each] & set(runs[-1]) <= held[each] for each in unlisted), "what is not listed kept its records"


@settings(max_examples=40, deadline=None)
@given(sequences.filter(lambda runs: len(runs) > 1))
def test_a_record_knows_since_when_it_is_in_its_customer(runs: list[Clusters]) -> None:
    history = [dict(result.crosswalk.select("record_id", "customer_id").iter_rows()) for result in after(runs)]
    for record_id, since in after(runs)[-1].crosswalk.select("record_id", "since_run").iter_rows():
        customer_id, expected = history[-1][record_id], len(history)
        while expected > 1 and history[expected - 2].get(record_id) == customer_id:
            expected -= 1
        assert since == f"run-{expected:03}"


def test_a_run_that_died_and_is_repeated_mints_the_same_ids() -> None:
    first = after([read("ab cd e")])[-1]
    one, other = (
        assign(members(read("a b cde fg")), first.crosswalk, first.redirects, run_id=run_id, secret=SECRET)
        for run_id in ("run-002", "run-003")
    )
    assert one.crosswalk.drop("since_run").equals(other.crosswalk.drop("since_run"))
    assert one.redirects.drop("since_run").equals(other.redirects.drop("since_run"))


def test_a_redirect_keeps_the_run_that_took_the_id_out_of_use() -> None:
    last = after([read(run) for run in ("a b c", "ab c", "abc")])[-1]
    assert dict(last.redirects["since_run"].value_counts().iter_rows()) == {"run-002": 1, "run-003": 1}
    assert last.redirects["reason"].to_list() == [Change.MERGED, Change.MERGED]


def test_links_are_those_of_the_new_run() -> None:
    first = after([read("ab")])[-1]
    stronger = members(read("ab")).with_columns(score=pl.lit(9.0), linked_by=pl.lit("id_number"))
    again = assign(stronger, first.crosswalk, first.redirects, run_id="run-002", secret=SECRET)
    assert again.crosswalk["score"].to_list() == [9.0, 9.0]
    assert again.crosswalk["since_run"].to_list() == ["run-001", "run-001"]


def test_the_gate_stops_too_many_changes_until_confirmed() -> None:
    runs = [read("ab c d e f g h"), read("ab cd e f g h")]
    churn = after(runs)[-1].churn
    assert churn.share == pytest.approx(1 / 7)
    gate(churn, 0.15)
    gate(churn, 0.10, confirmed=True)
    gate(churn, 0.10, at_least=2)
    with pytest.raises(
        CustomerHubError, match=r"at most 10\.0% of 7 to change, found 14\.3% \(1 merged, 0 split, 0 gone\)\. Look"
    ):
        gate(churn, 0.10)


def test_the_first_run_and_new_customers_pass_the_gate() -> None:
    gate(after([read("ab c")])[-1].churn, 0.0)
    gate(after([read("ab"), read("ab c d e")])[-1].churn, 0.0)


def test_ids_resolve_in_one_step_whatever_is_asked() -> None:
    results = after([read(run) for run in ("a b c", "ab c", "ab")])
    names = {name: customer_id for customer_id, name in called(results).items()}
    asked = pl.Series("asked", [names["b1"], names["a1"], names["c1"], "never known", names["b1"]])
    found = resolve(asked, results[-1].crosswalk, results[-1].redirects)
    assert found.to_list() == [names["a1"], names["a1"], None, None, names["a1"]]
    assert found.name == "asked"


def test_no_records_at_all() -> None:
    empty = assign(members({}), None, None, run_id="run-001", secret=SECRET)
    assert empty.crosswalk.schema == dict(CROSSWALK)
    assert empty.redirects.schema == dict(REDIRECTS)
    assert empty.crosswalk.is_empty()
    assert empty.redirects.is_empty()
    assert empty.churn.share == 0.0


def test_frames_that_contradict_each_other_are_refused() -> None:
    last = after([read("a b"), read("ab")])[-1]
    twice = pl.concat([members(read("ab")), members(read("a"))])
    with pytest.raises(CustomerHubError, match="records in the members: expected each once, found 1 again"):
        assign(twice, None, None, run_id="run-002", secret=SECRET)
    revived = last.redirects.with_columns(customer_id=pl.lit(last.crosswalk["customer_id"][0]))
    with pytest.raises(CustomerHubError, match="expected no id in both, found 1"):
        assign(members(read("ab")), last.crosswalk, revived, run_id="run-003", secret=SECRET)


def test_published_tables_with_more_columns_are_taken_and_incomplete_ones_refused() -> None:
    last = after([read("a b"), read("ab")])[-1]
    published = last.crosswalk.with_columns(feed=pl.lit("web"))
    assert assign(members(read("ab")), published, last.redirects, run_id="3", secret=SECRET).crosswalk.equals(
        last.crosswalk
    )
    with pytest.raises(
        CustomerHubError, match=r"previous crosswalk: expected the columns .* found none called since_run"
    ):
        assign(members(read("ab")), last.crosswalk.drop("since_run"), None, run_id="3", secret=SECRET)


def test_the_report_says_what_happened() -> None:
    says = after([read("abc d e"), read("ab c de")])[-1].churn.says
    assert says == "customer ids: 2 of 3 kept (1 of them lost records to others), 1 merged, 0 gone, 1 new"
    assert after([read("ab c")])[-1].churn.says == "customer ids: 2 new, there were none before"


@settings(max_examples=60, deadline=None)
@given(sequences.filter(lambda runs: len(runs) > 2), st.data())
def test_ids_survive_rollbacks_too(runs: list[Clusters], data: st.DataObject) -> None:
    """Between any two runs an earlier one may be put in force again: still no id is lost or another customer's."""
    done: list[tuple[pl.DataFrame, pl.DataFrame]] = []
    last: dict[str, set[str]] = {}
    ever: dict[str, set[str]] = {}
    for number, clusters in enumerate(runs):
        crosswalk, redirects = done[-1] if done else (None, None)
        retired = redirects.filter(reason=Retired.ROLLED_BACK)["customer_id"].to_list() if redirects is not None else []
        claims = [(each, record, None, Claim.RETURNS.value) for each in retired for record in sorted(last[each])]
        assigned = assign(
            members(clusters),
            crosswalk,
            redirects,
            run_id=f"run-{number:03}",
            secret=SECRET,
            remembered=pl.DataFrame(claims, schema=dict(REMEMBERED), orient="row"),
        )
        done.append((assigned.crosswalk, assigned.redirects))
        steps = [done[-1]]
        if data.draw(st.booleans()):
            back = done[data.draw(st.integers(0, len(done) - 1))]
            done.append((back[0], turn_back(*back, *done[-1], run_id=f"run-{number:03}-back")))
            steps.append(done[-1])
        for held, leads in ((customers_of(one), dict(two["customer_id", "redirects_to"].rows())) for one, two in steps):
            assert not set(held) & set(leads)
            assert set(last) <= set(held) | set(leads)
            assert {aim for aim in leads.values() if aim is not None} <= set(held)
            assert all(ever[each] & held[each] for each in held if each in ever)
            last |= held
            ever = {each: ever.get(each, set()) | last[each] for each in last}
