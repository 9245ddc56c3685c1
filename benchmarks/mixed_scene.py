"""Some hundred discharged patients with a web chat, and the messages they will write."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import NAMESPACE_URL, uuid4, uuid5

from dialogs.tagging.corpus import shipped_corpus
from handlers.calendar import load_calendar, seed_calendar
from handlers.desk import Desk
from models.care import Encounter
from models.draft import drafted
from models.hospital import Department, StaffMember, StaffRole
from models.people import (
    ContactKind,
    ContactPoint,
    ContactStatus,
    Patient,
    Respondent,
    RespondentRole,
    ResponderRole,
    System,
)

PATIENTS: Final = 800
START: Final = datetime.fromisoformat("2026-11-23T07:00+08:00")
LENGTH: Final = timedelta(days=6)
_SEED: Final = 20261123
_WARDS: Final = (("XN", "心内科"), ("GK", "骨科"), ("FK", "妇科"), ("EK", "儿科"))


@dataclass(frozen=True, slots=True)
class Written:
    """One message to come: by which patient, when, what."""

    number: int
    patient: int
    at: datetime
    text: str

    @property
    def external_id(self) -> str:
        """The channel's own id; the same when it is sent again."""
        return uuid5(NAMESPACE_URL, f"mixed:{self.number}").hex


async def the_desk() -> Desk:
    """The desk of every process."""
    await seed_calendar(START)
    return Desk(
        hospital="示例医院",
        switchboard="0394-12345670",
        unapproved_forms=True,
        calendar=await load_calendar(),
    )


async def scene() -> None:
    """Make wards, staff and patients."""
    wards = [drafted(Department, code=code, name=name, tel="0394-100") for code, name in _WARDS]
    await Department.bulk_create(wards)
    for role in StaffRole:
        await StaffMember.create(
            username=role.value, name="值班员", role=role, licensed=True, created_at=START
        )
    patients = [_patient(number) for number in range(PATIENTS)]
    respondents = [drafted(Respondent, created_at=START) for _ in patients]
    await Patient.bulk_create(patients)
    await Respondent.bulk_create(respondents)
    pairs = list(zip(patients, respondents, strict=True))
    await RespondentRole.bulk_create([_role(patient, one) for patient, one in pairs])
    await ContactPoint.bulk_create([_point(one, n) for n, one in enumerate(respondents)])
    await Encounter.bulk_create([_stay(p, wards[n % 4], n) for n, p in enumerate(patients)])


async def points() -> list[ContactPoint]:
    """The patients' chats, in the order of their numbers."""
    return sorted(await ContactPoint.all(), key=lambda point: point.value)


def messages(count: int) -> Iterator[Written]:
    """The corpus again and again, shuffled the same way in every process."""
    dice = random.Random(_SEED)  # noqa: S311 - a benchmark's dice
    texts = [row.text for row in shipped_corpus()]
    step = LENGTH / count
    for number in range(count):
        if number % len(texts) == 0:
            dice.shuffle(texts)
        at = START + number * step
        yield Written(number, dice.randrange(PATIENTS), at, texts[number % len(texts)])


def _patient(number: int) -> Patient:
    return drafted(
        Patient,
        name="测试",
        birth_date=date(1950 + number % 60, 1, 1),
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


def _point(respondent: Respondent, number: int) -> ContactPoint:
    return drafted(
        ContactPoint,
        respondent_id=respondent.id,
        system=System.WEB,
        value=f"{number:06}-{uuid4().hex}",
        kind=ContactKind.LINK,
        status=ContactStatus.OK,
        verified_at=START,
    )


def _stay(patient: Patient, ward: Department, number: int) -> Encounter:
    return drafted(
        Encounter,
        patient_id=patient.id,
        inpatient_no=f"Z{number:06}",
        department_id=ward.id,
        ward=ward.name,
        discharged_on=date(2026, 11, 20),
        disposition="1",
        created_at=START,
        updated_at=START,
    )
