"""Certificates of erasure: what was done, in counts and keyed hashes, sealed by the home; and the check."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from matching.errors import CustomerHubError
from warehouse import duck
from warehouse.erasure import journal
from warehouse.erasure.hashing import Hashing
from warehouse.erasure.opening import BYTES, DUCKDB, DUCKDB_AT, PARQUET, UnreadableError, contents, is_database
from warehouse.erasure.person import TOGETHER, together_in
from warehouse.erasure.places import Means, files, place_of
from warehouse.erasure.searching import Finder

FOLDER: Final = "erasures"
SEAL: Final = "seal"
ROWS_AT_ONCE: Final = 50_000
LONG: Final = 11
"""Bytes from which on a value is looked for in a database's bytes as they lie. Cells lie end to end there, and the end
of one may make a short value with the beginning of the next: short values are looked for in the cells."""
CHANGES_DAILY: Final = frozenset({Means.STATE, Means.DATABASE, Means.TEXT, Means.NOTHING})
"""Places whose files change whenever the hub is used: their digests would say nothing."""


class CertificateError(CustomerHubError):
    """A certificate that cannot be read, or is not this home's."""


@dataclass(frozen=True)
class Found:
    """A place where something of an erased person stands; the place is named, never the value."""

    path: str
    part: str
    kind: str
    times: int


@dataclass(frozen=True)
class Verdict:
    """What the check of a certificate came to."""

    sealed: bool
    known: bool
    """Whether the home's journal holds this erasure, finished, with this certificate."""
    searched: int
    values: int
    found: tuple[Found, ...]
    unchanged: int
    changed: int
    """Files named in the certificate that are as they were then, and that were written or removed since."""

    @property
    def holds(self) -> bool:
        """Whether the certificate is true."""
        return self.sealed and self.known and not self.found


def search(home: Path, erasure_id: str, *, tell: Callable[[str], None] | None = None) -> tuple[list[Found], int]:
    """Give every place under a home where a value, a record id or a combination of an erasure stands, and how many
    files were searched: every byte as it lies, every format as it opens."""
    hashing = Hashing.of(home)
    needles = journal.needles(home, erasure_id)
    finder = Finder(hashing, [needle for needle in needles if needle.kind != journal.TOGETHER])
    long = Finder(hashing, [needle for needle in finder.needles if needle.length >= LONG])
    together = {needle.digest for needle in needles if needle.kind == journal.TOGETHER}
    found, searched = [], 0
    for path in files(home):
        if path.is_symlink():
            continue
        searched += 1
        name = path.relative_to(home).as_posix()
        if tell is not None:
            tell(f"searching {name}")
        try:
            for part, content in contents(path):
                counted: dict[str, int] = {}
                raw = part == BYTES and is_database(content)
                for needle, times in (long if raw else finder).found(content).items():
                    counted[needle.kind] = counted.get(needle.kind, 0) + times
                found += [Found(name, part, kind, times) for kind, times in sorted(counted.items())]
        except UnreadableError:
            found.append(Found(name, "cannot be opened", "unreadable", 1))
            continue
        if together:
            found += [Found(name, part, journal.TOGETHER, times) for part, times in _together(path, together, hashing)]
    return found, searched


def _together(path: Path, wanted: set[bytes], hashing: Hashing) -> Iterator[tuple[str, int]]:
    """Give the tables of a file, with one row a record, in which combinations stand, and how many."""
    for part, rows in _record_tables(path):
        times = sum(journal.together_digest(hashing, one) in wanted for one in together_in(rows))
        if times:
            yield part, times


def _record_tables(path: Path) -> Iterator[tuple[str, pl.DataFrame]]:
    with path.open("rb") as file:
        head = file.read(DUCKDB_AT + len(DUCKDB))
    if head.startswith(PARQUET):
        schema = pl.read_parquet_schema(path)
        columns = [name for name in TOGETHER if name in schema]
        if "record_id" in schema and len(columns) > 1:
            frame = pl.read_parquet(path, columns=columns, memory_map=False)
            for part in frame.iter_slices(ROWS_AT_ONCE):
                yield path.stem, part
    elif head[DUCKDB_AT:] == DUCKDB:
        with duck.reading(path) as con:
            told = con.sql(
                "SELECT table_name, list(column_name) FROM duckdb_columns() WHERE table_name IN "
                "(SELECT table_name FROM duckdb_tables() WHERE NOT internal) GROUP BY table_name ORDER BY table_name"
            ).fetchall()
            for table, names in told:
                columns = [name for name in TOGETHER if name in names]
                if "record_id" in names and len(columns) > 1:
                    selected = con.table(duck.quoted(table)).project(", ".join(map(duck.quoted, columns)))
                    for part in duck.rows(selected).iter_slices(ROWS_AT_ONCE):
                        yield table, part


def digests(home: Path) -> list[dict[str, Any]]:
    """Give path, size and SHA-256 of every file under a home that only a run or an erasure writes."""
    told = []
    for path in files(home):
        place = place_of(home, path)
        if path.is_symlink() or place is None or place.means in CHANGES_DAILY:
            continue
        content = path.read_bytes()
        told.append(
            {
                "path": path.relative_to(home).as_posix(),
                "bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
        )
    return told


def seal(home: Path, content: Mapping[str, Any]) -> str:
    """Give the home's seal on a certificate's content."""
    told = {name: value for name, value in content.items() if name != SEAL}
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return Hashing.of(home).of_text(SEAL, text).hex()


def write(home: Path, erasure_id: str, content: Mapping[str, Any]) -> Path:
    """Write a certificate, sealed, and give its path."""
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{erasure_id}.json"
    aside = folder / f".{path.name}.new"
    sealed = {**content, SEAL: seal(home, content)}
    aside.write_text(json.dumps(sealed, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    aside.replace(path)
    return path


def hashes(home: Path, erasure_id: str) -> dict[str, list[str]]:
    """Give the keyed hashes of an erasure by kind, as the certificate names them."""
    told: dict[str, list[str]] = {journal.VALUE: [], journal.RECORD: [], journal.TOGETHER: []}
    for needle in journal.needles(home, erasure_id):
        told[needle.kind].append(needle.digest.hex())
    return told


def read(path: Path) -> dict[str, Any]:
    """Read a certificate; a `CertificateError` if it is none."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if not {"erasure_id", "hashes", "files", SEAL} <= content.keys():
            raise ValueError
    except (OSError, ValueError, AttributeError) as error:
        message = (
            f"{path}: expected a certificate of erasure (HOME/{FOLDER}/….json), found "
            f"{'no such file' if isinstance(error, FileNotFoundError) else 'something else'}; name the right file"
        )
        raise CertificateError(message) from error
    certificate: dict[str, Any] = content
    return certificate


def verify(home: Path, certificate: Mapping[str, Any], *, tell: Callable[[str], None] | None = None) -> Verdict:
    """Give whether a certificate is this home's and whether, now, nothing of the person stands under the home."""
    erasure_id = certificate["erasure_id"]
    sealed = seal(home, certificate) == certificate[SEAL]
    entry = next((one for one in journal.erasures(home) if one.erasure_id == erasure_id), None)
    known = (
        entry is not None
        and entry.certificate == certificate[SEAL]
        and hashes(home, erasure_id) == certificate["hashes"]
    )
    found, searched = search(home, erasure_id, tell=tell) if known else ([], 0)
    now = {one["path"]: one["sha256"] for one in digests(home)}
    same = sum(now.get(one["path"]) == one["sha256"] for one in certificate["files"])
    return Verdict(
        sealed=sealed,
        known=known,
        searched=searched,
        values=sum(map(len, certificate["hashes"].values())),
        found=tuple(found),
        unchanged=same,
        changed=len(certificate["files"]) - same,
    )
