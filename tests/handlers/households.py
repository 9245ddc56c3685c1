"""A daughter whose one phone answers for her father and for her child of eight."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from models.alert import Alert
from models.care import Encounter
from models.hospital import Department
from models.people import Consent, Patient, RespondentRole, ResponderRole
from tests.handlers.ward import Ward, a_ward, make_plan


@dataclass(slots=True)
class Household:
    """Father and child, each discharged on Friday, and the phone they share."""

    father: Ward
    child: Patient

    async def until(self, moment: str) -> list[str]:
        """Let time pass; what the screen shows of it."""
        before = len(await self.father.shown())
        await self.father.until(moment)
        return (await self.father.shown())[before:]

    async def answers(self, text: str) -> list[str]:
        """The daughter writes; what comes back."""
        before = len(await self.father.shown())
        await self.father.say(text)
        return [line for line in (await self.father.shown())[before:] if line.startswith("<")]

    async def alarms(self) -> list[tuple[str, str]]:
        """Whom people were alarmed about, and how gravely, the oldest first."""
        rows = (
            await Alert.filter(level__in=("L1", "L2")).order_by("number").select_related("patient")
        )
        return [(row.patient.name if row.patient else "", row.level.value) for row in rows]


async def a_household(
    *, father_is_asked: bool, birth_date: date = date(1962, 5, 1), **child: Any
) -> Household:
    """Have the round of one of them begun on Monday, and somebody answered who is writing."""
    ward = await a_ward(birth_date=birth_date, plan=father_is_asked)
    values: dict[str, Any] = {"birth_date": date(2018, 3, 3), **child}
    known: dict[str, Any] = {"created_at": ward.now, "updated_at": ward.now}
    kid = await Patient.create(name="李小宝", **values, **known)
    stay = await Encounter.create(
        patient=kid,
        department=await Department.get(code="XN"),
        disposition="1",
        discharged_on=ward.encounter.discharged_on,
        inpatient_no="Z000002",
        **known,
    )
    await RespondentRole.create(
        respondent_id=ward.contact_point.respondent_id,
        patient=kid,
        role=ResponderRole.GUARDIAN,
        authorised=True,
    )
    await _agree_too(kid)
    if not father_is_asked:
        child_ward = Ward(ward.desk, kid, stay, ward.contact_point, ward.now)
        child_ward.plan = await make_plan(child_ward)
    home = Household(ward, kid)
    await home.until("2026-11-23T11:30")
    return home


async def _agree_too(kid: Patient) -> None:
    for consent in await Consent.all():
        same = consent.clone(pk=uuid4())
        same.patient_id = kid.id
        await same.save()
