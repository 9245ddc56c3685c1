"""Orders about an alert, each the same as its button on the card."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from handlers.alert_moves import move_alert, snooze
from handlers.claims import Refusal, claim, close_alert, hand_back, note_call, reply_to_patient
from handlers.department_names import load_department_names
from handlers.desk import Desk
from handlers.drills import acknowledge
from handlers.emergency import note_unreached
from handlers.room.answers import Answer, claimed, done, refused
from handlers.room.orders import Order, Verb, read_closing
from handlers.scope import may_open_alert
from handlers.staff_words import staff_words
from models.alert import Alert, AlertStatus
from models.hospital import StaffMember
from models.row import related

_PROMISES: Final = (10, 20, 30)
_USUAL: Final = 30
_MINUTES: Final = re.compile(r"\d{1,3}")


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order about an alert: who gave it, and the name of this one writing of it."""

    staff: StaffMember
    alert: Alert
    order: Order
    once: str
    desk: Desk
    now: datetime

    def answer(self, message: str, refusal: Refusal | None, **values: str) -> Answer:
        """Answer with a refusal, or that it was done."""
        if refusal is not None:
            return refused(self.alert.number, refusal, staff_words(self.desk.language))
        return done(message, self.alert.number, **values)


async def order_about_alert(ordered: Ordered) -> Answer:
    """Do what was ordered; who may not open the alert, or comes after its end, is told so."""
    words = staff_words(ordered.desk.language)
    alert, staff = ordered.alert, ordered.staff
    if alert.drill:
        await acknowledge(alert.id, staff, ordered.now)
        return done("S-ORDER-SEEN", alert.number)
    if not may_open_alert(staff, alert):
        return refused(alert.number, Refusal.NOT_ALLOWED, words)
    if alert.status == AlertStatus.CLOSED:
        by = await related(alert, "closed_by")
        values = {"number": alert.number, "name": by.name if by else ""}
        return Answer("S-ORDER-CLOSED", values, Refusal.CLOSED.value)
    verb = ordered.order.verb
    return await _DEEDS[verb](ordered) if verb in _DEEDS else Answer("S-ORDER-HELP")


async def _claim(ordered: Ordered) -> Answer:
    """Claim; minutes behind the number promise a call, as the buttons do."""
    minutes = _minutes(ordered.order.rest, 0)
    promise = ordered.now + timedelta(minutes=minutes) if minutes in _PROMISES else None
    taken = await claim(ordered.alert.id, ordered.staff, promise, ordered.desk, ordered.now)
    return claimed(ordered.alert.number, taken, staff_words(ordered.desk.language))


async def _transfer(ordered: Ordered) -> Answer:
    department = (await load_department_names()).find(ordered.order.rest)
    if department is None:
        return ordered.answer("", Refusal.NO_SUCH_DEPARTMENT)
    refusal = await move_alert(
        ordered.alert.id, ordered.staff, department, ordered.desk, ordered.now
    )
    return ordered.answer("S-ORDER-MOVE", refusal, ward=department.name)


async def _reply(ordered: Ordered) -> Answer:
    words, staff, desk = ordered.order.rest, ordered.staff, ordered.desk
    refusal = await reply_to_patient(
        ordered.alert.id, staff, words, ordered.once, desk, ordered.now
    )
    return ordered.answer("S-ORDER-REPLY", refusal)


async def _close(ordered: Ordered) -> Answer:
    closing = read_closing(ordered.order.rest)
    refusal = await close_alert(ordered.alert.id, ordered.staff, closing, ordered.now)
    return ordered.answer("S-ORDER-CLOSE", refusal)


async def _snooze(ordered: Ordered) -> Answer:
    minutes = _minutes(ordered.order.rest, _USUAL)
    refusal = await snooze(ordered.alert.id, ordered.staff, minutes, ordered.now)
    return ordered.answer("S-ORDER-SNOOZE", refusal, minutes=str(minutes))


async def _called(ordered: Ordered) -> Answer:
    refusal = await note_call(ordered.alert.id, ordered.staff, ordered.now)
    return ordered.answer("S-ORDER-CALLED", refusal)


async def _unreached(ordered: Ordered) -> Answer:
    alert_id, staff = ordered.alert.id, ordered.staff
    refusal = await note_unreached(alert_id, staff, ordered.desk, ordered.now)
    return ordered.answer("S-ORDER-UNREACHED", refusal)


async def _back(ordered: Ordered) -> Answer:
    refusal = await hand_back(ordered.alert.id, ordered.staff, ordered.now)
    return ordered.answer("S-ORDER-BACK", refusal)


def _minutes(said: str, usual: int) -> int:
    found = _MINUTES.search(said)
    return int(found[0]) if found else usual


_DEEDS: Final[Mapping[Verb | None, Callable[[Ordered], Awaitable[Answer]]]] = {
    Verb.CLAIM: _claim,
    Verb.TRANSFER: _transfer,
    Verb.REPLY: _reply,
    Verb.CLOSE: _close,
    Verb.SNOOZE: _snooze,
    Verb.CALLED: _called,
    Verb.UNREACHED: _unreached,
    Verb.BACK: _back,
}
