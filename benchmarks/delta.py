"""A full run and then a day's delta, files to published tables: `python -m benchmarks.delta --people 230000`.

Extracts of invented people are generated: a full load, and six days of what is new and changed, about one per cent,
which are delivered together. Both runs are the command a user gives, each in a process of its own.
"""

import argparse
import json
import resource
import shutil
import sys
from pathlib import Path
from typing import Any, Final

from benchmarks.measuring import ROOT, run
from benchmarks.tables import markdown
from pipelines.demo.extracts import make_extracts
from warehouse.published.manifests import read_manifest
from warehouse.published.reading import count_rows
from warehouse.published.snapshots import current

OUT: Final = ROOT / "benchmarks" / "out"
DAYS: Final = 6
FIRST: Final = "20261101"
AT_MOST: Final = 0.1
"""What a delta may cost of a full run."""
SHOWN: Final = 12
"""Steps whose seconds are shown."""


def measure(people: int, seed: int, folder: Path) -> dict[str, Any]:
    """Run over the first day's extracts, then over the others, and give what each run cost."""
    shutil.rmtree(folder, ignore_errors=True)
    made = make_extracts(folder / "made", people=people, seed=seed, days=DAYS)
    landing = folder / "landing"
    for file in made.files:
        if FIRST in file.name:
            _deliver(file, made.landing, landing)
    full = _run(folder, landing)
    for file in made.files:
        _deliver(file, made.landing, landing)
    delta = _run(folder, landing)
    return {"people": people, "full": full, "delta": delta}


def _deliver(file: Path, of: Path, landing: Path) -> None:
    target = landing / file.relative_to(of)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, target)


def _run(folder: Path, landing: Path) -> dict[str, Any]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    home = folder / "home"
    arguments = ["run", "--landing", str(landing), "--home", str(home)]
    measured = run([sys.executable, "-c", "from pipelines.commands import main; main()", *arguments])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    published = current(home)
    assert published is not None  # noqa: S101 -- the run ended well
    return {
        "records": count_rows(published, "records")["records"],
        "seconds": measured.seconds,
        "cpu_seconds": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "peak_mb": measured.peak_mb,
        "steps": read_manifest(published)["seconds"],
    }


def table(found: dict[str, Any]) -> str:
    """Give the two runs, their ratio, and where their time went."""
    full, delta = found["full"], found["delta"]
    new = delta["records"] - full["records"]
    rows = [
        (name, f"{one['records']:,}", f"{one['seconds']:.1f}", f"{one['cpu_seconds']:.1f}", f"{one['peak_mb']:.0f}")
        for name, one in (("full run", full), (f"delta, {new / full['records']:.1%} new", delta))
    ]
    ratios = [f"{delta[what] / full[what]:.3f}" for what in ("seconds", "cpu_seconds", "peak_mb")]
    rows.append((f"ratio (at most {AT_MOST})", "", *ratios))
    steps = sorted(full["steps"], key=lambda step: -full["steps"][step])[:SHOWN]
    where = [(step, f"{full['steps'][step]:.1f}", f"{delta['steps'].get(step, 0.0):.1f}") for step in steps]
    return "\n\n".join(
        [
            markdown(("run", "records", "seconds", "CPU s", "MB"), rows),
            markdown(("step", "full, s", "delta, s"), where),
        ]
    )


def main() -> None:
    """Measure, print Markdown, and keep the numbers for the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=230_000, help="230,000 people make a million records")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--folder", type=Path, default=OUT / "delta", help="where extracts and home are made")
    arguments = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    found = measure(arguments.people, arguments.seed, arguments.folder)
    print(table(found))
    (OUT / "delta.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
