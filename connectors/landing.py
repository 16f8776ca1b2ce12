"""Landing: a feed's new extracts → LANDED, REJECTS and FINDINGS in the lake, then a row in the ledger.

The order makes a crash harmless: frames are written aside and put in place first, the ledger's row comes last. What the
ledger does not know was never taken and is simply landed again.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

import polars as pl

from connectors.discovery import Extract, Settling, discover, has_changed, misordered
from connectors.erasing import strip_delivered
from connectors.errors import FeedError
from connectors.feeds import Feed, Mode
from connectors.ledger import REVISION_MARK, Ledger
from connectors.mapping import UNKNOWN_CODE, UNREADABLE_DATE, Mapped, as_delivered, map_rows
from connectors.naming import with_known_names
from connectors.packing import unpack
from connectors.readers import ReadError, Rows, read
from connectors.restating import to_take, twin
from connectors.storing import write_parquet
from connectors.versions import (
    FINDINGS_FOLDER,
    LANDED_FOLDER,
    REJECTS_FOLDER,
    compare_versions,
    lake_path,
    read_feed,
)
from matching.errors import CustomerHubError
from matching.frames import FINDINGS, LANDED, REJECTS, conform, erased_rejects

ROW = ("feed", "extract", "extract_id", "line")
"""What names a row of a file."""

MISFITS = (UNKNOWN_CODE, UNREADABLE_DATE)
"""Findings that a line in the feed file would mend: a run says them, and of which column."""

FEW_ROWS = 20
"""Extracts with fewer rows say nothing about the share of rejects."""


class Judged(Protocol):
    """What a judge of rows gives: LANDED rows accepted, REJECTS, FINDINGS."""

    @property
    def accepted(self) -> pl.DataFrame: ...  # noqa: D102 the class says it
    @property
    def rejects(self) -> pl.DataFrame: ...  # noqa: D102
    @property
    def findings(self) -> pl.DataFrame: ...  # noqa: D102


Judge = Callable[[pl.DataFrame], Judged]


class Guard(Protocol):
    """Knows rows of erased persons, by keyed hashes alone."""

    def erased(self, landed: pl.DataFrame, timezone: str) -> pl.Series: ...  # noqa: D102 the class says it
    def erased_texts(self, texts: pl.Series, feed: str) -> pl.Series: ...  # noqa: D102


@dataclass(frozen=True)
class Landing:
    """What landing one feed came to."""

    feed: str
    extracts: pl.DataFrame
    """EXTRACTS taken now."""
    already_taken: tuple[str, ...]
    """Files whose content was taken before, under this name or another."""
    waiting: tuple[str, ...]
    """Files that are still being written; the next run takes them."""
    warnings: tuple[str, ...]


def land(  # noqa: PLR0913 each is a thing a test or a shell must be able to choose
    feed: Feed,
    landing: Path,
    home: Path,
    *,
    judge: Judge | None,
    progress: Callable[[str], None] | None,
    now: datetime,
    settling: Settling | None = None,
    accept_shrunken: bool = False,
    guard: Guard | None = None,
) -> Landing:
    """Take every extract of a feed that was not taken yet, oldest first; a `FeedError` stops at the first bad one.

    Extracts before the bad one stay taken, nothing of the bad one is. Landing twice takes nothing twice, in one process
    or in several at once. With `accept_shrunken` an extract may hold fewer rows than the feed's volume floor allows:
    somebody has found out that it is whole. Rows that `guard` knows become rejects without a word of what they said,
    and leave a file that lies under the home.
    """
    ledger = Ledger(home)
    found = discover(feed, landing, settling or Settling())
    taken, names, already, waiting, warnings = [], [], [], list(found.waiting), list(found.warnings)
    for candidate in found.extracts:
        data = _content(feed, candidate)
        if data is None:
            waiting.append(candidate.name)
            continue
        delivered = replace(candidate, sha256=hashlib.sha256(data).hexdigest())
        extract = to_take(ledger, feed.name, delivered)
        if extract is None:
            already.append(candidate.name)
            if same := twin(ledger, feed.name, delivered):
                warnings.append(f"{candidate.name}: the same content as {same}, not taken again")
            continue
        if extract.content:
            warnings.append(f"{candidate.name}: says again what an earlier extract said, taken as its last word")
        if revisions := ledger.revisions(feed.name, extract):
            extract = replace(extract, name=f"{candidate.name}{REVISION_MARK}{revisions + 1:02}")
            warnings.append(f"{candidate.name}: delivered again with other content, taken as {extract.name}")
        if progress is not None:
            progress(f"{feed.name}: reading {extract.name}")
        _, mapped, notes = understand(feed, extract, data, judge, ledger, accept_shrunken=accept_shrunken)
        mapped, erased = _without_erased(feed, mapped, guard)
        counts = _store(home, feed, extract, mapped)
        if erased and extract.path.resolve().is_relative_to(home.resolve()):
            strip_delivered(home, feed, extract.sha256, extract.path, erased)
        if not ledger.claim(feed.name, extract, counts, mapped.unknown_columns, now):
            already.append(extract.name)
            continue
        taken.append(extract.sha256)
        names.append(candidate.name)
        others = sorted({of for of, _ in ledger.extract_of(delivered.sha256)} - {feed.name})
        if others and counts["records"]:
            told = f"the same content was taken as feed {', '.join(others)}; its records are told twice now"
            warnings.append(f"{candidate.name}: {told}")
        warnings += _warnings(extract, mapped, notes)
    warnings += misordered(found.extracts, names)
    warnings += [f"{name}: still being written, waits for the next run" for name in sorted(waiting)]
    extracts = ledger.extracts().filter(pl.col("feed") == feed.name, pl.col("extract_id").is_in(taken))
    return Landing(feed.name, extracts, tuple(already), tuple(sorted(waiting)), tuple(warnings))


def _content(feed: Feed, extract: Extract) -> bytes | None:
    """Give a file's bytes; None if it vanished or changed while it was read."""
    try:
        data = extract.path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FeedError(
            feed.name, extract.name, "a readable file", type(error).__name__, "check the file and its permissions"
        ) from error
    return None if has_changed(extract) else data


def understand(  # noqa: PLR0913
    feed: Feed,
    extract: Extract,
    data: bytes,
    judge: Judge | None,
    ledger: Ledger | None = None,
    *,
    accept_shrunken: bool = False,
) -> tuple[Rows, Mapped, tuple[str, ...]]:
    """Give the extract's rows as they were read, the same mapped and judged, and what a run should say of the file.

    Nothing is kept. Without `ledger` there is no extract before it whose size it could be held against.
    """
    try:
        rows = with_known_names(feed, read(feed, unpack(data, feed.format).data))
    except ReadError as error:
        raise FeedError(feed.name, extract.name, error.expected, error.found, error.what_to_do) from error
    shrunken = _require_volume(feed, extract, rows, ledger, accept_shrunken=accept_shrunken)
    mapped = map_rows(feed, extract, rows)
    if judge is not None:
        judged = judge(mapped.landed)
        rejects = pl.concat([mapped.rejects, as_delivered(judged.rejects, rows)])
        findings = pl.concat([mapped.findings, judged.findings])
        mapped = replace(
            mapped,
            landed=conform(judged.accepted, LANDED, name="landed"),
            rejects=conform(rejects.sort("line", maintain_order=True), REJECTS, name="rejects"),
            findings=conform(findings.sort("line", "rule", "reason"), FINDINGS, name="findings"),
        )
    delivered, kept = rows.table.height + rows.rejects.height, mapped.landed.height + mapped.rejects.height
    if delivered != kept:
        message = (
            f"{extract.name}: expected every one of its {delivered} rows as a record or a reject; found {kept}. "
            "What to do: this is a defect of the row rules, report it"
        )
        raise CustomerHubError(message)
    _require_sense(feed, extract, mapped)
    empty = (f"{rows.empty_lines} empty lines, which are no rows",) if rows.empty_lines else ()
    return rows, mapped, (*rows.notes, *empty, *shrunken)


def _without_erased(feed: Feed, mapped: Mapped, guard: Guard | None) -> tuple[Mapped, list[int]]:
    """Give the extract without the rows of erased persons, and on which lines those stood."""
    if guard is None:
        return mapped, []
    known = guard.erased(mapped.landed, feed.timezone)
    unread = guard.erased_texts(mapped.rejects["raw"], feed.name)
    rows = pl.concat([mapped.landed.filter(known).select(ROW), mapped.rejects.filter(unread).select(ROW)]).unique()
    if rows.is_empty():
        return mapped, []
    lines = rows["line"].sort().to_list()
    rejects = pl.concat([mapped.rejects.filter(~unread), erased_rejects(rows)]).sort("line", "rule")
    findings = mapped.findings.filter(~pl.col("line").is_in(lines))
    return replace(mapped, landed=mapped.landed.filter(~known), rejects=rejects, findings=findings), lines


def _require_volume(
    feed: Feed, extract: Extract, rows: Rows, ledger: Ledger | None, *, accept_shrunken: bool
) -> tuple[str, ...]:
    """Refuse an extract with too few rows; where fewer are accepted, give what the run should say of it."""
    read = rows.table.height + rows.rejects.height
    remedy = (
        f"ask {feed.owner} whether the extract is whole and have it delivered again; if it is right, run with "
        f"--accept-shrunken {feed.name}, or lower the [volume] of feed {feed.name} for good"
    )
    if read < feed.volume.min_rows:
        if accept_shrunken:
            return (f"accepted with {read} rows, fewer than the {feed.volume.min_rows} of its [volume]",)
        raise FeedError(feed.name, extract.name, f"at least {feed.volume.min_rows} rows", f"{read} rows", remedy)
    share = feed.volume.floor if extract.mode is Mode.FULL else feed.volume.delta_floor
    before = ledger.last_volume(feed.name, extract) if ledger is not None else None
    if before is not None and read < share * before[1]:
        if accept_shrunken:
            return (f"accepted with {read} rows, less than {share:.0%} of the {before[1]} rows of {before[0]}",)
        raise FeedError(
            feed.name,
            extract.name,
            f"at least {share:.0%} of the {before[1]} rows of {before[0]}, the last {extract.mode} extract",
            f"{read} rows",
            remedy,
        )
    return ()


def _require_sense(feed: Feed, extract: Extract, mapped: Mapped) -> None:
    """Refuse an extract so full of rejects that its format must be another; a few bad rows are only rejects.

    A full extract of nothing but rejects is refused however small it is: it would say that all its records are gone.
    """
    rejects, rows = mapped.rejects.height, mapped.landed.height + mapped.rejects.height
    tells_of_nobody = extract.mode is Mode.FULL and rejects == rows
    if (rows < FEW_ROWS and not tells_of_nobody) or rejects <= feed.volume.most_rejects * rows:
        return
    rule, reason = (
        mapped.rejects.group_by("rule", "reason").len().sort("len", "rule", "reason")["rule", "reason"].row(-1)
    )
    raise FeedError(
        feed.name,
        extract.name,
        f"at most {feed.volume.most_rejects:.0%} of the rows to be rejects",
        f"{rejects} rejects in {rows} rows, most of them for {rule}: {reason}",
        f"check the format of feed {feed.name} and of the extract, or have it delivered again; most_rejects in the "
        "feed's [volume] is what it allows",
    )


def _store(home: Path, feed: Feed, extract: Extract, mapped: Mapped) -> dict[str, int]:
    """Put the extract's frames into the lake and count them."""
    versions = compare_versions(read_feed(home, feed.name), mapped.landed)
    for folder, frame in (
        (LANDED_FOLDER, mapped.landed),
        (REJECTS_FOLDER, mapped.rejects),
        (FINDINGS_FOLDER, mapped.findings),
    ):
        write_parquet(frame, lake_path(home, folder, feed.name, extract.sha256))
    records, rejects = mapped.landed.height, mapped.rejects.height
    return {"rows_read": records + rejects, "records": records, "rejects": rejects, **versions}


def _warnings(extract: Extract, mapped: Mapped, notes: tuple[str, ...]) -> list[str]:
    says = list(notes)
    if mapped.unknown_columns:
        names = ", ".join(mapped.unknown_columns)
        says.append(f"columns that the feed file does not know: {names}; kept in the raw row")
    if mapped.rejects.height:
        says.append(f"{mapped.rejects.height} rejects")
    misfits = mapped.findings.filter(pl.col("rule").is_in(MISFITS)).group_by("reason").len().sort("reason")
    says += [f"{rows} of {mapped.landed.height} records: {reason}" for reason, rows in misfits.iter_rows()]
    return [f"{extract.name}: {one}" for one in says]
