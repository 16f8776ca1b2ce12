"""Whatever bytes are delivered, in whatever format: rows that are accounted for, or a feed's error, nothing else."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.discovery import Extract
from connectors.errors import FeedError
from connectors.feeds import Mode
from connectors.mapping import map_rows
from connectors.readers import ReadError, read
from quality.rows import judge
from tests.connectors.conftest import FORMATS, make_feed

LONGEST = 2_000
"""Characters of what is said of a small file."""
EXTRACT = Extract(Path("x"), "x", date(2026, 11, 2), Mode.DELTA, 0, 0, "0" * 64)
WHOLE = {
    "csv": '客户编号,姓名,手机,日期\nC1,"王""芳",,2026-11-02\nC2,"李\n明",,2026-11-02\n'.encode(),
    "pipe": "客户编号|姓名|手机|日期\r\nC1|王芳||2026-11-02\r\n".encode("gb18030"),
    "jsonl": '{"客户编号": "C1", "姓名": {"a": [1, 2.50]}, "姓名": "王芳", "日期": "2026-11-02"}\n'.encode() * 2,
    "fixed": "C001王芳    1371234567820261102\n".encode("gb18030") * 2,
}
PIECES = [b'"', b"\n", b"\r", b",", b"|", b"\0", b"\xef\xbb\xbf", b"\xff", b"\\u0000", b"\\ud800", b"{", b"]", b"1e999"]
EDITS = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 5), st.sampled_from(PIECES) | st.binary(max_size=4)))


@pytest.mark.parametrize("of", WHOLE)
@given(edits=EDITS)
@settings(max_examples=150, deadline=None)
def test_any_bytes(of: str, edits: list[tuple[int, int, bytes]]) -> None:
    data = WHOLE[of]
    for place, length, piece in edits:
        data = data[:place] + piece + data[place + length :]
    feed = make_feed(of)
    try:
        rows = read(feed, data)
        mapped = map_rows(feed, EXTRACT, rows)
    except (ReadError, FeedError) as error:
        told = str(error)
    else:
        told = " ".join([*mapped.rejects["reason"], *mapped.findings["reason"]])
        judged = judge(mapped.landed)
        assert judged.accepted.height + judged.rejects.height + mapped.rejects.height == (
            rows.table.height + rows.rejects.height
        )
        assert mapped.landed["source_id"].null_count() == 0
    assert "13712345678" not in told
    assert len(told) < LONGEST


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "big5", "gb18030"])
@pytest.mark.parametrize("of", WHOLE)
def test_a_file_in_another_encoding(of: str, encoding: str) -> None:
    declared = "gb18030" if of in ("pipe", "fixed") else "utf-8"
    data = WHOLE[of].decode(declared).encode(encoding, errors="replace")
    try:
        rows = read(make_feed(of), data)
    except ReadError as error:
        assert error.what_to_do  # noqa: PT017 -- refused or read, both are right
    else:
        assert rows.table.height + rows.rejects.height + rows.empty_lines > 0
        assert of != "fixed" or encoding not in ("utf-16", "utf-32"), "bytes of such a file are no columns"


@pytest.mark.parametrize("of", ["csv", "pipe"])
def test_a_header_that_repeats_itself_is_told_briefly(of: str) -> None:
    header, *rows = WHOLE[of].split(b"\n")
    with pytest.raises(ReadError, match="8, 9 and 2,991 more") as refused:
        read(make_feed(of), b"\n".join([header * 1000, *rows]))
    assert len(str(refused.value)) < LONGEST


def test_formats_here_are_the_text_formats() -> None:
    assert set(WHOLE) == {of for of in FORMATS if "encoding" in type(make_feed(of).format).model_fields}
