"""Discharge lists become patients, stays and plans: each once, whatever happens in between."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from handlers.desk import Desk
from handlers.discharges import ROWS_AT_ONCE, Source, import_discharges
from handlers.import_report import Trouble
from handlers.timers import DueKind
from models.audit import AuditEntry, verify_chain
from models.care import Encounter, FollowUpPlan, FollowUpTask, PlanStatus, TaskStatus
from models.hospital import Department, FollowUpPolicy
from models.people import Patient, Sex
from models.row import Row
from models.timetable import Due, DueStatus
from tests.handlers.discharge_lists import (
    DESK,
    LEFT,
    discharge,
    no_number,
    own,
    take,
    the_plan,
)

pytestmark = pytest.mark.usefixtures("database")
TABLES: tuple[type[Row], ...] = (Patient, Encounter, FollowUpPlan, FollowUpTask, Due)


async def _counts() -> list[int]:
    return [await table.all().count() for table in TABLES]


async def _department(**values: Any) -> Department:
    said = {"code": "0101", "name": "心内科", "aliases": ["心血管内科"], **values}
    return await Department.create(**said)


async def test_a_discharge_makes_a_patient_a_stay_and_a_plan_with_three_rounds(
    now: datetime,
) -> None:
    """The rounds have their timers, so that nothing depends on a second job."""
    report = await take(now, discharge(birth_date=date(1960, 1, 2), sex=Sex.FEMALE))
    assert (report.created, report.planned, report.faulty) == (1, 1, 0)
    patient = await Patient.get(mrn="B1")
    assert (patient.name, patient.sex) == ("测试甲", Sex.FEMALE)
    plan = await the_plan()
    assert plan.status is PlanStatus.ACTIVE
    tasks = await FollowUpTask.filter(plan_id=plan.id).order_by("round")
    assert [task.owner_role for task in tasks] == ["nurse", "nurse", "market_centre"]
    assert await Due.filter(subject__in=[task.id for task in tasks]).count() == 6


async def test_the_same_list_twice_changes_nothing(now: datetime) -> None:
    entries = [discharge(n, inpatient_no=f"Z{n}", mrn=f"B{n}") for n in range(2, 12)]
    await take(now, *entries)
    before, stay = await _counts(), await Encounter.get(inpatient_no="Z2")
    report = await take(now + timedelta(hours=1), *entries)
    assert (report.created, report.updated, report.unchanged) == (0, 0, 10)
    assert await _counts() == before
    assert (await Encounter.get(id=stay.id)).updated_at == stay.updated_at


async def test_a_corrected_list_updates_patient_and_stay(now: datetime) -> None:
    await take(now, discharge(diagnosis_name="高血压病", review_on=date(2026, 12, 1)))
    corrected = discharge(diagnosis_name="高血压病2级", sex=Sex.MALE)
    report = await take(now, corrected)
    assert (report.created, report.updated) == (0, 1)
    stay = await Encounter.get(inpatient_no="Z1")
    assert (stay.diagnosis_name, stay.review_on) == ("高血压病2级", None)
    assert (await Patient.get(mrn="B1")).sex == Sex.MALE


async def test_what_a_later_list_leaves_blank_of_the_person_stays(now: datetime) -> None:
    await take(now, discharge(birth_date=date(1960, 1, 2), tags=("chemo",)))
    await take(now, discharge(bed="3床", birth_date=None))
    patient = await Patient.get(mrn="B1")
    assert (patient.birth_date, patient.tags) == (date(1960, 1, 2), ["chemo"])


async def test_a_wish_to_spare_the_patient_outlives_a_list_that_forgets_it(now: datetime) -> None:
    await take(now, discharge(protective_disclosure=True))
    await take(now, discharge(bed="3床"))
    assert (await Patient.get(mrn="B1")).protective_disclosure


async def test_a_patient_is_found_by_identity_number_when_there_is_no_other(now: datetime) -> None:
    number = "199999196001020028"
    await take(now, discharge(mrn="", id_no=number))
    await take(now, discharge(mrn="", id_no=number, inpatient_no="Z2"))
    assert await Patient.all().count() == 1
    assert await Encounter.all().count() == 2


async def test_a_patient_without_any_number_is_found_by_the_stay(now: datetime) -> None:
    await take(now, discharge(mrn=""))
    report = await take(now, discharge(mrn="B7", bed="3床"))
    assert report.updated == 1
    assert (await Patient.get(mrn="B7")).name == "测试甲"


async def test_two_stays_under_one_number_and_name_are_one_patient(now: datetime) -> None:
    await take(now, discharge(mrn=""), discharge(3, mrn="", visit_seq=2))
    assert await Patient.all().count() == 1


async def test_a_second_registration_of_a_known_person_makes_no_second_patient(
    now: datetime,
) -> None:
    number = "199999196001020028"
    await take(now, discharge(id_no=number))
    await take(now, discharge(mrn="B9", id_no=number, inpatient_no="Z2"))
    assert [patient.mrn for patient in await Patient.all()] == ["B1"]


async def test_two_names_under_one_number_change_nothing_and_are_named(now: datetime) -> None:
    await take(now, discharge(bed="1床"))
    report = await take(
        now, discharge(7, name="测试丙", bed="9床"), discharge(8, mrn="B2", inpatient_no="Z2")
    )
    assert (report.faulty, report.created) == (1, 1)
    assert [(f.line, f.trouble) for f in report.findings] == [(7, Trouble.NAME_DIFFERS)]
    stay = await Encounter.get(inpatient_no="Z1").prefetch_related("patient")
    assert (stay.patient.name, stay.bed) == ("测试甲", "1床")


async def test_a_stay_that_belongs_to_somebody_else_is_left_alone(now: datetime) -> None:
    await take(now, discharge(), discharge(3, mrn="B2", inpatient_no="Z2", name="测试丙"))
    report = await take(now, discharge(4, mrn="B2", name="测试丙", bed="9床"))
    assert [f.trouble for f in report.findings] == [Trouble.STAY_OF_ANOTHER]
    assert (await Encounter.get(inpatient_no="Z1")).bed == ""


async def test_a_newborn_under_the_mothers_card_is_a_person_of_its_own(now: datetime) -> None:
    number = "199999196001020028"
    await take(now, discharge(id_no=number))
    baby = discharge(5, name="测试甲之女", mrn="B2", inpatient_no="Z2", id_no=number)
    report = await take(now, baby)
    assert [f.trouble for f in report.findings] == [Trouble.ID_OF_ANOTHER]
    assert await Patient.all().count() == 2


async def test_a_number_too_long_for_its_column_is_refused_and_the_next_row_goes_on(
    now: datetime,
) -> None:
    report = await take(
        now, discharge(mrn="B" * 65), discharge(3, mrn="B2", inpatient_no="Z2", bed="床" * 40)
    )
    assert [f.trouble for f in report.findings] == [
        Trouble.NUMBER_TOO_LONG,
        Trouble.TEXT_SHORTENED,
    ]
    assert (report.faulty, report.created) == (1, 1)
    assert len((await Encounter.get(inpatient_no="Z2")).bed) == 32


async def test_a_row_the_database_refuses_is_named_and_the_others_go_in(now: datetime) -> None:
    """The chunk fails as a whole and is then taken row by row."""
    bad = discharge(3, mrn="B2", inpatient_no="Z2")
    bad = replace(bad, patient=replace(bad.patient, id_type="x" * 40))
    report = await take(now, discharge(), bad, discharge(4, mrn="B3", inpatient_no="Z3"))
    assert (report.created, report.faulty) == (2, 1)
    assert [(f.line, f.trouble) for f in report.findings] == [(3, Trouble.ROW_REFUSED)]
    assert {stay.inpatient_no for stay in await Encounter.all()} == {"Z1", "Z3"}


async def test_the_dead_get_no_plan_and_their_open_plans_stop(now: datetime) -> None:
    await take(now, discharge(discharged_on=LEFT - timedelta(days=9)))
    report = await take(now, discharge(3, inpatient_no="Z2", disposition="5"))
    assert (report.excluded, report.planned, report.stopped) == ({"F41": 1}, 0, 1)
    patient = await Patient.get(mrn="B1")
    assert (patient.deceased_at is not None, patient.deceased_by) == (True, "hospital")
    plan = await the_plan()
    assert (plan.status, plan.stop_reason) == (PlanStatus.STOPPED, "F41")


async def test_a_stay_that_turns_out_to_have_ended_in_death_stops_its_own_plan(
    now: datetime,
) -> None:
    await take(now, discharge())
    await take(now, discharge(disposition="5"))
    assert (await the_plan()).stop_reason == "F41"
    left = Due.filter(status=DueStatus.PENDING)
    assert [row.kind for row in await left] == [DueKind.CLEAR_AFTER_DEATH]


async def test_a_death_stated_by_mistake_is_taken_back_by_the_hospital(now: datetime) -> None:
    await take(now, discharge(disposition="5"))
    report = await take(now, discharge())
    assert (await Patient.get(mrn="B1")).deceased_at is None
    assert (report.planned, report.excluded) == (1, {})


async def test_a_death_known_from_the_family_is_not_taken_back_by_a_list(now: datetime) -> None:
    await take(now, discharge())
    await Patient.all().update(deceased_at=now, deceased_by="message")
    report = await take(now, discharge(bed="2床"))
    assert (await Patient.get(mrn="B1")).deceased_by == "message"
    assert report.excluded == {"F41": 1}


async def test_a_plan_stopped_by_mistake_is_named_because_it_does_not_start_again(
    now: datetime,
) -> None:
    await take(now, discharge())
    await take(now, discharge(disposition="5"))
    report = await take(now, discharge())
    assert [f.trouble for f in report.findings] == [Trouble.PLAN_STAYS_STOPPED]


async def test_a_readmission_stops_the_plan_of_the_stay_before(now: datetime) -> None:
    await take(now, discharge(discharged_on=LEFT - timedelta(days=9)))
    back = LEFT - timedelta(days=4)
    report = await take(now, discharge(3, visit_seq=2, admitted_on=back))
    stay = await Encounter.get(inpatient_no="Z1", visit_seq=1)
    plan = await FollowUpPlan.get(encounter_id=stay.id)
    assert (plan.stop_reason, report.stopped, report.planned) == ("F42", 1, 1)
    assert await FollowUpTask.filter(plan_id=plan.id, status=TaskStatus.CLOSED).count() == 3


async def test_of_two_stays_in_one_list_only_the_later_is_followed_up(now: datetime) -> None:
    early = discharge(3, discharged_on=LEFT - timedelta(days=9))
    late = discharge(2, visit_seq=2, admitted_on=LEFT - timedelta(days=4))
    for report in (await take(now, early, late, dry_run=True), await take(now, early, late)):
        assert (report.excluded, report.planned) == ({"F42": 1}, 1)


async def test_two_stays_of_one_day_do_not_stop_each_other(now: datetime) -> None:
    first = discharge(2, admitted_on=LEFT)
    second = discharge(3, visit_seq=2, admitted_on=LEFT)
    report = await take(now, first, second)
    assert (report.planned, report.excluded) == (1, {"F42": 1})


@pytest.mark.parametrize("disposition", ["2", "3", "4"])
async def test_who_left_against_advice_or_to_another_house_waits_for_a_nurse(
    now: datetime, disposition: str
) -> None:
    await take(now, discharge(disposition=disposition))
    assert (await the_plan()).status is PlanStatus.WAITING_RELEASE
    assert {row.kind for row in await Due.all()} == {"end_round"}


async def test_a_plan_that_waits_by_mistake_runs_when_the_hospital_corrects_itself(
    now: datetime,
) -> None:
    await take(now, discharge(disposition="4"))
    await take(now, discharge(disposition="1"))
    assert (await the_plan()).status is PlanStatus.ACTIVE
    assert await Due.all().count() == 6


async def test_a_corrected_day_moves_the_rounds(now: datetime) -> None:
    await take(now, discharge())
    before = [task.due_at for task in await FollowUpTask.all().order_by("round")]
    await take(now, discharge(discharged_on=LEFT + timedelta(days=1)))
    tasks = await FollowUpTask.all().order_by("round")
    assert [task.version for task in tasks] == [2, 2, 2]
    moved = [(new.due_at - old).days for new, old in zip(tasks, before, strict=True)]
    assert moved == [1, 1, 1]


@pytest.mark.parametrize("policy", [FollowUpPolicy.SELECTIVE, FollowUpPolicy.NONE])
async def test_a_department_that_does_not_follow_up_everybody_excludes(
    now: datetime, policy: FollowUpPolicy
) -> None:
    await _department(follow_up_policy=policy)
    report = await take(now, discharge(department="心内科"))
    assert (report.excluded, report.planned) == ({"F44": 1}, 0)


async def test_a_patient_chosen_by_a_nurse_stays_chosen(now: datetime) -> None:
    department = await _department()
    await take(now, discharge(department="心内科"))
    await Department.filter(id=department.id).update(follow_up_policy=FollowUpPolicy.SELECTIVE)
    report = await take(now, discharge(department="心内科", bed="2床"))
    assert (report.stopped, (await the_plan()).status) == (0, PlanStatus.ACTIVE)


@pytest.mark.parametrize("name", ["0101", "心内科", "心血管内科", " 心内科 "])
async def test_a_department_is_found_by_code_name_or_alias(now: datetime, name: str) -> None:
    department = await _department()
    report = await take(now, discharge(department=name))
    assert (await Encounter.get()).department_id == department.id
    assert report.findings == ()


async def test_an_unknown_department_is_named_and_found_once_it_is_there(now: datetime) -> None:
    report = await take(now, discharge(department="心内科"))
    assert [(f.trouble, f.text) for f in report.findings] == [
        (Trouble.DEPARTMENT_UNKNOWN, "心内科")
    ]
    assert (await Encounter.get()).department_id is None
    department = await _department()
    report = await take(now, discharge(department="心内科"))
    assert (report.updated, report.findings) == (1, ())
    assert (await Encounter.get()).department_id == department.id


async def test_a_patient_without_a_phone_stays_in_the_plan(now: datetime) -> None:
    """No number is a task for the ward, and no reason to leave the count (R022)."""
    report = await take(now, discharge(numbers=(no_number(),)))
    assert (report.planned, report.excluded) == (1, {})


async def test_a_dry_run_says_the_same_and_keeps_nothing(now: datetime) -> None:
    await take(now, discharge(), discharge(3, mrn="B3", inpatient_no="Z3"))
    entries = [
        discharge(bed="9床"),
        discharge(3, mrn="B3", inpatient_no="Z3"),
        discharge(4, mrn="B4", inpatient_no="Z4", disposition="5"),
        discharge(5, mrn="B1", inpatient_no="Z5", name="测试丙"),
    ]
    entries += [discharge(n, mrn=f"C{n}", inpatient_no=f"Y{n}") for n in range(6, 300)]
    before = await _counts()
    tried = await take(now, *entries, dry_run=True)
    assert await _counts() == before
    assert await AuditEntry.filter(action="discharges.imported").count() == 1
    kept = await take(now, *entries)
    assert replace(tried, dry_run=False) == kept
    assert (kept.created, kept.updated, kept.unchanged, kept.faulty) == (295, 1, 1, 1)


async def test_an_import_cut_off_half_way_is_simply_run_again(now: datetime) -> None:
    """What was committed is found unchanged; no follow-up is planned twice."""
    entries = [
        discharge(n, mrn=f"B{n}", inpatient_no=f"Z{n}", numbers=(own(f"1390001{n:04d}"),))
        for n in range(2, 2 + 2 * ROWS_AT_ONCE)
    ]

    class Killed(Exception):
        pass

    def die(_rows: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        await import_discharges(DESK, entries, Source("list.csv"), now, progress=die)
    assert await Encounter.all().count() == ROWS_AT_ONCE
    report = await take(now, *entries)
    assert (report.unchanged, report.created) == (ROWS_AT_ONCE, ROWS_AT_ONCE)
    assert await FollowUpPlan.all().count() == 2 * ROWS_AT_ONCE
    assert await FollowUpTask.all().count() == 6 * ROWS_AT_ONCE


async def test_an_import_leaves_its_trace_without_anybodys_name(now: datetime) -> None:
    source = Source("11月20日.csv", "ab" * 32, "cli")
    await import_discharges(DESK, [discharge()], source, now)
    entry = await AuditEntry.get(action="discharges.imported")
    assert entry.actor == "cli"
    assert "created=1" in entry.reason
    assert "11月20日.csv" in entry.reason
    assert "ab" * 32 in entry.reason
    assert (await verify_chain()).whole
    assert (await Encounter.get()).source_file == "11月20日.csv"


async def test_what_identifies_people_is_sealed(now: datetime) -> None:
    await take(now, discharge(id_no="199999196001020028"))
    client = Patient._choose_db()
    [row] = await client.execute_query_dict("SELECT name, id_no FROM patient")
    assert row["name"].startswith("e1:")
    assert row["id_no"].startswith("e1:")


async def test_a_stated_moment_of_discharge_is_kept_in_utc(now: datetime) -> None:
    left = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
    await take(now, discharge(discharged_at=left))
    assert (await Encounter.get()).discharged_at == left


async def test_a_legal_basis_configured_later_reaches_the_patients_of_an_old_list(
    now: datetime,
) -> None:
    await take(now, discharge())
    report = await take(now, discharge(), desk=Desk(hospital="示例医院", legal_basis="《办法》"))
    assert report.updated == 1
