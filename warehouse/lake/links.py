"""The links of the last resolution, in `lake/links/` of a home: what the next delta starts from.

They hold record ids, hashes of what matching reads and of blocking keys, the first eight bytes of values that lines are
sorted by, and numbers of pairs. They count only together with the frames (members, pairs, questions) of the same
resolution, the same model and the same code; whatever does not fit is left aside and everything is matched anew.
Deleting the folder is always safe.
"""

import shutil
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.blocks.blocking import Pairs
from matching.clusters.linking import LaidKey, Links
from matching.delta import Outcome
from matching.frames import PAIRS
from warehouse.lake import evidence, lake

FOLDER: Final = Path("lake") / "links"
FRAMES: Final = {"clusters": "members", "pairs": "pairs", "questions": "questions"}
"""Frame of the lake → what it is of an outcome. The evidence of the pairs lies beside (`warehouse.lake.evidence`)."""
MARKED: Final = {
    "clusters": ("record_id", "cluster", "score"),
    "pairs": ("record_id_l", "record_id_r", "print"),
    "questions": ("cluster", "reason"),
}
"""The columns by which a frame is known again."""


def remember(home: Path, outcome: Outcome, model: str) -> None:
    """Keep the links of an outcome and the evidence of what was compared for it; the links before go."""
    files = evidence.keep(home, outcome.compared, outcome.pairs)
    with lake.kept_aside(home / FOLDER) as aside:
        _write(aside, outcome, model, files)


def _write(aside: Path, outcome: Outcome, model: str, files: list[str]) -> None:
    links = outcome.links
    outcome.patterns.write_parquet(aside / "patterns.parquet")
    links.ids.to_frame("record_id").write_parquet(aside / "ids.parquet")
    links.judged.write_parquet(aside / "judged.parquet")
    arrays: dict[str, npt.NDArray[Any]] = {
        "prints": links.prints,
        "left": _small(links.found.left),
        "right": _small(links.found.right),
        "found_by": links.found.found_by,
        "worth": links.worth,
        "reach": _small(links.reach),
    }
    for place, key in enumerate(links.keys):
        arrays |= {f"key{place}_rows": _small(key.rows), f"key{place}_hashes": key.hashes}
    arrays |= {f"line{place}": line for place, line in enumerate(links.lines)}
    for name, array in arrays.items():
        np.save(aside / f"{name}.npy", array)
    lake.write_stamp(
        aside,
        model=model,
        keys=[key.name for key in links.keys],
        lines=len(links.lines),
        found_by=links.found.keys,
        evidence=files,
        frames={name: lake.mark(getattr(outcome, its), MARKED[name]) for name, its in FRAMES.items()},
    )


def recall(home: Path, model: str) -> Outcome | None:
    """Give the outcome that the links belong to; None if there is none of this model, code and lake."""
    folder = home / FOLDER
    stamp = lake.read_stamp(folder)
    if stamp is None or stamp["model"] != model or not evidence.is_there(home, stamp["evidence"]):
        return None
    told = {name: lake.frame(home, name) for name in FRAMES}
    frames = {name: frame for name, frame in told.items() if frame is not None}
    if {name: lake.mark(frame, MARKED[name]) for name, frame in frames.items()} != stamp["frames"]:
        return None

    def array(name: str) -> npt.NDArray[Any]:
        loaded: npt.NDArray[Any] = np.load(folder / f"{name}.npy")
        return loaded

    def rows(name: str) -> npt.NDArray[np.int64]:
        return array(name).astype(np.int64)

    links = Links(
        ids=pl.read_parquet(folder / "ids.parquet")["record_id"],
        prints=array("prints"),
        keys=tuple(
            LaidKey(name, rows(f"key{place}_rows"), array(f"key{place}_hashes"))
            for place, name in enumerate(stamp["keys"])
        ),
        lines=tuple(array(f"line{place}") for place in range(stamp["lines"])),
        found=Pairs(rows("left"), rows("right"), array("found_by"), tuple(stamp["found_by"])),
        worth=array("worth"),
        reach=rows("reach"),
        judged=pl.read_parquet(folder / "judged.parquet"),
    )
    return Outcome(
        frames["clusters"],
        frames["pairs"],
        frames["questions"],
        links,
        compared=pl.DataFrame(schema=dict(PAIRS)),
        patterns=pl.read_parquet(folder / "patterns.parquet"),
    )


def forget(home: Path) -> None:
    """Remove the links: the next run matches everything anew."""
    shutil.rmtree(home / FOLDER, ignore_errors=True)


def _small(rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    return rows.astype(np.int32)
