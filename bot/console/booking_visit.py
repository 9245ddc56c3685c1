"""One visit: shown, confirmed, moved, given up; who came and who did not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

from aiohttp import web

from bot.console.booking_page import (
    after,
    allowed,
    book_page,
    day_of,
    id_in,
    number_of,
    pressed,
    send_now,
    today_of,
)
from bot.console.pages import desk_of, now_of
from dialogs.timing import local
from handlers.booking.board import free_days
from handlers.booking.consult_desk import Shown, show_person
from handlers.booking.counter import (
    Deed,
    Pressed,
    cancel_visit,
    confirm_visit,
    move_visit,
    note_coming,
    take_coming_back,
    tell_patient,
)
from handlers.booking.visit_card import VisitCard, open_visit
from handlers.desk import Desk
from handlers.reminders.recall import Recall, recall
from handlers.scope import keeps_book, marks_visits, recalls, sees_book
from models.booking import AppointmentStatus, RequestKind
from models.hospital import StaffMember

ROUTES: Final = web.RouteTableDef()
COMINGS: Final = {
    "arrived": AppointmentStatus.ARRIVED,
    "fulfilled": AppointmentStatus.FULFILLED,
    "no_show": AppointmentStatus.NO_SHOW,
}
DAYS_SHOWN: Final = 7


@ROUTES.get("/book/visits/{number}")
async def show_visit(request: web.Request) -> web.Response:
    """Show a visit, masked."""
    return await _visit_page(request, await _card(request), None)


@ROUTES.post("/book/visits/{number}/person")
async def show_visitor(request: web.Request) -> web.Response:
    """Show the visit with name and numbers in full; the look is on record."""
    card = await _card(request)
    subject = ("appointment", card.visit.id)
    shown = await show_person(card.visit.patient_id, allowed(request), subject, now_of(request))
    return await _visit_page(request, card, shown)


@ROUTES.post("/book/visits/{number}/confirm")
async def take_confirm(request: web.Request) -> web.Response:
    """Note that the patient says to come."""
    press, _ = await pressed(request)
    return _back(press, await confirm_visit(desk_of(request), press), "confirmed")


@ROUTES.post("/book/visits/{number}/came")
async def take_coming(request: web.Request) -> web.Response:
    """Note that somebody arrived, was seen or did not come; the day's page is shown again."""
    press, form = await pressed(request, marks_visits)
    what = COMINGS.get(form.get("what", ""))
    if what is None:
        raise web.HTTPBadRequest
    deed = await note_coming(desk_of(request), press, what)
    await send_now(request)
    return _back(press, deed, what.value)


@ROUTES.post("/book/visits/{number}/came/back")
async def take_mark_back(request: web.Request) -> web.Response:
    """Take back that somebody arrived or did not come, which was a mistake."""
    press, form = await pressed(request, marks_visits)
    deed = await take_coming_back(desk_of(request), press, form.get("reason", ""))
    return _back(press, deed, "mark_taken_back")


@ROUTES.get("/book/visits/{number}/move")
async def show_move(request: web.Request) -> web.Response:
    """Show where the visit can be moved to: free places, as they are now."""
    allowed(request, keeps_book)
    card, now = await _card(request), now_of(request)
    day = day_of(request, today_of(request))
    days = await free_days(card.visit.clinic_id, day, DAYS_SHOWN, now, besides=card.visit.id)
    later = day + timedelta(days=DAYS_SHOWN)
    return await book_page(request, "book_move", card=card, days=days, day=day, later=later)


@ROUTES.post("/book/visits/{number}/move")
async def take_move(request: web.Request) -> web.Response:
    """Move the visit to the chosen slot."""
    press, form = await pressed(request)
    slot = id_in(form.get("slot", ""))
    if slot is None:
        return after(f"/visits/{press.number}/move", "slot_needed")

    async def work(desk: Desk) -> Deed:
        return await move_visit(desk, press, slot)

    return await _told(request, press, work, (RequestKind.MOVE, "moved"))


@ROUTES.post("/book/visits/{number}/cancel")
async def take_cancel(request: web.Request) -> web.Response:
    """Give the visit up, for the patient or for the hospital."""
    press, form = await pressed(request)
    reason, by_hospital = form.get("reason", ""), form.get("whose") == "hospital"

    async def work(desk: Desk) -> Deed:
        return await cancel_visit(desk, press, reason, by_hospital=by_hospital)

    return await _told(request, press, work, (RequestKind.CANCEL, "cancelled"))


@ROUTES.post("/book/visits/{number}/recall")
async def take_recall(request: web.Request) -> web.Response:
    """Fill in a 回访单: the consult room contacts the patient at once (R090)."""
    staff, card, now = allowed(request, recalls), await _card(request), now_of(request)
    visit = card.visit
    wanted = Recall(
        visit.patient_id,
        local(visit.starts_at).date(),
        visit.doctor,
        visit.encounter_id,
        visit.clinic_id,
    )
    done = await recall(desk_of(request), wanted, staff.username, now)
    await send_now(request)
    code = "recalled" if done.task else "recall_booked" if done.booked else "deceased"
    return after(f"/visits/{visit.number}", code)


async def _told(
    request: web.Request,
    press: Pressed,
    work: Callable[[Desk], Awaitable[Deed]],
    names: tuple[RequestKind, str],
) -> web.Response:
    """Do it, tell the patient, and say whether the patient could be told."""
    desk, (kind, code) = desk_of(request), names
    deed = await work(desk)
    reached = await tell_patient(desk, deed, kind, press.now)
    await send_now(request)
    return _back(press, deed, code if reached or deed.late else f"{code}_silent")


def _back(press: Pressed, deed: Deed, code: str) -> web.Response:
    done = f"{code}_late" if deed.late else code
    return after(f"/visits/{press.number}", done if deed.done else deed.told.value)


async def _card(request: web.Request) -> VisitCard:
    staff: StaffMember = allowed(request, sees_book)
    card = await open_visit(number_of(request), staff, now_of(request))
    if card is None:
        raise web.HTTPNotFound
    return card


async def _visit_page(request: web.Request, card: VisitCard, shown: Shown | None) -> web.Response:
    return await book_page(request, "book_visit", card=card, visit=card.visit, shown=shown)
