"""The phone list, the result of each call, and the questionnaire filled in on the phone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from aiohttp import web

from bot.console.call_forms import entry_of, head_of, known_id, report_of
from bot.console.pages import desk_of, go_to, now_of, page, said, visitor_of
from bot.console.records import uuid_of
from handlers.assigning import assign, colleagues_of
from handlers.calls import REFUSED, CallResult, record_result
from handlers.cards import look, person_of
from handlers.form_header import header_of, write_header
from handlers.opened_call import OpenedTask, open_task
from handlers.phone_form import Entry, FilledIn, fill_in, phone_form
from handlers.phone_list import Whose, next_call, phone_list
from handlers.staff_words import staff_words
from handlers.tasks import OPEN

ROUTES: Final = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class _Sent:
    """What was just sent to the page of a call, and what became of it: nothing typed is lost."""

    done: FilledIn = field(default_factory=FilledIn)
    entry: Entry | None = None
    result: Mapping[str, str] = field(default_factory=dict, repr=False)
    fault: str = ""

    def unread(self, question: str) -> str:
        """Return the words that were typed as an answer and not understood."""
        if self.entry is None or question not in self.done.faults:
            return ""
        return self.entry.replies[question].text


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
    after = known_id(request.query.get("after", ""))
    return await open_another(request, after, request.query.get("noted", ""))


@ROUTES.get("/tasks/{id}")
async def show_task(request: web.Request) -> web.Response:
    """Open one call: the numbers, what is known, the questionnaire."""
    return await _task_page(request, await _opened(request), _Sent())


@ROUTES.post("/tasks/{id}/result")
async def take_result(request: web.Request) -> web.Response:
    """Record what came of a call."""
    opened = await _opened(request)
    form = await request.post()
    report = report_of(form, now_of(request))
    fault = await record_result(opened.task.id, visitor_of(request).staff, report, now_of(request))
    if fault is not None:
        sent = {name: str(value) for name, value in form.items()}
        told = _Sent(result=sent, fault=fault.value)
        return await _task_page(request, await _opened(request), told)
    here = f"/staff/tasks/{opened.task.id}{asked_of(request)}"
    if report.result is CallResult.WRONG_NUMBER:
        return go_to(here)
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
    entry = entry_of(await request.post())
    staff, now = visitor_of(request).staff, now_of(request)
    done = await fill_in(desk_of(request), opened.task.id, staff, entry, now)
    if done.closed:
        return go_to(request.path.removesuffix("/form"), "done_already")
    return await _task_page(request, await _opened(request), _Sent(done, entry))


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
    head = head_of(await request.post())
    await write_header(desk.header, opened.task.encounter_id, head, staff, now)
    return go_to(f"/staff/tasks/{opened.task.id}")


async def _opened(request: web.Request) -> OpenedTask:
    opened = await open_task(uuid_of(request), visitor_of(request).staff, now_of(request))
    if opened is None:
        raise web.HTTPNotFound
    return opened


async def _task_page(request: web.Request, opened: OpenedTask, sent: _Sent) -> web.Response:
    """Show the call, with what was just written and not taken; each showing is a look."""
    task, now = opened.task, now_of(request)
    await look(visitor_of(request).staff, "task.opened", "follow_up_task", task.id, now)
    lines = await phone_form(desk_of(request), task, now)
    head = await header_of(desk_of(request).header, task.encounter)
    return page(
        request,
        "task",
        status=422 if sent.done.faults or sent.fault else 200,
        opened=opened,
        task=task,
        running=task.status in OPEN,
        person=await person_of(task.encounter.patient, task.encounter, now),
        lines=lines,
        head=[line for line in head if not line.given],
        done=sent.done,
        sent=sent,
        refused=REFUSED,
        said=staff_words(desk_of(request).language).refusals.get(sent.fault) or said(request),
        noted=request.query.get("noted", ""),
        asked=asked_of(request),
    )
