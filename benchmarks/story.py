"""The README's picture: how many rows each channel told, and the customers they are. Drawn from a published home.

`python -m benchmarks.story HOME` rewrites docs/pictures/story.svg.
"""

import sys
from pathlib import Path
from typing import Final

import polars as pl

from connectors.checking import load_feeds
from matching.judgements.evaluating import evaluate
from warehouse.published.reading import count_rows, read_table

ROOT: Final = Path(__file__).parents[1]
OUT: Final = ROOT / "docs" / "pictures" / "story.svg"
INK, MUTED, LINE, FILL, GOLD = "#1d2733", "#5b6773", "#c9d3de", "#f3f6f9", "#fbf3dc"
ROW: Final = 46


def main() -> None:
    """Draw the home named on the command line."""
    home = Path(sys.argv[1])
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(draw(home), encoding="utf-8")
    print(OUT.relative_to(ROOT))


def draw(home: Path) -> str:
    """Give the picture as SVG."""
    titles = {feed.name: (feed.title.zh, feed.title.en) for feed in load_feeds(ROOT / "feeds")}
    rows = dict(read_table(home, "extracts").group_by("feed").agg(pl.col("rows_read").sum()).sort("feed").iter_rows())
    counts = count_rows(home, "records", "rejects", "customers", "review_queue")
    height = ROW * len(rows) + 40
    middle = height / 2
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 980 {height}" font-family="system-ui, sans-serif">',
        f'<rect width="980" height="{height}" fill="#ffffff"/>',
    ]
    for place, (feed, count) in enumerate(rows.items()):
        top = 20 + ROW * place
        zh, en = titles.get(feed, (feed, feed))
        parts += box(20, top, 270, ROW - 8, FILL)
        parts += [text(34, top + 17, zh, 13, INK), text(34, top + 31, en, 10, MUTED)]
        parts += [text(278, top + 24, f"{count:,}", 14, INK, "end")]
        parts += [
            f'<path d="M290 {top + 19} C 350 {top + 19}, 340 {middle}, 400 {middle}" fill="none" stroke="{LINE}"/>'
        ]
    parts += box(400, middle - 50, 190, 100, FILL)
    parts += figure(495, middle - 12, counts["records"], "条记录 records")
    parts += [text(495, middle + 36, f"{counts['rejects']:,} 条拒收 rejects, each with its line", 10, MUTED, "middle")]
    parts += [f'<path d="M590 {middle} L 700 {middle}" stroke="{LINE}" stroke-width="2"/>']
    parts += [
        text(645, middle - 10, "模糊匹配", 11, MUTED, "middle"),
        text(645, middle + 20, "linkage", 11, MUTED, "middle"),
    ]
    parts += box(700, middle - 62, 260, 124, GOLD)
    parts += figure(830, middle - 20, counts["customers"], "位客户 golden customers")
    parts += [text(830, middle + 28, f"{counts['review_queue']:,} 个问题 questions for stewards", 11, MUTED, "middle")]
    parts += [text(830, middle + 46, measured(home), 11, MUTED, "middle"), "</svg>"]
    return "\n".join(parts) + "\n"


def measured(home: Path) -> str:
    """Say how right the customers are, where the demo left the truth."""
    file = home / "demo" / "truth.parquet"
    if not file.exists():
        return ""
    record = pl.concat_str("feed", "source_id", separator=":").alias("record_id")
    truth = pl.read_parquet(file).select(record, "entity")
    right = evaluate(read_table(home, "crosswalk").select("record_id", cluster="customer_id"), truth)
    return f"precision {right['precision']:.1%} · recall {right['recall']:.1%}"


def box(left: float, top: float, width: float, height: float, fill: str) -> list[str]:
    """Give a rounded box."""
    return [f'<rect x="{left}" y="{top}" width="{width}" height="{height}" rx="8" fill="{fill}" stroke="{LINE}"/>']


def figure(centre: float, top: float, number: int, label: str) -> list[str]:
    """Give a number and what it counts."""
    return [text(centre, top, f"{number:,}", 30, INK, "middle", 700), text(centre, top + 24, label, 13, INK, "middle")]


def text(  # noqa: PLR0913, PLR0917 (what SVG's text takes)
    x: float, y: float, words: str, size: int, colour: str, anchor: str = "start", weight: int = 400
) -> str:
    """Give words at a place."""
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" font-weight="{weight}" fill="{colour}" text-anchor="{anchor}">'
        f"{words}</text>"
    )


if __name__ == "__main__":
    main()
