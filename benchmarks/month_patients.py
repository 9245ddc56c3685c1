"""What the simulated patients do: each visit has a script, and the script keeps its own ledger."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from itertools import count
from typing import Final
from uuid import UUID, uuid4

from benchmarks.month_scene import START
from bot.outbox import Outbox
from dialogs.timing.spans import local, moment
from handlers.booking.actor import PATIENT, Actor
from handlers.booking.arrivals import mark_arrived
from handlers.booking.bookings import Order, book
from handlers.desk import Desk
from handlers.inbound import InboundMessage, receive
from handlers.timers import next_due
from models.booking import Appointment, AppointmentStatus, BookingSource, Slot, VisitKind
from models.people import ContactPoint, Patient
from scheduler.due import run_due

END: Final = datetime.fromisoformat("2026-12-02T00:00+08:00")
_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)


class Script(StrEnum):
    """What somebody does about a visit."""

    CONFIRMS = "confirms"
    SILENT = "silent"
    CANCELS_EARLY = "cancels early"
    CANCELS_LATE = "cancels late"
    MOVES = "moves"
    STAYS_AWAY = "stays away"
    COMES_LATE = "comes late"
    ON_THE_WAY = "on the way"


SHARES: Final = {
    Script.CONFIRMS: 45,
    Script.SILENT: 20,
    Script.CANCELS_EARLY: 8,
    Script.CANCELS_LATE: 5,
    Script.MOVES: 6,
    Script.STAYS_AWAY: 8,
    Script.COMES_LATE: 5,
    Script.ON_THE_WAY: 3,
}
Deed = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Broken:
    """What the rules make of a deed: this visit of this person was broken at this instant."""

    visit: UUID
    person: UUID
    kind: str
    at: datetime


@dataclass(slots=True)
class Month:
    """The clock, what is still to be done by people, and what they did."""

    desk: Desk
    outbox: Outbox
    dice: random.Random
    now: datetime = START
    deeds: list[tuple[datetime, int, Deed]] = field(default_factory=list)
    order: count[int] = field(default_factory=count)
    expected: list[Broken] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    def at(self, when: datetime, deed: Deed) -> None:
        """Have somebody do something at an instant."""
        heapq.heappush(self.deeds, (max(when, self.now), next(self.order), deed))

    async def run(self) -> None:
        """Let time pass: what is due, what is sent, what people do, in order."""
        while (at := await self._next()) is not None and at < END:
            self.now = max(self.now, at)
            await run_due(self.desk, self.now)
            await self.outbox.drain(self.now)
            while self.deeds and self.deeds[0][0] <= self.now:
                await heapq.heappop(self.deeds)[2]()
                await self.outbox.drain(self.now)

    async def _next(self) -> datetime | None:
        due = await next_due(self.now)
        known = [at for at in (due, self.deeds[0][0] if self.deeds else None) if at is not None]
        return min(known) if known else None


@dataclass(slots=True)
class Visitor:
    """One person about one visit."""

    month: Month
    patient: Patient
    point: ContactPoint
    slot: Slot
    script: Script
    visit: UUID | None = None

    def begin(self) -> None:
        """Book three to seven days before, at a decent hour; one in three by phone."""
        day = local(self.slot.starts_at).date() - self.month.dice.randint(3, 7) * _DAY
        minutes = self.month.dice.randint(0, 9 * 60)
        self.month.at(moment(day, time(8, 30)) + minutes * _MINUTE, self._book)

    async def _book(self) -> None:
        by_phone = self.month.dice.random() < 1 / 3
        source = BookingSource.PHONE if by_phone else BookingSource.WEB
        actor = Actor("registrar", "phone") if by_phone else Actor(PATIENT, "web")
        order = Order(self.patient.id, self.slot.id, VisitKind.RETURN, source, actor)
        made = await book(self.month.desk, order, self.month.now)
        if not isinstance(made, Appointment):
            self.month.done[f"not booked: {made}"] += 1
            return
        self.visit = made.id
        self.month.done[self.script] += 1
        self._plan(made.starts_at)

    def _plan(self, starts: datetime) -> None:
        """The morning before at twenty to nine, or in the evening, or on the day."""
        day = local(starts).date()
        morning, evening = moment(day - _DAY, time(8, 40)), moment(day - _DAY, time(17))
        deeds: dict[Script, tuple[datetime, Deed]] = {
            Script.CONFIRMS: (morning, self._confirm),
            Script.CANCELS_EARLY: (morning, self._cancel),
            Script.CANCELS_LATE: (evening, self._cancel_late),
            Script.MOVES: (morning, self._move),
            Script.STAYS_AWAY: (starts + _MINUTE, self._stay_away),
            Script.COMES_LATE: (starts + 150 * _MINUTE, self._arrive),
            Script.ON_THE_WAY: (starts - 20 * _MINUTE, self._call_from_the_road),
        }
        comes = (starts - 15 * _MINUTE, self._arrive)
        self.month.at(*deeds.get(self.script, comes))

    async def _say(self, text: str) -> None:
        message = InboundMessage("web", self.point.id, uuid4().hex, text=text)
        await receive(self.month.desk, message, self.month.now)
        self.month.now += timedelta(milliseconds=1)
        await self.month.outbox.drain(self.month.now)

    async def _stands(self) -> Appointment:
        return await Appointment.get(id=self.visit)

    async def _confirm(self) -> None:
        await self._say("会来")
        self._come((await self._stands()).starts_at)

    def _come(self, starts: datetime) -> None:
        self.month.at(starts - 15 * _MINUTE, self._arrive)

    async def _cancel(self) -> None:
        await self._say("取消")
        await self._say("2")

    async def _cancel_late(self) -> None:
        starts = (await self._stands()).starts_at
        await self._cancel()
        self._break("late_cancel", self.month.now, starts)

    async def _move(self) -> None:
        """Ask for another time and take the first that is offered, and come then."""
        for text in ("改时间", "1", "1"):
            await self._say(text)
        stands = await self._stands()
        moved = stands.version > 1
        self.month.done["moved" if moved else "found no other time"] += 1
        self._come(stands.starts_at)

    async def _stay_away(self) -> None:
        starts = (await self._stands()).starts_at
        self._break("no_show", starts, starts)

    def _break(self, kind: str, at: datetime, starts: datetime) -> None:
        if self.visit is None:
            raise RuntimeError("nothing was booked")
        free_until = moment(local(starts).date() - _DAY, time(15))
        if kind == "no_show" or at >= free_until:
            self.month.expected.append(Broken(self.visit, self.patient.id, kind, at))

    async def _call_from_the_road(self) -> None:
        await self._say("在路上")
        self.month.at(self.month.now + 30 * _MINUTE, self._arrive)

    async def _arrive(self) -> None:
        if (await self._stands()).status is AppointmentStatus.BOOKED and self.visit:
            await mark_arrived(self.month.desk, self.visit, "guide", self.month.now)
