"""What the patient is told, how a case ends and begins again, and what falls due meanwhile."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta

import pytest

from handlers.casework.claims import claim_complaint
from handlers.casework.closing import close_complaint, note_answer, reopen
from handlers.casework.filing import add_words, rate, take_answer, withdraw
from handlers.casework.progress import note_contact
from handlers.casework.snooze import snooze_complaint
from handlers.casework.telling import Result, reply, tell_interim, tell_result
from handlers.claims import Refusal
from handlers.room.answers import Answer
from handlers.staff_words import staff_words
from models.complaint import (
    Complaint,
    ComplaintClosing,
    ComplaintEntry,
    ComplaintEvent,
    ComplaintState,
)
from models.conversation import Conversation, Outgoing
from models.hospital import StaffMember, StaffRole
from models.room import GroupPost
from models.timetable import Due, DueStatus
from models.unit import unit_of_work
from scheduler.due import run_due
from tests.handlers.complaining import (
    LAWSUIT,
    MONDAY,
    NURSES,
    RUDE,
    a_complaint,
    an_officer,
    events,
)
from tests.handlers.ward import Ward, a_ward

FOUND = Result("当晚两次铃响,间隔二十分钟有人到", "夜班加一人,护士长已道歉", "partly")


def at(moment: str) -> datetime:
    """A local moment."""
    return datetime.fromisoformat(f"{moment}+08:00")


class Office:
    """A ward, its patient, an officer, and one case of theirs; time moves when told to."""

    def __init__(self, ward: Ward, staff: StaffMember, case: Complaint) -> None:
        self.ward, self.desk, self.staff, self.id = ward, ward.desk, staff, case.id

    @property
    def now(self) -> datetime:
        """The clock in our hands."""
        return self.ward.now

    async def case(self) -> Complaint:
        """The case as it stands."""
        return await Complaint.get(id=self.id)

    async def until(self, moment: str) -> None:
        """Let time pass; what falls due of complaints is done."""
        self.ward.now = at(moment)
        await run_due(self.desk, self.now)

    async def claim(self) -> None:
        """The officer takes it."""
        assert (await claim_complaint(self.id, self.staff, self.now)).taken

    async def contact(self) -> None:
        """The officer speaks with the patient."""
        assert await note_contact(self.id, self.staff, "打通了", self.now) is None

    async def tell(self, result: Result = FOUND) -> Refusal | None:
        """The officer tells the result."""
        return await tell_result(self.id, self.staff, result, self.desk, self.now)

    async def close(self, closing: str, ways: str = "") -> Refusal | None:
        """The officer ends it."""
        return await close_complaint(
            self.id, self.staff, closing, "staffing", self.desk, self.now, ways=ways
        )

    async def answer(self, word: str) -> None:
        """The patient answers in the chat."""
        case = await self.case()
        await unit_of_work(lambda: take_answer(self.desk, case, word, self.now))

    async def posts(self, message: str) -> list[GroupPost]:
        """The posts of one kind."""
        return await GroupPost.filter(message=message).order_by("at")

    async def told(self) -> list[str]:
        """The names of the messages written to the patient about a complaint."""
        rows = await Outgoing.all().order_by("position")
        return [row.occurrence for row in rows if "complaint" in row.occurrence]


async def an_office(**values: object) -> Office:
    """A case of the ward's patient, filed on Monday at nine."""
    ward = await a_ward(plan=False)
    conversation = await Conversation.create(respondent_id=ward.contact_point.respondent_id)
    known = {
        "conversation_id": conversation.id,
        "patient_id": ward.patient.id,
        "encounter_id": ward.encounter.id,
        **values,
    }
    ward.now = MONDAY
    case = await a_complaint(ward.desk, **known)  # type: ignore[arg-type]
    return Office(ward, await an_officer(), case)


async def test_a_clock_warns_once_then_climbs_once(database: str) -> None:
    assert database
    office = await an_office()
    await office.until("2026-11-23T12:00")
    await office.until("2026-11-23T12:01")
    (warned,) = await office.posts("S-CMP-WARN")
    assert warned.values["what"] == "首次联系"
    await office.until("2026-11-23T15:30")
    (late,) = await office.posts("S-CMP-LATE")
    assert late.values["role"] == "投诉办、医务科"
    assert late.roles == ["complaint_office", "medical_affairs"]
    assert await events(await office.case()) == ["filed", "warned", "escalated"]


async def test_whoever_was_spoken_with_in_time_is_not_warned_about(sqlite_database: str) -> None:
    assert sqlite_database
    office = await an_office()
    await office.claim()
    await office.contact()
    await office.until("2026-11-23T18:00")
    assert await office.posts("S-CMP-WARN") == []
    assert await office.posts("S-CMP-LATE") == []


async def test_result_and_law_climb_to_those_above(sqlite_database: str) -> None:
    assert sqlite_database
    office = await an_office()
    await office.claim()
    await office.contact()
    await office.until("2026-11-26T00:00")
    (warned,) = await office.posts("S-CMP-WARN")
    assert warned.values["what"] == "答复"
    await office.until("2026-11-27T00:00")
    await office.until("2026-12-01T00:00")
    result, legal = await office.posts("S-CMP-LATE")
    assert (result.values["what"], result.values["role"]) == ("答复", "医务科")
    assert StaffRole.ADMIN.value in legal.roles
    assert (await office.case()).state == ComplaintState.INVESTIGATING


async def test_a_program_that_was_down_tells_what_is_overdue_at_its_start(
    sqlite_database: str,
) -> None:
    """F41: no warning of what is over already, and each overdue clock once."""
    assert sqlite_database
    office = await an_office()
    await office.until("2026-12-05T10:00")
    assert await office.posts("S-CMP-WARN") == []
    said = [post.values["what"] for post in await office.posts("S-CMP-LATE")]
    assert sorted(said) == sorted(["首次联系", "答复", "法定期限内的答复"])


async def test_a_warning_that_was_put_off_comes_later_and_no_clock_stands(
    sqlite_database: str,
) -> None:
    assert sqlite_database
    office = await an_office()
    await office.claim()
    await office.contact()
    await office.until("2026-11-25T23:50")
    assert await snooze_complaint(office.id, office.staff, 30, office.now) is None
    await office.until("2026-11-26T00:00")
    assert await office.posts("S-CMP-WARN") == []
    await office.until("2026-11-26T00:20")
    assert len(await office.posts("S-CMP-WARN")) == 1


async def test_a_claim_nothing_is_heard_of_goes_back(database: str) -> None:
    assert database
    office = await an_office()
    await office.until("2026-11-23T11:30")
    await office.claim()
    await office.until("2026-11-23T14:00")
    assert (await office.case()).owner_id == office.staff.id
    await office.until("2026-11-23T16:00")
    case = await office.case()
    assert (case.owner_id, case.state) == (None, ComplaintState.RECEIVED)
    assert len(await office.posts("S-CMP-SILENT")) == 1
    await office.claim()
    assert (await office.case()).owner_id == office.staff.id


async def test_an_urgent_claim_goes_back_after_a_quarter_of_an_hour_at_night(
    sqlite_database: str,
) -> None:
    assert sqlite_database
    office = await an_office(tags=LAWSUIT, words="投诉,要起诉", now=at("2026-11-23T23:00"))
    await office.until("2026-11-23T23:05")
    await office.claim()
    await office.until("2026-11-23T23:19")
    assert (await office.case()).owner_id is not None
    await office.until("2026-11-23T23:20")
    assert (await office.case()).owner_id is None


async def test_a_claim_that_was_worked_on_stays(sqlite_database: str) -> None:
    assert sqlite_database
    office = await an_office()
    await office.claim()
    await office.contact()
    await office.until("2026-11-25T10:00")
    assert (await office.case()).owner_id == office.staff.id


async def test_an_earlier_claims_silence_does_not_end_a_later_one(sqlite_database: str) -> None:
    assert sqlite_database
    office = await an_office()
    await office.claim()
    await office.until("2026-11-23T11:00")
    assert (await office.case()).owner_id is None
    await office.until("2026-11-23T11:30")
    await office.claim()
    await office.until("2026-11-23T11:45")
    assert (await office.case()).owner_id == office.staff.id


async def test_a_later_day_is_told_with_its_reason_within_the_law(database: str) -> None:
    assert database
    office = await an_office()
    await office.claim()
    await office.contact()
    tell = later(office)
    assert await tell(date(2026, 11, 26), "等专家") == Refusal.BEYOND_LAW
    assert await tell(date(2026, 12, 1), "等专家") == Refusal.BEYOND_LAW
    assert await tell(date(2026, 11, 30), " ") == Refusal.REASON_NEEDED
    assert await tell(date(2026, 11, 30), "等专家") is None
    case = await office.case()
    assert (case.interim_until, case.interim_why) == (at("2026-12-01T00:00"), "等专家")
    assert len(await office.told()) == 1
    await office.until("2026-11-27T10:00")
    assert await office.posts("S-CMP-LATE") == []
    await office.until("2026-12-01T00:01")
    assert [one.values["what"] for one in await office.posts("S-CMP-LATE")].count("答复") == 1


def later(office: Office) -> Callable[[date, str], Awaitable[Refusal | None]]:
    """Tell a later day."""
    return lambda day, why: tell_interim(office.id, office.staff, day, why, office.desk, office.now)


async def test_a_result_wants_facts_measures_and_a_finding(sqlite_database: str) -> None:
    assert sqlite_database
    office = await an_office()
    await office.claim()
    for result in (
        Result("", "措施", "valid"),
        Result("事实", " ", "valid"),
        Result("事实", "措施", "maybe"),
    ):
        assert await office.tell(result) == Refusal.UNFINISHED
    assert (await office.case()).state == ComplaintState.INVESTIGATING


async def test_the_result_is_before_the_patient_and_keeps_the_promise(database: str) -> None:
    assert database
    office = await an_office()
    await office.claim()
    await office.until("2026-11-23T10:30")
    assert await office.tell() is None
    case = await office.case()
    assert (case.state, case.answered_at) == (ComplaintState.ANSWERED, office.now)
    assert case.contacted_at == office.now
    assert len(await office.told()) == 1
    await office.until("2026-11-29T10:00")
    assert await office.posts("S-CMP-LATE") == []


async def test_where_nobody_can_be_written_to_the_history_says_to_call(
    sqlite_database: str,
) -> None:
    assert sqlite_database
    office = await an_office(conversation_id=None, patient_id=None)
    await office.claim()
    assert await office.tell() is None
    entry = await ComplaintEntry.filter(complaint_id=office.id).order_by("-position").first()
    assert entry is not None
    assert entry.event == ComplaintEvent.NOTED
    assert "打电话" in entry.detail


async def test_a_case_taken_down_by_staff_is_answered_where_the_patient_was_written_to(
    sqlite_database: str,
) -> None:
    assert sqlite_database
    office = await an_office(conversation_id=None)
    await office.claim()
    assert await office.tell() is None
    conversation = await Conversation.get()
    assert (await office.case()).conversation_id == conversation.id
    assert len(await office.told()) == 1


async def test_an_accepted_result_is_closed_by_a_person(sqlite_database: str) -> None:
    assert sqlite_database
    office = await an_office()
    await office.claim()
    assert await office.close("accepted") == Refusal.NOT_ANSWERED
    await office.tell()
    assert await office.close("accepted") == Refusal.ACCEPT_MISSING
    await office.answer("accept")
    assert (await office.case()).state == ComplaintState.ANSWERED
    assert await office.close("accepted") is None
    case = await office.case()
    assert (case.state, case.closing) == (ComplaintState.CLOSED, ComplaintClosing.ACCEPTED)
    assert (case.root_cause, case.closed_by_id) == ("staffing", office.staff.id)
    assert len(await office.posts("S-CMP-CLOSED")) == 1


async def test_a_root_cause_of_the_list_is_needed(sqlite_database: str) -> None:
    assert sqlite_database
    office = await an_office()
    await office.claim()
    await office.tell()
    await office.answer("accept")
    for closing, root in (("accepted", "weather"), ("accepted", ""), ("gone", "other")):
        refusal = await close_complaint(
            office.id, office.staff, closing, root, office.desk, office.now
        )
        assert refusal == Refusal.INCOMPLETE


def test_who_orders_an_end_in_the_group_is_told_where_and_what_with() -> None:
    """And who tells a result without its finding is asked for no root cause."""
    told = Answer("S-ORDER-PAGE", {"number": "TS-20261123-001"}).text
    assert "/staff/complaints/TS-20261123-001" in told
    assert "根本原因" in told
    assert "根本原因" not in staff_words().refusals[Refusal.UNFINISHED]


async def test_silence_closes_nothing_and_allows_a_person_to_after_a_week(
    sqlite_database: str,
) -> None:
    assert sqlite_database
    office = await an_office()
    await office.claim()
    await office.tell()
    await office.until("2026-11-30T08:59")
    assert await office.close("no_answer") == Refusal.TOO_EARLY
    await office.until("2026-11-30T09:00")
    assert (await office.case()).state == ComplaintState.ANSWERED
    assert len(await office.posts("S-CMP-QUIET")) == 1
    assert await office.close("no_answer") is None


async def test_a_result_that_is_refused_is_talked_about_again_within_four_hours(
    sqlite_database: str,
) -> None:
    assert sqlite_database
    office = await an_office()
    await office.claim()
    await office.tell()
    await office.until("2026-11-24T09:00")
    await office.answer("refuse")
    case = await office.case()
    assert (case.state, case.answered_at) == (ComplaintState.NEGOTIATING, MONDAY)
    await office.until("2026-11-24T15:30")
    (late,) = await office.posts("S-CMP-LATE")
    assert late.values["what"] == "再次联系患者"
    assert await office.close("not_accepted") == Refusal.WAYS_NEEDED
    assert await office.close("not_accepted", "已告知卫健委和调解委员会") is None


async def test_a_refusal_that_was_taken_up_does_not_climb(sqlite_database: str) -> None:
    assert sqlite_database
    office = await an_office()
    await office.claim()
    await office.tell()
    await office.until("2026-11-24T09:00")
    await office.answer("call")
    await office.until("2026-11-24T10:00")
    await office.contact()
    await office.until("2026-11-25T18:00")
    assert await office.posts("S-CMP-LATE") == []


async def test_a_second_result_is_put_before_the_patient_anew(sqlite_database: str) -> None:
    assert sqlite_database
    office = await an_office()
    await office.claim()
    await office.tell()
    await office.until("2026-11-24T09:00")
    await office.answer("refuse")
    assert await office.tell() is None
    case = await office.case()
    assert (case.state, case.patient_answer) == (ComplaintState.ANSWERED, "")
    assert case.answered_at == MONDAY
    assert await office.close("no_answer") == Refusal.TOO_EARLY


async def test_an_answer_heard_on_the_telephone_is_noted_by_staff(sqlite_database: str) -> None:
    assert sqlite_database
    office = await an_office()
    await office.claim()

    async def heard(answer: str) -> Refusal | None:
        return await note_answer(
            office.id, office.staff, answer, "电话里说的", office.desk, office.now
        )

    assert await heard("accept") == Refusal.NOT_ANSWERED
    await office.tell()
    assert await heard("perhaps") == Refusal.INCOMPLETE
    assert await heard("accept") is None
    assert await office.close("accepted") is None


async def test_a_grave_case_taken_back_is_ended_by_a_person(sqlite_database: str) -> None:
    assert sqlite_database
    office = await an_office(tags=LAWSUIT, words="投诉,要起诉")
    case = await office.case()
    await unit_of_work(lambda: withdraw(office.desk, case, office.now))
    await office.until("2026-12-05T10:00")
    late = {post.values["what"] for post in await office.posts("S-CMP-LATE")}
    assert late == {"答复", "法定期限内的答复"}
    await office.claim()
    assert await office.close("withdrawn") is None


async def test_nobody_ends_a_case_as_withdrawn_who_has_not_spoken_with_the_patient(
    sqlite_database: str,
) -> None:
    assert sqlite_database
    office = await an_office()
    await office.claim()
    assert await office.close("withdrawn") == Refusal.NO_CONTACT


async def test_a_duplicate_needs_its_twin(sqlite_database: str) -> None:
    assert sqlite_database
    office = await an_office()
    await office.claim()
    assert await office.close("duplicate") == Refusal.NO_TWIN
    case = await office.case()
    await a_complaint(office.desk, NURSES, once="twin", conversation_id=case.conversation_id)
    assert await office.close("duplicate") is None


async def closed_at(office: Office, moment: str) -> None:
    """The case is told, accepted and closed then."""
    await office.claim()
    await office.tell()
    await office.answer("accept")
    await office.until(moment)
    assert await office.close("accepted") is None


async def test_the_day_after_closing_the_patient_is_asked_how_it_was(database: str) -> None:
    assert database
    office = await an_office()
    await closed_at(office, "2026-11-24T16:00")
    before = len(await office.told())
    await office.until("2026-11-25T09:29")
    assert len(await office.told()) == before
    await office.until("2026-11-25T09:30")
    await office.until("2026-11-26T09:30")
    assert len(await office.told()) == before + 1


@pytest.mark.parametrize("why", ["dead", "stopped"])
async def test_the_dead_and_those_who_want_no_messages_are_not_asked(
    sqlite_database: str, why: str
) -> None:
    assert sqlite_database
    office = await an_office()
    await closed_at(office, "2026-11-24T16:00")
    before = len(await office.told())
    ward = office.ward
    if why == "dead":
        ward.patient.deceased_at = office.now
        await ward.patient.save()
    else:
        ward.contact_point.opted_out_at = office.now
        await ward.contact_point.save()
    await office.until("2026-11-25T09:30")
    assert len(await office.told()) == before


async def test_a_bad_rating_opens_the_case_again_with_new_clocks(sqlite_database: str) -> None:
    assert sqlite_database
    office = await an_office()
    await closed_at(office, "2026-11-24T16:00")
    await office.until("2026-11-25T10:00")
    case = await office.case()
    assert await unit_of_work(lambda: rate(office.desk, case, 1, office.now))
    case = await office.case()
    assert (case.state, case.owner_id) == (ComplaintState.INVESTIGATING, office.staff.id)
    assert case.contact_due_at == at("2026-11-25T16:30")
    assert case.answered_at is None
    assert len(await office.posts("S-CMP-AGAIN")) == 1
    await office.until("2026-11-25T16:31")
    assert [one.values["what"] for one in await office.posts("S-CMP-LATE")] == ["首次联系"]


async def test_staff_opens_a_case_again_with_a_reason(sqlite_database: str) -> None:
    assert sqlite_database
    office = await an_office()

    async def again(reason: str) -> Refusal | None:
        return await reopen(office.id, office.staff, reason, office.desk, office.now)

    assert await again("来访") == Refusal.NOT_CLOSED
    await closed_at(office, "2026-11-24T16:00")
    assert await again(" ") == Refusal.REASON_NEEDED
    assert await again("患者来访,新情况") is None
    assert (await office.case()).reopened == 1


async def test_a_reply_through_the_bot_is_sent_once_and_is_a_contact(database: str) -> None:
    assert database
    office = await an_office()
    await office.claim()
    for _ in range(2):
        refusal = await reply(
            office.id, office.staff, "我们在查", "form-1", office.desk, office.now
        )
        assert refusal is None
    assert await office.told() == [f"complaint-reply:{office.id}:form-1"]
    assert (await events(await office.case())).count("contacted") == 1
    assert (await office.case()).contacted_at == office.now


async def test_an_older_versions_timers_do_nothing(sqlite_database: str) -> None:
    assert sqlite_database
    office = await an_office()
    case = await office.case()
    await unit_of_work(lambda: add_words(office.desk, case, "还吼我", RUDE, office.now))
    assert (await office.case()).version == 2
    pending = await Due.filter(subject=case.id, status=DueStatus.PENDING)
    assert {due.version for due in pending} == {2}
    skipped = await Due.filter(subject=case.id, status=DueStatus.SKIPPED)
    assert {due.version for due in skipped} == {1}
    await office.until("2026-11-23T15:30")
    assert len(await office.posts("S-CMP-LATE")) == 1
    assert office.now - MONDAY == timedelta(hours=6, minutes=30)


async def test_a_second_closing_is_rated_anew(sqlite_database: str) -> None:
    assert sqlite_database
    office = await an_office()
    await closed_at(office, "2026-11-24T16:00")
    await office.until("2026-11-25T09:30")
    case = await office.case()
    assert await unit_of_work(lambda: rate(office.desk, case, 1, office.now))
    await office.tell()
    await office.answer("accept")
    assert await office.close("accepted") is None
    assert (await office.case()).satisfaction is None
    before = len(await office.told())
    await office.until("2026-11-26T09:30")
    assert len(await office.told()) == before + 1


async def test_a_grave_case_taken_back_still_reminds_staff_and_promises_nothing(
    sqlite_database: str,
) -> None:
    assert sqlite_database
    office = await an_office(tags=LAWSUIT, words="投诉,要起诉")
    case = await office.case()
    await unit_of_work(lambda: withdraw(office.desk, case, office.now))
    await office.claim()
    until = date(2026, 11, 28)
    refused = await tell_interim(office.id, office.staff, until, "在查", office.desk, office.now)
    assert refused == Refusal.NOT_OPEN
    before = len(await office.told())
    await office.until("2026-11-27T00:01")
    assert [one.values["what"] for one in await office.posts("S-CMP-LATE")] == ["答复"]
    assert len(await office.told()) == before


async def test_a_grave_case_taken_back_after_its_result_is_not_forgotten(
    sqlite_database: str,
) -> None:
    """A week after the result its office is reminded to end it."""
    assert sqlite_database
    office = await an_office(tags=LAWSUIT, words="投诉,要起诉")
    await office.claim()
    await office.contact()
    await office.tell()
    case = await office.case()
    await unit_of_work(lambda: withdraw(office.desk, case, office.now))
    await office.until("2026-11-29T09:00")
    assert await office.posts("S-CMP-QUIET") == []
    await office.until("2026-11-30T10:00")
    assert len(await office.posts("S-CMP-QUIET")) == 1


async def test_a_result_leaves_a_case_taken_back_and_asks_the_patient_nothing(
    sqlite_database: str,
) -> None:
    assert sqlite_database
    office = await an_office(tags=LAWSUIT, words="投诉,要起诉")
    case = await office.case()
    await unit_of_work(lambda: withdraw(office.desk, case, office.now))
    await office.claim()
    before = len(await office.told())
    assert await office.tell() is None
    found = await office.case()
    assert (found.state, found.patient_answer) == (ComplaintState.ANSWERED, "withdrawn")
    assert len(await office.told()) == before
    assert await office.close("withdrawn") is None
