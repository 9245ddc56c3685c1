"""Orders about a complaint: taken, answered, handed on, put off; the rest is done on its page."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from handlers.casework.access import may_work_on
from handlers.casework.claims import claim_complaint, return_complaint
from handlers.casework.snooze import snooze_complaint
from handlers.casework.telling import reply
from handlers.casework.transfers import transfer
from handlers.claims import Refusal
from handlers.desk import Desk
from handlers.room.answers import Answer, claimed, done, refused
from handlers.room.orders import Order, Verb
from handlers.staff_words import staff_words
from models.complaint import Complaint, ComplaintState
from models.hospital import StaffMember
from models.row import related

_MINUTES: Final = re.compile(r"\d{1,3}")
_USUAL: Final = "30"


@dataclass(frozen=True, slots=True)
class OrderedCase:
    """An order about a complaint: who gave it, and the name of this one writing of it."""

    staff: StaffMember
    case: Complaint
    order: Order
    once: str
    desk: Desk
    now: datetime

    def answer(self, message: str, refusal: Refusal | None, **values: str) -> Answer:
        """Answer with a refusal, or that it was done."""
        if refusal is not None:
            return refused(self.case.number, refusal, staff_words(self.desk.language))
        return done(message, self.case.number, **values)


async def order_about_complaint(ordered: OrderedCase) -> Answer:
    """Do what was ordered; a closed case is told of with who closed it, and stays as it is."""
    staff, case, desk = ordered.staff, ordered.case, ordered.desk
    words = staff_words(desk.language)
    if not may_work_on(staff, case):
        return refused(case.number, Refusal.NOT_ALLOWED, words)
    if case.state is ComplaintState.CLOSED:
        by = await related(case, "closed_by")
        values = {"number": case.number, "name": by.name if by else ""}
        return Answer("S-ORDER-CLOSED", values, Refusal.CLOSED.value)
    deed = _DEEDS.get(ordered.order.verb)
    if deed is None:
        return Answer("S-ORDER-PAGE", {"number": case.number}, "on_its_page")
    return await deed(ordered)


async def _claim(ordered: OrderedCase) -> Answer:
    taken = await claim_complaint(ordered.case.id, ordered.staff, ordered.now)
    return claimed(ordered.case.number, taken, staff_words(ordered.desk.language))


async def _reply(ordered: OrderedCase) -> Answer:
    """回复 TS-… 内容: what is written goes to the patient as it stands."""
    words, case_id = ordered.order.rest, ordered.case.id
    refusal = await reply(case_id, ordered.staff, words, ordered.once, ordered.desk, ordered.now)
    return ordered.answer("S-ORDER-REPLY", refusal)


async def _back(ordered: OrderedCase) -> Answer:
    refusal = await return_complaint(ordered.case.id, ordered.staff, ordered.now)
    return ordered.answer("S-ORDER-BACK", refusal)


async def _transfer(ordered: OrderedCase) -> Answer:
    """转 TS-… 护理部 原因: the office by its name, then the reason."""
    office, _, reason = ordered.order.rest.partition(" ")
    roles = {name: role for role, name in staff_words(ordered.desk.language).roles.items()}
    to = roles.get(office, "")
    refusal = await transfer(ordered.case.id, ordered.staff, to, reason, ordered.now)
    return ordered.answer("S-ORDER-MOVE", refusal, ward=office)


async def _snooze(ordered: OrderedCase) -> Answer:
    found = _MINUTES.search(ordered.order.rest)
    minutes = found[0] if found else _USUAL
    refusal = await snooze_complaint(ordered.case.id, ordered.staff, int(minutes), ordered.now)
    return ordered.answer("S-ORDER-SNOOZE", refusal, minutes=minutes)


_DEEDS: Final[Mapping[Verb | None, Callable[[OrderedCase], Awaitable[Answer]]]] = {
    Verb.CLAIM: _claim,
    Verb.REPLY: _reply,
    Verb.TRANSFER: _transfer,
    Verb.BACK: _back,
    Verb.SNOOZE: _snooze,
}
