"""Selective departments and risk: what a doctor decides, and what a later list leaves alone."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from handlers.choosing import ChoiceFault, choose
from handlers.risk import set_risk
from models.alert import Alert, AlertLevel
from models.care import Encounter, FollowUpPlan, FollowUpTask, RiskTier, TaskStatus
from models.hospital import Department, FollowUpPolicy, StaffMember, StaffRole
from tests.handlers.discharge_lists import DESK, discharge, take, the_plan

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def now() -> datetime:
    """Sunday 22 November 2026, ten o'clock."""
    return datetime.fromisoformat("2026-11-22T10:00+08:00")


async def a_doctor(now: datetime, role: StaffRole = StaffRole.DOCTOR) -> StaffMember:
    """A member of staff."""
    return await StaffMember.create(username="d1", name="测试医生", role=role, created_at=now)


async def psychiatry(policy: FollowUpPolicy = FollowUpPolicy.SELECTIVE) -> Department:
    """A department that follows up whom its doctors choose."""
    return await Department.create(code="JS", name="精神科", follow_up_policy=policy)


async def test_a_doctor_chooses_a_patient_of_a_selective_department(now: datetime) -> None:
    await psychiatry()
    await take(now, discharge(department="精神科"))
    stay = await Encounter.get()
    assert (stay.exclusion, await FollowUpPlan.all().count()) == ("F44", 0)
    assert await choose(DESK, stay.id, await a_doctor(now), now) is None
    stay = await Encounter.get()
    assert (stay.exclusion, stay.chosen_by) == ("", "d1")
    assert await FollowUpTask.filter(plan_id=(await the_plan()).id).count() == 3


async def test_the_same_list_again_leaves_the_choice_alone(now: datetime) -> None:
    await psychiatry()
    await take(now, discharge(department="精神科"))
    await choose(DESK, (await Encounter.get()).id, await a_doctor(now), now)
    await take(now, discharge(department="精神科", bed="12"))
    assert (await Encounter.get()).exclusion == ""


async def test_a_nurse_does_not_choose(now: datetime) -> None:
    await psychiatry()
    await take(now, discharge(department="精神科"))
    nurse = await a_doctor(now, StaffRole.NURSE)
    stay = await Encounter.get()
    assert await choose(DESK, stay.id, nurse, now) is ChoiceFault.NOT_A_DOCTOR


@pytest.mark.parametrize("policy", [FollowUpPolicy.ALL, FollowUpPolicy.NONE])
async def test_only_selective_departments_have_a_choice(
    now: datetime, policy: FollowUpPolicy
) -> None:
    await psychiatry(policy)
    await take(now, discharge(department="精神科", disposition="5"))
    stay, doctor = await Encounter.get(), await a_doctor(now)
    assert await choose(DESK, stay.id, doctor, now) is ChoiceFault.NOT_SELECTIVE


async def test_signs_of_the_list_make_a_stay_one_of_high_risk(now: datetime) -> None:
    await take(now, discharge(tags=("高危",)))
    stay = await Encounter.get()
    assert (stay.risk, stay.risk_reasons) == (RiskTier.HIGH, ["marked"])
    first = await FollowUpTask.get(encounter_id=stay.id, round=1)
    assert first.owner_role == "doctor"


async def test_who_comes_back_within_a_month_is_of_high_risk(now: datetime) -> None:
    early = date(2026, 11, 1)
    await take(now, discharge(2, discharged_on=early, admitted_on=date(2026, 10, 20)))
    await take(now, discharge(3, inpatient_no="Z2", admitted_on=date(2026, 11, 10)))
    later = await Encounter.get(inpatient_no="Z2")
    assert (later.risk, later.risk_reasons) == (RiskTier.HIGH, ["readmitted"])
    assert (await Encounter.get(inpatient_no="Z1")).risk is RiskTier.NORMAL


async def test_a_red_flag_of_the_last_stay_counts_for_the_next(now: datetime) -> None:
    early = date(2026, 6, 1)
    await take(now, discharge(2, discharged_on=early, admitted_on=early))
    before = await Encounter.get()
    await Alert.create(
        number="Y1",
        level=AlertLevel.L1,
        rule="RC1",
        occurrence="test",
        patient_id=before.patient_id,
        raised_at=now,
        due_at=now,
    )
    await take(now, discharge(3, inpatient_no="Z2", admitted_on=date(2026, 11, 10)))
    later = await Encounter.get(inpatient_no="Z2")
    assert (later.risk, later.risk_reasons) == (RiskTier.HIGH, ["red_flag"])


async def test_what_a_person_decided_about_risk_stays_and_moves_the_owner(now: datetime) -> None:
    await take(now, discharge())
    stay, doctor = await Encounter.get(), await a_doctor(now)
    await set_risk(DESK, stay.id, RiskTier.HIGH, doctor, now)
    assert (await FollowUpTask.get(encounter_id=stay.id, round=1)).owner_role == "doctor"
    await take(now, discharge(bed="12"))
    stay = await Encounter.get()
    assert (stay.risk, stay.risk_reasons) == (RiskTier.HIGH, ["staff"])


async def test_a_review_that_is_named_later_brings_its_contact(now: datetime) -> None:
    desk = replace(DESK, plan="chronic_monthly")
    await take(now, discharge(diagnosis_code="E11.9"), desk=desk)
    known = discharge(diagnosis_code="E11.9", review_on=date(2027, 1, 15))
    await take(now, known, desk=desk)
    stay = await Encounter.get(inpatient_no="Z1")
    task = await FollowUpTask.get(encounter_id=stay.id, round=201)
    assert task.due_at.date() == date(2027, 1, 8)
    await take(now, discharge(diagnosis_code="E11.9"), desk=desk)
    await task.refresh_from_db()
    assert (task.status, task.outcome) == (TaskStatus.CLOSED, "not_needed")
