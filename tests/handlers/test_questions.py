"""A patient's question: a number, a doctor, an answer in plain words, and the patient's yes."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from dialogs.levels import Level
from handlers.alerts import RaisedAlert, raise_alert
from handlers.claims import Closing, claim, close_alert, reply_to_patient
from handlers.contents import content_of
from handlers.questions.board import open_question, question_board
from handlers.questions.steps import (
    Opinion,
    QuestionFault,
    close_question,
    give_opinion,
    mark_urgent,
    note_read_back,
    pass_on,
)
from handlers.questions.telling import TO_BE_CALLED, ask_back, tell, told_by_phone
from models.alert import Alert
from models.audit import AuditEntry
from models.conversation import Outgoing
from models.duty import DutyShift, LiaisonDoctor
from models.hospital import StaffMember
from models.people import ContactPoint, System
from models.unit import unit_of_work
from models.ward_week import Disposition, QuestionTicket, TicketState
from tests.handlers.test_phone_list import a_nurse
from tests.handlers.ward import Ward, a_ward

MONDAY = "2026-11-23T11:00"


async def a_doctor(ward: Ward, username: str, *, place: str = "", **values: Any) -> StaffMember:
    """A doctor of the ward; `place` makes a liaison doctor."""
    doctor = await a_nurse(ward, username, name=f"{username}医生", role="doctor", **values)
    if place:
        await LiaisonDoctor.create(
            department_id=ward.encounter.department_id, staff=doctor, place=place
        )
    return doctor


async def asked(ward: Ward, words: str = "阿司匹林饭前吃还是饭后吃?") -> QuestionTicket:
    """The patient asks in the middle of the questionnaire."""
    await ward.until(MONDAY)
    for said in ("1", "1", "1"):
        await ward.say(said)
    await ward.say(words)
    return await QuestionTicket.get()


async def told(ward: Ward, nurse: StaffMember, doctor: StaffMember) -> QuestionTicket:
    """A question that was answered, and its answer put before the patient."""
    ticket = await asked(ward)
    assert await give_opinion(ticket.id, doctor, Opinion("肠溶片空腹"), ward.now) is None
    assert await tell(ticket.id, nurse, "饭前半小时吃。", ward.desk, ward.now) is None
    await ward.outbox.drain(ward.now)
    return await QuestionTicket.get(id=ticket.id)


async def a_scene() -> tuple[Ward, StaffMember, StaffMember]:
    """A ward with a nurse and a liaison doctor."""
    ward = await a_ward()
    return ward, await a_nurse(ward), await a_doctor(ward, "chen", place="first")


async def test_a_question_gets_a_number_a_doctor_and_a_promise(database: str) -> None:
    assert database
    ward, _, doctor = await a_scene()
    ticket = await asked(ward)
    assert (ticket.number, ticket.state) == ("WT-20261123-001", TicketState.WITH_DEPARTMENT)
    assert (ticket.liaison_id, ticket.words) == (doctor.id, "阿司匹林饭前吃还是饭后吃?")
    alert = await Alert.get(id=ticket.alert_id)
    assert ticket.due_at == alert.due_at
    shown = "\n".join(await ward.shown())
    assert "WT-20261123-001" in shown
    assert alert.number not in shown


async def test_a_yes_closes_the_question_and_the_questionnaire_goes_on(database: str) -> None:
    assert database
    ward, nurse, doctor = await a_scene()
    ticket = await told(ward, nurse, doctor)
    assert ticket.state is TicketState.TOLD
    assert (await Alert.get(id=ticket.alert_id)).status == "closed"
    (last,) = (await ward.screen())[-1:]
    assert last.startswith("< 主管医生chen医生回复您的问题(WT-20261123-001):\n饭前半小时吃。")
    assert last.endswith("[1.清楚了 2.还不清楚 3.请打电话]")
    await ward.say("1")
    ticket = await QuestionTicket.get(id=ticket.id)
    assert (ticket.state, ticket.solved, ticket.closed_by) == ("closed", True, "patient")
    shown = await ward.shown()
    assert "随时在这里写给我们" in shown[-2]
    # the digit was not taken for an answer of the form, which is asked again
    assert shown[-1].startswith("< ")
    assert await QuestionTicket.all().count() == 1


async def test_a_no_goes_back_to_the_doctor_with_a_new_clock(database: str) -> None:
    assert database
    ward, nurse, doctor = await a_scene()
    before = await told(ward, nurse, doctor)
    await ward.say("没明白")
    ticket = await QuestionTicket.get()
    assert (ticket.state, ticket.solved) == (TicketState.WITH_DEPARTMENT, False)
    assert ticket.alert_id != before.alert_id
    alert = await Alert.get(id=ticket.alert_id)
    assert (alert.rule, alert.status, alert.due_at) == ("question:again", "open", ticket.due_at)
    assert any("再说清楚些" in line for line in await ward.shown())
    assert await give_opinion(ticket.id, doctor, Opinion("再解释"), ward.now) is None
    assert await tell(ticket.id, nurse, "吃饭前吃药。", ward.desk, ward.now) is None
    await ward.outbox.drain(ward.now)
    row = await Outgoing.all().order_by("-position").first()
    assert row is not None
    turn = getattr(content_of(row).body, "turn", 0)
    await ward.press("clear", turn)
    assert (await QuestionTicket.get()).solved is True


async def test_the_patient_is_told_what_is_to_become_of_the_question(sqlite_database: str) -> None:
    assert sqlite_database
    ward, nurse, doctor = await a_scene()
    ticket = await asked(ward)
    opinion = Opinion("要看一下伤口", Disposition.REVIEW)
    assert await give_opinion(ticket.id, doctor, opinion, ward.now) is None
    assert await tell(ticket.id, nurse, "请来看一下伤口。", ward.desk, ward.now) is None
    await ward.outbox.drain(ward.now)
    shown = (await ward.shown())[-1]
    assert "请来看一下伤口。\n医生建议您回院复查" in shown


async def test_who_has_sms_alone_reads_that_somebody_will_call(sqlite_database: str) -> None:
    assert sqlite_database
    ward, nurse, doctor = await a_scene()
    ticket = await asked(ward)
    assert await give_opinion(ticket.id, doctor, Opinion("肠溶片空腹"), ward.now) is None
    point = await ContactPoint.get(id=ward.contact_point.id)
    point.system, point.value = System.PHONE, "13900000001"
    await point.save()
    for _ in range(2):
        fault = await tell(ticket.id, nurse, "饭前半小时吃。", ward.desk, ward.now)
        assert fault is QuestionFault.TO_BE_PHONED
    rows = [row for row in await Outgoing.all() if content_of(row).body.message == TO_BE_CALLED]
    assert [row.channel for row in rows] == ["sms"]
    assert content_of(rows[0]).values == {"no": ticket.number}
    ticket = await QuestionTicket.get(id=ticket.id)
    assert ticket.state is TicketState.ANSWERED
    assert (await Alert.get(id=ticket.alert_id)).status == "open"
    assert await told_by_phone(ticket.id, nurse, "饭前半小时吃。", ward.now) is None


async def test_who_wants_to_be_phoned_is_phoned(sqlite_database: str) -> None:
    assert sqlite_database
    ward, nurse, doctor = await a_scene()
    await told(ward, nurse, doctor)
    await ward.say("3")
    ticket = await QuestionTicket.get()
    assert ticket.state is TicketState.ANSWERED
    assert await told_by_phone(ticket.id, nurse, "电话里说清楚了", ward.now) is None
    assert await note_read_back(ticket.id, nurse, ward.desk, ward.now, understood=True) is None
    ticket = await QuestionTicket.get()
    assert (ticket.state, ticket.solved, ticket.closed_by) == ("closed", True, "nurse")


async def test_danger_after_an_answer_is_danger(sqlite_database: str) -> None:
    assert sqlite_database
    ward, nurse, doctor = await a_scene()
    await told(ward, nurse, doctor)
    await ward.say("不清楚,现在胸口像压了块石头,出汗")
    assert await Alert.filter(level="L1").exists()
    assert (await QuestionTicket.get()).state is TicketState.TOLD


async def test_what_ends_in_a_visit_is_closed_by_a_person(sqlite_database: str) -> None:
    assert sqlite_database
    ward, nurse, doctor = await a_scene()
    ticket = await asked(ward)
    opinion = Opinion("请来复查", Disposition.REVIEW)
    assert await give_opinion(ticket.id, doctor, opinion, ward.now) is None
    assert await tell(ticket.id, nurse, "请回院复查。", ward.desk, ward.now) is None
    await ward.outbox.drain(ward.now)
    await ward.say("清楚了")
    ticket = await QuestionTicket.get()
    assert (ticket.state, ticket.solved) == (TicketState.UNDERSTOOD, True)
    assert await close_question(ticket.id, nurse, ward.now) is None
    assert (await QuestionTicket.get()).state is TicketState.CLOSED


async def test_each_step_wants_its_state_and_its_person(sqlite_database: str) -> None:
    assert sqlite_database
    ward, nurse, doctor = await a_scene()
    ticket, now = await asked(ward), ward.now
    far = await a_nurse(ward, "far", departments=["GK"])
    assert await give_opinion(ticket.id, nurse, Opinion("好"), now) is QuestionFault.DOCTORS_ONLY
    assert await give_opinion(ticket.id, doctor, Opinion(" "), now) is QuestionFault.EMPTY
    assert await give_opinion(ticket.id, far, Opinion("好"), now) is QuestionFault.NOT_FOUND
    assert await tell(ticket.id, nurse, "好", ward.desk, now) is QuestionFault.WRONG_STATE
    assert await tell(ticket.id, nurse, "长" * 501, ward.desk, now) is QuestionFault.TOO_LONG
    assert await close_question(ticket.id, nurse, now) is QuestionFault.WRONG_STATE
    assert await pass_on(ticket.id, nurse, "far", now) is QuestionFault.NO_DOCTOR
    other = await a_doctor(ward, "ding")
    assert await pass_on(ticket.id, nurse, "ding", now) is None
    assert (await QuestionTicket.get()).liaison_id == other.id
    actions = await AuditEntry.filter(subject=ticket.id).values_list("action", "reason")
    assert list(actions) == [("question.passed_on", "ding")]


async def test_an_urgent_question_has_half_an_hour_and_so_has_its_alert(
    sqlite_database: str,
) -> None:
    assert sqlite_database
    ward, nurse, _ = await a_scene()
    ticket = await asked(ward)
    assert await mark_urgent(ticket.id, nurse, ward.now) is None
    ticket = await QuestionTicket.get()
    alert = await Alert.get(id=ticket.alert_id)
    assert ticket.urgent
    assert (ticket.due_at - ward.now).total_seconds() == 1800
    assert (alert.due_at, alert.escalate_at) == (ticket.due_at, ticket.due_at)


async def test_without_a_doctor_the_question_waits_to_be_sent_on(sqlite_database: str) -> None:
    assert sqlite_database
    ward = await a_ward()
    ticket = await asked(ward)
    assert (ticket.state, ticket.liaison_id) == (TicketState.RECEIVED, None)


async def test_the_deputy_is_asked_while_the_named_doctor_is_not_on_the_roster(
    sqlite_database: str,
) -> None:
    assert sqlite_database
    ward, _, _ = await a_scene()
    deputy = await a_doctor(ward, "deputy", place="deputy")
    begins = datetime.fromisoformat("2026-11-23T08:00+08:00")
    await DutyShift.create(
        staff=deputy, role="doctor", starts_at=begins, ends_at=begins + timedelta(hours=12)
    )
    assert (await asked(ward)).liaison_id == deputy.id


@pytest.mark.parametrize(
    ("outcome", "state"), [("talked", TicketState.TOLD), ("mistake", TicketState.CLOSED)]
)
async def test_an_answer_given_at_the_alert_is_known_to_the_question(
    sqlite_database: str, outcome: str, state: TicketState
) -> None:
    assert sqlite_database
    ward, nurse, _ = await a_scene()
    ticket = await asked(ward)
    assert ticket.alert_id is not None
    if state is TicketState.TOLD:
        await claim(ticket.alert_id, nurse, None, ward.desk, ward.now)
        await reply_to_patient(ticket.alert_id, nurse, "饭前吃", "1", ward.desk, ward.now)
    assert (
        await close_alert(ticket.alert_id, nurse, Closing("confirmed", outcome), ward.now) is None
    )
    ticket = await QuestionTicket.get()
    assert ticket.state is state
    if state is TicketState.TOLD:
        assert ticket.answer == "饭前吃"
        assert await ask_back(ticket.id, nurse, ward.desk, ward.now) is None
        await ward.outbox.drain(ward.now)
        await ward.say("明白了")
        assert (await QuestionTicket.get()).solved is True


@pytest.mark.parametrize(
    ("rule", "words", "filed"),
    [
        ("FU-D3.ask", "能洗澡吗", True),
        ("message", "伤口什么时候拆线?", True),
        ("message", "我到家了", False),
        ("human:asked", "人工", False),
        ("booking", "", False),
    ],
)
async def test_only_what_asks_is_a_question(
    sqlite_database: str, rule: str, words: str, filed: bool
) -> None:
    assert sqlite_database
    ward = await a_ward(plan=False)
    finding = RaisedAlert(
        Level.Q,
        rule,
        "once",
        words=words,
        patient_id=ward.patient.id,
        department_id=ward.encounter.department_id,
    )
    await unit_of_work(lambda: raise_alert(ward.desk, finding, ward.now))
    assert await QuestionTicket.all().exists() is filed


async def test_the_board_shows_a_ward_its_own_questions_and_records_each_look(
    sqlite_database: str,
) -> None:
    assert sqlite_database
    ward, nurse, doctor = await a_scene()
    ticket = await asked(ward)
    (row,) = (await question_board(nurse, ward.now))[TicketState.WITH_DEPARTMENT]
    assert (row.name, row.ward, row.liaison, row.mine) == ("王*", "心内科", "chen医生", False)
    assert not any((await question_board(nurse, ward.now, mine=True)).values())
    assert (await question_board(doctor, ward.now, mine=True))[TicketState.WITH_DEPARTMENT]
    far = await a_nurse(ward, "far", departments=["GK"])
    assert not any((await question_board(far, ward.now)).values())
    assert await open_question(ticket.id, far, ward.now) is None
    card = await open_question(ticket.id, nurse, ward.now)
    assert card is not None
    assert card.words == "阿司匹林饭前吃还是饭后吃?"
    looks = AuditEntry.filter(action="question.opened", subject=ticket.id)
    assert [entry.actor for entry in await looks] == ["nurse"]
