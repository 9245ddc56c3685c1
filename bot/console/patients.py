"""A patient's card: the whole story in one line of time, and what may be done about it (R007)."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from aiohttp import web

from bot.console.pages import desk_of, go_to, now_of, page, said, visitor_of
from bot.console.phone_entry import number_of
from bot.console.records import uuid_of
from handlers.assigning import colleagues_of
from handlers.cards import PatientCard, open_patient
from handlers.choosing import choose
from handlers.medicine_change import note_medicine_change
from handlers.patient_edit import CardEdit, edit_patient
from handlers.patient_story import Known, round_words, story_of
from handlers.pausing import PauseReason, pause, resume
from handlers.plans import release
from handlers.risk import set_risk
from handlers.scope import may_open, visible_stays
from handlers.staff_words import staff_words
from handlers.story_page import Part, page_of
from models.care import FollowUpPlan, RiskTier

ROUTES: Final = web.RouteTableDef()
_DONE: Final = ("visit", "edit", "risk", "pause", "resume", "release", "medicine")


@ROUTES.get("/patients/{id}")
async def show_patient(request: web.Request) -> web.Response:
    """Show the story, of one part or of all, page by page; each time is a look."""
    staff, desk, now = visitor_of(request).staff, desk_of(request), now_of(request)
    card = await open_patient(uuid_of(request), staff, desk, now)
    if card is None:
        raise web.HTTPNotFound
    words = staff_words(desk.language)
    lines = await story_of(_known(card), staff, words)
    number = request.query.get("page", "")
    part = request.query.get("part", "")
    story = page_of(
        lines,
        Part(part) if part in set(Part) else None,
        int(number) if number.isdecimal() else 1,
    )
    did = request.query.get("did", "")
    return page(
        request,
        "patient",
        card=card,
        story=story,
        parts_of_story=Part,
        plans={plan.encounter_id: plan for plan in card.plans},
        named=lambda task: round_words(task, words),
        colleagues=await colleagues_of(staff),
        pauses=PauseReason,
        tiers=RiskTier,
        said=said(request),
        did=did if did in _DONE else "",
    )


@ROUTES.post("/patients/{id}/edit")
async def take_edit(request: web.Request) -> web.Response:
    """Put right a number, the needs, the usual caller."""
    form = await request.post()
    named = {name: str(form[name]) for name in ("needs", "usual_caller") if name in form}
    patient_id, written = uuid_of(request), str(form.get("number", "")).strip()
    number = number_of(written)
    if written and number is None:
        return _back(patient_id, "edit", "number_unreadable")
    staff, edit = visitor_of(request).staff, CardEdit(number, **named)
    fault = await edit_patient(patient_id, staff, edit, now_of(request))
    return _back(patient_id, "edit", fault.value if fault else "")


@ROUTES.post("/patients/{id}/risk")
async def decide_risk(request: web.Request) -> web.Response:
    """Let a person say how closely a stay is followed."""
    form, patient_id = await request.post(), uuid_of(request)
    staff, tier = visitor_of(request).staff, str(form.get("tier", ""))
    stay_id = _id(str(form.get("stay", "")))
    stays = visible_stays(staff).filter(id=stay_id, patient_id=patient_id)
    if tier not in set(RiskTier) or not await stays.exists():
        raise web.HTTPNotFound
    await set_risk(desk_of(request), stay_id, RiskTier(tier), staff, now_of(request))
    return _back(patient_id, "risk", "")


@ROUTES.post("/patients/{id}/medicine")
async def change_medicine(request: web.Request) -> web.Response:
    """Note that a prescription was changed today."""
    form, patient_id = await request.post(), uuid_of(request)
    staff, stay_id = visitor_of(request).staff, _id(str(form.get("stay", "")))
    stays = visible_stays(staff).filter(id=stay_id, patient_id=patient_id)
    if not may_open(staff) or not await stays.exists():
        raise web.HTTPNotFound
    await note_medicine_change(desk_of(request), stay_id, staff, now_of(request))
    return _back(patient_id, "medicine", "")


@ROUTES.post("/patients/{id}/plan/{act}")
async def steer_plan(request: web.Request) -> web.Response:
    """Pause a plan, let it go on, or release one that waits for a nurse."""
    form, patient_id = await request.post(), uuid_of(request)
    staff, now = visitor_of(request).staff, now_of(request)
    plan = await _plan(request, _id(str(form.get("plan", ""))), patient_id)
    match request.match_info["act"]:
        case "pause":
            reason, until = str(form.get("reason", "")), _day(str(form.get("until", "")))
            if reason not in set(PauseReason):
                raise web.HTTPBadRequest
            fault = await pause(plan.id, PauseReason(reason), until, staff, now)
            return _back(patient_id, "pause", fault.value if fault else "")
        case "resume":
            fault = await resume(plan.id, staff, now, desk_of(request))
            return _back(patient_id, "resume", fault.value if fault else "")
        case "release":
            released = await release(plan.id, staff.id, now)
            return _back(patient_id, "release", "" if released else "plan_not_running")
    raise web.HTTPNotFound


@ROUTES.post("/patients/{id}/choose")
async def take_in(request: web.Request) -> web.Response:
    """Take a stay of a selective ward into follow-up."""
    form, patient_id = await request.post(), uuid_of(request)
    staff, stay_id = visitor_of(request).staff, _id(str(form.get("stay", "")))
    if not await visible_stays(staff).filter(id=stay_id, patient_id=patient_id).exists():
        raise web.HTTPNotFound
    fault = await choose(desk_of(request), stay_id, staff, now_of(request))
    return _back(patient_id, "release", fault.value if fault else "")


async def _plan(request: web.Request, plan_id: UUID, patient_id: UUID) -> FollowUpPlan:
    stays = visible_stays(visitor_of(request).staff).filter(patient_id=patient_id)
    own = [stay.id for stay in await stays]
    plan = await FollowUpPlan.get_or_none(id=plan_id, encounter_id__in=own)
    if plan is None:
        raise web.HTTPNotFound
    return plan


def _known(card: PatientCard) -> Known:
    return Known(
        card.person.patient.id, card.stays, card.tasks, card.answers, card.lines, card.alerts
    )


def _back(patient_id: UUID, did: str, fault: str) -> web.Response:
    here = f"/staff/patients/{patient_id}"
    return go_to(here, fault) if fault else go_to(f"{here}?did={did}")


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as fault:
        raise web.HTTPNotFound from fault


def _day(text: str) -> date | None:
    """Read a date field; an empty one is no day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
