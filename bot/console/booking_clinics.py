"""The clinics: rules in force, room, guide, route and preparation; changed and put on record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from bot.console.booking_page import after, allowed, book_page
from bot.console.pages import now_of
from handlers.booking.clinic_edit import (
    TEXTS,
    ClinicForm,
    clinics,
    edit_clinic,
    fingerprint,
    rule_lines,
)
from handlers.scope import directs_book, keeps_book
from models.booking import BookKeeper, Clinic

ROUTES: Final = web.RouteTableDef()
_RULE: Final = "rule:"
_LONGEST_CODE: Final = 32


@ROUTES.get("/book/clinics")
async def show_clinics(request: web.Request) -> web.Response:
    """List the clinics with what each decides otherwise."""
    allowed(request, keeps_book)
    found = await clinics()
    rules = {clinic.code: rule_lines(clinic) for clinic in found}
    return await book_page(request, "book_clinics", clinics=found, rules=rules)


@ROUTES.get("/book/clinics/{code}")
async def show_clinic(request: web.Request) -> web.Response:
    """Show a clinic's form."""
    allowed(request, directs_book)
    return await _clinic_page(request, await _clinic(request))


@ROUTES.post("/book/clinics/{code}")
async def take_clinic(request: web.Request) -> web.Response:
    """Write a clinic, or show every fault."""
    staff, clinic = allowed(request, directs_book), await _clinic(request)
    form = {name: str(value) for name, value in (await request.post()).items()}
    written = ClinicForm(
        texts={name: form.get(name, "") for name in TEXTS},
        rules={n.removeprefix(_RULE): v for n, v in form.items() if n.startswith(_RULE)},
        keeper=form.get("keeper", ""),
        active=form.get("active") == "yes",
        seen=form.get("seen", ""),
    )
    edited = await edit_clinic(clinic.code, written, staff, now_of(request))
    if edited.stale:
        return after(f"/clinics/{clinic.code}", "stale")
    if edited.faults:
        return await _clinic_page(request, clinic, form, edited.faults)
    return after("/clinics", "clinic_saved")


async def _clinic(request: web.Request) -> Clinic:
    found = await Clinic.get_or_none(code=request.match_info["code"][:_LONGEST_CODE])
    if found is None:
        raise web.HTTPNotFound
    return found


async def _clinic_page(
    request: web.Request,
    clinic: Clinic,
    form: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
) -> web.Response:
    texts = {name: str(getattr(clinic, name)) for name in TEXTS}
    keeper = {"keeper": clinic.keeper.value, "active": "yes" if clinic.active else ""}
    rules = {f"{_RULE}{line.name}": line.value for line in rule_lines(clinic)}
    stored = {**texts, **keeper, **rules}
    # what a form leaves out is empty, not what is stored: a box without its tick is not sent
    typed = {**dict.fromkeys(stored, ""), **form} if form else stored
    return await book_page(
        request,
        "book_clinic",
        status=422 if faults else 200,
        clinic=clinic,
        lines=rule_lines(clinic),
        form=typed,
        faults=faults or {},
        seen=(form or {}).get("seen") or fingerprint(clinic),
        keepers=BookKeeper,
    )
