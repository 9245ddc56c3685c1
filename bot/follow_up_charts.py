"""The charts of the monthly report on paper: departments, two years, reasons."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

from reportlab.graphics.charts.barcharts import VerticalBarChart
from reportlab.graphics.charts.linecharts import HorizontalLineChart
from reportlab.graphics.shapes import Circle, Drawing, Line, String
from reportlab.lib.colors import HexColor, white

from handlers.reports.follow_up_figures import Share
from handlers.reports.follow_up_reasons import ReasonLine
from handlers.reports.follow_up_rules import Band, FigureRules

INK: Final = HexColor("#22343b")
TEAL: Final = HexColor("#14716c")
GREY: Final = HexColor("#9aa5a9")
_BANDS: Final = {
    Band.GOOD: HexColor("#3f9d63"),
    Band.NORMAL: HexColor("#8fb9b5"),
    Band.WARN: HexColor("#e0a52c"),
    Band.BAD: HexColor("#c8474c"),
}
_TITLE, _SMALL = 11, 7.5
_LEFT, _BELOW, _ABOVE, _RIGHT = 26, 40, 30, 10
_WHOLE: Final = 100
_LONGEST_NAME: Final = 7
_SLANTED_FROM: Final = 9


class Look(NamedTuple):
    """The font of a chart and its size, in points."""

    font: str
    size: tuple[float, float]


def department_chart(
    rates: Sequence[tuple[str, float]], rules: FigureRules, title: str, look: Look
) -> Drawing:
    """Draw one bar a department, in the colour of its band, with its rate above it."""
    font, size = look
    drawing, chart = _framed(title, font, size), _bars(font, size)
    chart.data = [[rate for _, rate in rates]]
    chart.categoryAxis.categoryNames = [_short(name) for name, _ in rates]
    _slant(chart.categoryAxis, len(rates))
    chart.valueAxis.valueMax = _WHOLE
    chart.barLabelFormat = "%.1f"
    for place, (_, rate) in enumerate(rates):
        chart.bars[(0, place)].fillColor = _BANDS[rules.band(rate)]
    drawing.add(chart)
    return drawing


def curve_chart(
    year: Sequence[Share],
    last_year: Sequence[Share],
    title: str,
    names: tuple[str, str],
    look: Look,
) -> Drawing:
    """Draw two years month by month; a month without discharges leaves a gap."""
    font, size = look
    drawing = _framed(title, font, size)
    chart = HorizontalLineChart()
    _place(chart, font, size)
    # the axes are the chart's; it cannot draw a month between two without discharges
    chart.data = [[0] * len(year)]
    chart.lines[0].strokeColor = None
    chart.categoryAxis.categoryNames = [str(month) for month in range(1, len(year) + 1)]
    chart.valueAxis.valueMin, chart.valueAxis.valueMax = 0, _WHOLE
    drawing.add(chart)
    for line, colour, dash in ((last_year, GREY, (4, 2)), (year, TEAL, None)):
        _draw_line(drawing, chart, [share.percent for share in line], colour, dash)
    _key(drawing, names, font, size)
    return drawing


def _draw_line(
    drawing: Drawing, chart: Any, rates: Sequence[float | None], colour: Any, dash: Any
) -> None:
    """A month joins the next one if both have a rate; alone it is a point."""
    step = chart.width / len(rates)
    places = [
        None
        if rate is None
        else (chart.x + (month + 0.5) * step, chart.y + chart.height * rate / _WHOLE)
        for month, rate in enumerate(rates)
    ]
    for start, end in pairwise(places):
        if start is not None and end is not None:
            line = Line(*start, *end, strokeColor=colour, strokeWidth=2, strokeDashArray=dash)
            drawing.add(line)
    for place in filter(None, places):
        drawing.add(Circle(*place, 2.2, fillColor=colour, strokeColor=white, strokeWidth=0.5))


def reason_chart(lines: Sequence[ReasonLine], title: str, look: Look) -> Drawing:
    """Draw the groups of reasons, the most frequent first, with what they add up to in percent."""
    font, size = look
    groups = [line for line in lines if not line.reason]
    drawing, chart = _framed(title, font, size), _bars(font, size)
    chart.data = [[line.count for line in groups]]
    chart.categoryAxis.categoryNames = [
        f"{line.group}\n{line.running:.0f}%" for line in groups if line.running is not None
    ]
    chart.valueAxis.valueMax = max(line.count for line in groups) * 1.15
    chart.valueAxis.labels.visible = False
    chart.barLabelFormat = "%d"
    chart.bars[0].fillColor = TEAL
    drawing.add(chart)
    return drawing


def _framed(title: str, font: str, size: tuple[float, float]) -> Drawing:
    drawing = Drawing(*size, initialFontName=font)
    drawing.add(String(0, size[1] - _TITLE, title, fontName=font, fontSize=_TITLE, fillColor=INK))
    return drawing


def _bars(font: str, size: tuple[float, float]) -> VerticalBarChart:
    chart = VerticalBarChart()
    _place(chart, font, size)
    chart.valueAxis.valueMin = 0
    chart.barWidth, chart.groupSpacing = 10, 8
    chart.bars.strokeColor = white
    chart.barLabels.fontName, chart.barLabels.fontSize = font, _SMALL
    chart.barLabels.nudge = 6
    return chart


def _place(chart: Any, font: str, size: tuple[float, float]) -> None:
    chart.x, chart.y = _LEFT, _BELOW
    chart.width, chart.height = size[0] - _LEFT - _RIGHT, size[1] - _BELOW - _ABOVE
    for axis in (chart.categoryAxis, chart.valueAxis):
        axis.labels.fontName, axis.labels.fontSize = font, _SMALL
        axis.strokeColor = GREY
    chart.valueAxis.gridStrokeColor, chart.valueAxis.visibleGrid = HexColor("#e3e8ea"), True


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _slant(axis: Any, count: int) -> None:
    """Many names stand aslant, or they would run into each other."""
    if count >= _SLANTED_FROM:
        axis.labels.angle, axis.labels.boxAnchor = 35, "ne"


def _key(drawing: Drawing, names: tuple[str, str], font: str, size: tuple[float, float]) -> None:
    """Name the lines, drawn as they are: the old year is dashed also without colour."""
    for place, (name, colour, dash) in enumerate(
        zip(names, (TEAL, GREY), (None, (4, 2)), strict=True)
    ):
        x, y = size[0] - 130 + 65 * place, size[1] - _TITLE
        line = Line(x, y + 3, x + 20, y + 3, strokeColor=colour, strokeWidth=2)
        line.strokeDashArray = dash
        drawing.add(line)
        drawing.add(String(x + 24, y, name, fontName=font, fontSize=8, fillColor=INK))
