"""Wishes about clinics whose book is the hospital's: asked, answered, carried out (standards 6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from dialogs.appointments.events import WhyNot
from dialogs.timing.spans import local
from handlers.booking.actor import HOSPITAL, Actor
from handlers.booking.admission import of_clinic
from handlers.booking.bookings import Order, book
from handlers.booking.cancellations import cancel
from handlers.booking.moves import move
from handlers.desk import Desk
from models.booking import (
    Appointment,
    BookingRequest,
    BookingSource,
    RequestKind,
    RequestStatus,
)
from models.conversation import Conversation
from models.timetable import next_number
from models.unit import lock, unit_of_work

SERIES: Final = "YQ"
# registration answers within four staffed hours (part D of the clocks)
ANSWERED_WITHIN: Final = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked of the hospital's system, and for whom."""

    kind: RequestKind
    patient_id: UUID
    clinic_id: UUID
    words: str = ""
    asked_at: datetime | None = None
    conversation_id: UUID | None = None
    appointment_id: UUID | None = None
    slot_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the hospital's system said; `slot_id` when it gave another one than was asked."""

    done: bool
    by: str = HOSPITAL
    note: str = ""
    slot_id: UUID | None = None
    source: BookingSource = BookingSource.ON_SITE


async def ask(desk: Desk, asking: Asking, now: datetime) -> BookingRequest:
    """Pass a wish on; an earlier one about the same visit is withdrawn: the last word counts."""

    async def work() -> BookingRequest:
        if asking.appointment_id is not None:
            await withdraw(asking.appointment_id, now)
        today = local(now).date()
        return await BookingRequest.create(
            number=f"{SERIES}{today:%Y%m%d}-{await next_number(SERIES, today):04}",
            kind=asking.kind,
            patient_id=asking.patient_id,
            conversation_id=asking.conversation_id,
            clinic_id=asking.clinic_id,
            appointment_id=asking.appointment_id,
            slot_id=asking.slot_id,
            wish=asking.words,
            asked_at=asking.asked_at or now,
            due_at=desk.staffed_hours.add(now, ANSWERED_WITHIN, desk.calendar),
        )

    return await unit_of_work(work)


async def withdraw(appointment_id: UUID, now: datetime) -> int:
    """Take back what was asked about a visit and not answered yet; returns how many."""
    open_requests = BookingRequest.filter(appointment_id=appointment_id, status=RequestStatus.NEW)
    return await open_requests.update(status=RequestStatus.WITHDRAWN, answered_at=now)


async def withdraw_booking(conversation_id: UUID, now: datetime) -> int:
    """Take back a booking that was asked for and is not entered yet; returns how many."""
    asked = BookingRequest.filter(conversation_id=conversation_id, kind=RequestKind.BOOK)
    open_requests = asked.filter(status=RequestStatus.NEW, appointment_id__isnull=True)
    return await open_requests.update(status=RequestStatus.WITHDRAWN, answered_at=now)


async def answer(
    desk: Desk, request_id: UUID, said: Answer, now: datetime
) -> BookingRequest | WhyNot:
    """Note the answer and carry it out, judged by when it was asked; the patient is told.

    Nothing is changed when a reason is returned. Raises ValueError when a booking or move is
    said to be done and no slot is known.
    """

    async def work() -> BookingRequest | WhyNot:
        known = await BookingRequest.get(id=request_id)
        # the conversation comes before the visit, as everywhere
        await lock(Conversation.filter(id=known.conversation_id))
        request = await lock(BookingRequest.filter(id=request_id)).get()
        if request.status is not RequestStatus.NEW:
            return WhyNot.ENDED
        outcome = await _carry_out(desk, request, said, now) if said.done else None
        if isinstance(outcome, WhyNot):
            return outcome
        await _close(request, said, outcome, now)
        await _tell(desk, request, outcome, now)
        return request

    return await unit_of_work(work)


async def _carry_out(
    desk: Desk, request: BookingRequest, said: Answer, now: datetime
) -> Appointment | WhyNot:
    actor = Actor(said.by)
    if request.kind is RequestKind.CANCEL:
        gone = await cancel(
            desk, _visit(request), actor, now, asked_at=request.asked_at, reason=said.note
        )
        return gone if isinstance(gone, WhyNot) else gone.appointment
    slot_id = said.slot_id or request.slot_id
    if slot_id is None:
        raise ValueError("which slot the hospital's system gave must be said")
    if not await of_clinic(slot_id, request.clinic_id):
        return WhyNot.NO_SESSION
    if request.kind is RequestKind.MOVE:
        moved = await move(
            desk,
            _visit(request),
            slot_id,
            actor,
            now,
            asked_at=request.asked_at,
            holder=request.conversation_id,
            decided=True,
        )
        return moved if isinstance(moved, WhyNot) else moved.appointment
    order = Order(
        patient_id=request.patient_id,
        slot_id=slot_id,
        source=said.source,
        actor=actor,
        holder=request.conversation_id,
        decided=True,
    )
    return await book(desk, order, now)


def _visit(request: BookingRequest) -> UUID:
    if request.appointment_id is None:
        raise ValueError("a request to move or cancel needs its visit")
    return request.appointment_id


async def _close(
    request: BookingRequest, said: Answer, outcome: Appointment | None, now: datetime
) -> None:
    request.status = RequestStatus.DONE if said.done else RequestStatus.REFUSED
    request.note, request.answered_by, request.answered_at = said.note[:256], said.by, now
    if outcome is not None:
        request.appointment_id = outcome.id
    await request.save()


async def _tell(
    desk: Desk, request: BookingRequest, outcome: Appointment | None, now: datetime
) -> None:
    from handlers.booking.telling import tell_answer  # noqa: PLC0415 - the talk books in turn

    await tell_answer(desk, request, outcome, now)
