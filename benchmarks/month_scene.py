"""The hospital of the simulated month: clinics with their sessions, and people with phones."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import uuid4

from dialogs.identity import check_character
from dialogs.timing.spans import moment
from handlers.calendar import load_calendar, seed_calendar
from handlers.desk import Desk
from models.booking import Clinic, Place, Session, Slot
from models.draft import drafted
from models.people import (
    Consent,
    ConsentBasis,
    ConsentPurpose,
    ContactKind,
    ContactPoint,
    ContactStatus,
    Patient,
    Respondent,
    RespondentRole,
    ResponderRole,
    System,
)

CLINICS: Final = 40
FIRST_DAY: Final = date(2026, 11, 2)
DAYS: Final = 28
START: Final = datetime.fromisoformat("2026-10-23T09:00+08:00")
HOURS: Final = ((time(8), 8), (time(14), 6))
_SLOT: Final = timedelta(minutes=30)
_BATCH: Final = 500


async def the_desk() -> Desk:
    """A desk that may ask its questions, with the calendar of the year."""
    await seed_calendar(START)
    return Desk(
        hospital="示例医院",
        switchboard="0394-12345670",
        unapproved_forms=True,
        calendar=await load_calendar(),
    )


def working_days() -> list[date]:
    """The days on which clinics are held."""
    days = (FIRST_DAY + timedelta(days=number) for number in range(DAYS))
    return [day for day in days if day.weekday() < 5]  # noqa: PLR2004 - Monday to Friday


async def open_clinics(number: int, places: int) -> list[Clinic]:
    """So many clinics, each with a doctor in the morning and one in the afternoon."""
    clinics = [
        drafted(Clinic, code=f"C{n:02}", name=f"第{n:02}门诊", room=f"{n}诊室")
        for n in range(number)
    ]
    await Clinic.bulk_create(clinics)
    for clinic in clinics:
        await _open_month(clinic, places)
    return clinics


async def _open_month(clinic: Clinic, places: int) -> None:
    sessions, slots, seats = [], [], []
    for day in working_days():
        for begins, count in HOURS:
            session = _session(clinic, day, begins, count)
            sessions.append(session)
            for number in range(count):
                at = session.starts_at + number * _SLOT
                slot = drafted(Slot, session_id=session.id, starts_at=at, ends_at=at + _SLOT)
                slots.append(slot)
                seats += [drafted(Place, slot_id=slot.id, number=n + 1) for n in range(places)]
    await Session.bulk_create(sessions)
    await Slot.bulk_create(slots)
    await Place.bulk_create(seats, batch_size=_BATCH)


def _session(clinic: Clinic, day: date, begins: time, count: int) -> Session:
    at = moment(day, begins)
    return drafted(
        Session,
        clinic_id=clinic.id,
        doctor=f"{clinic.code}医生{begins:%H}",
        day=day,
        starts_at=at,
        ends_at=at + count * _SLOT,
    )


async def people(number: int) -> list[tuple[Patient, ContactPoint]]:
    """People with an ID number of nobody's, a phone, and a yes to reminders."""
    made = []
    for first in range(0, number, _BATCH):
        made += await _people(range(first, min(first + _BATCH, number)))
    return made


async def _people(numbers: range) -> list[tuple[Patient, ContactPoint]]:
    patients = [_patient(number) for number in numbers]
    respondents = [drafted(Respondent, created_at=START) for _ in numbers]
    pairs = list(zip(patients, respondents, strict=True))
    points = [_point(respondent) for respondent in respondents]
    await Patient.bulk_create(patients)
    await Respondent.bulk_create(respondents)
    await RespondentRole.bulk_create([_role(p, r) for p, r in pairs])
    await ContactPoint.bulk_create(points)
    await Consent.bulk_create([_consent(patient) for patient in patients])
    return list(zip(patients, points, strict=True))


def _patient(number: int) -> Patient:
    """The area code 199999 was never given out."""
    days = timedelta(days=number // 900)
    born = date(1975, 1, 1) + days
    first17 = f"199999{born:%Y%m%d}{number % 900:03}"
    return drafted(
        Patient,
        name="测试",
        birth_date=born,
        id_type="resident_card",
        id_no=first17 + check_character(first17),
        created_at=START,
        updated_at=START,
    )


def _role(patient: Patient, respondent: Respondent) -> RespondentRole:
    return drafted(
        RespondentRole,
        patient_id=patient.id,
        respondent_id=respondent.id,
        role=ResponderRole.SELF,
    )


def _point(respondent: Respondent) -> ContactPoint:
    return drafted(
        ContactPoint,
        respondent_id=respondent.id,
        system=System.WEB,
        value=uuid4().hex,
        kind=ContactKind.LINK,
        status=ContactStatus.OK,
        verified_at=START,
    )


def _consent(patient: Patient) -> Consent:
    return drafted(
        Consent,
        patient_id=patient.id,
        purpose=ConsentPurpose.REMINDER,
        basis=ConsentBasis.CONSENT,
        granted=True,
        recorded_by="nurse",
        at=START,
    )
