"""Alerts: raised once, claimed by one, climbed on time, closed by those who may."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from dialogs.levels import Level
from handlers.alert_board import board, board_version
from handlers.alerts import RaisedAlert, add_patient_words, raise_alert
from handlers.claims import (
    Closing,
    Refusal,
    claim,
    close_alert,
    hand_back,
    note_call,
    reply_to_patient,
)
from handlers.desk import Desk
from handlers.drills import acknowledge, raise_drill, seen_by
from handlers.escalation import escalate_due, next_instants
from handlers.scope import visible_alerts
from models.alert import Alert, AlertEntry, AlertEvent, AlertStatus
from models.audit import AuditEntry
from models.conversation import Conversation, DeliveryClass, Outgoing, OutgoingPurpose
from models.hospital import Department, StaffMember, StaffRole
from models.unit import unit_of_work
from tests.handlers.people import a_contact_point, a_patient

DESK = Desk(hospital="示例医院")


async def a_nurse(now: datetime, username: str = "nurse", **values: Any) -> StaffMember:
    """A licensed nurse of the cardiology ward, unless told otherwise."""
    known = {"name": "李护士", "role": StaffRole.NURSE, "licensed": True, "departments": ["XN"]}
    return await StaffMember.create(username=username, created_at=now, **{**known, **values})


async def a_department(code: str = "XN", name: str = "心内科") -> Department:
    """A ward."""
    found, _ = await Department.get_or_create(code=code, defaults={"name": name})
    return found


async def an_alert(now: datetime, level: Level = Level.L1, once: str = "a", **values: Any) -> Alert:
    """An alert of the cardiology ward."""
    department = await a_department()
    known = {"department_id": department.id, "words": "胸口闷", **values}
    return await raised(RaisedAlert(level, "RC6", once, **known), now)


async def raised(finding: RaisedAlert, now: datetime) -> Alert:
    """Raise in a unit of work of its own."""
    return await unit_of_work(lambda: raise_alert(DESK, finding, now))


async def a_talk(now: datetime) -> UUID:
    """A conversation with a web address behind it."""
    point = await a_contact_point(now, "talk", system="web")
    point.verified_at = now
    await point.save()
    return (await Conversation.create(respondent_id=point.respondent_id)).id


async def events(alert: Alert) -> list[str]:
    """The history of an alert."""
    return [entry.event for entry in await AlertEntry.filter(alert_id=alert.id).order_by("at")]


async def test_one_occurrence_raises_one_alert(database: str, now: datetime) -> None:
    assert database
    first = await an_alert(now)
    assert (await an_alert(now)).id == first.id
    assert await Alert.all().count() == 1
    assert await events(first) == [AlertEvent.RAISED]


async def test_numbers_count_up_within_a_hospital_day(database: str, now: datetime) -> None:
    assert database
    assert [(await an_alert(now, once=str(n))).number for n in range(3)] == [
        "A20261122-001",
        "A20261122-002",
        "A20261122-003",
    ]
    late = datetime.fromisoformat("2026-11-22T23:30+08:00")
    assert (await an_alert(late, once="late")).number == "A20261122-004"
    assert (await an_alert(late + timedelta(hours=1), once="next")).number == "A20261123-001"


async def test_at_once_raised_alerts_get_different_numbers(
    postgres_database: str, now: datetime
) -> None:
    assert postgres_database
    await a_department()
    found = await asyncio.gather(*(an_alert(now, once=str(n)) for n in range(12)))
    assert len({alert.number for alert in found}) == 12


@pytest.mark.parametrize(
    ("level", "within", "minutes"),
    [(Level.L1, 0, 30), (Level.L2, 0, 240), (Level.L2, 60, 60), (Level.L1, 60, 30)],
)
async def test_a_shorter_limit_wins_over_the_clock_of_the_level(
    sqlite_database: str, now: datetime, level: Level, within: int, minutes: int
) -> None:
    assert sqlite_database
    alert = await an_alert(now, level, within_minutes=within)
    assert alert.due_at == now + timedelta(minutes=minutes)


async def test_of_ten_who_claim_at_once_exactly_one_has_it(database: str, now: datetime) -> None:
    assert database
    alert = await an_alert(now)
    nurses = [await a_nurse(now, f"n{n}", name=f"护士{n}") for n in range(10)]
    claims = await asyncio.gather(*(claim(alert.id, nurse, None, DESK, now) for nurse in nurses))
    winners = [nurse for nurse, one in zip(nurses, claims, strict=True) if one.taken]
    assert len(winners) == 1
    assert {one.taken_by for one in claims} == {winners[0].name}
    assert (await events(alert)).count(AlertEvent.CLAIMED) == 1
    assert (await events(alert)).count(AlertEvent.LOST_CLAIM) == 9
    assert (await Alert.get(id=alert.id)).claimed_by_id == winners[0].id


async def test_a_second_click_of_the_same_nurse_changes_nothing(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    alert, nurse = await an_alert(now), await a_nurse(now)
    assert (await claim(alert.id, nurse, None, DESK, now)).taken
    assert (await claim(alert.id, nurse, None, DESK, now)).taken
    assert await events(alert) == [AlertEvent.RAISED, AlertEvent.CLAIMED]


async def test_a_promised_call_is_told_to_the_patient_once(database: str, now: datetime) -> None:
    assert database
    conversation_id = await a_talk(now)
    patient = await a_patient(now)
    alert = await an_alert(now, conversation_id=conversation_id, patient_id=patient.id)
    nurse = await a_nurse(now)
    assert await Outgoing.all().count() == 0
    for _ in range(2):
        await claim(alert.id, nurse, now + timedelta(minutes=20), DESK, now)
    (told,) = await Outgoing.all()
    assert told.occurrence == f"ack:{alert.id}"
    assert (told.purpose, told.delivery_class) == (OutgoingPurpose.SAFETY, DeliveryClass.A)
    assert told.contact_point_id is not None
    assert "责任护士李护士" in told.content
    assert "10:20" in told.content


@pytest.mark.parametrize("level", [Level.L3, Level.Q, Level.DISP])
async def test_no_call_is_promised_about_lesser_alerts(
    sqlite_database: str, now: datetime, level: Level
) -> None:
    assert sqlite_database
    alert = await an_alert(now, level, conversation_id=await a_talk(now))
    await claim(alert.id, await a_nurse(now), now + timedelta(minutes=20), DESK, now)
    assert await Outgoing.all().count() == 0


async def test_an_unclaimed_red_alert_climbs_at_ten_twenty_and_thirty_minutes(
    database: str, now: datetime
) -> None:
    assert database
    alert = await an_alert(now)
    taken = {}
    for minute in range(45):
        taken[minute] = await escalate_due(DESK, now + timedelta(minutes=minute))
    assert [minute for minute, steps in taken.items() if steps] == [10, 20, 30]
    entries = await AlertEntry.filter(alert_id=alert.id, event="escalated").order_by("at")
    assert [entry.detail for entry in entries] == [
        "护士长、值班医生",
        "科主任",
        "医务科",
    ]


async def test_a_ladder_missed_while_the_machine_slept_is_climbed_in_order(
    database: str, now: datetime
) -> None:
    assert database
    await an_alert(now)
    assert await escalate_due(DESK, now + timedelta(hours=3)) == 3
    assert await escalate_due(DESK, now + timedelta(hours=3)) == 0


async def test_two_processes_take_each_step_once(postgres_database: str, now: datetime) -> None:
    assert postgres_database
    for number in range(6):
        await an_alert(now, once=str(number))
    later = now + timedelta(minutes=10)
    taken = await asyncio.gather(*(escalate_due(DESK, later) for _ in range(4)))
    assert sum(taken) == 6
    assert await AlertEntry.filter(event="escalated").count() == 6


async def test_only_what_nobody_has_taken_climbs(sqlite_database: str, now: datetime) -> None:
    assert sqlite_database
    red = await an_alert(now)
    await an_alert(now, Level.L2, "b")
    await an_alert(now, Level.L3, "c")
    await claim(red.id, await a_nurse(now), None, DESK, now)
    assert await next_instants(now) == now + timedelta(hours=4)
    assert await escalate_due(DESK, now + timedelta(hours=1)) == 0
    assert await escalate_due(DESK, now + timedelta(hours=4)) == 1


async def test_a_clock_that_is_run_forward_knows_the_next_step(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    await an_alert(now)
    assert await next_instants(now) == now + timedelta(minutes=10)


async def test_who_cannot_do_what_was_advised_moves_the_ladder_at_once(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    conversation_id = await a_talk(now)
    alert = await an_alert(now, conversation_id=conversation_id)
    later = now + timedelta(minutes=2)

    async def work() -> Alert | None:
        return await add_patient_words(
            "走不动,没人送我", later, conversation_id=conversation_id, urge=True
        )

    found = await unit_of_work(work)
    assert found is not None
    assert found.id == alert.id
    assert await escalate_due(DESK, later) == 1
    assert await events(alert) == ["raised", "patient_wrote", "escalated"]
    assert await next_instants(later) == now + timedelta(minutes=20)


async def test_words_of_a_dispute_go_to_its_alert_and_not_to_the_wards(
    sqlite_database: str, now: datetime
) -> None:
    """Who complains without a name is not made known by the question a ward has open."""
    assert sqlite_database
    conversation_id = await a_talk(now)
    dispute = await an_alert(now, Level.DISP, "d", conversation_id=conversation_id)
    ward = await an_alert(now, Level.Q, "q", conversation_id=conversation_id)
    later = now + timedelta(minutes=2)

    async def work() -> None:
        await add_patient_words(
            "我要去法院告你们", later, conversation_id=conversation_id, dispute=True
        )
        await add_patient_words("药吃完了", later, conversation_id=conversation_id)

    await unit_of_work(work)
    wrote = AlertEntry.filter(event=AlertEvent.PATIENT_WROTE)
    said = {entry.alert_id: entry.detail for entry in await wrote}
    assert said == {dispute.id: "我要去法院告你们", ward.id: "药吃完了"}


async def test_words_find_no_alert_once_it_is_closed(sqlite_database: str, now: datetime) -> None:
    assert sqlite_database
    conversation_id = await a_talk(now)
    alert = await an_alert(now, conversation_id=conversation_id)
    nurse = await a_nurse(now)
    assert await close_alert(alert.id, nurse, Closing("confirmed", "emergency"), now) is None
    found = await unit_of_work(
        lambda: add_patient_words("谢谢", now, conversation_id=conversation_id)
    )
    assert found is None


async def test_only_licensed_staff_close_red_and_orange_alerts(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    clerk = await a_nurse(now, "clerk", licensed=False)
    closing = Closing("not_confirmed", "mistake")
    red, yellow = await an_alert(now), await an_alert(now, Level.L3, "y")
    assert await close_alert(red.id, clerk, closing, now) is Refusal.NOT_LICENSED
    assert await close_alert(yellow.id, clerk, closing, now) is None
    assert (await Alert.get(id=red.id)).status == AlertStatus.OPEN


@pytest.mark.parametrize("closing", [Closing("", "called"), Closing("confirmed", "nonsense")])
async def test_closing_wants_a_verdict_and_an_outcome(
    sqlite_database: str, now: datetime, closing: Closing
) -> None:
    assert sqlite_database
    alert, nurse = await an_alert(now), await a_nurse(now)
    assert await close_alert(alert.id, nurse, closing, now) is Refusal.INCOMPLETE


async def test_what_was_closed_keeps_its_verdict(sqlite_database: str, now: datetime) -> None:
    assert sqlite_database
    alert, nurse = await an_alert(now), await a_nurse(now)
    first = Closing("confirmed", "emergency", "家属已送急诊")
    assert await close_alert(alert.id, nurse, first, now) is None
    second = Closing("not_confirmed", "mistake")
    assert await close_alert(alert.id, nurse, second, now) is Refusal.CLOSED
    stored = await Alert.get(id=alert.id)
    assert (stored.verdict, stored.outcome, stored.note) == (
        "confirmed",
        "emergency",
        "家属已送急诊",
    )


async def test_only_who_has_the_alert_replies_and_each_reply_goes_once(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    alert = await an_alert(now, conversation_id=await a_talk(now))
    nurse, other = await a_nurse(now), await a_nurse(now, "other")
    assert await reply_to_patient(alert.id, nurse, "在路上吗", "1", DESK, now) is (
        Refusal.CLAIM_FIRST
    )
    await claim(alert.id, nurse, None, DESK, now)
    assert await reply_to_patient(alert.id, other, "我来", "2", DESK, now) is Refusal.CLAIM_FIRST
    assert await reply_to_patient(alert.id, nurse, "  ", "3", DESK, now) is Refusal.EMPTY
    for _ in range(2):
        assert await reply_to_patient(alert.id, nurse, "{tel}在路上吗", "4", DESK, now) is None
    (sent,) = await Outgoing.all()
    assert "{tel}在路上吗" in sent.content
    assert sent.purpose == OutgoingPurpose.STAFF


async def test_an_alert_handed_back_climbs_on_from_where_it_stood(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    alert, nurse = await an_alert(now), await a_nurse(now)
    await claim(alert.id, nurse, None, DESK, now)
    later = now + timedelta(minutes=12)
    assert await hand_back(alert.id, nurse, later) is None
    assert (await Alert.get(id=alert.id)).status == AlertStatus.OPEN
    assert await escalate_due(DESK, later) == 1


async def test_a_broken_promise_shows_until_the_call_is_made(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    alert, nurse = await an_alert(now), await a_nurse(now)
    await claim(alert.id, nurse, now + timedelta(minutes=10), DESK, now)
    later = now + timedelta(minutes=11)
    (row,) = (await board(nurse, later)).rows
    assert row.promise_broken(later)
    await note_call(alert.id, nurse, later)
    (row,) = (await board(nurse, later)).rows
    assert not row.promise_broken(later)


async def test_the_board_puts_the_gravest_and_nearest_first(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    for level in (Level.L3, Level.Q, Level.L2, Level.DISP):
        await an_alert(now, level, level.value)
    await an_alert(now + timedelta(minutes=1), once="later")
    await an_alert(now, once="earlier")
    nurse = await a_nurse(now)
    seen = await board(nurse, now + timedelta(minutes=5))
    assert [row.level for row in seen.rows] == ["L1", "L1", "DISP", "L2", "L3", "Q"]
    assert seen.rows[0].due_at < seen.rows[1].due_at
    assert [(w.level, w.unclaimed) for w in seen.waiting][:2] == [("L1", 2), ("DISP", 1)]
    assert seen.waiting[0].longest == timedelta(minutes=5)


SEES = {
    StaffRole.NURSE: {"L1", "L2", "L3", "Q", "DISP"},
    StaffRole.DOCTOR: {"L1", "L2", "L3", "Q", "DISP"},
    StaffRole.HEAD_NURSE: {"L1", "L2", "L3", "Q", "DISP"},
    StaffRole.DIRECTOR: {"L1", "L2", "L3", "Q", "DISP"},
    StaffRole.DUTY_DOCTOR: {"L1", "L2", "L3", "Q", "DISP"},
    StaffRole.MEDICAL_AFFAIRS: {"L1", "L2", "L3", "Q", "DISP", "T"},
    StaffRole.ADMIN: {"L1", "L2", "L3", "Q", "DISP", "T"},
    StaffRole.COMPLAINT_OFFICE: {"DISP", "T"},
    StaffRole.MARKET_CENTRE: set(),
    StaffRole.OUTPATIENT_OFFICE: set(),
    StaffRole.REGISTRATION: set(),
    StaffRole.GUIDE_DESK: set(),
    StaffRole.CONSULT_ROOM: set(),
    StaffRole.IT: set(),
    StaffRole.NURSING_OFFICE: set(),
    StaffRole.SUPERVISION_OFFICE: set(),
    StaffRole.LOGISTICS: set(),
    StaffRole.FINANCE: set(),
}


@pytest.mark.parametrize("role", list(StaffRole))
async def test_each_role_sees_its_levels_and_its_departments(
    sqlite_database: str, now: datetime, role: StaffRole
) -> None:
    assert sqlite_database
    other = await a_department("GK", "骨科")
    for level in Level:
        await an_alert(now, level, f"own:{level}")
        await an_alert(now, level, f"other:{level}", department_id=other.id)
    own = await a_nurse(now, "own", role=role)
    assert {(a.level, a.department_id) for a in await visible_alerts(own)} == {
        (level, (await a_department()).id) for level in SEES[role]
    }
    nowhere = await a_nurse(now, "nowhere", role=role, departments=[])
    ward = role in (StaffRole.NURSE, StaffRole.DOCTOR, StaffRole.HEAD_NURSE, StaffRole.IT)
    assert await visible_alerts(nowhere).count() == (0 if ward else 2 * len(SEES[role]))


async def test_the_version_changes_with_everything_that_happens(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    conversation_id = await a_talk(now)
    alert = await an_alert(now, conversation_id=conversation_id)
    nurse = await a_nurse(now)
    known = {await board_version()}
    steps: tuple[Callable[[], Any], ...] = (
        lambda: an_alert(now, once="second"),
        lambda: escalate_due(DESK, now + timedelta(minutes=10)),
        lambda: claim(alert.id, nurse, None, DESK, now),
        lambda: reply_to_patient(alert.id, nurse, "好", "1", DESK, now),
        lambda: close_alert(alert.id, nurse, Closing("confirmed", "called"), now),
    )
    for step in steps:
        await step()
        version = await board_version()
        assert version not in known
        assert await board_version() == version
        known.add(version)


async def test_a_test_alarm_reaches_everybody_and_counts_who_saw_it(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    nurse, clerk = await a_nurse(now), await a_nurse(now, "it", role=StaffRole.IT, departments=[])
    drill = await raise_drill(DESK, nurse, now)
    assert drill.number == "D20261122-001"
    for person in (nurse, clerk):
        assert (await board(person, now)).unclaimed_red
        assert await acknowledge(drill.id, person, now)
        assert not await acknowledge(drill.id, person, now)
        assert not (await board(person, now)).unclaimed_red
    assert {one.role for one in await seen_by(drill.id)} == {"nurse", "it"}
    assert await escalate_due(DESK, now + timedelta(hours=1)) == 0
    assert await AuditEntry.filter(action="drill.raised").count() == 1


async def test_a_real_alert_is_never_acknowledged_as_a_test(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    alert, nurse = await an_alert(now), await a_nurse(now)
    assert not await acknowledge(alert.id, nurse, now)
