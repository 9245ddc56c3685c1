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

from bot.follow_up_cells import cells_of, comment_of, heading, legend, name_of, shares_line
from bot.follow_up_charts import Look, curve_chart, department_chart, reason_chart
from bot.follow_up_month import definitions
from bot.follow_up_table import COLOURS
from bot.fonts import chinese_font
from bot.report_sheets import NO_FIGURE
from handlers.desk import Desk
from handlers.reports.follow_up_month import DepartmentRow, FollowUpMonth
from handlers.reports.follow_up_pack import MonthPack
from handlers.reports.follow_up_reasons import pareto
from handlers.reports.follow_up_words import MonthWords, month_words

_PAGE: Final = landscape(A4)
_MARGIN: Final = 9 * mm
_WIDTH: Final = _PAGE[0] - 2 * _MARGIN
_WIDE: Final = {"department": 21 * mm, "rate": 11.5 * mm} | {
    f"round_{number}": 16.5 * mm for number in (1, 2, 3)
}
_HALF: Final = (_WIDTH / 2 - 4 * mm, 57 * mm)
_FULL: Final = (_WIDTH, 64 * mm)
_LINE, _HEAD, _TOTAL = HexColor("#9aa5a9"), HexColor("#e3eeec"), HexColor("#f2f5f5")
# comments stand below the table, where there is room to read them
_BELOW: Final = "comment"


def month_paper(desk: Desk, pack: MonthPack) -> bytes:
    """Draw a month."""
    paper, look, words = (
        BytesIO(),
        _Looks(chinese_font(), desk.language),
        month_words(desk.language),
    )
    document = SimpleDocTemplate(
        paper,
        pagesize=_PAGE,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=13 * mm,
        title=words.say("title", hospital=desk.hospital, month=pack.report.period.name),
        author=desk.hospital,
        invariant=1,
        initialFontName=look.font,
    )
    foot = _footer(look.font, f"{desk.hospital}  {pack.report.period.name}", words)
    document.build(list(_story(desk, pack, look)), onFirstPage=foot, onLaterPages=foot)
    return paper.getvalue()


class _Looks:
    """The styles of the paper, all of one font."""

    def __init__(self, font: str, language: str) -> None:
        self.font = font
        # Chinese breaks between any two letters, other languages between words
        wrap = "CJK" if language == "zh" else None
        # a table sets its own font even where all its cells have one
        self.all_cells = ("FONTNAME", (0, 0), (-1, -1), font)
        self.title = ParagraphStyle(
            "title", fontName=font, fontSize=16, leading=22, alignment=TA_CENTER, spaceAfter=4
        )
        self.line = ParagraphStyle("line", fontName=font, fontSize=9, leading=13, wordWrap=wrap)
        self.small = ParagraphStyle("small", fontName=font, fontSize=7.5, leading=11, wordWrap=wrap)
        self.cell = ParagraphStyle(
            "cell", fontName=font, fontSize=7, leading=8.5, alignment=TA_CENTER, wordWrap=wrap
        )

    def text(self, words: str, style: ParagraphStyle) -> Paragraph:
        """Set words; what they hold is never markup."""
        # a paragraph folds wide spaces as it does narrow ones
        printable = escape(words).replace("\u3000", "\u00a0" * 3)
        return Paragraph(printable.replace("\n", "<br/>"), style)


def _story(desk: Desk, pack: MonthPack, look: _Looks) -> Iterator[Flowable]:
    report, words = pack.report, month_words(desk.language)
    first, *lines = heading(desk, report)
    yield look.text(first, look.title)
    for line in (*lines, legend(report.rules, words)):
        yield look.text(line, look.line)
    yield Spacer(0, 2 * mm)
    yield _table(report, look, words)
    yield Spacer(0, 2 * mm)
    yield look.text(shares_line(report, words), look.line)
    yield from _comments(report, look, words)
    yield Spacer(0, 5 * mm)
    yield look.text(f"{words.say('maker')}\u3000{words.say('sign')}", look.line)
    if not report.empty:
        yield PageBreak()
        yield from _charts(desk, report, look)
    yield Spacer(0, 3 * mm)
    yield from (look.text(note, look.small) for note in definitions(report, words))


def _table(report: FollowUpMonth, look: _Looks, words: MonthWords) -> Table:
    columns = {key: text for key, text in words["columns"].items() if key != _BELOW}
    narrow = (_WIDTH - sum(_WIDE.values())) / (len(columns) - len(_WIDE))
    rows = [*report.rows, report.total]
    table = Table(
        [
            [look.text(text, look.cell) for text in columns.values()],
            *(
                [look.text(text, look.cell) for text in _written(row, report, words)]
                for row in rows
            ),
        ],
        colWidths=[_WIDE.get(key, narrow) for key in columns],
        repeatRows=1,
    )
    table.setStyle(TableStyle([look.all_cells, *_style(report, list(columns).index("rate"))]))
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


def _written(row: DepartmentRow, report: FollowUpMonth, words: MonthWords) -> Iterator[str]:
    name = words.say("total") if row is report.total else name_of(row, words)
    cells = {"department": name, **cells_of(row, words)}
    for key in words["columns"]:
        if key == "rate":
            # with its mark, so that a copy in black and white shows its band
            mark = words["marks"][report.rules.band(cells[key])]
            yield _figure(cells[key]) + mark
        elif key != _BELOW:
            yield _figure(cells[key], "+.1f" if key.startswith("change") else ".1f")


def _figure(value: Any, form: str = ".1f") -> str:
    if value is None:
        return NO_FIGURE
    return format(value, form) if isinstance(value, float) else str(value)


def _comments(report: FollowUpMonth, look: _Looks, words: MonthWords) -> Iterator[Flowable]:
    said = [row for row in report.rows if row.comment or row.signed_by]
    if said:
        yield look.text(words.say("comment_head"), look.line)
    for row in said:
        label, value = name_of(row, words), comment_of(row, words)
        yield look.text(words.say("share", label=label, value=value), look.small)


def _charts(desk: Desk, report: FollowUpMonth, look: _Looks) -> Iterator[Flowable]:
    """Bars over the whole width; below them the two years, and the reasons."""
    words, year = month_words(desk.language), report.period.first.year
    titles = words["charts"]
    rates = [
        (name_of(row, words), row.figures.followed.percent)
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
    lines = pareto(report.total.figures, desk.language)
    pair.append(reason_chart(lines, titles["reasons"], half) if lines else "")
    yield Table([pair], colWidths=[_WIDTH / 2] * 2, style=[look.all_cells])


def _footer(font: str, name: str, words: MonthWords) -> Any:
    def draw(canvas: Canvas, document: Any) -> None:
        canvas.setFont(font, 8)
        page = words.say("page_of", page=document.page)
        canvas.drawRightString(_PAGE[0] - _MARGIN, 7 * mm, page)
        canvas.drawString(_MARGIN, 7 * mm, name)

    return draw
