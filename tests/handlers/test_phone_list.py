"""The phone list and the questionnaire by phone: masked, audited, one record for both."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from dialogs.turn import Reply
from handlers.calls import CallFault, CallReport, CallResult, record_result
from handlers.cards import open_alert, open_patient
from handlers.masking import mask_name, mask_phone
from handlers.opened_call import open_task
from handlers.phone_form import Entry, fill_in, phone_form
from handlers.phone_list import phone_list
from handlers.tasks import PhoneReason, to_phone_list
from models.alert import Alert
from models.audit import AuditEntry
from models.care import Encounter, FollowUpPlan, FollowUpTask, PlanStatus, TaskStatus
from models.conversation import Dialog
from models.hospital import StaffMember, StaffRole
from models.people import Consent, ConsentBasis, ConsentPurpose, ContactPoint, Patient
from models.response import Answer, Response, ResponseStatus
from models.unit import unit_of_work
from tests.browser.staff_scene import a_call
from tests.handlers.ward import Ward, a_ward

ALL_WELL = {
    "fu-d3.who": Reply(keys=("self",)),
    "fu-d3.place": Reply(keys=("home",)),
    "fu-d3.feel": Reply(keys=("better",)),
    "fu-d3.red": Reply(keys=("none",)),
    "fu-d3.med": Reply(keys=("all",)),
    "fu-d3.side": Reply(keys=("none",)),
    "fu-d3.clear": Reply(keys=("clear",)),
    "fu-d3.review": Reply(keys=("yes",)),
}


async def a_nurse(ward: Ward, username: str = "nurse", **values: Any) -> StaffMember:
    """A licensed nurse of the ward."""
    known = {"name": "李护士", "role": StaffRole.NURSE, "licensed": True, "departments": ["XN"]}
    return await StaffMember.create(username=username, created_at=ward.now, **{**known, **values})


async def to_call(ward: Ward, phone: str = "13900000001") -> FollowUpTask:
    """A round that waits for a call."""
    task = await a_call(ward, "测试甲", phone)
    await to_phone_list(task, PhoneReason.NO_ANSWER, ward.now)
    return task


async def report(
    ward: Ward, task: FollowUpTask, nurse: StaffMember, result: CallResult, **values: Any
) -> CallFault | None:
    """Record what came of a call."""
    return await record_result(task.id, nurse, CallReport(result, **values), ward.now)


async def order(nurse: StaffMember, now: datetime) -> list[UUID]:
    """The calls as they are listed."""
    return [row.task_id for row in (await phone_list(nurse, now)).rows]


async def fill(
    ward: Ward, task_id: UUID, nurse: StaffMember, replies: dict[str, Reply], **values: Any
) -> Any:
    """Save what the nurse wrote down."""
    return await fill_in(ward.desk, task_id, nurse, Entry(replies, **values), ward.now)


def test_names_and_numbers_are_masked() -> None:
    assert [mask_name(name) for name in ("张三", "欧阳修文", "")] == ["张*", "欧*", ""]
    assert mask_phone("13900000001") == "139****0001"
    assert mask_phone("1234567") == "****"
    assert mask_phone("") == ""


async def test_a_row_says_who_why_and_until_when_without_saying_too_much(
    database: str,
) -> None:
    assert database
    ward = await a_ward(plan=False)
    task = await to_call(ward)
    (row,) = (await phone_list(await a_nurse(ward), ward.now)).rows
    assert (row.task_id, row.name, row.phone) == (task.id, "测*", "139****0001")
    assert (row.reason, row.ward, row.deadline_at) == ("no_answer", "心内科", task.deadline_at)


async def test_nobody_sees_the_calls_of_another_ward(sqlite_database: str) -> None:
    assert sqlite_database
    ward = await a_ward(plan=False)
    task = await to_call(ward)
    others: tuple[dict[str, Any], ...] = (
        {"departments": ["GK"]},
        {"departments": []},
        {"role": "it"},
        {"role": "market_centre"},
    )
    for number, values in enumerate(others):
        other = await a_nurse(ward, f"other{number}", **values)
        assert (await phone_list(other, ward.now)).rows == ()
        assert await open_task(task.id, other, ward.now) is None


async def test_the_service_centre_sees_its_own_round_of_every_ward(sqlite_database: str) -> None:
    assert sqlite_database
    ward = await a_ward(plan=False)
    task = await to_call(ward)
    await FollowUpTask.filter(id=task.id).update(owner_role="market_centre")
    caller = await a_nurse(ward, role="market_centre", departments=[])
    assert [row.task_id for row in (await phone_list(caller, ward.now)).rows] == [task.id]


async def test_a_time_the_patient_chose_waits_and_then_comes_first(sqlite_database: str) -> None:
    assert sqlite_database
    ward = await a_ward(plan=False)
    nurse, first, second = (
        await a_nurse(ward),
        await to_call(ward),
        await to_call(ward, "13900000002"),
    )
    at = ward.now + timedelta(hours=2)
    assert await report(ward, first, nurse, CallResult.CALL_LATER, call_at=at) is None
    assert await order(nurse, ward.now) == [second.id, first.id]
    assert await order(nurse, at) == [first.id, second.id]


async def test_who_did_not_answer_rests_whichever_round_it_is(sqlite_database: str) -> None:
    assert sqlite_database
    ward = await a_ward(plan=False)
    nurse, first, other = (
        await a_nurse(ward),
        await to_call(ward),
        await to_call(ward, "13900000002"),
    )
    second = await FollowUpTask.create(
        plan_id=first.plan_id,
        encounter_id=first.encounter_id,
        round=2,
        status=TaskStatus.PHONE_LIST,
        owner_role="nurse",
        assigned_to_id=nurse.id,
        due_at=ward.now,
        deadline_at=ward.now,
    )
    assert (await order(nurse, ward.now))[0] == second.id
    assert await report(ward, first, nurse, CallResult.NO_ANSWER) is None
    assert (await order(nurse, ward.now))[0] == other.id
    assert (await order(nurse, ward.now + timedelta(minutes=31)))[0] == second.id


async def test_no_answer_closes_a_round_only_after_three_calls(database: str) -> None:
    assert database
    ward = await a_ward(plan=False)
    nurse, task = await a_nurse(ward), await to_call(ward)
    for result in (CallResult.NO_ANSWER, CallResult.BUSY):
        assert await report(ward, task, nurse, result) is None
    end: dict[str, Any] = {"result": CallResult.CANNOT, "reason": "F14"}
    assert await report(ward, task, nurse, **end) is CallFault.TOO_FEW_TRIES
    assert await report(ward, task, nurse, CallResult.NO_ANSWER) is None
    assert await report(ward, task, nurse, **end) is None
    stored = await FollowUpTask.get(id=task.id)
    assert (stored.status, stored.reason, stored.closed_by_id) == (
        TaskStatus.CLOSED,
        "F14",
        nurse.id,
    )
    assert await report(ward, task, nurse, CallResult.NO_ANSWER) is CallFault.DONE_ALREADY


@pytest.mark.parametrize(
    ("result", "values", "fault"),
    [
        (CallResult.REFUSED, {}, CallFault.REASON_NEEDED),
        (CallResult.REFUSED, {"reason": "F41"}, CallFault.REASON_NEEDED),
        (CallResult.CANNOT, {"reason": "F99"}, CallFault.REASON_NEEDED),
        (CallResult.CALL_LATER, {}, CallFault.TIME_NEEDED),
        (CallResult.WRONG_NUMBER, {}, CallFault.NUMBER_NEEDED),
    ],
)
async def test_an_incomplete_result_changes_nothing(
    sqlite_database: str, result: CallResult, values: dict[str, Any], fault: CallFault
) -> None:
    assert sqlite_database
    ward = await a_ward(plan=False)
    nurse, task = await a_nurse(ward), await to_call(ward)
    assert await report(ward, task, nurse, result, **values) is fault
    assert (await FollowUpTask.get(id=task.id)).attempts == 0


async def test_the_last_number_that_is_wrong_ends_the_round(sqlite_database: str) -> None:
    assert sqlite_database
    ward = await a_ward(plan=False)
    nurse, task = await a_nurse(ward), await to_call(ward)
    opened = await open_task(task.id, nurse, ward.now)
    assert opened is not None
    (number,) = opened.numbers
    assert number.value == "13900000001"
    others = await ContactPoint.get(id=ward.contact_point.id)
    await report(ward, task, nurse, CallResult.WRONG_NUMBER, contact_point_id=others.id)
    assert (await ContactPoint.get(id=others.id)).wrong_at is None
    await report(
        ward, task, nurse, CallResult.WRONG_NUMBER, contact_point_id=number.contact_point_id
    )
    assert (await FollowUpTask.get(id=task.id)).reason == "F13"


@pytest.mark.parametrize(
    ("reason", "stopped"), [("F21", False), ("F24", True), ("F41", True), ("F42", True)]
)
async def test_what_must_end_everything_stops_the_plan(
    sqlite_database: str, reason: str, stopped: bool
) -> None:
    assert sqlite_database
    ward = await a_ward()
    nurse, task = await a_nurse(ward), await ward.task(1)
    await to_phone_list(task, PhoneReason.HUMAN, ward.now)
    result = CallResult.REFUSED if reason in ("F21", "F24") else CallResult.CANNOT
    assert await report(ward, task, nurse, result, reason=reason) is None
    plan = await FollowUpPlan.get(encounter_id=ward.encounter.id)
    assert (plan.status == PlanStatus.STOPPED) is stopped
    assert (await FollowUpTask.get(id=task.id)).reason == reason
    died = (await Patient.get(id=ward.patient.id)).deceased_at is not None
    assert died is (reason == "F41")


async def test_who_says_stop_on_the_phone_has_withdrawn_as_by_a_message(
    sqlite_database: str,
) -> None:
    ward = await a_ward()
    nurse, task = await a_nurse(ward), await to_call(ward)
    stay = await Encounter.get(id=task.encounter_id)
    await Consent.create(
        patient_id=stay.patient_id,
        purpose=ConsentPurpose.FOLLOW_UP,
        basis=ConsentBasis.CONSENT,
        granted=True,
        recorded_by="nurse",
        at=ward.now,
    )
    assert await report(ward, task, nurse, CallResult.CANNOT, reason="F16") is None
    agreed = Consent.filter(patient_id=stay.patient_id, granted=True)
    assert await agreed.exists()
    assert not await agreed.filter(withdrawn_at=None).exists()


async def test_a_nurse_completes_a_round_on_the_phone(database: str) -> None:
    assert database
    ward = await a_ward(plan=False)
    nurse, task = await a_nurse(ward), await to_call(ward)
    half = dict(list(ALL_WELL.items())[:3])
    done = await fill(ward, task.id, nurse, half, complete=True)
    assert not done.completed
    assert "fu-d3.red" in done.missing
    done = await fill(ward, task.id, nurse, ALL_WELL, complete=True)
    assert done.completed
    assert not done.alerts
    response = await Response.get(task_id=task.id)
    assert (response.status, response.respondent_kind) == (ResponseStatus.COMPLETED, "staff")
    answers = await Answer.filter(response_id=response.id, superseded_at=None)
    assert {answer.item for answer in answers} >= {"who", "place", "feel", "red", "med"}
    assert {answer.staff_id for answer in answers} == {nurse.id}
    stored = await FollowUpTask.get(id=task.id)
    assert (stored.status, stored.outcome) == (TaskStatus.COMPLETED, "completed_by_phone")
    assert (await fill(ward, task.id, nurse, ALL_WELL)).closed


async def test_a_reason_excuses_what_could_not_be_asked(sqlite_database: str) -> None:
    assert sqlite_database
    ward = await a_ward(plan=False)
    nurse, task = await a_nurse(ward), await to_call(ward)
    half = {"fu-d3.feel": Reply(keys=("better",))}
    done = await fill(ward, task.id, nurse, half, complete=True, reason="F24", note="不想多说")
    assert done.completed
    stored = await FollowUpTask.get(id=task.id)
    assert (stored.reason, stored.reason_note) == ("F24", "不想多说")


async def test_a_red_flag_entered_by_a_nurse_is_an_alert_like_any_other(database: str) -> None:
    assert database
    ward = await a_ward(plan=False)
    nurse, task = await a_nurse(ward), await to_call(ward)
    replies = {**ALL_WELL, "fu-d3.red": Reply(keys=("chest", "fever"))}
    done = await fill(ward, task.id, nurse, replies)
    assert {alert.level for alert in await Alert.filter(task_id=task.id)} == {"L1", "L2"}
    assert len(done.alerts) == 2
    again = await fill(ward, task.id, nurse, replies)
    assert again.alerts == ()
    assert await Alert.all().count() == 2
    assert await Answer.filter(item="red").count() == 1


async def test_a_nurse_goes_on_where_the_patient_stopped(sqlite_database: str) -> None:
    assert sqlite_database
    ward = await a_ward()
    nurse = await a_nurse(ward)
    await ward.until("2026-11-23T11:30")
    for words in ("1", "1", "1", "3"):
        await ward.say(words)
    assert await Alert.filter(level="L2").count() == 1
    task = await ward.task(1)
    lines = {line.id: line for line in await phone_form(ward.desk, task, ward.now)}
    assert lines["fu-d3.feel"].value == ("worse",)
    assert "王小明" in lines["fu-d3.who"].text
    assert "wrong" not in {option.key for option in lines["fu-d3.who"].options}
    await to_phone_list(task, PhoneReason.HUMAN, ward.now)
    corrected = {**ALL_WELL, "fu-d3.feel": Reply(keys=("same",))}
    head = ("sex", "diagnosis", "admitted_on", "attending", "nurse", "phone")
    written = dict.fromkeys(head, "见病历")
    done = await fill(ward, task.id, nurse, corrected, header=written, complete=True)
    assert done.completed, done
    (response,) = await Response.filter(task_id=task.id)
    feel = await Answer.filter(response_id=response.id, item="feel").order_by("at")
    assert [(a.value, a.by, a.superseded_at is None) for a in feel] == [
        (["worse"], "self", False),
        (["same"], "staff", True),
    ]
    assert await Alert.filter(level="L2").count() == 1
    dialog = await Dialog.get(task_id=task.id)
    assert (dialog.status, dialog.outcome) == ("closed", "completed")


async def test_an_answer_that_cannot_be_read_is_said_and_not_kept(sqlite_database: str) -> None:
    assert sqlite_database
    ward = await a_ward(plan=False)
    nurse, task = await a_nurse(ward), await to_call(ward)
    await FollowUpTask.filter(id=task.id).update(forms=["wound"])
    bad = {"wound.temp": Reply(text="很高"), "wound.look": Reply(keys=("made-up",))}
    done = await fill(ward, task.id, nurse, bad, complete=True, reason="F24")
    assert done.faults == {"wound.temp", "wound.look"}
    assert not done.completed
    assert await Answer.all().count() == 0


async def test_every_look_at_a_patient_is_on_record(sqlite_database: str) -> None:
    assert sqlite_database
    ward = await a_ward()
    nurse = await a_nurse(ward)
    await ward.until("2026-11-23T11:30")
    for words in ("1", "1", "1", "胸口闷得喘不上气"):
        await ward.say(words)
    alert = await Alert.get(number="A20261123-001")
    card = await open_alert(alert.number, nurse, ward.desk, ward.now)
    assert card is not None
    assert any("胸口闷得喘不上气" in line.text for line in card.lines)
    assert await open_patient(ward.patient.id, nurse, ward.desk, ward.now) is not None
    looks = await AuditEntry.filter(actor="nurse").order_by("sequence")
    assert [(look.action, look.subject) for look in looks] == [
        ("alert.opened", alert.id),
        ("patient.opened", ward.patient.id),
    ]


async def test_a_mother_s_talk_about_another_child_is_not_shown(sqlite_database: str) -> None:
    assert sqlite_database
    ward = await a_ward()
    nurse = await a_nurse(ward)
    await ward.until("2026-11-23T11:30")
    await ward.say("1")
    dialog = await Dialog.get(task__encounter_id=ward.encounter.id)
    other = await a_call(ward, "测试乙", "13900000009")
    stay = await other.encounter
    await unit_of_work(
        lambda: Dialog.create(
            conversation_id=dialog.conversation_id,
            patient_id=stay.patient_id,
            encounter_id=stay.id,
            task_id=other.id,
            started_at=ward.now,
            updated_at=ward.now,
        )
    )
    card = await open_patient(stay.patient_id, nurse, ward.desk, ward.now)
    assert card is not None
    assert card.lines == []


async def test_somebody_who_only_administers_reads_no_record(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    assert now
    ward = await a_ward()
    admin = await a_nurse(ward, role="admin", departments=[], licensed=False)
    assert await open_patient(ward.patient.id, admin, ward.desk, ward.now) is None
