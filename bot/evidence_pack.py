"""A complaint's evidence pack for an inspection: everything about the case, as PDF or zip (R24)."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
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

from bot.exports import harmless
from bot.fonts import chinese_font
from dialogs.timing.spans import local
from handlers.casework.history import entry_text
from handlers.casework.packing import Pack
from handlers.desk import Desk
from handlers.staff_words import StaffWords, staff_words

_MINUTE: Final = "%Y-%m-%d %H:%M"
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
                    [("GRID", (0, 0), (-1, -1), 0.5, _GREY), ("VALIGN", (0, 0), (-1, -1), "TOP")]
                )
            )
            self.story.append(grid)


def draw_pack(pack: Pack, desk: Desk, font: Path | None = None) -> bytes:
    """Draw a case on paper; the same case gives the same pages."""
    words, paper = staff_words(desk.language), _Paper(chinese_font(font))
    said = words.evidence
    number = pack.card.row.number
    paper.add(f"{desk.hospital} {said['title']} {number}", paper.title)
    made = {
        "at": _time(pack.made_at),
        "name": pack.made_by.name,
        "role": words.roles[pack.made_by.role],
    }
    paper.add(said["made"].format_map(made), paper.small)
    paper.story.append(Spacer(1, 3 * mm))
    paper.table(_case(pack, words))
    _section(paper, said["clocks"], _clocks(pack, words))
    _words(paper, pack, words)
    for label, rows in _parts(pack, words):
        _section(paper, label, rows)
    _section(paper, said["history"], _history(pack, words))
    paper.add(said["closing_line"], paper.small)
    return _built(paper, f"{said['title']} {number}", desk.hospital)


def zip_pack(pack: Pack, desk: Desk, media: Path | None, font: Path | None = None) -> bytes:
    """Put the paper, the history as CSV and the photos into one file, with their checksums."""
    number = pack.card.row.number
    parts = {f"{number}.pdf": draw_pack(pack, desk, font)}
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
    )

    def numbered(canvas: Canvas, _document: SimpleDocTemplate) -> None:
        canvas.setFont(paper.small.fontName, 8.5)
        canvas.drawCentredString(A4[0] / 2, _MARGIN / 2, f"{title} · {canvas.getPageNumber()}")

    document.build(paper.story, onFirstPage=numbered, onLaterPages=numbered)
    return out.getvalue()


def _section(paper: _Paper, label: str, rows: Iterable[tuple[str, str]]) -> None:
    found = [row for row in rows if row[1]]
    if found:
        paper.add(label, paper.head)
        paper.table(found)


def _case(pack: Pack, words: StaffWords) -> Iterator[tuple[str, str]]:
    case, row, said = pack.card.complaint, pack.card.row, words.evidence
    comma = words.room["comma"]
    yield said["number"], row.number
    yield said["received"], f"{_time(case.received_at)} {words.filed_by[case.filed_by]}"
    yield said["who"], _who(pack, words)
    yield said["mode"], words.complaint_modes[case.mode]
    yield said["department"], row.department
    yield (
        said["tags"],
        comma.join(f"{code} {words.complaint_tags.get(code, '')}" for code in row.tags),
    )
    yield said["weight"], f"{words.grades[row.grade]} · {words.severities.get(row.severity, '')}"
    confirmed = case.tags_confirmed_at
    yield said["confirmed"], _time(confirmed) if confirmed else said["no"]
    yield said["state"], words.complaint_states[row.state]
    yield said["owner"], f"{words.roles[row.owner_role]} {row.owner}".strip()


def _who(pack: Pack, words: StaffWords) -> str:
    """The complainant's name in full only where it was asked for and may be known."""
    if pack.person is None:
        return pack.masked or words.evidence["unnamed"]
    numbers = " ".join(number.value for number in pack.person.numbers if not number.wrong)
    return f"{pack.person.patient.name} {numbers}".strip()


def _clocks(pack: Pack, words: StaffWords) -> Iterator[tuple[str, str]]:
    case, said = pack.card.complaint, words.evidence
    kept = said["until"]
    for label, due, done in (
        ("contact", case.contact_due_at, case.contacted_at),
        ("result", case.result_due_at, case.answered_at),
        ("legal", case.legal_due_at, case.answered_at),
    ):
        how = said["not_yet"] if done is None else said["kept" if done < due else "missed"]
        ended = _time(done) if done else ""
        yield words.complaint_clocks[label], kept.format(due=_time(due), done=ended, how=how)
    if case.interim_until is not None:
        yield said["interim"], f"{_time(case.interim_until)}\n{case.interim_why}"


def _words(paper: _Paper, pack: Pack, words: StaffWords) -> None:
    paper.add(words.complaints["words"], paper.head)
    for text in pack.card.words:
        paper.add(text)
        paper.story.append(Spacer(1, 2 * mm))


def _parts(pack: Pack, words: StaffWords) -> Iterator[tuple[str, Sequence[tuple[str, str]]]]:
    yield words.complaints["facts_asked"], list(_facts(pack, words))
    yield words.complaints["result"], list(_result(pack, words))
    yield words.complaints["improve_title"], list(_improvements(pack, words))


def _facts(pack: Pack, words: StaffWords) -> Iterator[tuple[str, str]]:
    for one in pack.card.requests:
        asked = one.department.name if one.department else words.roles.get(one.asked, one.asked)
        yield asked, f"{_time(one.asked_at)}\n{one.question}"
        if one.answered_at is not None:
            by = one.answered_by.name if one.answered_by else ""
            yield words.complaints["facts_answered"], f"{_time(one.answered_at)} {by}\n{one.answer}"


def _result(pack: Pack, words: StaffWords) -> Iterator[tuple[str, str]]:
    case, c = pack.card.complaint, words.complaints
    yield c["result_facts"], case.facts
    yield c["result_measures"], case.measures
    yield c["result_finding"], words.findings[case.finding] if case.finding else ""
    answers = words.complaint_answers
    yield c["result_answer"], answers.get(case.patient_answer, case.patient_answer)
    yield c["closing"], words.complaint_closings[case.closing] if case.closing else ""
    yield c["root_cause"], words.root_causes.get(case.root_cause, case.root_cause)
    stars = case.satisfaction
    yield c["satisfaction"], c["stars"].format(n=stars) if stars else ""


def _improvements(pack: Pack, words: StaffWords) -> Iterator[tuple[str, str]]:
    c = words.complaints
    for one in pack.card.improvements:
        state = "verified" if one.verified_at else "done" if one.done_at else "open"
        how = c[f"improve_{state}"]
        yield one.problem, f"{one.measure}\n{one.responsible} {one.due_on} {how} {one.verification}"


def _history(pack: Pack, words: StaffWords) -> Iterator[tuple[str, str]]:
    for at, who, event, state, text in _lines(pack, words):
        yield at, f"{who} {event} ({state})\n{text}".strip()


def _lines(pack: Pack, words: StaffWords) -> Iterator[tuple[str, str, str, str, str]]:
    """When, who, what, where the case stood, and the words."""
    for entry in pack.card.entries:
        yield (
            _time(entry.at),
            entry.staff.name if entry.staff else words.complaints["program"],
            words.complaint_events[entry.event],
            words.complaint_states[entry.state],
            entry_text(entry, words),
        )


def _entries_csv(pack: Pack, words: StaffWords) -> bytes:
    out = StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow(
        words.evidence[f"column_{name}"] for name in ("at", "who", "event", "state", "text")
    )
    rows.writerows([harmless(cell) for cell in line] for line in _lines(pack, words))
    return out.getvalue().encode("utf-8-sig")


def _photos(pack: Pack, media: Path | None) -> Iterator[tuple[str, bytes]]:
    """Name pictures by their order; where they lie is checked although our own row says it."""
    if media is None:
        return
    for place, photo in enumerate(pack.photos, 1):
        path = (media / photo.path).resolve()
        if path.is_relative_to(media.resolve()) and path.is_file():
            yield f"photos/{place:02}{path.suffix}", path.read_bytes()


def _time(at: datetime) -> str:
    return f"{local(at):{_MINUTE}}"
