"""The book written out: masked unless asked, harmless in a spreadsheet, and taken back as it is."""

import csv
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.booking_entries import appointment_entry, session_entry
from bot.booking_exports import _CATALOGUE, appointment_cells, session_cells, write_rows
from bot.intake.appointments import read_appointments
from bot.intake.sessions import read_sessions
from handlers.booking.exports import appointment_lines, session_lines
from handlers.booking.periods import Period
from models.booking import Appointment, AppointmentStatus, Place
from models.row import Row
from tests.handlers.booking_lists import (
    DAY,
    appointment,
    session,
    take_sessions,
    take_visits,
)

pytestmark = pytest.mark.usefixtures("sqlite_database")
MAN = "999999197001010017"


@pytest.fixture
async def book(now: datetime) -> None:
    """A session with two visits and one held place, and somebody who waits."""
    await take_sessions(now, session())
    await take_visits(
        now,
        appointment(2, id_no=MAN, id_type="resident_card", key_patient=True),
        appointment(3, clock=time(9), status=AppointmentStatus.CANCELLED_BY_PATIENT),
        appointment(4, status=None, clock=None, period=Period.MORNING, name="=1+1"),
    )
    free = await Place.filter(appointment_id=None).first()
    assert free is not None
    await Place.filter(id=free.id).update(held_until=now + timedelta(minutes=5))


async def _written(file: Path, kind: str, now: datetime, *, names: bool = True) -> Path:
    if kind == "sessions":
        rows = [session_cells(line) async for line in session_lines(now)]
    else:
        rows = [appointment_cells(line) async for line in appointment_lines(names=names)]
    write_rows(file, _CATALOGUE[kind], rows)
    return file


def _read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


async def test_a_session_shows_what_is_booked_held_and_free(
    book: None, now: datetime, tmp_path: Path
) -> None:
    [row] = _read(await _written(tmp_path / "s.csv", "sessions", now))
    numbers = {
        name: row[name] for name in ("限号数", "现场号", "可预约号", "已约", "选号中", "余号")
    }
    assert list(numbers.values()) == ["10", "2", "8", "1", "1", "6"]
    assert (row["开始时间"], row["结束时间"], row["状态"]) == ("08:00", "12:00", "出诊")


async def test_appointments_are_masked_unless_names_are_asked_for(
    book: None, now: datetime, tmp_path: Path
) -> None:
    masked = await _written(tmp_path / "a.csv", "appointments", now, names=False)
    text = masked.read_text(encoding="utf-8-sig")
    assert not [secret for secret in ("测试2", MAN, "13900000002") if secret in text]
    first = _read(masked)[0]
    assert (first["姓名"], first["联系电话"]) == ("测*", "139****0002")
    named = _read(await _written(tmp_path / "b.csv", "appointments", now))[0]
    assert (named["姓名"], named["证件号码"], named["重点患者"]) == ("测试2", MAN, "是")
    assert (named["证件类型"], named["状态"], named["时段"]) == (
        "居民身份证",
        "已预约",
        "08:30-09:00",
    )


async def test_who_waits_is_listed_and_no_name_is_a_formula(
    book: None, now: datetime, tmp_path: Path
) -> None:
    last = _read(await _written(tmp_path / "a.csv", "appointments", now))[-1]
    assert (last["状态"], last["时段"], last["姓名"]) == ("候补", "上午", "'=1+1")


async def test_xlsx_has_the_same_columns_and_keeps_numbers_as_text(
    book: None, now: datetime, tmp_path: Path
) -> None:
    sheet = load_workbook(await _written(tmp_path / "a.xlsx", "appointments", now)).active
    assert sheet is not None
    head = [cell.value for cell in sheet[1]]
    assert head == list(_CATALOGUE["appointments"].values())
    assert sheet.cell(2, head.index("证件号码") + 1).value == MAN


async def test_what_was_written_out_changes_nothing_when_it_is_taken_back(
    book: None, now: datetime, tmp_path: Path
) -> None:
    tables: tuple[type[Row], ...] = (Appointment, Place)
    before = [await table.all().count() for table in tables]
    sessions = await _written(tmp_path / "s.csv", "sessions", now)
    found = read_sessions(sessions.read_bytes(), "s.csv", today=DAY - timedelta(days=8))
    report = await take_sessions(now, *(session_entry(row) for row in found.rows))
    assert (report.rows.unchanged, report.rows.created, report.stopped) == (1, 0, 0)
    visits = await _written(tmp_path / "a.csv", "appointments", now)
    listed = read_appointments(visits.read_bytes(), "a.csv")
    taken = await take_visits(now, *(appointment_entry(row) for row in listed.rows))
    assert (taken.created, taken.faulty) == (0, 0)
    assert [await table.all().count() for table in tables] == before
    assert [visit.version for visit in await Appointment.all()] == [1, 1]
