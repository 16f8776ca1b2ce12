"""Differences to the character: found where they are, and behind a mask too."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stewardship.queue.differing import Part, behind_mask, differing


def marked(parts: tuple[Part, ...]) -> str:
    return "".join(f"[{part.text}]" if part.differs else part.text for part in parts)


@pytest.mark.parametrize(
    ("left", "right", "here", "there"),
    [
        ("张伟", "张玮", "张[伟]", "张[玮]"),
        ("330106198501010014", "330106198501010034", "3301061985010100[1]4", "3301061985010100[3]4"),
        ("𠮷野", "吉野", "[𠮷]野", "[吉]野"),
        ("欧阳娜", "欧阳娜娜", "欧阳娜", "欧阳娜[娜]"),
        ("same", "same", "same", "same"),
    ],
)
def test_to_the_character(left: str, right: str, here: str, there: str) -> None:
    told = differing(left, right)
    assert (marked(told[0]), marked(told[1])) == (here, there)


@settings(deadline=None)
@given(st.text(max_size=30), st.text(max_size=30))
def test_parts_are_the_texts_again(left: str, right: str) -> None:
    here, there = differing(left, right)
    assert "".join(part.text for part in here) == left
    assert "".join(part.text for part in there) == right
    assert [part.text for part in here if not part.differs] == [part.text for part in there if not part.differs]


def test_marks_behind_a_mask() -> None:
    here, _ = differing("13812345678", "13812345679")
    assert marked(behind_mask(here, "138****5678")) == "138****567[8]"
    assert marked(behind_mask(here, "***")) == "***"
