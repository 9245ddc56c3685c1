"""What each desk is told, and who waits for a place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from bot.console.booking_page import after, allowed, book_page, today_of
from bot.console.pages import desk_of, now_of
from bot.console.records import uuid_of
from dialogs.catalog import load_tables
from handlers.booking.office_board import notices, see, waiting_list
from handlers.booking.waiting import pass_on
from handlers.booking.weekly import week_name
from handlers.desk import Desk
from handlers.scope import keeps_book
from handlers.staff_words import staff_words
from models.booking import Clinic, WaitingEntry, WaitingStatus
from models.office import OfficeNotice

ROUTES: Final = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice in words."""

    notice: OfficeNotice
    text: str


class _Blank(dict[str, str]):
    """Values of a text; what is missing is left out."""

    def __missing__(self, key: str) -> str:
        return ""


@ROUTES.get("/book/notices")
async def show_notices(request: web.Request) -> web.Response:
    """Show the board of one's desk."""
    staff = allowed(request)
    desk = desk_of(request)
    lines = [NoticeLine(row, words_of(desk, row)) for row in await notices(staff, now_of(request))]
    return await book_page(
        request, "book_notices", lines=lines, today=today_of(request), week_name=week_name
    )


@ROUTES.post("/book/notices/seen")
async def take_seen(request: web.Request) -> web.Response:
    """Note that all was read."""
    await see(allowed(request), now_of(request))
    return after("/notices")


@ROUTES.get("/book/waiting")
async def show_waiting(request: web.Request) -> web.Response:
    """Show who waits, clinic by clinic, in order."""
    allowed(request, keeps_book)
    clinic = request.query.get("clinic", "")
    clinics = await Clinic.filter(active=True).order_by("code")
    rows = await waiting_list(clinic)
    return await book_page(request, "book_waiting", rows=rows, clinics=clinics, clinic=clinic)


@ROUTES.post("/book/waiting/{id}/leave")
async def take_leave(request: web.Request) -> web.Response:
    """Take somebody off the list who no longer wants a place."""
    allowed(request, keeps_book)
    entry_id = uuid_of(request)
    live = (WaitingStatus.WAITING, WaitingStatus.OFFERED)
    if not await WaitingEntry.filter(id=entry_id, status__in=list(live)).exists():
        return after("/waiting", "ended")
    await pass_on(desk_of(request), entry_id, now_of(request), leave=True)
    return after("/waiting", "left_list")


def words_of(desk: Desk, notice: OfficeNotice) -> str:
    """Say a notice: the staff's texts first, then the patients', as for the booking card."""
    table: Mapping[str, Mapping[str, str]] = load_tables("staff")
    known = table.get(notice.message, {}).get("text", "")
    message = desk.catalog.messages.get(notice.message)
    text = known or (message.text if message else "")
    kinds = staff_words(desk.language).visit_kinds
    values = {name: kinds.get(str(value), str(value)) for name, value in notice.values.items()}
    return text.format_map(_Blank(values)).strip()
