"""Asking patients whether anybody was in touch: the sample, one call at a time (R188)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from aiohttp import web

from bot.console.pages import go_to, now_of, page, said, visitor_of
from bot.console.records import uuid_of
from dialogs.timing import local
from handlers.reports.period import month_before, month_of
from handlers.verification import (
    note_answer,
    open_verification,
    take_round_answers,
    verification_list,
    verifies,
)
from handlers.verification_sample import draw
from models.hospital import StaffMember
from models.ward_week import Verified

ROUTES: Final = web.RouteTableDef()
_HERE: Final = "/staff/verification"
_UNREACHED: Final = "unreached"


@ROUTES.get("/verification")
async def show_verification(request: web.Request) -> web.Response:
    """Show a month's sample; the month before this one, unless another is named."""
    staff = _auditor(request)
    month = _month(request.query.get("month", ""), now_of(request))
    await take_round_answers()
    rows = await verification_list(staff, month)
    sure = [row.answer for row in rows if row.answer in (Verified.YES, Verified.NO)]
    yes = sum(answer is Verified.YES for answer in sure)
    return page(
        request,
        "verification",
        rows=rows,
        month=f"{month:%Y-%m}",
        reached=len(sure),
        said=said(request),
        rate=f"{100 * yes / len(sure):.1f}%" if sure else "",
    )


@ROUTES.post("/verification")
async def take_draw(request: web.Request) -> web.Response:
    """Draw the sample of a month; drawn before, it stays as it is."""
    _auditor(request)
    form = await request.post()
    month = _month(str(form.get("month", "")), now_of(request))
    drawn = await draw(month, now_of(request))
    why = "" if drawn else "&said=drew_none"
    return web.Response(status=303, headers={"Location": f"{_HERE}?month={month:%Y-%m}{why}"})


@ROUTES.get("/verification/{id}")
async def show_one(request: web.Request) -> web.Response:
    """Open one patient's number; the look is on record."""
    opened = await open_verification(uuid_of(request), _auditor(request), now_of(request))
    if opened is None:
        raise web.HTTPNotFound
    return page(request, "verification_call", opened=opened)


@ROUTES.post("/verification/{id}")
async def take_answer(request: web.Request) -> web.Response:
    """Write down what the patient said, or that nobody answered."""
    staff = _auditor(request)
    told = str((await request.post()).get("answer", ""))
    if told != _UNREACHED and told not in set(Verified):
        raise web.HTTPBadRequest
    answer = None if told == _UNREACHED else Verified(told)
    done = await note_answer(uuid_of(request), staff, answer, now_of(request))
    return go_to(_HERE, "" if done else "done_already")


def _auditor(request: web.Request) -> StaffMember:
    staff = visitor_of(request).staff
    if not verifies(staff):
        raise web.HTTPNotFound
    return staff


def _month(text: str, now: datetime) -> date:
    try:
        return month_of(text).first
    except ValueError:
        return month_before(month_of(f"{local(now):%Y-%m}")).first
