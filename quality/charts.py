"""Charts of the quality report: Vega-Lite turned into SVG that needs neither scripts nor fonts of its own.

The specifications are written as they are: a library that builds them takes longer than drawing them does.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import vl_convert

INK: Final = "#334155"
QUIET: Final = "#94a3b8"
LINE: Final = "#e2e8f0"
BLUE: Final = "#4f7cac"
RED: Final = "#c2410c"
FONTS: Final = "'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', 'Source Han Sans SC', sans-serif"
SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v6.json"
CONFIG: Final = {
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

Rows = Sequence[Mapping[str, Any]]
Spec = dict[str, Any]
"""A specification of Vega-Lite, or a part of one."""


def deliveries(rows: Rows) -> str:
    """Rows per delivery day: records as bars, their number above, rejects in red where there are any.

    The scale is symmetric-logarithmic, because a full load and a daily delta differ a thousandfold.
    """
    days = [
        {
            "day": f"{row['delivered_on']:%m-%d}",
            "records": row["records"],
            "label": f"{row['records']:,}",
            "rejects": f"−{row['rejects']:,}" if row["rejects"] else "",
        }
        for row in rows
    ]
    axes = {
        "x": _field("day", "ordinal", title=None, sort=None, axis={"labelAngle": 0, "labelOverlap": True}),
        "y": _field("records", "quantitative", title=None, scale={"type": "symlog"}, axis=None),
    }
    few = len(days) <= 16
    layers = [_layer("bar", color=BLUE, cornerRadiusEnd=2, size=26 if few else 8)]
    if few:
        layers += [
            _layer("text", dy=-8, color=INK, fontSize=11, of={"text": _field("label", "nominal")}),
            _layer(
                "text", dy=-22, color=RED, fontSize=11, fontWeight="bold", of={"text": _field("rejects", "nominal")}
            ),
        ]
    return _svg(days, axes, layers, width=380, height=130)


def shares(rows: Rows, names: Mapping[str, str]) -> str:
    """How often each attribute is filled: one bar per row (`attribute`, `share` from 0 to 1), the fullest first."""
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

    def along(field: str) -> Spec:
        return {"x": _field(field, "quantitative", scale={"domain": [0, 1.2]}, axis=None)}

    axes = {"y": _field("attribute", "nominal", title=None, sort=None, axis={"labelLimit": 180})}
    layers = [
        _layer("bar", color=LINE, height=12, cornerRadiusEnd=2, of=along("whole")),
        _layer("bar", color=BLUE, height=12, cornerRadiusEnd=2, of=along("share")),
        _layer("text", align="left", color=INK, fontSize=11, of=along("beside") | {"text": _field("label", "nominal")}),
    ]
    return _svg(values, axes, layers, width=250, height={"step": 21})


def channels(rows: Rows) -> str:
    """Customers by the number of channels that know them."""
    values = [
        {"channels": row["channel_count"], "customers": row["customers"], "label": f"{row['customers']:,}"}
        for row in rows
    ]
    axes = {
        "x": _field("channels", "ordinal", title="渠道数 · channels", axis={"labelAngle": 0}),
        "y": _field("customers", "quantitative", title=None, axis=None),
    }
    layers = [
        _layer("bar", color=BLUE, cornerRadiusEnd=2, size=34),
        _layer("text", dy=-8, color=INK, fontSize=11, of={"text": _field("label", "nominal")}),
    ]
    return _svg(values, axes, layers, width=380, height=170)


def trend(rows: Rows) -> str:
    """Customers and records from run to run."""
    names = {"records": "记录 · records", "customers": "客户 · customers"}
    values = [
        {"run": f"{row['valid_from']:%m-%d %H:%M}", "what": names[what], "rows": row[what]}
        for row in rows
        for what in names
        if row[what] is not None
    ]
    axes = {
        "x": _field("run", "ordinal", title=None, sort=None, axis={"labelAngle": -40, "labelOverlap": True}),
        "y": _field("rows", "quantitative", title=None, scale={"zero": True}, axis={"format": ",d", "tickCount": 4}),
        "color": _field(
            "what",
            "nominal",
            title=None,
            sort=None,
            scale={"domain": list(names.values()), "range": [QUIET, BLUE]},
            legend={"orient": "top"},
        ),
    }
    layers = [_layer("line", strokeWidth=2), _layer("point", filled=True, size=36)]
    return _svg(values, axes, layers, width=380, height=150)


def _field(name: str, kind: str, **more: Any) -> Spec:
    return {"field": name, "type": kind, **more}


def _layer(mark: str, *, of: Spec | None = None, **look: Any) -> Spec:
    return {"mark": {"type": mark, **look}, "encoding": of or {}}


def _svg(values: Rows, axes: Spec, layers: Sequence[Spec], **size: Any) -> str:
    chart = {"$schema": SCHEMA, "config": CONFIG, "data": {"values": values}, "encoding": axes, "layer": layers, **size}
    return str(vl_convert.vegalite_to_svg(chart))
