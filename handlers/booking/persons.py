"""The real-name person behind patient records: one ID number is one person (R096, R098)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from dialogs.identity import is_identity_number
from dialogs.timing.booking import BookingRules, breaches_counted
from dialogs.timing.spans import local
from models.booking import Breach, Suspension
from models.people import Patient
from models.unit import lock

# documents without a checksum: they count as they stand
_OTHER_DOCUMENTS = frozenset({"passport", "officer_card", "hmt_pass", "birth_cert"})


def person_key(patient: Patient) -> str:
    """Return what two records of one person share: the ID number's blind index, else the id."""
    return patient.id_no_index or str(patient.id)


def has_real_name(patient: Patient) -> bool:
    """Tell whether a valid document is on file: bookings are made in a real name (R096)."""
    number = patient.id_no or ""
    if patient.id_type in _OTHER_DOCUMENTS:
        return bool(number)
    return is_identity_number(number)


async def records_of(patient: Patient) -> Q:
    """Match the rows that belong to this person, under whichever record.

    The records are looked up first: given their ids, SQLite goes by them and not through all that
    is booked.
    """
    if patient.id_no_index is None:
        return Q(patient_id=patient.id)
    alike = Q(id=patient.id) | Q(id_no_index=str(patient.id_no_index))
    return Q(patient_id__in=await Patient.filter(alike).values_list("id", flat=True))


async def lock_person(patient_id: UUID) -> Patient:
    """Lock every record of a person in order, so that nobody books twice in one moment."""
    return next(row for row in await lock_records(patient_id) if row.id == patient_id)


async def lock_records(patient_id: UUID) -> list[Patient]:
    """Lock the records of the person this is one of, in order of their ids, and return them."""
    return await lock(same_person(patient_id))


def same_person(patient_id: UUID) -> QuerySet[Patient]:
    """Select the records of the person this is one of, in order of their ids."""
    number = Subquery(Patient.filter(id=patient_id).values("id_no_index"))
    return Patient.filter(Q(id=patient_id) | Q(id_no_index__in=number)).order_by("id")


async def breach_count(person: str, now: datetime, rules: BookingRules) -> int:
    """Count the breaches of a person that stand now; waived ones never do."""
    return breaches_counted(await breaches_of(person), now, rules)


async def breaches_of(person: str) -> list[datetime]:
    """Return when a person broke a booking, waived ones left out, oldest first."""
    rows = Breach.filter(_of(person), waived_at__isnull=True)
    return [row.at for row in await rows.order_by("at").only("id", "at")]


async def suspension_of(person: str, now: datetime) -> Suspension | None:
    """Return the suspension that is running; it ends by itself on `ends_on` (R098)."""
    today = local(now).date()
    running = Suspension.filter(_of(person), lifted_at__isnull=True, ends_on__gt=today)
    return await running.filter(starts_at__lte=now).order_by("-ends_on").first()


async def suspended_until(person: str, now: datetime) -> date | None:
    """Return the first day on which a suspended person may book again; None when nothing runs."""
    running = await suspension_of(person, now)
    return running.ends_on if running else None


def _of(person: str) -> Q:
    """Rows of a person, also those written before the ID number was on file."""
    return Q(person=person) | _with_number(person)


def _with_number(id_no_index: str) -> Q:
    """By the records' ids, which are indexed: a join would look through the whole table."""
    return Q(patient_id__in=Subquery(Patient.filter(id_no_index=id_no_index).values("id")))
