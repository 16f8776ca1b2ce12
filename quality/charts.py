"""Charts of the quality report as SVG, made here: a library that draws them takes longer than all their numbers do.

They need neither scripts nor fonts of their own, and each says its numbers in words.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from math import ceil, log10
from typing import Any, Final

INK: Final = "#334155"
QUIET: Final = "#94a3b8"
LINE: Final = "#e2e8f0"
BLUE: Final = "#4f7cac"
RED: Final = "#c2410c"
FONTS: Final = "'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', 'Source Han Sans SC', sans-serif"

WIDTH: Final = 400
LABEL: Final = 150
STEP: Final = 21
FEW: Final = 16
"""Deliveries that have room for their numbers."""
SHOWN: Final = 8
"""Names that an axis has room for."""

Rows = Sequence[Mapping[str, Any]]


def deliveries(rows: Rows) -> str:
    """Rows per delivery day: records as bars, their number above, rejects in red where there are any.

    The bars' heights are logarithms, because a full load and a daily delta differ a thousandfold.
    """
    few = len(rows) <= FEW
    heights = [log10(1 + row["records"]) for row in rows]
    bars = _bars([f"{row['delivered_on']:%m-%d}" for row in rows], heights, height=130, width=26 if few else 8)
    lines = []
    for row, (x, y, bar) in zip(rows, bars, strict=True):
        lines.append(bar)
        if few:
            lines.append(_text(x, y - 6, f"{row['records']:,}"))
        if few and row["rejects"]:
            lines.append(_text(x, y - 20, f"−{row['rejects']:,}", colour=RED))
    return _svg(WIDTH, 190, lines)


def shares(rows: Rows, names: Mapping[str, str]) -> str:
    """How often each attribute is filled: one bar per row (`attribute`, `share` from 0 to 1), the fullest first."""
    room = WIDTH - LABEL - 60
    lines = []
    for place, row in enumerate(rows):
        y = place * STEP
        name = names.get(row["attribute"], row["attribute"])
        lines.append(_text(LABEL - 8, y + 14, name, anchor="end"))
        lines.append(_bar(LABEL, y + 4, room, 12, LINE))
        lines.append(_bar(LABEL, y + 4, room * row["share"], 12, BLUE))
        lines.append(_text(LABEL + room + 6, y + 14, f"{100 * row['share']:.1f} %", anchor="start"))
    return _svg(WIDTH, max(len(rows), 1) * STEP, lines)


def channels(rows: Rows) -> str:
    """Customers by the number of channels that know them."""
    counts = [row["customers"] for row in rows]
    bars = _bars([str(row["channel_count"]) for row in rows], counts, height=150, width=34)
    lines = []
    for count, (x, y, bar) in zip(counts, bars, strict=True):
        lines += [bar, _text(x, y - 6, f"{count:,}")]
    lines.append(_text(WIDTH / 2, 222, "渠道数 · channels"))
    return _svg(WIDTH, 228, lines)


def trend(rows: Rows) -> str:
    """Customers and records from run to run, on one axis that begins at nothing; the last numbers are told."""
    names = {"records": ("记录 · records", QUIET), "customers": ("客户 · customers", BLUE)}
    top, height, left, right = 30, 130, 50, WIDTH - 80
    most = max((row[what] for row in rows for what in names if row[what] is not None), default=0) or 1
    step = (right - left) / max(len(rows) - 1, 1)
    lines = [_bar(left, top + height, right - left, 1, LINE)]
    for place, (what, (name, colour)) in enumerate(names.items()):
        spots = [
            (left + at * step, top + height * (1 - row[what] / most), row[what])
            for at, row in enumerate(rows)
            if row[what] is not None
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in spots)
        lines.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        lines += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y, _ in spots]
        lines += [_text(x + 8, y + 4, f"{value:,}", anchor="start") for x, y, value in spots[-1:]]
        lines.append(f'<circle cx="{left + 4 + place * 130}" cy="10" r="4" fill="{colour}"/>')
        lines.append(_text(left + 14 + place * 130, 14, name, anchor="start"))
    every = max(1, ceil(len(rows) / SHOWN))
    for at in range(0, len(rows), every):
        x, y = left + at * step, top + height + 14
        moment = _text(x, y, f"{rows[at]['valid_from']:%m-%d %H:%M}", anchor="end")
        lines.append(f'<g transform="rotate(-40 {x:.1f} {y})">{moment}</g>')
    return _svg(WIDTH, top + height + 66, lines)


def _bars(
    names: Sequence[str], values: Sequence[float], *, height: int, width: int
) -> Iterator[tuple[float, float, str]]:
    """Give upright bars side by side over their names: where each one's top is, and the bar."""
    top, most = 36, max(values, default=0) or 1
    step = WIDTH / max(len(names), 1)
    every = max(1, ceil(len(names) / FEW)) if step < 2 * width else 1
    for place, (name, value) in enumerate(zip(names, values, strict=True)):
        x, long = (place + 0.5) * step, height * value / most
        shown = _text(x, top + height + 16, name) if place % every == 0 else ""
        y = top + height - long
        yield x, y, _bar(x - min(width, 0.8 * step) / 2, y, min(width, 0.8 * step), long, BLUE) + shown


def _bar(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="2" fill="{colour}"/>'


def _text(x: float, y: float, says: str, *, anchor: str = "middle", colour: str = INK) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(says)}</text>'


def _svg(width: int, height: int, lines: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'font-family="{FONTS}" font-size="11" role="img">{"".join(lines)}</svg>'
    )
