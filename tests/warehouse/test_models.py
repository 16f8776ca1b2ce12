"""Versions of the model: proposals, acceptance, effect on the customers, drift, and which are kept."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from matching.errors import CustomerHubError
from matching.fieldspec import read_fields
from matching.frames import PAIRS, RECORDS, conform
from matching.learning import drifting
from matching.scores.shortening import in_short, patterns
from tests.warehouse.worlds import run, world
from warehouse.models import models, training
from warehouse.models.models import Occasion, Why
from warehouse.published.reading import read_frame

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
FIELDS = read_fields({"id": "record_id", "entity": "kind", "fields": {"name": {"kind": "person_name"}, "tel": "phone"}})


def occasion(minutes: int = 0, why: Why = Why.ASKED) -> Occasion:
    return Occasion(why, "li", NOW + timedelta(minutes=minutes))


def people(count: int = 40) -> pl.DataFrame:
    """Records of two channels, each person in both."""
    rows = [
        {
            "record_id": f"{feed}:{n:03}",
            "feed": feed,
            "source_id": f"{n:03}",
            "versions": 1,
            "entity_type": "person",
            "name": f"{'王李张刘陈'[n % 5]}{'伟芳娜敏静丽强磊军洋'[n % 10]}{'一二三四五六七八'[n % 8]}",
            "mobiles": [f"139{n * 7919 % 10**8:08}"],
            "fixed_lines": [],
        }
        for feed in ("app", "web")
        for n in range(count)
    ]
    return conform(pl.DataFrame(rows), RECORDS, name="test")


def published(home: Path, groups: dict[str, list[str]], records: pl.DataFrame) -> None:
    run(home, "r1", world(groups) | {"records": records}, minute=1)


def test_a_version_decides_only_once_it_is_accepted(tmp_path: Path) -> None:
    records = people()
    published(tmp_path, {f"C{n}": [f"app:{n:03}", f"web:{n:03}"] for n in range(40)}, records)
    version, effect = training.propose(tmp_path, occasion())
    assert effect is not None
    assert (effect.before, effect.kept) == (40, 40)
    assert models.in_force(tmp_path) is None
    assert models.proposals(tmp_path) == [version]

    assert models.accept(tmp_path, version, who="li", at=NOW)
    assert not models.accept(tmp_path, version, who="li", at=NOW)
    assert models.in_force(tmp_path) == version
    assert models.proposals(tmp_path) == []
    assert models.versions(tmp_path).row(0, named=True)["accepted_by"] == "li"


def test_the_same_records_teach_the_same_model(tmp_path: Path) -> None:
    records = people()
    one, _ = training.propose(tmp_path, occasion(), records=records)
    other, _ = training.propose(tmp_path, occasion(1), records=records.sample(fraction=1, shuffle=True, seed=3))
    assert one != other
    assert one.split("-")[1] == other.split("-")[1]


def test_the_effect_shows_who_is_joined_and_who_is_parted(tmp_path: Path) -> None:
    records = people()
    groups = {f"C{n}": [f"app:{n:03}", f"web:{n:03}"] for n in range(2, 40)}
    groups |= {"A": ["app:000"], "B": ["web:000"], "X": ["app:001", "web:001", "app:002"]}
    groups["C2"] = ["web:002"]
    published(tmp_path, groups, records)
    version, effect = training.propose(tmp_path, occasion())
    assert effect is not None
    assert effect.merged == 1
    assert effect.split == 1
    joined = [(pair["record_id_l"], pair["record_id_r"]) for pair in effect.pairs if pair["change"] == "joined"]
    assert ("app:000", "web:000") in joined
    assert training.effect_of(tmp_path, version) == effect
    assert "name" not in (models.folder(tmp_path, version) / training.EFFECT_FILE).read_text(encoding="utf-8")


def test_a_published_run_does_not_take_back_what_was_accepted_meanwhile(tmp_path: Path) -> None:
    first, _ = training.propose(tmp_path, occasion(), records=people())
    second, _ = training.propose(tmp_path, occasion(1), records=people(30))
    assert models.accept(tmp_path, first, who="run", at=NOW, again=False)
    assert models.accept(tmp_path, second, who="li", at=NOW)
    assert not models.accept(tmp_path, first, who="run", at=NOW, again=False)
    assert models.in_force(tmp_path) == second
    assert models.accept(tmp_path, first, who="li", at=NOW)
    assert models.in_force(tmp_path) == first


def test_only_what_somebody_may_need_is_kept(tmp_path: Path) -> None:
    old, used, chosen, waiting = (training.propose(tmp_path, occasion(n), records=people(20 + n))[0] for n in range(4))
    run(tmp_path, "r1", world({"A": ["app:000"]}), minute=1)
    frames = world({"A": ["app:000"]})
    from warehouse.published import snapshots  # noqa: PLC0415

    candidate = snapshots.write_candidate(tmp_path, "r2", frames, {"started_at": NOW, "model": used})
    snapshots.add_results(candidate, pl.DataFrame(), finished_at=NOW)
    snapshots.publish(tmp_path, "r2", keep=1)
    models.accept(tmp_path, chosen, who="li", at=NOW)
    models.forget(tmp_path)
    kept = models.versions(tmp_path).filter("is_kept")["version"].to_list()
    assert kept == [used, chosen, waiting]
    with pytest.raises(CustomerHubError, match=f"expected one of {used}, "):
        models.load(tmp_path, old)


def test_nothing_to_learn_from_is_said(tmp_path: Path) -> None:
    with pytest.raises(CustomerHubError, match="run customer-hub run first"):
        training.propose(tmp_path, occasion())
    with pytest.raises(CustomerHubError, match="run --train"):
        models.accept(tmp_path, "no-such", who="li", at=NOW)


def test_drift_is_nothing_for_the_same_and_large_for_another_population() -> None:
    def table(told: float) -> pl.DataFrame:
        names = ["x" if n < told * 100 else None for n in range(100)]
        return pl.DataFrame({"record_id": range(100), "kind": "person", "name": names, "tel": "1"})

    evidence = [{"field": "tel", "level": "equal", "weight": 1.0, "value_l": "1", "value_r": "1"}]
    pairs = pl.DataFrame([{"record_id_l": "a", "record_id_r": "b", "band": "match", "evidence": evidence}])
    pairs = conform(pairs, PAIRS, name="pairs")
    short = in_short(pairs)
    ways = patterns(pairs, short)
    then = drifting.profile(table(0.9), short, ways, FIELDS)
    assert drifting.drift(then, then)["drift"].to_list() == [0.0, 0.0]
    now = drifting.drift(then, drifting.profile(table(0.5), short, ways, FIELDS))
    assert now["fact"][0] == "name"
    assert now["drift"][0] == pytest.approx(0.4 * 2.197, abs=0.001)  # (0.9 - 0.5) * ln(0.9 / 0.5) + (…)
    assert now["drift"][1] == 0.0


def test_records_are_read_from_the_snapshot(tmp_path: Path) -> None:
    published(tmp_path, {f"C{n}": [f"app:{n:03}", f"web:{n:03}"] for n in range(40)}, people())
    version, _ = training.propose(tmp_path, occasion())
    known = models.versions(tmp_path).filter(pl.col("version") == version)
    assert known["records"].item() == read_frame(tmp_path, "records").height
