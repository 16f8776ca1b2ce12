"""People who are easily taken for one another, and how many are kept apart: `python -m benchmarks.separating`.

Generated persons only: owners of a number that was issued again, twins, fathers and sons of one address, namesakes.
Counted twice: over all records, and over those that tell a whole name. A number without a name, or a surname at the
family's phone, may be anybody's in the house.
"""

import argparse
import json
from typing import Final

import polars as pl

from benchmarks.measuring import ROOT, worker
from benchmarks.standardised import channel_records as standardised
from benchmarks.tables import markdown
from matching.fields.chinese_name import UNKNOWN
from matching.judgements.evaluating import evaluate
from pipelines.demo.numbers import Oddities
from pipelines.demo.population import Population, make_population
from pipelines.demo.records import channel_records

OUT: Final = ROOT / "benchmarks" / "out"
PEOPLE: Final = 50_000
ODDITIES: Final = Oddities(issued_again=0.25, twins=0.3)
"""Far more than in life, so that there are thousands of cases among so few people."""


def cases(population: Population) -> pl.DataFrame:
    """Give pairs of different persons: `case`, `entity`, `other`."""
    persons = population.persons
    child = pl.col("role").is_between(2, 8)
    former = persons.drop_nulls("former_mobile").select("entity", number="former_mobile")
    families = persons.filter(~pl.col("unrelated"))
    fathers = families.filter(pl.col("male"), pl.col("role") <= 1).select("entity", "household")
    sons = families.filter("male", child).select("household", other="entity")
    twins = families.filter(child).select("entity", "household", "birth_date")
    namesakes = persons.select("entity", "name", "household")
    found = (
        ("a number issued again", former.join(persons.select(number="mobile", other="entity"), on="number")),
        ("father and son", fathers.join(sons, on="household")),
        ("twins", twins.join(twins.rename({"entity": "other"}), on=["household", "birth_date"])),
        ("namesakes", namesakes.join(namesakes.rename({"entity": "other"}), on="name")),
    )
    pairs = [rows.select(pl.lit(case).alias("case"), "entity", "other") for case, rows in found]
    return pl.concat(pairs).filter((pl.col("entity") < pl.col("other")) | (pl.col("case") == found[0][0]))


def kept_apart(members: pl.DataFrame, truth: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Give per case how many pairs both have records, and how many of those share no cluster."""
    told = truth.join(members, on="record_id").select("entity", "cluster").unique()
    there = pl.col("entity").is_in(told["entity"].implode()) & pl.col("other").is_in(told["entity"].implode())
    joined = (
        pairs.join(told, on="entity")
        .join(told.rename({"entity": "other"}), on=["other", "cluster"])
        .select("case", "entity", "other")
        .unique()
        .with_columns(joined=True)
    )
    asked = pairs.filter(there).join(joined, on=["case", "entity", "other"], how="left")
    return asked.group_by("case", maintain_order=True).agg(
        pl.len().alias("cases"), pl.col("joined").is_null().sum().alias("apart")
    )


def named(records: pl.DataFrame) -> pl.DataFrame:
    """Give the records that tell a whole name."""
    name = pl.col("name")
    return records.filter((name.str.len_chars() > 1) & ~name.str.contains(UNKNOWN, literal=True)).select("record_id")


def percent(part: int, whole: int) -> str:
    """Give a share in per cent."""
    return f"{100 * part / max(whole, 1):.2f}"


def main() -> None:
    """Measure, print Markdown, and keep the numbers for the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    folder = OUT / "separating"
    folder.mkdir(parents=True, exist_ok=True)
    population = make_population(arguments.people, arguments.seed, oddities=ODDITIES)
    raw = channel_records(population, arguments.seed)
    standardised(raw).write_parquet(folder / "records.parquet")
    run = worker("ours", folder)
    members, truth = pl.read_parquet(folder / "ours_members.parquet"), raw.select("record_id", "entity")
    pairs = cases(population)
    told = members.join(named(pl.read_parquet(folder / "records.parquet")), on="record_id", how="semi")
    counted = kept_apart(members, truth, pairs).join(
        kept_apart(told, truth, pairs).rename({"cases": "named", "apart": "named_apart"}),
        on="case",
        maintain_order="left",
    )
    rows = [
        (case, f"{every:,}", percent(apart, every), f"{both:,}", percent(both_apart, both))
        for case, every, apart, both, both_apart in counted.iter_rows()
    ]
    print(markdown(("case", "pairs of persons", "kept apart, %", "named by both", "kept apart, %"), rows))
    whole = evaluate(members, truth)
    print(f"\nF1 of all {raw.height:,} records {100 * whole['f1']:.2f}, {run.said['seconds']:.1f} s")
    (OUT / "separating.json").write_text(json.dumps(counted.to_dicts(), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
