"""The evidence of pairs, in `lake/evidence/` of a home: written when two records are compared, and not moved again.

A run adds one file with the pairs that it compared. Which of all these rows count is said by the pairs in short, the
frame between assets: evidence lies under the print of its pair, so a row that another run left is never mistaken. Once
the files hold a tenth more rows than there are pairs, they become one again.
"""

from pathlib import Path
from typing import Final

import polars as pl

from matching.frames import PAIRS, conform
from matching.shortening import in_short
from warehouse.errors import SnapshotError
from warehouse.tables import Told

FOLDER: Final = Path("lake") / "evidence"
NAME: Final = "evidence-"
KEY: Final = ("record_id_l", "record_id_r", "print")
SPARE: Final = 0.1
"""The share of the pairs that rows no pair refers to, or files other than the first, may come to."""

_at_hand: dict[Path, tuple[tuple[int, int], pl.DataFrame]] = {}
"""The file that this process wrote last: what is published next is mostly in it."""


def keep(home: Path, compared: pl.DataFrame, pairs: pl.DataFrame) -> list[str]:
    """Keep the evidence of the PAIRS that were compared now, and give the names of the files that hold all of it.

    `pairs` are all pairs of today, as PAIRS_IN_SHORT.
    """
    files = _files(home)
    is_whole = compared.height == pairs.height
    short = pairs if is_whole else in_short(compared)
    if not is_whole and compared.height + sum(map(_height, files)) > (1 + SPARE) * pairs.height:
        earlier = pairs.join(short, on=KEY, how="anti", maintain_order="left")
        compared, is_whole = pl.concat([whole(home, earlier), compared]).sort(KEY[:2]), True
        short = in_short(compared)
    if compared.height:
        _write(home / FOLDER / f"{NAME}{_number(files) + 1:06}.parquet", compared.with_columns(short["print"]))
    for file in files if is_whole else []:
        file.unlink()
    return [file.name for file in _files(home)]


def is_there(home: Path, names: list[str]) -> bool:
    """Tell whether the files that `keep` named are all there."""
    return {file.name for file in _files(home)} >= set(names)


def whole(home: Path, pairs: pl.DataFrame) -> pl.DataFrame:
    """Give some of the PAIRS_IN_SHORT with their evidence, as PAIRS, by their ids."""
    wanted, found = pairs.select(KEY), [pl.DataFrame(schema=dict(PAIRS))]
    for file in reversed(_files(home)):
        if wanted.is_empty():
            break
        rows = _read(file)
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


def _write(file: Path, rows: pl.DataFrame) -> None:
    """Write a file whole or not at all, in groups that are its chunks: lists of structs are encoded whole for each."""
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_suffix(".aside")
    together = max(1, *rows.to_series(0).chunk_lengths())
    rows.write_parquet(aside, compression="uncompressed", statistics=False, row_group_size=together)
    aside.replace(file)
    _at_hand.clear()
    _at_hand[file] = _identity(file), rows


def _read(file: Path) -> pl.DataFrame:
    identity, rows = _at_hand.get(file, (None, None))
    if rows is None or identity != _identity(file):
        return pl.read_parquet(file, memory_map=False)
    return rows


def _identity(file: Path) -> tuple[int, int]:
    """Give what is another when a file was written anew."""
    told = file.stat()
    return told.st_ino, told.st_mtime_ns
