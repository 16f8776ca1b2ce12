"""A customer's records and their links as a picture: two groups, and between them what holds them together."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from matching.clusters.cutting import Cut
from stewardship.feed_titles import feed_title
from stewardship.wording import Language, say

WIDTH: Final = 720
LEFT, RIGHT = 235.0, 485.0
STEP: Final = 38
STRONG: Final = 12.0
"""The score from which a link is drawn as thick as can be."""
DOT: Final = 7

Row = Mapping[str, object]
Spot = tuple[float, float]


def link_graph(records: Mapping[str, Row], links: Sequence[Row], cut: Cut, language: Language) -> str:
    """Give an SVG: each group's records as a column of dots, links within a group as arcs, links across dashed.

    The best link across carries its score. The same records and links give the same picture.
    """
    height = STEP * max(len(cut.one), len(cut.other)) + 24
    spots = _column(cut.one, LEFT, height) | _column(cut.other, RIGHT, height)
    told = sorted(links, key=lambda row: (float(str(row["score"])), str(row["record_id_l"]), str(row["record_id_r"])))
    lines = [_line(row, spots, cut) for row in told if {row["record_id_l"], row["record_id_r"]} <= spots.keys()]
    dots = [_dot(record, spot, records[record], language, is_left=spot[0] == LEFT) for record, spot in spots.items()]
    title = f"{say(language, 'group_one')} {len(cut.one)} · {say(language, 'group_two')} {len(cut.other)}"
    return (
        f'<svg class="graph" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'font-size="13"><title>{escape(title)}</title>'
        f'<line class="cut" x1="{WIDTH / 2}" x2="{WIDTH / 2}" y1="4" y2="{height - 4}"/>'
        f"{''.join(lines)}{''.join(dots)}</svg>"
    )


def _column(records: Sequence[str], x: float, height: float) -> dict[str, Spot]:
    """Give each record a place in its column, the column in the middle of the picture."""
    top = (height - STEP * (len(records) - 1)) / 2
    return {record: (x, top + STEP * place) for place, record in enumerate(records)}


def _line(row: Row, spots: Mapping[str, Spot], cut: Cut) -> str:
    left, right, score = str(row["record_id_l"]), str(row["record_id_r"]), float(str(row["score"]))
    (x1, y1), (x2, y2) = spots[left], spots[right]
    width = f"{1 + 3.5 * min(max(score, 0.0), STRONG) / STRONG:.1f}"
    if x1 == x2:
        bend = x1 + (1 if x1 == LEFT else -1) * min(14 + abs(y2 - y1) * 0.35, 80)
        path = f"M{x1:.0f} {y1:.1f} Q{bend:.1f} {(y1 + y2) / 2:.1f} {x2:.0f} {y2:.1f}"
        return f'<path class="link" d="{path}" stroke-width="{width}"><title>{score:+.2f}</title></path>'
    line = (
        f'<line class="across" x1="{x1:.0f}" y1="{y1:.1f}" x2="{x2:.0f}" y2="{y2:.1f}" stroke-width="{width}">'
        f"<title>{score:+.2f}</title></line>"
    )
    if cut.bridge is None or {left, right} != set(cut.bridge):
        return line
    at = f'x="{(x1 + x2) / 2:.1f}" y="{(y1 + y2) / 2 - 6:.1f}"'
    return f'{line}<text class="bridge" {at} text-anchor="middle">{score:+.2f}</text>'


def _dot(record: str, spot: Spot, row: Row, language: Language, *, is_left: bool) -> str:
    feed = feed_title(str(row["feed"]), language)
    x, y = spot
    at, anchor = (x - DOT - 6, "end") if is_left else (x + DOT + 6, "start")
    label = f"{feed} {row['source_id']}"
    return (
        f'<g class="{"one" if is_left else "other"}"><circle cx="{x:.0f}" cy="{y:.1f}" r="{DOT}"/>'
        f'<text x="{at:.0f}" y="{y + 4.5:.1f}" text-anchor="{anchor}">{escape(label)}</text>'
        f"<title>{escape(record)}</title></g>"
    )
