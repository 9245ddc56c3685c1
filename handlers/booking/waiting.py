"""The waiting list: a freed place is offered in order, one at a time, with a deadline (R121)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from dialogs.appointments.events import WhyNot
from dialogs.appointments.facts import Search
from dialogs.timing.booking import first_open_day, last_open_day, may_book_until
from dialogs.timing.ladder import next_open
from dialogs.timing.spans import local
from handlers.booking.actor import Actor
from handlers.booking.admission import (
    Opening,
    count_forbids,
    opening_of,
    person_forbids,
    visits_forbid,
)
from handlers.booking.bookings import Order, book
from handlers.booking.moves import MoveDone, move
from handlers.booking.periods import period_of
from handlers.booking.persons import lock_person, records_of
from handlers.booking.places import hold_place, let_go
from handlers.booking.rules import rules_of
from handlers.desk import Desk
from handlers.timers import DueKind, Timer, set_timer
from models.booking import (
    Appointment,
    BookingSource,
    Clinic,
    Place,
    SessionStatus,
    WaitingEntry,
    WaitingStatus,
)
from models.people import Patient
from models.unit import lock, unit_of_work

LIVE: Final = (WaitingStatus.WAITING, WaitingStatus.OFFERED)


async def join(
    desk: Desk, search: Search, conversation_id: UUID | None, now: datetime
) -> WaitingEntry | WhyNot:
    """Put a patient on the list for what was searched; a second wish keeps the place in line.

    TOO_MANY where what the person has booked and waits for is as much as a person may have.
    """
    del desk

    async def work() -> WaitingEntry | WhyNot:
        clinic = await Clinic.get(id=UUID(search.clinic))
        if not search.moves and (refused := await _too_many(search, clinic, now)):
            return refused
        known = WaitingEntry.filter(
            patient_id=UUID(search.patient), clinic_id=clinic.id, status=WaitingStatus.WAITING
        )
        entry = await lock(known.order_by("created_at")).first() or WaitingEntry(
            patient_id=UUID(search.patient), clinic_id=clinic.id, created_at=now
        )
        entry.conversation_id, entry.doctor = conversation_id, search.doctor
        entry.moves_id = UUID(search.moves) if search.moves else None
        entry.from_day, entry.until_day, entry.period = _wished(search, clinic, now)
        await entry.save()
        return entry

    return await unit_of_work(work)


async def _too_many(search: Search, clinic: Clinic, now: datetime) -> WhyNot | None:
    """A place that is waited for counts as one that is held; a move adds none."""
    patient = await lock_person(UUID(search.patient))
    own = WaitingEntry.filter(await records_of(patient), status__in=LIVE, moves_id__isnull=True)
    others = own.exclude(clinic_id=clinic.id)
    return await count_forbids(patient, rules_of(clinic), now, waits=await others.count())


async def offer_freed(desk: Desk, place: Place, now: datetime) -> WaitingEntry | None:
    """Keep a freed place for the first of the list whom it suits; None when it suits nobody.

    Called in the transaction that freed it. The patient is told by the timer set here, because
    the conversation's lock comes before any place's.
    """
    opening = await opening_of(place.slot_id)
    if opening is None or not _may_be_offered(opening, now):
        return None
    for waiting in await _suiting(opening, place):
        entry = await lock(
            WaitingEntry.filter(id=waiting.id, status=WaitingStatus.WAITING), skip_locked=True
        ).first()
        if entry is None or await _barred(entry, opening, now):
            continue
        if await _offer(desk, entry, place, opening, now):
            return entry
    return None


async def take(
    desk: Desk, entry_id: UUID, actor: Actor, now: datetime, source: BookingSource
) -> Appointment | MoveDone | WhyNot:
    """Take the offered place: the visit is booked, or the one that was to be moved is moved."""

    async def work() -> Appointment | MoveDone | WhyNot:
        entry = await WaitingEntry.get(id=entry_id)
        place = await Place.get_or_none(id=entry.place_id)
        if entry.status is not WaitingStatus.OFFERED or place is None:
            return WhyNot.TAKEN
        done = await _carry_out(desk, entry, place, actor, now, source)
        if not isinstance(done, WhyNot):
            await _end(entry, WaitingStatus.BOOKED, now)
        return done

    return await unit_of_work(work)


async def pass_on(desk: Desk, entry_id: UUID, now: datetime, *, leave: bool = False) -> None:
    """Let the offered place go to the next; the patient waits on, or leaves the list."""
    await unit_of_work(lambda: _pass_on(desk, entry_id, now, leave=leave))


async def lapse(desk: Desk, entry_id: UUID, version: int, now: datetime) -> bool:
    """End an offer nobody answered in time; False when it was answered or is another one."""

    async def work() -> bool:
        entry = await WaitingEntry.get_or_none(id=entry_id)
        if entry is None or entry.version != version:
            return False
        if entry.status is not WaitingStatus.OFFERED:
            return False
        await _pass_on(desk, entry_id, now, leave=False)
        return True

    return await unit_of_work(work)


async def expire_past(now: datetime) -> int:
    """End the entries whose last day has come; returns how many."""
    over = WaitingEntry.filter(status=WaitingStatus.WAITING, until_day__lte=local(now).date())
    return await over.update(status=WaitingStatus.EXPIRED, ended_at=now)


def _wished(search: Search, clinic: Clinic, now: datetime) -> tuple[date, date, str]:
    rules = rules_of(clinic)
    first = first_open_day(now, rules, lead=not search.moves)
    last = last_open_day(now, rules)
    wish = search.wishes[0] if search.wishes else None
    if wish is None or wish.date is None:
        return first, last, wish.period if wish else ""
    return wish.date, wish.date_end or wish.date, wish.period


def _may_be_offered(opening: Opening, now: datetime) -> bool:
    open_session = opening.session.status is not SessionStatus.STOPPED
    day = local(opening.slot.starts_at).date()
    return open_session and now < may_book_until(day, opening.rules)


async def _suiting(opening: Opening, place: Place) -> list[WaitingEntry]:
    """Who waits for such a place, first come first; nobody is offered the same place twice."""
    wall = local(opening.slot.starts_at)
    rows = WaitingEntry.filter(
        clinic_id=opening.clinic.id,
        status=WaitingStatus.WAITING,
        doctor__in=("", opening.doctor),
        from_day__lte=wall.date(),
        until_day__gte=wall.date(),
        period__in=("", period_of(wall.time()).value),
    )
    entries = await rows.order_by("created_at", "id")
    return [entry for entry in entries if entry.place_id != place.id]


async def _barred(entry: WaitingEntry, opening: Opening, now: datetime) -> bool:
    patient = await Patient.get(id=entry.patient_id)
    return bool(
        await person_forbids(patient, now)
        or await visits_forbid(
            patient, opening, now, counted=entry.moves_id is None, besides=entry.moves_id
        )
    )


async def _offer(
    desk: Desk, entry: WaitingEntry, place: Place, opening: Opening, now: datetime
) -> bool:
    tell_at = next_open(now, desk.hours, elderly=False)
    cut_off = may_book_until(local(opening.slot.starts_at).date(), opening.rules)
    until = min(tell_at + timedelta(minutes=opening.rules.waiting_offer_minutes), cut_off)
    if until <= tell_at or not await hold_place(place, entry.id, until, now):
        return False
    entry.status, entry.place_id = WaitingStatus.OFFERED, place.id
    entry.offered_at, entry.offer_until, entry.version = now, until, entry.version + 1
    await entry.save()
    await set_timer(
        Timer(DueKind.OFFER_PLACE, entry.id, tell_at, version=entry.version, stops_at=until)
    )
    await set_timer(Timer(DueKind.LAPSE_OFFER, entry.id, until, version=entry.version))
    return True


async def _carry_out(
    desk: Desk,
    entry: WaitingEntry,
    place: Place,
    actor: Actor,
    now: datetime,
    source: BookingSource,
) -> Appointment | MoveDone | WhyNot:
    if entry.moves_id is not None:
        return await move(desk, entry.moves_id, place.slot_id, actor, now, holder=entry.id)
    order = Order(
        patient_id=entry.patient_id,
        slot_id=place.slot_id,
        source=source,
        actor=actor,
        holder=entry.id,
        waited=True,
    )
    return await book(desk, order, now)


async def _pass_on(desk: Desk, entry_id: UUID, now: datetime, *, leave: bool) -> None:
    entry = await WaitingEntry.get(id=entry_id)
    place = await Place.get_or_none(id=entry.place_id)
    # places come before entries in the order of locks
    await let_go(entry.id)
    entry = await lock(WaitingEntry.filter(id=entry_id)).get()
    if entry.status not in LIVE:
        return
    offered = entry.status is WaitingStatus.OFFERED
    await _end(entry, WaitingStatus.WITHDRAWN if leave else WaitingStatus.WAITING, now)
    if place is not None and offered:
        await offer_freed(desk, place, now)


async def _end(entry: WaitingEntry, status: WaitingStatus, now: datetime) -> None:
    entry.status, entry.version = status, entry.version + 1
    entry.offer_until = None
    entry.ended_at = None if status is WaitingStatus.WAITING else now
    await entry.save()
