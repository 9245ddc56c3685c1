"""Orders as text in the staff group: the same as the buttons, and each on record (T07, F34)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dialogs.timing import local
from handlers.casework.access import visible_complaints
from handlers.desk import Desk
from handlers.room.alert_orders import Ordered, order_about_alert
from handlers.room.answers import Answer
from handlers.room.complaint_orders import OrderedCase, order_about_complaint
from handlers.room.orders import Order, Verb, read_order
from handlers.room.who import on_now
from handlers.scope import visible_alerts
from handlers.staff_words import staff_words
from models.alert import Alert
from models.complaint import Complaint
from models.hospital import StaffMember
from models.once import insert_once
from models.room import RoomCommand
from models.unit import unit_of_work


async def order(
    staff: StaffMember,
    text: str,
    occurrence: str,
    desk: Desk,
    now: datetime,
    channel: str = "web",
) -> Answer:
    """Do what an order says, once an occurrence, and write down who ordered what with its result.

    The order's words are not kept: they may be an answer to a patient. Refused are orders about a
    number nobody knows or the person may not know of, about what has ended, and what the person
    may not do; then nothing but the record of the order changes.
    """
    read = read_order(text)
    row = RoomCommand(
        occurrence=f"{channel}:{occurrence}"[:160],
        channel=channel,
        staff_id=staff.id,
        verb=read.verb.value if read.verb else "",
        number="",
        result="begun",
        at=now,
    )
    return await unit_of_work(lambda: _order(_Given(staff, read, row, desk, now)))


@dataclass(frozen=True, slots=True)
class _Given:
    staff: StaffMember
    order: Order
    row: RoomCommand
    desk: Desk
    now: datetime


async def _order(given: _Given) -> Answer:
    if not await insert_once(given.row):
        return Answer("S-ORDER-TWICE", result="twice")
    answer = await _carry_out(given)
    given.row.number = answer.values.get("number", "")[:32]
    given.row.result = answer.result
    await given.row.save(update_fields=["number", "result"])
    return answer


async def _carry_out(given: _Given) -> Answer:
    match given.order.verb:
        case None:
            return Answer("S-ORDER-UNKNOWN", result="unknown")
        case Verb.HELP:
            return Answer("S-ORDER-HELP")
        case Verb.WHO:
            return await _who(given)
        case _:
            return await _about_a_case(given)


async def _about_a_case(given: _Given) -> Answer:
    number = given.order.number
    if number is None:
        return Answer("S-ORDER-NUMBER", result="no_number")
    typed = number.candidates(local(given.now).date())
    cases = await _meant(given, typed)
    if not cases:
        return Answer("S-ORDER-NOT-FOUND", {"number": typed[0]}, "not_found")
    if len(cases) > 1:
        numbers = " ".join(sorted(case.number for case in cases))
        return Answer("S-ORDER-WHICH", {"numbers": numbers}, "ambiguous")
    return await _about(given, cases[0])


async def _about(given: _Given, case: Alert | Complaint) -> Answer:
    staff, read, desk, now = given.staff, given.order, given.desk, given.now
    once = hashlib.sha256(given.row.occurrence.encode()).hexdigest()[:16]
    if isinstance(case, Complaint):
        return await order_about_complaint(OrderedCase(staff, case, read, once, desk, now))
    return await order_about_alert(Ordered(staff, case, read, once, desk, now))


async def _meant(given: _Given, numbers: Sequence[str]) -> list[Alert | Complaint]:
    """Find what a number may mean among what this person may know of."""
    alerts = await visible_alerts(given.staff).filter(number__in=list(numbers))
    complaints = await visible_complaints(given.staff).filter(number__in=list(numbers))
    return [*alerts, *complaints]


async def _who(given: _Given) -> Answer:
    words = staff_words(given.desk.language)
    lines = await on_now(given.staff, words, given.now)
    return Answer("S-ORDER-WHO", {"people": "\n".join(lines) or words.group["nobody_on"]})
