"""A person leads the talk: the bot is silent, danger is heard, and what was open goes on."""

from datetime import timedelta

from models.alert import Alert, AlertEntry, AlertEvent
from models.care import FollowUpTask, TaskStatus
from models.conversation import Dialog, DialogStatus, Inbound
from models.room import HumanTalk, TalkDesk
from tests.handlers.talking import answering, answers, asked_for_a_person, the_talk
from tests.handlers.visiting import a_visit


async def test_asking_for_a_person_opens_a_talk_beside_the_alert(database: str) -> None:
    """The promise of M-HUMAN is the promise of the talk."""
    ward = await asked_for_a_person()
    talk, alert = await the_talk(), await Alert.get(rule="human:asked")
    assert (talk.alert_id, talk.due_at, talk.patient_id) == (
        alert.id,
        alert.due_at,
        ward.patient.id,
    )
    assert talk.waiting_since is not None
    assert "联系您" in (await ward.shown())[-1]


async def test_words_for_a_person_are_received_once_and_not_answered(database: str) -> None:
    """What the patient writes is stored and stands at the alert."""
    ward = await asked_for_a_person()
    assert "已一并转给护士" in (await answers(ward, "我想问问出院带的药怎么领"))[0]
    assert await answers(ward, "1") == []
    assert [row.text for row in await Inbound.all().order_by("-position").limit(1)] == ["1"]
    noted = AlertEntry.filter(event=AlertEvent.PATIENT_WROTE)
    assert [entry.detail for entry in await noted.order_by("at")] == [
        "我想问问出院带的药怎么领",
        "1",
    ]


async def test_asking_again_is_told_to_wait_and_not_twice_in_a_row(database: str) -> None:
    ward = await asked_for_a_person()
    (told,) = await answers(ward, "人工")
    assert "已经帮您叫人了" in told
    assert await answers(ward, "人呢,转人工") == []
    assert await HumanTalk.all().count() == 1
    assert await Alert.filter(rule="human:asked").count() == 1


async def test_danger_is_heard_whoever_leads_the_talk(database: str) -> None:
    """The safety text first, as always, and the answer to it is heard too."""
    ward = await asked_for_a_person()
    told = await answers(ward, "突然胸口像压了块石头,出冷汗")
    assert "120" in told[0]
    assert await Alert.filter(level="L1").exists()
    kept = await answers(ward, "已经打120了")
    assert "身边请不要离人" in kept[-1]
    assert (await the_talk()).closed_at is None


async def test_a_stop_is_heard_whoever_leads_the_talk(database: str) -> None:
    ward = await asked_for_a_person()
    (told,) = await answers(ward, "退订")
    assert "不" in told
    await ward.contact_point.refresh_from_db()
    assert ward.contact_point.opted_out_at is not None


async def test_the_patient_may_leave_and_the_question_is_asked_again(database: str) -> None:
    """不用了, while nobody has come."""
    ward = await answering()
    question = (await ward.shown())[-1]
    await ward.say("人工")
    told = await answers(ward, "不用了")
    assert "自动助手" in told[0]
    assert told[-1] == question
    assert (await the_talk()).closed_at is not None
    dialog = await Dialog.get()
    assert (dialog.status, dialog.outcome) == (DialogStatus.ACTIVE, "")
    task = await FollowUpTask.get(round=1)
    assert task.status is TaskStatus.ANSWERING
    assert len(await answers(ward, "1")) == 1


async def test_who_left_and_asks_again_is_heard_again(database: str) -> None:
    """A second talk with a second alert, not the words that one is on the way."""
    ward = await asked_for_a_person()
    await ward.say("回到机器人")
    (told,) = await answers(ward, "人工")
    assert "联系您" in told
    assert await HumanTalk.all().count() == 2
    assert await HumanTalk.filter(closed_at=None).count() == 1


async def test_no_questionnaire_reminds_while_a_person_leads(database: str) -> None:
    """Four days of silence; then the deadline gives the round to the ward."""
    ward = await asked_for_a_person()
    seen = len(await ward.shown())
    for _ in range(4 * 24):
        ward.now += timedelta(hours=1)
        await ward.tick()
    assert len(await ward.shown()) == seen
    assert (await ward.task(1)).status is TaskStatus.PHONE_LIST


async def test_the_next_round_waits_for_the_end_of_the_talk(database: str) -> None:
    """It begins when the talk is over, not beside it."""
    ward = await asked_for_a_person()
    second = await ward.task(2)
    ward.now = second.due_at + timedelta(days=1)
    await ward.tick()
    waiting = await Dialog.get(task_id=second.id)
    assert waiting.status is DialogStatus.WAITING
    told = await answers(ward, "回到机器人")
    assert (await Dialog.get(id=waiting.id)).status is DialogStatus.ACTIVE
    assert len(told) == 2


async def test_the_booking_desk_hands_over_to_the_consult_room(database: str) -> None:
    """An open questionnaire is put aside, not asked on."""
    scene = await a_visit()
    await scene.until("2026-11-25T08:30")
    (told,) = await scene.say("0")
    assert "预约的同事" in told
    talk = await the_talk()
    assert (talk.for_desk, talk.alert_id) == (TalkDesk.CONSULT, None)
    assert await scene.say("我有点急") == []


async def test_a_reminder_sent_while_a_person_leads_may_be_answered(database: str) -> None:
    """Its number is the answer to it, and the talk goes on."""
    scene = await a_visit()
    await scene.until("2026-11-25T07:00")
    await scene.ward.say("人工")
    reminded = await scene.until("2026-11-25T08:30")
    assert len(reminded) == 1
    assert len(await scene.say("1")) == 1
    assert (await scene.stands()).confirmed_at is not None
    assert (await the_talk()).closed_at is None


async def test_a_complaint_gets_its_number_whoever_leads_the_talk(database: str) -> None:
    """The accused must not be able to swallow it; the talk goes on."""
    ward = await asked_for_a_person()
    told = await answers(ward, "我要投诉,护士态度太差了")
    assert "TS-20261123-001" in told[0]
    assert (await the_talk()).closed_at is None
    assert await answers(ward, "我再等等看") == []


async def test_words_of_a_dispute_go_where_disputes_go(database: str) -> None:
    ward = await asked_for_a_person()
    await ward.say("你们手术做坏了,我要找律师告你们,等着赔钱吧")
    assert await Alert.filter(level="DISP").exists()
    assert (await the_talk()).closed_at is None
