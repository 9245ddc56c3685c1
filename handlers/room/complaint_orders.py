"""Orders about a complaint: taken, given back, handed on, put off; the rest is done on its page."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Final

from handlers.casework.access import may_work_on
from handlers.casework.claims import claim_complaint, return_complaint
from handlers.casework.snooze import snooze_complaint
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


async def order_about_complaint(
    staff: StaffMember, case: Complaint, order: Order, desk: Desk, now: datetime
) -> Answer:
    """Do what was ordered; a closed case is told of with who closed it, and stays as it is."""
    words = staff_words(desk.language)
    if not may_work_on(staff, case):
        return refused(case.number, Refusal.NOT_ALLOWED, words)
    if case.state is ComplaintState.CLOSED:
        by = await related(case, "closed_by")
        values = {"number": case.number, "name": by.name if by else ""}
        return Answer("S-ORDER-CLOSED", values, Refusal.CLOSED.value)
    deed = _DEEDS.get(order.verb)
    if deed is None:
        return Answer("S-ORDER-PAGE", {"number": case.number}, "on_its_page")
    return await deed(staff, case, order, desk, now)


async def _claim(
    staff: StaffMember, case: Complaint, order: Order, desk: Desk, now: datetime
) -> Answer:
    del order
    taken = await claim_complaint(case.id, staff, now)
    return claimed(case.number, taken, staff_words(desk.language))


async def _back(
    staff: StaffMember, case: Complaint, order: Order, desk: Desk, now: datetime
) -> Answer:
    del order
    refusal = await return_complaint(case.id, staff, now)
    if refusal is not None:
        return refused(case.number, refusal, staff_words(desk.language))
    return done("S-ORDER-BACK", case.number)


async def _transfer(
    staff: StaffMember, case: Complaint, order: Order, desk: Desk, now: datetime
) -> Answer:
    """转 TS-… 护理部 原因: the office by its name, then the reason."""
    words = staff_words(desk.language)
    office, _, reason = order.rest.partition(" ")
    roles = {name: role for role, name in words.roles.items()}
    refusal = await transfer(case.id, staff, roles.get(office, ""), reason, now)
    if refusal is not None:
        return refused(case.number, refusal, words)
    return done("S-ORDER-MOVE", case.number, ward=office)


async def _snooze(
    staff: StaffMember, case: Complaint, order: Order, desk: Desk, now: datetime
) -> Answer:
    found = _MINUTES.search(order.rest)
    minutes = found[0] if found else _USUAL
    refusal = await snooze_complaint(case.id, staff, int(minutes), now)
    if refusal is not None:
        return refused(case.number, refusal, staff_words(desk.language))
    return done("S-ORDER-SNOOZE", case.number, minutes=minutes)


_Deed = Callable[[StaffMember, Complaint, Order, Desk, datetime], Awaitable[Answer]]
_DEEDS: Final[Mapping[Verb | None, _Deed]] = {
    Verb.CLAIM: _claim,
    Verb.TRANSFER: _transfer,
    Verb.BACK: _back,
    Verb.SNOOZE: _snooze,
}
