"""What the desks see beside each visit: the phone, what was asked, breaches of the person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from dialogs.timing.booking import breaches_counted
from dialogs.timing.spans import local
from handlers.booking.persons import person_key
from handlers.booking.rules import rules_of
from handlers.dialling import numbers_of_patients
from models.booking import Appointment, Breach, Suspension
from models.conversation import Outgoing

CONFIRM: Final = "remind:confirm:"


@dataclass(frozen=True, slots=True)
class Standing:
    """The masked phone; whether to confirm was asked; breaches that count; booking suspended."""

    phone: str
    asked: bool
    breaches: int
    suspended: bool


async def standings(visits: Sequence[Appointment], now: datetime) -> Mapping[UUID, Standing]:
    """Read what stands beside each visit; patient and clinic are loaded with the visits."""
    people = {visit.patient_id: person_key(visit.patient) for visit in visits}
    numbers = await numbers_of_patients(people)
    asked = await _asked(visits)
    breaches = await _breaches(set(people.values()))
    suspended = await _suspended(set(people.values()), now)
    return {
        visit.id: Standing(
            phone=next((n.masked for n in numbers[visit.patient_id] if not n.wrong), ""),
            asked=visit.id in asked,
            breaches=breaches_counted(
                breaches[people[visit.patient_id]], now, rules_of(visit.clinic)
            ),
            suspended=people[visit.patient_id] in suspended,
        )
        for visit in visits
    }


async def _asked(visits: Sequence[Appointment]) -> set[UUID]:
    """Find whose present version the request to confirm was about."""
    versions = {visit.id: visit.version for visit in visits}
    rows = Outgoing.filter(appointment_id__in=list(versions), occurrence__startswith=CONFIRM)
    found = await rows.values_list("appointment_id", "subject_version")
    return {_id for _id, version in found if versions.get(_id) == version}


async def _breaches(people: Collection[str]) -> Mapping[str, list[datetime]]:
    found: dict[str, list[datetime]] = defaultdict(list)
    for row in await Breach.filter(person__in=list(people), waived_at=None):
        found[row.person].append(row.at)
    return found


async def _suspended(people: Collection[str], now: datetime) -> set[str]:
    rows = Suspension.filter(
        person__in=list(people), lifted_at=None, ends_on__gt=local(now).date(), starts_at__lte=now
    )
    return {row.person for row in await rows}
