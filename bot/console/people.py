"""The colleagues: added, changed, let go with their work, and their one-time codes."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from aiohttp import web

from bot.console.pages import desk_of, go_to, now_of, page, visitor_of, wall_time
from bot.console.records import uuid_of
from bot.intake.phones import parse_phones
from handlers.leaving import heirs_of, work_of
from handlers.login import invite
from handlers.scope import administers, may_invite
from handlers.staff import activate, colleagues, deactivate
from handlers.staff_words import staff_words
from handlers.staffing import PersonSaid, StaffingFault, grants, put_person
from models.hospital import Department, StaffMember, StaffRole

ROUTES: Final = web.RouteTableDef()
PATH: Final = "/staff/people"
_LIST: Final = re.compile(r"[、,，;；\s]+")


@ROUTES.get("/people")
async def show_people(request: web.Request) -> web.Response:
    """List the staff."""
    administrator(request)
    return await _people_page(request)


@ROUTES.get("/people/new")
async def show_newcomer(request: web.Request) -> web.Response:
    """Show the form for somebody new."""
    administrator(request)
    return await _person_page(request, None)


@ROUTES.post("/people/new")
async def take_newcomer(request: web.Request) -> web.Response:
    """Add somebody."""
    return await _put(request, None)


@ROUTES.get("/people/{id}")
async def show_person(request: web.Request) -> web.Response:
    """Show one colleague to be changed or let go."""
    administrator(request)
    return await _person_page(request, await _colleague(request))


@ROUTES.post("/people/{id}")
async def take_person(request: web.Request) -> web.Response:
    """Change somebody."""
    return await _put(request, await _colleague(request))


@ROUTES.post("/people/{id}/invite")
async def take_invite(request: web.Request) -> web.Response:
    """Make a colleague's one-time code and show it once."""
    by = administrator(request)
    staff = await _colleague(request)
    code = await invite(staff.id, by, wall_time(request))
    if code is None:
        raise web.HTTPForbidden
    return await _people_page(request, code, staff)


@ROUTES.post("/people/{id}/active")
async def take_activation(request: web.Request) -> web.Response:
    """Let a colleague sign in again."""
    by, staff = administrator(request), await _colleague(request)
    if not grants(by, StaffRole(staff.role)):
        raise web.HTTPForbidden
    await activate(staff.id, by, wall_time(request))
    return go_to(f"{PATH}/{staff.id}", "did_back")


@ROUTES.post("/people/{id}/leave")
async def take_leaving(request: web.Request) -> web.Response:
    """Let a colleague go: sessions end, work moves; it has to be confirmed."""
    by, staff, form = administrator(request), await _colleague(request), await request.post()
    if not grants(by, StaffRole(staff.role)):
        raise web.HTTPForbidden
    if "confirm" not in form:
        return go_to(f"{PATH}/{staff.id}", "confirm")
    heirs = {str(one.id): one for one in await heirs_of(staff)}
    heir = heirs.get(str(form.get("heir", "")))
    done = await deactivate(staff.id, by, now_of(request), heir)
    return go_to(f"{PATH}/{staff.id}", "last_one" if done is None else "did_leave")


async def _put(request: web.Request, known: StaffMember | None) -> web.Response:
    by = administrator(request)
    sent = await request.post()
    departments = tuple(str(code) for code in sent.getall("departments", []))
    form = {name: str(value) for name, value in sent.items()}
    said = _said_of(form, departments, known)
    if isinstance(said, str):
        return await _person_page(request, known, form, departments, said)
    done = await put_person(said, known.id if known else None, by, wall_time(request))
    if isinstance(done, StaffingFault):
        return await _person_page(request, known, form, departments, done.value)
    return go_to(f"{PATH}/{done.id}", "did_save")


def _said_of(
    form: Mapping[str, str], departments: tuple[str, ...], known: StaffMember | None
) -> PersonSaid | str:
    """Read the form; the code of a refusal where it cannot be."""
    role, phone = form.get("role", ""), form.get("phone", "").strip()
    numbers = [one.number for one in parse_phones(phone) if one.number]
    if role not in set(StaffRole):
        return "incomplete"
    if phone and len(numbers) != 1:
        return "phone_unreadable"
    return PersonSaid(
        username=known.username if known else form.get("username", "").strip(),
        name=form.get("name", "").strip(),
        role=StaffRole(role),
        departments=departments,
        licensed="licensed" in form,
        skills=tuple(word for word in _LIST.split(form.get("skills", "")) if word),
        phone=numbers[0] if numbers else None,
    )


async def _people_page(
    request: web.Request, code: str = "", invited: StaffMember | None = None
) -> web.Response:
    by = visitor_of(request).staff
    people = await colleagues()
    open_to = {one.id for one in people if one.active and may_invite(by, one)}
    values: dict[str, Any] = {"people": people, "open_to": open_to, "names": await _names()}
    return page(request, "people", code=code, invited=invited, **values)


async def _person_page(
    request: web.Request,
    person: StaffMember | None,
    form: Mapping[str, str] | None = None,
    departments: Collection[str] = (),
    fault: str = "",
) -> web.Response:
    """Show the form as it stands, or as it was sent and refused."""
    by, words = visitor_of(request).staff, staff_words(desk_of(request).language).people
    said = request.query.get("said", "")
    values: dict[str, Any] = {
        "person": person,
        "form": form or {},
        "own": departments if form or person is None else person.departments,
        "names": await _names(),
        "roles": [role for role in StaffRole if grants(by, role)],
        "mine": person is None or grants(by, StaffRole(person.role)),
        "heirs": await heirs_of(person) if person else [],
        "work": await work_of(person) if person else 0,
        "told": words.get(said, "") if said.startswith("did_") else "",
        "untold": words.get(f"no_{fault or said}", "") if fault or said else "",
    }
    return page(request, "person", status=422 if fault else 200, **values)


async def _names() -> dict[str, str]:
    rows = await Department.all().order_by("name")
    return {row.code: row.name for row in rows}


def administrator(request: web.Request) -> StaffMember:
    """Return who is asking, if accounts are theirs to look after; else there is no such page."""
    staff = visitor_of(request).staff
    if not administers(staff):
        raise web.HTTPNotFound
    return staff


async def _colleague(request: web.Request) -> StaffMember:
    administrator(request)
    staff = await StaffMember.get_or_none(id=uuid_of(request))
    if staff is None:
        raise web.HTTPNotFound
    return staff
