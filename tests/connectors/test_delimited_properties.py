"""Whatever rows are written, records and rejects together are the rows, and values survive."""

import csv
import io

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from connectors.decoding import decode
from connectors.readers import read
from connectors.readers.rows import LINE
from tests.connectors.conftest import FORMATS, make_feed

NAMES = ["客户编号", "姓名", "手机", "日期"]
FEED = make_feed("csv")
PIPE = make_feed("pipe")

# Characters that a writer of CSV must protect, that look like line ends and are none, and that take 1 to 4 bytes.
LETTERS = st.sampled_from(list('ab 1王芳𠮷"",,|\n;\'\t\u2028\u0085\x0b\x1c\\'))
VALUES = st.text(LETTERS, max_size=6)
PLAIN = st.text(st.sampled_from(list("ab 1王芳𠮷\"'\t,\u2028\u0085\x0b\\")), max_size=6)
ROWS = st.lists(st.tuples(VALUES, VALUES, VALUES, VALUES), max_size=12)


def written(rows: list[tuple[str, ...]], line_end: str) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator=line_end).writerows([NAMES, *rows])
    return buffer.getvalue()


def could_be_rows(row: tuple[str, ...]) -> bool:
    """Say whether a row is written in lines that are rows each, but for a quote in the first and in the last."""
    lines = written([row], "\n").split("\n")[1:-1]
    ends = [line.count('"') for line in (*lines[:1], *lines[-1:])]
    return len(lines) > 1 and ends == [1, 1] and {line.count(",") for line in lines} == {len(NAMES) - 1}


def starts(rows: list[tuple[str, ...]]) -> list[int]:
    """Give the line on which each row begins."""
    lines, line = [], 2
    for row in rows:
        lines.append(line)
        line += 1 + sum(value.count("\n") for value in row)
    return lines


@given(ROWS, st.sampled_from(["\n", "\r\n"]), st.sampled_from(["utf-8", "gb18030", "utf-16"]))
@settings(max_examples=300, deadline=None)
@example([("", ",", "\n,", ",")], "\n", "utf-8")
def test_every_value_of_a_csv_comes_back(rows: list[tuple[str, ...]], line_end: str, encoding: str) -> None:
    """But for rows whose lines could be rows each: these are oftener stray quotes than values of two lines."""
    rows = [("k" + row[0], *row[1:]) for row in rows]
    rows = [row for row in rows if not could_be_rows(row)]
    feed = make_feed("csv", format={**FORMATS["csv"], "encoding": encoding})
    found = read(feed, written(rows, line_end).encode(encoding))
    assert found.rejects.is_empty()
    assert found.table.select(NAMES).rows() == rows
    assert found.table[LINE].to_list() == starts(rows)


@given(st.lists(st.tuples(PLAIN, PLAIN, PLAIN, PLAIN), max_size=12))
@settings(max_examples=200, deadline=None)
def test_every_value_of_an_unquoted_file_comes_back(rows: list[tuple[str, ...]]) -> None:
    rows = [("k" + row[0], *row[1:]) for row in rows]
    text = "\r\n".join("|".join(row) for row in [NAMES, *rows]) + "\r\n"
    found = read(PIPE, text.encode("gb18030"))
    assert found.rejects.is_empty()
    assert found.table.select(NAMES).rows() == rows


@given(st.lists(st.text(LETTERS | st.sampled_from(list("\r\0\ufeff")), max_size=20), max_size=12))
@settings(max_examples=300, deadline=None)
def test_no_line_of_any_text_is_lost(lines: list[str]) -> None:
    """Every line is in exactly one record, one reject, or empty: nothing but the line itself can be lost to a quote."""
    text = "客户编号,姓名,手机,日期\n" + "\n".join(lines)
    found = read(FEED, text.encode())
    taken = found.table[LINE].to_list() + found.rejects["line"].to_list()
    assert len(taken) == len(set(taken))
    spans = [1 + sum((value or "").count("\n") for value in row) for row in found.table.select(NAMES).rows()]
    rejected = [1 + (raw or "").count("\n") for raw in found.rejects["raw"].to_list()]
    physical = len(text.split("\n")) - (1 if text.endswith("\n") else 0)
    assert sum(spans) + sum(rejected) + found.empty_lines == physical - 1


@given(st.binary(max_size=60), st.sampled_from(["utf-8", "gb18030", "big5"]))
@settings(max_examples=300, deadline=None)
def test_decoding_keeps_lines_apart_and_marks_every_broken_one(data: bytes, encoding: str) -> None:
    good = "編號,王芳\n".encode(encoding) * 50
    text = decode(good + data.replace(b"\n", b"").replace(b"\r", b"") + b"\n" + good, encoding)
    assert len(text.lines) == 101
    assert text.lines[0] == text.lines[-1]
    assert text.undecodable <= {50}


def test_a_million_character_field_is_a_reject() -> None:
    rows = [["C1", "王" * 1_000_000, "", ""], ["C2", "李", "", ""]]
    found = read(FEED, written([tuple(row) for row in rows], "\n").encode())
    assert found.rejects.select("line", "rule").rows() == [(2, "oversized_field")]
    assert found.rejects["raw"].str.len_chars().to_list() == [1_000_005]
    assert found.table["客户编号"].to_list() == ["C2"]


def test_many_unclosed_quotes_cost_no_more_than_their_lines() -> None:
    rows = "".join(f'C{place},"王芳,,\nC{place}x,李明,,\n' for place in range(5_000))
    found = read(FEED, ("客户编号,姓名,手机,日期\n" + rows).encode())
    assert found.rejects["rule"].unique().to_list() == ["unclosed_quote"]
    assert (found.table.height, found.rejects.height) == (5_000, 5_000)
    assert found.table.schema[LINE] == pl.Int64
