"""Slips with a code to scan on paper: four to a sheet of A4, with lines to cut along."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import KeepInFrame, Paragraph

from bot.fonts import chinese_font
from bot.paper_codes import PaperCode, draw_code

_COLUMNS, _ROWS = 2, 2
_A_SHEET = _COLUMNS * _ROWS
_WIDTH, _HEIGHT = A4[0] / _COLUMNS, A4[1] / _ROWS
_MARGIN = 8 * mm
_INNER = _WIDTH - 2 * _MARGIN
_QR_SIZE = 42 * mm
_HEAD_HEIGHT = 15 * mm
_NAME_HEIGHT = 17 * mm
_TEXT_TOP = _HEIGHT - _MARGIN - _HEAD_HEIGHT - _QR_SIZE - 8 * mm
# beside a second code both are a little smaller, and name and check code stand above them
_PAIR_SIZE = 40 * mm
_PAIR_TOP = _HEIGHT - _MARGIN - 27 * mm
_PAIR_TEXT_TOP = _PAIR_TOP - _PAIR_SIZE - 12 * mm

_NUMBER = re.compile(r"[A-Z0-9-]+")


@dataclass(frozen=True, slots=True)
class PaperSlip:
    """What stands on one slip; `name` is in large type, `small` below everything else.

    `codes` are one or two: the second is the web's, the first follows the hospital's account.
    """

    title: str
    name: str
    codes: tuple[PaperCode, ...]
    check_label: str
    check_code: str
    lines: tuple[str, ...]
    small: str


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What all slips of one print share."""

    canvas: Canvas
    font: str
    hospital: str
    language: str


def draw_sheets(slips: Sequence[PaperSlip], hospital_name: str, *, language: str = "zh") -> bytes:
    """Draw the slips and return the PDF; the same slips give the same bytes.

    Raises ValueError when there is nothing to print.
    """
    if not slips:
        raise ValueError("there are no slips to print")
    paper = BytesIO()
    font = chinese_font()
    canvas = Canvas(paper, pagesize=A4, invariant=1, initialFontName=font)
    sheet = _Sheet(canvas, font, hospital_name, language)
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
    _line(sheet, sheet.hospital, (_MARGIN, _HEIGHT - _MARGIN - 4 * mm), 11)
    if len(slip.codes) == 1:
        _draw_one_code(sheet, slip)
    else:
        _draw_two_codes(sheet, slip)


def _draw_one_code(sheet: _Sheet, slip: PaperSlip) -> None:
    top = _HEIGHT - _MARGIN
    _line(sheet, slip.title, (_MARGIN, top - 11 * mm), 17)
    head, left = top - _HEAD_HEIGHT, _INNER - _QR_SIZE - 3 * mm
    _draw_code(sheet, slip.codes[0], (_WIDTH - _MARGIN - _QR_SIZE, head - _QR_SIZE), _QR_SIZE)
    _draw_name(sheet, slip.name, head, (left, _NAME_HEIGHT))
    _line(sheet, slip.check_label, (_MARGIN, head - 22 * mm), 13)
    _line(sheet, slip.check_code, (_MARGIN, head - 36 * mm), 38, left)
    _draw_text(sheet, slip, _TEXT_TOP)


def _draw_two_codes(sheet: _Sheet, slip: PaperSlip) -> None:
    top, middle = _HEIGHT - _MARGIN, _WIDTH / 2
    _line(sheet, slip.title, (_MARGIN, top - 14 * mm), 17, 36 * mm)
    _line(sheet, slip.check_label, (middle - 5 * mm, top - 14 * mm), 13, 16 * mm)
    _line(sheet, slip.check_code, (middle + 13 * mm, top - 14 * mm), 38, 31.5 * mm)
    _draw_name(sheet, slip.name, top - 16 * mm, (_INNER, 9 * mm))
    for code, left in zip(slip.codes, (_MARGIN, _WIDTH - _MARGIN - _PAIR_SIZE), strict=True):
        _draw_code(sheet, code, (left, _PAIR_TOP - _PAIR_SIZE), _PAIR_SIZE)
    _draw_text(sheet, slip, _PAIR_TEXT_TOP)


def _draw_code(sheet: _Sheet, code: PaperCode, corner: tuple[float, float], size: float) -> None:
    draw_code(sheet.canvas, code.link, corner, size)
    middle = corner[0] + size / 2
    for words, below, points in ((code.scan, 5 * mm, 11), (code.until, 9 * mm, 9)):
        sheet.canvas.setFont(sheet.font, points)
        sheet.canvas.drawCentredString(middle, corner[1] - below, words)


def _draw_name(sheet: _Sheet, name: str, top: float, size: tuple[float, float]) -> None:
    """Write the name in large type, over two lines or smaller when it is long; a number in one."""
    if _NUMBER.fullmatch(name):
        _line(sheet, name, (_MARGIN, top - 8 * mm), 22, size[0])
        return
    style = ParagraphStyle("name", fontName=sheet.font, fontSize=22, leading=25, wordWrap="CJK")
    _frame(sheet.canvas, [Paragraph(escape(name), style)], top, size)


def _frame(canvas: Canvas, story: list[Paragraph], top: float, size: tuple[float, float]) -> None:
    """Set paragraphs below `top`, smaller when they would not fit."""
    frame = KeepInFrame(*size, story, mode="shrink")
    _, height = frame.wrapOn(canvas, *size)
    frame.drawOn(canvas, _MARGIN, top - height)


def _line(
    sheet: _Sheet, text: str, place: tuple[float, float], size: float, width: float = _INNER
) -> None:
    """Write one line, smaller where it would not fit."""
    fitting = min(size, size * width / max(stringWidth(text, sheet.font, size), 1))
    sheet.canvas.setFont(sheet.font, fitting)
    sheet.canvas.drawString(*place, text)


def _draw_text(sheet: _Sheet, slip: PaperSlip, top: float) -> None:
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
    _frame(sheet.canvas, story, top, (_INNER, top - _MARGIN))
