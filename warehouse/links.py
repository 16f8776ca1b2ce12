"""The links of the last resolution, in `lake/links/` of a home: what the next delta starts from.

They hold record ids, hashes of what matching reads and of blocking keys, the first eight bytes of values that lines are
sorted by, and numbers of pairs. They count only together with the frames (members, pairs, questions) of the same
resolution, the same model and the same code; whatever does not fit is left aside and everything is matched anew.
Deleting the folder is always safe.
"""

import hashlib
import json
import shutil
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.blocking import Pairs
from matching.delta import Outcome
from matching.linking import LaidKey, Links

FOLDER: Final = Path("lake") / "links"
FRAMES: Final = {"clusters": "members", "pairs": "pairs", "questions": "questions"}
"""Frame of the lake → what it is of an outcome."""
MARKED: Final = {
    "clusters": ("record_id", "cluster", "score"),
    "pairs": ("record_id_l", "record_id_r", "score"),
    "questions": ("cluster", "reason"),
}
"""The columns by which a frame is known again."""


def remember(home: Path, outcome: Outcome, model: str) -> None:
    """Keep the links of an outcome; those before go."""
    folder = home / FOLDER
    aside = folder.with_name("links.aside")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    links = outcome.links
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
    stamp = {
        "model": model,
        "code": code(),
        "keys": [key.name for key in links.keys],
        "lines": len(links.lines),
        "found_by": links.found.keys,
        "frames": {name: _mark(getattr(outcome, its), name) for name, its in FRAMES.items()},
    }
    (aside / "stamp.json").write_text(json.dumps(stamp), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    aside.rename(folder)


def recall(home: Path, model: str) -> Outcome | None:
    """Give the outcome that the links belong to; None if there is none of this model, code and lake."""
    folder = home / FOLDER
    if not (folder / "stamp.json").exists():
        return None
    stamp = json.loads((folder / "stamp.json").read_text(encoding="utf-8"))
    frames = {name: home / "lake" / "frames" / f"{name}.parquet" for name in FRAMES}
    if stamp["model"] != model or stamp["code"] != code() or not all(path.exists() for path in frames.values()):
        return None
    told = {name: pl.read_parquet(path, memory_map=False) for name, path in frames.items()}
    if any(_mark(frame, name) != stamp["frames"][name] for name, frame in told.items()):
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
    return Outcome(told["clusters"], told["pairs"], told["questions"], links)


def forget(home: Path) -> None:
    """Remove the links: the next run matches everything anew."""
    shutil.rmtree(home / FOLDER, ignore_errors=True)


def code() -> str:
    """Give a digest of everything that could make a hash, a key or a score another: our code and the libraries'."""
    digest = hashlib.sha256(f"{pl.__version__} {np.__version__}".encode())
    files = [
        file for file in Path(str(resources.files("matching"))).rglob("*") if file.suffix in {".py", ".csv", ".toml"}
    ]
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _small(rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    return rows.astype(np.int32)


def _mark(frame: pl.DataFrame, name: str) -> list[int]:
    """Give what a frame is known by: its rows and a sum of hashes over them in their order."""
    marks = frame.select(MARKED[name]).hash_rows().to_numpy() * (np.arange(frame.height, dtype=np.uint64) * 2 + 1)
    return [frame.height, int(marks.sum(dtype=np.uint64))]
