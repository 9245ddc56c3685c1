"""Slips with a code to scan on paper: four to a sheet of A4, with lines to cut along."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO
from pathlib import Path

import segno
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import KeepInFrame, Paragraph

from bot.fonts import NAME_DOT, WIDE_NAME_DOT, chinese_font

_COLUMNS, _ROWS = 2, 2
_A_SHEET = _COLUMNS * _ROWS
_WIDTH, _HEIGHT = A4[0] / _COLUMNS, A4[1] / _ROWS
_MARGIN = 8 * mm
_INNER = _WIDTH - 2 * _MARGIN
_QR_SIZE = 42 * mm
_HEAD_HEIGHT = 15 * mm
_NAME_HEIGHT = 17 * mm
_TEXT_TOP = _HEIGHT - _MARGIN - _HEAD_HEIGHT - _QR_SIZE - 8 * mm

_NUMBER = re.compile(r"[A-Z0-9-]+")


@dataclass(frozen=True, slots=True)
class PaperSlip:
    """What stands on one slip; `name` is in large type, `small` below everything else."""

    title: str
    name: str
    link: str
    check_label: str
    check_code: str
    scan: str
    lines: tuple[str, ...]
    small: str


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What all slips of one print share."""

    canvas: Canvas
    font: str
    hospital: str
    language: str


def draw_sheets(
    slips: Sequence[PaperSlip],
    hospital_name: str,
    *,
    language: str = "zh",
    font: Path | None = None,
) -> bytes:
    """Draw the slips and return the PDF; the same slips give the same bytes.

    `font` is a TrueType file to embed instead of the one found on this machine; ValueError when
    it cannot be. Raises ValueError when there is nothing to print.
    """
    if not slips:
        raise ValueError("there are no slips to print")
    paper = BytesIO()
    canvas = Canvas(paper, pagesize=A4, invariant=1)
    sheet = _Sheet(canvas, chinese_font(font), hospital_name, language)
    canvas.setTitle(slips[0].title)
    canvas.setAuthor(hospital_name)
    for first in range(0, len(slips), _A_SHEET):
        _draw_sheet(sheet, slips[first : first + _A_SHEET])
    canvas.save()
    return paper.getvalue()


def _draw_sheet(sheet: _Sheet, slips: Sequence[PaperSlip]) -> None:
    _draw_cut_lines(sheet.canvas)
    for place, slip in enumerate(slips):
        row, column = divmod(place, _COLUMNS)
        sheet.canvas.saveState()
        sheet.canvas.translate(column * _WIDTH, A4[1] - (row + 1) * _HEIGHT)
        _draw_slip(sheet, slip)
        sheet.canvas.restoreState()
    sheet.canvas.showPage()


def _draw_cut_lines(canvas: Canvas) -> None:
    canvas.saveState()
    canvas.setDash(3, 3)
    canvas.setStrokeGray(0.5)
    canvas.line(_WIDTH, 0, _WIDTH, A4[1])
    canvas.line(0, _HEIGHT, A4[0], _HEIGHT)
    canvas.restoreState()


def _draw_slip(sheet: _Sheet, slip: PaperSlip) -> None:
    top = _HEIGHT - _MARGIN
    _line(sheet, sheet.hospital, (_MARGIN, top - 4 * mm), 11)
    _line(sheet, slip.title, (_MARGIN, top - 11 * mm), 17)
    head = top - _HEAD_HEIGHT
    _draw_qr(sheet.canvas, slip.link, _WIDTH - _MARGIN - _QR_SIZE, head - _QR_SIZE)
    _centred_under_qr(sheet, slip.scan, head)
    left = _INNER - _QR_SIZE - 3 * mm
    _draw_name(sheet, slip.name, head, left)
    _line(sheet, slip.check_label, (_MARGIN, head - 22 * mm), 13)
    _line(sheet, slip.check_code, (_MARGIN, head - 36 * mm), 38, left)
    _draw_text(sheet, slip)


def _draw_name(sheet: _Sheet, name: str, top: float, width: float) -> None:
    """Write the name in large type, over two lines or smaller when it is long; a number in one."""
    if _NUMBER.fullmatch(name):
        _line(sheet, name, (_MARGIN, top - 8 * mm), 22, width)
        return
    style = ParagraphStyle("name", fontName=sheet.font, fontSize=22, leading=25, wordWrap="CJK")
    printable = name.replace(NAME_DOT, WIDE_NAME_DOT)
    _frame(sheet.canvas, [Paragraph(escape(printable), style)], top, (width, _NAME_HEIGHT))


def _frame(canvas: Canvas, story: list[Paragraph], top: float, size: tuple[float, float]) -> None:
    """Set paragraphs below `top`, smaller when they would not fit."""
    frame = KeepInFrame(*size, story, mode="shrink")
    _, height = frame.wrapOn(canvas, *size)
    frame.drawOn(canvas, _MARGIN, top - height)


def _centred_under_qr(sheet: _Sheet, words: str, head: float) -> None:
    middle = _WIDTH - _MARGIN - _QR_SIZE / 2
    sheet.canvas.setFont(sheet.font, 11)
    sheet.canvas.drawCentredString(middle, head - _QR_SIZE - 4 * mm, words)


def _line(
    sheet: _Sheet, text: str, place: tuple[float, float], size: float, width: float = _INNER
) -> None:
    """Write one line, smaller where it would not fit."""
    fitting = min(size, size * width / max(stringWidth(text, sheet.font, size), 1))
    sheet.canvas.setFont(sheet.font, fitting)
    sheet.canvas.drawString(*place, text)


def _draw_qr(canvas: Canvas, link: str, left: float, bottom: float) -> None:
    """Draw the code as vectors: each run of dark modules is one rectangle."""
    rows = list(segno.make(link, error="m", micro=False).matrix_iter(border=0))
    module = _QR_SIZE / len(rows)
    path = canvas.beginPath()
    for y, row in enumerate(rows):
        for start, length in dark_runs(row):
            edge = bottom + _QR_SIZE - (y + 1) * module
            path.rect(left + start * module, edge, length * module, module)
    canvas.drawPath(path, stroke=0, fill=1)


def dark_runs(row: Iterable[int]) -> list[tuple[int, int]]:
    """List the runs of dark modules of one row as (start, length)."""
    runs: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if not dark:
            continue
        if runs and sum(runs[-1]) == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((x, 1))
    return runs


def _draw_text(sheet: _Sheet, slip: PaperSlip) -> None:
    style = ParagraphStyle(
        "slip",
        fontName=sheet.font,
        fontSize=14,
        leading=19,
        spaceAfter=6,
        wordWrap="CJK" if sheet.language == "zh" else None,
    )
    small = ParagraphStyle("small", parent=style, fontSize=10, leading=13)
    story = [Paragraph(escape(line), style) for line in slip.lines]
    story.append(Paragraph(escape(slip.small), small))
    _frame(sheet.canvas, story, _TEXT_TOP, (_INNER, _TEXT_TOP - _MARGIN))
