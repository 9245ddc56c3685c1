"""What the booking desk's talk knows of the people a conversation answers for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from tortoise.expressions import Subquery
from tortoise.queryset import QuerySet

from dialogs.appointments.facts import ClinicName, ClinicRules, Facts, Person, Visit
from dialogs.timing.booking import BookingRules, move_until
from dialogs.timing.spans import local
from handlers.booking.persons import breach_count, has_real_name, person_key, suspended_until
from handlers.booking.rules import rules_of
from handlers.desk import Desk
from handlers.masking import mask_name
from handlers.reminders.visits import may_be_reminded
from models.booking import (
    Appointment,
    AppointmentStatus,
    BookingRequest,
    BookKeeper,
    Clinic,
    RequestStatus,
    Session,
    SessionStatus,
    VisitKind,
)
from models.care import Encounter
from models.conversation import Conversation
from models.people import ContactPoint, Patient, RespondentRole
from models.row import related

# all that the names and rules of the clinics need
_NAMED_BY: Final = ("id", "code", "name", "aliases", "keeper", "rules", "department_id")
# a visit is told with the place and the hours of its session
_TOLD_WITH: Final = ("clinic", "session")


class Needed(StrEnum):
    """How much a step can need: a reminder speaks of one visit alone, and of nobody's standing."""

    VISITS = "visits"
    CLINICS = "clinics"
    # words may name a doctor
    DOCTORS = "doctors"


async def facts_of(
    desk: Desk,
    conversation: Conversation,
    contact_point: ContactPoint,
    now: datetime,
    needed: Needed = Needed.DOCTORS,
    only: Visit | None = None,
) -> Facts:
    """Load what a step can need; persons and visits (or `only` this one) of all patients."""
    patients = await patients_of(conversation)
    clinics = await _clinics(needed)
    whose = {p.id: mask_name(p.name) if len(patients) > 1 else "" for p in patients}
    return Facts(
        channel=contact_point.system.channel,
        elderly=_any_elderly(desk, patients, now),
        last_turn=conversation.turn,
        visits=(only,) if only else await _visits(desk, patients, whose, now),
        persons=tuple([await _person(desk, p, whose[p.id], needed, now) for p in patients]),
        clinics=await _clinic_names(clinics.values(), needed, now),
        usual_clinic=await _usual_clinic(patients, clinics),
        words=_words(desk),
        calendar=desk.calendar,
    )


async def patients_of(conversation: Conversation) -> list[Patient]:
    """Return the living patients a conversation may book for, in order of their id."""
    roles = RespondentRole.filter(respondent_id=conversation.respondent_id, active=True)
    ids = Subquery(roles.values("patient_id"))
    return await Patient.filter(id__in=ids, deceased_at__isnull=True).order_by("id")


def _as_id(value: object) -> UUID:
    return value if isinstance(value, UUID) else UUID(str(value))


def _coming(patient_ids: Sequence[UUID], now: datetime) -> QuerySet[Appointment]:
    """Visits of today count until the day is over: late is not gone."""
    morning = local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    booked = Appointment.filter(patient_id__in=patient_ids, status=AppointmentStatus.BOOKED)
    return booked.filter(starts_at__gte=morning)


async def _visits(
    desk: Desk, patients: Sequence[Patient], whose: dict[UUID, str], now: datetime
) -> tuple[Visit, ...]:
    coming = _coming([p.id for p in patients], now).order_by("starts_at", "id")
    rows = await coming.select_related(*_TOLD_WITH)
    asked = await _requested([row.id for row in rows])
    return tuple(
        _visit(desk, row, row.clinic, row.session, whose[row.patient_id], requested=row.id in asked)
        for row in rows
    )


async def visit_of(desk: Desk, appointment: Appointment, whose: str = "") -> Visit:
    """Describe an appointment as the texts need it."""
    clinic = await related(appointment, "clinic")
    session = await related(appointment, "session")
    asked = await _requested([appointment.id])
    return _visit(desk, appointment, clinic, session, whose, requested=bool(asked))


async def _requested(visits: Sequence[UUID]) -> set[UUID]:
    """Of which visits the hospital's own system has been asked something."""
    asked = BookingRequest.filter(appointment_id__in=list(visits), status=RequestStatus.NEW)
    ids = await asked.values_list("appointment_id", flat=True) if visits else []
    return {_as_id(visit) for visit in ids}


def _visit(
    desk: Desk,
    appointment: Appointment,
    clinic: Clinic,
    session: Session | None,
    whose: str,
    *,
    requested: bool,
) -> Visit:
    rules = rules_of(clinic)
    return Visit(
        id=str(appointment.id),
        number=appointment.number,
        patient=str(appointment.patient_id),
        starts=appointment.starts_at,
        check_in_by=appointment.check_in_by,
        free_until=appointment.free_until,
        move_until=move_until(appointment.starts_at, rules),
        doctor=appointment.doctor,
        room=(session.room if session else "") or clinic.room,
        substitute=session.substitute if session else "",
        whose=whose,
        confirmed=appointment.confirmed_at is not None,
        stopped=session is not None and session.status is SessionStatus.STOPPED,
        excused=appointment.hospital_changed_at is not None,
        requested=requested,
        first=appointment.visit_kind is VisitKind.FIRST,
        **_of_clinic(desk, clinic, rules),
    )


def _of_clinic(desk: Desk, clinic: Clinic, rules: BookingRules) -> dict[str, Any]:
    return {
        "clinic": str(clinic.id),
        "clinic_name": clinic.name,
        "guide": " ".join(part for part in (clinic.guide_desk, clinic.guide) if part),
        "route": clinic.route,
        "preparation": clinic.preparation,
        "phone": clinic.phone or desk.switchboard,
        "grace_minutes": rules.grace_minutes,
        "ours": clinic.keeper is BookKeeper.OURS,
        "breach_if_late": rules.late_cancel_counts,
    }


async def _person(
    desk: Desk, patient: Patient, whose: str, needed: Needed, now: datetime
) -> Person:
    if needed is Needed.VISITS:
        return Person(id=str(patient.id), whose=whose)
    key = person_key(patient)
    return Person(
        id=str(patient.id),
        whose=whose,
        breaches=await breach_count(key, now, BookingRules()),
        may_book_from=await suspended_until(key, now),
        consented=await may_be_reminded(desk, patient),
        real_name=has_real_name(patient),
    )


async def _clinics(needed: Needed) -> dict[UUID, Clinic]:
    if needed is Needed.VISITS:
        return {}
    rows = Clinic.filter(active=True).only(*_NAMED_BY)
    return {clinic.id: clinic for clinic in await rows}


async def _doctors(now: datetime) -> dict[UUID, set[str]]:
    sessions = Session.filter(day__gte=local(now).date()).distinct()
    doctors: dict[UUID, set[str]] = defaultdict(set)
    for clinic_id, doctor in await sessions.values_list("clinic_id", "doctor"):
        doctors[_as_id(clinic_id)].add(str(doctor))
    return doctors


async def _clinic_names(
    clinics: Iterable[Clinic], needed: Needed, now: datetime
) -> tuple[ClinicName, ...]:
    doctors = await _doctors(now) if needed is Needed.DOCTORS else {}
    return tuple(
        ClinicName(
            str(clinic.id),
            clinic.name,
            tuple(clinic.aliases),
            tuple(sorted(doctors.get(clinic.id, set()) - {""})),
            ours=clinic.keeper is BookKeeper.OURS,
            rules=_rules(clinic),
        )
        for clinic in sorted(clinics, key=lambda each: each.code)
    )


def _rules(clinic: Clinic) -> ClinicRules:
    rules = rules_of(clinic)
    return ClinicRules(rules.min_lead_days, rules.cutoff, rules.free_cancel)


async def _usual_clinic(patients: Sequence[Patient], clinics: dict[UUID, Clinic]) -> str:
    """Where people were last: their last visit, else the clinic of the ward they left."""
    if not clinics:
        return ""
    ids = [patient.id for patient in patients]
    last = await Appointment.filter(patient_id__in=ids).order_by("-starts_at").first()
    if last is not None and last.clinic_id in clinics:
        return str(last.clinic_id)
    stays = Encounter.filter(patient_id__in=ids, withdrawn_at__isnull=True)
    stay = await stays.order_by("-discharged_on").first()
    if stay is None:
        return ""
    own = [c for c in clinics.values() if c.department_id and c.department_id == stay.department_id]
    return str(own[0].id) if len(own) == 1 else ""


def _any_elderly(desk: Desk, patients: Sequence[Patient], now: datetime) -> bool:
    today = local(now).date()
    return any(desk.hours.is_elderly(patient.birth_date, today) for patient in patients)


def _words(desk: Desk) -> dict[str, str]:
    return {
        "hosp": desk.hospital,
        "switchboard": desk.switchboard,
        "phone": desk.switchboard,
        "hours": desk.words["hours"],
    }
