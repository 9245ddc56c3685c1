"""Visits at home: planned from a patient's card, closed on their own page."""

from __future__ import annotations

from datetime import date
from typing import Final

from aiohttp import web

from bot.console.calls import asked_of, open_another
from bot.console.pages import go_to, now_of, visitor_of
from bot.console.records import uuid_of
from handlers.home_visits import HomeVisit, VisitOutcome, close_visit, plan_visit

ROUTES: Final = web.RouteTableDef()


@ROUTES.post("/patients/{id}/visit")
async def plan(request: web.Request) -> web.Response:
    """Plan a visit."""
    form = await request.post()
    visit = HomeVisit(_day(str(form.get("day", ""))), str(form.get("reason", "")))
    fault = await plan_visit(uuid_of(request), visitor_of(request).staff, visit, now_of(request))
    here = request.path.removesuffix("/visit")
    return go_to(here, fault.value) if fault else go_to(f"{here}?did=visit")


@ROUTES.post("/tasks/{id}/visited")
async def close(request: web.Request) -> web.Response:
    """Note what came of a visit, and go on."""
    form = await request.post()
    outcome = str(form.get("outcome", ""))
    if outcome not in set(VisitOutcome):
        raise web.HTTPBadRequest
    task_id = uuid_of(request)
    fault = await close_visit(
        task_id,
        visitor_of(request).staff,
        VisitOutcome(outcome),
        str(form.get("note", "")),
        now_of(request),
    )
    if fault is not None:
        return go_to(f"/staff/tasks/{task_id}{asked_of(request)}", fault.value)
    return await open_another(request, task_id, outcome)


def _day(text: str) -> date:
    """Read a date field; what is none is long past, and refused as that."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min
