"""Accuracy on every labelled set, ours and peers', with seconds and memory: `python -m benchmarks.accuracy`."""

import argparse
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import polars as pl

from benchmarks import sets
from benchmarks.measuring import ROOT, Measured, WorkerError, peers_python, worker
from benchmarks.sets import MeasuredSet
from benchmarks.standardised import cleaned
from benchmarks.tables import keep, markdown
from benchmarks.thresholds import best_threshold
from matching import load_fields
from matching.judgements.evaluating import evaluate

OUT: Final = ROOT / "benchmarks" / "out"
TOOLS: Final = ("ours", "splink", "ecm")
SAID: Final = (0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.99)
"""Where the bins of said probabilities begin and end."""
SAID_LABELS: Final = ("below 10 %", "10–30 %", "30–50 %", "50–70 %", "70–90 %", "90–95 %", "95–99 %", "99 % and more")
CALIBRATION: Final = pl.DataFrame(schema={"set": pl.String, "said": pl.String, "pairs": pl.UInt32, "right": pl.UInt32})
SPLINK: Final = "Splink at its best"
ECM: Final = "ECM at its best"
PEERS: Final = {"splink": ("Splink at 0.95", SPLINK), "ecm": ("ECM as it decides", ECM)}


@dataclass(frozen=True)
class Outcome:
    """What one tool made of one set."""

    set: str
    tool: str
    seconds: float
    cpu_seconds: float
    peak_mb: float
    measures: dict[str, float]


def measure(measured: MeasuredSet, tools: tuple[str, ...], data: Path = sets.DATA) -> list[Outcome]:
    """Run the tools on a set, one after the other, each in a process of its own."""
    records, truth = sets.load(measured, data)
    outcomes = []
    raw, clean = OUT / measured.name / "raw", OUT / measured.name / "standardised"
    for folder in (raw, clean):
        folder.mkdir(parents=True, exist_ok=True)
    records.write_parquet(raw / "records.parquet")
    cleaned(records, load_fields(measured.fields)).write_parquet(clean / "records.parquet")
    if "ours" in tools:
        run = worker("ours", raw, str(measured.fields))
        members = pl.read_parquet(raw / "ours_members.parquet")
        outcomes.append(_outcome(measured, "ours", run, evaluate(members, truth)))
    if "splink" in tools and peers_python():
        run = worker("splink_peer", clean, measured.name, "rid", python=peers_python())
        outcomes += _peer_outcomes(measured, run, clean / "splink", truth)
    if "ecm" in tools:
        run = worker("ecm_peer", clean, str(measured.fields))
        outcomes += _peer_outcomes(measured, run, clean / "ecm", truth)
    return outcomes


def _peer_outcomes(measured: MeasuredSet, run: Measured, files: Path, truth: pl.DataFrame) -> list[Outcome]:
    """Give a peer's outcome twice: as it decides itself, and at the threshold that is best on this set."""
    as_decided, at_best = PEERS[files.name]
    decided = evaluate(pl.read_parquet(f"{files}_members.parquet"), truth)
    _, best = best_threshold(pl.read_parquet(f"{files}_pairs.parquet"), truth)
    return [_outcome(measured, as_decided, run, decided), _outcome(measured, at_best, run, best)]


def _outcome(measured: MeasuredSet, tool: str, run: Measured, measures: dict[str, float]) -> Outcome:
    return Outcome(measured.name, tool, run.said["seconds"], run.said["cpu_seconds"], run.peak_mb, measures)


def calibration(measured: MeasuredSet, truth: pl.DataFrame) -> pl.DataFrame:
    """Give how many pairs our engine said each probability of, and how many of them were right, on one set."""
    path = OUT / measured.name / "raw" / "ours_pairs.parquet"
    if not path.exists():
        return CALIBRATION
    entities = truth.select(pl.col("record_id").cast(pl.String), "entity")
    pairs = (
        pl.read_parquet(path)
        .join(entities, left_on="left", right_on="record_id")
        .join(entities, left_on="right", right_on="record_id", suffix="_r")
        .select(
            said=pl.col("probability").bin_intervals(list(SAID), labels=SAID_LABELS),
            right=pl.col("entity") == pl.col("entity_r"),
        )
    )
    counted = pairs.group_by(pl.col("said").cast(pl.String)).agg(pl.len().alias("pairs"), pl.col("right").sum())
    return counted.select(pl.lit(measured.name).alias("set"), "said", "pairs", "right")


def table(outcomes: list[Outcome]) -> str:
    """Give the outcomes as a Markdown table, a row a set and tool."""
    return markdown(
        ("set", "tool", "precision", "recall", "F1", "B³ F1", "seconds", "CPU s", "MB"),
        [
            (
                outcome.set,
                outcome.tool,
                *(f"{100 * outcome.measures[name]:.2f}" for name in ("precision", "recall", "f1", "b3_f1")),
                f"{outcome.seconds:.1f}",
                f"{outcome.cpu_seconds:.1f}",
                f"{outcome.peak_mb:.0f}",
            )
            for outcome in outcomes
        ],
    )


def summary(outcomes: list[Outcome]) -> str:
    """Give the table of what was asked for: per set our F1 beside what is wanted and what peers reached here."""
    rows = []
    for measured in sets.SETS:
        own = {outcome.tool: 100 * outcome.measures["f1"] for outcome in outcomes if outcome.set == measured.name}
        if "ours" not in own:
            continue
        peers = [f"{own[tool]:.2f}" if tool in own else "–" for tool in (SPLINK, ECM)]
        reached = "yes" if own["ours"] >= measured.at_least else "no"
        run = next(outcome for outcome in outcomes if (outcome.set, outcome.tool) == (measured.name, "ours"))
        rows.append(
            (
                measured.name,
                f"**{own['ours']:.2f}**",
                *peers,
                measured.best_peer,
                f"{measured.at_least:g}",
                reached,
                f"{measured.aim:g}",
                f"{run.seconds:.1f}",
                f"{run.peak_mb:.0f}",
            )
        )
    head = (
        "set",
        "ours",
        "Splink, best",
        "ECM, best",
        "best peer known",
        "at least",
        "reached",
        "aim",
        "seconds",
        "MB",
    )
    return markdown(head, rows)


def main() -> None:
    """Measure, print Markdown, and keep the numbers for the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=sets.DATA, help="folder with public/ and zh_telecom/")
    parser.add_argument("--sets", default=",".join(one.name for one in sets.SETS), help="comma-separated names")
    parser.add_argument("--tools", default=",".join(TOOLS), help=f"comma-separated, of {', '.join(TOOLS)}")
    arguments = parser.parse_args()
    wanted, tools = arguments.sets.split(","), tuple(arguments.tools.split(","))
    if "splink" in tools and not peers_python():
        print("Splink is left out: no environment with it. `make bench` makes one.\n")
    outcomes: list[Outcome] = []
    calibrated = [CALIBRATION]
    for measured in sets.SETS:
        if measured.name not in wanted:
            continue
        if not sets.is_there(measured, arguments.data):
            print(f"{measured.name} is left out: not below {arguments.data}", flush=True)
            continue
        try:
            found = measure(measured, tools, arguments.data)
        except WorkerError as error:
            print(f"{measured.name}: {error}\n", flush=True)
            continue
        outcomes += found
        calibrated.append(calibration(measured, sets.load(measured, arguments.data)[1]))
        print(table(found), flush=True)
    print("\n" + summary(outcomes))
    OUT.mkdir(parents=True, exist_ok=True)
    keep([asdict(outcome) for outcome in outcomes], OUT / "accuracy.json", by=("set", "tool"))
    said = pl.concat(calibrated).group_by("set", "said").agg(pl.col("pairs", "right").sum())
    keep(said.sort("set", "said").to_dicts(), OUT / "calibration.json", by=("set", "said"))


if __name__ == "__main__":
    main()
