"""The last run's numbers as a page with charts: `python -m benchmarks.report` writes docs/benchmarks.md."""

import json
import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import altair as alt
import polars as pl

from benchmarks import accuracy, delta, pipeline, scale, sets
from benchmarks.accuracy import ECM, OUT, SAID_LABELS, SPLINK, Outcome
from benchmarks.measuring import ROOT
from benchmarks.separating import percent
from benchmarks.tables import markdown

SEPARATED: Final = (("cases", "apart"), ("named", "named_apart"))
PAGE: Final = ROOT / "docs" / "benchmarks.md"
CHARTS: Final = ROOT / "docs" / "benchmarks"
OURS: Final = "Customer Hub"
COLOURS: Final = {OURS: "#c8102e", "Splink": "#1f5fa8", "ECM": "#8a8a8a"}
TOOLS: Final = {"ours": OURS, SPLINK: "Splink", ECM: "ECM"}


def read(name: str) -> Any:
    """Give what a measuring program kept, None if it has not run here."""
    path = OUT / f"{name}.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else None


def accuracy_chart(outcomes: list[Outcome]) -> alt.Chart:
    """Draw F1 per set, a dot a tool, peers at their best threshold."""
    rows = pl.DataFrame(
        [
            {"set": outcome.set, "tool": TOOLS[outcome.tool], "F1": round(100 * outcome.measures["f1"], 2)}
            for outcome in outcomes
            if outcome.tool in TOOLS
        ]
    )
    # from 60 per cent on: what lies below is as good as useless and would squeeze the rest
    shown = rows.filter(pl.col("F1") >= 60)
    return (
        alt.Chart(alt.Data(values=shown.to_dicts()))
        .mark_point(filled=True, size=90, opacity=0.85)
        .encode(
            x=alt.X("F1:Q", scale=alt.Scale(domain=[60, 100]), title="pairwise F1, %"),
            y=alt.Y("set:N", sort=rows["set"].unique(maintain_order=True).to_list(), title=None),
            color=alt.Color(
                "tool:N",
                scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values())),
                legend=alt.Legend(orient="top", title=None),
            ),
        )
        .properties(width=460, height=26 * rows["set"].n_unique())
    )


def scale_chart(found: list[dict[str, Any]]) -> alt.HConcatChart:
    """Draw seconds and memory against the number of records, both axes logarithmic."""
    values = [
        {"records": one["records"], "tool": TOOLS[one["tool"]], "seconds": one["seconds"], "MB": one["peak_mb"]}
        for one in found
        if one["tool"] in TOOLS
    ]
    base = alt.Chart(alt.Data(values=values)).mark_line(point=True)
    colour = alt.Color(
        "tool:N",
        scale=alt.Scale(domain=list(COLOURS)[:2], range=list(COLOURS.values())[:2]),
        legend=alt.Legend(orient="top", title=None),
    )
    x = alt.X("records:Q", scale=alt.Scale(type="log"), axis=alt.Axis(format="~s", tickCount=4), title="records")
    panels = [
        base.encode(
            x=x,
            y=alt.Y(f"{what}:Q", scale=alt.Scale(type="log"), axis=alt.Axis(tickCount=4), title=title),
            color=colour,
        ).properties(width=230, height=200)
        for what, title in (("seconds", "seconds, standardised → clusters"), ("MB", "peak memory, MB"))
    ]
    return alt.hconcat(*panels)


def calibration_table(measured: list[dict[str, Any]]) -> str:
    """Give how often pairs were right that our engine said a probability of, all sets together."""
    rows = []
    for label in SAID_LABELS:
        pairs, right = (sum(one[what] for one in measured if one["said"] == label) for what in ("pairs", "right"))
        rows.append((label, f"{pairs:,}", f"{100 * right / pairs:.1f}" if pairs else "–"))
    return markdown(("said probability", "pairs", "right, %"), rows)


def page() -> str:
    """Give the page as Markdown."""
    parts = [
        "# Benchmarks",
        "",
        f"Our engine beside Splink 5 and recordlinkage {version('recordlinkage')}'s ECM classifier on the same "
        f"records, each in a process of its own, on {os.cpu_count()} cores (Python {platform.python_version()}, polars "
        f"{version('polars')}). `make bench` measures again; `benchmarks/README.md` says how and with which settings. "
        "Seconds are wall clock; where the machine was busy with other things, the processor seconds (CPU s) compare.",
        "",
        "Our engine gets the kinds of the columns (`benchmarks/sets/*.toml`) and nothing else: no labels, no threshold "
        "chosen, the same settings everywhere. Peers are shown at the threshold that happens to be best on the set. "
        '"At least" and "aim" are what the project set out to reach.',
        "",
    ]
    order = [measured.name for measured in sets.SETS]
    outcomes = sorted((Outcome(**one) for one in read("accuracy") or []), key=lambda one: order.index(one.set))
    if outcomes:
        accuracy_chart(outcomes).save(CHARTS / "accuracy.svg")
        parts += [
            "## Accuracy",
            "",
            "![F1 per set and tool](benchmarks/accuracy.svg)",
            "",
            accuracy.summary(outcomes),
            "",
        ]
        parts += ["An asterisk marks peers that were given labels. Everything measured, set by set:", ""]
        parts += [accuracy.table(outcomes), ""]
    calibrated = read("calibration")
    if calibrated:
        parts += [
            "### Does 90 % mean 90 %?",
            "",
            "Scored pairs of all sets together:",
            "",
            calibration_table(calibrated),
            "",
        ]
    separated = read("separating")
    if separated:
        rows = [
            (one["case"], *(text for of, apart in SEPARATED for text in (f"{one[of]:,}", percent(one[apart], one[of]))))
            for one in separated
        ]
        parts += ["### Who is easily taken for whom", "", "Generated persons who share a number, a home, a birth date "]
        parts[-1] += "or a name, and how many of such pairs no cluster joins; then by records that tell a whole name:"
        parts += ["", markdown(("case", "pairs of persons", "kept apart, %", "both named", "apart, %"), rows), ""]
    whole = read("pipeline")
    if whole:
        parts += ["## The whole pipeline", "", "Eight feeds of one province, files to published tables:", ""]
        parts += [pipeline.table(whole), ""]
    daily = read("delta")
    if daily:
        parts += ["## A day's delta", "", "A full run, then one of what a week brought, files to published tables:", ""]
        parts += [delta.table(daily), ""]
    grown = sorted(read("scale") or [], key=lambda one: (one["records"], one["tool"]))
    if grown:
        scale_chart(grown).save(CHARTS / "scale.svg")
        parts += ["## Scale", "", "Generated records of five channels (`pipelines/demo`), standardised by us:", ""]
        parts += ["![Seconds and memory](benchmarks/scale.svg)", "", scale.table(grown), ""]
    return "\n".join(parts)


def main() -> None:
    """Write the page and its charts."""
    CHARTS.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    print(Path(PAGE).relative_to(ROOT))


if __name__ == "__main__":
    main()
