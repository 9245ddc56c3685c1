"""The weekly report against a case computed by hand (R2, M17-M20)."""

from datetime import date, datetime, time, timedelta
from io import BytesIO
from uuid import uuid4

import openpyxl
import pytest

from bot.day_lists import day_list_workbook, doctor_day_workbook
from bot.weekly_report import week_workbook
from dialogs.timing.spans import moment
from handlers.booking.hospital_withdrawals import LateWithdrawal
from handlers.booking.tally import Figure
from handlers.booking.weekly import monday_of, report_on, week_name
from handlers.desk import Desk
from models.booking import (
    Appointment,
    AppointmentEvent,
    AppointmentEventKind,
    AppointmentStatus,
    BookingSource,
    Clinic,
    VisitKind,
)
from models.conversation import (
    Conversation,
    DeliveryClass,
    Dialog,
    Outgoing,
    OutgoingPurpose,
    OutgoingStatus,
)
from models.office import ConsultReason, ConsultTask, NoticeKind, OfficeNotice
from models.people import Patient, Respondent
from models.response import Answer, Responder, Response
from tests.handlers.booking_scene import a_patient
from tests.handlers.visiting import a_visit, open_the_day

pytestmark = pytest.mark.usefixtures("database")

MONDAY = date(2026, 11, 16)
TUESDAY = date(2026, 11, 17)
AFTER = moment(date(2026, 11, 23), time(8, 30))
NOON = moment(MONDAY, time(12))


async def _appointment(
    clinic: Clinic,
    patient: Patient,
    status: AppointmentStatus,
    source: BookingSource = BookingSource.WEB,
    *,
    day: date = TUESDAY,
    late: bool = False,
    version: int = 1,
) -> Appointment:
    """A visit on Tuesday at ten that was booked on Monday at noon, with its event."""
    starts = moment(day, time(10))
    row = await Appointment.create(
        number=uuid4().hex,
        patient=patient,
        clinic=clinic,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=30),
        check_in_by=starts,
        free_until=starts - timedelta(hours=19),
        status=status,
        version=version,
        visit_kind=VisitKind.RETURN,
        source=source,
        late_cancel=late,
        booked_at=NOON,
        created_at=NOON,
        updated_at=NOON,
    )
    await _event(row, AppointmentEventKind.BOOKED, NOON, version=1)
    return row


async def _event(
    row: Appointment,
    kind: AppointmentEventKind,
    at: datetime,
    *,
    version: int,
    late: bool = False,
    from_at: datetime | None = None,
) -> None:
    await AppointmentEvent.create(
        appointment=row, kind=kind, at=at, by="patient", version=version, late=late, from_at=from_at
    )


async def _reminder(row: Appointment, kind: str, status: OutgoingStatus, version: int = 1) -> None:
    at = NOON + timedelta(hours=5)
    respondent = await Respondent.create(created_at=NOON)
    await Outgoing.create(
        conversation=await Conversation.create(respondent=respondent),
        appointment_id=row.id,
        patient_id=row.patient_id,
        subject_version=version,
        occurrence=f"remind:{kind}:{row.id}:{version}",
        purpose=OutgoingPurpose.REMINDER,
        delivery_class=DeliveryClass.B,
        content="{}",
        not_before=at,
        sent_at=at,
        status=status,
        created_at=at,
    )


async def _reason(row: Appointment, why: str) -> None:
    conversation = await Conversation.create(respondent=await Respondent.create(created_at=NOON))
    dialog = await Dialog.create(
        conversation=conversation,
        patient_id=row.patient_id,
        appointment_id=row.id,
        started_at=NOON + timedelta(days=2),
        updated_at=NOON,
    )
    response = await Response.create(
        dialog=dialog,
        patient_id=row.patient_id,
        form="noshow",
        version="1",
        respondent_kind=Responder.SELF,
        started_at=NOON,
    )
    await Answer.create(response=response, item="why", value=[why], by=Responder.SELF, at=NOON)


async def _a_week() -> Clinic:
    """Eight visits of one Tuesday, and one talk that ended without a booking."""
    clinic = await Clinic.create(code="PF", name="皮肤科门诊")
    people = [await a_patient() for _ in range(8)]
    state = AppointmentStatus
    came = await _appointment(clinic, people[0], state.FULFILLED)
    also = await _appointment(clinic, people[1], state.ARRIVED, BookingSource.PHONE)
    forgot = await _appointment(clinic, people[2], state.NO_SHOW)
    silent = await _appointment(clinic, people[3], state.NO_SHOW)
    late = await _appointment(clinic, people[4], state.CANCELLED_BY_PATIENT, late=True, version=2)
    in_time = await _appointment(clinic, people[5], state.CANCELLED_BY_PATIENT, version=2)
    await _appointment(clinic, people[6], state.CANCELLED_BY_HOSPITAL, version=2)
    moved = await _appointment(
        clinic, people[7], state.FULFILLED, day=date(2026, 11, 20), version=2
    )
    for row in (came, also, forgot, silent, late):
        await _reminder(row, "confirm", OutgoingStatus.ACCEPTED)
    await _reminder(in_time, "confirm", OutgoingStatus.FAILED)
    await _reminder(came, "tomorrow", OutgoingStatus.ACCEPTED)
    evening = NOON + timedelta(hours=8)
    cancelled, moved_event = AppointmentEventKind.CANCELLED, AppointmentEventKind.MOVED
    await _event(came, AppointmentEventKind.CONFIRMED, evening, version=1)
    await _event(late, cancelled, evening, version=2, late=True)
    tuesday = moment(TUESDAY, time(10))
    await _event(moved, moved_event, evening, version=2, late=True, from_at=tuesday)
    await _reason(forgot, "forgot")
    await ConsultTask.create(
        number="ZX1",
        occurrence="x",
        reason=ConsultReason.UNBOOKED,
        raised_at=NOON,
        due_at=NOON,
    )
    return clinic


async def test_the_figures_are_those_computed_by_hand() -> None:
    """8 booked of 9 consulted; due: 3 seen, 2 missed, 2 given up late (one by moving)."""
    await _a_week()
    report = await report_on(MONDAY, AFTER)
    figures = report.total.now
    assert {figure.value: figures[figure] for figure in Figure} == {
        "consulted": 9,
        "booked": 8,
        "due": 7,
        "arrived": 3,
        "missed": 2,
        "late": 2,
        "cancelled": 1,
        "moved": 1,
        "reminded": 7,
        "delivered": 6,
        "told": 5,
        "answered": 2,
        "rebooked": 0,
    }
    assert figures.converted == pytest.approx(800 / 9)
    assert figures.attended == pytest.approx(300 / 7)
    assert figures.missed == pytest.approx(200 / 7)
    assert figures.delivered == pytest.approx(600 / 7)
    assert figures.confirmed == pytest.approx(40)


async def test_rows_are_split_by_day_and_source_and_add_up() -> None:
    """Monday has the bookings, Tuesday what became of them."""
    await _a_week()
    report = await report_on(MONDAY, AFTER)
    rows = {(line.day, line.name): line.now for line in report.by_source}
    assert rows[MONDAY, "web"][Figure.BOOKED] == 7
    assert rows[MONDAY, "phone"][Figure.BOOKED] == 1
    assert rows[TUESDAY, "web"][Figure.DUE] == 5
    for lines in (report.by_source, report.by_clinic):
        for figure in Figure:
            assert sum(line.now[figure] for line in lines) == report.total.now[figure]


async def test_reasons_are_counted_and_the_silent_apart() -> None:
    """All seven stand in the table."""
    await _a_week()
    report = await report_on(MONDAY, AFTER)
    assert report.reasons[0] == ("forgot", 1)
    assert len(report.reasons) == 7
    assert report.unanswered == 1


async def test_the_next_week_compares_with_this_one() -> None:
    """Seven due before, none now: the change is at the top."""
    await _a_week()
    report = await report_on(date(2026, 11, 23), moment(date(2026, 11, 30), time(8)))
    assert report.empty
    assert report.total.before[Figure.BOOKED] == 8
    assert [figures[Figure.BOOKED] for _, figures in report.curve][-2:] == [8, 0]
    top = report.changes[0]
    assert (top.measure, top.before, top.now) == ("booked", 8, 0)


async def test_a_new_booking_after_the_question_counts_as_its_fruit() -> None:
    """回访后改约数: within seven days."""
    clinic = await _a_week()
    forgot = (await Dialog.filter(appointment_id__not_isnull=True))[0]
    patient = await Patient.get(id=forgot.patient_id)
    again = await _appointment(clinic, patient, AppointmentStatus.BOOKED, day=date(2026, 12, 1))
    await AppointmentEvent.filter(appointment=again).update(at=NOON + timedelta(days=3))
    report = await report_on(MONDAY, AFTER)
    assert report.total.now[Figure.REBOOKED] == 1


async def test_a_week_without_data_says_so() -> None:
    """No empty table that looks like a fault."""
    report = await report_on(MONDAY, AFTER)
    book = openpyxl.load_workbook(BytesIO(week_workbook(Desk("示例医院"), report)))
    cells = [cell for row in book.worksheets[0].values for cell in row if cell]
    assert "本周没有预约数据" in cells


async def test_the_workbook_has_its_sheets_and_a_total_row() -> None:
    """Rows, clinics, reasons, curve, changes with room for the cause, footnotes."""
    await _a_week()
    report = await report_on(MONDAY, AFTER)
    book = openpyxl.load_workbook(BytesIO(week_workbook(Desk("示例医院"), report)))
    assert len(book.sheetnames) == 7
    total = list(book["按门诊"].values)[-1]
    assert total[:3] == ("合计", 9, 8)
    assert len(list(book["12周曲线"].values)) == 13
    assert next(iter(book["变化最大三项"].values))[-1] == "原因(请填写)"


async def test_on_monday_the_office_is_told_of_the_week_before() -> None:
    """08:30, once."""
    scene = await a_visit(time(10))
    await open_the_day(scene)
    await scene.until("2026-11-30T09:00")
    notice = await OfficeNotice.filter(kind=NoticeKind.WEEK).order_by("-at").first()
    assert notice is not None
    assert (notice.day, notice.values["week"]) == (date(2026, 11, 23), "2026-W48")
    assert notice.values["n"] == "1"


def test_weeks_are_named_as_the_calendar_does() -> None:
    """ISO weeks, also across the year's end."""
    assert monday_of("2026-W47") == MONDAY
    assert week_name(date(2026, 12, 28)) == "2026-W53"
    with pytest.raises(ValueError, match="W60"):
        monday_of("2026-W60")


async def test_the_day_s_sheet_has_the_columns_asked_for_and_masked_names() -> None:
    """R3; the doctor's log has a column more."""
    scene = await a_visit(time(10))
    day = scene.visit.starts_at.date()
    content = await day_list_workbook(scene.desk, day, scene.now)
    rows = list(openpyxl.load_workbook(BytesIO(content)).worksheets[0].values)
    head = next(row for row in rows if row[0] == "序号")
    assert len([cell for cell in head if cell]) == 15
    line = rows[rows.index(head) + 1]
    assert (line[1], line[2], line[3]) == (scene.visit.number, "10:00", "王*")
    assert all(scene.ward.patient.name not in str(cell) for row in rows for cell in row)
    log = await doctor_day_workbook(scene.desk, day, scene.visit.doctor, scene.now)
    rows = list(openpyxl.load_workbook(BytesIO(log)).worksheets[0].values)
    head = next(row for row in rows if row[0] == "序号")
    assert head[15] == "到诊"


async def test_what_the_hospital_gave_up_late_is_listed_by_clinic_and_reason() -> None:
    clinic = await Clinic.create(code=uuid4().hex, name="皮肤科门诊")
    early = timedelta(hours=30)
    for before, reason in ((timedelta(hours=2), "equipment"), (early, "equipment")):
        row = await _appointment(clinic, await a_patient(), AppointmentStatus.CANCELLED_BY_HOSPITAL)
        row.cancelled_at, row.cancel_reason = row.starts_at - before, reason
        await row.save()
    report = await report_on(MONDAY, AFTER)
    assert report.withdrawn == (LateWithdrawal("皮肤科门诊", "equipment", 1),)
    book = openpyxl.load_workbook(BytesIO(week_workbook(Desk(hospital="示例医院"), report)))
    rows = list(book["医院临时取消"].values)
    assert ("皮肤科门诊", "设备故障", 1) in rows
