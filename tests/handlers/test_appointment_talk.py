"""The booking desk in the chat, with the real book behind it."""

from datetime import date, time, timedelta

from dialogs.actions import Ask
from dialogs.state import Stage, State, to_json
from handlers.booking.excuses import was_reminded
from handlers.outgoing import Draft, write
from models.alert import Alert, AlertEntry, AlertEvent, AlertLevel
from models.booking import (
    Appointment,
    AppointmentEvent,
    AppointmentEventKind,
    AppointmentStatus,
    Breach,
    Session,
    SessionStatus,
    WaitingEntry,
    WaitingStatus,
)
from models.conversation import Conversation, Dialog, DialogKind, DialogStatus, OutgoingPurpose
from models.office import ConsultReason, ConsultTask
from tests.handlers.visiting import THURSDAY, Visiting, a_visit, conversation_id
from tests.handlers.ward import make_plan

FRIDAY = date(2026, 11, 27)
MORNING = (time(8), time(12))


async def said(scene: Visiting, text: str) -> list[str]:
    """The patient writes; what the screen answers, with its buttons."""
    before = len(await scene.ward.screen())
    await scene.ward.say(text)
    return (await scene.ward.screen())[before + 1 :]


async def test_a_visit_is_booked_from_scratch(database: str) -> None:
    """想约 -> real slots -> one is taken, and the confirmation says everything."""
    scene = await a_visit()
    await scene.book.session(FRIDAY, (time(14, 30), time(17, 30)))
    offered = await said(scene, "想约周五下午的皮肤科")
    assert "11月27日" in offered[-1]
    assert "1." in offered[-1]
    booked = await said(scene, "1")
    assert "预约成功" in booked[0]
    assert await Appointment.filter(patient_id=scene.ward.patient.id).count() == 2


async def test_a_reminder_is_answered_with_a_move(database: str) -> None:
    """改到 … -> echoed with day and hour -> moved, the old place free again."""
    scene = await a_visit()
    slots = await scene.book.session(FRIDAY)
    await scene.until("2026-11-25T08:30")
    offered = await said(scene, "改到周五上午吧")
    assert "11月27日" in offered[-1]
    assert (await scene.stands()).version == 1
    moved = await said(scene, "1")
    assert "已改到" in moved[0]
    stands = await scene.stands()
    assert (stands.version, stands.starts_at) == (2, slots[0].starts_at)


async def test_a_visit_is_given_up_in_the_midst_of_something_else(database: str) -> None:
    """不来了 asks back first; 2 there gives it up, without a breach before 15:00."""
    scene = await a_visit()
    asked = await said(scene, "那天有事,来不了了")
    assert "不算违约" in asked[-1]
    assert (await scene.stands()).status is AppointmentStatus.BOOKED
    told = await said(scene, "2")
    assert "已取消" in told[0]
    assert (await scene.stands()).status is AppointmentStatus.CANCELLED_BY_PATIENT
    assert not await Breach.all().exists()


async def test_what_cannot_be_read_changes_nothing_and_then_a_person_goes_on(
    database: str,
) -> None:
    """Twice unclear after an offer is a task of the consult room."""
    scene = await a_visit()
    await scene.book.session(FRIDAY)
    await said(scene, "改到周五")
    await said(scene, "嗯嗯啊啊哦")
    await said(scene, "那个那个什么")
    assert (await scene.stands()).version == 1
    task = await ConsultTask.get()
    assert task.reason is ConsultReason.UNBOOKED


async def test_an_offer_nobody_answers_is_taken_up_by_a_person(database: str) -> None:
    """An hour later the attempt ends, and is not lost."""
    scene = await a_visit()
    await scene.book.session(FRIDAY)
    await said(scene, "改到周五")
    now = scene.now + timedelta(hours=1, minutes=1)
    await scene.until(f"{now:%Y-%m-%dT%H:%M}")
    assert (await ConsultTask.get()).reason is ConsultReason.UNBOOKED


async def test_a_button_of_the_desk_is_the_desks(database: str) -> None:
    """The turn on the button says whose question it answers."""
    scene = await a_visit()
    await scene.until("2026-11-25T08:30")
    dialog = await Dialog.get(kind=DialogKind.APPOINTMENT)
    await scene.ward.press("confirm", dialog.turn)
    assert (await scene.stands()).confirmed_at is not None


async def test_the_same_button_of_an_older_question_changes_nothing(database: str) -> None:
    """A stale tap is told so."""
    scene = await a_visit()
    await scene.until("2026-11-25T08:30")
    turn = (await Dialog.get(kind=DialogKind.APPOINTMENT)).turn
    await scene.until("2026-11-25T16:30")
    await scene.ward.press("cancel", turn)
    assert (await scene.stands()).status is AppointmentStatus.BOOKED
    assert THURSDAY.isoformat() in (await scene.stands()).starts_at.isoformat()


async def in_the_questionnaire(scene: Visiting) -> list[str]:
    """The third-day round has begun and asks its first question."""
    await make_plan(scene.ward)
    await scene.until("2026-11-23T11:30")
    await said(scene, "开始")
    return await said(scene, "1")


async def test_a_question_that_was_broken_into_is_asked_again(database: str) -> None:
    """A move in the midst of the questionnaire, and then the same question."""
    scene = await a_visit()
    await scene.book.session(FRIDAY)
    asked = await in_the_questionnaire(scene)
    await said(scene, "我周四的号改到周五上午")
    after = await said(scene, "1")
    assert "已改到" in after[0]
    assert asked[-1].split(" [")[0] in after[-1]
    assert not await Breach.all().exists()


async def test_a_digit_answers_who_asked_last(database: str) -> None:
    """The questionnaire's own digits stay its own."""
    scene = await a_visit()
    await in_the_questionnaire(scene)
    await said(scene, "1")
    assert (await scene.stands()).confirmed_at is None


async def test_danger_is_heard_before_the_booking_desk(database: str) -> None:
    """胸口疼得厉害, after slots were offered, alarms; the booking stands."""
    scene = await a_visit()
    await scene.book.session(FRIDAY)
    await said(scene, "改到周五")
    answered = await said(scene, "我现在胸口疼得厉害喘不上气")
    assert any("120" in line for line in answered)
    assert await Alert.filter(level=AlertLevel.L1).exists()
    assert (await scene.stands()).version == 1


async def test_a_wish_beside_a_symptom_is_taken_up_after_the_alert(database: str) -> None:
    """伤口有点红,想改到周五: a nurse is told first, and then the hours of Friday are shown."""
    scene = await a_visit()
    await scene.book.session(FRIDAY)
    answered = await said(scene, "伤口有点红肿,想改到周五")
    assert await Alert.filter(level=AlertLevel.L2).exists()
    assert "护士" in answered[0]
    assert "11月27日" in answered[-1]
    assert (await scene.stands()).version == 1
    assert "已改到" in (await said(scene, "1"))[0]


async def test_beside_what_is_for_an_ambulance_no_wish_is_heard(database: str) -> None:
    """胸口疼得厉害,想改到周五: the visit is left to the nurse."""
    scene = await a_visit()
    await scene.book.session(FRIDAY)
    answered = await said(scene, "胸口疼得厉害喘不上气,想改到周五")
    assert await Alert.filter(level=AlertLevel.L1).exists()
    assert not any("11月27日" in line for line in answered)


async def test_a_symptom_without_a_wish_opens_no_talk_with_the_desk(database: str) -> None:
    """伤口有点红肿 alone is the nurse's alone."""
    scene = await a_visit()
    await said(scene, "伤口有点红肿,有点疼")
    assert not await Dialog.filter(kind=DialogKind.APPOINTMENT).exists()


async def test_after_a_death_the_book_is_cleared_in_silence(database: str) -> None:
    """A relative writes it; the place is free, no breach, no reminder."""
    scene = await a_visit()
    await said(scene, "我是他女儿,他昨天去世了")
    await scene.until("2026-11-27T10:00")
    assert (await scene.stands()).status is AppointmentStatus.CANCELLED_BY_PATIENT
    assert not await Breach.all().exists()
    assert not await scene.sent()


async def test_a_digit_after_the_alarm_answers_the_alarm(database: str) -> None:
    """1 is 已打120, not the first slot that was offered before."""
    scene = await a_visit()
    await scene.book.session(FRIDAY)
    await said(scene, "改到周五")
    await said(scene, "我现在胸口疼得厉害喘不上气")
    await said(scene, "1")
    assert (await scene.stands()).version == 1
    notes = await AlertEntry.filter(event=AlertEvent.PATIENT_WROTE, alert__level="L1")
    assert [note.detail for note in notes] == ["1"]


async def test_a_stopped_visit_is_never_told_as_if_it_took_place(database: str) -> None:
    """我的预约 after a stop asks what is wanted instead."""
    scene = await a_visit()
    await Session.all().update(status=SessionStatus.STOPPED)
    told = await said(scene, "我的预约是几点")
    assert "停诊" in told[-1]


async def test_illness_is_no_breach_and_nobody_is_warned_of_one(database: str) -> None:
    """我住院了去不了, after the limit, is asked back without a threat."""
    scene = await a_visit()
    await scene.until("2026-11-25T16:30")
    asked = await said(scene, "我住院了去不了")
    assert "不算违约" in asked[-1]
    told = await said(scene, "2")
    assert "不算违约" in told[0]


async def test_who_has_no_visit_may_ask_for_one(database: str) -> None:
    """挂个皮肤科的号 from somebody who was never here gets hours, not a receptionist."""
    scene = await a_visit()
    await scene.book.session(FRIDAY)
    await Appointment.all().update(status=AppointmentStatus.FULFILLED)
    for words in ("预约皮肤科", "挂个皮肤科的号"):
        offered = await said(scene, words)
        assert "11月27日" in offered[-1], words


async def test_the_desks_questions_are_answered_while_a_questionnaire_waits(database: str) -> None:
    """我的预约 after the desk asked last, with a question of the nurses open."""
    scene = await a_visit()
    await in_the_questionnaire(scene)
    await said(scene, "我周四的号改到周五")
    assert any("10:00" in line for line in await said(scene, "我的预约"))


async def test_who_waits_may_leave_the_list_at_any_time(database: str) -> None:
    """取消候补, with nothing open: which clinic is said, and 2 leaves it."""
    scene = await a_visit()
    entry = await WaitingEntry.create(
        patient=scene.ward.patient,
        clinic=scene.book.clinic,
        from_day=THURSDAY,
        until_day=FRIDAY,
        created_at=scene.now,
    )
    assert "皮肤科门诊" in (await said(scene, "取消候补"))[-1]
    assert (await WaitingEntry.get(id=entry.id)).status is WaitingStatus.WAITING
    assert "已退出候补" in (await said(scene, "2"))[0]
    assert (await WaitingEntry.get(id=entry.id)).status is WaitingStatus.WITHDRAWN
    assert not await ConsultTask.all().exists()


async def test_thanks_for_a_reminder_is_noted_as_seen_and_promises_nothing(database: str) -> None:
    """收到 says the reminder has come; the visit is not confirmed by it."""
    scene = await a_visit()
    await scene.until("2026-11-25T08:30")
    answered = await said(scene, "好的谢谢")
    assert answered == ["< 不客气。有变动随时回复。"]
    await said(scene, "收到")
    stands = await scene.stands()
    assert stands.confirmed_at is None
    assert await AppointmentEvent.filter(kind=AppointmentEventKind.SEEN).count() == 1
    assert await was_reminded(stands, scene.now)


async def nurses_ask(scene: Visiting) -> None:
    """The nurses' side asks something that is answered with a number."""
    conversation = await Conversation.get(id=await conversation_id(scene))
    dialog = await Dialog.create(
        conversation=conversation,
        patient=scene.ward.patient,
        kind=DialogKind.QUESTIONNAIRE,
        state=to_json(State((), stage=Stage.CLOSED)),
        status=DialogStatus.CLOSED,
        started_at=scene.now,
        updated_at=scene.now,
    )
    draft = Draft(
        Ask(conversation.turn + 1, "M-DESK-HELP"),
        occurrence=f"asked:{dialog.id}",
        purpose=OutgoingPurpose.REPLY,
        contact_point_id=scene.ward.contact_point.id,
        channel="web",
        dialog_id=dialog.id,
        patient_id=scene.ward.patient.id,
    )
    await write(conversation, draft, {}, scene.now)
    await scene.ward.outbox.drain(scene.now)


async def test_a_digit_after_a_question_of_the_nurses_takes_no_slot(database: str) -> None:
    """The hours were offered before; the question has no buttons, and is answered all the same."""
    scene = await a_visit()
    await scene.book.session(FRIDAY)
    await said(scene, "改到周五")
    await nurses_ask(scene)
    for words in ("1", "好的"):
        await said(scene, words)
        assert (await scene.stands()).version == 1


async def test_a_digit_after_the_hours_are_no_longer_held_is_read_back(database: str) -> None:
    """Twenty minutes later 1 may be meant for something else."""
    scene = await a_visit()
    await scene.book.session(FRIDAY)
    await said(scene, "改到周五")
    scene.ward.now += timedelta(minutes=20)
    assert "对吗" in (await said(scene, "1"))[-1]
    assert (await scene.stands()).version == 1
    assert "已改到" in (await said(scene, "1"))[0]
