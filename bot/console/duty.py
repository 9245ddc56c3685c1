"""The roster: who is on now, the coming week; shifts added and taken out by who plans them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, Final

from aiohttp import web

from bot.console.complaints_page import day_in
from bot.console.pages import desk_of, go_to, now_of, page, visitor_of
from bot.console.records import uuid_of
from dialogs.timing import HOSPITAL_ZONE, local
from handlers.duty import A_WEEK, sees_shift, shifts_between
from handlers.duty_entry import ShiftEntry, add_shift, plans_duty, remove_shift
from handlers.room.who import on_now
from handlers.staff_words import staff_words
from models.duty import DutyShift
from models.hospital import Department, StaffMember, StaffRole

ROUTES: Final = web.RouteTableDef()
_HOUSE: Final = "*"
_SHIFTS: Final = {
    "day": (time(8), time(20)),
    "night": (time(20), time(8)),
    "full": (time(8), time(8)),
}
_PLACES: Final = tuple("123456789")
_A_DAY: Final = timedelta(days=1)


@ROUTES.get("/duty")
async def show_duty(request: web.Request) -> web.Response:
    """Show who is on now and the coming week, as far as it concerns the reader."""
    return await _duty_page(request, {}, request.query.get("said", ""))


@ROUTES.post("/duty")
async def take_shift(request: web.Request) -> web.Response:
    """Add a shift for a department, or the house, that this person plans."""
    form = {name: str(value) for name, value in (await request.post()).items()}
    staff, plannable = visitor_of(request).staff, await _plannable(visitor_of(request).staff)
    entry = _entry(form)
    if entry is None:
        return await _duty_page(request, form, "incomplete")
    if form.get("department", "") not in plannable:
        return await _duty_page(request, form, "not_allowed")
    finding = await add_shift(entry, staff, now_of(request))
    if finding is not None:
        return await _duty_page(request, form, finding.trouble.value, finding.text)
    return go_to("/staff/duty", "did_add")


@ROUTES.post("/duty/{id}/remove")
async def take_removal(request: web.Request) -> web.Response:
    """Take a shift out."""
    done = await remove_shift(uuid_of(request), visitor_of(request).staff, now_of(request))
    return go_to("/staff/duty", "did_remove" if done else "gone")


async def _duty_page(
    request: web.Request, form: Mapping[str, str], code: str, text: str = ""
) -> web.Response:
    staff, now = visitor_of(request).staff, now_of(request)
    words = staff_words(desk_of(request).language)
    refusal = words.duty.get(f"no_{code}", "").format(text=text)
    plannable = await _plannable(staff)
    shifts = [one for one in await shifts_between(now, now + A_WEEK) if sees_shift(staff, one)]
    values: dict[str, Any] = {
        "on_now": await on_now(staff, words, now),
        "days": [(day, list(rows)) for day, rows in groupby(shifts, key=_day)],
        "overnight": {one.id for one in shifts if local(one.ends_at).date() > _day(one)},
        "mine": {one.id for one in shifts if plans_duty(staff, one.department)},
        "plannable": plannable,
        "people": await _people(staff) if plannable else [],
        "roles": tuple(StaffRole),
        "shifts": tuple(_SHIFTS),
        "today": local(now).date(),
        "form": form,
        "told": words.duty.get(code, "") if code.startswith("did_") else "",
        "untold": refusal,
    }
    return page(request, "duty", status=422 if refusal and form else 200, **values)


def _day(shift: DutyShift) -> date:
    return local(shift.starts_at).date()


async def _plannable(staff: StaffMember) -> dict[str, str]:
    """The departments somebody plans, by code, and the house where it is theirs to plan."""
    rows = await Department.filter(active=True).order_by("name")
    found = {row.code: row.name for row in rows if plans_duty(staff, row)}
    return {_HOUSE: "", **found} if plans_duty(staff, None) else found


async def _people(staff: StaffMember) -> list[StaffMember]:
    """Whom somebody may put on a roster: those of the own departments, or everybody."""
    people = await StaffMember.filter(active=True).order_by("name")
    if plans_duty(staff, None):
        return people
    return [one for one in people if set(one.departments) & set(staff.departments)]


def _entry(form: Mapping[str, str]) -> ShiftEntry | None:
    """Read the form; None where something is missing or cannot be."""
    span, role, place = _span(form), form.get("role", ""), form.get("place", "1")
    department = form.get("department", "")
    if span is None or not (form.get("person") and department):
        return None
    return ShiftEntry(
        line=1,
        number=form["person"],
        starts=span[0],
        ends=span[1],
        role=StaffRole(role) if role in set(StaffRole) else None,
        departments=() if department == _HOUSE else (department,),
        whole_house=department == _HOUSE,
        place=int(place) if place in _PLACES else 1,
    )


def _span(form: Mapping[str, str]) -> tuple[datetime, datetime] | None:
    """Hours of a day; what ends no later than it begins ends on the next day."""
    day, hours = day_in(form.get("day", "")), form.get("hours", "")
    try:
        told = (
            time.fromisoformat(form.get("starts", "")),
            time.fromisoformat(form.get("ends", "")),
        )
    except ValueError:
        told = None
    begins_ends = _SHIFTS.get(hours) or told
    if day is None or begins_ends is None:
        return None
    begins, ends = begins_ends
    last = day if ends > begins else day + _A_DAY
    return (
        datetime.combine(day, begins, HOSPITAL_ZONE),
        datetime.combine(last, ends, HOSPITAL_ZONE),
    )
