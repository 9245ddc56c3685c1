"""One complaint: its clocks, the patient's words, the story, and what can be done about it."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

from aiohttp import web
from multidict import MultiDict, MultiDictProxy

from bot.console.complaints_page import complaint_page
from bot.console.pages import desk_of, now_of, visitor_of
from dialogs.tagging.tags import Category, Severity
from dialogs.timing import local
from handlers.cards import Person
from handlers.casework.access import DISPUTE_ROLES
from handlers.casework.cards import ComplaintCard, open_complaint, open_identity
from handlers.casework.clocks import BEFORE_RESULT
from handlers.casework.evidence import words_behind
from handlers.casework.facts import ASKED_ROLES
from handlers.casework.history import entry_text
from handlers.casework.snooze import MINUTES
from handlers.casework.transfers import OFFICES
from models.complaint import ComplaintClosing, ComplaintState, Finding
from models.hospital import Department

ROUTES: Final = web.RouteTableDef()
NUMBER: Final = "{number:TS-[0-9-]{1,24}}"
# longer words are folded
SHOWN: Final = 400
_NOTHING: Final[MultiDictProxy[Any]] = MultiDictProxy(MultiDict())
_NEXT: Final = {
    ComplaintState.INVESTIGATING: "investigate",
    ComplaintState.NEGOTIATING: "result",
    ComplaintState.CARRYING_OUT: "result",
    ComplaintState.ANSWERED: "answer",
}


@ROUTES.get(f"/complaints/{NUMBER}")
async def show_complaint(request: web.Request) -> web.Response:
    """Open a case; the look is on record."""
    return await case_page(request, await opened(request, on_record=True))


@ROUTES.get(f"/complaints/{NUMBER}/{{part:state|story}}")
async def show_live(request: web.Request) -> web.Response:
    """Show what changes about an open case: clocks and who has it, words and history."""
    card = await opened(request, on_record=False)
    return complaint_page(request, f"_complaint_{request.match_info['part']}", **_read(card))


@ROUTES.post(f"/complaints/{NUMBER}/person")
async def show_person(request: web.Request) -> web.Response:
    """Show who complains, on record."""
    card = await opened(request, on_record=False)
    number, staff = card.row.number, visitor_of(request).staff
    person = await open_identity(number, staff, now_of(request))
    return await case_page(request, card, person=person)


async def opened(request: web.Request, *, on_record: bool) -> ComplaintCard:
    """Open the case of an address; for who may not see it, it is not there."""
    number, staff = request.match_info["number"], visitor_of(request).staff
    desk, now = desk_of(request), now_of(request)
    card = await open_complaint(number, staff, desk, now, on_record=on_record)
    if card is None:
        raise web.HTTPNotFound
    return card


async def case_page(
    request: web.Request,
    card: ComplaintCard,
    *,
    refusal: str = "",
    act: str = "",
    typed: MultiDictProxy[Any] = _NOTHING,
    person: Person | None = None,
) -> web.Response:
    """Render a case; after a refusal with what was typed into the form of that act."""
    departments = await Department.filter(active=True).order_by("name")
    return complaint_page(
        request,
        "complaint",
        status=422 if refusal else 200,
        refusal=refusal,
        **_read(card),
        behind=words_behind(card.opinions, card.words, desk_of(request).own_words()),
        person=person,
        act=act or _next(card),
        typed_act=act,
        typed=typed,
        departments=departments,
        once=uuid4().hex,
        today=local(now_of(request)).date(),
        leads=visitor_of(request).staff.role in DISPUTE_ROLES,
        **_CHOICES,
    )


_CHOICES: Final[dict[str, Any]] = {
    "offices": OFFICES,
    "asked_roles": ASKED_ROLES,
    "categories": tuple(Category),
    "severities": tuple(Severity),
    "findings": tuple(Finding),
    "closings": tuple(ComplaintClosing),
    "minutes": MINUTES,
}


def _read(card: ComplaintCard) -> dict[str, Any]:
    return {
        "card": card,
        "row": card.row,
        "case": card.complaint,
        "entry_text": entry_text,
        "shown": SHOWN,
        "before": card.complaint.state in BEFORE_RESULT,
    }


def _next(card: ComplaintCard) -> str:
    """Name what probably comes next; its form stands open."""
    if card.row.uncontacted:
        return "contacted"
    if card.complaint.patient_answer == "accept":
        return "close"
    return _NEXT.get(card.complaint.state, "")
