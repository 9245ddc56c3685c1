"""Posts to the staff group: once, in the transaction that raises, and never a word of a patient."""

import asyncio
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dialogs.catalog import load_tables
from dialogs.levels import Level
from handlers.accounts import Account
from handlers.alert_moves import move_alert, snooze
from handlers.alerts import RaisedAlert, raise_alert
from handlers.claims import Closing, Refusal, claim, close_alert, hand_back, note_call
from handlers.desk import Desk
from handlers.drills import raise_drill
from handlers.emergency import note_unreached
from handlers.escalation import escalate_due
from handlers.room.posts import words_of
from handlers.stranger_alarms import alarm
from models.alert import Alert, AlertEntry, AlertEvent, AlertStatus
from models.conversation import Outgoing
from models.duty import DutyShift
from models.hospital import StaffRole
from models.people import Consent, ConsentBasis, ConsentPurpose, System
from models.room import GroupPost, PostKind
from models.unit import unit_of_work
from scheduler.due import run_due
from tests.handlers.test_alerts import (
    DESK,
    a_department,
    a_nurse,
    a_talk,
    an_alert,
    events,
    raised,
)
from tests.handlers.ward import a_ward

WORDS = "胸口像压了块石头"


async def posts(*kinds: PostKind) -> list[GroupPost]:
    """What the group was told, in order."""
    found = await GroupPost.all().order_by("at", "occurrence")
    return [one for one in found if not kinds or one.kind in kinds]


async def lines(now: datetime, *kinds: PostKind) -> list[str]:
    """The same as people read it."""
    return [words_of(one, now).line for one in await posts(*kinds)]


async def minutes_pass(now: datetime, first: int, last: int) -> None:
    """Let time pass minute by minute, as the ticker sees it."""
    for minute in range(first, last + 1):
        at = now + timedelta(minutes=minute)
        await run_due(DESK, at)
        await escalate_due(DESK, at)


@pytest.mark.parametrize(
    ("level", "line"),
    [
        (Level.L1, "🔴红色 A20261122-001 心内科 规则RC6 10:30前处置"),
        (Level.L2, "🟠橙色 A20261122-001 心内科 规则RC6 14:00前联系"),
        (Level.Q, "❓咨询 A20261122-001 心内科 规则RC6 明天12:00前回复"),
        (Level.DISP, "⚠️纠纷 A20261122-001 心内科 规则RC6 10:30前"),
    ],
)
async def test_an_alert_is_posted_once_with_number_ward_rule_and_clock(
    sqlite_database: str, now: datetime, level: Level, line: str
) -> None:
    assert sqlite_database
    alert = await an_alert(now, level)
    await an_alert(now, level)
    (told,) = await posts()
    read = words_of(told, now)
    assert read.line.startswith(line)
    assert read.link.endswith(f"/staff/alerts/{alert.number}")
    assert told.alert_id == alert.id
    assert told.department_id == alert.department_id


@pytest.mark.parametrize("level", [Level.L3, Level.T])
async def test_the_next_day_s_work_waits_for_the_digest(
    sqlite_database: str, now: datetime, level: Level
) -> None:
    assert sqlite_database
    alert = await an_alert(now, level)
    await claim(alert.id, await a_nurse(now, role=StaffRole.ADMIN), None, DESK, now)
    assert await posts() == []


async def test_an_alert_that_is_rolled_back_was_never_posted(database: str, now: datetime) -> None:
    assert database
    department = await a_department()

    async def work() -> None:
        finding = RaisedAlert(Level.L1, "RC6", "x", department_id=department.id)
        await raise_alert(DESK, finding, now)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await unit_of_work(work)
    assert await GroupPost.all().count() == await Alert.all().count() == 0


async def test_raised_at_once_by_several_it_is_posted_once(database: str, now: datetime) -> None:
    assert database
    await a_department()
    await asyncio.gather(*(an_alert(now) for _ in range(6)))
    assert len(await posts()) == 1


async def test_a_test_alarm_is_posted_as_one_and_climbs_nowhere(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    drill = await raise_drill(DESK, await a_nurse(now), now)
    (line,) = await lines(now)
    assert line.startswith(f"🧪测试警报 {drill.number}")
    await minutes_pass(now, 9, 11)
    assert len(await posts()) == 1


async def test_taking_giving_back_and_closing_are_short_posts(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    alert, nurse = await an_alert(now), await a_nurse(now)
    for step in (
        lambda at: claim(alert.id, nurse, None, DESK, at),
        lambda at: hand_back(alert.id, nurse, at),
        lambda at: claim(alert.id, nurse, None, DESK, at),
        lambda at: close_alert(alert.id, nurse, Closing("confirmed", "called"), at),
    ):
        now += timedelta(seconds=1)
        await step(now)
    told = [line.split()[0][:2] for line in await lines(now)]
    assert [one[0] for one in told] == ["🔴", "✅", "↩", "✅", "☑"]
    assert "李护士已认领" in (await lines(now))[1]


async def test_the_ladder_names_who_is_on_duty(database: str, now: datetime) -> None:
    assert database
    ward = await a_department()
    doctor = await a_nurse(now, "d1", name="陈值班", role=StaffRole.DUTY_DOCTOR)
    await a_nurse(now, "d2", name="赵不在", role=StaffRole.DUTY_DOCTOR)
    await a_nurse(now, "h1", name="孙护士长", role=StaffRole.HEAD_NURSE)
    await DutyShift.create(
        staff=doctor,
        role=StaffRole.DUTY_DOCTOR,
        department=ward,
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=9),
    )
    await an_alert(now)
    assert await escalate_due(DESK, now + timedelta(minutes=10)) == 1
    (line,) = await lines(now, PostKind.ESCALATION)
    assert "已10分钟无人确认" in line
    assert "护士长 孙护士长(无排班)" in line
    assert "值班医生 陈值班(值班)" in line
    assert "赵不在" not in line


async def test_orange_questions_and_disputes_climb_when_they_are_overdue(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    for level in (Level.L2, Level.DISP, Level.Q):
        await an_alert(now, level, level.value)
    await escalate_due(DESK, now + timedelta(minutes=29))
    assert await posts(PostKind.ESCALATION) == []
    await escalate_due(DESK, now + timedelta(days=2))
    told = await lines(now, PostKind.ESCALATION)
    assert len(told) == 5
    assert any("护士长" in line and "A20261122-003" in line for line in told)


async def test_a_silent_claim_returns_and_the_ladder_goes_on(database: str, now: datetime) -> None:
    assert database
    alert, nurse = await an_alert(now), await a_nurse(now)
    await claim(alert.id, nurse, None, DESK, now + timedelta(minutes=1))
    await minutes_pass(now, 1, 15)
    assert (await Alert.get(id=alert.id)).status == AlertStatus.CLAIMED
    await minutes_pass(now, 16, 16)
    found = await Alert.get(id=alert.id)
    assert (found.status, found.claimed_by_id, found.promise_at) == (AlertStatus.OPEN, None, None)
    assert found.step == 1
    history = await events(alert)
    assert history.count(AlertEvent.RETURNED) == 1
    assert "escalated" in history
    assert any("认领后没有联系患者" in line for line in await lines(now, PostKind.ALERT))


@pytest.mark.parametrize("minutes", [10, 20, 30])
async def test_a_promised_call_may_be_five_minutes_late(
    sqlite_database: str, now: datetime, minutes: int
) -> None:
    assert sqlite_database
    alert, nurse = await an_alert(now), await a_nurse(now)
    await claim(alert.id, nurse, now + timedelta(minutes=minutes), DESK, now)
    await run_due(DESK, now + timedelta(minutes=minutes + 4))
    assert (await Alert.get(id=alert.id)).status == AlertStatus.CLAIMED
    await run_due(DESK, now + timedelta(minutes=minutes + 5))
    assert (await Alert.get(id=alert.id)).status == AlertStatus.OPEN


async def test_a_claim_that_is_heard_of_stays(sqlite_database: str, now: datetime) -> None:
    assert sqlite_database
    alert, nurse = await an_alert(now), await a_nurse(now)
    await claim(alert.id, nurse, None, DESK, now)
    await note_call(alert.id, nurse, now + timedelta(minutes=3))
    await minutes_pass(now, 10, 40)
    assert (await Alert.get(id=alert.id)).status == AlertStatus.CLAIMED


async def test_an_old_claim_s_silence_does_not_end_a_new_one(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    alert, nurse, other = await an_alert(now), await a_nurse(now), await a_nurse(now, "other")
    await claim(alert.id, nurse, None, DESK, now)
    await hand_back(alert.id, nurse, now + timedelta(minutes=2))
    await claim(alert.id, other, None, DESK, now + timedelta(minutes=14))
    await run_due(DESK, now + timedelta(minutes=16))
    found = await Alert.get(id=alert.id)
    assert (found.status, found.claimed_by_id) == (AlertStatus.CLAIMED, other.id)


async def test_who_takes_a_returned_alert_tells_the_patient_anew(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    alert = await an_alert(now, conversation_id=await a_talk(now))
    first, second = await a_nurse(now), await a_nurse(now, "other", name="王护士")
    await claim(alert.id, first, now + timedelta(minutes=10), DESK, now)
    later = now + timedelta(minutes=15)
    await run_due(DESK, later)
    await claim(alert.id, second, later + timedelta(minutes=10), DESK, later)
    told = await Outgoing.all().order_by("position")
    assert len(told) == 2
    assert "王护士" in told[1].content


async def test_nobody_called_for_ten_minutes_so_the_emergency_contact_is_named(
    database: str, now: datetime
) -> None:
    assert database
    alert = await an_alert(now)
    await an_alert(now, Level.L2, "b")
    await minutes_pass(now, 9, 30)
    assert (await events(alert)).count(AlertEvent.EMERGENCY_CONTACT) == 1
    (line,) = await lines(now, PostKind.EMERGENCY_CONTACT)
    assert "没有紧急联系人" in line


async def test_no_contact_of_a_stranger_is_looked_for(sqlite_database: str, now: datetime) -> None:
    """There is no record to look into, and the number is all anybody knows."""
    assert sqlite_database
    account = Account(System.PHONE, "13900000077")
    await unit_of_work(lambda: alarm(DESK, account, "现在胸口疼得厉害,喘不上气", now))
    alert = await Alert.get()
    await minutes_pass(now, 9, 30)
    assert await posts(PostKind.EMERGENCY_CONTACT) == []
    nurse = await a_nurse(now)
    await claim(alert.id, nurse, None, DESK, now)
    assert await note_unreached(alert.id, nurse, DESK, now) is None
    assert await posts(PostKind.EMERGENCY_CONTACT) == []


async def test_a_call_that_got_through_needs_no_emergency_contact(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    alert, nurse = await an_alert(now), await a_nurse(now)
    await claim(alert.id, nurse, None, DESK, now)
    await note_call(alert.id, nurse, now + timedelta(minutes=5))
    await run_due(DESK, now + timedelta(minutes=11))
    assert await posts(PostKind.EMERGENCY_CONTACT) == []


async def test_a_call_that_did_not_get_through_names_the_contact_and_keeps_the_claim(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    alert, nurse = await an_alert(now), await a_nurse(now)
    assert await note_unreached(alert.id, nurse, DESK, now) is Refusal.CLAIM_FIRST
    await claim(alert.id, nurse, None, DESK, now)
    assert await note_unreached(alert.id, nurse, DESK, now + timedelta(minutes=4)) is None
    assert len(await posts(PostKind.EMERGENCY_CONTACT)) == 1
    await minutes_pass(now, 5, 18)
    assert (await Alert.get(id=alert.id)).status == AlertStatus.CLAIMED
    await minutes_pass(now, 19, 20)
    assert (await Alert.get(id=alert.id)).status == AlertStatus.OPEN
    assert len(await posts(PostKind.EMERGENCY_CONTACT)) == 1


async def test_putting_off_quiets_an_orange_alert_but_never_a_red_one(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    red, orange = await an_alert(now), await an_alert(now, Level.L2, "b")
    nurse = await a_nurse(now)
    due = orange.due_at
    assert await snooze(red.id, nurse, 30, now) is None
    assert await escalate_due(DESK, now + timedelta(minutes=10)) == 1
    await claim(red.id, nurse, None, DESK, now + timedelta(minutes=10))
    assert await snooze(orange.id, nurse, 30, due) is None
    assert await escalate_due(DESK, due + timedelta(minutes=29)) == 0
    assert await escalate_due(DESK, due + timedelta(minutes=30)) == 1
    assert (await Alert.get(id=orange.id)).due_at == due


async def test_putting_off_again_and_again_holds_nothing_for_ever(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    orange, nurse = await an_alert(now, Level.L2), await a_nurse(now)
    due, taken = orange.due_at, {}
    for minute in range(0, 90, 10):
        at = due + timedelta(minutes=minute)
        await snooze(orange.id, nurse, 30, at)
        taken[minute] = await escalate_due(DESK, at)
    assert next(minute for minute, steps in taken.items() if steps) == 60


async def test_nobody_puts_off_what_another_has_or_for_half_a_day(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    alert, nurse, other = await an_alert(now), await a_nurse(now), await a_nurse(now, "other")
    assert await snooze(alert.id, nurse, 720, now) is Refusal.TOO_LONG
    await claim(alert.id, nurse, None, DESK, now)
    assert await snooze(alert.id, other, 10, now) is Refusal.TAKEN


async def test_an_alert_sent_on_is_open_to_the_other_ward_and_keeps_its_clock(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    alert, nurse, other = await an_alert(now), await a_nurse(now), await a_nurse(now, "other")
    bones = await a_department("GK", "骨科")
    await claim(alert.id, nurse, None, DESK, now)
    assert await move_alert(alert.id, other, bones, DESK, now) is Refusal.TAKEN
    assert await move_alert(alert.id, nurse, await a_department(), DESK, now) is (
        Refusal.SAME_DEPARTMENT
    )
    assert await move_alert(alert.id, nurse, bones, DESK, now) is None
    found = await Alert.get(id=alert.id)
    assert (found.status, found.department_id) == (AlertStatus.OPEN, bones.id)
    assert found.due_at == alert.due_at
    assert found.escalate_at == now + timedelta(minutes=10)
    moved = (await posts())[-1]
    assert any("转到骨科" in line for line in await lines(now))
    assert moved.alert_id == alert.id


def test_every_message_the_code_names_is_in_the_staff_s_catalog() -> None:
    root = Path(__file__).parents[2] / "handlers"
    named = {
        name
        for file in root.rglob("*.py")
        for name in re.findall(r'"(S-[A-Z0-9-]+)"', file.read_text(encoding="utf-8"))
    }
    assert named <= set(load_tables("staff")), named - set(load_tables("staff"))


async def test_no_post_ever_says_a_name_a_phone_or_a_word_of_the_patient(
    sqlite_database: str,
) -> None:
    """T07: everything that can be posted about one patient's alerts, read back as rows."""
    assert sqlite_database
    ward = await a_ward(ward="一病区", bed="12")
    await ward.until("2026-11-23T11:30")
    for words in ("1", "1", "1", WORDS, "护士态度差,再不管就找律师"):
        await ward.say(words)
    nurse = await a_nurse(ward.now)
    for alert in await Alert.all():
        await claim(alert.id, nurse, None, ward.desk, ward.now)
        await note_unreached(alert.id, nurse, ward.desk, ward.now)
        await hand_back(alert.id, nurse, ward.now)
    await escalate_due(ward.desk, ward.now + timedelta(hours=5))
    found = await posts()
    assert {PostKind.ALERT, PostKind.ESCALATION, PostKind.EMERGENCY_CONTACT} <= {
        one.kind for one in found
    }
    hidden = (
        ward.patient.name,
        ward.encounter.inpatient_no,
        ward.contact_point.value,
        WORDS[:4],
        "律师",
    )
    for one in found:
        shown = f"{one.values} {words_of(one, ward.now)}"
        assert not any(secret in shown for secret in hidden), one.message


@pytest.mark.parametrize(
    "at", ["2026-02-17T02:00", "2026-11-23T02:00", "2026-11-22T12:30", "2026-10-01T21:00"]
)
async def test_night_festival_and_opting_out_hold_back_nothing_of_an_alert(
    sqlite_database: str, at: str
) -> None:
    """Quiet hours, Spring Festival, National Day; a patient who wants no messages."""
    assert sqlite_database
    now = datetime.fromisoformat(f"{at}+08:00")
    ward = await a_ward()
    await Consent.create(
        patient=ward.patient,
        purpose=ConsentPurpose.FOLLOW_UP,
        basis=ConsentBasis.CONSENT,
        granted=False,
        recorded_by="patient",
        at=now,
    )
    desk: Desk = ward.desk
    finding = RaisedAlert(
        Level.L1, "RC6", at, department_id=ward.encounter.department_id, patient_id=ward.patient.id
    )
    alert = await raised(finding, now)
    for minute in range(31):
        moment = now + timedelta(minutes=minute)
        await run_due(desk, moment)
        await escalate_due(desk, moment)
    kinds = [one.kind for one in await posts()]
    assert kinds.count(PostKind.ALERT) == 1
    assert kinds.count(PostKind.ESCALATION) == 3
    assert kinds.count(PostKind.EMERGENCY_CONTACT) == 1
    assert await AlertEntry.filter(alert_id=alert.id, event=AlertEvent.ESCALATED).count() == 3
