"""Charts as SVG, made here: each has a title in words, and no colour tells what no text does."""

from collections.abc import Sequence
from html import escape
from typing import Final

from matching.judgements.estimating import Interval

WIDTH: Final = 560
LABEL: Final = 196
ROW: Final = 30
ROOM: Final = WIDTH - LABEL - 70


def bars(title: str, rows: Sequence[tuple[str, float]], *, unit: str = "") -> str:
    """Give horizontal bars, one a row, each with its number."""
    most = max((value for _, value in rows), default=0.0) or 1.0
    lines = []
    for place, (label, value) in enumerate(rows):
        y = place * ROW
        length = max(ROOM * value / most, 1.0 if value else 0.0)
        lines.append(
            f'<text x="{LABEL - 8}" y="{y + 20}" text-anchor="end">{escape(label)}</text>'
            f'<rect class="bar" x="{LABEL}" y="{y + 6}" width="{length:.1f}" height="18" rx="2"/>'
            f'<text x="{LABEL + length + 6:.1f}" y="{y + 20}">{_number(value)}{escape(unit)}</text>'
        )
    return _svg(title, ROW * max(len(rows), 1) + 4, lines)


def intervals(title: str, rows: Sequence[tuple[str, Interval]]) -> str:
    """Give shares with their intervals, one a row, on an axis that ends at 100 %."""
    low = min((interval.low for _, interval in rows), default=0.0)
    start = max(0.0, min(int(low * 20) / 20, 0.95))

    def x(share: float) -> float:
        return LABEL + ROOM * (share - start) / (1 - start)

    height = ROW * max(len(rows), 1)
    lines = [
        f'<line class="axis" x1="{x(tick):.1f}" x2="{x(tick):.1f}" y1="0" y2="{height}"/>'
        f'<text class="soft" x="{x(tick):.1f}" y="{height + 16}" text-anchor="middle">{tick:.0%}</text>'
        for tick in (start, (start + 1) / 2, 1.0)
    ]
    for place, (label, one) in enumerate(rows):
        y = place * ROW + 15
        lines.append(
            f'<text x="{LABEL - 8}" y="{y + 5}" text-anchor="end">{escape(label)}</text>'
            f'<line class="range" x1="{x(one.low):.1f}" x2="{x(one.high):.1f}" y1="{y}" y2="{y}"/>'
            f'<circle class="dot" cx="{x(one.value):.1f}" cy="{y}" r="6"/>'
            f'<text x="{WIDTH - 4}" y="{y + 5}" text-anchor="end">{one.value:.1%}</text>'
        )
    return _svg(title, height + 22, lines)


def trend(title: str, points: Sequence[tuple[str, float]]) -> str:
    """Give a line over time, from the first point to the last, which both are told in numbers."""
    height, top = 90, 14
    if not points:
        return _svg(title, 10, [])
    most = max(value for _, value in points) or 1.0
    step = (WIDTH - 80) / max(len(points) - 1, 1)
    spots = [(8 + place * step, top + (height - 40) * (1 - value / most)) for place, (_, value) in enumerate(points)]
    path = "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in spots)
    dots = "".join(f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="4"/>' for x, y in spots)
    (x, y), last = spots[-1], points[-1][1]
    return _svg(
        title,
        height,
        [
            f'<path class="line" d="{path}"/>{dots}',
            f'<text x="{x + 8:.1f}" y="{y + 4:.1f}">{_number(last)}</text>',
            f'<text class="soft" x="8" y="{height - 6}">{escape(points[0][0])}</text>',
            f'<text class="soft" x="{x:.1f}" y="{height - 6}" text-anchor="end">{escape(points[-1][0])}</text>',
        ],
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


def _svg(title: str, height: float, lines: Sequence[str]) -> str:
    return (
        f'<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img">'
        f"<title>{escape(title)}</title>{''.join(lines)}</svg>"
    )
