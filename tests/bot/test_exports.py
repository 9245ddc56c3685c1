"""Answers written out: complete, without names unless asked, and harmless in a spreadsheet."""

import csv
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.exports import _write_csv, _write_xlsx, harmless
from handlers.exports import COLUMNS, AnswerRow, answer_rows
from models.response import Answer
from models.seal import keyring
from tests.handlers.ward import Ward, a_ward

pytestmark = pytest.mark.usefixtures("sqlite_database")


@pytest.fixture
async def ward() -> Ward:
    """A ward whose patient has answered the first round."""
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    for reply in ("1", "1", "1", "3", "=肚子疼,13900000001", "5", "6", "1", "1", "1", "1", "无"):
        await ward.say(reply)
    return ward


async def rows_of(ward: Ward, *, names: bool) -> list[AnswerRow]:
    """Export everything."""
    return [row async for row in answer_rows(ward.desk, keyring(), names=names)]


async def test_every_current_answer_is_there_once_and_equals_the_database(ward: Ward) -> None:
    rows = await rows_of(ward, names=True)
    answers = await Answer.filter(superseded_at__isnull=True)
    assert len(rows) == len(answers)
    assert {row.item_id for row in rows} == {answer.item for answer in answers}
    pain = next(row for row in rows if row.item_id == "nrs")
    assert (pain.answer_number, pain.round, pain.day_after_discharge) == (6.0, 1, 3)
    assert next(row for row in rows if row.item_id == "red").answer_code == "pain"


async def test_a_corrected_answer_is_exported_as_corrected(ward: Ward) -> None:
    answer = await Answer.get(item="feel")
    assert [
        row.answer_code for row in await rows_of(ward, names=False) if row.item_id == "feel"
    ] == ["worse"]
    assert answer.value == ["worse"]


async def test_without_names_nothing_names_the_patient(ward: Ward) -> None:
    rows = await rows_of(ward, names=False)
    text = "\n".join(str(row) for row in rows)
    assert ward.encounter.inpatient_no not in text
    assert "肚子疼" not in text
    assert "13900000001" not in text
    assert "2026-11-20" not in text
    assert len({row.patient for row in rows}) == 1


async def test_csv_opens_with_a_bom_and_no_cell_is_a_formula(ward: Ward, tmp_path: Path) -> None:
    file = tmp_path / "answers.csv"
    _write_csv(file, await rows_of(ward, names=True))
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    with file.open(encoding="utf-8-sig", newline="") as lines:
        read = list(csv.DictReader(lines))
    assert tuple(read[0]) == COLUMNS
    said = next(line for line in read if line["item_id"] == "worse_txt")
    assert said["answer_text"].startswith("'=")


async def test_xlsx_has_a_row_a_response_under_codes_and_texts(ward: Ward, tmp_path: Path) -> None:
    file = tmp_path / "answers.xlsx"
    _write_xlsx(file, await rows_of(ward, names=True))
    sheet = load_workbook(file)["fu-d3"]
    codes = [cell.value for cell in sheet[1]]
    assert sheet.max_row == 3
    assert sheet.cell(3, codes.index("feel") + 1).value == "worse"
    assert sheet.cell(3, codes.index("nrs") + 1).value == 6


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "＝1"])
def test_what_a_spreadsheet_would_calculate_is_kept_as_text(text: str) -> None:
    assert harmless(text) == f"'{text}"
