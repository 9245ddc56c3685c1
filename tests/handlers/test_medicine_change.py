"""Medicines that were changed are asked about once more, between the rounds (R045)."""

from datetime import date, datetime, timedelta

import pytest

from bot.discharge_entries import entry_of
from bot.intake.discharges import read_discharges
from dialogs.timing import local
from handlers.medicine_change import note_medicine_change
from models.audit import AuditEntry
from models.care import Encounter, FollowUpTask, RiskTier, TaskKind, TaskStatus
from tests.handlers.discharge_lists import discharge, take
from tests.handlers.talking import a_nurse
from tests.handlers.ward import Ward, a_ward

pytestmark = pytest.mark.usefixtures("sqlite_database")
COLUMNS = "住院号\t姓名\t出院日期\t联系电话\t出院带药\t病情\t用药调整\n"


async def asked_after(ward: Ward) -> tuple[str, str]:
    """First and last day of the contact about the medicines."""
    task = await ward.task(202)
    assert task.kind is TaskKind.AFTER_CHANGE
    return f"{local(task.due_at):%m-%d}", f"{local(task.deadline_at):%m-%d}"


async def test_medicines_changed_in_hospital_are_asked_about_after_the_first_round() -> None:
    ward = await a_ward(medicine_changed_on=date(2026, 11, 19))
    assert await asked_after(ward) == ("11-26", "11-28")
    await ward.until("2026-11-26T11:30")
    assert (await ward.task(202)).forms == ["med"]


async def test_the_questions_end_with_what_the_new_medicines_do() -> None:
    ward = await a_ward(medicine_changed_on=date(2026, 11, 20))
    await FollowUpTask.filter(round__lt=100).delete()
    await ward.until("2026-11-26T11:30")
    for words in ("1", "1", "1970", "都按时", "清楚", "没有"):
        await ward.say(words)
    assert (await ward.task(202)).status is TaskStatus.COMPLETED


async def test_the_elderly_are_asked_in_few_words() -> None:
    ward = await a_ward(medicine_changed_on=date(2026, 11, 20), birth_date=date(1946, 5, 1))
    await FollowUpTask.filter(round__lt=100).delete()
    await ward.until("2026-11-26T10:59")
    assert (await ward.task(202)).forms == ["fu-e"]


async def test_without_a_change_nobody_is_asked_once_more() -> None:
    await a_ward()
    assert not await FollowUpTask.exclude(kind=TaskKind.ROUND).exists()


async def test_a_change_later_on_counts_from_the_day_a_person_noted_it() -> None:
    ward = await a_ward()
    ward.now = datetime.fromisoformat("2026-12-01T10:00+08:00")
    nurse = await a_nurse(ward)
    await note_medicine_change(ward.desk, ward.encounter.id, nurse, ward.now)
    assert await asked_after(ward) == ("12-07", "12-09")
    assert await AuditEntry.filter(action="stay.medicine_changed").count() == 1


async def test_a_list_that_learns_of_an_old_change_calls_nobody_about_days_gone_by(
    now: datetime,
) -> None:
    await take(now, discharge(discharged_on=date(2026, 11, 1)))
    await take(now, discharge(discharged_on=date(2026, 11, 1), medicine_changed=True))
    assert (await Encounter.get()).medicine_changed_on == date(2026, 11, 1)
    assert not await FollowUpTask.filter(kind=TaskKind.AFTER_CHANGE).exists()


async def test_a_list_says_how_ill_somebody_left_and_whose_medicines_need_an_eye(
    now: datetime,
) -> None:
    rows = (
        "Z1\t测试甲\t2026-11-20\t13900001001\t\t危重型\t\n"
        "Z2\t测试乙\t2026-11-20\t13900001002\t华法林\t普通型\t否\n"
        "Z3\t测试丙\t2026-11-20\t13900001003\t\t\t是\n"
        "Z4\t测试丁\t2026-11-20\t13900001004\t维生素C\t\t\n"
    )
    found = read_discharges((COLUMNS + rows).encode(), "list.csv", today=date(2026, 11, 22))
    await take(now, *[entry_of(row) for row in found.rows])
    stays = await Encounter.all().order_by("inpatient_no")
    assert [stay.severity for stay in stays] == ["危重型", "普通型", "", ""]
    assert [stay.risk for stay in stays][:2] == [RiskTier.HIGH, RiskTier.NORMAL]
    changed = [stay.medicine_changed_on is not None for stay in stays]
    assert changed == [False, True, True, False]
    task = await FollowUpTask.get(encounter_id=stays[2].id, kind=TaskKind.AFTER_CHANGE)
    assert task.deadline_at - task.due_at > timedelta(days=1)
