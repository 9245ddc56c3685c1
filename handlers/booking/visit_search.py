"""Finding visits at the counter by number, phone, document or name; who looked is kept."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from dialogs.timing.spans import local, moment
from handlers.booking.visit_lines import VisitLine, visit_lines
from handlers.scope import keeps_book, visible_appointments
from models.audit import append_entry
from models.booking import Appointment
from models.hospital import StaffMember
from models.people import ContactPoint, HospitalPhone, Patient, RespondentRole, System
from models.seal import blind_index
from models.unit import unit_of_work

MOST: Final = 50
_LONGEST_NUMBER: Final = 32
_SHORTEST_NAME: Final = 2
_FIGURES: Final = 4
# whose visit is asked about at a counter: of yesterday, or of the week to come
_BEFORE: Final = timedelta(days=1)
_AHEAD: Final = timedelta(days=8)


async def find_visit(staff: StaffMember, text: str, today: date) -> Appointment | None:
    """Find by booking number, by the hospital's own number, or by today's last four figures."""
    said = "".join(text.split()).upper()
    rows = visible_appointments(staff)
    ours = rows.filter(number=said).first() if len(said) <= _LONGEST_NUMBER else None
    found = (await ours if ours else None) or await rows.filter(external_no=said).first()
    if found is not None or not said.isdecimal():
        return found
    return await rows.filter(number=f"YY{today:%Y%m%d}-{said:0>4}").first()


async def look_for_person(
    staff: StaffMember, said: str, phones: Collection[str], id_no: str, now: datetime
) -> list[VisitLine]:
    """List the visits of a person, and write down that somebody looked, also where nobody is found.

    What was typed is a phone, a document, the full name, or the last four figures of either.
    """

    async def work() -> list[VisitLine]:
        found = await visits_of_person(staff, phones, id_no, now)
        if not found and keeps_book(staff):
            found = await _visits_of_named(staff, "".join(said.split()), now)
        by = "phone" if phones else "person"
        await append_entry(now, staff.username, "book.searched", reason=f"{by}: {len(found)}")
        return found

    return await unit_of_work(work)


async def visits_of_person(
    staff: StaffMember, phones: Collection[str], id_no: str, now: datetime
) -> list[VisitLine]:
    """List the visits of whoever has one of these phones or this document, the latest first.

    Both are looked for by their blind indexes, and the lines are masked. A phone finds all for
    whom it is answered; who asks finds only visits they may know of.
    """
    people = await _people(phones, id_no)
    rows = visible_appointments(staff).filter(patient_id__in=people).distinct()
    found = await rows.order_by("-starts_at").limit(MOST).prefetch_related("patient", "clinic")
    return list((await visit_lines(found, now)).values())


async def _visits_of_named(staff: StaffMember, said: str, now: datetime) -> list[VisitLine]:
    """Look through the visits of these days alone: a name has no index, and is in many records."""
    if len(said) < _SHORTEST_NAME:
        return []
    today = local(now).date()
    begins, ends = moment(today - _BEFORE, time()), moment(today + _AHEAD, time())
    rows = visible_appointments(staff).filter(starts_at__gte=begins, starts_at__lt=ends)
    near = await rows.distinct().order_by("-starts_at").prefetch_related("patient", "clinic")
    tail = said.upper() if len(said) == _FIGURES and said[:-1].isdecimal() else ""
    if not tail:
        meant = [row for row in near if "".join(row.patient.name.split()) == said]
        return list((await visit_lines(meant[:MOST], now)).values())
    lines = await visit_lines(near, now)
    found = [lines[row.id] for row in near if _ends_in(row.patient, lines[row.id], tail)]
    return found[:MOST]


def _ends_in(patient: Patient, line: VisitLine, tail: str) -> bool:
    """Tell whether document or phone end so: a masked phone shows these figures as well."""
    return (patient.id_no or "").upper().endswith(tail) or line.phone.endswith(tail)


async def _people(phones: Collection[str], id_no: str) -> list[UUID]:
    dialled = [blind_index(System.PHONE.value, phone) for phone in phones]
    points = ContactPoint.filter(system=System.PHONE, value_index__in=dialled)
    owners = [point.respondent_id for point in await points]
    roles = await RespondentRole.filter(respondent_id__in=owners, active=True)
    listed = await HospitalPhone.filter(value_index__in=dialled).select_related("encounter")
    alike = await Patient.filter(id_no_index=blind_index("id_no", id_no)) if id_no else []
    of_phone = [role.patient_id for role in roles] + [one.encounter.patient_id for one in listed]
    return [*of_phone, *(patient.id for patient in alike)]
