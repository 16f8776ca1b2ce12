"""JSON lines → rows: an object a line, nested values by their path; anything else on a line is a reject."""

import json
from collections.abc import Sequence

import polars as pl

from connectors.feeds import JsonLines
from connectors.readers.lines import sort_out, split_lines, without_line_end
from connectors.readers.rows import LINE, LISTS, MAX_FIELD, RAW, TEXT, ReadError, ReadRule, Rows, gather, reject

PROBLEM = "\0problem"
MAX_PATHS = 1_000
"""Keys beyond which values were written in the place of keys."""


def read_json_lines(data: bytes, format: JsonLines) -> Rows:
    """Give the rows of a JSON-lines file, one column per path that occurs, numbers and booleans as JSON writes them."""
    lines, encoding = split_lines(data, format.encoding, skip=0)
    found = sort_out(without_line_end(lines), encoding)
    lists: list[tuple[int, str]] = []
    parsed = [_parse(text, line, lists) for line, text in found.good.select(LINE, TEXT).iter_rows()]
    problems = pl.Series(PROBLEM, [one if isinstance(one, ReadRule) else None for one in parsed], dtype=pl.String)
    objects = [one for one in parsed if not isinstance(one, ReadRule)]
    if len(objects) <= 1 and begins_an_array(found.good[TEXT].to_list()):
        raise one_array()
    marked = found.good.with_columns(problems)
    paths = list(dict.fromkeys(path for one in objects for path in one))
    if len(paths) > MAX_PATHS:
        raise ReadError(
            f"objects of at most {MAX_PATHS} different keys",
            f"{len(paths)} of them",
            "have the channel deliver values under fixed keys",
        )
    table = marked.filter(pl.col(PROBLEM).is_null()).select(LINE, pl.col(TEXT).alias(RAW))
    columns = [pl.Series(path, [one.get(path) for one in objects], dtype=pl.String) for path in paths]
    broken = [reject(marked.filter(pl.col(PROBLEM) == rule), rule, REASONS[rule], TEXT) for rule in REASONS]
    return Rows(
        table.with_columns(columns),
        gather([found.rejects, *broken]),
        found.empty,
        lists=pl.DataFrame(lists, schema=LISTS, orient="row"),
    )


def begins_an_array(lines: Sequence[str]) -> bool:
    """Say whether lines are one JSON array rather than an object, or a list, each."""
    if not lines or not lines[0].lstrip().startswith("["):
        return False
    return len(lines) == 1 or _parse(lines[0], 0, []) is ReadRule.BROKEN_JSON


def one_array() -> ReadError:
    """Give the error of a file that is one JSON array."""
    return ReadError(
        "JSON lines, an object on every line",
        "one JSON array of all rows",
        "have the channel write its objects a line each; jq -c '.[]' makes such a file of this one",
    )


REASONS = {
    ReadRule.BROKEN_JSON: "a line that is no JSON",
    ReadRule.NOT_AN_OBJECT: "JSON, but not an object",
    ReadRule.OVERSIZED_FIELD: f"a value of more than {MAX_FIELD} characters",
    ReadRule.NUL_BYTE: "a NUL character or half a surrogate pair inside a value",
}


def _parse(text: str, line: int, lists: list[tuple[int, str]]) -> dict[str, str | None] | ReadRule:
    """Give the values of a line by path, and add the paths of lists to those of the lines before."""
    try:
        value = _decode(text)
    except (ValueError, RecursionError):
        return ReadRule.BROKEN_JSON
    if not isinstance(value, dict):
        return ReadRule.NOT_AN_OBJECT
    flat: dict[str, str | None] = {}
    _flatten(value, "", flat, line, lists)
    if len(text) > MAX_FIELD and any(len(one) > MAX_FIELD for one in flat.values() if one is not None):
        return ReadRule.OVERSIZED_FIELD
    if "\\u" in text and not all(_is_text(one) for pair in flat.items() for one in pair if one is not None):
        return ReadRule.NUL_BYTE
    return flat


def _refuse(constant: str) -> object:
    message = f"{constant} is not JSON"
    raise ValueError(message)


def _is_text(value: str) -> bool:
    return not any(character == "\0" or "\ud800" <= character <= "\udfff" for character in value)


def _flatten(
    value: dict[str, object], prefix: str, into: dict[str, str | None], line: int, lists: list[tuple[int, str]]
) -> None:
    """Write every value under its path; a list stays one value, written as JSON."""
    for key, one in value.items():
        if one is None or type(one) is str:
            into[prefix + key] = one
        elif type(one) is dict:
            _flatten(one, f"{prefix}{key}.", into, line, lists)
        else:
            if type(one) is list:
                lists.append((line, prefix + key))
            into[prefix + key] = json.dumps(one, ensure_ascii=False)


_decode = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=_refuse).decode
"""Numbers stay as they are written: a phone number typed as a number keeps all its digits."""
