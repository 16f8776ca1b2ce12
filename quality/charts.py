"""Charts of the quality report: Vega-Lite turned into SVG that needs neither scripts nor fonts of its own."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

INK: Final = "#334155"
QUIET: Final = "#94a3b8"
LINE: Final = "#e2e8f0"
BLUE: Final = "#4f7cac"
RED: Final = "#c2410c"
FONTS: Final = "'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', 'Source Han Sans SC', sans-serif"

Rows = Sequence[Mapping[str, Any]]


def deliveries(rows: Rows) -> str:
    """Rows per delivery day: records as bars, their number above, rejects in red where there are any.

    The scale is symmetric-logarithmic, because a full load and a daily delta differ a thousandfold.
    """
    import altair as alt  # noqa: PLC0415 -- a second that only reports should cost

    days = [
        {
            "day": f"{row['delivered_on']:%m-%d}",
            "records": row["records"],
            "label": f"{row['records']:,}",
            "rejects": f"−{row['rejects']:,}" if row["rejects"] else "",
        }
        for row in rows
    ]
    base = alt.Chart(pl.DataFrame(days)).encode(
        x=alt.X("day:O", title=None, sort=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        y=alt.Y("records:Q", title=None, scale=alt.Scale(type="symlog"), axis=None),
    )
    few = len(days) <= 16
    bars = base.mark_bar(color=BLUE, cornerRadiusEnd=2, size=26 if few else 8)
    if not few:
        return _svg(bars, width=380, height=130)
    counts = base.mark_text(dy=-8, color=INK, fontSize=11).encode(text="label:N")
    rejects = base.mark_text(dy=-22, color=RED, fontSize=11, fontWeight="bold").encode(text="rejects:N")
    return _svg(bars + counts + rejects, width=380, height=130)


def shares(rows: Rows, names: Mapping[str, str]) -> str:
    """How often each attribute is filled: one bar per row (`attribute`, `share` from 0 to 1), the fullest first."""
    import altair as alt  # noqa: PLC0415

    values = [
        {
            "attribute": names.get(row["attribute"], row["attribute"]),
            "share": row["share"],
            "label": f"{100 * row['share']:.1f} %",
            "whole": 1.0,
            "beside": 1.02,
        }
        for row in rows
    ]
    scale = alt.Scale(domain=[0, 1.2])
    base = alt.Chart(pl.DataFrame(values)).encode(
        y=alt.Y("attribute:N", title=None, sort=None, axis=alt.Axis(labelLimit=180)),
        x=alt.X("share:Q", scale=scale, axis=None),
    )
    whole = base.mark_bar(color=LINE, height=12, cornerRadiusEnd=2).encode(x=alt.X("whole:Q", scale=scale, axis=None))
    filled = base.mark_bar(color=BLUE, height=12, cornerRadiusEnd=2)
    labels = base.mark_text(align="left", color=INK, fontSize=11).encode(
        x=alt.X("beside:Q", scale=scale, axis=None), text="label:N"
    )
    return _svg(whole + filled + labels, width=250, height=alt.Step(21))


def channels(rows: Rows) -> str:
    """Customers by the number of channels that know them."""
    import altair as alt  # noqa: PLC0415

    values = [
        {"channels": row["channel_count"], "customers": row["customers"], "label": f"{row['customers']:,}"}
        for row in rows
    ]
    base = alt.Chart(pl.DataFrame(values)).encode(
        x=alt.X("channels:O", title="渠道数 · channels", axis=alt.Axis(labelAngle=0)),
        y=alt.Y("customers:Q", title=None, axis=None),
    )
    bars = base.mark_bar(color=BLUE, cornerRadiusEnd=2, size=34)
    return _svg(bars + base.mark_text(dy=-8, color=INK, fontSize=11).encode(text="label:N"), width=380, height=170)


def trend(rows: Rows) -> str:
    """Customers and records from run to run."""
    import altair as alt  # noqa: PLC0415

    names = {"records": "记录 · records", "customers": "客户 · customers"}
    values = [
        {"run": f"{row['valid_from']:%m-%d %H:%M}", "what": names[what], "rows": row[what]}
        for row in rows
        for what in names
        if row[what] is not None
    ]
    base = alt.Chart(pl.DataFrame(values)).encode(
        x=alt.X("run:O", title=None, sort=None, axis=alt.Axis(labelAngle=-40, labelOverlap=True)),
        y=alt.Y("rows:Q", title=None, scale=alt.Scale(zero=True), axis=alt.Axis(format=",d", tickCount=4)),
        color=alt.Color(
            "what:N",
            title=None,
            sort=None,
            scale=alt.Scale(domain=list(names.values()), range=[QUIET, BLUE]),
            legend=alt.Legend(orient="top"),
        ),
    )
    return _svg(base.mark_line(strokeWidth=2) + base.mark_point(filled=True, size=36), width=380, height=150)


def _svg(chart: Any, **size: Any) -> str:
    import vl_convert  # noqa: PLC0415

    config = {
        "font": FONTS,
        "background": None,
        "view": {"stroke": None},
        "axis": {
            "domainColor": LINE,
            "gridColor": LINE,
            "labelColor": INK,
            "labelFontSize": 11,
            "ticks": False,
            "titleColor": INK,
            "titleFontWeight": "normal",
        },
        "legend": {"labelColor": INK, "labelFontSize": 11},
    }
    return str(vl_convert.vegalite_to_svg(chart.properties(**size).to_dict() | {"config": config}))
