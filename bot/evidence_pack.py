"""A complaint's evidence pack for an inspection: everything about the case, as PDF or zip (R24)."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator
from html import escape
from io import BytesIO, StringIO
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from bot.evidence_lines import case_lines, clock_lines, entry_lines, history_lines, minute, parts
from bot.exports import harmless
from bot.fonts import chinese_font
from handlers.casework.packing import Pack
from handlers.desk import Desk
from handlers.staff_words import StaffWords, staff_words

_MARGIN: Final = 18 * mm
_LABEL: Final = 32 * mm
_INNER: Final = A4[0] - 2 * _MARGIN
# a paragraph that fills pages is laid out in pieces
_PIECE: Final = 1000
_GREY: Final = colors.HexColor("#c8d2d5")


class _Paper:
    """The styles of one document, and its story so far."""

    def __init__(self, font: str) -> None:
        self.text = ParagraphStyle("text", fontName=font, fontSize=10, leading=15, wordWrap="CJK")
        self.title = ParagraphStyle("title", parent=self.text, fontSize=17, leading=24)
        self.head = ParagraphStyle(
            "head", parent=self.text, fontSize=12.5, leading=18, spaceBefore=10, spaceAfter=4
        )
        self.small = ParagraphStyle("small", parent=self.text, fontSize=8.5, leading=12)
        self.story: list[Flowable] = []

    def add(self, text: str, style: ParagraphStyle | None = None) -> None:
        """Add words; those of patients and staff are words, never markup."""
        self.story.extend(self.paragraphs(text, style))

    def paragraphs(self, text: str, style: ParagraphStyle | None = None) -> list[Paragraph]:
        """Set words, line by line, long lines in pieces."""
        lines = [line for line in text.splitlines() if line.strip()] or [""]
        pieces = [
            line[at : at + _PIECE] for line in lines for at in range(0, len(line) or 1, _PIECE)
        ]
        return [Paragraph(escape(piece), style or self.text) for piece in pieces]

    def table(self, rows: Iterable[tuple[str, str]]) -> None:
        """Add labels with what they say; what says nothing is left out."""
        cells = [[self.paragraphs(label), self.paragraphs(said)] for label, said in rows if said]
        if cells:
            grid = Table(cells, colWidths=(_LABEL, _INNER - _LABEL), splitInRow=1)
            grid.setStyle(
                TableStyle(
                    [
                        ("GRID", (0, 0), (-1, -1), 0.5, _GREY),
                        ("VALIGN", (0, 0), (-1, -1), "TOP"),
                        ("FONTNAME", (0, 0), (-1, -1), self.text.fontName),
                    ]
                )
            )
            self.story.append(grid)


def draw_pack(pack: Pack, desk: Desk) -> bytes:
    """Draw a case on paper; the same case gives the same pages."""
    words, paper = staff_words(desk.language), _Paper(chinese_font())
    said = words.evidence
    number = pack.card.row.number
    paper.add(f"{desk.hospital} {said['title']} {number}", paper.title)
    made = {
        "at": minute(pack.made_at),
        "name": pack.made_by.name,
        "role": words.roles[pack.made_by.role],
    }
    paper.add(said["made"].format_map(made), paper.small)
    paper.story.append(Spacer(1, 3 * mm))
    paper.table(case_lines(pack, words))
    _section(paper, said["clocks"], clock_lines(pack, words))
    _words(paper, pack, words)
    for label, rows in parts(pack, words):
        _section(paper, label, rows)
    _section(paper, said["history"], history_lines(pack, words))
    paper.add(said["closing_line"], paper.small)
    return _built(paper, f"{said['title']} {number}", desk.hospital)


def zip_pack(pack: Pack, desk: Desk, media: Path | None) -> bytes:
    """Put the paper, the history as CSV and the photos into one file, with their checksums."""
    number = pack.card.row.number
    parts = {f"{number}.pdf": draw_pack(pack, desk)}
    parts["entries.csv"] = _entries_csv(pack, staff_words(desk.language))
    parts.update(_photos(pack, media))
    sums = "".join(f"{hashlib.sha256(body).hexdigest()}  {name}\n" for name, body in parts.items())
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as packed:
        for name, body in (*parts.items(), ("SHA256SUMS", sums.encode())):
            packed.writestr(name, body)
    return out.getvalue()


def _built(paper: _Paper, title: str, author: str) -> bytes:
    out = BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=title,
        author=author,
        invariant=1,
        initialFontName=paper.text.fontName,
    )

    def numbered(canvas: Canvas, _document: SimpleDocTemplate) -> None:
        canvas.setFont(paper.small.fontName, 8.5)
        canvas.drawCentredString(A4[0] / 2, _MARGIN / 2, f"{title} - {canvas.getPageNumber()}")

    document.build(paper.story, onFirstPage=numbered, onLaterPages=numbered)
    return out.getvalue()


def _section(paper: _Paper, label: str, rows: Iterable[tuple[str, str]]) -> None:
    found = [row for row in rows if row[1]]
    if found:
        paper.add(label, paper.head)
        paper.table(found)


def _words(paper: _Paper, pack: Pack, words: StaffWords) -> None:
    paper.add(words.complaints["words"], paper.head)
    for text in pack.card.words:
        paper.add(text)
        paper.story.append(Spacer(1, 2 * mm))


def _entries_csv(pack: Pack, words: StaffWords) -> bytes:
    out = StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow(
        words.evidence[f"column_{name}"] for name in ("at", "who", "event", "state", "text")
    )
    rows.writerows([harmless(cell) for cell in line] for line in entry_lines(pack, words))
    return out.getvalue().encode("utf-8-sig")


def _photos(pack: Pack, media: Path | None) -> Iterator[tuple[str, bytes]]:
    """Name pictures by their order; where they lie is checked although our own row says it."""
    if media is None:
        return
    for place, photo in enumerate(pack.photos, 1):
        path = (media / photo.path).resolve()
        if path.is_relative_to(media.resolve()) and path.is_file():
            yield f"photos/{place:02}{path.suffix}", path.read_bytes()
