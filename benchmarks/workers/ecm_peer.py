"""recordlinkage's ECM classifier: `python -m benchmarks.workers.ecm_peer FOLDER FIELDS.toml`.

Its blocks are columns that agree, alone or in pairs, as long as they make few enough pairs; its features say per
column whether two values agree well enough; its links are joined by connected components.
"""

import sys
import warnings
from itertools import combinations
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import polars as pl
import recordlinkage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from benchmarks.workers.reporting import Report
from matching import FieldSpec, load_fields
from matching.words import Kind

MOST_PAIRS: Final = 1_500_000
"""Pairs that one block may make."""
SPELLED: Final = {Kind.PERSON_NAME, Kind.GIVEN_NAME, Kind.FAMILY_NAME, Kind.ORGANISATION_NAME, Kind.STREET, Kind.PLACE}
SPELLED_LONG: Final = {Kind.ADDRESS, Kind.TEXT, Kind.EMAIL}
DIGITS: Final = {Kind.PHONE, Kind.ID_NUMBER, Kind.BIRTH_DATE, Kind.POSTCODE}
TOO_COMMON: Final = {Kind.GENDER, Kind.CATEGORY, Kind.PLACE, Kind.TEXT, Kind.BIRTH_DAY, Kind.BIRTH_MONTH}


def main(folder: Path, fields: str) -> None:
    warnings.simplefilter("ignore")
    report = Report(folder, "ecm_peer")
    spec = load_fields(fields)
    records = pd.DataFrame(pl.read_parquet(folder / "records.parquet").to_dict(as_series=False)).set_index(spec.id)
    with report.step("block"):
        pairs = _block(records, spec)
    with report.step("compare"):
        features = _features(spec).compute(pairs, records)
        features = features.loc[:, features.nunique() > 1]
    with report.step("classify"):
        classifier = recordlinkage.ECMClassifier(binarize=None)
        links = classifier.fit_predict((features > 0).astype(int))
        odds = classifier.prob((features > 0).astype(int)).clip(1e-12, 1 - 1e-12)
    with report.step("cluster"):
        codes = pd.Index(records.index)
        left, right = (codes.get_indexer(links.get_level_values(side)) for side in (0, 1))
        graph = coo_array((np.ones(len(left)), (left, right)), shape=(len(codes), len(codes)))
        labels = connected_components(graph, directed=False)[1]
    pl.DataFrame({"record_id": records.index.to_list(), "cluster": labels}).write_parquet(
        folder / "ecm_members.parquet"
    )
    ends = {side: pairs.get_level_values(at).to_list() for at, side in enumerate(("l", "r"))}
    weights = np.log2(odds.to_numpy() / (1 - odds.to_numpy()))
    scored = pl.DataFrame(ends | {"match_weight": weights}).filter(pl.col("match_weight") > -7)
    scored.write_parquet(folder / "ecm_pairs.parquet")
    report.facts["pairs"] = len(pairs)
    report.write()


def _block(records: pd.DataFrame, spec: FieldSpec) -> pd.MultiIndex:
    columns = [fact.sources[0].column for fact in spec.facts if fact.kind not in TOO_COMMON]
    found: pd.MultiIndex | None = None
    rules: list[tuple[str, ...]] = [(column,) for column in columns if _pairs(records, [column]) <= MOST_PAIRS]
    alone = {column for rule in rules for column in rule}
    rules += [
        both for both in combinations(columns, 2) if not alone & set(both) and _pairs(records, list(both)) <= MOST_PAIRS
    ]
    for rule in rules:
        known = records.dropna(subset=list(rule))
        if known.empty:
            continue
        made = recordlinkage.Index().block(list(rule)).index(known)
        found = made if found is None else found.union(made)
    if found is None:
        raise SystemExit("no column makes few enough pairs")
    return found


def _pairs(records: pd.DataFrame, columns: list[str]) -> float:
    sizes = records.groupby(columns).size().to_numpy(dtype=float)
    return float((sizes * (sizes - 1) / 2).sum())


def _features(spec: FieldSpec) -> recordlinkage.Compare:
    compare = recordlinkage.Compare()
    for fact in spec.facts:
        column = fact.sources[0].column
        if fact.kind in SPELLED:
            compare.string(column, column, method="jarowinkler", threshold=0.85, label=column)
        elif fact.kind in SPELLED_LONG:
            compare.string(column, column, method="jarowinkler", threshold=0.9, label=column)
        elif fact.kind in DIGITS:
            compare.string(column, column, method="damerau_levenshtein", threshold=0.8, label=column)
        else:
            compare.exact(column, column, label=column)
    return compare


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
