"""The book written out: sessions with what is left of them, appointments with where they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from dialogs.timing.spans import local
from handlers.dialling import numbers_of_patients
from handlers.masking import mask_name, mask_phone
from models.booking import (
    Appointment,
    Clinic,
    Place,
    Session,
    Slot,
    WaitingEntry,
    WaitingStatus,
)
from models.people import Patient

BATCH: Final = 300
WAITLIST: Final = "waitlist"


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session; `places` can be booked, and are booked, held for somebody, or free (R084)."""

    clinic: str
    kind: str
    doctor: str
    doctor_code: str
    day: date
    starts_at: datetime
    ends_at: datetime
    room: str
    quota: int
    walk_in: int
    slot_minutes: int
    status: str
    substitute: str
    places: int
    booked: int
    held: int

    @property
    def free(self) -> int:
        """How many places anybody may book."""
        return self.places - self.booked - self.held


@dataclass(frozen=True, slots=True)
class AppointmentLine:
    """An appointment, or a wish on the waiting list; the person is masked unless names are asked.

    `number` is the hospital's, else ours; who waits has only a day and a part of it.
    """

    number: str
    own_number: str
    status: str
    name: str
    sex: str
    id_type: str
    id_no: str
    phone: str
    clinic: str
    kind: str
    doctor: str
    day: date
    starts_at: datetime | None
    ends_at: datetime | None
    period: str = ""
    room: str = ""
    visit_kind: str = ""
    source: str = ""
    cancel_reason: str = ""
    cancelled_at: datetime | None = None
    late_cancel: bool = False
    arrived_at: datetime | None = None
    booked_at: datetime | None = None
    confirmed_at: datetime | None = None
    key_patient: bool = False
    version: int = 1


async def session_lines(now: datetime) -> AsyncIterator[SessionLine]:
    """Give every session in order of day, clinic and hour."""
    clinics = {clinic.id: clinic for clinic in await Clinic.all()}
    seen = 0
    while page := await Session.all().order_by("day", "starts_at", "id").offset(seen).limit(BATCH):
        seen += len(page)
        slots = await Slot.filter(session_id__in=[row.id for row in page])
        counts = await _counts(slots, now)
        for session in page:
            yield _session_line(session, clinics[session.clinic_id], slots, counts)


async def appointment_lines(*, names: bool) -> AsyncIterator[AppointmentLine]:
    """Give every appointment in order of time, then who waits; masked unless `names`."""
    clinics = {clinic.id: clinic for clinic in await Clinic.all()}
    rooms = dict(await Session.all().values_list("id", "room"))
    seen = 0
    while page := await Appointment.all().order_by("starts_at", "id").offset(seen).limit(BATCH):
        seen += len(page)
        people = await _people({row.patient_id for row in page}, names=names)
        for visit in page:
            room = str(rooms.get(visit.session_id, ""))
            yield _visit_line(visit, people[visit.patient_id], clinics[visit.clinic_id], room)
    waiting = await WaitingEntry.filter(
        status__in=(WaitingStatus.WAITING, WaitingStatus.OFFERED)
    ).order_by("created_at", "id")
    people = await _people({row.patient_id for row in waiting}, names=names)
    for entry in waiting:
        yield _waiting_line(entry, people[entry.patient_id], clinics[entry.clinic_id])


@dataclass(frozen=True, slots=True, repr=False)
class _Person:
    name: str
    sex: str
    id_type: str
    id_no: str
    phone: str


async def _counts(slots: Sequence[Slot], now: datetime) -> dict[UUID, Counter[str]]:
    sessions = {slot.id: slot.session_id for slot in slots}
    counts: dict[UUID, Counter[str]] = {}
    for place in await Place.filter(slot_id__in=list(sessions)):
        held = place.held_until is not None and place.held_until > now
        state = "booked" if place.appointment_id else "held" if held else "free"
        counts.setdefault(sessions[place.slot_id], Counter())[state] += 1
    return counts


def _session_line(
    session: Session,
    clinic: Clinic,
    slots: Sequence[Slot],
    counts: dict[UUID, Counter[str]],
) -> SessionLine:
    own = min(
        (slot for slot in slots if slot.session_id == session.id),
        key=lambda slot: slot.starts_at,
        default=None,
    )
    minutes = int((own.ends_at - own.starts_at).total_seconds()) // 60 if own else 0
    count = counts.get(session.id, Counter())
    return SessionLine(
        clinic=clinic.name,
        kind=clinic.kind.value,
        doctor=session.doctor,
        doctor_code=session.doctor_code,
        day=session.day,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        room=session.room,
        quota=session.quota,
        walk_in=session.walk_in,
        slot_minutes=minutes,
        status=session.status.value,
        substitute=session.substitute,
        places=count.total(),
        booked=count["booked"],
        held=count["held"],
    )


async def _people(ids: Collection[UUID], *, names: bool) -> dict[UUID, _Person]:
    patients = await Patient.filter(id__in=list(ids)) if ids else []
    numbers = await numbers_of_patients(ids) if ids else {}
    people = {}
    for patient in patients:
        right = [number for number in numbers.get(patient.id, ()) if not number.wrong]
        phone = right[0].value if right else ""
        id_no = patient.id_no or ""
        people[patient.id] = _Person(
            name=patient.name if names else mask_name(patient.name),
            sex=patient.sex.value,
            id_type=patient.id_type,
            id_no=id_no if names else mask_phone(id_no),
            phone=phone if names else mask_phone(phone),
        )
    return people


def _visit_line(visit: Appointment, person: _Person, clinic: Clinic, room: str) -> AppointmentLine:
    return AppointmentLine(
        number=visit.external_no or visit.number,
        own_number=visit.number,
        status=visit.status.value,
        name=person.name,
        sex=person.sex,
        id_type=person.id_type,
        id_no=person.id_no,
        phone=person.phone,
        clinic=clinic.name,
        kind=clinic.kind.value,
        doctor=visit.doctor,
        day=local(visit.starts_at).date(),
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        room=room or clinic.room,
        visit_kind=visit.visit_kind.value,
        source=visit.source.value,
        cancel_reason=visit.cancel_reason,
        cancelled_at=visit.cancelled_at,
        late_cancel=visit.late_cancel,
        arrived_at=visit.arrived_at,
        booked_at=visit.booked_at,
        confirmed_at=visit.confirmed_at,
        key_patient=visit.key_patient,
        version=visit.version,
    )


def _waiting_line(entry: WaitingEntry, person: _Person, clinic: Clinic) -> AppointmentLine:
    return AppointmentLine(
        number=entry.external_no or "",
        own_number="",
        status=WAITLIST,
        name=person.name,
        sex=person.sex,
        id_type=person.id_type,
        id_no=person.id_no,
        phone=person.phone,
        clinic=clinic.name,
        kind=clinic.kind.value,
        doctor=entry.doctor,
        day=entry.from_day,
        starts_at=None,
        ends_at=None,
        period=entry.period,
        booked_at=entry.created_at,
    )
