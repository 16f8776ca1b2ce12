"""Judgements as files to hand on: annotation files of the Python Record Linkage Toolkit, and tables."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from matching.errors import CustomerHubError
from matching.words import Judgement
from warehouse.judgements.judgement_log import PairVerdict

VERSION: Final = 1
"""The version of the annotation format that the toolkit writes and reads."""
LABELS: Final = {Judgement.SAME.value: 1, Judgement.DIFFERENT.value: 0, Judgement.UNSURE.value: None}
COLUMNS: Final = ("record_id_l", "record_id_r", "verdict", "who", "at", "reason")


class AnnotationError(CustomerHubError):
    """A file of judgements that cannot be understood."""


def as_annotations(judgements: pl.DataFrame) -> str:
    """Give JUDGEMENTS as an annotation file: ids and labels, no values. 1 is a match, 0 is none, null is undecided."""
    pairs: list[dict[str, object]] = [
        {
            "fields": [],
            "identifiers": {
                "a": {"dataset": "customer-hub", "record": row["record_id_l"]},
                "b": {"dataset": "customer-hub", "record": row["record_id_r"]},
            },
            "label": LABELS[row["verdict"]],
        }
        for row in judgements.iter_rows(named=True)
    ]
    return json.dumps({"version": VERSION, "pairs": pairs}, ensure_ascii=False, indent=1)


def as_csv(judgements: pl.DataFrame) -> str:
    """Give JUDGEMENTS as a table with a head."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(COLUMNS)
    rows.writerows(judgements.select(COLUMNS).with_columns(pl.col("at").dt.to_string("iso")).iter_rows())
    return out.getvalue()


def read_judgements(path: Path) -> list[PairVerdict]:
    """Give the judgements of an annotation file (.json) or a table (.csv), in the order of their pairs.

    Pairs of an annotation file that nobody has labelled are left out. An AnnotationError names what is wrong where.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as failure:
        found = failure.strerror if isinstance(failure, OSError) else "bytes that are no text in it"
        message = f"{path}: expected a file of judgements in UTF-8, found {found}; check the path"
        raise AnnotationError(message) from failure
    return judgements_in(path, text)


def judgements_in(path: Path, text: str) -> list[PairVerdict]:
    """Give the judgements of a file's text; `path` tells by its ending how to read it and is named in errors."""
    said = _annotations(path, text) if path.suffix.lower() == ".json" else _table(path, text)
    return sorted(set(said))


def _annotations(path: Path, text: str) -> Iterator[PairVerdict]:
    words = {1: Judgement.SAME, 0: Judgement.DIFFERENT}
    try:
        for pair in json.loads(text)["pairs"]:
            label = pair.get("label")
            if label is None:
                continue
            ids = pair["identifiers"]
            yield _verdict(path, str(ids["a"]["record"]), str(ids["b"]["record"]), words[label])
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as failure:
        found = f"no JSON in line {failure.lineno}" if isinstance(failure, json.JSONDecodeError) else "something else"
        message = (
            f"{path}: expected an annotation file (pairs with identifiers a and b and a label of 1, 0 or null), "
            f"found {found}; export one to see its shape"
        )
        raise AnnotationError(message) from failure


def _table(path: Path, text: str) -> Iterator[PairVerdict]:
    rows = csv.DictReader(io.StringIO(text))
    if missing := set(COLUMNS[:3]) - set(rows.fieldnames or ()):
        message = (
            f"{path}: expected the columns {', '.join(COLUMNS[:3])}, found none called {', '.join(sorted(missing))}"
        )
        raise AnnotationError(message)
    for number, row in enumerate(rows, start=2):
        if row["verdict"] not in set(Judgement):
            message = f"{path}, line {number}: expected {', '.join(Judgement)}, found {row['verdict']!r}; correct it"
            raise AnnotationError(message)
        yield _verdict(path, row["record_id_l"], row["record_id_r"], Judgement(row["verdict"]))


def _verdict(path: Path, one: str, other: str, verdict: Judgement) -> PairVerdict:
    if one == other or not one or not other:
        message = (
            f"{path}: expected pairs of two records, found {one or 'nothing'} and {other or 'nothing'}; correct them"
        )
        raise AnnotationError(message)
    return PairVerdict.of(one, other, verdict)
