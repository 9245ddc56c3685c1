"""Clinics, sessions and appointments in the files hospitals really send."""

import datetime as dt
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from bot.intake.appointments import AppointmentList, ListedStatus, read_appointments
from bot.intake.clinics import ClinicList, read_clinics
from bot.intake.headers import APPOINTMENTS, CLINICS, SESSIONS, Headers
from bot.intake.recalls import read_recalls
from bot.intake.sessions import SessionList, read_sessions
from bot.intake.visit_hours import parse_clock, parse_hours
from handlers.booking.periods import Period

TODAY = dt.date(2026, 11, 22)
MAN = "999999197001010017"


def _csv(*rows: str, encoding: str = "utf-8") -> bytes:
    return "\n".join(rows).encode(encoding)


def _xlsx(rows: list[list[Any]], merges: tuple[str, ...] = ()) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for merge in merges:
        sheet.merge_cells(merge)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _sessions(content: bytes) -> SessionList:
    return read_sessions(content, "list", today=TODAY)


def _appointments(*rows: str) -> AppointmentList:
    head = "预约号,状态,姓名,证件号码,联系电话,科室,医生,就诊日期,时段"
    return read_appointments(_csv(head, *rows), "list.csv")


def _clinics(head: str, row: str) -> ClinicList:
    return read_clinics(_csv(head, row), "list.csv")


def _codes(found: Any) -> list[str]:
    return [fault.code for fault in found.faults]


def test_names_of_every_list_lose_marks_that_turn_or_hide_what_is_written() -> None:
    """A right-to-left mark shows 王小明 as another name, a control mark as none."""
    turned, doctor = "王\u202e小\u2066明\u0085", "陈\u061c医\x7f生"
    found = _appointments(f"A1,已预约,{turned},{MAN},13900000001,皮肤科,{doctor},2026-11-25,上午")
    assert [(row.name, row.doctor) for row in found.rows] == [("王小明", "陈医生")]
    head = "姓名,证件号码,联系电话,复诊日期,医生"
    row = f"{turned},{MAN},13900000001,2026-11-01,{doctor}"
    recalls = read_recalls(_csv(head, row), "list.csv", today=TODAY)
    assert [(row.name, row.doctor) for row in recalls.rows] == [("王小明", "陈医生")]
    row = f"皮\u200f肤科,{doctor},2026-11-30,上午,20,4,,"
    sessions = _sessions(_csv(HEAD, row))
    assert [row.doctor for row in sessions.rows] == ["陈医生"]


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("8:00", (8, 0)),
        ("08:30:00", (8, 30)),
        ("８：３０", (8, 30)),
        ("8点", (8, 0)),
        ("8点半", (8, 30)),
        ("下午2:30", (14, 30)),
        ("0830", (8, 30)),
        ("0.354166666666667", (8, 30)),
        ("晚上7点", (19, 0)),
    ],
)
def test_clock_times_as_clerks_write_them(text: str, clock: tuple[int, int]) -> None:
    assert parse_clock(text) == dt.time(*clock)


@pytest.mark.parametrize("text", ["", "25:00", "8:75", "张示例", "0.9999", "早上好"])
def test_what_is_no_clock_time_is_none(text: str) -> None:
    assert parse_clock(text) is None


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("8:00-12:00", ((8, 0), (12, 0))),
        ("8:00～11:30", ((8, 0), (11, 30))),
        ("8:00至12:00", ((8, 0), (12, 0))),
        ("下午2:30-5:30", ((14, 30), (17, 30))),
        ("上午(8:00-11:30)", ((8, 0), (11, 30))),
        ("上午", ((8, 0), (12, 0))),
        ("PM", ((14, 30), (17, 30))),
        ("晚上", ((18, 0), (20, 0))),
    ],
)
def test_hours_as_clerks_write_them(
    text: str, hours: tuple[tuple[int, int], tuple[int, int]]
) -> None:
    assert parse_hours(text) == (dt.time(*hours[0]), dt.time(*hours[1]))


def test_a_workbook_with_title_merged_cells_serial_dates_and_typed_times_is_read() -> None:
    content = _xlsx(
        [
            ["示例医院门诊出诊表", None, None, None, None, None],
            ["科室", "出诊医生", "出诊日期", "开始时间", "结束时间", "限号数"],
            ["皮肤科", "李 示例", dt.datetime(2026, 11, 30), dt.time(8), dt.time(12), 20],  # noqa: DTZ001 - a cell
            [None, "王示例", 46356, dt.time(14, 30), dt.time(17, 30), "２０"],
            ["合计", None, None, None, None, None],
        ],
        merges=("A1:F1", "A3:A4"),
    )
    found = _sessions(content)
    assert [(row.clinic, row.doctor, row.day, row.starts, row.quota) for row in found.rows] == [
        ("皮肤科", "李示例", dt.date(2026, 11, 30), dt.time(8), 20),
        ("皮肤科", "王示例", dt.date(2026, 11, 30), dt.time(14, 30), 20),
    ]
    assert [fault for fault in found.faults if fault.severity == "error"] == []


def test_gb18030_with_full_width_digits_and_synonyms_is_read() -> None:
    rows = (
        "号别名称,专家姓名,坐诊日期,午别,限号,现场限号",
        "皮肤科,李示例,２０２６年１１月３０日,上午,２０,４",
    )
    [row] = _sessions(_csv(*rows, encoding="gb18030")).rows
    assert (row.quota, row.walk_in, row.starts) == (20, 4, dt.time(8))


HEAD = "门诊,医生,日期,时间,限号数,现场号,状态,时段分钟"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("皮肤科,李,2026-11-21,上午,20,4,,", "session_past"),
        ("皮肤科,李,2026-02-31,上午,20,4,,", "date_invalid"),
        ("皮肤科,李,2026-11-30,25:00-26:00,20,4,,", "hours_invalid"),
        ("皮肤科,李,2026-11-30,全天,20,4,,", "hours_invalid"),
        ("皮肤科,李,2026-11-30,12:00-8:00,20,4,,", "hours_reversed"),
        ("皮肤科,李,2026-11-30,上午,很多,4,,", "count_invalid"),
        ("皮肤科,李,2026-11-30,上午,,4,,", "row_ignored"),
        ("皮肤科,李,2026-11-30,上午,4,20,,", "walk_in_above_quota"),
        ("皮肤科,李,2026-11-30,上午,20,4,待定,", "session_state_unknown"),
        ("皮肤科,李,2026-11-30,上午,20,4,,2", "slot_minutes_invalid"),
    ],
)
def test_a_bad_session_is_named_and_the_next_row_goes_on(row: str, code: str) -> None:
    good = "皮肤科,王,2026-11-30,上午,20,4,,"
    found = _sessions(_csv(HEAD, row, good))
    assert code in _codes(found)
    assert [(kept.line, kept.doctor) for kept in found.rows] == [(3, "王")]


def test_a_doctor_in_two_places_at_once_keeps_neither_row() -> None:
    rows = ("皮肤科,李,2026-11-30,8:00-12:00,20,4,,", "心内科,李,2026-11-30,11:00-13:00,20,4,,")
    found = _sessions(_csv(HEAD, *rows))
    assert _codes(found) == ["doctor_twice", "doctor_twice"]
    assert found.rows == ()


def test_a_session_listed_twice_keeps_the_last_row() -> None:
    rows = ("皮肤科,李,2026-11-30,上午,20,4,,", "皮肤科,李,2026-11-30,上午,10,4,,")
    found = _sessions(_csv(HEAD, *rows))
    assert [(row.line, row.quota) for row in found.rows] == [(3, 10)]
    assert _codes(found) == ["session_repeated"]


def test_a_stopped_session_is_read_as_stopped_without_a_quota() -> None:
    [row] = _sessions(_csv(HEAD, "皮肤科,李,2026-11-30,上午,0,,停诊,")).rows
    assert row.stopped


def test_rules_of_a_clinic_are_read_by_their_chinese_names() -> None:
    found = _clinics(
        "门诊名称,门诊编码,类别,号源归属,提前天数,预约截止,上午报到,违约上限,按自然月,候补保留分钟,每人预约上限",
        "皮肤科,PF,专科,HIS,1天,下午2点,9:30,3次,是,90,4",
    )
    [row] = found.rows
    assert (row.kind, row.keeper) == ("specialty", "hospital")
    assert row.rules == {
        "min_lead_days": 1,
        "cutoff": "14:00",
        "morning_check_in": "09:30",
        "breach_limit": 3,
        "calendar_month": True,
        "waiting_offer_minutes": 90,
        "open_bookings": 4,
    }


@pytest.mark.parametrize(
    ("column", "value"), [("提前天数", "两天半"), ("预约截止", "25:00"), ("按自然月", "也许")]
)
def test_a_rule_that_cannot_be_read_leaves_the_clinic_out(column: str, value: str) -> None:
    found = _clinics(f"门诊名称,门诊编码,{column}", f"皮肤科,PF,{value}")
    assert found.rows == ()
    assert _codes(found) == ["rule_invalid"]


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("已预约", ListedStatus.BOOKED),
        ("已签到", ListedStatus.ARRIVED),
        ("已就诊", ListedStatus.FULFILLED),
        ("退号", ListedStatus.CANCELLED_BY_PATIENT),
        ("停诊退号", ListedStatus.CANCELLED_BY_HOSPITAL),
        ("爽约", ListedStatus.NO_SHOW),
        ("候补", ListedStatus.WAITLIST),
        ("", ListedStatus.BOOKED),
    ],
)
def test_states_are_read_by_their_chinese_words(word: str, status: ListedStatus) -> None:
    [row] = _appointments(f"A1,{word},测试甲,{MAN},13900000001,皮肤科,李,2026-11-30,上午").rows
    assert row.status is status


@pytest.mark.parametrize(
    ("day", "time", "clock", "period"),
    [
        ("2026-11-30", "08:30", dt.time(8, 30), Period.MORNING),
        ("2026-11-30", "14:30-15:00", dt.time(14, 30), Period.AFTERNOON),
        ("2026-11-30", "上午", None, Period.MORNING),
        ("2026-11-30 09:00", "", dt.time(9), Period.MORNING),
        ("", "2026-11-30 09:00:00", dt.time(9), Period.MORNING),
        ("46356", "0.375", dt.time(9), Period.MORNING),
        ("20261130", "下午3点", dt.time(15), Period.AFTERNOON),
    ],
)
def test_the_hour_of_a_visit_is_read_from_one_cell_or_two(
    day: str, time: str, clock: dt.time | None, period: Period
) -> None:
    [row] = _appointments(f"A1,已预约,测试甲,{MAN},13900000001,皮肤科,李,{day},{time}").rows
    assert (row.visit.day, row.visit.clock, row.visit.period) == (
        dt.date(2026, 11, 30),
        clock,
        period,
    )


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("A1,飞走了,测试甲,,13900000001,皮肤科,李,2026-11-30,上午", "status_unknown"),
        ("A1,已预约,测试甲,,13900000001,皮肤科,李,,", "visit_time_missing"),
        ("A1,已预约,测试甲,,13900000001,皮肤科,李,2026-11-30,", "visit_time_missing"),
        ("A1,已预约,测试甲,,13900000001,皮肤科,李,2026-11-30,随便", "visit_time_invalid"),
        ("A1,已预约,测试甲,,13900000001,皮肤科,李,2026-02-31,上午", "date_invalid"),
        ("1.5E+12,已预约,测试甲,,13900000001,皮肤科,李,2026-11-30,上午", "number_damaged"),
        ("A1,已预约,无名氏,,13900000001,皮肤科,李,2026-11-30,上午", "patient_unnamed"),
        (",已预约,测试甲,,13900000001,皮肤科,李,2026-11-30,上午", "value_missing"),
    ],
)
def test_a_bad_appointment_is_named_and_the_next_row_goes_on(row: str, code: str) -> None:
    good = f"A2,已预约,测试乙,{MAN},13900000002,皮肤科,李,2026-11-30,上午"
    found = _appointments(row, good)
    assert code in _codes(found)
    assert [kept.line for kept in found.rows] == [3]


@pytest.mark.parametrize(
    ("number", "code"),
    [("999999197001010018", "id_checksum"), ("999999197001010000", "id_damaged")],
)
def test_a_wrong_id_number_is_not_kept_and_the_row_goes_on(number: str, code: str) -> None:
    found = _appointments(f"A1,已预约,测试甲,{number},13900000001,皮肤科,李,2026-11-30,上午")
    assert code in _codes(found)
    assert [row.person.id_no for row in found.rows] == [""]


def test_a_number_listed_twice_keeps_the_last_row() -> None:
    row = f"A1,已预约,测试甲,{MAN},13900000001,皮肤科,李,2026-11-30,"
    found = _appointments(row + "上午", row + "下午")
    assert [(kept.line, kept.visit.period) for kept in found.rows] == [(3, Period.AFTERNOON)]
    assert _codes(found) == ["appointment_repeated"]


def test_no_fault_and_no_row_shows_a_person() -> None:
    found = _appointments("A1,飞走了,测试甲,999999197001010018,13900000001,皮肤科,李,,")
    shown = " ".join(fault.message for fault in found.faults) + repr(found.rows)
    assert "测试甲" not in shown
    assert "99999919" not in shown


@pytest.mark.parametrize("headers", [CLINICS, SESSIONS, APPOINTMENTS])
def test_the_docs_name_every_column(headers: Headers) -> None:
    text = (Path(__file__).parents[2] / "docs" / "lists.md").read_text(encoding="utf-8")
    assert [label for label in headers.labels.values() if f"| {label} |" not in text] == []
