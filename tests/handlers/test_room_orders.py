"""Orders as text: read however they are typed, done as the buttons do, each on record."""

import asyncio
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.levels import Level
from handlers.claims import Closing, claim, close_alert
from handlers.contents import content_of
from handlers.drills import raise_drill, seen_by
from handlers.duty_entry import ShiftEntry, take_shifts
from handlers.room.answers import Answer
from handlers.room.commands import order
from handlers.room.orders import Verb, read_closing, read_order
from models.alert import Alert, AlertEntry, AlertStatus
from models.complaint import Complaint, ComplaintState
from models.conversation import Outgoing
from models.hospital import StaffMember, StaffRole
from models.room import RoomCommand
from tests.handlers.test_alerts import DESK, a_department, a_nurse, a_talk, an_alert
from tests.handlers.test_room_digests import a_complaint

TODAY = date(2026, 11, 22)


async def ordered(staff: StaffMember, text: str, now: datetime, once: str = "") -> Answer:
    """Write an order into the group."""
    return await order(staff, text, once or f"{staff.username}{text}{now}", DESK, now)


@pytest.mark.parametrize(
    ("text", "verb", "number", "rest"),
    [
        ("认领 A20261122-003", Verb.CLAIM, "A20261122-003", ""),
        ("认领A20261122-003", Verb.CLAIM, "A20261122-003", ""),
        ("  认领　ａ２０２６１１２２－００３  ", Verb.CLAIM, "A20261122-003", ""),
        ("认领:a20261122—3 20分钟", Verb.CLAIM, "A20261122-003", "20分钟"),
        ("我来处理 A20261122003", Verb.CLAIM, "A20261122-003", ""),
        ("认领 A3", Verb.CLAIM, "A20261122-003", ""),
        ("受理 TS-20261122-001", Verb.CLAIM, "TS-20261122-001", ""),
        ("受理 ts20261122-1", Verb.CLAIM, "TS-20261122-001", ""),
        ("转 A20261122-003 心内科", Verb.TRANSFER, "A20261122-003", "心内科"),
        ("转交A20261122-003,心内科", Verb.TRANSFER, "A20261122-003", "心内科"),
        ("回复 A3 您好，请马上打120。", Verb.REPLY, "A20261122-003", "您好，请马上打120。"),
        ("结案 A3 确认 去急诊", Verb.CLOSE, "A20261122-003", "确认 去急诊"),
        ("稍后 A3 30", Verb.SNOOZE, "A20261122-003", "30"),
    ],
)
def test_an_order_is_read_however_it_is_typed(
    text: str, verb: Verb, number: str, rest: str
) -> None:
    read = read_order(text)
    assert read.number is not None
    assert (read.verb, read.number.candidates(TODAY), read.rest) == (verb, (number,), rest)


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("谁", Verb.WHO),
        ("谁在值班？", Verb.WHO),
        ("？", Verb.HELP),
        ("?", Verb.HELP),
        ("认领", Verb.CLAIM),
        ("回复 30分钟内打给您", Verb.REPLY),
        ("认领 A20261399-001", Verb.CLAIM),
        ("大家早上好", None),
        ("", None),
    ],
)
def test_without_a_number_nothing_is_guessed(text: str, verb: Verb | None) -> None:
    read = read_order(text)
    assert (read.verb, read.number) == (verb, None)


def test_a_number_alone_may_be_any_of_today_s() -> None:
    read = read_order("认领 3")
    assert read.number is not None
    assert read.number.candidates(TODAY) == ("A20261122-003", "D20261122-003", "TS-20261122-003")


@pytest.mark.parametrize(
    ("rest", "closing"),
    [
        ("确认 去急诊", Closing("confirmed", "emergency", "")),
        ("确认,收住院 已通知家属", Closing("confirmed", "admitted", "已通知家属")),
        ("不符 误报", Closing("not_confirmed", "mistake", "")),
        ("误报", Closing("not_confirmed", "mistake", "")),
        ("不属实", Closing("not_confirmed", "", "")),
        ("确认 家属已送到", Closing("confirmed", "other", "家属已送到")),
        ("确认 没有打120", Closing("confirmed", "other", "没有打120")),
        ("确认", Closing("confirmed", "", "")),
        ("去急诊", Closing("", "")),
    ],
)
def test_a_verdict_and_an_outcome_are_read(rest: str, closing: Closing) -> None:
    assert read_closing(rest) == closing


@given(text=st.text(max_size=60))
def test_no_text_breaks_the_reading_of_orders(text: str) -> None:
    read = read_order(text)
    assert read.rest in text
    read_closing(read.rest)


async def test_claiming_by_text_is_claiming(database: str, now: datetime) -> None:
    assert database
    alert, nurse = await an_alert(now), await a_nurse(now)
    answer = await ordered(nurse, "认领 001", now)
    assert (answer.message, answer.refused) == ("S-ORDER-CLAIM", False)
    assert alert.number in answer.text
    found = await Alert.get(id=alert.id)
    assert (found.status, found.claimed_by_id) == (AlertStatus.CLAIMED, nurse.id)
    (row,) = await RoomCommand.all()
    assert (row.verb, row.number, row.result, row.staff_id) == (
        "claim",
        alert.number,
        "done",
        nurse.id,
    )


async def test_of_many_who_order_the_same_at_once_one_has_it(database: str, now: datetime) -> None:
    assert database
    alert = await an_alert(now)
    nurses = [await a_nurse(now, f"n{n}", name=f"护士{n}") for n in range(8)]
    answers = await asyncio.gather(*(ordered(one, "认领 A001", now, one.name) for one in nurses))
    assert [one.message for one in answers].count("S-ORDER-CLAIM") == 1
    assert [one.message for one in answers].count("S-ORDER-TAKEN") == 7
    winner = await StaffMember.get(id=(await Alert.get(id=alert.id)).claimed_by_id)
    assert {one.values["name"] for one in answers if one.refused} == {winner.name}
    assert await RoomCommand.all().count() == 8


async def test_an_order_delivered_twice_is_done_once(database: str, now: datetime) -> None:
    assert database
    alert = await an_alert(now, conversation_id=await a_talk(now))
    nurse = await a_nurse(now)
    await claim(alert.id, nurse, None, DESK, now)
    answers = await asyncio.gather(*(ordered(nurse, "回复 1 在路上吗", now, "x") for _ in range(4)))
    assert sorted(one.result for one in answers) == ["done", "twice", "twice", "twice"]
    assert await Outgoing.all().count() == 1
    assert await RoomCommand.all().count() == 1


async def test_a_promise_goes_with_the_claim(sqlite_database: str, now: datetime) -> None:
    assert sqlite_database
    alert, nurse = await an_alert(now, conversation_id=await a_talk(now)), await a_nurse(now)
    await ordered(nurse, "认领 A001 20", now)
    assert (await Alert.get(id=alert.id)).promise_at == now + timedelta(minutes=20)


async def test_what_was_closed_is_told_with_who_closed_it_and_stays(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    alert, nurse, other = await an_alert(now), await a_nurse(now), await a_nurse(now, "b")
    await close_alert(alert.id, nurse, Closing("confirmed", "called"), now)
    entries = await AlertEntry.all().count()
    for text in ("认领 001", "转 001 心内科", "回复 001 您好", "结案 001 确认 复诊", "稍后 001"):
        answer = await ordered(other, text, now)
        assert (answer.result, answer.values["name"]) == ("closed", "李护士"), text
    assert await AlertEntry.all().count() == entries
    assert {row.result for row in await RoomCommand.all()} == {"closed"}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("认领 A20261122-009", "not_found"),
        ("认领 TS-20261122-001", "not_found"),
        ("认领", "no_number"),
        ("大家好", "unknown"),
        ("转 A001 月球科", "no_such_department"),
        ("转 A001 心内科", "same_department"),
        ("回复 A001 您好", "claim_first"),
        ("结案 A001 确认", "incomplete"),
        ("结案 A001 去急诊", "incomplete"),
        ("稍后 A001 720", "too_long"),
        ("已联系 A001", "claim_first"),
        ("交回 A001", "claim_first"),
    ],
)
async def test_what_cannot_be_done_is_told_and_changes_nothing(
    sqlite_database: str, now: datetime, text: str, result: str
) -> None:
    assert sqlite_database
    alert, nurse = await an_alert(now), await a_nurse(now)
    before = await AlertEntry.all().count()
    answer = await ordered(nurse, text, now)
    assert (answer.result, answer.refused) == (result, True)
    assert answer.text
    found = await Alert.get(id=alert.id)
    assert (found.status, found.department_id) == (AlertStatus.OPEN, alert.department_id)
    assert await AlertEntry.all().count() == before
    assert (await RoomCommand.get()).result == result


async def test_who_may_not_know_of_it_hears_that_there_is_no_such_number(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    await an_alert(now)
    for role, places in ((StaffRole.GUIDE_DESK, []), (StaffRole.NURSE, ["GK"])):
        stranger = await a_nurse(now, role.value, role=role, departments=places)
        assert (await ordered(stranger, "认领 001", now)).result == "not_found"
    office = await a_nurse(now, "o", role=StaffRole.ADMIN, licensed=False, departments=[])
    assert (await ordered(office, "认领 001", now)).result == "not_allowed"


async def test_only_licensed_roles_close_red_by_text_too(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    alert, clerk = await an_alert(now), await a_nurse(now, licensed=False)
    assert (await ordered(clerk, "结案 001 确认 去急诊", now)).result == "not_licensed"
    nurse = await a_nurse(now, "licensed")
    assert (await ordered(nurse, "结案 001 确认 去急诊 已交班", now)).result == "done"
    found = await Alert.get(id=alert.id)
    assert (found.verdict, found.outcome, found.note) == ("confirmed", "emergency", "已交班")


async def test_a_bare_number_that_means_two_things_is_asked_back(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    await an_alert(now)
    nurse = await a_nurse(now)
    await raise_drill(DESK, nurse, now)
    answer = await ordered(nurse, "认领 1", now)
    assert answer.result == "ambiguous"
    assert "A20261122-001 D20261122-001" in answer.text
    assert (await ordered(nurse, "认领 a1", now)).result == "done"


async def test_a_test_alarm_is_acknowledged(sqlite_database: str, now: datetime) -> None:
    assert sqlite_database
    nurse = await a_nurse(now)
    drill = await raise_drill(DESK, nurse, now)
    assert (await ordered(nurse, "我来处理 D001", now)).message == "S-ORDER-SEEN"
    assert [one.name for one in await seen_by(drill.id)] == ["李护士"]


async def test_the_words_of_a_reply_are_kept_nowhere_in_the_record(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    alert = await an_alert(now, conversation_id=await a_talk(now))
    nurse = await a_nurse(now)
    await ordered(nurse, "认领 1", now)
    await ordered(nurse, "回复 1 请您先平躺，家属别离开。", now, "r")
    assert "请您先平躺，家属别离开。" in (await Outgoing.all().order_by("-position"))[0].content
    for row in await RoomCommand.all():
        assert "平躺" not in str({name: getattr(row, name) for name in row._meta.fields})
    assert alert.number


async def test_sent_on_and_called_by_text(sqlite_database: str, now: datetime) -> None:
    assert sqlite_database
    alert, nurse = await an_alert(now), await a_nurse(now)
    bones = await a_department("GK", "骨科")
    for text in ("认领 1", "没打通 1", "已联系 1", "稍后 1 10", "转 1 骨科"):
        assert (await ordered(nurse, text, now)).result == "done", text
    found = await Alert.get(id=alert.id)
    assert (found.status, found.department_id) == (AlertStatus.OPEN, bones.id)
    events = [row.event for row in await AlertEntry.filter(alert_id=alert.id)]
    assert {"unreached", "called", "snoozed", "moved"} <= set(events)


async def test_who_is_on_duty_is_answered(sqlite_database: str, now: datetime) -> None:
    assert sqlite_database
    await a_department()
    nurse = await a_nurse(now)
    assert "没有排班" in (await ordered(nurse, "谁", now)).text
    shift = ShiftEntry(2, "nurse", now - timedelta(hours=1), now + timedelta(hours=4))
    await take_shifts([shift], "cli", now)
    assert (await ordered(nurse, "谁", now, "2")).text == "心内科 责任护士:李护士(到14:00)"
    assert "认领 编号" in (await ordered(nurse, "?", now)).text


async def test_complaints_are_taken_and_handed_on_by_text(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    await a_complaint("TS-20261122-001", "2026-11-23T15:00")
    office = await a_nurse(now, "o", role=StaffRole.COMPLAINT_OFFICE, departments=[])
    other = await a_nurse(now, "p", name="钱办", role=StaffRole.COMPLAINT_OFFICE, departments=[])
    assert (await ordered(office, "受理 TS-001", now)).result == "done"
    assert (await ordered(other, "受理 1", now)).values["name"] == "李护士"
    assert (await ordered(office, "稍后 TS-1 30", now)).result == "done"
    assert (await ordered(office, "结案 TS-1 确认", now)).result == "on_its_page"
    assert (await ordered(office, "转 TS-1 护理部", now)).result == "reason_needed"
    assert (await ordered(office, "转 TS-1 护理部 护理问题", now)).result == "done"
    case = await Complaint.get(number="TS-20261122-001")
    assert (case.owner_role, case.owner_id) == (StaffRole.NURSING_OFFICE, None)
    await Complaint.filter(id=case.id).update(
        state=ComplaintState.CLOSED, closed_by_id=other.id, closed_at=now
    )
    again = await ordered(office, "受理 TS-1", now, "again")
    assert (again.result, again.values["name"]) == ("closed", "钱办")


async def test_a_complaint_is_answered_by_text_once_and_only_by_who_has_it(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    conversation_id = await a_talk(now)
    await a_complaint("TS-20261122-001", "2026-11-23T15:00", conversation_id=conversation_id)
    office = await a_nurse(now, "o", role=StaffRole.COMPLAINT_OFFICE, departments=[])
    assert (await ordered(office, "回复 TS-1 我们在查", now)).result == "claim_first"
    await ordered(office, "受理 TS-1", now)
    assert (await ordered(office, "回复 TS-1", now)).result == "empty"
    results = [
        (await ordered(office, "回复 TS-1 我们在查,明天给您答复", now, "same")).result
        for _ in range(2)
    ]
    assert results == ["done", "twice"]
    (sent,) = await Outgoing.filter(occurrence__startswith="complaint-reply:")
    assert content_of(sent).values["text"] == "我们在查,明天给您答复"


async def test_an_urgent_order_about_l3_is_taken_too(sqlite_database: str, now: datetime) -> None:
    assert sqlite_database
    await an_alert(now, Level.L3)
    assert (await ordered(await a_nurse(now), "认领 1", now)).result == "done"
