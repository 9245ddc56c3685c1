"""The book of one day as the desks read it: sessions, slots with true numbers, masked visits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from dialogs.timing import moment
from dialogs.timing.booking import first_open_day
from handlers.booking.rules import rules_of
from handlers.booking.visit_lines import CANCELLED, VisitLine, visit_lines
from handlers.scope import keeps_book, visible_appointments
from models.booking import (
    Appointment,
    Clinic,
    Place,
    Session,
    SessionStatus,
    Slot,
)
from models.hospital import StaffMember


@dataclass(frozen=True, slots=True)
class BookFilter:
    """Which part of a day is wanted; empty means all."""

    day: date
    clinic: str = ""
    doctor: str = ""


@dataclass(frozen=True, slots=True)
class SlotLine:
    """One slot with its true numbers: places taken, held for a moment, and free (C19)."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    booked: int
    held: int
    free: int
    visits: tuple[VisitLine, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionBoard:
    """One doctor's hours; `others` are visits without a slot of today's, such as cancelled ones."""

    session: Session
    clinic: Clinic
    slots: tuple[SlotLine, ...]
    others: tuple[VisitLine, ...] = ()

    @property
    def booked(self) -> int:
        """Count the places taken."""
        return sum(slot.booked for slot in self.slots)

    @property
    def held(self) -> int:
        """Count the places held for a short time."""
        return sum(slot.held for slot in self.slots)

    @property
    def free(self) -> int:
        """Count the places that can be booked."""
        return sum(slot.free for slot in self.slots)

    def may_book(self, now: datetime) -> bool:
        """Tell whether the desks may still book here: not after the cut-off (R092)."""
        return self.session.day >= first_open_day(now, rules_of(self.clinic), lead=False)

    @property
    def visits(self) -> tuple[VisitLine, ...]:
        """List who is expected, in the order of the queue."""
        return tuple(visit for slot in self.slots for visit in slot.visits)


@dataclass(frozen=True, slots=True)
class FreeDay:
    """A day of a clinic with the sessions that have free places."""

    day: date
    sessions: tuple[SessionBoard, ...]


@dataclass(frozen=True, slots=True)
class DayBoard:
    """A day of the book, with what can be chosen to see less of it."""

    wanted: BookFilter
    sessions: tuple[SessionBoard, ...]
    # visits that an import brought without a session
    loose: tuple[VisitLine, ...]
    clinics: tuple[Clinic, ...]
    doctors: tuple[str, ...]


async def day_board(staff: StaffMember, wanted: BookFilter, now: datetime) -> DayBoard:
    """Read a day of the book as far as somebody may know of it."""
    sessions = await Session.filter(day=wanted.day, **_place(wanted)).prefetch_related("clinic")
    visits = await _visits(staff, [session.id for session in sessions])
    shown = [s for s in sessions if keeps_book(staff) or visits.get(s.id)]
    lines = await visit_lines([visit for of in visits.values() for visit in of], now)
    slots = await _slots([session.id for session in shown], now)
    boards = [_session(s, slots.get(s.id, []), visits.get(s.id, []), lines) for s in shown]
    of_day = [
        str(one) for one in await Session.filter(day=wanted.day).values_list("doctor", flat=True)
    ]
    return DayBoard(
        wanted=wanted,
        sessions=tuple(sorted(boards, key=_order)),
        loose=tuple((await visit_lines(await _loose(staff, wanted), now)).values()),
        clinics=tuple(await Clinic.filter(active=True).order_by("code")),
        doctors=tuple(sorted(set(of_day) - {""})),
    )


async def session_board(session_id: UUID, staff: StaffMember, now: datetime) -> SessionBoard | None:
    """Read one session; None where nothing of it is to be known."""
    session = await Session.get_or_none(id=session_id).prefetch_related("clinic")
    if session is None:
        return None
    visits = (await _visits(staff, [session.id])).get(session.id, [])
    if not (keeps_book(staff) or visits):
        return None
    slots = await _slots([session.id], now)
    return _session(session, slots.get(session.id, []), visits, await visit_lines(visits, now))


def _place(wanted: BookFilter) -> dict[str, Any]:
    chosen = {"clinic__code": wanted.clinic, "doctor": wanted.doctor}
    return {name: value for name, value in chosen.items() if value}


async def _visits(
    staff: StaffMember, sessions: Collection[UUID]
) -> Mapping[UUID, list[Appointment]]:
    rows = visible_appointments(staff).filter(session_id__in=list(sessions)).distinct()
    found: dict[UUID, list[Appointment]] = defaultdict(list)
    for row in await rows.order_by("starts_at", "number").prefetch_related("patient", "clinic"):
        if row.session_id is not None:
            found[row.session_id].append(row)
    return found


async def _loose(staff: StaffMember, wanted: BookFilter) -> list[Appointment]:
    from_, until = day_span(wanted.day)
    rows = visible_appointments(staff).filter(
        session_id=None, starts_at__gte=from_, starts_at__lt=until, **_place(wanted)
    )
    return (
        await rows.distinct().order_by("starts_at", "number").prefetch_related("patient", "clinic")
    )


def day_span(day: date) -> tuple[datetime, datetime]:
    """Return the instants between which a day of the hospital lies."""
    return moment(day, time(0)), moment(day + timedelta(days=1), time(0))


async def _slots(sessions: Collection[UUID], now: datetime) -> Mapping[UUID, list[SlotLine]]:
    slots = await Slot.filter(session_id__in=list(sessions)).order_by("starts_at")
    places: dict[UUID, list[Place]] = defaultdict(list)
    for place in await Place.filter(slot_id__in=[slot.id for slot in slots]):
        places[place.slot_id].append(place)
    found: dict[UUID, list[SlotLine]] = defaultdict(list)
    for slot in slots:
        found[slot.session_id].append(_slot(slot, places[slot.id], now))
    return found


def _slot(slot: Slot, places: Sequence[Place], now: datetime) -> SlotLine:
    booked = sum(place.appointment_id is not None for place in places)
    held = sum(_is_held(place, now) for place in places)
    free = len(places) - booked - held
    return SlotLine(slot.id, slot.starts_at, slot.ends_at, booked, held, free)


def _is_held(place: Place, now: datetime) -> bool:
    running = place.held_until is not None and place.held_until > now
    return running and place.appointment_id is None


def _session(
    session: Session,
    slots: Sequence[SlotLine],
    visits: Sequence[Appointment],
    lines: Mapping[UUID, VisitLine],
) -> SessionBoard:
    """Put each visit under its slot, in the order in which people are called (R095)."""
    expected = [lines[visit.id] for visit in visits if visit.status not in CANCELLED]
    queue = [replace(line, order=place) for place, line in enumerate(expected, 1)]
    starts = {slot.starts_at for slot in slots}
    others = [line for line in queue if line.starts_at not in starts]
    others += [lines[visit.id] for visit in visits if visit.status in CANCELLED]
    seated = [replace(slot, visits=_at(slot.starts_at, queue)) for slot in slots]
    return SessionBoard(session, session.clinic, tuple(seated), tuple(others))


def _at(starts: datetime, queue: Iterable[VisitLine]) -> tuple[VisitLine, ...]:
    return tuple(line for line in queue if line.starts_at == starts)


def _order(board: SessionBoard) -> tuple[str, datetime, str]:
    return board.clinic.code, board.session.starts_at, board.session.doctor


async def free_days(
    clinic_id: UUID,
    first: date,
    days: int,
    now: datetime,
    *,
    besides: UUID | None = None,
    decided: bool = False,
) -> list[FreeDay]:
    """List the free slots of a clinic that the desks can still book, day by day.

    The cut-off binds the desks too (R092), unless the hospital's own system has `decided`.
    `besides` is the visit that is to be moved: its own slot is no other time.
    """
    own = await Place.get_or_none(appointment_id=besides) if besides else None
    until = first + timedelta(days=days)
    begin = first if decided else max(first, await _first_open(clinic_id, now))
    rows = Session.filter(clinic_id=clinic_id, day__gte=begin, day__lt=until, ends_at__gt=now)
    sessions = await (
        rows.exclude(status=SessionStatus.STOPPED).order_by("starts_at").prefetch_related("clinic")
    )
    slots = await _slots([session.id for session in sessions], now)
    shown = {s.id: _open(slots.get(s.id, []), now, own) for s in sessions}
    boards = [_session(s, shown[s.id], [], {}) for s in sessions]
    found: dict[date, list[SessionBoard]] = defaultdict(list)
    for board in boards:
        if board.slots:
            found[board.session.day].append(board)
    return [FreeDay(day, tuple(of)) for day, of in sorted(found.items())]


async def _first_open(clinic_id: UUID, now: datetime) -> date:
    return first_open_day(now, rules_of(await Clinic.get(id=clinic_id)), lead=False)


def _open(slots: Iterable[SlotLine], now: datetime, own: Place | None) -> list[SlotLine]:
    coming = [slot for slot in slots if slot.free and slot.starts_at > now]
    return [slot for slot in coming if own is None or slot.id != own.slot_id]
