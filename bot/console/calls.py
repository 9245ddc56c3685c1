"""The phone list, the result of each call, and the questionnaire filled in on the phone."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from aiohttp import web
from multidict import MultiMapping

from bot.console.pages import desk_of, go_to, now_of, page, said, visitor_of
from bot.console.records import uuid_of
from dialogs.timing import HOSPITAL_ZONE
from dialogs.timing.spans import local, moment
from dialogs.turn import Reply
from handlers.assigning import assign, colleagues_of
from handlers.calls import REFUSED, CallReport, CallResult, record_result
from handlers.cards import look, person_of
from handlers.form_header import header_of, write_header
from handlers.phone_form import Entry, FilledIn, fill_in, phone_form
from handlers.phone_list import OpenedTask, Whose, next_call, open_task, phone_list
from handlers.staff_words import staff_words
from handlers.tasks import OPEN

ROUTES: Final = web.RouteTableDef()
_NOTHING: Final = FilledIn()
_IN_TWO_HOURS: Final = "2h"
_MORNING: Final = "morning"
_A_DAY: Final = timedelta(days=1)


@ROUTES.get("/phone-list")
async def show_list(request: web.Request) -> web.Response:
    """Show whom to call, page by page."""
    staff = visitor_of(request).staff
    number = request.query.get("page", "")
    calls = await phone_list(
        staff, now_of(request), _whose(request), int(number) if number.isdecimal() else 1
    )
    colleagues = await colleagues_of(staff)
    return page(request, "phone_list", calls=calls, colleagues=colleagues, said=said(request))


@ROUTES.get("/phone-list/next")
async def open_next(request: web.Request) -> web.Response:
    """Open whom to call after somebody; the list where there is nobody."""
    after = _known_id(request.query.get("after", ""))
    return await open_another(request, after, request.query.get("noted", ""))


@ROUTES.get("/tasks/{id}")
async def show_task(request: web.Request) -> web.Response:
    """Open one call: the numbers, what is known, the questionnaire."""
    return await _task_page(request, await _opened(request), _NOTHING)


@ROUTES.post("/tasks/{id}/result")
async def take_result(request: web.Request) -> web.Response:
    """Record what came of a call."""
    opened = await _opened(request)
    report = _report(await request.post(), now_of(request))
    fault = await record_result(opened.task.id, visitor_of(request).staff, report, now_of(request))
    here = f"/staff/tasks/{opened.task.id}{asked_of(request)}"
    if fault is not None or report.result is CallResult.WRONG_NUMBER:
        return go_to(here, fault.value if fault else "")
    if report.result is CallResult.REACHED:
        return go_to(f"{here}#form")
    return await open_another(request, opened.task.id, report.result.value)


@ROUTES.post("/tasks/{id}/assign")
async def give_to(request: web.Request) -> web.Response:
    """Give a call to oneself, to a colleague or back to the ward."""
    to = str((await request.post()).get("to", ""))
    fault = await assign(uuid_of(request), visitor_of(request).staff, to, now_of(request))
    return go_to(f"/staff/phone-list{asked_of(request)}", fault.value if fault else "")


@ROUTES.post("/tasks/{id}/form")
async def take_form(request: web.Request) -> web.Response:
    """Store the answers the nurse wrote down."""
    opened = await _opened(request)
    form = await request.post()
    entry = Entry(
        replies=_replies(form),
        header=_head(form),
        complete=form.get("do") == "complete",
        reason=str(form.get("reason", "")),
        note=str(form.get("note", "")),
    )
    staff, now = visitor_of(request).staff, now_of(request)
    done = await fill_in(desk_of(request), opened.task.id, staff, entry, now)
    if done.closed:
        return go_to(request.path.removesuffix("/form"), "done_already")
    return await _task_page(request, await _opened(request), done)


async def open_another(request: web.Request, done: UUID | None, noted: str) -> web.Response:
    """Open the next patient at once, and say there what was written down of the last one."""
    whose = _whose(request) or Whose.ALL
    task = await next_call(visitor_of(request).staff, now_of(request), whose, done)
    if task is None:
        return go_to(f"/staff/phone-list{asked_of(request)}")
    known = noted if noted in staff_words().results else ""
    return go_to(f"/staff/tasks/{task}?whose={whose}&noted={known}")


def _whose(request: web.Request) -> Whose | None:
    asked = request.query.get("whose", "")
    return Whose(asked) if asked in set(Whose) else None


def asked_of(request: web.Request) -> str:
    """Return what somebody was looking at, as part of an address."""
    whose = _whose(request)
    return f"?whose={whose}" if whose else ""


@ROUTES.post("/tasks/{id}/head")
async def take_head(request: web.Request) -> web.Response:
    """Fill in the head of a form whose round has ended: the record is made complete (M6)."""
    opened, desk = await _opened(request), desk_of(request)
    staff, now = visitor_of(request).staff, now_of(request)
    form = await request.post()
    await write_header(desk.header, opened.task.encounter_id, _head(form), staff, now)
    return go_to(f"/staff/tasks/{opened.task.id}")


async def _opened(request: web.Request) -> OpenedTask:
    opened = await open_task(uuid_of(request), visitor_of(request).staff)
    if opened is None:
        raise web.HTTPNotFound
    return opened


async def _task_page(request: web.Request, opened: OpenedTask, done: FilledIn) -> web.Response:
    """Show the call; each time it is shown is a look."""
    task, now = opened.task, now_of(request)
    await look(visitor_of(request).staff, "task.opened", "follow_up_task", task.id, now)
    lines = await phone_form(desk_of(request), task, now)
    head = await header_of(desk_of(request).header, task.encounter)
    return page(
        request,
        "task",
        status=422 if done.faults else 200,
        opened=opened,
        task=task,
        running=task.status in OPEN,
        person=await person_of(task.encounter.patient, task.encounter, now),
        lines=lines,
        head=[line for line in head if not line.given],
        done=done,
        refused=REFUSED,
        said=said(request),
        noted=request.query.get("noted", ""),
        asked=asked_of(request),
    )


def _report(form: MultiMapping[Any], now: datetime) -> CallReport:
    """Read a result; one button may carry its reason (refused:F24) or its hour (call_later:2h)."""
    result, _, detail = str(form.get("result", "")).partition(":")
    if result not in set(CallResult):
        raise web.HTTPBadRequest
    later = _later(detail, now) if result == CallResult.CALL_LATER else None
    return CallReport(
        CallResult(result),
        reason=detail if result == CallResult.REFUSED and detail else _reason(form, result),
        note=str(form.get("note", "")),
        call_at=later or _moment(str(form.get("call_at", ""))),
        contact_point_id=_known_id(str(form.get("number", ""))),
    )


def _later(detail: str, now: datetime) -> datetime | None:
    """Say when a button means: in two hours, or the next morning at nine."""
    tomorrow = local(now).date() + _A_DAY
    return {_IN_TWO_HOURS: now + timedelta(hours=2), _MORNING: moment(tomorrow, time(9))}.get(
        detail
    )


def _head(form: MultiMapping[Any]) -> dict[str, str]:
    """Read the fields `h:key` of the head."""
    return {name[2:]: str(form[name]) for name in form if name.startswith("h:")}


def _replies(form: MultiMapping[Any]) -> dict[str, Reply]:
    """Read the fields `k:form.item` (pressed keys) and `t:form.item` (written words)."""
    found: dict[str, Reply] = {}
    for field in form:
        kind, _, question = field.partition(":")
        if kind == "k":
            found[question] = Reply(keys=tuple(str(key) for key in form.getall(field)))
        elif kind == "t":
            found[question] = Reply(text=str(form[field]))
    return found


def _reason(form: MultiMapping[Any], result: str) -> str:
    return str(form.get(f"reason-{result}", ""))


def _moment(text: str) -> datetime | None:
    """Read what a date and time field sends: the time on the hospital's wall."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=HOSPITAL_ZONE)
    except ValueError:
        return None


def _known_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
