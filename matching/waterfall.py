"""A score as a picture: one bar for each piece of evidence, each starting where the one above it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

ROW: Final = 24
LABELS: Final = 260
WIDTH: Final = 420
FOR, AGAINST, SUM = "#2f7d4f", "#b3412e", "#33475b"


@dataclass(frozen=True)
class Bar:
    """One step of the waterfall."""

    label: str
    weight: float


def waterfall(bars: Sequence[Bar], score: float) -> str:
    """Give an SVG: the bars from the top, the last from zero to the score; `data-weight` holds each exact number."""
    ends = [0.0]
    for bar in bars:
        ends.append(ends[-1] + bar.weight)
    low, high = min(ends), max(ends)
    scale = WIDTH / max(high - low, 1e-9)
    rows = [
        _row(place, bar, min(ends[place], ends[place + 1]), FOR if bar.weight >= 0 else AGAINST, low, scale)
        for place, bar in enumerate(bars)
    ]
    rows.append(_row(len(bars), Bar("score", score), min(0.0, score), SUM, low, scale))
    height = ROW * (len(bars) + 1) + 16
    zero = LABELS + (0.0 - low) * scale
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LABELS + WIDTH + 90} {height}" role="img" '
        f'font-family="sans-serif" font-size="12"><title>score {score:+.2f}</title>'
        f'<line x1="{zero:.1f}" x2="{zero:.1f}" y1="4" y2="{height - 4}" stroke="#999" stroke-dasharray="3 3"/>'
        f"{''.join(rows)}</svg>"
    )


def _row(place: int, bar: Bar, start: float, colour: str, low: float, scale: float) -> str:  # noqa: PLR0913, PLR0917
    x, y = LABELS + (start - low) * scale, 8 + place * ROW
    width = max(abs(bar.weight) * scale, 1.0)
    return (
        f'<text x="{LABELS - 8}" y="{y + 15}" text-anchor="end">{escape(bar.label)}</text>'
        f'<rect x="{x:.1f}" y="{y + 3}" width="{width:.1f}" height="{ROW - 7}" fill="{colour}" '
        f'data-weight="{bar.weight!r}"/>'
        f'<text x="{LABELS + WIDTH + 8}" y="{y + 15}">{bar.weight:+.2f}</text>'
    )
