"""Filing a complaint: once, with number, owner, clocks, history and a post; then more words."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from dialogs.tagging.tags import Tags
from handlers.casework.filing import (
    add_words,
    open_complaints,
    rate,
    set_mode,
    take_answer,
    withdraw,
)
from handlers.desk import Desk
from handlers.timers import DueKind
from models.complaint import (
    Complaint,
    ComplaintClosing,
    ComplaintEntry,
    ComplaintEvent,
    ComplaintMode,
    ComplaintState,
)
from models.conversation import Conversation, Inbound, InboundKind
from models.hospital import StaffRole
from models.room import GroupPost
from models.timetable import Due, DueStatus
from models.unit import unit_of_work
from tests.handlers.complaining import (
    FEES,
    LAWSUIT,
    MONDAY,
    NOTHING,
    NURSES,
    RUDE,
    a_complaint,
    a_desk,
    events,
)
from tests.handlers.people import a_contact_point

LATER = MONDAY + timedelta(hours=1)


def at(moment: str) -> datetime:
    """A local moment."""
    return datetime.fromisoformat(f"{moment}+08:00")


async def test_a_complaint_has_its_number_owner_and_clocks_at_once(database: str) -> None:
    assert database
    case = await a_complaint(await a_desk())
    assert case.number == "TS-20261123-001"
    assert (case.state, case.owner_role) == (ComplaintState.RECEIVED, StaffRole.COMPLAINT_OFFICE)
    assert case.contact_due_at == at("2026-11-23T15:30")
    assert case.result_due_at == at("2026-11-27T00:00")
    assert case.legal_due_at == at("2026-12-01T00:00")
    assert (case.tags, case.grade, case.severity) == (["T5"], "B", "low")
    (entry,) = await ComplaintEntry.filter(complaint_id=case.id)
    assert (entry.event, entry.detail) == (ComplaintEvent.FILED, "我要投诉,收费处的人吼我")


async def test_one_occurrence_is_one_case(database: str) -> None:
    assert database
    desk = await a_desk()
    first = await a_complaint(desk)
    again = await a_complaint(desk, now=LATER)
    assert (again.id, again.number) == (first.id, first.number)
    assert await Complaint.all().count() == await GroupPost.all().count() == 1


async def test_complaints_filed_at_once_get_different_numbers(database: str) -> None:
    assert database
    desk = await a_desk()
    found = await asyncio.gather(*(a_complaint(desk, once=str(n)) for n in range(12)))
    assert sorted(case.number for case in found) == [f"TS-20261123-{n:03}" for n in range(1, 13)]


async def test_the_group_reads_number_and_clock_and_nothing_of_the_patient(
    sqlite_database: str,
) -> None:
    assert sqlite_database
    case = await a_complaint(await a_desk(), words="我要投诉,我是测试甲,电话13900000001")
    (said,) = await GroupPost.all()
    assert said.values == {
        "tick": case.number,
        "ward": "心内科",
        "tags": "服务态度",
        "lv": "B",
        "due_at": "2026-11-23T07:30:00+00:00",
        "link": f"http://127.0.0.1:8080/staff/complaints/{case.number}",
    }
    assert (said.department_id, said.roles) == (None, ["complaint_office", "medical_affairs"])


async def test_a_dispute_is_grade_a_and_wants_somebody_within_half_an_hour_at_night(
    sqlite_database: str,
) -> None:
    assert sqlite_database
    night = at("2026-11-23T23:00")
    case = await a_complaint(await a_desk(), LAWSUIT, "我要投诉,我要起诉你们", night)
    assert (case.grade, case.dispute, case.urgent) == ("A", True, True)
    assert (case.owner_role, case.tags) == (StaffRole.MEDICAL_AFFAIRS, ["D1"])
    assert case.contact_due_at == night + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("words", "owner"),
    [
        ("投诉护理部,按铃没人来", StaffRole.COMPLAINT_OFFICE),
        ("投诉护理部和投诉办,按铃没人来", StaffRole.MEDICAL_AFFAIRS),
        ("投诉,按铃没人来", StaffRole.NURSING_OFFICE),
    ],
)
async def test_an_office_never_owns_what_is_said_about_itself(
    sqlite_database: str, words: str, owner: StaffRole
) -> None:
    assert sqlite_database
    assert (await a_complaint(await a_desk(), NURSES, words)).owner_role == owner


async def test_timers_stand_at_the_stored_instants(sqlite_database: str) -> None:
    assert sqlite_database
    case = await a_complaint(await a_desk())
    set_at = {due.kind: due.due_at for due in await Due.filter(subject=case.id)}
    assert set_at == {
        DueKind.WARN_CONTACT: at("2026-11-23T12:00"),
        DueKind.CONTACT_OVERDUE: case.contact_due_at,
        DueKind.WARN_RESULT: case.result_due_at - timedelta(hours=24),
        DueKind.RESULT_OVERDUE: case.result_due_at,
        DueKind.LEGAL_OVERDUE: case.legal_due_at,
    }


async def test_a_second_theme_is_a_second_tag_and_moves_no_promise(database: str) -> None:
    assert database
    desk = await a_desk()
    case = await a_complaint(desk)
    more = await added(desk, case, "还乱收费", FEES)
    assert (more.id, more.tags, more.severity) == (case.id, ["T5", "T12"], "medium")
    assert more.categories == ["attitude", "billing"]
    assert (more.contact_due_at, more.result_due_at) == (case.contact_due_at, case.result_due_at)
    assert await events(case) == ["filed", "patient_added", "tagged"]


async def test_two_departments_to_answer_widen_the_law_once_and_never_narrow_it(
    sqlite_database: str,
) -> None:
    assert sqlite_database
    desk = await a_desk()
    case = await a_complaint(desk)
    for words, tags in (("还乱收费", FEES), ("护士也慢", NURSES), ("就这些", NOTHING)):
        case = await added(desk, case, words, tags)
    assert case.joint
    assert case.legal_due_at == at("2026-12-08T00:00")
    assert (await events(case)).count("tagged") == 1


async def test_grade_and_severity_only_rise(sqlite_database: str) -> None:
    assert sqlite_database
    desk = await a_desk()
    case = await a_complaint(desk, LAWSUIT, "投诉,我要起诉")
    case = await added(desk, case, "态度差", RUDE)
    assert (case.grade, case.severity, case.dispute) == ("A", "high", True)
    assert case.tags == ["D1", "T5"]


async def test_the_same_message_is_added_once(sqlite_database: str) -> None:
    assert sqlite_database
    desk = await a_desk()
    case = await a_complaint(desk)
    inbound = await an_inbound()
    for _ in range(2):
        await unit_of_work(
            lambda: add_words(desk, case, "还有", NOTHING, LATER, inbound_id=inbound)
        )
    assert await events(case) == ["filed", "patient_added"]


async def test_words_against_the_owner_take_the_case_away_from_it(sqlite_database: str) -> None:
    assert sqlite_database
    desk = await a_desk()
    case = await a_complaint(desk, NURSES, "投诉,按铃没人来")
    case = await added(desk, case, "护理部也不管", NURSES)
    assert case.owner_role == StaffRole.COMPLAINT_OFFICE
    assert "transferred" in await events(case)


async def test_a_patient_takes_a_complaint_back(database: str) -> None:
    assert database
    desk = await a_desk()
    conversation = await a_conversation()
    case = await a_complaint(desk, conversation_id=conversation.id)
    assert [one.id for one in await open_complaints(conversation.id)] == [case.id]
    case = await unit_of_work(lambda: withdraw(desk, case, LATER))
    assert (case.state, case.closing) == (ComplaintState.CLOSED, ComplaintClosing.WITHDRAWN)
    assert await open_complaints(conversation.id) == []
    assert await waiting(case) == set()


async def test_a_grave_complaint_taken_back_is_still_looked_into(sqlite_database: str) -> None:
    assert sqlite_database
    desk = await a_desk()
    conversation = await a_conversation()
    case = await a_complaint(desk, LAWSUIT, "投诉,要起诉", conversation_id=conversation.id)
    case = await unit_of_work(lambda: withdraw(desk, case, LATER))
    assert (case.state, case.closed_at) == (ComplaintState.RECEIVED, None)
    assert await open_complaints(conversation.id) == []
    clocks = {DueKind.WARN_RESULT, DueKind.RESULT_OVERDUE, DueKind.LEGAL_OVERDUE}
    assert await waiting(case) == clocks


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("accept", ComplaintState.ANSWERED),
        ("refuse", ComplaintState.NEGOTIATING),
        ("call", ComplaintState.NEGOTIATING),
    ],
)
async def test_what_a_patient_says_to_the_result(
    sqlite_database: str, answer: str, state: ComplaintState
) -> None:
    assert sqlite_database
    desk = await a_desk()
    told = await answered(await a_complaint(desk))
    for _ in range(2):
        case = await unit_of_work(lambda: take_answer(desk, told, answer, LATER))
    assert (case.state, case.patient_answer) == (state, answer)
    assert len(await events(case)) == 2


async def test_an_unknown_answer_is_a_fault(sqlite_database: str) -> None:
    assert sqlite_database
    desk = await a_desk()
    case = await a_complaint(desk)
    with pytest.raises(ValueError, match="result"):
        await unit_of_work(lambda: take_answer(desk, case, "maybe", LATER))


async def test_another_complaint_says_that_the_result_is_not_accepted(
    sqlite_database: str,
) -> None:
    assert sqlite_database
    desk = await a_desk()
    case = await answered(await a_complaint(desk))
    case = await added(desk, case, "谢谢", NOTHING)
    assert case.state == ComplaintState.ANSWERED
    case = await added(desk, case, "还是吼我", RUDE)
    assert (case.state, case.patient_answer) == (ComplaintState.NEGOTIATING, "refuse")


@pytest.mark.parametrize(("stars", "again"), [(1, True), (2, True), (3, False), (5, False)])
async def test_who_is_not_satisfied_has_the_case_opened_again(
    sqlite_database: str, stars: int, again: bool
) -> None:
    assert sqlite_database
    desk = await a_desk()
    case = await a_complaint(desk)
    case = await unit_of_work(lambda: withdraw(desk, case, LATER))
    tomorrow = MONDAY + timedelta(days=1)
    assert await unit_of_work(lambda: rate(desk, case, stars, tomorrow)) is again
    case = await Complaint.get(id=case.id)
    assert (case.satisfaction, case.reopened) == (stars, int(again))
    assert (case.state == ComplaintState.RECEIVED) is again
    if again:
        assert case.contact_due_at == at("2026-11-24T15:30")
        assert case.number == "TS-20261123-001"


async def test_a_wish_to_stay_unknown_is_kept_once(sqlite_database: str) -> None:
    assert sqlite_database
    filed = await a_complaint(await a_desk())
    for _ in range(2):
        case = await unit_of_work(lambda: set_mode(filed, ComplaintMode.ANONYMOUS, LATER))
    assert case.mode == ComplaintMode.ANONYMOUS
    assert await events(case) == ["filed", "mode_changed"]


async def added(desk: Desk, case: Complaint, words: str, tags: Tags) -> Complaint:
    """The case an hour later, with further words."""
    return await unit_of_work(lambda: add_words(desk, case, words, tags, LATER))


async def a_conversation() -> Conversation:
    """A conversation of somebody with an address."""
    point = await a_contact_point(MONDAY, "talk", system="web")
    return await Conversation.create(respondent_id=point.respondent_id)


async def an_inbound() -> UUID:
    """A message that was received; its id."""
    conversation = await a_conversation()
    row = await Inbound.create(
        channel="web",
        external_id="m1",
        conversation_id=conversation.id,
        position=1,
        kind=InboundKind.TEXT,
        text="还有",
        received_at=LATER,
    )
    return row.id


async def answered(case: Complaint) -> Complaint:
    """The case with its result before the patient."""
    case.state, case.answered_at = ComplaintState.ANSWERED, MONDAY
    await case.save()
    return case


async def waiting(case: Complaint) -> set[str]:
    """The kinds of timers that still wait."""
    rows = await Due.filter(subject=case.id, status=DueStatus.PENDING)
    return {row.kind for row in rows}


async def test_what_was_taken_back_is_told_to_whom_it_lay_with(sqlite_database: str) -> None:
    assert sqlite_database
    desk = await a_desk()
    case = await a_complaint(desk)
    await unit_of_work(lambda: withdraw(desk, case, LATER))
    told = await GroupPost.get(message="S-CMP-CLOSED")
    assert (told.complaint_id, told.values["tick"]) == (case.id, case.number)
    assert "complaint_office" in told.roles
