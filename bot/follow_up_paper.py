"""The monthly report of follow-up as PDF: the table to be signed, then the charts (R1)."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from io import BytesIO
from typing import Any, Final

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    Flowable,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from bot.follow_up_charts import Look, curve_chart, department_chart, reason_chart
from bot.follow_up_month import definitions
from bot.follow_up_table import (
    COLOURS,
    cells_of,
    comment_of,
    heading,
    legend,
    name_of,
    whole_shares,
)
from bot.fonts import chinese_font
from bot.report_sheets import NO_FIGURE
from handlers.desk import Desk
from handlers.reports.follow_up_month import DepartmentRow, FollowUpMonth
from handlers.reports.follow_up_pack import MonthPack
from handlers.reports.follow_up_reasons import pareto
from handlers.reports.follow_up_rules import FigureRules
from handlers.reports.follow_up_words import month_words, say
from handlers.staff_words import staff_words

_PAGE: Final = landscape(A4)
_MARGIN: Final = 9 * mm
_WIDTH: Final = _PAGE[0] - 2 * _MARGIN
_WIDE: Final = {"department": 21 * mm, "round_1": 17 * mm, "round_2": 17 * mm, "round_3": 17 * mm}
_HALF: Final = (_WIDTH / 2 - 4 * mm, 78 * mm)
_FULL: Final = (_WIDTH, 82 * mm)
_LINE, _HEAD, _TOTAL = HexColor("#9aa5a9"), HexColor("#e3eeec"), HexColor("#f2f5f5")
# comments stand below the table, where there is room to read them
_BELOW: Final = "comment"


def month_paper(desk: Desk, pack: MonthPack) -> bytes:
    """Draw a month."""
    paper, look = BytesIO(), _Looks(chinese_font())
    document = SimpleDocTemplate(
        paper,
        pagesize=_PAGE,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=13 * mm,
        title=say("title", hospital=desk.hospital, month=pack.report.period.name),
        author=desk.hospital,
        invariant=1,
        initialFontName=look.font,
    )
    foot = _footer(look.font, f"{desk.hospital}  {pack.report.period.name}")
    document.build(list(_story(desk, pack, look)), onFirstPage=foot, onLaterPages=foot)
    return paper.getvalue()


class _Looks:
    """The styles of the paper, all of one font."""

    def __init__(self, font: str) -> None:
        self.font = font
        self.title = ParagraphStyle(
            "title", fontName=font, fontSize=16, leading=22, alignment=TA_CENTER, spaceAfter=4
        )
        self.line = ParagraphStyle("line", fontName=font, fontSize=9, leading=13, wordWrap="CJK")
        self.small = ParagraphStyle(
            "small", fontName=font, fontSize=7.5, leading=11, wordWrap="CJK"
        )
        self.cell = ParagraphStyle(
            "cell", fontName=font, fontSize=7, leading=8.5, alignment=TA_CENTER, wordWrap="CJK"
        )

    def text(self, words: str, style: ParagraphStyle) -> Paragraph:
        """Set words; what they hold is never markup."""
        return Paragraph(escape(words).replace("\n", "<br/>"), style)


def _story(desk: Desk, pack: MonthPack, look: _Looks) -> Iterator[Flowable]:
    report = pack.report
    first, *lines = heading(desk, report)
    yield look.text(first, look.title)
    for line in (*lines, legend(report.rules)):
        yield look.text(line, look.line)
    yield Spacer(0, 2 * mm)
    yield _table(report, look)
    yield Spacer(0, 2 * mm)
    yield look.text(
        "\u3000".join(f"{label}:{value}" for label, value in whole_shares(report)), look.line
    )
    yield from _comments(report, look)
    yield Spacer(0, 5 * mm)
    yield look.text(f"{say('maker')}\u3000{say('sign')}", look.line)
    if not report.empty:
        yield PageBreak()
        yield from _charts(desk, report, look)
    yield Spacer(0, 3 * mm)
    yield from (look.text(note, look.small) for note in definitions(report))


def _table(report: FollowUpMonth, look: _Looks) -> Table:
    columns = {key: text for key, text in month_words()["columns"].items() if key != _BELOW}
    narrow = (_WIDTH - sum(_WIDE.values())) / (len(columns) - len(_WIDE))
    rows = [*report.rows, report.total]
    table = Table(
        [
            [look.text(text, look.cell) for text in columns.values()],
            *(
                _cells(row, list(columns), look, report.rules, total=row is report.total)
                for row in rows
            ),
        ],
        colWidths=[_WIDE.get(key, narrow) for key in columns],
        repeatRows=1,
    )
    table.setStyle(TableStyle(_style(report, list(columns).index("rate"))))
    return table


def _style(report: FollowUpMonth, rate: int) -> list[tuple[Any, ...]]:
    style: list[tuple[Any, ...]] = [
        ("GRID", (0, 0), (-1, -1), 0.4, _LINE),
        ("BACKGROUND", (0, 0), (-1, 0), _HEAD),
        ("BACKGROUND", (0, -1), (-1, -1), _TOTAL),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), 1),
        ("RIGHTPADDING", (0, 0), (-1, -1), 1),
        ("TOPPADDING", (0, 0), (-1, -1), 2.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
    ]
    for place, row in enumerate((*report.rows, report.total), 1):
        colour = COLOURS.get(report.rules.band(row.figures.followed.percent))
        if colour:
            style.append(("BACKGROUND", (rate, place), (rate, place), HexColor(f"#{colour}")))
    return style


def _cells(
    row: DepartmentRow, keys: list[str], look: _Looks, rules: FigureRules, *, total: bool
) -> list[Paragraph]:
    cells = {"department": say("total") if total else name_of(row), **cells_of(row)}
    return [look.text(_written(key, cells[key], rules), look.cell) for key in keys]


def _written(key: str, value: Any, rules: FigureRules) -> str:
    """A rate bears its mark, so that a copy in black and white shows its band."""
    if value is None:
        return NO_FIGURE
    if key == "rate":
        return f"{value:.1f}{month_words()['marks'][rules.band(value)]}"
    if key.startswith("change"):
        return f"{value:+.1f}"
    return f"{value:.1f}" if isinstance(value, float) else str(value)


def _comments(report: FollowUpMonth, look: _Looks) -> Iterator[Flowable]:
    said = [row for row in report.rows if row.comment or row.signed_by]
    if said:
        yield look.text(say("comment_head"), look.line)
    for row in said:
        yield look.text(f"{name_of(row)}:{comment_of(row)}", look.small)


def _charts(desk: Desk, report: FollowUpMonth, look: _Looks) -> Iterator[Flowable]:
    """Bars over the whole width; below them the two years, and the reasons."""
    titles, year = month_words()["charts"], report.period.first.year
    rates = [
        (name_of(row), row.figures.followed.percent)
        for row in report.rows
        if row.figures.followed.percent is not None
    ]
    bars = [(name, rate) for name, rate in rates if rate is not None]
    if bars:
        bars.sort(key=lambda bar: -bar[1])
        yield department_chart(bars, report.rules, titles["departments"], Look(look.font, _FULL))
    half = Look(look.font, _HALF)
    names = (titles["name"].format(year=year), titles["name"].format(year=year - 1))
    title = titles["curve"].format(year=year, last=year - 1)
    pair: list[Any] = [curve_chart(report.year, report.last_year, title, names, half)]
    lines = pareto(report.total.figures, staff_words(desk.language))
    pair.append(reason_chart(lines, titles["reasons"], half) if lines else "")
    yield Table([pair], colWidths=[_WIDTH / 2] * 2)


def _footer(font: str, name: str) -> Any:
    def draw(canvas: Canvas, document: Any) -> None:
        canvas.setFont(font, 8)
        canvas.drawRightString(_PAGE[0] - _MARGIN, 7 * mm, say("page_of", page=document.page))
        canvas.drawString(_MARGIN, 7 * mm, name)

    return draw
