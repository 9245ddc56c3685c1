"""A session stopped, substituted or moved: everybody is told, late wants a reason, no breaches."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from handlers.booking.actor import Actor
from handlers.booking.confirmations import accept_substitute
from models.audit import AuditEntry
from models.booking import (
    Appointment,
    AppointmentStatus,
    Breach,
    Clinic,
    Session,
    SessionStatus,
)
from models.conversation import DeliveryClass, Outgoing
from models.office import ConsultReason, ConsultTask, OfficeNotice
from tests.bot.book_scene import WEDNESDAY, Outpatients, at, free_in, the_outpatients
from tests.bot.staff_site import Desktop, StaffSite, a_colleague, a_site

TUESDAY = WEDNESDAY - timedelta(days=1)


@pytest.fixture
async def out(sqlite_database: str) -> Outpatients:
    """Wednesday's session, on Monday morning."""
    assert sqlite_database
    return await the_outpatients()


@pytest.fixture
async def site(out: Outpatients, tmp_path: Path) -> AsyncIterator[StaffSite]:
    """The pages of that morning."""
    async with a_site(out.ward, tmp_path) as found:
        yield found


@pytest.fixture
async def office(site: StaffSite) -> Desktop:
    """Somebody of the outpatient office, signed in."""
    return await site.desktop(await a_colleague(site.ward, "outpatient_office", "", name="许门诊"))


async def change(office: Desktop, out: Outpatients, do: str, **fields: str) -> tuple[int, str]:
    """Press a button on the session's page."""
    return await office.post(f"/staff/book/sessions/{out.session_id}", do=do, **fields)


async def the_session(out: Outpatients) -> Session:
    """The session as it stands in the database."""
    return await Session.get(id=out.session_id)


async def test_a_substitute_is_told_to_everybody_and_asked_about(
    out: Outpatients, office: Desktop
) -> None:
    status, where = await change(office, out, "substitute", name="黄医生", seen="open")
    assert (status, "said=session_changed" in where) == (303, True)
    session = await the_session(out)
    assert (session.status, session.substitute) == (SessionStatus.SUBSTITUTED, "黄医生")
    assert any("黄医生" in line for line in await out.ward.shown())
    message = await Outgoing.filter(appointment_id=out.visits["王小明"].id).first()
    assert message is not None
    assert message.delivery_class is DeliveryClass.A
    visits = await Appointment.filter(session_id=out.session_id)
    assert {visit.version for visit in visits} == {2}
    assert all(visit.hospital_changed_at == out.ward.now for visit in visits)
    assert all(visit.status is AppointmentStatus.BOOKED for visit in visits)


async def another_session(out: Outpatients, doctor: str, begins: int, ends: int) -> Session:
    """Hours of a doctor in another clinic that day."""
    clinic = await Clinic.create(code=uuid4().hex, name="疼痛门诊")
    return await Session.create(
        clinic=clinic,
        doctor=doctor,
        day=WEDNESDAY,
        starts_at=at(WEDNESDAY, begins),
        ends_at=at(WEDNESDAY, ends),
    )


async def test_a_substitute_who_has_hours_elsewhere_is_refused_and_they_are_named(
    out: Outpatients, office: Desktop
) -> None:
    busy = await another_session(out, "黄医生", 9, 11)
    status, shown = await change(office, out, "substitute", name="黄医生", seen="open")
    assert (status, "疼痛门诊" in shown, "9:00" in shown) == (422, True, True)
    assert (await the_session(out)).status is SessionStatus.OPEN
    await Session.filter(id=busy.id).update(substitute="钱医生")
    assert (await change(office, out, "substitute", name="黄医生", seen="open"))[0] == 303


async def test_other_hours_are_met_only_where_the_office_says_why(
    out: Outpatients, office: Desktop
) -> None:
    """The second press wants a reason, which stands in the audit."""
    await another_session(out, "黄医生", 9, 11)
    asked = {"name": "黄医生", "seen": "open", "despite": "1"}
    status, shown = await change(office, out, "substitute", **asked)
    assert (status, 'name="despite"' in shown) == (422, True)
    why = "两个诊室相邻,分段看诊"
    assert (await change(office, out, "substitute", reason=why, **asked))[0] == 303
    assert (await the_session(out)).substitute == "黄医生"
    assert await AuditEntry.filter(action="session.substitute", reason=why).exists()


async def test_a_session_is_not_moved_into_other_hours_of_its_doctor(
    out: Outpatients, office: Desktop
) -> None:
    before = await the_session(out)
    await another_session(out, before.doctor, 14, 17)
    status, shown = await change(office, out, "shift", starts_at=f"{WEDNESDAY}T13:00")
    assert (status, "疼痛门诊" in shown) == (422, True)
    assert (await the_session(out)).starts_at == before.starts_at
    status, _ = await change(office, out, "shift", starts_at=f"{WEDNESDAY}T17:00")
    assert status == 303


async def test_who_cannot_be_written_to_is_phoned(out: Outpatients, office: Desktop) -> None:
    await change(office, out, "stop")
    tasks = await ConsultTask.filter(reason=ConsultReason.CLINIC_STOPPED)
    reached = out.ward.patient.id
    assert len(tasks) == 4
    assert reached not in {task.patient_id for task in tasks}
    _, shown = await office.get(f"/staff/book/sessions/{out.session_id}")
    assert "还没有回复的患者<small>5 位" in shown
    assert "王*" in shown
    status, where = await office.post(f"/staff/book/sessions/{out.session_id}/hand-over")
    assert (status, "said=handed_over" in where) == (303, True)
    assert await ConsultTask.filter(reason=ConsultReason.CLINIC_STOPPED).count() == 5
    await office.post(f"/staff/book/sessions/{out.session_id}/hand-over")
    assert await ConsultTask.filter(reason=ConsultReason.CLINIC_STOPPED).count() == 5


async def test_who_takes_the_substitute_has_answered(out: Outpatients, office: Desktop) -> None:
    await change(office, out, "substitute", name="黄医生")
    out.ward.now += timedelta(minutes=5)
    await accept_substitute(out.visits["王小明"].id, Actor("patient", "web"), out.ward.now)
    _, shown = await office.get(f"/staff/book/sessions/{out.session_id}")
    assert "还没有回复的患者<small>4 位" in shown


async def test_silence_is_phoned_about_and_a_stopped_session_closed(
    out: Outpatients, office: Desktop
) -> None:
    await change(office, out, "stop")
    stopped = ConsultTask.filter(reason=ConsultReason.CLINIC_STOPPED)
    assert await stopped.count() == 4
    await out.ward.until("2026-11-23T16:31")
    assert await stopped.count() == 5
    tasks = await stopped
    assert all(task.due_at <= at(WEDNESDAY, 11) for task in tasks)
    await out.ward.until("2026-11-25T11:00")
    visits = await Appointment.filter(session_id=out.session_id)
    assert {v.status for v in visits} == {AppointmentStatus.CANCELLED_BY_HOSPITAL}
    assert await Breach.all().count() == 0


async def test_late_the_first_press_only_asks_for_the_reason(
    out: Outpatients, office: Desktop
) -> None:
    out.ward.now = at(TUESDAY, 16)
    status, shown = await change(office, out, "stop")
    assert (status, "再次确认:停诊" in shown) == (422, True)
    assert (await the_session(out)).status is SessionStatus.OPEN
    assert await ConsultTask.all().count() == 0
    status, where = await change(office, out, "stop", reason="医生急病")
    assert (status, "said=session_changed" in where) == (303, True)
    assert (await the_session(out)).status is SessionStatus.STOPPED
    entry = await AuditEntry.get(action="session.stopped")
    assert entry.reason == "医生急病"


async def test_before_the_notice_no_reason_is_asked(out: Outpatients, office: Desktop) -> None:
    out.ward.now = at(TUESDAY, 15, 59)
    assert (await change(office, out, "stop"))[0] == 303


async def test_giving_up_after_a_stop_is_never_a_breach(
    site: StaffSite, out: Outpatients, office: Desktop
) -> None:
    out.ward.now = at(TUESDAY, 17)
    await change(office, out, "stop", reason="医生急病")
    visit = await out.visit("王小明")
    path = f"/staff/book/visits/{visit.number}/cancel"
    await office.post(path, version=str(visit.version), reason="busy")
    assert (await out.visit("王小明")).status is AppointmentStatus.CANCELLED_BY_PATIENT
    assert await Breach.all().count() == 0


async def test_nobody_is_booked_into_a_stopped_session(out: Outpatients, office: Desktop) -> None:
    await change(office, out, "stop")
    slot = str(out.slots[5].id)
    _, shown = await office.get(f"/staff/book?day={WEDNESDAY}")
    assert f"slot={slot}" not in shown
    _, shown = await office.get(f"/staff/book/new?clinic=PF&day={WEDNESDAY}")
    assert slot not in shown
    visit = await out.visit("赵一")
    path = f"/staff/book/visits/{visit.number}/move"
    _, where = await office.post(path, version=str(visit.version), slot=slot)
    assert where.endswith("said=no_session")
    assert await free_in(out.slots[5]) == 2


async def test_a_session_moves_with_its_slots_and_visits(out: Outpatients, office: Desktop) -> None:
    status, _ = await change(office, out, "shift", starts_at="2026-11-25T08:30")
    assert status == 303
    session = await the_session(out)
    assert session.starts_at == at(WEDNESDAY, 8, 30)
    visit = await out.visit("王小明")
    assert visit.starts_at == at(WEDNESDAY, 9)
    assert visit.free_until == at(TUESDAY, 15)
    assert any(" 9:00" in line for line in await out.ward.shown())
    assert await Breach.all().count() == 0


@pytest.mark.parametrize(
    ("do", "fields", "words"),
    [
        ("substitute", {"name": " "}, "请填姓名"),
        ("substitute", {"name": "陈医生"}, "同一人"),
        ("shift", {"starts_at": ""}, "请填新的开始时间"),
        ("shift", {"starts_at": "明天"}, "请填新的开始时间"),
        ("shift", {"starts_at": "9999-12-31T23:59"}, "请填新的开始时间"),
        ("shift", {"starts_at": "2026-11-20T08:00"}, "已经过去"),
        ("shift", {"starts_at": "2026-11-25T08:00"}, "已有出诊"),
        ("stop", {"seen": "substituted"}, "已被别人改过"),
    ],
)
async def test_what_cannot_be_is_told_and_changes_nothing(
    out: Outpatients, office: Desktop, do: str, fields: dict[str, str], words: str
) -> None:
    status, shown = await change(office, out, do, **fields)
    assert (status, words in shown) == (422, True)
    session = await the_session(out)
    assert (session.status, session.starts_at) == (SessionStatus.OPEN, at(WEDNESDAY, 8))
    assert (await out.visit("王小明")).version == 1


async def test_what_is_stopped_or_over_stays_so(out: Outpatients, office: Desktop) -> None:
    await change(office, out, "stop")
    status, shown = await change(office, out, "substitute", name="黄医生")
    assert (status, "已停诊或已结束" in shown) == (422, True)
    assert (await out.visit("王小明")).version == 2


async def test_two_presses_at_once_tell_everybody_once(out: Outpatients, office: Desktop) -> None:
    answers = await asyncio.gather(*(change(office, out, "stop") for _ in range(3)))
    assert sorted(status for status, _ in answers) == [303, 422, 422]
    assert (await out.visit("王小明")).version == 2
    assert await ConsultTask.all().count() == 4


@pytest.mark.parametrize("role", ["registration", "guide_desk", "consult_room", "nurse", "it"])
async def test_only_the_outpatient_office_changes_sessions(
    site: StaffSite, out: Outpatients, role: str
) -> None:
    desk = await site.desktop(await a_colleague(site.ward, role, "XN"))
    assert (await desk.get(f"/staff/book/sessions/{out.session_id}"))[0] == 404
    assert (await change(desk, out, "stop"))[0] == 404
    assert (await the_session(out)).status is SessionStatus.OPEN


async def test_the_desks_read_of_it_on_their_boards(
    site: StaffSite, out: Outpatients, office: Desktop
) -> None:
    await change(office, out, "substitute", name="黄医生")
    assert await OfficeNotice.filter(message="S-SUBSTITUTE").count() == 3
    guide = await site.desktop(await a_colleague(site.ward, "guide_desk", ""))
    _, shown = await guide.get("/staff/book/notices")
    assert "陈医生→黄医生" in shown
    assert "王小明" not in shown


async def test_an_unknown_session_is_not_found(out: Outpatients, office: Desktop) -> None:
    for name in (str(uuid4()), "nonsense"):
        assert (await office.get(f"/staff/book/sessions/{name}"))[0] == 404
    assert (await change(office, out, "explode"))[0] == 400
