"""The evidence of pairs, in `lake/evidence/` of a home: written when two records are compared, and not moved again.

A run adds files with the pairs that it compared, each of a part of them. Which of all these rows count is said by the
pairs in short, the frame between assets: evidence lies under the print of its pair, so a row that another run left is
never mistaken. Once the files hold a tenth more rows than there are pairs, they are made anew.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from pathlib import Path
from typing import Final

import polars as pl

from matching.frames import PAIRS, conform
from matching.scores.shortening import Keep, in_short
from warehouse.errors import SnapshotError
from warehouse.tables import Told

FOLDER: Final = Path("lake") / "evidence"
NAME: Final = "evidence-"
KEY: Final = ("record_id_l", "record_id_r", "print")
SPARE: Final = 0.1
"""The share of the pairs that rows no pair refers to may come to."""
PART: Final = 2**17
"""The most pairs of a file: as many as are read at a time when all are published."""
AT_HAND: Final = 2
"""Files that are at hand once read: where all pairs are read part by part, a part lies in one of them or in two."""


def keep(home: Path, compared: pl.DataFrame, pairs: pl.DataFrame) -> list[str]:
    """Keep the evidence of the PAIRS that were compared now, and give the names of the files that hold all of it.

    `pairs` are all pairs of today, as PAIRS_IN_SHORT.
    """
    if compared.height == pairs.height:
        with anew(home) as keep_part:
            keep_part(compared, pairs)
    else:
        _add(home, compared, in_short(compared))
    if sum(map(_height, _files(home))) > (1 + SPARE) * pairs.height:
        with anew(home) as keep_part:
            for part in pairs.sort(KEY[:2]).iter_slices(PART):
                keep_part(whole(home, part), part)
    return [file.name for file in _files(home)]


@contextmanager
def anew(home: Path) -> Iterator[Keep]:
    """Let all evidence be kept part by part; the files there were go when it is."""
    before = _files(home)
    yield partial(_add, home)
    for file in before:
        file.unlink()


def is_there(home: Path, names: list[str]) -> bool:
    """Tell whether the files that `keep` named are all there."""
    return {file.name for file in _files(home)} >= set(names)


def whole(home: Path, pairs: pl.DataFrame) -> pl.DataFrame:
    """Give some of the PAIRS_IN_SHORT with their evidence, as PAIRS, by their ids."""
    wanted, found = pairs.select(KEY), [pl.DataFrame(schema=dict(PAIRS))]
    for file in reversed(_files(home)):
        if not wanted["record_id_l"].is_between(*_ends(file, _identity(file))).any():
            continue
        rows = _read(file, _identity(file))
        here = rows if rows.select(KEY).equals(wanted) else rows.join(wanted, on=KEY, how="semi", maintain_order="left")
        wanted = wanted.join(here, on=KEY, how="anti")
        found.append(conform(here.drop("print"), PAIRS, name="PAIRS"))
    if wanted.height:
        message = (
            f"{home / FOLDER}: expected the evidence of all pairs, found none of {wanted.height:,} of them; work "
            "everything out again with `customer-hub run --rebuild`"
        )
        raise SnapshotError(message)
    filled = [part for part in found if part.height]
    return filled[0] if len(filled) == 1 else pl.concat(found).sort(KEY[:2])


def told(home: Path, pairs: pl.DataFrame, others: pl.DataFrame) -> Told:
    """Give all pairs that are published: those in short, and `others` (PAIRS) that have their evidence with them."""
    short = in_short(others)

    def rows(some: pl.DataFrame) -> pl.DataFrame:
        own, more = some.join(short, on=KEY, how="anti", maintain_order="left"), some.join(short, on=KEY, how="semi")
        return pl.concat([whole(home, own), others.join(more, on=KEY[:2], how="semi", maintain_order="left")])

    return Told(pl.concat([pairs, short]), rows)


def _files(home: Path) -> list[Path]:
    """Give the files there are, oldest first."""
    return sorted((home / FOLDER).glob(f"{NAME}*.parquet"))


def _number(files: list[Path]) -> int:
    return int(files[-1].stem.removeprefix(NAME)) if files else 0


def _height(file: Path) -> int:
    return int(pl.scan_parquet(file).select(pl.len()).collect().item())


def _add(home: Path, rows: pl.DataFrame, short: pl.DataFrame) -> None:
    """Add PAIRS, of which `short` are those in short: a file for every part, each whole or not at all.

    A part is of one chunk: where a chunk is cut, its lists of structs are encoded whole for each piece.
    """
    (home / FOLDER).mkdir(parents=True, exist_ok=True)
    number, first = _number(_files(home)), 0
    for height in rows.to_series(0).chunk_lengths():
        for start in range(first, first + height, PART):
            number += 1
            size = min(PART, first + height - start)
            part = rows[start : start + size].with_columns(short["print"][start : start + size])
            aside = home / FOLDER / f"{NAME}{number:06}.aside"
            part.write_parquet(aside, compression="uncompressed", statistics=False, row_group_size=size)
            aside.replace(aside.with_suffix(".parquet"))
        first += height


@lru_cache(maxsize=AT_HAND)
def _read(file: Path, _: tuple[int, int]) -> pl.DataFrame:
    """Give the rows of a file that is told by its identity; the last ones are at hand for the next part."""
    return pl.read_parquet(file, memory_map=False)


@lru_cache
def _ends(file: Path, _: tuple[int, int]) -> tuple[str, str]:
    """Give the least and the greatest left id of a file."""
    ids = pl.read_parquet(file, columns=["record_id_l"], memory_map=False)["record_id_l"]
    return str(ids.min()), str(ids.max())


def _identity(file: Path) -> tuple[int, int]:
    """Give what is another when a file was written anew."""
    told = file.stat()
    return told.st_ino, told.st_mtime_ns
