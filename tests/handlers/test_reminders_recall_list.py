"""A list of who did not come for review: each is written to or phoned once, or named."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from handlers.desk import Desk
from handlers.discharges import Source
from handlers.import_report import Trouble
from handlers.reminders.recall_entry import Fate, RecallEntry
from handlers.reminders.recall_import import RecallReport, import_recalls
from models.audit import AuditEntry, verify_chain
from models.booking import Appointment, AppointmentStatus, BookingSource, Clinic, VisitKind
from models.care import Encounter
from models.conversation import Outgoing
from models.hospital import Department
from models.office import ConsultReason, ConsultTask
from models.people import (
    ContactKind,
    ContactPoint,
    Patient,
    Respondent,
    RespondentRole,
    ResponderRole,
    System,
)
from tests.handlers.booking_scene import an_id_number
from tests.handlers.visiting import answer_about_reminders
from tests.handlers.ward import Ward, a_ward

pytestmark = pytest.mark.usefixtures("database")
# a Monday; the review should have been on Friday
MORNING = "2026-11-30T09:00+08:00"
FRIDAY = date(2026, 11, 27)
ROW = RecallEntry(2, "王小明", FRIDAY, mrn="B2600001", doctor="周示教", remark="需调药")


async def _scene(**known: Any) -> Ward:
    """The ward's patient, who may be reminded, was to come on Friday, and did not."""
    ward = await a_ward(plan=False, review_on=FRIDAY, **known)
    await Patient.filter(id=ward.patient.id).update(mrn="B2600001")
    ward.now = datetime.fromisoformat(MORNING)
    await answer_about_reminders(ward, granted=True)
    return ward


async def _take(ward: Ward, *entries: RecallEntry, **options: Any) -> RecallReport:
    desk: Desk = ward.desk
    return await import_recalls(desk, entries, Source("list.csv"), ward.now, **options)


def _troubles(report: RecallReport) -> list[Trouble]:
    return [finding.trouble for finding in report.findings]


async def _another(ward: Ward, name: str = "李示例", **known: Any) -> Patient:
    return await Patient.create(name=name, created_at=ward.now, updated_at=ward.now, **known)


async def _phone_of(patient: Patient, number: str, now: datetime) -> None:
    respondent = await Respondent.create(created_at=now)
    await RespondentRole.create(respondent=respondent, patient=patient, role=ResponderRole.SELF)
    await ContactPoint.create(
        respondent=respondent, system=System.PHONE, value=number, kind=ContactKind.MOBILE
    )


async def test_a_listed_patient_is_written_to_and_the_consult_room_has_a_task() -> None:
    """R090: at once, by message, and the 回访单 with what the doctor remarked."""
    ward = await _scene()
    report = await _take(ward, ROW)
    await ward.tick()
    assert report.fates == {Fate.TOLD: 1}
    assert report.findings == ()
    [line] = await ward.shown()
    assert "周示教" in line
    assert "需调药" not in line
    task = await ConsultTask.get()
    assert (task.reason, task.note) == (ConsultReason.NO_REVIEW, "需调药")
    assert task.encounter_id == ward.encounter.id


async def test_the_same_list_twice_changes_nothing() -> None:
    """Nor does a row that stands in it twice, nor an answer given in between."""
    ward = await _scene()
    await _take(ward, ROW, replace(ROW, line=3))
    await ward.tick()
    await ward.say("3")
    before = await ward.shown()
    entries = await AuditEntry.filter(action="recalled").count()
    report = await _take(ward, ROW, replace(ROW, line=3))
    await ward.tick()
    assert report.fates == {Fate.KNOWN: 2}
    assert await ward.shown() == before
    assert await ConsultTask.all().count() == 1
    assert await AuditEntry.filter(action="recalled").count() == entries == 1


async def test_a_preview_says_the_same_and_writes_to_nobody() -> None:
    """The second of two rows of one patient counts as known, as it will."""
    ward = await _scene()
    report = await _take(ward, ROW, replace(ROW, line=3), dry_run=True)
    await ward.tick()
    assert report.fates == {Fate.TOLD: 1, Fate.KNOWN: 1}
    assert await ward.shown() == []
    assert not await ConsultTask.all().exists()
    assert not await Outgoing.all().exists()
    assert not await AuditEntry.filter(action__startswith="recall").exists()


async def test_who_cannot_be_written_to_is_phoned() -> None:
    """No proven address: the consult room's task is all there is."""
    ward = await _scene(bound=False)
    report = await _take(ward, ROW)
    assert report.fates == {Fate.TO_PHONE: 1}
    assert _troubles(report) == [Trouble.TO_BE_PHONED]
    assert await ConsultTask.all().count() == 1


async def test_who_wants_no_reminders_is_phoned() -> None:
    """A no in the chat outweighs the list."""
    ward = await _scene()
    ward.now += timedelta(minutes=1)
    await answer_about_reminders(ward, granted=False)
    assert (await _take(ward, ROW)).fates == {Fate.TO_PHONE: 1}


async def test_after_a_death_nobody_is_written_to_or_phoned() -> None:
    """Said in the report, for whoever wrote the list."""
    ward = await _scene()
    await Patient.filter(id=ward.patient.id).update(deceased_at=ward.now)
    report = await _take(ward, ROW)
    assert report.fates == {Fate.DECEASED: 1}
    assert _troubles(report) == [Trouble.PATIENT_DECEASED]
    assert report.understood == 0
    assert not await ConsultTask.all().exists()


@pytest.mark.parametrize("clinic", ["", "心内科专家门诊", "心内科"])
async def test_who_has_booked_since_is_left_alone(clinic: str) -> None:
    """However the list names the clinic, or where it names none."""
    ward = await _scene()
    await _booked(ward)
    report = await _take(ward, replace(ROW, clinic=clinic))
    assert report.fates == {Fate.BOOKED: 1}
    assert _troubles(report) == [Trouble.REVIEW_BOOKED]
    assert not await ConsultTask.all().exists()


async def test_a_visit_booked_elsewhere_is_not_the_review() -> None:
    """The skin clinic does not look after a heart."""
    ward = await _scene()
    await Clinic.create(code="PF01", name="皮肤科门诊", rules={})
    await _booked(ward)
    report = await _take(ward, replace(ROW, clinic="皮肤科门诊"))
    assert report.fates == {Fate.TOLD: 1}


async def test_without_clinic_or_stay_any_booked_visit_may_be_the_review() -> None:
    """Nobody is asked to come who is coming."""
    ward = await _scene()
    await _booked(ward)
    await Encounter.all().update(withdrawn_at=ward.now)
    assert (await _take(ward, ROW)).fates == {Fate.BOOKED: 1}


@pytest.mark.parametrize("number", ["mrn", "inpatient_no", "id_no", "phones"])
async def test_a_patient_is_found_by_any_one_number(number: str) -> None:
    """Record, stay, identity, or telephone with the name."""
    ward = await _scene()
    patient = await Patient.get(id=ward.patient.id)
    patient.id_type, patient.id_no = "resident_card", an_id_number(901)
    await patient.save()
    await _phone_of(patient, "13900000001", ward.now)
    said: dict[str, Any] = {
        "mrn": "B2600001",
        "inpatient_no": "Z000001",
        "id_no": an_id_number(901),
        "phones": ("13900000009", "13900000001"),
    }
    row = replace(ROW, **{"mrn": "", number: said[number]})
    assert (await _take(ward, row)).fates == {Fate.TOLD: 1}
    assert (await ConsultTask.get()).patient_id == ward.patient.id


async def test_a_number_under_another_name_is_left_to_a_clerk() -> None:
    """A message to the wrong person is worse than none."""
    ward = await _scene()
    report = await _take(ward, replace(ROW, name="李示例"))
    assert report.fates == {Fate.FAULTY: 1}
    assert _troubles(report) == [Trouble.NAME_DIFFERS]


async def test_two_numbers_of_two_people_are_left_to_a_clerk() -> None:
    """Even where both have the same name."""
    ward = await _scene()
    await _another(ward, "王小明", mrn="B2600099")
    report = await _take(ward, replace(ROW, mrn="B2600099", inpatient_no="Z000001"))
    assert _troubles(report) == [Trouble.PATIENT_UNCLEAR]


async def test_a_telephone_does_not_outweigh_another_record_number() -> None:
    """Father and son may share a telephone and even a name."""
    ward = await _scene()
    await _phone_of(ward.patient, "13900000001", ward.now)
    report = await _take(ward, replace(ROW, mrn="B2600099", phones=("13900000001",)))
    assert report.fates == {Fate.UNKNOWN: 1}


async def test_bad_rows_are_named_by_line_and_the_good_ones_go_on() -> None:
    """Unknown, contradictory, too long; the last one is told."""
    ward = await _scene()
    rows = (
        replace(ROW, line=2, name="无此人", mrn="B0"),
        replace(ROW, line=3, name="李示例"),
        replace(ROW, line=4, inpatient_no="9" * 65),
        replace(ROW, line=5),
    )
    report = await _take(ward, *rows)
    assert report.fates == {Fate.UNKNOWN: 1, Fate.FAULTY: 2, Fate.TOLD: 1}
    assert [(found.line, found.trouble) for found in report.findings] == [
        (2, Trouble.PATIENT_UNKNOWN),
        (3, Trouble.NAME_DIFFERS),
        (4, Trouble.NUMBER_TOO_LONG),
    ]


async def test_a_clinic_nobody_knows_is_named_and_the_patient_recalled() -> None:
    """The ward's own clinic is offered instead."""
    ward = await _scene()
    report = await _take(ward, replace(ROW, clinic="不知哪个科"))
    assert report.fates == {Fate.TOLD: 1}
    [finding] = report.findings
    assert (finding.trouble, finding.text) == (Trouble.RECALL_CLINIC_UNKNOWN, "不知哪个科")


async def test_the_stay_is_the_one_whose_review_it_was() -> None:
    """A later stay in another ward has nothing to do with it."""
    ward = await _scene()
    other = await Department.create(code="WK", name="普外科")
    later: dict[str, Any] = {"discharged_on": date(2026, 11, 26), "inpatient_no": "Z000002"}
    await Encounter.create(
        patient=ward.patient, department=other, created_at=ward.now, updated_at=ward.now, **later
    )
    await _take(ward, ROW)
    assert (await ConsultTask.get()).encounter_id == ward.encounter.id


async def test_what_a_list_did_is_in_the_audit_without_a_name() -> None:
    """Counts, the file and its hash."""
    ward = await _scene()
    await _take(ward, ROW)
    entry = await AuditEntry.get(action="recalls.imported")
    assert "told=1" in entry.reason
    assert "王小明" not in entry.reason
    assert (await verify_chain()).whole


async def _booked(ward: Ward) -> None:
    """The patient has booked a visit to the ward's clinic, three weeks after the review."""
    clinic = await Clinic.create(
        code="XN01", name="心内科专家门诊", department_id=ward.encounter.department_id, rules={}
    )
    starts = datetime.combine(date(2026, 12, 18), time(9), ward.now.tzinfo)
    await Appointment.create(
        number="YY20261218-0001",
        patient=ward.patient,
        clinic=clinic,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=30),
        check_in_by=starts,
        free_until=starts,
        status=AppointmentStatus.BOOKED,
        visit_kind=VisitKind.RETURN,
        source=BookingSource.PHONE,
        booked_at=ward.now,
        created_at=ward.now,
        updated_at=ward.now,
    )
