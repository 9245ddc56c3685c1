"""Staff in a talk: one has it, answers, hands on, ends it; who forgets it loses it."""

import asyncio
from datetime import timedelta

from handlers.claims import Closing, Refusal, claim, close_alert, reply_to_patient
from handlers.human_talk_board import talk_board
from handlers.human_talk_desk import answer_talk, end_talk, take_talk
from handlers.human_talk_passing import give_talk_back, hand_on, hand_to_desk
from models.alert import Alert, AlertEntry, AlertEvent, AlertStatus
from models.care import TaskStatus
from models.conversation import Dialog, DialogStatus, Outgoing
from models.hospital import StaffMember
from models.office import ConsultReason, ConsultTask
from models.room import GroupPost, HumanTalk, TalkDesk
from tests.handlers.talking import a_nurse, answering, answers, asked_for_a_person, the_talk
from tests.handlers.ward import Ward


async def asked_alert() -> Alert:
    """The alert of the wish for a person."""
    return await Alert.filter(rule="human:asked").order_by("-raised_at").get()


async def in_the_hand_of_a_nurse() -> tuple[Ward, HumanTalk]:
    """A talk that was taken a moment ago."""
    ward = await asked_for_a_person()
    nurse = await a_nurse(ward)
    await take_talk((await the_talk()).id, nurse, ward.desk, ward.now)
    return ward, await HumanTalk.get().prefetch_related("staff")


def holder(talk: HumanTalk) -> StaffMember:
    """Return who leads a talk."""
    assert talk.staff is not None
    return talk.staff


async def test_of_two_who_take_a_talk_at_once_one_has_it(database: str) -> None:
    """The other hears who; the alert goes with it."""
    ward = await asked_for_a_person()
    talk = await the_talk()
    nurses = [await a_nurse(ward, "李护士"), await a_nurse(ward, "张护士")]
    done = await asyncio.gather(*(take_talk(talk.id, one, ward.desk, ward.now) for one in nurses))
    assert sorted(one.taken for one in done) == [False, True]
    winner = nurses[[one.taken for one in done].index(True)]
    assert {one.taken_by for one in done} == {winner.name}
    alert = await asked_alert()
    assert (alert.status, alert.claimed_by_id) == (AlertStatus.CLAIMED, winner.id)


async def test_an_answer_goes_out_in_the_nurses_name_and_once(database: str) -> None:
    """Markup and braces in it are words."""
    ward, talk = await in_the_hand_of_a_nurse()
    words = "<b>{name}</b> 请带出院小结 %s"
    for _ in range(2):
        assert await answer_talk(talk.id, holder(talk), words, "one", ward.desk, ward.now) is None
    await ward.tick()
    assert [line for line in await ward.shown() if "小结" in line] == [f"< 责任护士李护士:{words}"]
    talk = await the_talk()
    assert talk.waiting_since is None
    assert await AlertEntry.filter(event=AlertEvent.REPLIED).count() == 1


async def test_only_its_holder_answers_and_nothing_is_sent_empty(database: str) -> None:
    ward, talk = await in_the_hand_of_a_nurse()
    other = await a_nurse(ward, "张护士")
    assert (
        await answer_talk(talk.id, other, "您好", "x", ward.desk, ward.now) is Refusal.CLAIM_FIRST
    )
    assert await answer_talk(talk.id, holder(talk), "  ", "y", ward.desk, ward.now) is Refusal.EMPTY
    long = "长" * 501
    assert (
        await answer_talk(talk.id, holder(talk), long, "z", ward.desk, ward.now) is Refusal.TOO_LONG
    )
    assert not await Outgoing.filter(occurrence__startswith="talk-staff").exists()


async def test_somebody_of_another_ward_has_no_part_in_it(database: str) -> None:
    ward = await asked_for_a_person()
    talk, other = await the_talk(), await a_nurse(ward, departments=["GK"])
    assert (await take_talk(talk.id, other, ward.desk, ward.now)).refusal is Refusal.NOT_ALLOWED
    assert await talk_board(other) == []
    assert len(await talk_board(await a_nurse(ward))) == 1


async def test_ending_says_goodbye_once_and_what_was_open_goes_on(database: str) -> None:
    """The question of the patient is closed with it; the round is the bot's again."""
    ward = await answering()
    question = (await ward.shown())[-1]
    await ward.say("人工")
    nurse, talk = await a_nurse(ward), await the_talk()
    await take_talk(talk.id, nurse, ward.desk, ward.now)
    assert await end_talk(talk.id, nurse, ward.desk, ward.now) is None
    assert await end_talk(talk.id, nurse, ward.desk, ward.now) is Refusal.CLOSED
    await ward.tick()
    told = (await ward.shown())[-2:]
    assert "人工对话先到这里" in told[0]
    assert told[1] == question
    assert (await asked_alert()).status == AlertStatus.CLOSED
    assert (await ward.task(1)).status is TaskStatus.ANSWERING
    assert len(await answers(ward, "1")) == 1


async def test_too_late_to_go_on_nothing_more_is_asked(database: str) -> None:
    """The round's deadline has passed: it stays on the phone list."""
    ward, talk = await in_the_hand_of_a_nurse()
    ward.now = (await ward.task(1)).deadline_at + timedelta(hours=1)
    await end_talk(talk.id, holder(talk), ward.desk, ward.now)
    await ward.outbox.drain(ward.now)
    assert "人工对话先到这里" in (await ward.shown())[-1]
    assert (await ward.task(1)).status is TaskStatus.PHONE_LIST


async def test_after_an_opt_out_nothing_is_asked_on(database: str) -> None:
    ward, talk = await in_the_hand_of_a_nurse()
    await ward.say("退订")
    seen = len(await ward.shown())
    await end_talk(talk.id, holder(talk), ward.desk, ward.now)
    await ward.outbox.drain(ward.now)
    assert len((await ward.shown())[seen:]) == 1
    assert (await Dialog.get()).status is DialogStatus.CLOSED


async def test_a_talk_nobody_answers_in_goes_back_to_all(database: str) -> None:
    """A quarter of an hour of staffed time; the group is told without a name."""
    ward, talk = await in_the_hand_of_a_nurse()
    await ward.until("2026-11-23T11:14")
    assert (await the_talk()).staff_id == talk.staff_id
    await ward.until("2026-11-23T11:16")
    talk, alert = await the_talk(), await asked_alert()
    assert (talk.staff_id, alert.status) == (None, AlertStatus.OPEN)
    told = await GroupPost.get(message="S-TALK-SILENT")
    assert told.values["no"] == alert.number
    assert ward.patient.name not in str(told.values)


async def test_the_quarter_of_an_hour_runs_in_staffed_time_alone(database: str) -> None:
    """Taken five minutes before lunch, it is looked at again ten minutes after it."""
    ward = await asked_for_a_person()
    nurse = await a_nurse(ward)
    await ward.until("2026-11-23T11:55")
    await take_talk((await the_talk()).id, nurse, ward.desk, ward.now)
    for moment in ("12:10", "14:31", "14:39"):
        await ward.until(f"2026-11-23T{moment}")
        assert (await the_talk()).staff_id == nurse.id
    await ward.until("2026-11-23T14:41")
    assert (await the_talk()).staff_id is None


async def test_who_was_answered_does_not_wait(database: str) -> None:
    """From the next word on the time runs anew."""
    ward, talk = await in_the_hand_of_a_nurse()
    await answer_talk(talk.id, holder(talk), "您好,请讲", "a", ward.desk, ward.now)
    await ward.until("2026-11-23T11:20")
    assert (await the_talk()).staff_id == talk.staff_id
    await ward.say("我想问复诊的事")
    await ward.until("2026-11-23T11:34")
    assert (await the_talk()).staff_id == talk.staff_id
    await ward.until("2026-11-23T11:36")
    assert (await the_talk()).staff_id is None


async def test_who_claims_the_alert_on_the_board_has_the_talk(database: str) -> None:
    """And who closes it there ends the talk: the bot must not stay silent for ever."""
    ward = await asked_for_a_person()
    nurse, alert = await a_nurse(ward), await asked_alert()
    await claim(alert.id, nurse, None, ward.desk, ward.now)
    assert (await the_talk()).staff_id == nurse.id
    await close_alert(alert.id, nurse, Closing("confirmed", "called"), ward.now)
    await ward.tick()
    talk = await the_talk()
    assert talk.closed_at is not None
    assert any("人工对话先到这里" in line for line in await ward.shown())
    assert len(await answers(ward, "人工")) == 1


async def test_a_talk_is_handed_to_a_colleague_who_may_lead_it(database: str) -> None:
    ward, talk = await in_the_hand_of_a_nurse()
    other, stranger = await a_nurse(ward, "张护士"), await a_nurse(ward, departments=["GK"])
    args = ward.desk, ward.now
    assert await hand_on(talk.id, holder(talk), stranger, *args) is Refusal.NOT_ALLOWED
    assert await hand_on(talk.id, holder(talk), other, *args) is None
    assert ((await the_talk()).staff_id, (await asked_alert()).claimed_by_id) == (other.id,) * 2


async def test_a_talk_given_back_is_anybodys(database: str) -> None:
    ward, talk = await in_the_hand_of_a_nurse()
    assert await give_talk_back(talk.id, holder(talk), ward.now) is None
    assert (await asked_alert()).status == AlertStatus.OPEN
    assert (await take_talk(talk.id, await a_nurse(ward), ward.desk, ward.now)).taken


async def test_a_talk_goes_to_the_consult_room_and_back_to_the_ward(database: str) -> None:
    """Each way with a task or an alert of its own, and the patient is still waited on."""
    ward, talk = await in_the_hand_of_a_nurse()
    clerk = await a_nurse(ward, "赵咨询", role="consult_room", departments=[], licensed=False)
    args = ward.desk, ward.now
    assert await talk_board(clerk) == []
    assert await hand_to_desk(talk.id, holder(talk), TalkDesk.CONSULT, *args) is None
    assert (await ConsultTask.get()).reason is ConsultReason.ASKED
    await ward.tick()
    assert (await the_talk()).closed_at is None
    assert (await take_talk(talk.id, clerk, *args)).taken
    assert await hand_to_desk(talk.id, clerk, TalkDesk.WARD, *args) is None
    alert = await Alert.get(rule="human:handed_on")
    talk = await the_talk()
    assert (talk.alert_id, talk.staff_id, talk.for_desk) == (alert.id, None, TalkDesk.WARD)
    assert alert.department_id == ward.encounter.department_id
    assert await talk_board(clerk) == []


async def test_a_talk_nobody_ended_is_over_after_two_days_of_silence(database: str) -> None:
    """The last word counts: what the patient writes on the second day is still for the nurse."""
    ward, talk = await in_the_hand_of_a_nurse()
    args = (holder(talk), "请按出院单换药", "a", ward.desk, ward.now)
    assert await answer_talk(talk.id, *args) is None
    ward.now += timedelta(hours=30)
    await ward.say("好的")
    args = (holder(talk), "不客气", "b", ward.desk, ward.now)
    assert await answer_talk(talk.id, *args) is None
    ward.now += timedelta(hours=20)
    await ward.tick()
    assert (await the_talk()).closed_at is None
    ward.now += timedelta(hours=30)
    await ward.tick()
    assert (await the_talk()).closed_at == ward.now
    assert any("自动助手" in line for line in await ward.shown())


async def test_a_talk_answered_from_the_alerts_own_card_is_over_after_two_days_too(
    database: str,
) -> None:
    """There was no answer in the talk that would have set its end."""
    ward, talk = await in_the_hand_of_a_nurse()
    alert, nurse = await asked_alert(), holder(talk)
    assert await reply_to_patient(alert.id, nurse, "请复诊", "a", ward.desk, ward.now) is None
    ward.now += timedelta(hours=49)
    await ward.tick()
    assert (await the_talk()).closed_at == ward.now


async def test_who_takes_a_quiet_talk_over_has_two_days_as_well(database: str) -> None:
    """The look that finds it taken anew is not the last one."""
    ward, talk = await in_the_hand_of_a_nurse()
    clerk = await a_nurse(ward, "赵咨询", role="consult_room", departments=[], licensed=False)
    args = ward.desk, ward.now
    await answer_talk(talk.id, holder(talk), "请问咨询室", "a", *args)
    assert await hand_to_desk(talk.id, holder(talk), TalkDesk.CONSULT, *args) is None
    ward.now += timedelta(hours=40)
    assert (await take_talk(talk.id, clerk, ward.desk, ward.now)).taken
    ward.now += timedelta(hours=10)
    await ward.tick()
    assert (await the_talk()).staff_id == clerk.id
    ward.now += timedelta(hours=39)
    await ward.tick()
    assert (await the_talk()).closed_at == ward.now


async def test_each_alert_that_is_closed_can_end_the_talk(database: str) -> None:
    """The first closing found it talked on; the second, of another alert, ends it."""
    ward, talk = await in_the_hand_of_a_nurse()
    clerk = await a_nurse(ward, "赵咨询", role="consult_room", departments=[], licensed=False)
    args, done = (ward.desk, ward.now), Closing("confirmed", "called")
    assert await close_alert((await asked_alert()).id, holder(talk), done, ward.now) is None
    assert await hand_to_desk(talk.id, holder(talk), TalkDesk.CONSULT, *args) is None
    assert (await take_talk(talk.id, clerk, *args)).taken
    await ward.tick()
    assert (await the_talk()).closed_at is None
    assert await hand_to_desk(talk.id, clerk, TalkDesk.WARD, *args) is None
    ward.now += timedelta(minutes=5)
    second = await Alert.get(rule="human:handed_on")
    assert await close_alert(second.id, holder(talk), done, ward.now) is None
    await ward.tick()
    assert (await the_talk()).closed_at == ward.now
