"""The staff's side of a complaint: claimed by one, looked into, answered, closed with reasons."""

import asyncio
from datetime import date, timedelta

import pytest

from dialogs.tagging.tags import Category
from handlers.casework.board import complaint_board, complaint_board_version
from handlers.casework.cards import open_complaint, open_identity
from handlers.casework.claims import claim_complaint, return_complaint
from handlers.casework.facts import ask_for_facts, facts_asked_of, give_facts, open_facts
from handlers.casework.filing import add_words, set_mode, withdraw
from handlers.casework.improvements import (
    Improvement,
    add_improvement,
    improvement_done,
    verify_improvement,
    visible_improvements,
)
from handlers.casework.liaisons import liaison_of
from handlers.casework.progress import carry_out, investigate, negotiate, note_contact, note_on
from handlers.casework.snooze import snooze_complaint
from handlers.casework.tags import confirm_tags
from handlers.casework.taking_down import TakenDown, file_for
from handlers.casework.transfers import transfer
from handlers.claims import Refusal
from handlers.desk import Desk
from models.audit import AuditEntry
from models.complaint import (
    Complaint,
    ComplaintEntry,
    ComplaintEvent,
    ComplaintMode,
    ComplaintState,
    FactRequest,
    FiledBy,
    ImprovementAction,
)
from models.duty import LiaisonDoctor, LiaisonPlace
from models.hospital import StaffMember, StaffRole
from models.room import GroupPost
from models.unit import unit_of_work
from tests.handlers.complaining import (
    FEES,
    LAWSUIT,
    MONDAY,
    NURSES,
    a_complaint,
    a_department,
    a_desk,
    an_officer,
    events,
)
from tests.handlers.people import a_patient

LATER = MONDAY + timedelta(hours=1)


async def claimed(desk: Desk, staff: StaffMember, **values: object) -> Complaint:
    """A complaint this person has taken in hand."""
    case = await a_complaint(desk, **values)  # type: ignore[arg-type]
    assert (await claim_complaint(case.id, staff, LATER)).taken
    return await Complaint.get(id=case.id)


async def posts() -> list[str]:
    """The messages of the group, in order."""
    return [post.message for post in await GroupPost.all().order_by("at")]


async def test_of_ten_who_claim_at_once_exactly_one_has_the_case(database: str) -> None:
    assert database
    case = await a_complaint(await a_desk())
    officers = [await an_officer(f"o{n}") for n in range(10)]
    claims = await asyncio.gather(*(claim_complaint(case.id, one, LATER) for one in officers))
    winners = [one for one, claim in zip(officers, claims, strict=True) if claim.taken]
    assert len(winners) == 1
    assert {claim.taken_by for claim in claims} == {winners[0].name}
    assert await events(case) == ["filed", "claimed"]
    case = await Complaint.get(id=case.id)
    assert (case.owner_id, case.state) == (winners[0].id, ComplaintState.INVESTIGATING)


async def test_a_second_click_of_the_same_person_changes_nothing(sqlite_database: str) -> None:
    assert sqlite_database
    desk, staff = await a_desk(), await an_officer()
    case = await claimed(desk, staff)
    assert (await claim_complaint(case.id, staff, LATER)).taken
    assert await events(case) == ["filed", "claimed"]


async def test_a_case_that_has_ended_is_claimed_by_nobody(sqlite_database: str) -> None:
    assert sqlite_database
    desk, staff = await a_desk(), await an_officer()
    case = await a_complaint(desk)
    await unit_of_work(lambda: withdraw(desk, case, LATER))
    claim = await claim_complaint(case.id, staff, LATER)
    assert (claim.taken, claim.refusal) == (False, Refusal.CLOSED)


async def test_a_case_given_back_waits_for_its_office_again(sqlite_database: str) -> None:
    assert sqlite_database
    desk, staff = await a_desk(), await an_officer()
    case = await claimed(desk, staff)
    other = await an_officer("other")
    assert await return_complaint(case.id, other, LATER) == Refusal.CLAIM_FIRST
    assert await return_complaint(case.id, staff, LATER) is None
    case = await Complaint.get(id=case.id)
    assert (case.owner_id, case.state) == (None, ComplaintState.RECEIVED)
    assert await posts() == ["S-CMP", "S-CMP-CLAIMED", "S-CMP-BACK"]
    assert (await claim_complaint(case.id, other, LATER)).taken


async def test_a_transfer_wants_a_reason_and_moves_no_clock(sqlite_database: str) -> None:
    assert sqlite_database
    desk, staff = await a_desk(), await an_officer()
    case = await claimed(desk, staff)
    assert await transfer(case.id, staff, "nursing_office", " ", LATER) == Refusal.REASON_NEEDED
    assert await transfer(case.id, staff, "logistics", "归后勤", LATER) == Refusal.NO_SUCH_OFFICE
    assert await transfer(case.id, staff, "complaint_office", "试", LATER) == Refusal.SAME_OFFICE
    assert await transfer(case.id, staff, "nursing_office", "是护理问题", LATER) is None
    moved = await Complaint.get(id=case.id)
    assert (moved.owner_role, moved.owner_id) == (StaffRole.NURSING_OFFICE, None)
    assert moved.result_due_at == case.result_due_at
    entry = await ComplaintEntry.get(complaint_id=case.id, event=ComplaintEvent.TRANSFERRED)
    assert entry.detail == "由投诉办转给护理部\n是护理问题"


async def test_no_office_is_handed_what_is_said_about_itself(sqlite_database: str) -> None:
    assert sqlite_database
    desk, staff = await a_desk(), await an_officer()
    case = await a_complaint(desk, NURSES, "投诉护理部,按铃没人来")
    assert await transfer(case.id, staff, "nursing_office", "试", LATER) == Refusal.ACCUSED


@pytest.mark.parametrize(
    ("role", "sees", "disputes"),
    [
        (StaffRole.COMPLAINT_OFFICE, True, True),
        (StaffRole.MEDICAL_AFFAIRS, True, True),
        (StaffRole.NURSING_OFFICE, True, False),
        (StaffRole.SUPERVISION_OFFICE, False, False),
        (StaffRole.DIRECTOR, False, False),
        (StaffRole.HEAD_NURSE, False, False),
        (StaffRole.NURSE, False, False),
        (StaffRole.ADMIN, False, False),
        (StaffRole.IT, False, False),
        (StaffRole.LOGISTICS, False, False),
    ],
)
async def test_who_sees_what(
    sqlite_database: str, role: StaffRole, sees: bool, disputes: bool
) -> None:
    assert sqlite_database
    desk, staff = await a_desk(), await an_officer(role=role, departments=["XN"])
    case = await a_complaint(desk, NURSES, "投诉,按铃没人来")
    dispute = await a_complaint(desk, LAWSUIT, "投诉,要起诉", once="dispute")
    assert (await open_complaint(case.number, staff, desk, LATER) is not None) is sees
    assert (await open_complaint(dispute.number, staff, desk, LATER) is not None) is disputes
    board = await complaint_board(staff, LATER)
    assert sum(len(rows) for rows in board.columns.values()) == int(sees)
    assert len(board.disputes) == int(disputes)
    claim = await claim_complaint(case.id, staff, LATER)
    assert (claim.refusal is None) is sees


async def test_who_is_named_in_a_complaint_is_not_shown_it(sqlite_database: str) -> None:
    assert sqlite_database
    desk = await a_desk()
    named = await an_officer("named", name="钱多多")
    case = await a_complaint(desk, words="我要投诉,钱多多吼我")
    assert case.accused == ",named,"
    assert await open_complaint(case.number, named, desk, LATER) is None
    assert (await claim_complaint(case.id, named, LATER)).refusal == Refusal.NOT_ALLOWED
    assert await open_complaint(case.number, await an_officer(), desk, LATER) is not None


@pytest.mark.parametrize(
    ("words", "accused"),
    [
        ("我要投诉,王护士打针弄疼我", ",wang,"),
        ("我要投诉,姓王的那个护士凶我", ",wang,"),
        ("我要投诉,护士长姓李,她骂人", ",li,"),
        ("我要投诉,王护士长骂人", ""),
        ("我要投诉,赵护士骂人", ""),
        ("我要投诉,责任护士不来", ""),
    ],
)
async def test_a_surname_and_a_title_name_the_only_one_of_the_department(
    sqlite_database: str, words: str, accused: str
) -> None:
    """Of two nurses Zhao none is, nor is a nurse Wang of another ward."""
    assert sqlite_database
    desk = await a_desk()
    ward = {"departments": ["XN"]}
    await an_officer("wang", StaffRole.NURSE, name="王芳", **ward)
    await an_officer("li", StaffRole.HEAD_NURSE, name="李丽", **ward)
    await an_officer("ren", StaffRole.NURSE, name="任静", **ward)
    await an_officer("zhao1", StaffRole.NURSE, name="赵一", **ward)
    await an_officer("zhao2", StaffRole.NURSE, name="赵二", **ward)
    await an_officer("far", StaffRole.NURSE, name="王兰", departments=["GK"])
    assert (await a_complaint(desk, words=words)).accused == accused


async def test_the_page_names_the_doctor_of_the_department_to_talk_with(
    sqlite_database: str,
) -> None:
    """But never one the complaint is about."""
    assert sqlite_database
    desk, staff = await a_desk(), await an_officer()
    case = await a_complaint(desk)
    assert case.department_id is not None
    doctors = {
        place: await an_officer(place.value, StaffRole.DOCTOR, name=name, departments=["XN"])
        for place, name in ((LiaisonPlace.FIRST, "钱多多"), (LiaisonPlace.SECOND, "孙样例"))
    }
    for place, doctor in doctors.items():
        await LiaisonDoctor.create(
            department_id=case.department_id, staff_id=doctor.id, place=place
        )
    assert [one.name for one in await liaison_of(case)] == ["钱多多", "孙样例"]
    about = await a_complaint(desk, words="我要投诉,钱多多吼我", once="about")
    card = await open_complaint(about.number, staff, desk, LATER)
    assert card is not None
    assert [one.name for one in card.liaisons] == ["孙样例"]


async def test_an_office_that_is_named_leaves_the_case_to_the_other(sqlite_database: str) -> None:
    assert sqlite_database
    desk, staff = await a_desk(), await an_officer()
    affairs = await an_officer("affairs", StaffRole.MEDICAL_AFFAIRS)
    case = await a_complaint(desk, words="我要投诉,医务科的人吼我")
    assert await open_complaint(case.number, affairs, desk, LATER) is None
    assert (await claim_complaint(case.id, affairs, LATER)).refusal == Refusal.NOT_ALLOWED
    assert (await GroupPost.get()).roles == ["complaint_office"]
    assert (await claim_complaint(case.id, staff, LATER)).taken
    both = await a_complaint(desk, words="投诉,医务科和投诉办都吼我", once="both")
    assert both.owner_role == StaffRole.COMPLAINT_OFFICE
    assert await open_complaint(both.number, staff, desk, LATER) is not None


async def test_a_head_who_is_named_is_not_asked_for_the_facts(sqlite_database: str) -> None:
    assert sqlite_database
    desk, staff = await a_desk(), await an_officer()
    head = await an_officer("head", StaffRole.HEAD_NURSE, name="钱多多", departments=["XN"])
    other = await an_officer("other", StaffRole.DIRECTOR, departments=["XN"])
    case = await claimed(desk, staff, words="我要投诉,护士长钱多多吼我")
    assert await ask_for_facts(case.id, staff, "XN", "请说明", LATER) is None
    (request,) = await facts_asked_of(other)
    assert await facts_asked_of(head) == []
    assert await give_facts(request.id, head, "没有", LATER) == Refusal.NOT_ALLOWED


async def test_each_look_is_on_record_and_who_complains_is_asked_for_apart(
    sqlite_database: str,
) -> None:
    assert sqlite_database
    desk, staff = await a_desk(), await an_officer()
    patient = await a_patient(MONDAY)
    case = await a_complaint(desk, patient_id=patient.id)
    assert await open_complaint(case.number, staff, desk, LATER, on_record=False) is None
    card = await open_complaint(case.number, staff, desk, LATER)
    assert card is not None
    assert (card.words, card.may_know_who) == (("我要投诉,收费处的人吼我",), True)
    assert "测试甲" not in repr(card)
    person = await open_identity(case.number, staff, LATER)
    assert person is not None
    assert person.patient.name == "测试甲"
    looks = [entry.action for entry in await AuditEntry.all().order_by("sequence")]
    assert looks == ["complaint.opened", "complaint.identity_opened"]


async def test_who_wants_to_stay_unknown_is_known_to_nobody(sqlite_database: str) -> None:
    assert sqlite_database
    desk, staff = await a_desk(), await an_officer()
    patient = await a_patient(MONDAY)
    case = await a_complaint(desk, patient_id=patient.id, mode=ComplaintMode.ANONYMOUS)
    card = await open_complaint(case.number, staff, desk, LATER)
    assert card is not None
    assert not card.may_know_who
    assert await open_identity(case.number, staff, LATER) is None
    await unit_of_work(lambda: set_mode(case, ComplaintMode.NAMED, LATER))
    assert await open_identity(case.number, staff, LATER) is not None


async def test_a_department_reads_the_question_and_the_words_only_by_consent(
    sqlite_database: str,
) -> None:
    assert sqlite_database
    desk, staff = await a_desk(), await an_officer()
    head = await an_officer("head", StaffRole.HEAD_NURSE, departments=["XN"])
    stranger = await an_officer("stranger", StaffRole.HEAD_NURSE, departments=["GK"])
    case = await claimed(desk, staff, words="投诉,我是三床的测试甲,按铃没人来")
    assert await ask_for_facts(case.id, staff, "XN", "周日夜班的铃声记录?", LATER) is None
    assert await facts_asked_of(stranger) == []
    (request,) = await facts_asked_of(head)
    assert (request.number, request.question) == (case.number, "周日夜班的铃声记录?")
    opened = await open_facts(request.id, head, LATER)
    assert opened is not None
    assert opened.words == ()
    assert await open_facts(request.id, stranger, LATER) is None
    await unit_of_work(lambda: set_mode(case, ComplaintMode.NAMED, LATER))
    opened = await open_facts(request.id, head, LATER)
    assert opened is not None
    assert opened.words == ("投诉,我是三床的测试甲,按铃没人来",)


async def test_facts_are_told_and_decide_nothing(sqlite_database: str) -> None:
    assert sqlite_database
    desk, staff = await a_desk(), await an_officer()
    head = await an_officer("head", StaffRole.HEAD_NURSE, departments=["XN"])
    case = await claimed(desk, staff)
    assert await ask_for_facts(case.id, staff, "XN", "当班是谁?", LATER) is None
    assert await ask_for_facts(case.id, staff, "XN", "再问", LATER) == Refusal.ASKED_ALREADY
    assert await ask_for_facts(case.id, staff, "??", "问", LATER) == Refusal.NO_SUCH_DEPARTMENT
    assert await ask_for_facts(case.id, staff, "finance", " ", LATER) == Refusal.EMPTY
    request = await FactRequest.get(complaint_id=case.id)
    assert request.due_at == LATER + timedelta(hours=24)
    assert await give_facts(request.id, head, "当班两人", LATER) is None
    after = await Complaint.get(id=case.id)
    assert (after.state, after.owner_id) == (case.state, staff.id)
    assert await ask_for_facts(case.id, staff, "XN", "几点?", LATER) is None
    (asked,) = await facts_asked_of(head)
    assert (asked.question, asked.answer) == ("当班是谁?\n几点?", "当班两人")
    assert asked.answered_at is None


async def test_an_office_is_asked_by_its_role_and_its_post_says_nothing_of_the_case(
    sqlite_database: str,
) -> None:
    assert sqlite_database
    desk, staff = await a_desk(), await an_officer()
    clerk = await an_officer("clerk", StaffRole.FINANCE)
    case = await claimed(desk, staff, tags=FEES, words="投诉,乱收费")
    assert await ask_for_facts(case.id, staff, "finance", "请核对", LATER) is None
    assert [one.number for one in await facts_asked_of(clerk)] == [case.number]
    said = await GroupPost.get(message="S-CMP-FACTS")
    assert said.roles == ["finance"]
    assert said.values["asked"] == "财务医保办"
    assert "请核对" not in str(said.values)


async def test_a_case_goes_from_column_to_column_in_the_hands_of_its_owner(
    database: str,
) -> None:
    assert database
    desk, staff = await a_desk(), await an_officer()
    case = await claimed(desk, staff)
    other = await an_officer("other")
    assert await note_contact(case.id, other, "打了", LATER) == Refusal.CLAIM_FIRST
    assert await note_contact(case.id, staff, "打通了", LATER) is None
    assert await negotiate(case.id, staff, "请患者来院面谈", LATER) is None
    assert await negotiate(case.id, staff, "", LATER) == Refusal.EMPTY
    assert await carry_out(case.id, staff, "收费处", date(2026, 11, 25), LATER) is None
    assert await investigate(case.id, staff, "调监控", LATER) is None
    assert await note_on(case.id, staff, "已约周三", LATER) is None
    entries = await ComplaintEntry.filter(complaint_id=case.id).order_by("position")
    assert [(entry.event.value, entry.state.value) for entry in entries] == [
        ("filed", "received"),
        ("claimed", "investigating"),
        ("contacted", "investigating"),
        ("proposed", "negotiating"),
        ("moved_on", "carrying_out"),
        ("moved_on", "investigating"),
        ("noted", "investigating"),
    ]
    case = await Complaint.get(id=case.id)
    assert (case.contacted_at, case.carried_out_by) == (LATER, "收费处")


async def test_a_person_confirms_the_tags_and_the_law_only_gives_more(
    sqlite_database: str,
) -> None:
    assert sqlite_database
    desk, staff = await a_desk(), await an_officer()
    case = await claimed(desk, staff)
    ward = await a_department("GK", "骨科")
    kinds = [Category.ATTITUDE, Category.BILLING, Category.WAITING]
    assert await confirm_tags(case.id, staff, kinds, "high", ward.id, desk, LATER) is None
    after = await Complaint.get(id=case.id)
    assert (after.tags, after.severity) == (["T5", "T12", "T1"], "high")
    assert (after.tags_confirmed_by_id, after.department_id) == (staff.id, ward.id)
    assert after.legal_due_at > case.legal_due_at
    assert after.result_due_at == case.result_due_at
    again = await confirm_tags(case.id, staff, ["attitude"], "low", ward.id, desk, LATER)
    assert again is None
    assert (await Complaint.get(id=case.id)).legal_due_at == after.legal_due_at


@pytest.mark.parametrize(
    ("kinds", "severity"), [([], "low"), (["nothing"], "low"), (["attitude"], "x")]
)
async def test_tags_outside_the_closed_sets_are_refused(
    sqlite_database: str, kinds: list[str], severity: str
) -> None:
    assert sqlite_database
    desk, staff = await a_desk(), await an_officer()
    case = await claimed(desk, staff)
    refusal = await confirm_tags(case.id, staff, kinds, severity, None, desk, LATER)
    assert refusal == Refusal.INCOMPLETE


async def test_a_put_off_warning_is_put_off_for_minutes_by_its_owner(sqlite_database: str) -> None:
    assert sqlite_database
    desk, staff = await a_desk(), await an_officer()
    case = await claimed(desk, staff)
    assert await snooze_complaint(case.id, staff, 45, LATER) == Refusal.INCOMPLETE
    assert await snooze_complaint(case.id, staff, 30, LATER) is None
    assert (await Complaint.get(id=case.id)).snoozed_until == LATER + timedelta(minutes=30)


async def test_everybody_of_staff_takes_complaints_down_once_a_form(sqlite_database: str) -> None:
    assert sqlite_database
    desk, nurse = await a_desk(), await an_officer("nurse", StaffRole.NURSE, departments=["XN"])
    patient = await a_patient(MONDAY)
    taken = TakenDown("护士扎针扎了五次,很生气", "form-1", patient_id=patient.id)
    first = await file_for(nurse, taken, desk, LATER)
    again = await file_for(nurse, taken, desk, LATER)
    assert isinstance(first, Complaint)
    assert isinstance(again, Complaint)
    assert (again.id, first.filed_by) == (first.id, FiledBy.STAFF)
    assert first.patient_id == patient.id
    assert await file_for(nurse, TakenDown(" ", "x"), desk, LATER) == Refusal.EMPTY
    (entry,) = await ComplaintEntry.filter(complaint_id=first.id)
    assert entry.staff_id == nurse.id


async def test_the_board_shows_clocks_and_what_the_patient_added(sqlite_database: str) -> None:
    assert sqlite_database
    desk, staff = await a_desk(), await an_officer()
    before = await complaint_board_version()
    case = await claimed(desk, staff)
    assert await complaint_board_version() != before
    (row,) = (await complaint_board(staff, LATER)).columns["investigating"]
    assert (row.mine, row.wrote, row.department) == (True, False, "心内科")
    assert not row.late(LATER)
    assert row.contact_late(row.contact_due_at + timedelta(seconds=1))
    await unit_of_work(lambda: add_words(desk, case, "还有", FEES, LATER))
    (row,) = (await complaint_board(staff, LATER)).columns["investigating"]
    assert row.wrote


async def test_closed_cases_leave_the_board_after_thirty_days(sqlite_database: str) -> None:
    assert sqlite_database
    desk, staff = await a_desk(), await an_officer()
    case = await a_complaint(desk)
    await unit_of_work(lambda: withdraw(desk, case, LATER))
    for days, shown in ((29, 1), (31, 0)):
        board = await complaint_board(staff, LATER + timedelta(days=days))
        assert len(board.columns["closed"]) == shown


async def test_a_measure_is_done_before_it_is_seen_to_work(sqlite_database: str) -> None:
    assert sqlite_database
    desk, staff = await a_desk(), await an_officer()
    ward = await a_department()
    head = await an_officer("head", StaffRole.HEAD_NURSE, departments=["XN"])
    case = await claimed(desk, staff)
    plan = Improvement("态度", "培训", "收费处", date(2026, 12, 1), case.id, ward.id)
    assert await add_improvement(head, plan, LATER) == Refusal.NOT_ALLOWED
    assert await add_improvement(staff, plan, LATER) is None
    (row,) = await visible_improvements(head)
    assert await verify_improvement(row.id, staff, "有效", LATER) == Refusal.NOT_OPEN
    assert await improvement_done(row.id, head, LATER) is None
    assert await verify_improvement(row.id, head, "有效", LATER) == Refusal.NOT_ALLOWED
    assert await verify_improvement(row.id, staff, "抽查合格", LATER) is None
    row = await ImprovementAction.get(id=row.id)
    assert (row.verification, row.verified_by_id) == ("抽查合格", staff.id)
