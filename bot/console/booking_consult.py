"""The consult room: one list by due time, claimed, worked on, closed."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from bot.console.booking_page import after, allowed, book_page, number_of
from bot.console.pages import now_of
from handlers.booking.consult_desk import (
    Outcome,
    Shown,
    TaskCard,
    TaskRefusal,
    claim_task,
    close_task,
    done_tasks,
    give_back,
    open_task_card,
    open_tasks,
    show_person,
    task_exists,
)
from handlers.scope import consults
from models.office import ConsultReason

ROUTES: Final = web.RouteTableDef()


@ROUTES.get("/book/consult")
async def show_tasks(request: web.Request) -> web.Response:
    """Show what is to be done, what is due first coming first."""
    staff = allowed(request, consults)
    reason = request.query.get("reason", "")
    rows = await open_tasks(staff, reason)
    done = await done_tasks(staff)
    return await book_page(
        request, "book_consult", rows=rows, done=done, reason=reason, reasons=ConsultReason
    )


@ROUTES.get("/book/consult/{number}")
async def show_task(request: web.Request) -> web.Response:
    """Open a task; the phone stays masked until it is asked for."""
    return await _task_page(request, await _card(request), None)


@ROUTES.post("/book/consult/{number}/person")
async def show_caller(request: web.Request) -> web.Response:
    """Show whom to call; the look is on record."""
    card = await _card(request)
    if card.task.patient_id is None:
        raise web.HTTPNotFound
    subject = ("consult_task", card.task.id)
    staff = allowed(request, consults)
    shown = await show_person(card.task.patient_id, staff, subject, now_of(request))
    return await _task_page(request, card, shown)


@ROUTES.post("/book/consult/{number}/claim")
async def take_claim(request: web.Request) -> web.Response:
    """Claim a task: the first press has it."""
    number = await _number(request)
    refusal = await claim_task(number, allowed(request, consults), now_of(request))
    return _back(number, refusal)


@ROUTES.post("/book/consult/{number}/give-back")
async def take_back(request: web.Request) -> web.Response:
    """Give a task back to all."""
    number = await _number(request)
    return _back(number, await give_back(number, allowed(request, consults), now_of(request)))


@ROUTES.post("/book/consult/{number}/close")
async def take_close(request: web.Request) -> web.Response:
    """Close a task with what came of it."""
    number, staff = await _number(request), allowed(request, consults)
    form = await request.post()
    outcome, note = str(form.get("outcome", "")), str(form.get("note", ""))[:2000]
    refusal = await close_task(number, staff, outcome, note, now_of(request))
    return _back(number, refusal) if refusal else after("/consult", "task_closed")


def _back(number: str, refusal: TaskRefusal | None) -> web.Response:
    return after(f"/consult/{number}", refusal.value if refusal else "")


async def _number(request: web.Request) -> str:
    number = number_of(request)
    allowed(request, consults)
    if not await task_exists(number):
        raise web.HTTPNotFound
    return number


async def _card(request: web.Request) -> TaskCard:
    number, staff = number_of(request), allowed(request, consults)
    card = await open_task_card(number, staff, now_of(request))
    if card is None:
        raise web.HTTPNotFound
    return card


async def _task_page(request: web.Request, card: TaskCard, shown: Shown | None) -> web.Response:
    return await book_page(
        request,
        "book_task",
        card=card,
        row=card.row,
        shown=shown,
        outcomes=Outcome,
        visit=card.appointment,
    )
