"""Somebody leaves: nothing stays in a hand that is gone, and nobody is shut out by it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from handlers.claims import claim
from handlers.desk import Desk
from handlers.duty import liaisons_of
from handlers.leaving import heirs_of, work_of
from handlers.sessions import open_session, visitor
from handlers.staff import NOBODY, StaffEntry, activate, deactivate, take_staff
from handlers.staffing import PersonSaid, StaffingFault, put_person
from models.alert import Alert, AlertStatus
from models.audit import AuditEntry, verify_chain
from models.care import Encounter, FollowUpTask, TaskStatus
from models.complaint import Complaint, ComplaintState, FiledBy
from models.duty import DutyShift, LiaisonDoctor
from models.hospital import Department, StaffMember, StaffRole
from models.people import Patient
from models.room import GroupPost
from models.ward_week import QuestionTicket, TicketState
from tests.handlers.people import a_patient, a_task

pytestmark = pytest.mark.usefixtures("database")
DESK = Desk(hospital="示例医院")


async def a_member(now: datetime, username: str, role: str = "nurse", **values: Any) -> StaffMember:
    """A colleague of the cardiology ward, who has a password."""
    said = {"name": "李样例", "licensed": True, "departments": ["XN"], "password_hash": "x"}
    return await StaffMember.create(
        username=username, role=role, created_at=now, **{**said, **values}
    )


@pytest.fixture
async def ward() -> Department:
    """The ward."""
    return await Department.create(code="XN", name="心内科")


async def a_call(
    now: datetime, ward: Department, staff: StaffMember, **values: Any
) -> FollowUpTask:
    """A call of the ward that was given to somebody."""
    task = await a_task(now)
    await Encounter.filter(id=task.encounter_id).update(department_id=ward.id)
    said = {"assigned_to_id": staff.id, "assigned_at": now, "status": TaskStatus.PHONE_LIST}
    await FollowUpTask.filter(id=task.id).update(**{**said, **values})
    return task


async def an_alert(now: datetime, ward: Department, number: str = "A-1") -> Alert:
    """An alert of the ward."""
    return await Alert.create(
        number=number,
        occurrence=f"test:{number}",
        level="L2",
        rule="FU-D3.med",
        department_id=ward.id,
        raised_at=now,
        due_at=now + timedelta(hours=4),
    )


async def test_calls_patients_and_questions_go_to_the_named_colleague(
    now: datetime, ward: Department
) -> None:
    admin, gone, heir = (
        await a_member(now, "admin", "admin", departments=[]),
        await a_member(now, "n1"),
        await a_member(now, "n2"),
    )
    task, done = await a_call(now, ward, gone), await a_call(now, ward, gone)
    await FollowUpTask.filter(id=done.id).update(status=TaskStatus.COMPLETED)
    patient = await a_patient(now, usual_caller="n1")
    ticket = await QuestionTicket.create(
        number="WT-1", patient=patient, words="?", liaison=gone, asked_at=now, due_at=now
    )
    assert [one.username for one in await heirs_of(gone)] == ["n2"]
    assert await work_of(gone) == 2
    handed = await deactivate(gone.id, admin, now, heir)
    assert handed is not None
    assert (handed.calls, handed.questions, handed.patients) == (1, 1, 1)
    assert (await FollowUpTask.get(id=task.id)).assigned_to_id == heir.id
    assert (await FollowUpTask.get(id=done.id)).assigned_to_id == gone.id
    assert (await Patient.get(id=patient.id)).usual_caller == "n2"
    assert (await QuestionTicket.get(id=ticket.id)).liaison_id == heir.id
    assert await work_of(gone) == 0


async def test_without_a_colleague_the_work_is_the_ward_s_again_and_the_ward_is_told(
    now: datetime, ward: Department
) -> None:
    admin, gone = await a_member(now, "admin", "admin", departments=[]), await a_member(now, "n1")
    task = await a_call(now, ward, gone)
    await deactivate(gone.id, admin, now)
    assert (await FollowUpTask.get(id=task.id)).assigned_to_id is None
    said = await GroupPost.get()
    assert (said.message, said.department_id) == ("S-LEFT", ward.id)
    assert (said.values["role"], said.values["n"]) == ("责任护士", "1")
    assert "样例" not in str(said.values)
    assert await AuditEntry.filter(action="staff.left", subject=gone.id).count() == 1
    assert (await verify_chain()).whole


async def test_danger_is_open_to_everybody_again_whoever_takes_over(
    now: datetime, ward: Department
) -> None:
    admin, gone, heir = (
        await a_member(now, "admin", "admin", departments=[]),
        await a_member(now, "n1"),
        await a_member(now, "n2"),
    )
    alert = await an_alert(now, ward)
    assert (await claim(alert.id, gone, None, DESK, now)).taken
    await deactivate(gone.id, admin, now, heir)
    alert = await Alert.get(id=alert.id)
    assert (alert.status, alert.claimed_by_id) == (AlertStatus.OPEN, None)


async def test_sessions_end_and_shifts_from_now_on_with_the_place_for_questions(
    now: datetime, ward: Department
) -> None:
    admin = await a_member(now, "admin", "admin", departments=[])
    gone = await a_member(now, "d1", "doctor")
    token = (await open_session(gone, now)).token
    await LiaisonDoctor.create(department=ward, staff=gone, place="first")
    for hours in (-30, -2, 24):
        starts = now + timedelta(hours=hours)
        ends = starts + timedelta(hours=12)
        await DutyShift.create(staff=gone, role="doctor", starts_at=starts, ends_at=ends)
    handed = await deactivate(gone.id, admin, now)
    assert handed is not None
    assert (handed.shifts, handed.liaison) == (2, ("心内科",))
    assert await visitor(token, now) is None
    assert max(row.ends_at for row in await DutyShift.all()) == now
    assert await liaisons_of(ward.id) == []
    assert "心内科" in (await GroupPost.get()).values["liaison"]


async def test_a_complaint_goes_to_who_may_work_on_it_else_back_to_its_office(
    now: datetime,
) -> None:
    admin = await a_member(now, "admin", "admin", departments=[])
    gone = await a_member(now, "c1", "complaint_office", departments=[])
    heir = await a_member(now, "c2", "complaint_office", departments=[])
    nurse = await a_member(now, "n1")
    cases = [
        await Complaint.create(
            number=f"TS-{n}",
            occurrence=f"test:{n}",
            filed_by=FiledBy.STAFF,
            words="?",
            owner_role=StaffRole.COMPLAINT_OFFICE,
            owner_id=gone.id,
            claimed_at=now,
            state=ComplaintState.INVESTIGATING,
            received_at=now,
            contact_due_at=now,
            result_due_at=now,
            legal_due_at=now,
        )
        for n in (1, 2)
    ]
    await deactivate(gone.id, admin, now, heir)
    assert {(await Complaint.get(id=case.id)).owner_id for case in cases} == {heir.id}
    await deactivate(heir.id, admin, now, nurse)
    case = await Complaint.get(id=cases[0].id)
    assert (case.owner_id, case.state) == (None, ComplaintState.RECEIVED)


async def test_activated_again_nothing_comes_back(now: datetime, ward: Department) -> None:
    admin, gone = await a_member(now, "admin", "admin", departments=[]), await a_member(now, "n1")
    task = await a_call(now, ward, gone)
    await deactivate(gone.id, admin, now)
    await activate(gone.id, admin, now)
    assert (await StaffMember.get(id=gone.id)).active
    assert (await FollowUpTask.get(id=task.id)).assigned_to_id is None


async def test_nobody_shuts_out_the_last_administrator_not_even_oneself(now: datetime) -> None:
    admin = await a_member(now, "admin", "admin", departments=[])
    await a_member(now, "n1")
    assert await deactivate(admin.id, admin, now) is None
    assert (await StaffMember.get(id=admin.id)).active


async def test_somebody_who_can_sign_in_is_always_left(now: datetime) -> None:
    """An administrator who never set a password opens nothing for anybody."""
    first = await a_member(now, "admin", "admin", departments=[])
    await a_member(now, "second", "admin", departments=[], password_hash=None)
    assert await deactivate(first.id, first, now) is None
    # a nurse who signs in gives nobody rights
    await a_member(now, "n1")
    assert await deactivate(first.id, first, now) is None
    demoted = PersonSaid("admin", "李样例", StaffRole.NURSE)
    assert await put_person(demoted, first.id, first, now) is StaffingFault.LAST_ONE


async def test_a_list_that_says_somebody_left_moves_the_work_as_the_page_does(
    now: datetime, ward: Department
) -> None:
    await a_member(now, "admin", "admin", departments=[])
    gone = await a_member(now, "d1", "doctor", name="陈样例")
    await LiaisonDoctor.create(department=ward, staff=gone, place="first")
    task = await a_call(now, ward, gone)
    left = StaffEntry("d1", "陈样例", StaffRole.DOCTOR, ("XN",), licensed=True, active=False)
    taken = await take_staff([left], "cli", now)
    assert (taken.changed, taken.vacant) == (1, ("心内科",))
    assert (await FollowUpTask.get(id=task.id)).assigned_to_id is None
    assert (await take_staff([left], "cli", now)).unchanged == 1
    assert await AuditEntry.filter(action="staff.left").count() == 1


async def test_a_list_that_would_let_nobody_sign_in_is_refused_with_its_lines(
    now: datetime,
) -> None:
    await a_member(now, "admin", "admin", departments=[])
    others = StaffEntry("new", "丁", StaffRole.ADMIN, line=2)
    gone = StaffEntry("admin", "李样例", StaffRole.ADMIN, active=False, line=3)
    taken = await take_staff([others, gone], "cli", now)
    assert (taken.refused, taken.lines) == (NOBODY, (3,))
    assert not await StaffMember.filter(username="new").exists()


async def test_a_list_without_skills_leaves_those_noted_on_the_page(now: datetime) -> None:
    await a_member(now, "n1", skills=["粤语"])
    entry = StaffEntry("n1", "李样例", StaffRole.NURSE, ("XN",), licensed=True)
    await take_staff([entry], "cli", now)
    assert (await StaffMember.get(username="n1")).skills == ["粤语"]


async def test_a_question_that_is_closed_stays_with_who_answered_it(
    now: datetime, ward: Department
) -> None:
    admin = await a_member(now, "admin", "admin", departments=[])
    gone = await a_member(now, "d1", "doctor")
    patient = await a_patient(now)
    closed = await QuestionTicket.create(
        number="WT-2",
        patient=patient,
        words="?",
        liaison=gone,
        asked_at=now,
        due_at=now,
        state=TicketState.CLOSED,
    )
    await deactivate(gone.id, admin, now)
    assert (await QuestionTicket.get(id=closed.id)).liaison_id == gone.id
