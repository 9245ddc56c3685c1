"""What is done so that it does not happen again: measures, done and seen to work (R154)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from aiohttp import web
from multidict import MultiDict, MultiDictProxy

from bot.console.booking_page import id_in
from bot.console.complaints_page import after, allowed, complaint_page, day_in
from bot.console.pages import now_of
from bot.console.records import uuid_of
from dialogs.timing import local
from handlers.casework.access import visible_complaints
from handlers.casework.desks import follows_cases, reads_praise
from handlers.casework.improvements import (
    Improvement,
    add_improvement,
    improvement_done,
    verify_improvement,
    visible_improvements,
)
from handlers.claims import Refusal
from models.complaint import ImprovementAction
from models.hospital import Department, StaffMember

ROUTES: Final = web.RouteTableDef()
LONGEST: Final = 500
_BLANK: Final[MultiDictProxy[Any]] = MultiDictProxy(MultiDict())


@ROUTES.get("/improvements")
async def show_improvements(request: web.Request) -> web.Response:
    """List the measures, those not yet seen to work first."""
    return await _list_page(request, None, _BLANK)


@ROUTES.post("/improvements")
async def take_improvement(request: web.Request) -> web.Response:
    """Write a measure down that is drawn from no single case."""
    staff, form = allowed(request, follows_cases), await request.post()
    due = day_in(str(form.get("due", "")))
    if due is None:
        return await _list_page(request, Refusal.INCOMPLETE, form)
    wanted = Improvement(
        problem=str(form.get("problem", ""))[:LONGEST],
        measure=str(form.get("measure", ""))[:LONGEST],
        responsible=str(form.get("responsible", ""))[:LONGEST],
        due_on=due,
        department_id=id_in(str(form.get("department", ""))),
    )
    refusal = await add_improvement(staff, wanted, now_of(request))
    if refusal is not None:
        return await _list_page(request, refusal, form)
    return after("improvements", "did_improve")


@ROUTES.post("/improvements/{id}/done")
async def take_done(request: web.Request) -> web.Response:
    """Note that a measure was taken."""
    staff, row = await _row(request)
    return _after(await improvement_done(row.id, staff, now_of(request)), "did_done")


@ROUTES.post("/improvements/{id}/verify")
async def take_verified(request: web.Request) -> web.Response:
    """Note how it was seen to work."""
    staff, row = await _row(request)
    text = str((await request.post()).get("verification", ""))[:LONGEST]
    return _after(await verify_improvement(row.id, staff, text, now_of(request)), "did_verify")


def _after(refusal: Refusal | None, done: str) -> web.Response:
    return after("improvements", refusal.value if refusal else done)


async def _row(request: web.Request) -> tuple[StaffMember, ImprovementAction]:
    staff = allowed(request, reads_praise)
    row = await visible_improvements(staff).get_or_none(id=uuid_of(request))
    if row is None:
        raise web.HTTPNotFound
    return staff, row


async def _list_page(
    request: web.Request, refusal: Refusal | None, typed: MultiDictProxy[Any]
) -> web.Response:
    staff, today = allowed(request, reads_praise), local(now_of(request)).date()
    rows = await visible_improvements(staff).prefetch_related("complaint", "department")
    rows.sort(key=lambda row: (row.verified_at is not None, row.due_on))
    return complaint_page(
        request,
        "improvements",
        status=422 if refusal else 200,
        refusal=refusal.value if refusal else "",
        rows=rows,
        cases=await _open_to(staff, [row.complaint_id for row in rows if row.complaint_id]),
        departments=await Department.filter(active=True).order_by("name"),
        today=today,
        typed=typed,
    )


async def _open_to(staff: StaffMember, cases: Collection[UUID]) -> set[UUID]:
    """Tell which of the cases the reader may open."""
    seen = visible_complaints(staff).filter(id__in=list(cases)).only("id")
    return {case.id for case in await seen}
