"""How a file's encoding is found: marks first, evidence next, what the feed declares last."""

import pytest

from connectors.decoding import EncodingError, decode

CHINESE = "工单号,来电号码,客户姓名\nCC1,13712345678,王芳\nCC2,,李明\n"


@pytest.mark.parametrize("declared", ["utf-8", "gb18030", "ascii"])
@pytest.mark.parametrize("written", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-32"])
def test_what_is_written_decides_over_what_is_declared(written: str, declared: str) -> None:
    text = decode(CHINESE.encode(written), declared)
    assert "\n".join([*text.lines, ""]) == CHINESE
    assert text.undecodable == frozenset()


@pytest.mark.parametrize("encoding", ["big5", "shift_jis", "euc_kr", "cp1252", "utf-16-le", "utf-16-be"])
def test_another_encoding_is_read_where_it_is_declared(encoding: str) -> None:
    sample = {"cp1252": "naïve,café", "shift_jis": "東京,大阪", "euc_kr": "서울,부산"}.get(encoding, "臺北,高雄")
    assert decode(f"{sample}\n".encode(encoding) * 5, encoding).lines == [sample] * 5


@pytest.mark.parametrize("place", [0, 50, 99])
def test_a_broken_line_does_not_turn_the_others_into_another_encoding(place: int) -> None:
    lines = [f"陳美麗{number},臺北市中正區".encode("big5") for number in range(100)]
    lines[place] = b"\xa4," + lines[place]
    text = decode(b"\n".join(lines), "big5")
    assert text.undecodable == frozenset({place})
    assert text.lines[place - 1] == f"陳美麗{(place - 1) % 100},臺北市中正區"


def test_characters_added_to_a_standard_are_read() -> None:
    assert decode("王恒碁\n".encode("cp950"), "big5").lines == ["王恒碁"]


def test_everyday_chinese_is_read_where_another_encoding_is_declared() -> None:
    text = decode(
        b"\n".join([f"王芳{number}".encode("gb18030") for number in range(99)] + ["张䶮".encode("gb18030")]), "big5"
    )
    assert text.lines[0] == "王芳0"
    assert text.undecodable == frozenset()


def test_rare_characters_beyond_gbk_are_read() -> None:
    assert decode("𠮷䶮\n".encode("gb18030"), "gb18030").lines == ["𠮷䶮"]


def test_a_few_characters_that_happen_to_be_utf8_are_read_as_declared() -> None:
    """The bytes of 一 in GB18030 are a Cyrillic letter in UTF-8, and no Chinese text holds nothing but such letters."""
    written = "A1,一\n".encode("gb18030")
    assert decode(written, "gb18030").lines == ["A1,一"]
    assert decode(written, "utf-8").lines == ["A1,һ"]


@pytest.mark.parametrize("place", [0, 500, 999])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_broken_line_among_many_is_the_only_one(place: int, encoding: str) -> None:
    lines = [f"王芳{number}".encode(encoding) for number in range(1000)]
    lines[place] = b"\xff" + lines[place]
    text = decode(b"\n".join(lines), "gb18030")
    assert (text.encoding, text.undecodable) == (encoding, frozenset({place}))
    assert text.lines[place] == f"\\xFF王芳{place}"
    assert text.lines[place - 1] == f"王芳{(place - 1) % 1000}"


@pytest.mark.parametrize("broken", [b"\xd5", b"\x81\x30", b"\x81\x30\x81", b"\xff\xfe"])
def test_a_torn_character_does_not_take_the_line_end_with_it(broken: bytes) -> None:
    good = "王芳\n".encode("gb18030") * 10
    text = decode(good + broken + b"\n" + good, "gb18030")
    assert len(text.lines) == 21
    assert text.undecodable == {10}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\xff\xfe\x00\xd8", "utf-16-le with broken characters"),
        (b"\xff\xfe\x41", "utf-16-le with broken characters"),
        (b"\x00a\x00b\x00\n" * 3, "zero bytes throughout"),
        (b"\xff\xff\n\xff\xfd\n\xfe\xff\n", "utf-8 reads 0% of its lines"),
    ],
)
def test_what_is_no_text_is_an_error(data: bytes, says: str) -> None:
    with pytest.raises(EncodingError, match=says):
        decode(data, "utf-8")
