"""The phone list, the result of each call, and the questionnaire filled in on the phone."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from aiohttp import web
from multidict import MultiMapping

from bot.console.pages import desk_of, go_to, now_of, page, said, visitor_of
from bot.console.records import uuid_of
from dialogs.timing import HOSPITAL_ZONE
from dialogs.turn import Reply
from handlers.calls import REFUSED, CallReport, CallResult, record_result
from handlers.cards import look, person_of
from handlers.form_header import header_of
from handlers.phone_form import Entry, FilledIn, fill_in, phone_form
from handlers.phone_list import OpenedTask, open_task, phone_list
from handlers.tasks import OPEN

ROUTES: Final = web.RouteTableDef()
_NOTHING: Final = FilledIn()


@ROUTES.get("/phone-list")
async def show_list(request: web.Request) -> web.Response:
    """Show whom to call."""
    rows = await phone_list(visitor_of(request).staff, now_of(request))
    return page(request, "phone_list", rows=rows, said=said(request))


@ROUTES.get("/tasks/{id}")
async def show_task(request: web.Request) -> web.Response:
    """Open one call: the numbers, what is known, the questionnaire."""
    return await _task_page(request, await _opened(request), _NOTHING)


@ROUTES.post("/tasks/{id}/result")
async def take_result(request: web.Request) -> web.Response:
    """Record what came of a call."""
    opened = await _opened(request)
    form = await request.post()
    result = str(form.get("result", ""))
    if result not in set(CallResult):
        raise web.HTTPBadRequest
    report = CallReport(
        CallResult(result),
        reason=_reason(form, result),
        note=str(form.get("note", "")),
        call_at=_moment(str(form.get("call_at", ""))),
        contact_point_id=_known_id(str(form.get("number", ""))),
    )
    fault = await record_result(opened.task.id, visitor_of(request).staff, report, now_of(request))
    here = f"/staff/tasks/{opened.task.id}"
    stays = fault is not None or report.result in (CallResult.REACHED, CallResult.WRONG_NUMBER)
    return go_to(here if stays else "/staff/phone-list", fault.value if fault else "")


@ROUTES.post("/tasks/{id}/form")
async def take_form(request: web.Request) -> web.Response:
    """Store the answers the nurse wrote down."""
    opened = await _opened(request)
    form = await request.post()
    entry = Entry(
        replies=_replies(form),
        header={key[2:]: str(form[key]) for key in form if key.startswith("h:")},
        complete=form.get("do") == "complete",
        reason=str(form.get("reason", "")),
        note=str(form.get("note", "")),
    )
    staff, now = visitor_of(request).staff, now_of(request)
    done = await fill_in(desk_of(request), opened.task.id, staff, entry, now)
    if done.closed:
        return go_to(request.path.removesuffix("/form"), "done_already")
    return await _task_page(request, await _opened(request), done)


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
    )


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
