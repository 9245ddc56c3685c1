"""Bedside slips on paper: what they say, and that the code can be scanned."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
import segno
from pypdf import PdfReader
from pypdf.generic import ContentStream
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import getFont

from bot.fonts import chinese_font
from bot.paper_codes import dark_runs
from bot.slips import render_pdf
from handlers.desk import Desk
from handlers.slips import Slip

HOSPITAL = "示例市第一人民医院"
SWITCHBOARD = "0394-12345670"
DESK = Desk(HOSPITAL, SWITCHBOARD)
ALONE = Desk(HOSPITAL)


def a_slip(name: str = "测试甲", **values: str) -> Slip:
    """A slip with everything on it, unless said otherwise."""
    texts = {"department": "心内科", "phone": "0394-12345678", "tel": "0394-12345679"} | values
    return Slip(
        encounter_id=UUID(int=1),
        patient_name=name,
        link="https://follow.example.org/c/abcdefghijklmnopqrstuv",
        check_code="0482",
        expires_on=date(2027, 1, 21),
        days=(3, 8, 25),
        **texts,
    )


def text_of(pdf: bytes) -> str:
    """All words of a PDF without spaces and line ends."""
    pages = PdfReader(BytesIO(pdf)).pages
    return "".join("".join(page.extract_text() for page in pages).split())


def squares(pdf: bytes) -> list[tuple[float, ...]]:
    """The filled rectangles of the first page: left, bottom, width, height."""
    reader = PdfReader(BytesIO(pdf))
    stream = ContentStream(reader.pages[0].get_contents(), reader)
    return [tuple(map(float, on)) for on, operator in stream.operations if operator == b"re"]


def modules(pdf: bytes, size: int) -> list[list[int]]:
    """Read the drawn code back as rows of modules, dark 1 and light 0."""
    drawn = squares(pdf)
    left = min(x for x, *_ in drawn)
    top = max(y + height for _, y, _, height in drawn)
    module = drawn[0][3]
    rows = [[0] * size for _ in range(size)]
    for x, y, width, height in drawn:
        row = round((top - y - height) / module)
        for column in range(round((x - left) / module), round((x - left + width) / module)):
            rows[row][column] = 1
    return rows


def test_a_slip_says_who_writes_when_and_how_to_tell_a_fake() -> None:
    text = text_of(render_pdf([a_slip()], DESK))
    for words in (
        "测试甲",
        "核对码",
        "0482",
        "第3天、第8天、第25天",
        HOSPITAL,
        "不收费",
        f"总机{SWITCHBOARD}",
        "心内科0394-12345678",
        "夜里和周末打0394-12345679",
        "先打120",
        "2027年1月21日前有效",
    ):
        assert words in text


def test_the_code_on_paper_is_the_link_module_for_module() -> None:
    slip = a_slip()
    code = segno.make(slip.link, error="m", micro=False)
    expected = [list(row) for row in code.matrix_iter(border=0)]
    assert modules(render_pdf([slip], ALONE), len(expected)) == expected


def test_the_code_is_large_and_keeps_its_quiet_zone() -> None:
    """Four light modules around the code, as the standard asks; phones of the old need size."""
    drawn = squares(render_pdf([a_slip()], ALONE))
    left, right = min(x for x, *_ in drawn), max(x + width for x, _, width, _ in drawn)
    quiet_zone = 4 * drawn[0][3]
    assert right - left >= 40 * mm
    assert 105 * mm - right >= quiet_zone


def test_four_slips_share_a_sheet() -> None:
    assert len(PdfReader(BytesIO(render_pdf([a_slip()] * 4, ALONE))).pages) == 1
    assert len(PdfReader(BytesIO(render_pdf([a_slip()] * 5, ALONE))).pages) == 2


def test_what_is_not_known_is_left_out() -> None:
    text = text_of(render_pdf([a_slip(department="", phone="", tel="")], ALONE))
    for words in ("总机", "工作时间", "夜里", "心内科", "{"):
        assert words not in text
    assert "先打120" in text


def test_a_ward_without_a_name_is_called_the_ward() -> None:
    assert "病区0394-12345678" in text_of(render_pdf([a_slip(department="")], ALONE))


def test_a_long_name_and_a_name_with_a_dot_stay_whole() -> None:
    text = text_of(render_pdf([a_slip("阿卜杜热合曼·买买提艾力·玉素甫江")], ALONE))
    assert "阿卜杜热合曼·买买提艾力·玉素甫江" in text


def test_a_name_is_text_and_never_markup() -> None:
    text = text_of(render_pdf([a_slip("<b>&测试", department="<i>&")], Desk("<a href=x>")))
    assert "<b>&测试" in text
    assert "<i>&" in text


def test_the_english_slip_has_english_words() -> None:
    text = text_of(render_pdf([a_slip()], Desk("Example Hospital", SWITCHBOARD, language="en")))
    assert "Checkcode" in text
    assert "day3,day8,day25" in text
    assert "21January2027" in text


def test_the_same_slips_give_the_same_bytes() -> None:
    assert render_pdf([a_slip()], ALONE) == render_pdf([a_slip()], ALONE)


def test_the_file_names_no_patient_in_its_properties() -> None:
    properties = PdfReader(BytesIO(render_pdf([a_slip()], ALONE))).metadata
    assert properties is not None
    assert "测试甲" not in str(properties)


def test_nothing_to_print_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="no slips"):
        render_pdf([], ALONE)


def test_the_font_is_in_the_file_with_the_letters_that_are_used() -> None:
    pdf = render_pdf([a_slip()], DESK)
    fonts: Any = PdfReader(BytesIO(pdf)).pages[0]["/Resources"]
    own = [font for font in fonts["/Font"].values() if "NotoSansSC" in font["/BaseFont"]]
    assert own
    assert all(len(font["/FontDescriptor"]["/FontFile2"].get_data()) > 1000 for font in own)
    assert len(pdf) < 200_000


@pytest.mark.parametrize("letter", ["㛃", "\U0002cb4e", "·", "\u3000", "▼"])
def test_the_font_has_rare_letters_of_names_too(letter: str) -> None:
    assert ord(letter) in getFont(chinese_font()).face.charToGlyph


@pytest.mark.parametrize(
    ("row", "runs"),
    [([0, 0], []), ([1, 1, 0, 1], [(0, 2), (3, 1)]), ([0, 1, 1, 1], [(1, 3)])],
)
def test_dark_modules_are_drawn_in_runs(row: list[int], runs: list[tuple[int, int]]) -> None:
    assert dark_runs(row) == runs
