"""Small fields that tests of the engine use, so that they fail only when the engine is wrong."""

import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from matching.fields.base import Field, Level
from matching.words import Kind

LEVELS = (
    Level("same", "the same", "相同", m=0.8, u=0.01),
    Level("near", "nearly the same", "相近", m=0.12, u=0.005),
    Level("different", "different", "不同", m=0.08, u=0.985),
)


def clean(raw: pl.Series) -> pl.DataFrame:
    text = raw.str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars()
    return pl.DataFrame({"value": text}).with_columns(pl.when(pl.col("value") != "").then("value"))


def compare(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    alike = process.cpdist(left["value"].to_list(), right["value"].to_list(), scorer=Levenshtein.normalized_similarity)
    return pl.select(pl.when(pl.Series(alike) >= 0.7).then(1).otherwise(2).cast(pl.UInt8)).to_series()


def start(cleaned: pl.DataFrame) -> pl.Series:
    return cleaned["value"].str.slice(0, 4)


def end(cleaned: pl.DataFrame) -> pl.Series:
    return cleaned["value"].str.slice(-4)


REGISTRY = {kind: Field(kind, LEVELS, clean, compare, {"start": start, "end": end}) for kind in Kind}
