"""What text is plain as it stands, one at a time."""

import re
from functools import cache
from typing import Final

from matching.fields.pinyin import character_readings

HAN: Final = "\u4e00-\u9fff"
"""The common Chinese characters, for classes of characters."""
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
