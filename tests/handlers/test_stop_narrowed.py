"""A stop narrowed by one reply: what goes on, for whom, and what stays stopped."""

from datetime import timedelta

import pytest

from dialogs.actions import Ask, Say
from handlers.casework.rating import ask_to_rate
from handlers.casework.warnings import SETTLED
from handlers.contents import Content
from handlers.matters import has_consent
from handlers.opting_out import refuses_surveys
from handlers.reminders.visits import may_be_reminded
from handlers.suppression import why_not
from handlers.timers import DueKind
from models.care import FollowUpPlan, PlanStatus, TaskStatus
from models.complaint import Complaint, ComplaintState, FiledBy
from models.conversation import (
    Conversation,
    DeliveryClass,
    Dialog,
    DialogStatus,
    Outgoing,
    OutgoingPurpose,
    OutgoingStatus,
)
from models.hospital import StaffRole
from models.people import (
    Consent,
    ConsentBasis,
    ConsentPurpose,
    ContactPoint,
    Patient,
    Respondent,
    RespondentRole,
    ResponderRole,
)
from models.timetable import Due
from models.unit import unit_of_work
from tests.handlers.talking import asked_for_a_person
from tests.handlers.texting import Texting, a_phone
from tests.handlers.ward import Ward, a_ward, make_plan

pytestmark = pytest.mark.usefixtures("sqlite_database")
MONDAY = "2026-11-23T11:30"
NEXT_ROUND = "2026-11-30T10:30"
ASKED = "出院后现在在哪?"


async def asked(*, questions: int = 3) -> Texting:
    """The third-day questionnaire is under way by SMS; reminders were agreed to as well."""
    phone = await a_phone()
    await agree_to_reminders(phone.ward, phone.ward.patient)
    await phone.until(MONDAY)
    for words in ("1", "1", "1970")[:questions]:
        await phone.say(words)
    return phone


async def agree_to_reminders(ward: Ward, patient: Patient) -> None:
    """Let a patient agree to reminders."""
    await Consent.create(
        patient=patient,
        purpose=ConsentPurpose.REMINDER,
        basis=ConsentBasis.CONSENT,
        granted=True,
        recorded_by="nurse",
        at=ward.now,
    )


async def standing(ward: Ward, patient: Patient) -> tuple[bool, bool, bool]:
    """Whether following up, reminders and surveys are wanted."""
    return (
        await has_consent(patient),
        await may_be_reminded(ward.desk, patient),
        not await refuses_surveys(patient),
    )


async def test_a_stop_withdraws_every_purpose_and_is_confirmed_once() -> None:
    phone = await asked()
    (told,) = await phone.answers("退订")
    assert "1只停打分 2只停随访提问 3全部停" in told
    assert await phone.answers("退订") == []
    assert await phone.answers("不要再发了") == []
    ward = phone.ward
    assert (await standing(ward, ward.patient))[:2] == (False, False)
    assert not await Consent.filter(withdrawn_at__isnull=True, granted=True).exists()


async def test_only_the_surveys_stop_and_the_question_and_the_plan_go_on() -> None:
    phone = await asked()
    assert phone.texts[-1].startswith(ASKED)
    await phone.say("退订")
    told, question = await phone.answers("1")
    assert told.startswith("好的,不再请您打分")
    assert question.startswith(ASKED)
    ward = phone.ward
    assert await standing(ward, ward.patient) == (True, True, False)
    plan = await FollowUpPlan.get(encounter_id=ward.encounter.id)
    assert (plan.status, plan.stop_reason) == (PlanStatus.ACTIVE, "")
    first, second = await ward.task(1), await ward.task(2)
    assert (first.status, second.status) == (TaskStatus.ANSWERING, TaskStatus.PLANNED)
    for words in ("1", "1", "9", "1", "1", "1", "1", "无"):
        await phone.say(words)
    assert (await ward.task(1)).status is TaskStatus.COMPLETED
    before = len(phone.texts)
    await phone.until(NEXT_ROUND)
    assert len(phone.texts) == before + 1


async def test_a_question_asked_again_and_not_answered_is_a_persons_to_call() -> None:
    phone = await asked()
    await phone.say("退订")
    await phone.say("1")
    await phone.until("2026-11-24T12:00")
    task = await phone.ward.task(1)
    assert (task.status, task.phone_reason) == (TaskStatus.PHONE_LIST, "no_answer")


async def test_only_the_questions_stop_and_reminders_go_on() -> None:
    phone = await asked()
    await phone.say("退订")
    (told,) = await phone.answers("2")
    assert told.startswith("好的,不再问随访问题")
    ward = phone.ward
    assert await standing(ward, ward.patient) == (False, True, False)
    assert (await ContactPoint.get(id=phone.point.id)).opted_out_at is None
    plan = await FollowUpPlan.get(encounter_id=ward.encounter.id)
    assert plan.status is PlanStatus.STOPPED
    before = len(phone.texts)
    await phone.until(NEXT_ROUND)
    assert len(phone.texts) == before


@pytest.mark.parametrize("words", ["3", "全部停"])
async def test_all_stays_stopped_for_who_says_so(words: str) -> None:
    phone = await asked()
    await phone.say("退订")
    assert await phone.answers(words) == ['好的,全部停止。需要恢复请回复"恢复"']
    assert (await standing(phone.ward, phone.ward.patient))[:2] == (False, False)
    assert (await ContactPoint.get(id=phone.point.id)).opted_out_at is not None


async def test_after_narrowing_a_stop_stops_all_and_is_confirmed_anew() -> None:
    phone = await asked()
    await phone.say("退订")
    await phone.say("2")
    (told,) = await phone.answers("退订")
    assert told.startswith("已停止发送")
    assert (await standing(phone.ward, phone.ward.patient))[:2] == (False, False)
    await phone.say("1")
    # what had stopped before that stop is not begun again by narrowing it
    assert await standing(phone.ward, phone.ward.patient) == (False, True, False)


async def test_a_word_brings_everything_back() -> None:
    phone = await asked()
    await phone.say("退订")
    await phone.say("1")
    await phone.say("退订")
    await phone.say("恢复")
    assert await standing(phone.ward, phone.ward.patient) == (True, True, True)


async def test_a_round_whose_time_is_over_is_not_asked_again() -> None:
    phone = await asked()
    await phone.say("退订")
    task = await phone.ward.task(1)
    await Dialog.filter(task_id=task.id).update(deadline_at=phone.ward.now)
    task.deadline_at = phone.ward.now
    await task.save()
    assert len(await phone.answers("1")) == 1
    closed = await phone.ward.task(1)
    assert (closed.status, closed.reason) == (TaskStatus.CLOSED, "F16")


async def test_on_the_web_it_is_narrowed_by_a_button_and_a_second_press_changes_nothing() -> None:
    ward = await a_ward()
    await ward.until(MONDAY)
    await ward.say("退订")
    (dialog,) = await Dialog.all()
    await ward.press("surveys", dialog.turn)
    await ward.press("surveys", dialog.turn)
    told = [line for line in await ward.shown() if "只停问卷调查;" in line]
    assert len(told) == 1
    await dialog.refresh_from_db()
    assert dialog.status is DialogStatus.ACTIVE


async def test_a_button_pressed_after_a_new_stay_opened_the_address_holds_for_that() -> None:
    ward = await a_ward()
    await agree_to_reminders(ward, ward.patient)
    await ward.until(MONDAY)
    await ward.say("退订")
    (dialog,) = await Dialog.all()
    await ContactPoint.filter(id=ward.contact_point.id).update(opted_out_at=None)
    await Consent.filter(patient_id=ward.patient.id).update(withdrawn_at=None)
    await ward.press("questions", dialog.turn)
    assert await standing(ward, ward.patient) == (False, True, False)
    assert (await ContactPoint.get(id=ward.contact_point.id)).opted_out_at is None


async def test_a_stop_holds_for_all_whom_this_person_answers_for() -> None:
    phone = await asked()
    ward = phone.ward
    mother = await a_second_patient(phone, ResponderRole.SELF)
    await phone.say("退订")
    plan = await FollowUpPlan.get(encounter_id=mother.encounter.id)
    assert (plan.status, plan.stop_reason) == (PlanStatus.STOPPED, "F16")
    assert (await standing(ward, mother.patient))[:2] == (False, False)
    await phone.say("1")
    await plan.refresh_from_db()
    assert plan.status is PlanStatus.ACTIVE
    assert await standing(ward, mother.patient) == (True, True, False)


async def test_a_relatives_stop_leaves_a_patient_alone_who_answers_for_themself() -> None:
    phone = await asked()
    mother = await a_second_patient(phone, ResponderRole.RELATIVE)
    await phone.say("退订")
    plan = await FollowUpPlan.get(encounter_id=mother.encounter.id)
    assert plan.status is PlanStatus.ACTIVE
    assert await has_consent(mother.patient)


async def a_second_patient(phone: Texting, role: ResponderRole) -> Ward:
    """Another patient of the ward; the phone's owner answers for her as `role`."""
    mother = await a_ward(plan=False, inpatient_no="Z000002")
    await agree_to_reminders(mother, mother.patient)
    await make_plan(mother)
    own = phone.point.respondent_id
    if role is ResponderRole.SELF:
        await RespondentRole.filter(patient_id=mother.patient.id).delete()
    answers = await Respondent.get(id=own)
    await RespondentRole.create(respondent=answers, patient=mother.patient, role=role)
    return mother


async def test_a_survey_is_not_sent_to_who_wants_none_and_a_reminder_is() -> None:
    phone = await asked()
    await phone.say("退订")
    await phone.say("1")
    ward = phone.ward
    conversation = await Conversation.get(respondent_id=phone.point.respondent_id)
    survey = await Dialog.create(
        conversation=conversation,
        patient=ward.patient,
        forms=["sat-ip"],
        state="{}",
        started_at=ward.now,
        updated_at=ward.now,
    )
    row = Outgoing(
        conversation_id=conversation.id,
        contact_point_id=phone.point.id,
        patient_id=ward.patient.id,
        dialog_id=survey.id,
        occurrence="test:survey",
        purpose=OutgoingPurpose.INITIATED,
        delivery_class=DeliveryClass.B,
        content=Content(Ask(9, "M-OPEN")).to_json(),
        not_before=ward.now,
        created_at=ward.now,
    )
    await row.save()
    point = await ContactPoint.get(id=phone.point.id)
    unwanted = (OutgoingStatus.SUPPRESSED, "no consent")
    assert await why_not(ward.desk, row, point, ward.now) == unwanted
    row.purpose, row.dialog_id = OutgoingPurpose.REMINDER, None
    row.content = Content(Say("M-THANKS")).to_json()
    await row.save()
    assert await why_not(ward.desk, row, point, ward.now) is None


async def test_what_must_arrive_and_danger_go_out_after_a_stop() -> None:
    phone = await asked()
    await phone.say("退订")
    point = await ContactPoint.get(id=phone.point.id)
    must = Outgoing(
        conversation_id=None,
        contact_point_id=point.id,
        patient_id=phone.ward.patient.id,
        occurrence="test:must",
        purpose=OutgoingPurpose.REMINDER,
        delivery_class=DeliveryClass.A,
        content=Content(Say("M-THANKS")).to_json(),
        not_before=phone.ward.now,
        created_at=phone.ward.now,
    )
    assert point.opted_out_at is not None
    assert await why_not(phone.ward.desk, must, point, phone.ward.now) is None
    answers = await phone.answers("我胸口痛得喘不上气")
    assert any("120" in text for text in answers)


async def test_three_days_later_a_digit_narrows_nothing() -> None:
    phone = await asked()
    await phone.say("退订")
    phone.ward.now += timedelta(days=3)
    assert await phone.answers("2") == []
    assert (await ContactPoint.get(id=phone.point.id)).opted_out_at is not None


@pytest.mark.parametrize("pressed", [False, True])
async def test_it_is_narrowed_while_a_person_leads_the_talk_too(*, pressed: bool) -> None:
    ward = await asked_for_a_person()
    await ward.say("退订")
    dialog = await Dialog.get()
    await (ward.press("questions", dialog.turn) if pressed else ward.say("2"))
    assert "不再问您随访问题和调查" in (await ward.shown())[-1]
    assert (await ContactPoint.get(id=ward.contact_point.id)).opted_out_at is None


async def test_who_wants_no_surveys_is_not_asked_how_a_complaint_was_dealt_with() -> None:
    phone = await asked()
    await phone.say("退订")
    await phone.say("1")
    ward = phone.ward
    case = await Complaint.create(
        number="TS-20261123-001",
        occurrence="test:rating",
        filed_by=FiledBy.EXPLICIT,
        state=ComplaintState.CLOSED,
        owner_role=StaffRole.COMPLAINT_OFFICE,
        patient_id=ward.patient.id,
        received_at=ward.now,
        contact_due_at=ward.now,
        result_due_at=ward.now,
        legal_due_at=ward.now,
    )
    timer = Due(
        kind=DueKind.COMPLAINT_RATE.value,
        key="test:rate",
        subject=case.id,
        version=case.version,
        due_at=ward.now,
    )
    assert await unit_of_work(lambda: ask_to_rate(ward.desk, timer, ward.now)) == SETTLED
    await Consent.filter(granted=False).delete()
    asked_again = await unit_of_work(lambda: ask_to_rate(ward.desk, timer, ward.now))
    assert asked_again != SETTLED
