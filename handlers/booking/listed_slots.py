"""Where a listed appointment has its place: session, slot, and a place even in a full one.

The hospital's book is the truth: a visit in it is taken whatever our count of places says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from dialogs.timing.spans import local, moment
from handlers.booking.appointment_entry import AppointmentEntry
from handlers.booking.periods import USUAL_HOURS, Period, period_of
from handlers.booking.rules import rules_of
from handlers.import_batch import Batch
from handlers.import_report import Trouble
from models.booking import Clinic, Place, Session, SessionStatus, Slot
from models.draft import drafted
from models.unit import lock

Day = tuple[UUID, date]


@dataclass(slots=True)
class Shelf:
    """Sessions, slots and places of some clinics' days; new ones are put into the batch."""

    batch: Batch
    now: datetime
    sessions: dict[Day, list[Session]] = field(default_factory=dict)
    slots: dict[UUID, list[Slot]] = field(default_factory=dict)
    places: dict[UUID, list[Place]] = field(default_factory=dict)
    taken: list[Place] = field(default_factory=list)

    def find(self, clinic: Clinic, entry: AppointmentEntry) -> tuple[Session | None, Slot | None]:
        """Return session and slot an entry means, as far as the book has them."""
        session = self._session(clinic, entry)
        return session, self._slot(session, entry) if session else None

    def find_or_draft(
        self, clinic: Clinic, entry: AppointmentEntry
    ) -> tuple[Session, Slot, list[Trouble]]:
        """Return session and slot an entry means, made anew where the book has none."""
        troubles = []
        session, slot = self.find(clinic, entry)
        if session is None:
            session = self._new_session(clinic, entry)
        if slot is None:
            slot = self._new_slot(clinic, session, entry)
            troubles.append(Trouble.SESSION_UNLISTED)
        elif entry.clock and moment(entry.day, entry.clock) != slot.starts_at:
            troubles.append(Trouble.WITHIN_SLOT)
        return session, slot, troubles

    def take(self, slot: Slot, appointment_id: UUID) -> bool:
        """Give a place of the slot to an appointment; False when one had to be added."""
        place = next((p for p in self.places.get(slot.id, ()) if self._is_free(p)), None)
        if place is None:
            place = self.add(slot)
            place.appointment_id = appointment_id
            return False
        place.appointment_id, place.held_by, place.held_until = appointment_id, None, None
        self.taken.append(place)
        return True

    def has_room(self, slot: Slot) -> bool:
        """Tell whether a place of the slot is free."""
        return any(self._is_free(place) for place in self.places.get(slot.id, ()))

    def add(self, slot: Slot) -> Place:
        """Add a place to a slot."""
        places = self.places.setdefault(slot.id, [])
        number = max((place.number for place in places), default=0) + 1
        place = drafted(Place, slot_id=slot.id, number=number)
        places.append(place)
        self.batch.add(place)
        return place

    async def write_taken(self) -> None:
        """Write whose the places are now, after the appointments themselves."""
        if self.taken:
            columns = ["appointment_id", "held_by", "held_until"]
            await Place.bulk_update(self.taken, columns, batch_size=100)

    def _is_free(self, place: Place) -> bool:
        held = place.held_until is not None and place.held_until > self.now
        return place.appointment_id is None and not held

    def _session(self, clinic: Clinic, entry: AppointmentEntry) -> Session | None:
        """Prefer the doctor's own session, then one without a doctor, that has the hour."""
        open_ones = self.sessions.get((clinic.id, entry.day), [])
        own = [s for s in open_ones if entry.doctor in {s.doctor, s.substitute or s.doctor}]
        nobodys = [s for s in open_ones if not s.doctor]
        others = [] if entry.doctor else open_ones
        candidates = [*own, *nobodys, *others]
        covering = (session for session in candidates if _covers(session, entry))
        same_half = (session for session in candidates if _half(session) is _half_of(entry))
        return next(covering, None) or next(same_half, None)

    def _slot(self, session: Session, entry: AppointmentEntry) -> Slot | None:
        slots = self.slots.get(session.id, [])
        if entry.clock is not None:
            at = moment(entry.day, entry.clock)
            return next((slot for slot in slots if slot.starts_at <= at < slot.ends_at), None)
        free = (slot for slot in slots if self.has_room(slot))
        return next(free, None) or min(slots, key=self._crowd, default=None)

    def _crowd(self, slot: Slot) -> int:
        return len(self.places.get(slot.id, ()))

    def _new_session(self, clinic: Clinic, entry: AppointmentEntry) -> Session:
        first, last = USUAL_HOURS[_half_of(entry)]
        clock = entry.clock or first
        session = drafted(
            Session,
            clinic_id=clinic.id,
            doctor=entry.doctor,
            day=entry.day,
            starts_at=moment(entry.day, min(first, clock)),
            ends_at=max(moment(entry.day, last), moment(entry.day, clock) + _length(clinic)),
            room=entry.room,
        )
        self.sessions.setdefault((clinic.id, entry.day), []).append(session)
        self.batch.add(session)
        return session

    def _new_slot(self, clinic: Clinic, session: Session, entry: AppointmentEntry) -> Slot:
        starts = moment(entry.day, entry.clock) if entry.clock else session.starts_at
        slot = drafted(
            Slot, session_id=session.id, starts_at=starts, ends_at=starts + _length(clinic)
        )
        self.slots.setdefault(session.id, []).append(slot)
        self.batch.add(slot)
        return slot


async def load_shelf(days: Iterable[Day], batch: Batch, now: datetime) -> Shelf:
    """Read the sessions of these days and lock their places, in order of their id."""
    wanted = set(days)
    shelf = Shelf(batch, now)
    if not wanted:
        return shelf
    rows = Session.filter(
        clinic_id__in=[clinic for clinic, _ in wanted], day__in=[day for _, day in wanted]
    ).exclude(status=SessionStatus.STOPPED)
    sessions = [s for s in await rows.order_by("starts_at") if (s.clinic_id, s.day) in wanted]
    for session in sessions:
        shelf.sessions.setdefault((session.clinic_id, session.day), []).append(session)
    slots = Slot.filter(session_id__in=[session.id for session in sessions])
    for slot in await slots.order_by("starts_at") if sessions else []:
        shelf.slots.setdefault(slot.session_id, []).append(slot)
    await _load_places(shelf)
    return shelf


async def _load_places(shelf: Shelf) -> None:
    ids = [slot.id for slots in shelf.slots.values() for slot in slots]
    found: Sequence[Place] = await lock(Place.filter(slot_id__in=ids).order_by("id")) if ids else []
    for place in sorted(found, key=lambda place: place.number):
        shelf.places.setdefault(place.slot_id, []).append(place)


def hours_without_slot(clinic: Clinic, entry: AppointmentEntry) -> tuple[datetime, datetime]:
    """Return when a visit was that the book has no slot for."""
    starts = moment(entry.day, entry.clock or USUAL_HOURS[_half_of(entry)][0])
    return starts, starts + _length(clinic)


def _length(clinic: Clinic) -> timedelta:
    return timedelta(minutes=rules_of(clinic).slot_minutes)


def _covers(session: Session, entry: AppointmentEntry) -> bool:
    if entry.clock is None:
        return False
    return session.starts_at <= moment(entry.day, entry.clock) < session.ends_at


def _half(session: Session) -> Period:
    return period_of(local(session.starts_at).time())


def _half_of(entry: AppointmentEntry) -> Period:
    return entry.period or period_of(entry.clock or time())
