"""A score as a picture: one bar for each piece of evidence, each starting where the one above it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final
from unicodedata import east_asian_width

ROW: Final = 24
NUMBERS: Final = 90
GAP: Final = 8
WIDE, NARROW = 12, 7
"""What a Chinese character and a letter take at most, in units of the picture."""
COLOURS: Final = {"for": "#1b62a8", "against": "#b4540a", "sum": "#33475b"}
"""By what a bar says. Blue and orange: told apart by the colour-blind as well. A page may colour the classes anew."""


@dataclass(frozen=True)
class Bar:
    """One step of the waterfall."""

    label: str
    weight: float


@dataclass(frozen=True)
class Room:
    """How wide the labels and the bars are, in units of the picture, and what the sum is called."""

    labels: int = 260
    bars: int = 420
    total: str = "score"

    @classmethod
    def around(cls, labels: Sequence[str], bars: int, total: str) -> "Room":
        """Give room for the longest of the labels and of the sum's name, so that none is cut off."""
        return cls(max(map(_width, (*labels, total))) + 2 * GAP, bars, total)


def waterfall(bars: Sequence[Bar], score: float, room: Room = Room()) -> str:
    """Give an SVG: the bars from the top, the last from zero to the score; `data-weight` holds each exact number."""
    ends = [0.0]
    for bar in bars:
        ends.append(ends[-1] + bar.weight)
    low, high = min(ends), max(ends)
    scale = room.bars / max(high - low, 1e-9)
    rows = [
        _row(place, bar, room, (min(ends[place], ends[place + 1]) - low) * scale, scale, _says(bar))
        for place, bar in enumerate(bars)
    ]
    rows.append(_row(len(bars), Bar(room.total, score), room, (min(0.0, score) - low) * scale, scale, "sum"))
    height = ROW * (len(bars) + 1) + 16
    wide = room.labels + room.bars + NUMBERS
    zero = room.labels + (0.0 - low) * scale
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {height}" role="img" '
        f'font-family="sans-serif" font-size="12"><title>{escape(room.total)} {score:+.2f}</title>'
        f'<line x1="{zero:.1f}" x2="{zero:.1f}" y1="4" y2="{height - 4}" stroke="#999" stroke-dasharray="3 3"/>'
        f"{''.join(rows)}</svg>"
    )


def _says(bar: Bar) -> str:
    return "for" if bar.weight >= 0 else "against"


def _row(place: int, bar: Bar, room: Room, start: float, scale: float, says: str) -> str:  # noqa: PLR0913, PLR0917
    x, y = room.labels + start, 8 + place * ROW
    width = max(abs(bar.weight) * scale, 1.0)
    return (
        f'<text x="{room.labels - GAP}" y="{y + 15}" text-anchor="end">{escape(bar.label)}</text>'
        f'<rect x="{x:.1f}" y="{y + 3}" width="{width:.1f}" height="{ROW - 7}" class="{says}" fill="{COLOURS[says]}" '
        f'data-weight="{bar.weight!r}"/>'
        f'<text x="{room.labels + room.bars + GAP}" y="{y + 15}">{bar.weight:+.2f}</text>'
    )


def _width(text: str) -> int:
    return sum(WIDE if east_asian_width(character) in "WF" else NARROW for character in text)
