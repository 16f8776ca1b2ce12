"""Which model decides: what a run learned by itself from a few records gives way when many more are there."""

import json
from pathlib import Path

import polars as pl
import pytest

from matching.model import OutgrownModelError
from matching.policy import HUB_FIELDS, NUMBERS
from matching.resolving import resolve
from tests.warehouse.test_models import NOW, occasion, people
from warehouse.models import models
from warehouse.models.deciding import Decided, decide
from warehouse.models.models import Why


def decided(home: Path, records: pl.DataFrame, minutes: int) -> Decided:
    return decide(home, records, occasion(minutes, Why.FIRST), train=False, rebuild=False, say=lambda _: None)


def one_channel(count: int) -> pl.DataFrame:
    return people(count).filter(pl.col("feed") == "web")


@pytest.mark.parametrize(("who", "holds"), [(models.RUN, False), ("li", True)])
def test_a_model_learned_unasked_from_a_part_gives_way_and_a_chosen_one_stays(
    who: str, holds: bool, tmp_path: Path
) -> None:
    first = decided(tmp_path, one_channel(12), 0).version
    models.accept(tmp_path, first, who=who, at=NOW)
    later = decided(tmp_path, people(40), 1)
    assert (later.version == first) == holds
    if not holds:
        why = models.versions(tmp_path).filter(pl.col("version") == later.version)["why"]
        assert why.to_list() == [Why.OUTGROWN]
        assert later.outcome.members["cluster"].n_unique() == decided_afresh(tmp_path / "other")


def decided_afresh(home: Path) -> int:
    return decided(home, people(40), 2).outcome.members["cluster"].n_unique()


def test_a_model_holds_while_the_records_grow_slowly(tmp_path: Path) -> None:
    first = decided(tmp_path, people(20), 0).version
    models.accept(tmp_path, first, who=models.RUN, at=NOW)
    fewer_than_double = int(20 * NUMBERS.model.outgrown_from) - 1
    assert decided(tmp_path, people(fewer_than_double), 1).version == first


def test_a_model_of_an_earlier_release_gives_way_whoever_chose_it(tmp_path: Path) -> None:
    first = decided(tmp_path, people(20), 0).version
    models.accept(tmp_path, first, who="li", at=NOW)
    written = models.folder(tmp_path, first) / "model.json"
    content = json.loads(written.read_text("utf-8"))
    name = next(fact for fact in content["facts"] if fact["name"] == "name")
    for key in ("levels", "m", "u", "adjustment", "contact_adjustment", "moves"):
        name[key] = name[key][:-1]
    written.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(OutgrownModelError, match="levels of name"):
        resolve(people(20), HUB_FIELDS, model=models.load(tmp_path, first))
    said: list[str] = []
    later = decide(tmp_path, people(20), occasion(1, Why.FIRST), train=False, rebuild=False, say=said.append)
    assert later.version != first
    assert f"model {first} was learned by an earlier release, whose name had other levels: learning anew" in said
    assert models.versions(tmp_path).filter(version=later.version)["why"].to_list() == [Why.OUTGROWN]
