"""A small book that answers what the desk's talk asks of it, as the transaction does."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from dialogs.appointments import actions as do
from dialogs.appointments import events as done
from dialogs.appointments.facts import ClinicName, Hours, Offer, Search, Visit, Waiting
from dialogs.reading.when import When
from dialogs.timing.spans import HOSPITAL_ZONE

PERIODS = {
    "morning": (time(6), time(12)),
    "noon": (time(11), time(14)),
    "afternoon": (time(12), time(18)),
    "evening": (time(17), time(22)),
}
LEAD = timedelta(days=2)
HELD = timedelta(minutes=10)
FREED = "xn:11270900"  # the place the waiting list offers


@dataclass(slots=True)
class Book:
    """Clinics, slots with the places left, and the visits that are booked."""

    clinics: dict[str, dict[str, Any]] = field(default_factory=dict)
    slots: dict[str, Offer] = field(default_factory=dict)
    visits: dict[str, Visit] = field(default_factory=dict)
    waits: dict[str, Waiting] = field(default_factory=dict)
    grabbed: bool = False  # somebody else takes the slot first, once
    refusal: done.WhyNot | None = None
    breaches: int = 0

    @classmethod
    def standard(cls) -> Book:
        """Load the book every talk has."""
        raw = tomllib.loads(Path(__file__).with_name("book.toml").read_text("utf-8"))
        book = cls({clinic["id"]: clinic for clinic in raw["clinic"]})
        for clinic in raw["clinic"]:
            for slot in clinic["slots"]:
                book._add(clinic, *slot.split())
        return book

    def _add(
        self, clinic: dict[str, Any], day: str, clock: str, left: str, doctor: str = ""
    ) -> None:
        starts = at(f"{day} {clock}")
        self.slots[f"{clinic['id']}:{starts:%m%d%H%M}"] = Offer(
            slot=f"{clinic['id']}:{starts:%m%d%H%M}",
            starts=starts,
            clinic=clinic["id"],
            clinic_name=clinic["name"],
            doctor=doctor or clinic.get("doctor", ""),
            room=clinic.get("room", ""),
            left=int(left),
        )

    @property
    def names(self) -> tuple[ClinicName, ...]:
        """The clinics as people call them."""
        return tuple(
            ClinicName(
                clinic["id"],
                clinic["name"],
                tuple(clinic.get("aliases", ())),
                tuple(clinic.get("doctors") or filter(None, [clinic.get("doctor", "")])),
                clinic.get("ours", True),
            )
            for clinic in self.clinics.values()
        )

    def visit(self, number: int, clinic_id: str, when: str, **facts: Any) -> Visit:
        """Write a visit into the book."""
        clinic, starts = self.clinics[clinic_id], at(when)
        day_before = starts - timedelta(days=1)
        made = Visit(
            id=f"v{number}",
            number=f"YY{starts:%Y%m%d}-{number:04}",
            patient=facts.pop("patient", "p1"),
            starts=starts,
            check_in_by=max(starts + timedelta(minutes=15), _session_deadline(starts)),
            free_until=day_before.replace(hour=15, minute=0),
            move_until=day_before.replace(hour=14, minute=0),
            clinic=clinic_id,
            clinic_name=clinic["name"],
            **{
                **{key: clinic.get(key, "") for key in ("doctor", "room", "guide", "route")},
                "preparation": clinic.get("preparation", ""),
                **facts,
            },
            ours=clinic.get("ours", True),
        )
        self.visits[made.id] = made
        return made

    def wait(self, number: int, clinic_id: str, day: str = "") -> None:
        """Put the patient on the waiting list of a clinic, for one day or any."""
        name = self.clinics[clinic_id]["name"]
        on = at(f"{day} 00:00").date() if day else None
        self.waits[f"w{number}"] = Waiting(f"w{number}", "p1", clinic_id, name, day=on)

    def answer(self, action: do.Action, now: datetime) -> done.Event | None:
        """Carry an action out and answer it; None where it needs no answer."""
        match action:
            case do.Find() | do.FindHours() | do.FindWaiting():
                return self._look_up(action, now)
            case do.Wait():
                return done.Refused(now, self.refusal) if self.refusal else done.Waits(now)
            case do.PassFreed(entry, leave=True):
                self.waits.pop(entry, None)
            case do.Book() | do.Move() | do.Cancel() | do.AskHospital() | do.TakeFreed():
                return self._change(action, now)
            case do.HandOver():
                return done.HandedOver(now, now + timedelta(hours=4), "ZX20261123-001")
        return None

    def _look_up(
        self, action: do.Find | do.FindHours | do.FindWaiting, now: datetime
    ) -> done.Event:
        match action:
            case do.Find(search):
                return self.find(search, now)
            case do.FindHours(clinic):
                return done.FoundHours(now, clinic, tuple(self._hours(clinic)))
            case do.FindWaiting():
                return done.FoundWaiting(now, tuple(self.waits.values()))

    def _change(self, action: do.Action, now: datetime) -> done.Event:
        if self.refusal is not None:
            return done.Refused(now, self.refusal, date(2027, 5, 23))
        if self.grabbed:
            self.grabbed = False
            return done.Refused(now, done.WhyNot.TAKEN)
        return self._done(action, now)

    def _done(self, action: do.Action, now: datetime) -> done.Event:
        match action:
            case do.Book(slot, patient):
                return self._book(slot, patient, now)
            case do.Move(visit, slot):
                late = _late(self.visits[visit], action.since)
                return self._move(self.visits[visit], self.slots[slot], now, late=late)
            case do.Cancel(visit):
                late = _late(self.visits[visit], action.since)
                return self._cancel(self.visits[visit], now, late=late)
            case do.AskHospital(visit):
                return done.Pending(now, now + timedelta(hours=2), self.visits.get(visit))
        return self._book(FREED, "p1", now)

    def _book(self, slot_id: str, patient: str, now: datetime) -> done.Event:
        slot = self.slots[slot_id]
        if not self.clinics[slot.clinic].get("ours", True):
            return done.Pending(now, now + timedelta(hours=2))
        number = len(self.visits) + 1
        visit = self.visit(number, slot.clinic, f"{slot.starts:%m-%d %H:%M}", patient=patient)
        return done.Booked(now, visit)

    def _move(self, visit: Visit, slot: Offer, now: datetime, *, late: bool) -> done.Event:
        if not visit.ours:
            return done.Pending(now, now + timedelta(hours=2), visit)
        number = int(visit.id[1:])
        moved = self.visit(number, slot.clinic, f"{slot.starts:%m-%d %H:%M}", whose=visit.whose)
        return done.Moved(now, moved, breach=self.breaches + 1 if late else 0)

    def _cancel(self, visit: Visit, now: datetime, *, late: bool) -> done.Event:
        if not visit.ours:
            return done.Pending(now, now + timedelta(hours=2), visit)
        del self.visits[visit.id]
        return done.Cancelled(now, visit, breach=self.breaches + 1 if late else 0)

    def find(self, search: Search, now: datetime) -> done.Found:
        """Find what fits the first wish that can be had, else what is nearest."""
        known = [slot for slot in self.slots.values() if slot.clinic == search.clinic]
        free = [slot for slot in known if slot.left and slot.slot not in search.skip]
        own = self.visits.get(search.moves)
        free = [s for s in free if own is None or s.starts != own.starts]
        free = [slot for slot in free if search.doctor in ("", slot.doctor)]
        early = now.date() + LEAD
        free = sorted((s for s in free if s.starts.date() >= early), key=lambda s: s.starts)
        for wish in search.wishes or (When(),):
            fitting = [slot for slot in free if fits(slot.starts, wish)]
            if fitting:
                return done.Found(now, tuple(fitting[:3]), held_until=now + HELD)
        why = self._why_not(known, search.wishes, early) if search.wishes else done.WhyNot.FULL
        return done.Found(now, tuple(free[:3]), fits=False, why_not=why, earliest=early)

    def _why_not(self, known: list[Offer], wishes: tuple[When, ...], early: date) -> done.WhyNot:
        days = [wish.date for wish in wishes if wish.date]
        if days and all(day < early for day in days):
            return done.WhyNot.TOO_SOON
        if days and all(day > date(2026, 12, 21) for day in days):
            return done.WhyNot.TOO_FAR
        full = any(fits(slot.starts, wish) for slot in known for wish in wishes)
        return done.WhyNot.FULL if full else done.WhyNot.NO_SESSION

    def _hours(self, clinic: str) -> Iterator[Hours]:
        for slot in self.slots.values():
            if slot.clinic == clinic:
                yield Hours(slot.starts, slot.starts + timedelta(hours=3), slot.doctor, slot.left)


def fits(starts: datetime, wish: When) -> bool:
    """Tell whether a slot is what was wished."""
    day, clock = starts.date(), starts.time()
    if day in wish.exclude:
        return False
    on_day = wish.date is None or wish.date <= day <= (wish.date_end or wish.date)
    if wish.date and wish.mod and not wish.time:
        on_day = day >= wish.date if wish.mod == "after" else day < wish.date
    first, last = PERIODS.get(wish.period, (time.min, time.max))
    at_time = wish.time is None or wish.time <= clock <= (wish.time_end or wish.time)
    if wish.time and wish.mod:
        at_time = clock >= wish.time if wish.mod == "after" else clock < wish.time
    return on_day and at_time and first <= clock < last


def at(text: str) -> datetime:
    """Read `MM-DD HH:MM` of the year the talks take place in."""
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=HOSPITAL_ZONE)


def _session_deadline(starts: datetime) -> datetime:
    morning = starts.hour < 12
    return starts.replace(hour=10 if morning else 15, minute=0 if morning else 30)


def _late(visit: Visit, since: str) -> bool:
    """As the book judges it: by when the wish was written."""
    return datetime.fromisoformat(since) >= visit.free_until and not visit.excused
