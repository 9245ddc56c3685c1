"""The staff room: the live board, one alert's card, and what is done about it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

from aiohttp import web

from bot.console.pages import desk_of, go_to, now_of, page, said, visitor_of
from bot.keys import DRAIN
from handlers.alert_board import BoardRow, board
from handlers.alert_moves import PUT_OFF, move_alert, other_departments, snooze
from handlers.cards import AlertCard, alert_row, open_alert
from handlers.claims import (
    Closing,
    Refusal,
    claim,
    close_alert,
    hand_back,
    note_call,
    reply_to_patient,
)
from handlers.drills import acknowledge, end_drill, raise_drill, seen_by
from handlers.emergency import note_unreached
from handlers.scope import administers
from models.alert import Alert
from models.hospital import Department

ROUTES: Final = web.RouteTableDef()
PROMISES: Final = (10, 20, 30)


@ROUTES.get("")
async def show_room(request: web.Request) -> web.Response:
    """Show the whole board."""
    return await _board_page(request, "room")


@ROUTES.get("/board")
async def show_board(request: web.Request) -> web.Response:
    """Show the board alone, for a page that refreshes itself."""
    return await _board_page(request, "_board")


@ROUTES.get("/alerts/{number}")
async def show_alert(request: web.Request) -> web.Response:
    """Open an alert; who may not read of patients sees what the group sees."""
    card = await _card(request, on_record=True)
    if card is not None:
        return page(request, "alert", **await _card_values(card), said=said(request))
    alert, row = await _found(request)
    return page(request, "alert_shut", row=row, seen=await seen_by(alert.id), said=said(request))


@ROUTES.get("/alerts/{number}/{part:state|story}")
async def show_alert_live(request: web.Request) -> web.Response:
    """Show what changes about an open alert: who has it, its history, the talk."""
    card = await _card(request, on_record=False)
    if card is None:
        raise web.HTTPNotFound
    part = request.match_info["part"]
    return page(request, f"_alert_{part}", **await _card_values(card))


@ROUTES.post("/alerts/{number}/claim")
async def take_claim(request: web.Request) -> web.Response:
    """Claim, with or without a promised call."""
    alert, row = await _found(request)
    minutes = str((await request.post()).get("promise", ""))
    now = now_of(request)
    promised = minutes.isdigit() and int(minutes) in PROMISES
    promise_at = now + timedelta(minutes=int(minutes)) if promised else None
    claimed = await claim(alert.id, visitor_of(request).staff, promise_at, desk_of(request), now)
    await _send_now(request)
    return _back(row, claimed.refusal)


@ROUTES.post("/alerts/{number}/hand-back")
async def take_hand_back(request: web.Request) -> web.Response:
    """Give the alert back."""
    alert, row = await _found(request)
    return _back(row, await hand_back(alert.id, visitor_of(request).staff, now_of(request)))


@ROUTES.post("/alerts/{number}/called")
async def take_called(request: web.Request) -> web.Response:
    """Record that the patient was called."""
    alert, row = await _found(request)
    return _back(row, await note_call(alert.id, visitor_of(request).staff, now_of(request)))


@ROUTES.post("/alerts/{number}/unreached")
async def take_unreached(request: web.Request) -> web.Response:
    """Record a call that did not get through."""
    alert, row = await _found(request)
    staff, now = visitor_of(request).staff, now_of(request)
    return _back(row, await note_unreached(alert.id, staff, desk_of(request), now))


@ROUTES.post("/alerts/{number}/move")
async def take_move(request: web.Request) -> web.Response:
    """Send the alert on to another department; who may not know of it there sees the board."""
    alert, row = await _found(request)
    code = str((await request.post()).get("department", ""))[:32]
    department = await Department.get_or_none(code=code)
    if department is None:
        return _back(row, Refusal.NO_SUCH_DEPARTMENT)
    staff, now = visitor_of(request).staff, now_of(request)
    refusal = await move_alert(alert.id, staff, department, desk_of(request), now)
    return _back(row, refusal) if refusal else go_to("/staff")


@ROUTES.post("/alerts/{number}/snooze")
async def take_snooze(request: web.Request) -> web.Response:
    """Put the alert off."""
    alert, row = await _found(request)
    minutes = str((await request.post()).get("minutes", ""))
    wanted = int(minutes) if minutes.isdecimal() else 0
    staff, now = visitor_of(request).staff, now_of(request)
    return _back(row, await snooze(alert.id, staff, wanted, now))


@ROUTES.post("/alerts/{number}/reply")
async def take_reply(request: web.Request) -> web.Response:
    """Answer the patient through the bot."""
    alert, row = await _found(request)
    form = await request.post()
    refusal = await reply_to_patient(
        alert.id,
        visitor_of(request).staff,
        str(form.get("text", "")),
        str(form.get("once", ""))[:32],
        desk_of(request),
        now_of(request),
    )
    await _send_now(request)
    return _back(row, refusal)


@ROUTES.post("/alerts/{number}/close")
async def take_close(request: web.Request) -> web.Response:
    """Close with a verdict and an outcome."""
    alert, row = await _found(request)
    form = await request.post()
    closing = Closing(
        str(form.get("verdict", "")), str(form.get("outcome", "")), str(form.get("note", ""))[:2000]
    )
    staff, now = visitor_of(request).staff, now_of(request)
    return _back(row, await close_alert(alert.id, staff, closing, now))


@ROUTES.post("/drill")
async def take_drill(request: web.Request) -> web.Response:
    """Send a test alarm."""
    staff = visitor_of(request).staff
    if not (administers(staff) or staff.licensed):
        raise web.HTTPForbidden
    await raise_drill(desk_of(request), staff, now_of(request))
    return go_to("/staff")


@ROUTES.post("/alerts/{number}/seen")
async def take_seen(request: web.Request) -> web.Response:
    """Acknowledge a test alarm."""
    alert, _ = await _found(request)
    await acknowledge(alert.id, visitor_of(request).staff, now_of(request))
    return go_to("/staff")


@ROUTES.post("/alerts/{number}/end-drill")
async def take_end_drill(request: web.Request) -> web.Response:
    """End a test alarm."""
    alert, row = await _found(request)
    staff = visitor_of(request).staff
    if not (administers(staff) or staff.licensed):
        raise web.HTTPForbidden
    await end_drill(alert.id, staff, now_of(request))
    return _back(row, None)


async def _board_page(request: web.Request, name: str) -> web.Response:
    staff, now = visitor_of(request).staff, now_of(request)
    values: dict[str, Any] = {"board": await board(staff, now), "promises": PROMISES}
    return page(request, name, said=said(request), **values)


async def _found(request: web.Request) -> tuple[Alert, BoardRow]:
    found = await alert_row(request.match_info["number"], visitor_of(request).staff)
    if found is None:
        raise web.HTTPNotFound
    return found


async def _card(request: web.Request, *, on_record: bool) -> AlertCard | None:
    number, staff = request.match_info["number"], visitor_of(request).staff
    return await open_alert(number, staff, desk_of(request), now_of(request), on_record=on_record)


async def _card_values(card: AlertCard) -> dict[str, Any]:
    seen = await seen_by(card.alert.id) if card.row.drill else []
    once = uuid4().hex
    return {
        "card": card,
        "row": card.row,
        "seen": seen,
        "once": once,
        "promises": PROMISES,
        "put_off": PUT_OFF,
        "departments": await other_departments(card.alert),
    }


async def _send_now(request: web.Request) -> None:
    """What was just written need not wait for the next tick."""
    drain = request.config_dict.get(DRAIN)
    if drain is not None:
        await drain()


def _back(row: BoardRow, refusal: Refusal | None) -> web.Response:
    return go_to(f"/staff/alerts/{row.number}", refusal.value if refusal else "")
