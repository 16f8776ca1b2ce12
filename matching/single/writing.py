"""What text is plain as it stands, one at a time."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from matching.fields.pinyin import character_readings
from matching.fields.writing import simplified_characters

HAN: Final = "\u4e00-\u9fff"
"""The common Chinese characters, for classes of characters."""
EVERY_HAN: Final = f"〇{HAN}\U00020000-\U0003ffff"
"""These, and the rare ones that some of them simplify to."""
PLAIN_TEXT: Final = re.compile(f"[!-~·{HAN}]+(?: [!-~·{HAN}]+)*")
"""The same as `fields.writing.PLAIN`: these texts are in one way of writing already."""
CHINESE: Final = re.compile(f"[{HAN}]")


@cache
def readings() -> dict[str, str]:
    """Give the reading of each character, a blank behind it."""
    return dict(zip(*character_readings(), strict=True))


def spelt(text: str) -> str:
    """Give the syllables of Chinese text, a blank between them; other characters stay."""
    known = readings()
    return "".join(known.get(one, one) for one in text).strip()


def simplified(text: str) -> str:
    """Give text in simplified characters."""
    becomes = simplified_characters()
    return "".join(becomes.get(one, one) for one in text)


def one_by_one(pattern: str) -> re.Pattern[str]:
    """Give a pattern of columns for texts whose only letters are those of ASCII and Chinese characters."""
    but = re.sub(r"\[\\p\{Han\}--\[(.*?)\]\]", rf"(?:(?![\1])[{EVERY_HAN}])", pattern)
    return re.compile(re.sub(r"\[([^]]*)\\p\{Han\}", rf"[\1{EVERY_HAN}", but).replace(r"\p{Han}", f"[{EVERY_HAN}]"))


def rules(written: Sequence[tuple[str, str]]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Give patterns of columns, and what is written for them, for one text at a time."""
    return tuple((one_by_one(found), re.sub(r"\$\{?(\d)\}?", r"\\g<\1>", stands)) for found, stands in written)
