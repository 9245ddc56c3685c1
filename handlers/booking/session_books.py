"""Sessions as they stand in the book: slots, places, who is booked, and which entry means which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from dialogs.timing.spans import local
from handlers.booking.periods import period_of
from handlers.booking.session_entry import SessionEntry
from models.booking import (
    Appointment,
    AppointmentStatus,
    Clinic,
    Place,
    Session,
    SessionStatus,
    Slot,
)

# stands in `row_hash` of a session that is listed no more, and whose booked visits stay
KEPT: Final = "kept"
Pair = tuple[Session | None, SessionEntry | None]


@dataclass(slots=True)
class ClinicDay:
    """One clinic's sessions of one day: as listed, and as they stand."""

    clinic: Clinic
    day: date
    entries: list[SessionEntry] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)

    def pairs(self) -> list[Pair]:
        """Pair what is listed with what stands: by doctor and hour, else doctor and half-day."""
        left = list(self.sessions)
        pairs: list[Pair] = []
        unpaired: list[SessionEntry] = []
        for entry in self.entries:
            same = next((s for s in left if _of(s, entry) and s.starts_at == entry.starts_at), None)
            if same is None:
                unpaired.append(entry)
            else:
                left.remove(same)
                pairs.append((same, entry))
        for entry in unpaired:
            near = next((s for s in left if _of(s, entry) and _same_half(s, entry)), None)
            if near is not None:
                left.remove(near)
            pairs.append((near, entry))
        return [*pairs, *((session, None) for session in left)]


@dataclass(slots=True)
class SessionBook:
    """One session with its slots, the places of each, and the visits still to come."""

    session: Session
    slots: list[Slot] = field(default_factory=list)
    places: dict[UUID, list[Place]] = field(default_factory=dict)
    visits: list[Appointment] = field(default_factory=list)

    def booked(self, slot: Slot) -> int:
        """Count the places of a slot that somebody has."""
        return sum(place.appointment_id is not None for place in self.places.get(slot.id, ()))


async def load_books(sessions: Iterable[Session], now: datetime) -> dict[UUID, SessionBook]:
    """Read slots, places and coming visits of sessions."""
    books = {session.id: SessionBook(session) for session in sessions}
    slots = await Slot.filter(session_id__in=list(books)).order_by("starts_at") if books else []
    for slot in slots:
        books[slot.session_id].slots.append(slot)
    of_slot: dict[UUID, list[Place]] = defaultdict(list)
    for place in await Place.filter(slot_id__in=[slot.id for slot in slots]) if slots else []:
        of_slot[place.slot_id].append(place)
    for slot in slots:
        books[slot.session_id].places[slot.id] = of_slot[slot.id]
    for visit in await _coming(list(books), now) if books else []:
        books[visit.session_id or visit.id].visits.append(visit)
    return books


async def clinic_days(
    clinics: Iterable[Clinic], entries: Sequence[tuple[Clinic, SessionEntry]], now: datetime
) -> list[ClinicDay]:
    """Group what is listed with what stands within the list's days, by clinic and day.

    A session that has begun is not missed when a list leaves it out.
    """
    days: dict[tuple[UUID, date], ClinicDay] = {}
    for clinic, entry in entries:
        days.setdefault((clinic.id, entry.day), ClinicDay(clinic, entry.day)).entries.append(entry)
    by_id = {clinic.id: clinic for clinic in clinics}
    for session in await _standing(by_id, [entry.day for _, entry in entries]):
        key = (session.clinic_id, session.day)
        if key in days or (session.starts_at > now and session.status is not SessionStatus.STOPPED):
            day = days.setdefault(key, ClinicDay(by_id[session.clinic_id], session.day))
            day.sessions.append(session)
    return [days[key] for key in sorted(days, key=lambda key: (key[1], str(key[0])))]


async def _standing(clinics: dict[UUID, Clinic], days: list[date]) -> list[Session]:
    if not days:
        return []
    rows = Session.filter(clinic_id__in=list(clinics), day__gte=min(days), day__lte=max(days))
    return await rows.order_by("starts_at", "doctor")


def _coming(session_ids: list[UUID], now: datetime):  # type: ignore[no-untyped-def] # noqa: ANN202 - a queryset
    rows = Appointment.filter(session_id__in=session_ids, status=AppointmentStatus.BOOKED)
    return rows.filter(starts_at__gt=now).order_by("booked_at", "number")


def _of(session: Session, entry: SessionEntry) -> bool:
    return entry.doctor in {session.doctor, session.substitute or session.doctor}


def _same_half(session: Session, entry: SessionEntry) -> bool:
    return period_of(local(session.starts_at).time()) is period_of(local(entry.starts_at).time())
