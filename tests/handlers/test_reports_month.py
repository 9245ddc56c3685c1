"""The reports of complaints and alerts, against cases computed by hand (R4, R8, M10, M11, M15)."""

from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import count
from typing import Any
from uuid import uuid4

import openpyxl
import pytest

from bot.month_reports import alerts_workbook, complaint_workbook
from dialogs.timing.spans import moment
from handlers.casework.entries import note
from handlers.desk import Desk
from handlers.reports.alerts_handled import report_alerts
from handlers.reports.complaint_month import report_complaints
from handlers.reports.period import Period, month_before, month_of, period_of
from models.alert import Alert, AlertEntry, AlertEvent, AlertLevel, AlertStatus
from models.complaint import (
    Complaint,
    ComplaintClosing,
    ComplaintEvent,
    FiledBy,
    Finding,
    ImprovementAction,
    Opinion,
    OpinionStatus,
)
from models.conversation import Conversation, Inbound
from models.hospital import Department, StaffMember, StaffRole
from models.people import Respondent
from tests.handlers.people import an_encounter

pytestmark = pytest.mark.usefixtures("database")

NOVEMBER = month_of("2026-11")
AFTER = moment(date(2026, 12, 1), time(8, 30))
_numbers = count(1)


def _at(day: int, hour: int = 10, month: int = 11) -> datetime:
    return moment(date(2026, month, day), time(hour))


async def _complaint(received: datetime, department: Department | None, **values: Any) -> Complaint:
    number = f"TS-{next(_numbers):06}"
    due = received + timedelta(days=3)
    defaults = {
        "filed_by": FiledBy.EXPLICIT,
        "owner_role": StaffRole.COMPLAINT_OFFICE,
        "tags": ["T5"],
        "categories": ["attitude"],
        "contact_due_at": received + timedelta(hours=4),
        "result_due_at": due,
        "legal_due_at": received + timedelta(days=7),
        "tags_confirmed_at": received,
    }
    case = await Complaint.create(
        number=number,
        occurrence=number,
        department=department,
        received_at=received,
        **{**defaults, **values},
    )
    if case.closed_at is not None and case.satisfaction is not None:
        await _rated(case, case.closed_at, case.satisfaction)
    return case


async def _rated(case: Complaint, closed: datetime, *marks: int) -> None:
    """It is closed in its history, and rated on the next day."""
    await note(case, ComplaintEvent.CLOSED, closed)
    for stars in marks:
        await note(case, ComplaintEvent.RATED, closed + timedelta(days=1), detail=str(stars))


async def _ward(code: str, name: str) -> Department:
    return await Department.create(code=code, name=name)


async def _heard(complaint: Complaint, now: datetime, categories: list[str]) -> Opinion:
    respondent = await Respondent.create(created_at=now)
    conversation = await Conversation.create(respondent=respondent)
    inbound = await Inbound.create(
        channel="web", external_id=uuid4().hex, conversation=conversation, received_at=now
    )
    return await Opinion.create(
        inbound=inbound,
        conversation=conversation,
        complaint=complaint,
        status=OpinionStatus.FILED,
        categories=categories,
        at=now,
    )


def test_a_period_is_a_month_or_a_day() -> None:
    assert period_of("2026-11") == Period(date(2026, 11, 1), date(2026, 11, 30))
    assert period_of("2026-11-22").name == "2026-11-22"
    assert month_before(month_of("2026-01")).name == "2025-12"
    with pytest.raises(ValueError, match="2026-13"):
        period_of("2026-13")


async def test_a_month_of_complaints_is_counted_as_by_hand() -> None:
    """Six received in November, one of them a duplicate; one of October for the comparison.

    Due in November: 1 (in time), 2 (late, but lawful), 3 (not answered), 5 (in time); 4 was
    withdrawn, 6 is a duplicate; October's was due in October.
    """
    heart, bone = await _ward("XN", "心内科"), await _ward("GK", "骨科")
    for _ in range(4):
        stay = await an_encounter(_at(1))
        stay.department, stay.discharged_on = heart, date(2026, 11, 9)
        await stay.save()
    await _complaint(_at(20, month=10), heart)
    first = await _complaint(
        _at(2),
        heart,
        answered_at=_at(4),
        closed_at=_at(5),
        closing=ComplaintClosing.ACCEPTED,
        finding=Finding.VALID,
        satisfaction=5,
        root_cause="conduct",
    )
    await _complaint(
        _at(3), heart, tags=["T7", "T1"], answered_at=_at(8), closed_at=_at(9),
        closing=ComplaintClosing.NOT_ACCEPTED, finding=Finding.PARTLY, satisfaction=2,
        root_cause="skill",
    )  # fmt: skip
    await _complaint(_at(10), bone, dispute=True, tags=["D1"], tags_confirmed_at=None)
    await _complaint(
        _at(11), bone, closing=ComplaintClosing.WITHDRAWN, closed_at=_at(11), reopened=1
    )
    await _complaint(
        _at(12), None, joint=True, tags=["T12"], answered_at=_at(14), closed_at=_at(20),
        closing=ComplaintClosing.ACCEPTED, finding=Finding.VALID, root_cause="conduct",
    )  # fmt: skip
    await _complaint(_at(12), heart, closing=ComplaintClosing.DUPLICATE, closed_at=_at(12))
    await _heard(first, _at(2), ["attitude", "waiting"])
    await ImprovementAction.create(
        problem="夜间按铃", measure="加一名护士", responsible="护士长",
        due_on=date(2026, 12, 1), created_at=_at(20), done_at=_at(25),
    )  # fmt: skip

    report = await report_complaints(NOVEMBER, AFTER)

    assert (report.received, report.received_before) == (5, 1)
    assert (report.due, report.in_time, report.lawful) == (4, 2, 3)
    assert report.timeliness == 50.0
    assert report.matrix == {
        ("T5", "心内科"): 1,
        ("T7", "心内科"): 1,
        ("T1", "心内科"): 1,
        ("T5", "骨科"): 1,
        ("T12", ""): 1,
    }
    rates = {row.name: (row.complaints, row.discharges, row.rate) for row in report.departments}
    assert rates["心内科"] == (2, 4, 500.0)
    assert rates["骨科"] == (2, 0, None)
    assert report.unconfirmed == 1
    assert report.agreed == 50.0
    days = {row.name: (row.answered, row.mean, row.median) for row in report.days}
    assert days == {
        "all": (3, 3.0, 2.0),
        "simple": (1, 2.0, 2.0),
        "medical": (1, 5.0, 5.0),
        "joint": (1, 2.0, 2.0),
    }
    assert report.findings == {"valid": 2, "partly": 1}
    assert (report.rated, report.satisfied, report.mean_rating) == (2, 1, 3.5)
    assert report.root_causes == (("conduct", 2), ("skill", 1))
    assert report.reopened == 1
    assert [line.done for line in report.improvements] == [True]
    assert [line.number for line in report.disputes] == [(await Complaint.get(dispute=True)).number]


async def test_each_closing_counts_with_its_last_mark_in_the_month_it_was_closed_in() -> None:
    """The first was rated 1, changed to 2, and opened again; its second closing is unrated."""
    ward = await _ward("XN", "心内科")
    first = await _complaint(_at(2), ward)
    await _rated(first, _at(5), 1, 2)
    await _rated(first, _at(9))
    second = await _complaint(_at(20, month=10), ward)
    await _rated(second, _at(25, month=10), 1)
    await _rated(second, _at(30), 5)
    report = await report_complaints(NOVEMBER, AFTER)
    assert (report.rated, report.satisfied, report.mean_rating) == (2, 1, 3.5)


async def test_disputes_are_on_a_sheet_of_their_own_and_only_for_those_who_may_read_it() -> None:
    row = await _complaint(_at(10), await _ward("GK", "骨科"), dispute=True, tags=["D1"])
    report = await report_complaints(NOVEMBER, AFTER)
    desk = Desk("示例医院")
    read = complaint_workbook(desk, report, disputes=True)
    plain = complaint_workbook(desk, report, disputes=False)
    assert row.number in _texts(read)
    assert row.number not in _texts(plain)
    assert "示例医院 投诉月报 2026-11" in _texts(plain)


async def test_a_month_without_complaints_says_so() -> None:
    report = await report_complaints(month_of("2026-02"), AFTER)
    assert "本期没有投诉" in _texts(complaint_workbook(Desk("示例医院"), report, disputes=True))


async def test_alerts_are_judged_and_timed_as_by_hand() -> None:
    """Four red ones: taken after 5 and 15 minutes, one never, and a drill that does not count."""
    ward = await _ward("XN", "心内科")
    nurse = await StaffMember.create(
        username="n1", name="刘护士", role=StaffRole.NURSE, created_at=_at(1)
    )
    stay = await an_encounter(_at(1))
    for minutes, verdict, drill in (
        (5, "confirmed", False),
        (15, "not_confirmed", False),
        (None, "", False),
        (1, "confirmed", True),
    ):
        alert = await Alert.create(
            number=f"A{next(_numbers):06}", level=AlertLevel.L1, rule="RC6", words="胸口闷",
            status=AlertStatus.CLOSED if verdict else AlertStatus.OPEN, department=ward,
            encounter=stay, patient_id=stay.patient_id, raised_at=_at(23),
            due_at=_at(23) + timedelta(minutes=30), verdict=verdict, drill=drill,
            closed_at=_at(23, 12) if verdict else None, step=0 if minutes else 3,
        )  # fmt: skip
        for after in (minutes, 60) if minutes else ():
            await AlertEntry.create(
                alert=alert, staff=nurse, event=AlertEvent.CLAIMED,
                at=_at(23) + timedelta(minutes=after),
            )  # fmt: skip

    report = await report_alerts(NOVEMBER, AFTER)

    (red,) = report.levels
    assert (red.raised, red.taken, red.judged, red.confirmed, red.climbed) == (3, 2, 2, 1, 1)
    assert (red.accuracy, red.median_minutes) == (50.0, 10.0)
    assert [line.minutes for line in report.untaken] == [None]
    assert {line.day for line in report.lines} == {3}
    assert [line.late for line in report.lines if line.closed_at] == [True, True]
    shown = _texts(alerts_workbook(Desk("示例医院"), report))
    assert "测*" in shown
    assert "测试甲" not in shown
    assert not (await report_alerts(NOVEMBER, AFTER, departments=["GK"])).lines


def _texts(workbook: bytes) -> str:
    book = openpyxl.load_workbook(BytesIO(workbook))
    cells = (cell.value for sheet in book for row in sheet.iter_rows() for cell in row)
    return "\n".join(str(cell) for cell in cells if cell is not None)
