"""Breaches and appeals: waived, and suspensions lifted, each with its reason (R098)."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from bot.console.booking_page import after, allowed, book_page
from bot.console.pages import desk_of, now_of
from bot.console.records import uuid_of
from handlers.booking.breach_list import breach_list
from handlers.booking.breaches import lift, waive
from handlers.booking.consult_desk import on_record
from handlers.scope import consults, directs_book
from models.booking import Breach, Suspension

ROUTES: Final = web.RouteTableDef()


@ROUTES.get("/book/breaches")
async def show_breaches(request: web.Request) -> web.Response:
    """Show breaches by person; appeals come first."""
    allowed(request, consults)
    people = await breach_list(now_of(request))
    return await book_page(request, "book_breaches", people=people)


@ROUTES.post("/book/breaches/{id}/waive")
async def take_waiver(request: web.Request) -> web.Response:
    """Take a breach back."""
    staff, breach_id = allowed(request, directs_book), uuid_of(request)
    if not await Breach.filter(id=breach_id).exists():
        raise web.HTTPNotFound
    reason = str((await request.post()).get("reason", "")).strip()
    if not reason:
        return after("/breaches", "words_needed")
    if not await Breach.filter(id=breach_id, waived_at__isnull=True).exists():
        return after("/breaches", "stale")
    now = now_of(request)
    await waive(desk_of(request), breach_id, staff, reason[:256], now)
    await on_record(staff, "breach.waived", "breach", breach_id, now)
    return after("/breaches", "waived")


@ROUTES.post("/book/suspensions/{id}/lift")
async def take_lift(request: web.Request) -> web.Response:
    """End a suspension before its time."""
    staff, suspension_id = allowed(request, directs_book), uuid_of(request)
    if not await Suspension.filter(id=suspension_id).exists():
        raise web.HTTPNotFound
    reason = str((await request.post()).get("reason", "")).strip()
    if not reason:
        return after("/breaches", "words_needed")
    now = now_of(request)
    await lift(suspension_id, staff, reason[:256], now)
    await on_record(staff, "suspension.lifted", "suspension", suspension_id, now)
    return after("/breaches", "lifted")
