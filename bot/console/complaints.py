"""The complaint board (R4): six columns, both clocks, who is responsible; disputes apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aiohttp import web

from bot.console.complaints_filter import Filter, choices_of
from bot.console.complaints_page import allowed, complaint_page
from bot.console.pages import now_of, visitor_of
from dialogs.timing import local
from handlers.casework.access import disputes_visible
from handlers.casework.board import ComplaintBoard, ComplaintRow, complaint_board
from handlers.casework.desks import follows_cases
from models.complaint import ComplaintState

ROUTES: Final = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cases stand how, disputes among them."""

    open: int
    waiting: int
    late: int
    uncontacted: int
    mine: int
    wrote: int


@ROUTES.get("/complaints")
async def show_board(request: web.Request) -> web.Response:
    """Show the whole board."""
    return await _board_page(request, "complaints")


@ROUTES.get("/complaints/board")
async def show_rows(request: web.Request) -> web.Response:
    """Show the board alone, for a page that refreshes itself."""
    return await _board_page(request, "_complaints")


async def _board_page(request: web.Request, name: str) -> web.Response:
    staff, now = allowed(request, follows_cases), now_of(request)
    whole, chosen = await complaint_board(staff, now), Filter.of(request.query)
    rows = list(_rows(whole))
    return complaint_page(
        request,
        name,
        board=chosen.narrow(whole, now),
        counts=count(rows, now),
        choices=choices_of(rows),
        chosen=chosen,
        sees_disputes=disputes_visible(visitor_of(request).staff),
        month=f"{local(now):%Y-%m}",
    )


def count(rows: list[ComplaintRow], now: datetime) -> Counts:
    """Count the cases that have not ended."""
    standing = [row for row in rows if row.state != ComplaintState.CLOSED]
    return Counts(
        open=len(standing),
        waiting=sum(not row.owner for row in standing),
        late=sum(row.late(now) for row in standing),
        uncontacted=sum(row.uncontacted for row in standing),
        mine=sum(row.mine for row in standing),
        wrote=sum(row.wrote for row in standing),
    )


def _rows(board: ComplaintBoard) -> Iterator[ComplaintRow]:
    for column in board.columns.values():
        yield from column
    yield from board.disputes
