"""Some hundred discharged patients with a web chat, and the messages they will write."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from benchmarks.month_scene import people
from dialogs.tagging.corpus import shipped_corpus
from models.care import Encounter
from models.draft import drafted
from models.hospital import Department, StaffMember, StaffRole
from models.people import ContactPoint, Patient

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


async def scene() -> None:
    """Make wards, staff and patients."""
    wards = [drafted(Department, code=code, name=name, tel="0394-100") for code, name in _WARDS]
    await Department.bulk_create(wards)
    for role in StaffRole:
        await StaffMember.create(
            username=role.value, name="值班员", role=role, licensed=True, created_at=START
        )
    made = await people(PATIENTS)
    stays = [_stay(patient, wards[n % len(wards)], n) for n, (patient, _) in enumerate(made)]
    await Encounter.bulk_create(stays)


async def points() -> list[ContactPoint]:
    """The patients' chats, in the same order for every process."""
    return await ContactPoint.all().order_by("id")


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
