"""Frames and models without a person: each file is written aside and put in place."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl

from matching.learning.forgetting import Forgetting
from matching.model import Model
from warehouse.erasure.cleaning import changed_rows, clean, require_covered
from warehouse.erasure.leaving import Leaving, World
from warehouse.erasure.places import Means, files

RESULTS = ("candidate", "landed__")
"""Frames, by the beginning of their names, that hold what checks found."""


def require_covered_frames(home: Path) -> None:
    """Refuse an erasure if a frame in the lake has no columns by which a person is found in it."""
    for path in files(home, Means.ROWS):
        require_covered(_table(path), list(pl.read_parquet_schema(path)))


def clean_frames(home: Path, leaving: Leaving) -> dict[str, int]:
    """Take the person out of every frame, and give how many rows of each went or changed."""
    # Who the erased customers were is read from the crosswalk: it comes last, so that a crash can be gone on from.
    last = ("records", "crosswalk")
    paths = sorted(
        files(home, Means.ROWS),
        key=lambda path: (last.index(path.stem) + 1 if path.stem in last else 0, path.as_posix()),
    )
    before = {_table(path): _read(path) for path in paths}
    world = World(before, leaving)
    world.golden, world.touched  # noqa: B018 (read while the frames still hold the person)
    counted: dict[str, int] = {}
    for path in paths:
        table = _read(path)()
        cleaned = clean(_table(path), table, world)
        if cleaned.equals(table):
            continue
        counted[path.stem] = changed_rows(table, cleaned)
        aside = path.with_suffix(".aside")
        cleaned.write_parquet(aside)
        aside.replace(path)
    return counted


def clean_models(home: Path, forgetting: Callable[[], Forgetting]) -> dict[str, int]:
    """Take out of every kept model what only the person told, and give how many values that were."""
    counted: dict[str, int] = {}
    for aside in (home / "models").glob("*/aside"):
        shutil.rmtree(aside)
    folders = sorted({path.parent for path in files(home, Means.MODEL) if path.name == "model.json"})
    for folder in folders:
        model = Model.load(folder)
        without = forgetting().without(model)
        gone = changed_rows(model.frequencies, without.frequencies) + changed_rows(model.joints, without.joints)
        if not gone:
            continue
        counted[folder.name] = gone
        aside = folder / "aside"
        shutil.rmtree(aside, ignore_errors=True)
        without.save(aside)
        for file in sorted(aside.iterdir()):
            os.replace(file, folder / file.name)
        aside.rmdir()
    return counted


def remove_leftovers(home: Path) -> int:
    """Remove what killed runs had written aside and what the next run makes again, and give how many files."""
    leftovers = list(files(home, Means.LEFTOVER))
    for path in leftovers:
        path.unlink(missing_ok=True)
    return len(leftovers)


def _table(path: Path) -> str:
    return "quality_results" if path.stem.startswith(RESULTS) else path.stem


def _read(path: Path) -> Callable[[], pl.DataFrame]:
    return lambda: pl.read_parquet(path, memory_map=False)
