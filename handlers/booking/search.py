"""Looking for three free slots that fit a wish, or come nearest to it, and holding them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from dialogs.appointments.events import Found, WhyNot
from dialogs.appointments.facts import Offer, Search
from dialogs.reading.when import When
from dialogs.timing.booking import BookingRules, first_open_day, last_open_day
from dialogs.timing.spans import local
from dialogs.timing.wished import clock_fits, day_fits, nearest, span_of
from handlers.booking.admission import LIVE
from handlers.booking.free_slots import SlotSeen, slots_of
from handlers.booking.persons import records_of
from handlers.booking.places import hold, left_in, let_go, place_of
from handlers.booking.rules import rules_of
from handlers.desk import Desk
from models.booking import Appointment, Clinic
from models.people import Patient
from models.unit import unit_of_work

OFFERED: Final = 3


@dataclass(frozen=True, slots=True)
class Field:
    """What a search can choose from."""

    slots: tuple[SlotSeen, ...]
    first: date
    last: date
    today: date
    # days on which the person has a visit in this clinic already
    taken_days: frozenset[date]
    skip: frozenset[UUID]
    # must be this doctor; should be that one
    doctor: str
    usual_doctor: str

    def can_be_had(self, slot: SlotSeen) -> bool:
        """Tell whether a slot could be booked now, wishes aside."""
        return slot.left > 0 and slot.day not in self.taken_days and slot.id not in self.skip

    def is_doctors(self, slot: SlotSeen) -> bool:
        """Tell whether it is the doctor that was asked for."""
        return not self.doctor or slot.doctor == self.doctor


@dataclass(frozen=True, slots=True)
class Choice:
    """Slots in order of preference, and whether they are what was wished."""

    slots: tuple[SlotSeen, ...]
    why_not: WhyNot | None = None


async def find_slots(desk: Desk, search: Search, holder: UUID, now: datetime) -> Found:
    """Find and hold three slots; what was held for the holder before is given back.

    `left` counts the places the patient can have, the one just held among them (C19).
    """
    del desk

    async def work() -> Found:
        await let_go(holder)
        clinic = await Clinic.get(id=UUID(search.clinic))
        rules = rules_of(clinic)
        field = await _field(search, clinic, rules, now)
        choice = _choose(field, search.wishes)
        until = now + timedelta(minutes=rules.hold_minutes)
        offers = await _offers(choice, clinic, holder, until, now)
        return Found(
            at=now,
            offers=offers,
            fits=choice.why_not is None,
            why_not=choice.why_not.value if choice.why_not else "",
            earliest=field.first,
            held_until=until if offers else None,
        )

    return await unit_of_work(work)


async def _field(search: Search, clinic: Clinic, rules: BookingRules, now: datetime) -> Field:
    moved = await Appointment.get_or_none(id=UUID(search.moves)) if search.moves else None
    first = first_open_day(now, rules, lead=moved is None)
    last = last_open_day(now, rules)
    own_place = await place_of(moved.id) if moved is not None else None
    own = [own_place.slot_id] if own_place is not None else []
    same_clinic = moved is not None and moved.clinic_id == clinic.id
    return Field(
        slots=tuple(await slots_of(clinic, first, last, now)),
        first=first,
        last=last,
        today=local(now).date(),
        taken_days=await _taken_days(search, clinic, moved, now),
        skip=frozenset([UUID(slot) for slot in search.skip] + own),
        doctor=search.doctor,
        usual_doctor=moved.doctor if moved is not None and same_clinic else "",
    )


async def _taken_days(
    search: Search, clinic: Clinic, moved: Appointment | None, now: datetime
) -> frozenset[date]:
    patient = await Patient.get(id=UUID(search.patient))
    visits = Appointment.filter(
        await records_of(patient),
        clinic_id=clinic.id,
        status__in=LIVE,
        starts_at__gte=now - timedelta(days=1),
    )
    others = visits.exclude(id=moved.id) if moved is not None else visits
    return frozenset([local(row.starts_at).date() for row in await others])


def _choose(field: Field, wishes: Sequence[When]) -> Choice:
    """Try the wishes in order; the first that fits anything is it, else what is nearest."""
    free = [slot for slot in field.slots if field.can_be_had(slot)]
    for wish in wishes or (When(),):
        fitting = [slot for slot in free if field.is_doctors(slot) and _fits(wish, slot)]
        if fitting:
            return Choice(_ranked(fitting, lambda slot: slot.starts, field.usual_doctor))
    return Choice(_nearest(field, free, wishes), _why_not(field, wishes))


def _fits(wish: When, slot: SlotSeen) -> bool:
    return day_fits(wish, slot.day) and clock_fits(wish, slot.starts, slot.ends)


def _ranked(
    slots: Iterable[SlotSeen], key: Callable[[SlotSeen], Any], doctor: str
) -> tuple[SlotSeen, ...]:
    """Order slots, those of the usual doctor first."""
    return tuple(
        sorted(slots, key=lambda slot: (bool(doctor) and slot.doctor != doctor, key(slot)))
    )


def _nearest(
    field: Field, free: Sequence[SlotSeen], wishes: Sequence[When]
) -> tuple[SlotSeen, ...]:
    """The doctor that was asked for on another day; other doctors only when there is none."""
    refused = {day for wish in wishes for day in wish.exclude}
    allowed = [slot for slot in free if slot.day not in refused]
    own = [slot for slot in allowed if field.is_doctors(slot)]
    return _ranked(
        own or allowed,
        lambda slot: nearest(wishes, slot.starts, slot.ends),
        field.usual_doctor,
    )


def _why_not(field: Field, wishes: Sequence[When]) -> WhyNot:
    """Say why the first wish cannot be had."""
    wish = wishes[0] if wishes else When()
    begins, ends = span_of(wish, field.first, field.last)
    if ends < field.today:
        return WhyNot.PAST
    if ends < field.first:
        return WhyNot.TOO_SOON
    published = max((slot.day for slot in field.slots), default=field.last)
    if begins > min(field.last, published):
        return WhyNot.TOO_FAR
    wished = [slot for slot in field.slots if field.is_doctors(slot) and _fits(wish, slot)]
    if not wished:
        return WhyNot.NO_SESSION
    if all(slot.day in field.taken_days for slot in wished):
        return WhyNot.TWICE
    return WhyNot.FULL


async def _offers(
    choice: Choice, clinic: Clinic, holder: UUID, until: datetime, now: datetime
) -> tuple[Offer, ...]:
    """Hold the first three that can still be held, and say them in order of time."""
    held: list[SlotSeen] = []
    for slot in choice.slots:
        if len(held) == OFFERED:
            break
        if await hold([slot.id], holder, until, now):
            held.append(slot)
    left = await left_in([slot.id for slot in held], now, holder)
    seen = [replace(slot, left=left[slot.id]) for slot in held]
    return tuple(_offer(slot, clinic) for slot in sorted(seen, key=lambda slot: slot.starts))


def _offer(slot: SlotSeen, clinic: Clinic) -> Offer:
    return Offer(
        slot=str(slot.id),
        starts=slot.starts,
        clinic=str(clinic.id),
        clinic_name=clinic.name,
        doctor=slot.doctor,
        room=slot.room,
        left=slot.left,
    )
