"""Keyed hashes: what is left of an erased person. Without the home's key they tell nothing, with it only yes or no."""

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from warehouse.state import reading, transaction

KEY: Final = "erasure_key"
KEY_BYTES: Final = 32
KEY_DRAWN: Final = "SELECT value FROM settings WHERE name = ?"
PREFIX: Final = 6
"""Bytes by which a place is picked out; shorter forms would be met by chance in compressed pages."""
TAG_BITS: Final = 20
LONG_NUMBER: Final = 11
"""Characters from which on a value of letters and digits is met by chance nowhere; a shorter one must stand alone."""


@dataclass(frozen=True)
class Needle:
    """A form in which a value may be written, without the value: its digest, and what finds candidates quickly."""

    kind: str
    digest: bytes
    length: int
    tag: int
    bounded: bool
    """Whether letters or digits around it make it another value."""


@dataclass(frozen=True)
class Hashing:
    """The keyed hash of a home (HMAC with SHA-256) and the tags that go with it."""

    key: bytes

    @classmethod
    def of(cls, home: Path) -> "Hashing":
        """Give the hash of a home; its key is drawn once and never leaves the state."""
        with reading(home) as state:
            drawn = state.execute(KEY_DRAWN, (KEY,)).fetchone()
        if drawn is not None:
            return cls(drawn[0])
        with transaction(home) as state:
            state.execute(
                "INSERT INTO settings (name, value, set_at) VALUES (?, ?, datetime('now')) ON CONFLICT DO NOTHING",
                (KEY, secrets.token_bytes(KEY_BYTES)),
            )
            key: bytes = state.execute(KEY_DRAWN, (KEY,)).fetchone()[0]
        return cls(key)

    def digest(self, content: bytes) -> bytes:
        """Give the digest of some bytes."""
        return hmac.digest(self.key, content, "sha256")

    def of_text(self, *parts: str) -> bytes:
        """Give the digest of texts in their order."""
        return self.digest("\0".join(parts).encode())

    @property
    def mixing(self) -> tuple[int, int]:
        """Give the two secret numbers that tags are made with; the second is odd."""
        drawn = self.digest(b"tags of windows")
        return int.from_bytes(drawn[:8], "little"), int.from_bytes(drawn[8:16], "little") | 1

    def tag(self, content: bytes) -> int:
        """Give the tag of the first bytes of some content."""
        add, multiply = self.mixing
        window = int.from_bytes(content[:PREFIX], "little")
        return (((window ^ add) * multiply) & (2**64 - 1)) >> (64 - TAG_BITS)

    def needles(self, kind: str, values: Iterable[str]) -> list[Needle]:
        """Give what finds values in any bytes, in every encoding that is used; the values are not in it."""
        made: dict[bytes, Needle] = {}
        for value in values:
            for form in forms(value):
                digest = self.digest(form)
                made[digest] = Needle(kind, digest, len(form), self.tag(form), is_bounded(value))
        return [made[digest] for digest in sorted(made)]


def forms(value: str) -> list[bytes]:
    """Give the bytes in which a value may be written: UTF-8, GB18030 (and so GBK), UTF-16, JSON with escapes.

    A value too short to be looked for inside other text is looked for as the whole of a cell.
    """
    if is_short(value):
        whole = f"\0{value}\0".encode()
        return [whole] if len(whole) >= PREFIX else []
    escaped = value.encode("ascii", "backslashreplace") if max(value) <= "\uffff" else b""
    written = [
        value.encode(),
        value.encode("gb18030"),
        value.encode("utf-16-le"),
        value.encode("utf-16-be"),
        escaped,
        escaped.replace(b"\\x", b"\\u00"),
    ]
    return [form for form in dict.fromkeys(written) if len(form) >= PREFIX]


def is_short(value: str) -> bool:
    """Whether a value, found inside other text, would be chance or a common word: few characters or one Latin word."""
    if not value.isascii():
        return len(value) < 2
    return len(value) < PREFIX or value.isalpha()


def is_bounded(value: str) -> bool:
    """Whether a value counts only where no letter or digit stands beside it."""
    return value.isascii() and len(value) < LONG_NUMBER
