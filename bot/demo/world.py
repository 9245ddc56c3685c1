"""The fictional hospital: its lists read in as a ward would, a few phones, two of staff."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from bot.demo.book import book_visit, open_book
from bot.discharge_entries import entry_of
from bot.import_lists import ListFile, take_department_list
from bot.intake.discharge_row import DischargeRow
from bot.intake.discharges import read_discharges
from dialogs.timing.spans import local, moment
from handlers.binding import bind
from handlers.desk import Desk
from handlers.discharges import Source, import_discharges
from handlers.plan_choice import facts_of
from handlers.slips import issue
from handlers.welcome import welcome
from models.care import BedsideSlip, Encounter, FollowUpTask, PlanStatus
from models.hospital import StaffMember, StaffRole
from models.people import Patient
from models.seal import keyring

EXAMPLES: Final = Path(__file__).resolve().parents[2] / "examples"
# a day of the list on which a first round is due; the demo moves the list so that it is today
LIST_DAY: Final = date(2026, 11, 19)
START: Final = time(8, 50)
_PHONES: Final = 4


@dataclass(frozen=True, slots=True)
class Phone:
    """A patient whose phone the visitor may hold."""

    encounter_id: UUID
    contact_point_id: UUID
    label: str


@dataclass(frozen=True, slots=True)
class World:
    """What the demo page shows."""

    desk: Desk
    phones: tuple[Phone, ...]
    nurse: StaffMember
    officer: StaffMember
    discharges: int


def start_of(desk: Desk, real: datetime) -> datetime:
    """Return ten to nine on the first day from today that is no festival."""
    day = local(real).date()
    while desk.calendar.is_festival(day):
        day += timedelta(days=1)
    return moment(day, START)


async def build(desk: Desk, now: datetime) -> World:
    """Read the example lists in and hand out the phones."""
    departments = ListFile("departments.csv", _example("departments.csv"))
    await take_department_list(desk, departments, now, dry_run=False)
    rows = _shifted(now)
    source = Source("discharges.csv", actor="demo")
    await import_discharges(desk, [entry_of(row) for row in rows], source, now)
    nurse = await _member("demo", _NURSE[desk.language], StaffRole.DIRECTOR, now)
    officer = await _member("office", _OFFICER[desk.language], StaffRole.COMPLAINT_OFFICE, now)
    phones = await _phones(desk, now)
    await open_book(desk, EXAMPLES, now)
    if len(phones) > 1:
        await book_visit(desk, phones[1].encounter_id, now)
    return World(desk, phones, nurse, officer, len(rows))


_NURSE: Final = {"zh": "李示例", "en": "Li (demo nurse)"}
_OFFICER: Final = {"zh": "周示例", "en": "Zhou (demo complaint office)"}


async def _member(username: str, name: str, role: StaffRole, now: datetime) -> StaffMember:
    return await StaffMember.create(
        username=username,
        name=name,
        role=role,
        licensed=role is StaffRole.DIRECTOR,
        departments=[],
        active=True,
        created_at=now,
    )


def _example(name: str) -> bytes:
    return (EXAMPLES / name).read_bytes()


def _shifted(now: datetime) -> list[DischargeRow]:
    """Move every date of the list by the same number of days; who goes home later is not in it."""
    days = local(now).date() - LIST_DAY
    read = read_discharges(_example("discharges.csv"), "discharges.csv", today=LIST_DAY)
    return [_moved(row, days) for row in read.rows]


def _moved(row: DischargeRow, days: timedelta) -> DischargeRow:
    return replace(
        row,
        admitted_on=row.admitted_on + days if row.admitted_on else None,
        discharged_on=row.discharged_on + days,
        discharged_at=row.discharged_at + days if row.discharged_at else None,
        review_on=row.review_on + days if row.review_on else None,
    )


async def _phones(desk: Desk, now: datetime) -> tuple[Phone, ...]:
    """Bind the phones of the patients whose first round comes next, as the slip would.

    The story starts with the plain questionnaire; who is due before goes to the phone list.
    """
    coming = FollowUpTask.filter(due_at__gte=now, round=1, plan__status=PlanStatus.ACTIVE)
    tasks = await coming.order_by("due_at").prefetch_related("encounter__patient")
    plain = [place for place, task in enumerate(tasks) if _is_plain(desk, task)]
    found = []
    for task in tasks[plain[0] if plain else 0 :]:
        phone = await _bound(desk, task.encounter, now)
        if phone is not None:
            found.append(phone)
        if len(found) == _PHONES:
            break
    return tuple(found)


def _is_plain(desk: Desk, task: FollowUpTask) -> bool:
    stay = task.encounter
    contact = desk.plans.plans[desk.plan].contact(task.round)
    facts = facts_of(desk, stay, stay.patient, None, stay.discharged_on)
    return contact is not None and contact.forms_for(facts) == ("fu-d3",)


async def _bound(desk: Desk, stay: Encounter, now: datetime) -> Phone | None:
    patient = await Patient.get(id=stay.patient_id)
    if patient.birth_date is None:
        return None
    slips = await issue([stay.id], now, desk.public_url, keyring())
    if not slips:
        return None
    token = slips[0].link.rsplit("/", 1)[1]
    await bind(token, str(patient.birth_date.year), now)
    slip = await BedsideSlip.get(encounter_id=stay.id)
    if slip.contact_point_id is None:
        return None
    await welcome(desk, slip.contact_point_id, now)
    return Phone(stay.id, slip.contact_point_id, patient.name)
