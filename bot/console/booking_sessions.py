"""A session stopped, substituted or moved by the outpatient office (R104)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from aiohttp import web

from bot.console.booking_page import YEARS, after, allowed, book_page, send_now
from bot.console.pages import desk_of, now_of
from bot.console.records import uuid_of
from dialogs.timing import HOSPITAL_ZONE
from handlers.booking.answers import unanswered
from handlers.booking.board import SessionBoard, session_board
from handlers.booking.rules import rules_of
from handlers.booking.session_changes import (
    Changed,
    ChangeRefusal,
    Order,
    doctors_besides,
    shift,
    stop,
    substitute,
    too_late,
)
from handlers.booking.session_chase import hand_over_unanswered
from handlers.booking.visit_lines import visit_lines
from handlers.scope import directs_book
from models.booking import Session
from models.unit import unit_of_work

ROUTES: Final = web.RouteTableDef()
CHANGES: Final = ("stop", "substitute", "shift")


@ROUTES.get("/book/sessions/{id}")
async def show_session(request: web.Request) -> web.Response:
    """Show a session with what can be changed, and who has not answered a change."""
    return await _session_page(request)


@ROUTES.post("/book/sessions/{id}")
async def take_change(request: web.Request) -> web.Response:
    """Change a session; late, the first press only asks for the reason."""
    staff = allowed(request, directs_book)
    board = await _board(request)
    form = {name: str(value) for name, value in (await request.post()).items()}
    reason, seen = form.get("reason", ""), form.get("seen", "")
    order = Order(staff, now_of(request), reason, seen, despite="despite" in form)
    changed = await _change(request, board.session, form, order)
    if changed.refusal is not None:
        return await _session_page(request, form, changed)
    await send_now(request)
    return after(f"/sessions/{board.session.id}", "session_changed")


@ROUTES.post("/book/sessions/{id}/hand-over")
async def take_hand_over(request: web.Request) -> web.Response:
    """Pass who has not answered on to the consult room."""
    allowed(request, directs_book)
    board = await _board(request)
    desk, now = desk_of(request), now_of(request)
    await unit_of_work(lambda: hand_over_unanswered(desk, board.session, now))
    return after(f"/sessions/{board.session.id}", "handed_over")


async def _change(
    request: web.Request, session: Session, form: dict[str, str], order: Order
) -> Changed:
    desk = desk_of(request)
    match form.get("do", ""):
        case "stop":
            return await stop(desk, session, order)
        case "substitute":
            return await substitute(desk, session, form.get("name", "").strip()[:64], order)
        case "shift":
            starts_at = _moment(form.get("starts_at", ""))
            if starts_at is None:
                return Changed(ChangeRefusal.TIME_NEEDED)
            return await shift(desk, session, starts_at, order)
        case _:
            raise web.HTTPBadRequest


def _moment(text: str) -> datetime | None:
    """Read what a date and time field sends: the minute on the hospital's wall."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    on_the_wall = read.replace(second=0, microsecond=0, tzinfo=HOSPITAL_ZONE)
    return on_the_wall if read.year in YEARS else None


async def _board(request: web.Request) -> SessionBoard:
    found = await session_board(uuid_of(request), allowed(request, directs_book), now_of(request))
    if found is None:
        raise web.HTTPNotFound
    return found


async def _session_page(
    request: web.Request,
    form: dict[str, str] | None = None,
    changed: Changed | None = None,
) -> web.Response:
    refusal = changed.refusal if changed else None
    board, now = await _board(request), now_of(request)
    waiting = await unanswered(board.session)
    lines = await visit_lines(waiting, now)
    values: dict[str, Any] = form or {}
    rules = rules_of(board.clinic)
    return await book_page(
        request,
        "book_session",
        status=422 if refusal else 200,
        board=board,
        session=board.session,
        notice=f"{rules.substitution_notice:%H:%M}",
        late=await too_late(board.session, now),
        over=board.session.ends_at <= now or board.session.status == "stopped",
        waiting=[lines[visit.id] for visit in waiting],
        doctors=await doctors_besides(board.session),
        form=values,
        refusal=refusal,
        clash=changed.clash if changed else None,
    )
