"""What my department or office is asked for: the question, never who complains."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from aiohttp import web

from bot.console.complaints_page import after, allowed, complaint_page
from bot.console.pages import now_of, visitor_of
from bot.console.records import uuid_of
from handlers.casework.desks import tells_facts
from handlers.casework.facts import facts_asked_of, give_facts, is_asked, open_facts
from handlers.claims import Refusal
from models.hospital import StaffMember

ROUTES: Final = web.RouteTableDef()
LONGEST: Final = 4000


@ROUTES.get("/facts")
async def show_facts(request: web.Request) -> web.Response:
    """List what is asked, the unanswered first."""
    staff = allowed(request, tells_facts)
    return complaint_page(request, "facts", rows=await facts_asked_of(staff))


@ROUTES.get("/facts/{id}")
async def show_request(request: web.Request) -> web.Response:
    """Open one request; the look is on record."""
    return await _request_page(request)


@ROUTES.post("/facts/{id}")
async def take_facts(request: web.Request) -> web.Response:
    """Take down what the department or office knows; the case stands where it stood."""
    staff, request_id = await _asked(request)
    answer = str((await request.post()).get("answer", ""))[:LONGEST]
    refusal = await give_facts(request_id, staff, answer, now_of(request))
    if refusal is not None:
        return await _request_page(request, refusal, answer)
    return after("facts", "did_told")


async def _request_page(
    request: web.Request, refusal: Refusal | None = None, answer: str = ""
) -> web.Response:
    staff = allowed(request, tells_facts)
    row = await open_facts(uuid_of(request), staff, now_of(request))
    if row is None:
        raise web.HTTPNotFound
    code = refusal.value if refusal else ""
    return complaint_page(
        request, "fact", status=422 if refusal else 200, refusal=code, row=row, answer=answer
    )


async def _asked(request: web.Request) -> tuple[StaffMember, UUID]:
    """Return who answers and what; what this person is not asked is not there."""
    staff, request_id = visitor_of(request).staff, uuid_of(request)
    if not tells_facts(staff) or not await is_asked(staff, request_id):
        raise web.HTTPNotFound
    return staff, request_id
