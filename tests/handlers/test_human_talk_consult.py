"""Talks of the consult room: they climb when nobody takes them, and go with their task."""

from datetime import datetime, timedelta

from handlers.booking.consult_desk import Outcome, claim_task, close_task
from handlers.human_talk_board import open_talk_card
from handlers.human_talk_desk import answer_talk, end_talk, take_talk
from handlers.human_talk_passing import give_talk_back, hand_to_desk
from models.hospital import StaffMember
from models.office import ConsultStatus, ConsultTask
from models.room import GroupPost, HumanTalk, TalkDesk
from tests.handlers.talking import a_nurse, asked_for_a_person, the_talk
from tests.handlers.visiting import Visiting, a_visit
from tests.handlers.ward import Ward


async def asked_the_booking_desk() -> tuple[Visiting, HumanTalk, StaffMember]:
    """A reminder was answered with 0; somebody of the consult room is at work."""
    scene = await a_visit()
    await scene.until("2026-11-25T08:30")
    await scene.say("0")
    clerk = await a_clerk(scene.ward)
    return scene, await the_talk(), clerk


async def a_clerk(ward: Ward) -> StaffMember:
    """Somebody of the consult room."""
    return await a_nurse(ward, "赵咨询", role="consult_room", departments=[], licensed=False)


def minutes_past(at: datetime, minutes: int) -> str:
    """A local moment so many minutes after an instant."""
    local = at + timedelta(hours=8, minutes=minutes)
    return local.strftime("%Y-%m-%dT%H:%M")


async def climbed() -> list[GroupPost]:
    """What the group was told of talks nobody took."""
    return await GroupPost.filter(message="S-TALK-LATE")


async def test_a_talk_nobody_of_the_consult_room_takes_climbs_when_it_is_due(
    database: str,
) -> None:
    """The consult room and the outpatient office are told, once, without a name."""
    scene, talk, _ = await asked_the_booking_desk()
    await scene.until(minutes_past(talk.due_at, -1))
    assert await climbed() == []
    await scene.until(minutes_past(talk.due_at, 1))
    (told,) = await climbed()
    assert sorted(told.roles) == ["consult_room", "outpatient_office"]
    assert told.values["link"].endswith(f"/staff/talks/{talk.id}")
    assert scene.ward.patient.name not in repr(told.values)
    await scene.until(minutes_past(talk.due_at, 60))
    assert len(await climbed()) == 1


async def test_a_talk_somebody_has_does_not_climb_and_one_given_back_late_does_at_once(
    database: str,
) -> None:
    scene, talk, clerk = await asked_the_booking_desk()
    await take_talk(talk.id, clerk, scene.ward.desk, scene.ward.now)
    await answer_talk(talk.id, clerk, "您好,请讲", "a", scene.ward.desk, scene.ward.now)
    await scene.until(minutes_past(talk.due_at, 1))
    assert await climbed() == []
    await scene.say("想改到周三")
    await give_talk_back(talk.id, clerk, scene.ward.now)
    await scene.until(minutes_past(talk.due_at, 2))
    assert len(await climbed()) == 1


async def test_the_task_goes_with_the_talk(database: str) -> None:
    """Taken, given back, done."""
    scene, talk, clerk = await asked_the_booking_desk()
    task = await ConsultTask.get()
    await take_talk(talk.id, clerk, scene.ward.desk, scene.ward.now)
    await task.refresh_from_db()
    assert (task.status, task.claimed_by_id) == (ConsultStatus.CLAIMED, clerk.id)
    await give_talk_back(talk.id, clerk, scene.ward.now)
    await task.refresh_from_db()
    assert (task.status, task.claimed_by_id) == (ConsultStatus.OPEN, None)
    await take_talk(talk.id, clerk, scene.ward.desk, scene.ward.now)
    assert await end_talk(talk.id, clerk, scene.ward.desk, scene.ward.now) is None
    await task.refresh_from_db()
    assert (task.status, task.outcome) == (ConsultStatus.DONE, "answered")
    assert task.closed_at == scene.ward.now


async def test_a_task_closed_at_the_consult_desk_ends_its_talk(database: str) -> None:
    """Goodbye is said, and the bot answers again."""
    scene, talk, clerk = await asked_the_booking_desk()
    task = await ConsultTask.get()
    await claim_task(task.number, clerk, scene.now)
    assert await close_task(task.number, clerk, Outcome.ANSWERED, "", scene.now) is None
    await scene.ward.tick()
    await talk.refresh_from_db()
    assert (talk.closed_at, talk.closed_by_id) == (scene.now, clerk.id)
    assert (await scene.ward.shown())[-1].startswith("< 这次人工对话先到这里")


async def test_a_task_closed_while_a_colleague_talks_leaves_the_talk_alone(
    sqlite_database: str,
) -> None:
    scene, talk, clerk = await asked_the_booking_desk()
    other = await a_clerk(scene.ward)
    task = await ConsultTask.get()
    await claim_task(task.number, clerk, scene.now)
    await HumanTalk.filter(id=talk.id).update(staff_id=other.id, taken_at=scene.now)
    await close_task(task.number, clerk, Outcome.ANSWERED, "", scene.now)
    await scene.ward.tick()
    await talk.refresh_from_db()
    assert talk.closed_at is None


async def test_a_task_of_a_talk_handed_on_ends_that_talk_when_it_is_closed(
    sqlite_database: str,
) -> None:
    ward = await asked_for_a_person()
    nurse, clerk = await a_nurse(ward), await a_clerk(ward)
    talk, args = await the_talk(), (ward.desk, ward.now)
    await take_talk(talk.id, nurse, *args)
    await hand_to_desk(talk.id, nurse, TalkDesk.CONSULT, *args)
    task = await ConsultTask.get()
    await claim_task(task.number, clerk, ward.now)
    await close_task(task.number, clerk, Outcome.ANSWERED, "", ward.now)
    await ward.tick()
    await talk.refresh_from_db()
    assert talk.closed_at == ward.now


async def test_the_task_of_a_talk_handed_on_is_done_with_its_end(database: str) -> None:
    """And done with as well when the talk goes back to the ward."""
    ward = await asked_for_a_person()
    nurse, clerk = await a_nurse(ward), await a_clerk(ward)
    talk, args = await the_talk(), (ward.desk, ward.now)
    await take_talk(talk.id, nurse, *args)
    await hand_to_desk(talk.id, nurse, TalkDesk.CONSULT, *args)
    await take_talk(talk.id, clerk, *args)
    assert (await ConsultTask.get()).claimed_by_id == clerk.id
    await hand_to_desk(talk.id, clerk, TalkDesk.WARD, *args)
    task = await ConsultTask.get()
    assert (task.status, task.outcome) == (ConsultStatus.DONE, "other")


async def test_the_consult_room_does_not_read_what_the_nurse_was_told(database: str) -> None:
    """What was said before she handed the talk on is the ward's; what comes after is not."""
    ward = await asked_for_a_person()
    nurse, clerk = await a_nurse(ward), await a_clerk(ward)
    talk = await the_talk()
    await take_talk(talk.id, nurse, ward.desk, ward.now)
    await ward.say("我的伤口在流脓,还想改个号")
    ward.now += timedelta(minutes=1)
    await hand_to_desk(talk.id, nurse, TalkDesk.CONSULT, ward.desk, ward.now)
    await ward.say("想改到周三")
    card = await open_talk_card(talk.id, clerk, ward.now, on_record=True)
    assert card is not None
    assert [line.text for line in card.lines if line.direction == "in"] == ["想改到周三"]
