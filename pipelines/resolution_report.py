"""The report of `customer-hub resolve`: what was learned of a table, how its pairs were found, what came out."""

import math
from pathlib import Path

import polars as pl
from jinja2 import Environment, PackageLoader, select_autoescape

from matching import Model, Resolution
from matching.words import Band


def write_report(done: Resolution, out: Path) -> None:
    """Write one HTML file that needs nothing but a browser and holds counts and weights, never a value."""
    environment = Environment(loader=PackageLoader("pipelines"), autoescape=select_autoescape())
    bands = dict(done.pairs["band"].value_counts().iter_rows())
    sizes = done.members["cluster"].value_counts()["count"].value_counts(name="customers").sort("count")
    page = environment.get_template("resolution.html.j2").render(
        records=done.members.height,
        customers=done.members["cluster"].n_unique(),
        compared=done.found.left.size,
        matches=bands.get(Band.MATCH, 0),
        open=bands.get(Band.REVIEW, 0),
        model=done.model,
        weights=weights(done.model),
        plan=plan(done.plan),
        sizes=sizes,
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(page, encoding="utf-8")


def weights(model: Model) -> list[dict[str, str | float]]:
    """Give every fact's levels with the share of pairs at them and the weight that follows."""
    return [
        {"fact": fact.name, "level": level, "m": m, "u": u, "weight": math.log(max(m, 1e-12) / max(u, 1e-12))}
        for fact in model.facts
        for level, m, u in zip(fact.levels, fact.m, fact.u, strict=True)
    ]


def plan(frame: pl.DataFrame) -> pl.DataFrame:
    """Give the plan with numbers as people read them."""
    return frame.with_columns(pl.col(pl.Float64).round(4))
