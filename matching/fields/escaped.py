"""Characters that a program wrote out for another and nobody read back: &#24352; and \\u5f20 and %E5%BC%A0 are 张."""

import html
import re
from typing import Final
from urllib.parse import unquote_to_bytes

ENTITY: Final = r"&(?:#\d{2,6}|#[xX][0-9a-fA-F]{2,5}|amp|nbsp|lt|gt|quot|apos|middot|ensp|emsp);"
"""A character as HTML writes it."""
CODE: Final = r"\\u[0-9a-fA-F]{4}"
"""A character as JSON and programs write it."""
BYTES: Final = r"(?:%[0-9A-F]{2}|%[0-9a-f]{2}){3,}"
"""Bytes as addresses of pages write them; a character of Chinese has three."""
ESCAPED: Final = f"{ENTITY}|{CODE}|{BYTES}"
BEGINS: Final = ("&", "\\u", "%")
"""What one of them begins with."""
TIMES: Final = 3
"""How often a text was written out at most: &amp;#24352;"""

_ENTITY: Final = re.compile(ENTITY)
_CODES: Final = re.compile(f"(?:{CODE})+")
_BYTES: Final = re.compile(BYTES)
_ESCAPED: Final = re.compile(ESCAPED)


def unescaped(text: str) -> str:
    """Give a text with the characters themselves; what stands for none stays as it is written."""
    for _ in range(TIMES):
        if not _ESCAPED.search(text):
            break
        text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
        text = _CODES.sub(_of_codes, text)
        text = _BYTES.sub(_of_bytes, text)
    return text


def _of_codes(found: re.Match[str]) -> str:
    """Give the characters of codes of sixteen bits, of which rare characters take two."""
    units = b"".join(int(code, 16).to_bytes(2, "big") for code in found[0].split("\\u")[1:])
    return _decoded(units, "utf-16-be", found[0])


def _of_bytes(found: re.Match[str]) -> str:
    return _decoded(unquote_to_bytes(found[0]), "utf-8", found[0])


def _decoded(data: bytes, encoding: str, otherwise: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return otherwise
    return text if "\0" not in text else otherwise
