"""JSON lines → rows: an object a line, nested values by their path; anything else on a line is a reject."""

import json

import polars as pl

from connectors.feeds import JsonLines
from connectors.readers.lines import split_lines
from connectors.readers.rows import LINE, MAX_FIELD, RAW, TEXT, ReadRule, Rows, gather, reject

PROBLEM = "\0problem"


def read_json_lines(data: bytes, format: JsonLines) -> Rows:
    """Give the rows of a JSON-lines file, one column per path that occurs, numbers and booleans as JSON writes them."""
    lines = split_lines(data, format.encoding, skip=0, with_header=False)
    parsed = [_parse(text) for text in lines.good[TEXT]]
    problems = pl.Series(PROBLEM, [one if isinstance(one, ReadRule) else None for one in parsed], dtype=pl.String)
    objects = [one for one in parsed if not isinstance(one, ReadRule)]
    marked = lines.good.with_columns(problems)
    paths = list(dict.fromkeys(path for one in objects for path in one))
    table = marked.filter(pl.col(PROBLEM).is_null()).select(LINE, pl.col(TEXT).alias(RAW))
    columns = [pl.Series(path, [one.get(path) for one in objects], dtype=pl.String) for path in paths]
    broken = [reject(marked.filter(pl.col(PROBLEM) == rule), rule, REASONS[rule], TEXT) for rule in REASONS]
    return Rows(table.with_columns(columns), gather([lines.rejects, *broken]), lines.empty)


REASONS = {
    ReadRule.BROKEN_JSON: "a line that is no JSON",
    ReadRule.NOT_AN_OBJECT: "JSON, but not an object",
    ReadRule.OVERSIZED_FIELD: f"a value of more than {MAX_FIELD} characters",
    ReadRule.NUL_BYTE: "a NUL character or half a surrogate pair inside a value",
}


def _parse(text: str) -> dict[str, str] | ReadRule:
    try:
        value = json.loads(text, parse_int=str, parse_float=str, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return ReadRule.BROKEN_JSON
    if not isinstance(value, dict):
        return ReadRule.NOT_AN_OBJECT
    flat: dict[str, str] = {}
    _flatten(value, "", flat)
    if any(len(one) > MAX_FIELD for one in flat.values()):
        return ReadRule.OVERSIZED_FIELD
    if "\\u" in text and any("\0" in one or not _is_text(one) for one in flat.values()):
        return ReadRule.NUL_BYTE
    return flat


def _refuse(constant: str) -> object:
    message = f"{constant} is not JSON"
    raise ValueError(message)


def _is_text(value: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in value)


def _flatten(value: dict[str, object], prefix: str, into: dict[str, str]) -> None:
    """Write every value under its path; a list stays one value, written as JSON; null is absent."""
    for key, one in value.items():
        match one:
            case dict():
                _flatten(one, f"{prefix}{key}.", into)
            case str():
                into[prefix + key] = one
            case bool():
                into[prefix + key] = "true" if one else "false"
            case list():
                into[prefix + key] = json.dumps(one, ensure_ascii=False)
            case _:
                pass
