"""Where in a feed file a key stands: the TOML reader of the standard library keeps no line numbers."""

import re
import tomllib
from typing import Final

Path = tuple[str | int, ...]

KEY: Final = r"""(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)"""
KEY_LINE: Final = re.compile(rf"^\s*({KEY}(?:\s*\.\s*{KEY})*)\s*=")
TABLE_LINE: Final = re.compile(rf"^\s*\[\[?\s*({KEY}(?:\s*\.\s*{KEY})*)\s*\]\]?")


def line_of(text: str, path: Path) -> int:
    """Give the line, counted from 1, of the key at a path, or of the nearest thing above it that has a line."""
    known = _lines(text)
    names = tuple(part for part in path if isinstance(part, str))
    depth = next((depth for depth in range(len(names), 0, -1) if names[:depth] in known), 0)
    first = known.get(names[:depth], 1)
    if depth == len(names):
        return first
    # The rest of the path stands inside an inline table or array, which may run over several lines.
    following = sorted(line for line in known.values() if line > first)
    last = following[0] if following else len(text.split("\n")) + 1
    inside = text.split("\n")[first - 1 : last - 1]
    wanted = re.compile(rf"""(?<![\w-])["']?{re.escape(names[depth])}["']?(?![\w-])""")
    return next((first + place for place, line in enumerate(inside) if wanted.search(line)), first)


def _lines(text: str) -> dict[tuple[str, ...], int]:
    """Give the line of every table and key that begins a line."""
    lines: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.split("\n"), start=1):
        if found := TABLE_LINE.match(line):
            table = _parts(found.group(1))
            lines.setdefault(table, number)
        elif found := KEY_LINE.match(line):
            lines.setdefault((*table, *_parts(found.group(1))), number)
    return lines


def _parts(dotted: str) -> tuple[str, ...]:
    """Give the names in a dotted key, by having it read as TOML."""
    value: object = tomllib.loads(f"{dotted} = 0")
    parts = []
    while isinstance(value, dict):
        ((name, value),) = value.items()
        parts.append(name)
    return tuple(parts)
