"""Bedside slips: the paper that lets a patient bind a phone and recognise our messages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from dialogs.plans.reading import shipped_plans
from dialogs.timing import local
from handlers.printed_links import address_of_link, valid_links
from models.care import BedsideSlip, Encounter, FollowUpTask, TaskKind
from models.hospital import Department
from models.keys import KeyRing
from models.people import Patient
from models.unit import lock, unit_of_work

DEFAULT_DAYS = tuple(each.timing.send.n for each in shipped_plans().plans["three_rounds"].rounds)
_DEATH = "5"


@dataclass(frozen=True, slots=True)
class Slip:
    """What is printed on one slip; `department` is empty where its name must not be shown."""

    encounter_id: UUID
    patient_name: str
    link: str
    check_code: str
    expires_on: date
    days: tuple[int, ...]
    department: str = ""
    phone: str = ""
    tel: str = ""


async def issue(
    encounter_ids: Iterable[UUID], now: datetime, public_url: str, signer: KeyRing
) -> list[Slip]:
    """Make a slip for each of these stays, in their order, and return what is to be printed.

    A stay whose slip is still valid gets the same one again, so that a lost sheet can be printed
    anew. Nothing is issued for the dead, for withdrawn stays nor for those outside follow-up.
    """
    wanted = list(dict.fromkeys(encounter_ids))
    return await unit_of_work(lambda: _issue(wanted, now, public_url, signer))


async def _issue(wanted: list[UUID], now: datetime, public_url: str, signer: KeyRing) -> list[Slip]:
    stays = {stay.id: stay for stay in await lock(Encounter.filter(id__in=wanted).order_by("id"))}
    patients = await Patient.in_bulk({stay.patient_id for stay in stays.values()}, "id")
    chosen = [stays[key] for key in wanted if key in stays]
    chosen = [stay for stay in chosen if _follows(stay, patients[stay.patient_id])]
    rows = await valid_links(BedsideSlip, {stay.id: now for stay in chosen}, now, signer)
    wards = await Department.in_bulk({s.department_id for s in chosen if s.department_id}, "id")
    days = await _send_days(chosen)
    return [
        Slip(
            encounter_id=stay.id,
            patient_name=str(patients[stay.patient_id].name),
            link=address_of_link(public_url, signer, rows[stay.id]),
            check_code=rows[stay.id].check_code,
            expires_on=local(rows[stay.id].expires_at).date(),
            days=days.get(stay.id, DEFAULT_DAYS),
            **_ward(wards.get(stay.department_id) if stay.department_id else None),
        )
        for stay in chosen
    ]


def _follows(stay: Encounter, patient: Patient) -> bool:
    gone = stay.withdrawn_at or patient.deceased_at or stay.disposition == _DEATH
    return not gone and not stay.exclusion


async def _send_days(stays: list[Encounter]) -> dict[UUID, tuple[int, ...]]:
    """Count on which days after discharge each stay's rounds are planned."""
    discharged = {stay.id: stay.discharged_on for stay in stays}
    days: dict[UUID, tuple[int, ...]] = {}
    rounds = FollowUpTask.filter(encounter_id__in=list(discharged), kind=TaskKind.ROUND)
    for task in await rounds.order_by("round"):
        day = (local(task.due_at).date() - discharged[task.encounter_id]).days
        days[task.encounter_id] = (*days.get(task.encounter_id, ()), day)
    return days


def _ward(department: Department | None) -> dict[str, str]:
    """Return what a slip says of the ward; a neutral one keeps its name to itself."""
    if department is None:
        return {}
    name = "" if department.neutral else department.name
    return {"department": name, "phone": department.phone, "tel": department.tel}
