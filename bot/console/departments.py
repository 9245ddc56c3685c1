"""The departments: names, telephones, whom they follow up and by which channel first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web

from bot.console.pages import desk_of, go_to, page, wall_time
from bot.console.people import administrator
from bot.console.records import uuid_of
from bot.intake.phones import parse_phones
from handlers.staff_words import staff_words
from handlers.staffing import DepartmentSaid, StaffingFault, put_department
from models.hospital import Department, FollowUpPolicy

ROUTES: Final = web.RouteTableDef()
PATH: Final = "/staff/departments"
_LIST: Final = re.compile(r"[、,，;；\s]+")


@ROUTES.get("/departments")
async def show_departments(request: web.Request) -> web.Response:
    """List the departments, those in use first."""
    administrator(request)
    rows = await Department.all().order_by("-active", "name")
    return page(request, "departments", rows=rows)


@ROUTES.get("/departments/new")
async def show_new(request: web.Request) -> web.Response:
    """Show the form for a new one."""
    administrator(request)
    return _page(request, None)


@ROUTES.post("/departments/new")
async def take_new(request: web.Request) -> web.Response:
    """Add one."""
    return await _put(request, None)


@ROUTES.get("/departments/{id}")
async def show_department(request: web.Request) -> web.Response:
    """Show one to be changed."""
    return _page(request, await _department(request))


@ROUTES.post("/departments/{id}")
async def take_department(request: web.Request) -> web.Response:
    """Change one."""
    return await _put(request, await _department(request))


async def _put(request: web.Request, known: Department | None) -> web.Response:
    by = administrator(request)
    form = {name: str(value) for name, value in (await request.post()).items()}
    phones = _phone(form.get("phone", "")), _phone(form.get("tel", ""))
    if None in phones:
        return _page(request, known, form, "phone_unreadable")
    said = _said_of(request, form, phones[0] or "", phones[1] or "", known)
    done = await put_department(said, known.id if known else None, by, wall_time(request))
    if isinstance(done, StaffingFault):
        return _page(request, known, form, done.value)
    return go_to(f"{PATH}/{done.id}", "did_save")


def _said_of(
    request: web.Request, form: Mapping[str, str], phone: str, tel: str, known: Department | None
) -> DepartmentSaid:
    policy, channel, plan = (form.get(key, "") for key in ("policy", "channel", "plan"))
    return DepartmentSaid(
        code=known.code if known else form.get("code", "").strip()[:32],
        name=form.get("name", "").strip()[:64],
        aliases=tuple(word for word in _LIST.split(form.get("aliases", "")) if word),
        phone=phone,
        tel=tel,
        policy=FollowUpPolicy(policy) if policy in set(FollowUpPolicy) else FollowUpPolicy.ALL,
        plan=plan if plan in _plans(request) else None,
        channel=channel if channel in desk_of(request).channels else "",
        neutral="neutral" in form,
        active="active" in form or known is None,
    )


def _phone(written: str) -> str | None:
    """Read a telephone of the hospital's own; None where it cannot be one."""
    if not written.strip():
        return ""
    found = [phone.number for phone in parse_phones(written) if phone.number]
    return found[0] if len(found) == 1 else None


def _page(
    request: web.Request,
    department: Department | None,
    form: Mapping[str, str] | None = None,
    fault: str = "",
) -> web.Response:
    language = desk_of(request).language
    words, said = staff_words(language).people, request.query.get("said", "")
    bedside = staff_words(language).bedside
    values: dict[str, Any] = {
        "department": department,
        "form": form or {},
        "policies": tuple(FollowUpPolicy),
        "plans": _plans(request),
        "channels": [c for c in sorted(desk_of(request).channels) if f"by_{c}" in bedside],
        "told": words.get(said, "") if said.startswith("did_") else "",
        "untold": words.get(f"no_{fault}", "") if fault else "",
    }
    return page(request, "department", status=422 if fault else 200, **values)


def _plans(request: web.Request) -> dict[str, str]:
    """The plans a department may have, by name, with their titles."""
    return {name: plan.title for name, plan in desk_of(request).plans.plans.items()}


async def _department(request: web.Request) -> Department:
    administrator(request)
    found = await Department.get_or_none(id=uuid_of(request))
    if found is None:
        raise web.HTTPNotFound
    return found
