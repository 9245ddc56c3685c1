"""Requests to the hospital's own booking system: listed, answered, exported (standards 6)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from aiohttp import web

from bot.console.booking_page import (
    after,
    allowed,
    book_page,
    id_in,
    number_of,
    send_now,
    today_of,
)
from bot.console.booking_sheets import sheet
from bot.console.pages import Times, desk_of, now_of
from dialogs.appointments.events import WhyNot
from handlers.booking.board import free_days
from handlers.booking.office_board import RequestRow, full_requests, note_export, open_requests
from handlers.booking.requests import Answer, answer
from handlers.scope import registers
from handlers.staff_words import StaffWords, staff_words
from models.booking import BookingRequest, BookingSource, RequestKind, RequestStatus

ROUTES: Final = web.RouteTableDef()
DAYS_SHOWN: Final = 28
_HEADS: Final = (
    "number",
    "kind",
    "clinic",
    "doctor",
    "slot",
    "visit",
    "name",
    "id_no",
    "phone",
    "wish",
    "asked",
    "due",
)


@ROUTES.get("/book/requests")
async def show_requests(request: web.Request) -> web.Response:
    """Show what is asked of the hospital's system, and what was answered lately."""
    allowed(request, registers)
    return await book_page(
        request,
        "book_requests",
        rows=await open_requests(),
        done=[
            *await open_requests(RequestStatus.DONE),
            *await open_requests(RequestStatus.REFUSED),
        ],
    )


@ROUTES.get("/book/requests/{number}")
async def show_request(request: web.Request) -> web.Response:
    """Show one request with the slots it can be answered with."""
    return await _request_page(request, "")


@ROUTES.post("/book/requests/{number}")
async def take_answer(request: web.Request) -> web.Response:
    """Note what the hospital's system said; the patient is told."""
    staff, row = allowed(request, registers), await _row(request)
    form = {name: str(value) for name, value in (await request.post()).items()}
    done, note = form.get("answer") == "done", form.get("note", "").strip()
    if form.get("answer") not in ("done", "refused"):
        raise web.HTTPBadRequest
    slot = id_in(form.get("slot", "")) or row.request.slot_id
    if done and slot is None and row.request.kind is not RequestKind.CANCEL:
        return await _request_page(request, "slot_unknown")
    if not done and not note:
        return await _request_page(request, "words_needed")
    said = Answer(done, staff.username, note[:256], slot, BookingSource.ON_SITE)
    outcome = await answer(desk_of(request), row.request.id, said, now_of(request))
    if isinstance(outcome, WhyNot):
        return await _request_page(request, outcome.value)
    await send_now(request)
    return after("/requests", "request_answered")


@ROUTES.post("/book/requests.{ending:csv|xlsx}")
async def export(request: web.Request) -> web.Response:
    """Give registration the open requests with names in full; the export is on record."""
    staff = allowed(request, registers)
    rows = await full_requests()
    await note_export(staff, "booking_requests", now_of(request), f"{len(rows)} rows")
    words = staff_words(desk_of(request).language)
    times = Times(now_of(request), desk_of(request).language, words)
    heads = [words.book[f"column_{name}"] for name in _HEADS]
    cells = [_cells(row, words, times) for row in rows]
    name = f"requests-{today_of(request):%Y%m%d}"
    return sheet(name, request.match_info["ending"], [heads, *cells])


def _cells(row: RequestRow, words: StaffWords, times: Times) -> list[Any]:
    asked = row.request
    slot, visit = asked.slot, asked.appointment
    return [
        asked.number,
        words.request_kinds[asked.kind],
        asked.clinic.name,
        slot.session.doctor if slot else (visit.doctor if visit else ""),
        times.day(slot.starts_at) if slot else "",
        f"{visit.external_no or visit.number} {times.day(visit.starts_at)}" if visit else "",
        row.name,
        asked.patient.id_no or "",
        row.phone,
        row.wish,
        times.day(asked.asked_at),
        times.day(asked.due_at),
    ]


async def _row(request: web.Request) -> RequestRow:
    allowed(request, registers)
    number = number_of(request)
    found = await BookingRequest.get_or_none(number=number)
    rows = await open_requests(found.status, number) if found else []
    if not rows:
        raise web.HTTPNotFound
    return rows[0]


async def _request_page(request: web.Request, refusal: str) -> web.Response:
    row, now = await _row(request), now_of(request)
    today = today_of(request)
    asked = row.request
    wants_slot = asked.kind is not RequestKind.CANCEL
    span = (asked.clinic_id, today, DAYS_SHOWN, now)
    days = await free_days(*span, decided=True) if wants_slot else []
    return await book_page(
        request,
        "book_request",
        status=422 if refusal else 200,
        row=row,
        asked=asked,
        days=days,
        refusal=refusal,
        until=today + timedelta(days=DAYS_SHOWN),
    )
