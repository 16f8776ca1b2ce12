"""The search finds every value in every encoding, wherever it stands, and nothing else."""

import gzip
import io
import json
import sqlite3
import zipfile
import zlib
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.erasure.crossing_out import Values
from warehouse.erasure.hashing import Hashing, forms, is_bounded, is_short
from warehouse.erasure.opening import UnreadableError, contents
from warehouse.erasure.searching import Finder, joined

HASHING = Hashing(b"k" * 32)
VALUES = ("13800138000", "张三丰", "san.feng@example.com", "浙江省杭州市西湖区文一路1号", "W00000001")
CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=3, max_size=20)
NUMBERS = st.text("0123456789", min_size=11, max_size=18)


def finder(*values: str) -> Finder:
    return Finder(HASHING, HASHING.needles("value", values))


@given(value=CHINESE | NUMBERS, before=st.binary(max_size=50), after=st.binary(max_size=50))
@settings(max_examples=60, deadline=None)
def test_a_value_is_found_in_any_bytes_in_any_encoding(value: str, before: bytes, after: bytes) -> None:
    for form in forms(value):
        assert finder(value).found(before + form + after)


@given(noise=st.binary(max_size=4000), values=st.lists(CHINESE | NUMBERS, min_size=1, max_size=20))
@settings(max_examples=40, deadline=None)
def test_what_is_found_is_there(noise: bytes, values: list[str]) -> None:
    written = [form for value in values for form in forms(value)]
    assert sum(finder(*values).found(noise).values()) == sum(noise.count(form) for form in set(written))


@given(values=st.lists(CHINESE | NUMBERS, min_size=1, max_size=5), around=CHINESE | NUMBERS | st.just(""))
@settings(max_examples=40, deadline=None)
def test_what_is_crossed_out_is_not_found_and_keeps_its_length(values: list[str], around: str) -> None:
    content = (around + "，".join(values) + around).encode()
    crossed = Values(values).crossed_out(content)
    assert len(crossed) == len(content)
    assert not finder(*values).found(crossed)


def test_short_values_count_alone_only() -> None:
    assert is_short("wang")
    assert is_bounded("62648621")
    assert not finder("62648621").found(b"162648621")
    assert finder("62648621").found(b"0512-62648621,")
    assert not finder("wangwei").found(b"a word like wangwei in a text")
    assert finder("wangwei").found(joined(["x", "wangwei"]))


def test_no_digest_tells_a_value(tmp_path: Path) -> None:
    other = Hashing(b"j" * 32)
    assert {needle.digest for needle in HASHING.needles("value", VALUES)}.isdisjoint(
        needle.digest for needle in other.needles("value", VALUES)
    )
    assert Hashing.of(tmp_path) == Hashing.of(tmp_path)


def rows() -> pl.DataFrame:
    return pl.DataFrame({"a": [*VALUES] * 50, "b": [[{"x": value}] for value in VALUES] * 50})


def as_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sheet.xml", "".join(VALUES))
    return out.getvalue()


def write(path: Path, kind: str) -> None:
    match kind:
        case "parquet":
            rows().write_parquet(path)
        case "duckdb":
            with duckdb.connect(str(path)) as con:
                con.execute("SET force_compression = 'zstd'")
                con.execute("CREATE TABLE t AS SELECT [{'x': v}] AS b FROM (SELECT unnest(?) AS v)", [list(VALUES)])
        case "sqlite":
            with sqlite3.connect(path) as con:
                con.execute("CREATE TABLE t (packed BLOB)")
                packed = zlib.compress(json.dumps(VALUES).encode())
                con.execute("INSERT INTO t VALUES (?)", (packed,))
        case "gzip":
            path.write_bytes(gzip.compress("".join(VALUES).encode("gb18030")))
        case "zip":
            path.write_bytes(as_zip())
        case "zip in gzip":
            path.write_bytes(gzip.compress(as_zip()))
        case _:
            path.write_text(f"x{''.join(VALUES)}", encoding=kind)


KINDS = ("parquet", "duckdb", "sqlite", "gzip", "zip", "zip in gzip", "utf-8", "gb18030", "utf-16-le", "utf-16-be")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", VALUES[:4])
def test_every_format_is_opened(kind: str, value: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    write(path, kind)
    looked_at = list(contents(path))
    assert any(finder(value).found(content) for _, content in looked_at)
    assert not any(finder("19900000000").found(content) for _, content in looked_at)


def test_a_file_that_does_not_open_is_not_vouched_for(tmp_path: Path) -> None:
    path = tmp_path / "file.parquet"
    rows().write_parquet(path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(UnreadableError, match="expected a file that opens"):
        list(contents(path))
