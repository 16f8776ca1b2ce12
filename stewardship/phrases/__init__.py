"""What the desk says, subject by subject: key → (Chinese, English)."""

from collections.abc import Mapping

Phrases = Mapping[str, tuple[str, str]]
