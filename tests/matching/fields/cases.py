"""The hard cases of tests/cases, which anybody may extend."""

from pathlib import Path
from typing import Any

import polars as pl
import yaml

from matching.fields.base import Field

FOLDER = Path(__file__).parents[2] / "cases"


def cases(file: str, section: str) -> list[Any]:
    return list(yaml.safe_load((FOLDER / f"{file}.yaml").read_text(encoding="utf-8"))[section])


def level_of(field: Field, left: str, right: str) -> str:
    """Name the level of two values; it must not depend on which of them stands left."""
    one, other = field.clean(pl.Series([left])), field.clean(pl.Series([right]))
    there, back = field.compare(one, other)[0], field.compare(other, one)[0]
    assert there == back, f"{left} and {right}: {field.levels[there].name} one way, {field.levels[back].name} the other"
    return field.levels[there].name


def is_idempotent(field: Field, raw: pl.Series) -> bool:
    once = field.clean(raw)["value"]
    return once.equals(field.clean(once)["value"], null_equal=True)
