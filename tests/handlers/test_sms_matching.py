"""Which question an SMS answers: none is ever written to a question it was not meant for (F21)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialogs.actions import Ask, Outcome
from dialogs.state import Stage, State, to_json
from handlers.contents import Content
from handlers.sms_matching import LAST, Match, extension_for, matched
from models.alert import Alert
from models.booking import Appointment
from models.conversation import (
    Conversation,
    DeliveryClass,
    Dialog,
    DialogKind,
    DialogStatus,
    Outgoing,
    OutgoingPurpose,
    OutgoingStatus,
)
from models.people import ContactKind, ContactPoint, ContactStatus, RespondentRole, System
from models.response import Answer
from tests.handlers.people import a_patient
from tests.handlers.texting import OWN, Texting, a_phone
from tests.handlers.visiting import Visiting, a_visit

pytestmark = pytest.mark.usefixtures("sqlite_database")
MONDAY = "2026-11-23T11:30"


async def at_the_item() -> Texting:
    """The third-day questionnaire asks how the patient feels, by SMS."""
    phone = await a_phone()
    await phone.until(MONDAY)
    for words in ("1", "1", "1970", "1"):
        await phone.say(words)
    assert phone.texts[-1].startswith("和出院那天比")
    return phone


async def the_open(phone: Texting) -> Dialog:
    """The dialog that is asking."""
    return await Dialog.get(task_id=(await phone.ward.task(1)).id)


async def another(phone: Texting, *, turn: int = 90, ended: bool = True) -> Outgoing:
    """An older question about another patient, who is answered for from the same phone."""
    now = phone.ward.now
    other = await a_patient(now, "测试乙")
    respondent_id = phone.point.respondent_id
    await RespondentRole.create(respondent_id=respondent_id, patient=other, role="relative")
    conversation = await Conversation.get(respondent_id=respondent_id)
    stage = Stage.CLOSED if ended else Stage.ITEM
    outcome = Outcome.COMPLETED.value if ended else ""
    state = State(("fu-d3",), stage=stage, question="fu-d3.feel", turn=turn, outcome=outcome)
    dialog = await Dialog.create(
        conversation=conversation,
        patient=other,
        kind=DialogKind.QUESTIONNAIRE,
        forms=["fu-d3"],
        state=to_json(state),
        status=DialogStatus.CLOSED if ended else DialogStatus.ACTIVE,
        turn=turn,
        started_at=now - timedelta(days=1),
        updated_at=now - timedelta(days=1),
        asked_at=now - timedelta(days=1),
    )
    ask = Ask(turn, form="fu-d3", item="feel", options=("better", "same", "worse"))
    return await Outgoing.create(
        conversation=conversation,
        contact_point=phone.point,
        dialog=dialog,
        patient=other,
        position=0,
        occurrence=f"test:{turn}",
        purpose=OutgoingPurpose.INITIATED,
        delivery_class=DeliveryClass.B,
        content=Content(ask).to_json(),
        channel="sms",
        extension="77",
        not_before=now,
        status=OutgoingStatus.DELIVERED,
        rank=4,
        created_at=now - timedelta(days=1),
        sent_at=now - timedelta(days=1),
    )


async def decided(phone: Texting, text: str, extension: str = "", ago: float = 0) -> Match:
    """Where an SMS written so many seconds ago belongs."""
    now = phone.ward.now
    sent_at = now - timedelta(seconds=ago)
    return await matched(phone.ward.desk, phone.point, extension, text, now, sent_at)


# ---- extensions


async def test_all_messages_of_a_dialog_carry_one_pair_of_digits_and_other_dialogs_another() -> (
    None
):
    phone = await at_the_item()
    digits = {letter.extension for letter in phone.network.letters}
    assert digits == {"10"}
    row = await Outgoing.filter(extension="10").first()
    assert row is not None
    assert await extension_for(row) == "10"
    other = await another(phone)
    await Outgoing.filter(id=other.id).update(extension="")
    assert await extension_for(other) == "11"


async def test_a_message_by_another_channel_or_of_no_dialog_has_no_digits() -> None:
    phone = await at_the_item()
    row = await another(phone)
    row.dialog_id = None
    assert await extension_for(row) == ""
    row = await another(phone, turn=91)
    row.channel = "wechat"
    assert await extension_for(row) == ""


async def test_with_the_digits_of_the_open_dialog_an_answer_is_one() -> None:
    phone = await at_the_item()
    await another(phone)
    await phone.say("1", extension="10")
    dialog = await the_open(phone)
    kept = await Answer.filter(response__task_id=dialog.task_id, item="feel")
    assert [answer.value for answer in kept] == [["better"]]


@pytest.mark.parametrize("digits", ["77", "1069000077", "106900000077"])
async def test_a_number_with_the_digits_of_an_older_question_answers_nothing_that_is_open(
    digits: str,
) -> None:
    phone = await at_the_item()
    await another(phone)
    before = await Answer.all().count()
    answers = await phone.answers("1", digits)
    assert await Answer.all().count() == before
    assert answers[-1].startswith("请回答:和出院那天比")


async def test_words_with_the_digits_of_another_patients_dialog_belong_to_that_dialog() -> None:
    phone = await at_the_item()
    older = await another(phone)
    assert older.dialog_id is not None
    found = await decided(phone, "他伤口又流脓了", "77")
    assert found == Match(dialog_id=older.dialog_id)


async def test_digits_nobody_has_given_out_count_for_nothing() -> None:
    phone = await at_the_item()
    await another(phone)
    assert await decided(phone, "1", "55") == LAST
    assert await decided(phone, "1", "7") == LAST


# ---- without extensions


async def test_without_digits_the_last_question_is_answered() -> None:
    phone = await at_the_item()
    await another(phone)
    assert await decided(phone, "1") == LAST


async def test_the_same_answer_sent_twice_is_not_the_answer_to_the_next_question() -> None:
    """The second 1 was written before the next question came: it answers the one before."""
    phone = await at_the_item()
    await phone.say("1")
    written = phone.ward.now - timedelta(seconds=10)
    before = await Answer.filter(item="red").count()
    await phone.say("1", sent_at=written)
    assert await Answer.filter(item="red").count() == before == 0
    assert (await the_open(phone)).status is DialogStatus.ACTIVE


async def test_danger_written_before_the_next_question_came_is_heard_all_the_same() -> None:
    phone = await at_the_item()
    await phone.say("1")
    written = phone.ward.now - timedelta(seconds=10)
    await phone.say("我胸口痛得喘不上气", sent_at=written)
    assert await Alert.filter(level="L1").exists()


async def test_a_stop_written_before_the_next_question_came_stops() -> None:
    phone = await at_the_item()
    await phone.say("1")
    await phone.say("退订", sent_at=phone.ward.now - timedelta(seconds=10))
    assert (await ContactPoint.get(id=phone.point.id)).opted_out_at is not None


async def test_zero_written_before_the_next_question_came_finds_a_person() -> None:
    phone = await at_the_item()
    await phone.say("1")
    await phone.say("0", sent_at=phone.ward.now - timedelta(seconds=10))
    assert (await phone.ward.task(1)).phone_reason == "human"


async def test_a_clock_that_is_behind_makes_nobody_answer_for_ever() -> None:
    """A provider whose clock is a minute slow: the question comes once more, then it is taken."""
    phone = await at_the_item()
    await phone.say("2", sent_at=phone.ward.now - timedelta(minutes=1))
    await phone.say("2", sent_at=phone.ward.now - timedelta(minutes=1))
    dialog = await the_open(phone)
    kept = await Answer.filter(response__task_id=dialog.task_id, item="feel")
    assert [answer.value for answer in kept] == [["same"]]


# ---- two questions at once


async def two_questions(apart: timedelta) -> tuple[Texting, Visiting]:
    """A question how the patient feels, and a reminder of a visit so long after it."""
    scene = await a_visit()
    phone = await _by_phone(scene)
    await scene.until("2026-11-25T08:30")
    reminder = await Outgoing.filter(channel="sms").order_by("-position").first()
    assert reminder is not None
    assert reminder.sent_at is not None
    older = await another(phone, turn=reminder.subject_version + 90, ended=False)
    older.position, older.sent_at = reminder.position - 1, reminder.sent_at - apart
    await older.save(update_fields=["position", "sent_at"])
    return phone, scene


async def _by_phone(scene: Visiting) -> Texting:
    ward = scene.ward
    ward.desk.channels = frozenset({"web", "sms"})
    point = await ContactPoint.create(
        respondent_id=ward.contact_point.respondent_id,
        system=System.PHONE,
        value=OWN,
        kind=ContactKind.MOBILE,
        status=ContactStatus.OK,
    )
    return Texting(ward, point)


async def test_of_two_questions_that_came_together_one_is_asked_again_and_nothing_recorded() -> (
    None
):
    phone, scene = await two_questions(timedelta(minutes=2))
    answers = await phone.answers("1")
    assert len(answers) == 1
    assert answers[0].startswith("请回答:")
    visit = await Appointment.get(id=scene.visit.id)
    assert visit.confirmed_at is None
    assert await Answer.all().count() == 0


async def test_then_the_answer_is_meant_for_what_was_asked_again() -> None:
    phone, scene = await two_questions(timedelta(minutes=2))
    await phone.say("1")
    await phone.say("1")
    visit = await Appointment.get(id=scene.visit.id)
    assert visit.confirmed_at is not None
    assert await Answer.all().count() == 0


async def test_of_two_questions_a_day_apart_the_last_is_answered() -> None:
    phone, scene = await two_questions(timedelta(days=1))
    await phone.say("1")
    visit = await Appointment.get(id=scene.visit.id)
    assert visit.confirmed_at is not None


async def test_with_digits_the_older_of_two_is_answered_and_the_visit_left_alone() -> None:
    phone, scene = await two_questions(timedelta(minutes=2))
    found = await decided(phone, "1", "77")
    assert found.dialog_id is not None
    assert found.turn is None
    visit = await Appointment.get(id=scene.visit.id)
    assert visit.confirmed_at is None


async def test_digits_of_the_reminder_press_its_button_although_another_question_came_later() -> (
    None
):
    phone, scene = await two_questions(timedelta(minutes=2))
    reminder = await Outgoing.filter(appointment_id=scene.visit.id, channel="sms").first()
    assert reminder is not None
    older = await Outgoing.get(extension="77")
    await Outgoing.filter(id=older.id).update(position=reminder.position + 1)
    await phone.say("1", extension=reminder.extension)
    visit = await Appointment.get(id=scene.visit.id)
    assert visit.confirmed_at is not None
    assert await Answer.all().count() == 0
