"""A complaint taken down by staff: by telephone, letter or at the desk; the patient may be open."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

from aiohttp import web
from multidict import MultiDict, MultiDictProxy

from bot.console.booking_page import id_in
from bot.console.complaints_page import complaint_page
from bot.console.pages import desk_of, now_of, visitor_of
from dialogs.tagging.tags import Category
from handlers.casework.access import visible_complaints
from handlers.casework.clocks import promised_until
from handlers.casework.complainants import complainant, find_complainants
from handlers.casework.taking_down import LONGEST, TakenDown, file_for
from handlers.claims import Refusal
from handlers.staff_words import staff_words
from models.complaint import Complaint, ComplaintMode
from models.hospital import Department

ROUTES: Final = web.RouteTableDef()
_LONGEST_NUMBER: Final = 64
_BLANK: Final[MultiDictProxy[Any]] = MultiDictProxy(MultiDict())


@ROUTES.get("/complaints/new")
async def show_form(request: web.Request) -> web.Response:
    """Show the empty form; everybody of staff takes complaints in (R20)."""
    return await _form_page(request, _BLANK)


@ROUTES.post("/complaints/new/patient")
async def find_patient(request: web.Request) -> web.Response:
    """Look for the patient by a number, with what is written so far kept."""
    form = await request.post()
    number = str(form.get("number", ""))[:_LONGEST_NUMBER]
    found = await find_complainants(number, visitor_of(request).staff, now_of(request))
    return await _form_page(request, form, found=found, looked=True)


@ROUTES.post("/complaints/new")
async def take_form(request: web.Request) -> web.Response:
    """File it, once a form; the number is shown to be told at once (R134)."""
    form = await request.post()
    staff, desk, now = visitor_of(request).staff, desk_of(request), now_of(request)
    filed = await file_for(staff, _taken(request, form), desk, now)
    if isinstance(filed, Refusal):
        return await _form_page(request, form, refusal=filed.value)
    seen = await visible_complaints(staff).filter(id=filed.id).exists()
    return _filed_page(request, filed, seen=seen)


def _filed_page(request: web.Request, filed: Complaint, *, seen: bool) -> web.Response:
    return complaint_page(
        request,
        "complaint_filed",
        number=filed.number,
        seen=seen,
        contact_at=filed.contact_due_at,
        result_at=promised_until(filed),
    )


def _taken(request: web.Request, form: MultiDictProxy[Any]) -> TakenDown:
    mode, way = str(form.get("mode", "")), str(form.get("way", ""))
    return TakenDown(
        words=str(form.get("words", ""))[:LONGEST],
        once=str(form.get("once", ""))[:32] or uuid4().hex,
        mode=ComplaintMode(mode) if mode in set(ComplaintMode) else ComplaintMode.BACK_TO_BACK,
        categories=[str(one) for one in form.getall("category", [])],
        department_id=id_in(str(form.get("department", ""))),
        patient_id=id_in(str(form.get("patient", ""))),
        way=staff_words(desk_of(request).language).complaint_ways.get(way, ""),
    )


async def _form_page(
    request: web.Request, typed: MultiDictProxy[Any], *, refusal: str = "", **values: Any
) -> web.Response:
    chosen = id_in(str(typed.get("patient", "")))
    known = {"found": [], "looked": False, **values}
    if chosen is not None and not known["found"]:
        known["found"] = list(filter(None, [await complainant(chosen)]))
    return complaint_page(
        request,
        "complaint_new",
        status=422 if refusal else 200,
        refusal=refusal,
        typed=typed,
        chosen=str(chosen or ""),
        departments=await Department.filter(active=True).order_by("name"),
        categories=[one for one in Category if one is not Category.OTHER],
        modes=tuple(ComplaintMode),
        once=str(typed.get("once", "")) or uuid4().hex,
        longest=LONGEST,
        **known,
    )
