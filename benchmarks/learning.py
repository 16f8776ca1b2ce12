"""What stewards' answers are worth, on real extracts with their truth: `python -m benchmarks.learning`.

Stewards are simulated from the truth, two answers in a hundred wrong. Three rounds of 300 answers: the questions that
the queue asks first, every fourth of them drawn by lot. Beside it: what answers bring without teaching, what no choice
of 900 customers to join could exceed, and a start whose weights nobody learned. Then fifty repetitions of the estimate
of precision and recall, each with another lot.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from benchmarks import sets
from benchmarks.measuring import ROOT
from benchmarks.pipeline import CHANNELS, OUT, measure
from benchmarks.tables import markdown
from matching.clusters.neighbouring import neighbours
from matching.facts.encoding import encode
from matching.facts.placing import placed
from matching.judgements.estimating import ANSWERS, estimate
from matching.judgements.evaluating import evaluate
from matching.judgements.inquiring import inquire
from matching.judgements.sampling import draw, population
from matching.learning.drawing import Effort
from matching.learning.weighing import learn
from matching.model import Model
from matching.policy import HUB_FIELDS
from matching.resolving import Resolution, resolve
from matching.scores.comparing import comparers
from matching.scores.exchanging import exchanging
from matching.scores.shortening import in_short
from matching.words import Judgement, Reason
from warehouse.models import models

ROUNDS: Final = 3
ANSWERS_A_ROUND: Final = 300
DRAWN_EVERY: Final = 4
WRONG: Final = 0.02
REPETITIONS: Final = 50
MEASURES: Final = ("precision", "recall", "f1")
ENDS: Final = ("record_id_l", "record_id_r")


@dataclass(frozen=True)
class Case:
    """Records, their truth, and the model that was learned of them without labels."""

    name: str
    records: pl.DataFrame
    truth: pl.DataFrame
    model: Model

    def measures(self, resolved: Resolution) -> tuple[float, ...]:
        """Give precision, recall and F1 of the customers."""
        found = evaluate(resolved.members, self.truth)
        return tuple(found[name] for name in MEASURES)

    def answers(self, asked: pl.DataFrame, luck: np.random.Generator, wrong: float) -> list[bool]:
        """Give what stewards say of the pairs asked about: the truth, but for slips."""
        entity = dict(self.truth.select("record_id", "entity").iter_rows())
        same = [entity.get(left) == entity.get(right) for left, right in asked.select(ENDS).iter_rows()]
        return [bool(one) for one in np.array(same) ^ (luck.random(len(same)) < wrong)]


def load(name: str, home: Path, truth: pl.DataFrame) -> Case:
    """Give the case of a home that a run has published."""
    records = pl.read_parquet(home / "lake" / "frames" / "records.parquet")
    version = models.in_force(home) or next(iter(sorted((home / "models").glob("[!.]*")))).name
    return Case(name, records, truth, Model.load(home / "models" / version))


def queue(case: Case, resolved: Resolution, said: pl.DataFrame, luck: np.random.Generator) -> pl.DataFrame:
    """Give the questions about two records that come first: by what is touched and in doubt, every fourth by lot."""
    questions = inquire(
        case.records,
        HUB_FIELDS,
        resolved.model,
        members=resolved.members,
        pairs=in_short(resolved.pairs),
        judgements=said,
    ).asked
    touched = (
        resolved.members.join(case.records, on="record_id")
        .group_by("cluster")
        .agg(
            pl.len()
            + pl.col("product").is_not_null().sum()
            + pl.col("monthly_bill").cast(pl.Float64, strict=False).fill_null(0).sum() / 50
        )
        .select("cluster", "len")
    )
    of_record = resolved.members.select("record_id", "cluster").join(touched, on="cluster").select("record_id", "len")
    for end in ENDS:
        questions = questions.join(of_record.rename({"record_id": end, "len": f"touched_{end}"}), on=end)
    worth = pl.min_horizontal(1, 2 * pl.col("probability")) * pl.sum_horizontal("^touched_.*$")
    is_drawn = pl.col("reason") == Reason.SAMPLED.value
    drawn = questions.filter(is_drawn).sort(*ENDS).sample(fraction=1, shuffle=True, seed=int(luck.integers(1 << 30)))
    ordinary = (
        questions.filter(~is_drawn)
        .with_columns(worth.alias("worth"))
        .sort("worth", *ENDS, descending=[True, False, False])
    )
    by_lot = drawn.head(ANSWERS_A_ROUND // DRAWN_EVERY).select(ENDS)
    return pl.concat([by_lot, ordinary.head(ANSWERS_A_ROUND - by_lot.height).select(ENDS)])


def rounds(
    case: Case, start: Model, *, taught: bool = True, wrong: float = WRONG, seed: int = 1
) -> list[dict[str, float]]:
    """Give what is measured before the first and after every round."""
    luck = np.random.default_rng(seed)
    said = pl.DataFrame(schema={**dict.fromkeys(ENDS, pl.String), "verdict": pl.String})
    resolved = resolve(case.records, HUB_FIELDS, model=start)
    found = [dict(zip(MEASURES, case.measures(resolved), strict=True)) | {"answers": 0}]
    for _ in range(ROUNDS):
        asked = queue(case, resolved, said, luck).join(said, on=ENDS, how="anti", maintain_order="left")
        words = [(Judgement.SAME if same else Judgement.DIFFERENT).value for same in case.answers(asked, luck, wrong)]
        said = pl.concat([said, asked.with_columns(verdict=pl.Series(words, dtype=pl.String))])
        resolved = resolve(case.records, HUB_FIELDS, model=start, judgements=said, labels=said if taught else None)
        found.append(dict(zip(MEASURES, case.measures(resolved), strict=True)) | {"answers": said.height})
    return found


def best_possible(case: Case, resolved: Resolution, joins: int) -> tuple[float, ...]:
    """Give what no choice of so many customers to join, always answered rightly, can exceed: the largest joins."""
    both = case.truth.join(resolved.members, on="record_id").group_by("entity", "cluster").len().sort("len", "cluster")
    gains = []
    for (_,), parts in both.group_by("entity", maintain_order=True):
        sizes = sorted(parts["len"].to_list(), reverse=True)
        whole = np.cumsum(sizes)
        gains += [int(grown) * size for grown, size in zip(whole[:-1], sizes[1:], strict=True)]
    won = sum(sorted(gains, reverse=True)[:joins])

    def pairs(sizes: pl.Series) -> int:
        return int((sizes.cast(pl.Int64) * (sizes.cast(pl.Int64) - 1) // 2).sum())

    hits = pairs(both["len"]) + won
    said = pairs(both.group_by("cluster").agg(pl.col("len").sum())["len"]) + won
    true = pairs(both.group_by("entity").agg(pl.col("len").sum())["len"])
    return hits / said, hits / true, 2 * hits / (said + true)


def unlearned(case: Case) -> Model:
    """Give a model of the documented weights, with the blocking plan of the learned one: nothing was estimated."""
    encoded = encode(case.records, HUB_FIELDS)
    made = exchanging(comparers(encoded))
    return replace(learn(encoded, made, Effort(rounds=0)), plan=case.model.plan, missed=case.model.missed)


def coverage(case: Case, wrong: float = WRONG) -> dict[str, float]:
    """Give how often the intervals hold the truth in fifty repetitions, and how wide they are on average."""
    resolved = resolve(case.records, HUB_FIELDS, model=case.model)
    truth = case.measures(resolved)[:2]
    pairs = in_short(resolved.pairs)
    at = placed(resolved.members, pairs)
    near = neighbours(case.records, HUB_FIELDS, case.model, at)
    every = population(at, near, None)
    held, widths, asked = np.zeros(2), np.zeros(2), 0
    for repetition in range(REPETITIONS):
        strata, drawn = draw(every, lot=1000 + repetition)
        same = case.answers(drawn, np.random.default_rng(repetition), wrong)
        feed = [pl.col(end).str.split(":").list.first() for end in ENDS]
        said = drawn.select("stratum", feed_l=feed[0], feed_r=feed[1], same=pl.Series(same)).cast(dict(ANSWERS))  # type: ignore[arg-type]
        found = estimate(strata.filter(pl.col("feed").is_null()), said, case.model.missed)[0]
        intervals = (found.precision, found.recall)
        held += [one.low <= true <= one.high for one, true in zip(intervals, truth, strict=True)]
        widths += [one.width for one in intervals]
        asked += drawn.height
    shares = held / REPETITIONS
    return {
        "precision": truth[0],
        "recall": truth[1],
        "precision held": shares[0],
        "recall held": shares[1],
        "precision width": widths[0] / REPETITIONS,
        "recall width": widths[1] / REPETITIONS,
        "answers": asked / REPETITIONS,
    }


def table(found: dict[str, list[dict[str, float]]]) -> str:
    """Give the rounds as a Markdown table."""
    rows = [
        (name, f"{one['answers']:,.0f}", *(f"{100 * one[measure]:.2f}" for measure in MEASURES))
        for name, outcomes in found.items()
        for one in outcomes
    ]
    return markdown(("start", "answers", "precision", "recall", "F1"), rows)


def run(case: Case) -> dict[str, object]:
    """Measure everything on one case, and print it."""
    resolved = resolve(case.records, HUB_FIELDS, model=case.model)
    weak = unlearned(case)
    found = {
        "learned without labels": rounds(case, case.model),
        "the same, answers bind but do not teach": rounds(case, case.model, taught=False),
        "the same, no wrong answers": rounds(case, case.model, wrong=0.0),
        "documented weights, nothing learned": rounds(case, weak),
    }
    most = dict(zip(MEASURES, best_possible(case, resolved, ROUNDS * ANSWERS_A_ROUND), strict=True))
    found["the largest 900 joins, all right"] = [most | {"answers": ROUNDS * ANSWERS_A_ROUND}]
    held = coverage(case)
    print(f"\n{case.name}\n\n{table(found)}\n", flush=True)
    print(
        f"Of {REPETITIONS} intervals from {held['answers']:.0f} answers each, precision was held by "
        f"{held['precision held']:.0%} (mean width {100 * held['precision width']:.2f} points), recall by "
        f"{held['recall held']:.0%} ({100 * held['recall width']:.2f} points).",
        flush=True,
    )
    return {"rounds": found, "coverage": held}


def zh_telecom(data: Path, home: Path | None) -> Case:
    """Give the province's case; its home is made by a run unless one is given."""
    if home is None:
        home = OUT / "learning-home"
        measure(data, home)
    truth = pl.read_parquet(data / "truth.parquet").select(
        pl.format("{}:{}", pl.col("channel").replace(CHANNELS), "source_id").alias("record_id"), "entity"
    )
    return load("zh_telecom", home, truth)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print Markdown, keep the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=sets.DATA / "zh_telecom", help="folder with extracts/ and truth")
    parser.add_argument("--home", type=Path, help="a published home of these extracts, to spare the run")
    parser.add_argument("--demo", type=Path, help="a published home of the demo, measured too")
    chosen = parser.parse_args(arguments)
    OUT.mkdir(parents=True, exist_ok=True)
    found = {}
    if (chosen.data / "truth.parquet").exists():
        found["zh_telecom"] = run(zh_telecom(chosen.data, chosen.home))
    else:
        print(f"zh_telecom is left out: not at {chosen.data}")
    if chosen.demo:
        truth = pl.read_parquet(chosen.demo / "demo" / "truth.parquet")
        record_id = pl.format("{}:{}", "feed", "source_id").alias("record_id")
        found["demo"] = run(load("demo", chosen.demo, truth.select(record_id, "entity")))
    (OUT / "learning.json").write_text(json.dumps(found, indent=1, default=float) + "\n", encoding="utf-8")
    print(f"\nKept in {(OUT / 'learning.json').relative_to(ROOT)}")


if __name__ == "__main__":
    main()
