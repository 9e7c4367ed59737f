"""The drawing of a trend: Vega-Lite, made into a static SVG by vl-convert.

Every length is given (no size is worked out from a font), so the same trend gives the same bytes on every machine. The
picture asks for Arial and takes the reader's sans-serif where that is missing. A table beside it says the same.
"""

from __future__ import annotations

from typing import Any

import vl_convert

from dvc766.reporting.palette import BAR, INK, MUTED
from dvc766.reporting.trends import Trend
from dvc766.reporting.wording import points

WIDTH, HEIGHT = 440, 200  # of the whole picture, in CSS pixels
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 16, 16, 46
_VEGA_LITE = "6.1"
_FONT = "Arial, Helvetica, sans-serif"


def trend_svg(shown: Trend) -> bytes:
    """Scores of up to twelve months between 0 and 100; the agency's own solid, its predecessors' dashed and grey."""
    return vl_convert.vegalite_to_svg(_spec(shown), vl_version=_VEGA_LITE).encode()


def _spec(shown: Trend) -> dict[str, Any]:
    labels = [f"{one:%m/%Y}" for one in shown.months]
    rows = [
        {"line": number, "own": line.is_own, "month": f"{past.month:%m/%Y}", "score": float(past.score)}
        for number, line in enumerate(shown.lines)
        for past in line.months
        if past.score is not None
    ]
    own = [past for past in shown.own if past.score is not None]
    last = [{"month": f"{own[-1].month:%m/%Y}", "score": float(own[-1].score or 0), "said": points(own[-1].score)}]
    x = {
        "field": "month",
        "type": "ordinal",
        "sort": labels,
        "scale": {"domain": labels},
        "axis": {"title": None, "labelAngle": -45, "labelOverlap": False, "labelLimit": 0, "grid": False},
    }
    y = {
        "field": "score",
        "type": "quantitative",
        "scale": {"domain": [0, 100]},
        "axis": {"title": None, "values": [0, 25, 50, 75, 100], "labelLimit": 0},
    }
    breaks = [{"month": f"{one:%m/%Y}"} for one in shown.breaks]
    layers: list[dict[str, Any]] = [
        _line(rows, x, y, is_own=False),
        _line(rows, x, y, is_own=True),
        {
            "data": {"values": breaks},
            "mark": {"type": "rule", "strokeDash": [2, 2], "color": INK, "xOffset": -15},
            "encoding": {"x": x},
        },
        {
            "data": {"values": last if own else []},
            "mark": {"type": "text", "dy": -11, "fontWeight": "bold", "fontSize": 12, "color": INK, "limit": 0},
            "encoding": {"x": x, "y": y, "text": {"field": "said"}},
        },
    ]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": WIDTH - _LEFT - _RIGHT,
        "height": HEIGHT - _TOP - _BOTTOM,
        "padding": {"left": _LEFT, "right": _RIGHT, "top": _TOP, "bottom": _BOTTOM},
        "autosize": {"type": "none"},
        "config": {
            "aria": False,
            "font": _FONT,
            "view": {"stroke": None},
            "axis": {"labelColor": INK, "labelFontSize": 11, "gridColor": "#D5DBE1", "domainColor": MUTED},
        },
        "layer": layers,
    }


def _line(rows: list[dict[str, Any]], x: dict[str, Any], y: dict[str, Any], *, is_own: bool) -> dict[str, Any]:
    colour = BAR if is_own else MUTED
    point = {"filled": is_own, "size": 45 if is_own else 25, "color": colour, "fill": colour if is_own else "white"}
    return {
        "data": {"values": [row for row in rows if row["own"] == is_own]},
        "mark": {
            "type": "line",
            "color": colour,
            "strokeWidth": 2.5 if is_own else 1.5,
            "strokeDash": [1, 0] if is_own else [4, 3],
            "point": point,
        },
        "encoding": {"x": x, "y": y, "detail": {"field": "line"}},
    }
