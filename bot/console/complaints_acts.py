"""What is done about a complaint: each button of its page is one use case of the offices."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from aiohttp import web
from multidict import MultiDictProxy

from bot.console.booking_page import id_in, send_now
from bot.console.complaints_case import NUMBER, case_page, opened
from bot.console.complaints_page import after, day_in
from bot.console.pages import desk_of, now_of, visitor_of
from handlers.casework.access import visible_complaints
from handlers.casework.claims import claim_complaint, return_complaint
from handlers.casework.closing import close_complaint, note_answer, reopen
from handlers.casework.facts import ask_for_facts, give_facts
from handlers.casework.improvements import Improvement, add_improvement
from handlers.casework.naming import ask_to_name
from handlers.casework.progress import carry_out, investigate, negotiate, note_contact, note_on
from handlers.casework.snooze import snooze_complaint
from handlers.casework.tags import confirm_tags
from handlers.casework.telling import Result, reply, tell_interim, tell_result
from handlers.casework.transfers import transfer
from handlers.claims import Refusal
from handlers.desk import Desk
from models.hospital import StaffMember

ROUTES: Final = web.RouteTableDef()
LONGEST: Final = 4000
# what the patient reads is sent at once
_TOLD: Final = frozenset({"reply", "interim", "result", "ask-name"})


@dataclass(frozen=True, slots=True)
class Act:
    """A button pressed on a case, with the form around it."""

    id: UUID
    staff: StaffMember
    form: MultiDictProxy[Any]
    desk: Desk
    now: datetime

    def text(self, name: str) -> str:
        """Read a field."""
        return str(self.form.get(name, ""))[:LONGEST]


@ROUTES.post(f"/complaints/{NUMBER}/{{act}}")
async def take_act(request: web.Request) -> web.Response:
    """Do it and show the case again; refused, with the reason and what was typed."""
    name = request.match_info["act"]
    if name not in ACTS:
        raise web.HTTPNotFound
    staff, number = visitor_of(request).staff, request.match_info["number"]
    case = await visible_complaints(staff).get_or_none(number=number)
    if case is None:
        raise web.HTTPNotFound
    form = await request.post()
    refusal = await ACTS[name](Act(case.id, staff, form, desk_of(request), now_of(request)))
    if refusal is not None:
        card = await opened(request, on_record=True)
        return await case_page(request, card, refusal=refusal.value, act=name, typed=form)
    if name in _TOLD:
        await send_now(request)
    return after(f"complaints/{number}", f"did_{name}")


async def _claim(act: Act) -> Refusal | None:
    claim = await claim_complaint(act.id, act.staff, act.now)
    return claim.refusal or (None if claim.taken else Refusal.TAKEN)


async def _return(act: Act) -> Refusal | None:
    return await return_complaint(act.id, act.staff, act.now)


async def _transfer(act: Act) -> Refusal | None:
    return await transfer(act.id, act.staff, act.text("to"), act.text("reason"), act.now)


async def _contacted(act: Act) -> Refusal | None:
    return await note_contact(act.id, act.staff, act.text("text"), act.now)


async def _reply(act: Act) -> Refusal | None:
    text, once = act.text("text"), act.text("once")[:32]
    return await reply(act.id, act.staff, text, once, act.desk, act.now)


async def _ask(act: Act) -> Refusal | None:
    return await ask_for_facts(act.id, act.staff, act.text("asked"), act.text("question"), act.now)


async def _facts(act: Act) -> Refusal | None:
    request_id = id_in(act.text("request"))
    if request_id is None:
        return Refusal.INCOMPLETE
    return await give_facts(request_id, act.staff, act.text("answer"), act.now)


async def _investigate(act: Act) -> Refusal | None:
    return await investigate(act.id, act.staff, act.text("text"), act.now)


async def _negotiate(act: Act) -> Refusal | None:
    return await negotiate(act.id, act.staff, act.text("text"), act.now)


async def _carry_out(act: Act) -> Refusal | None:
    due = day_in(act.text("due"))
    if due is None:
        return Refusal.INCOMPLETE
    return await carry_out(act.id, act.staff, act.text("department")[:64], due, act.now)


async def _interim(act: Act) -> Refusal | None:
    until = day_in(act.text("until"))
    if until is None:
        return Refusal.INCOMPLETE
    return await tell_interim(act.id, act.staff, until, act.text("why"), act.desk, act.now)


async def _result(act: Act) -> Refusal | None:
    result = Result(act.text("facts"), act.text("measures"), act.text("finding"))
    return await tell_result(act.id, act.staff, result, act.desk, act.now)


async def _answer(act: Act) -> Refusal | None:
    answer, text = act.text("answer"), act.text("text")
    return await note_answer(act.id, act.staff, answer, text, act.desk, act.now)


async def _close(act: Act) -> Refusal | None:
    closing, cause, ways = act.text("closing"), act.text("root_cause"), act.text("ways")
    return await close_complaint(act.id, act.staff, closing, cause, act.desk, act.now, ways=ways)


async def _reopen(act: Act) -> Refusal | None:
    return await reopen(act.id, act.staff, act.text("reason"), act.desk, act.now)


async def _snooze(act: Act) -> Refusal | None:
    minutes = act.text("minutes")
    wanted = int(minutes) if minutes.isascii() and minutes.isdigit() else 0
    return await snooze_complaint(act.id, act.staff, wanted, act.now)


async def _note(act: Act) -> Refusal | None:
    return await note_on(act.id, act.staff, act.text("text"), act.now)


async def _tags(act: Act) -> Refusal | None:
    categories = [str(one) for one in act.form.getall("category", [])]
    return await confirm_tags(
        act.id,
        act.staff,
        categories,
        act.text("severity"),
        id_in(act.text("department")),
        act.desk,
        act.now,
    )


async def _ask_name(act: Act) -> Refusal | None:
    return await ask_to_name(act.id, act.staff, act.desk, act.now)


async def _improve(act: Act) -> Refusal | None:
    due = day_in(act.text("due"))
    if due is None:
        return Refusal.INCOMPLETE
    said = (act.text("problem"), act.text("measure"), act.text("responsible"))
    wanted = Improvement(*said, due, act.id, id_in(act.text("department")))
    return await add_improvement(act.staff, wanted, act.now)


ACTS: Final[Mapping[str, Callable[[Act], Awaitable[Refusal | None]]]] = {
    "claim": _claim,
    "return": _return,
    "transfer": _transfer,
    "contacted": _contacted,
    "reply": _reply,
    "ask": _ask,
    "facts": _facts,
    "investigate": _investigate,
    "negotiate": _negotiate,
    "carry-out": _carry_out,
    "interim": _interim,
    "result": _result,
    "answer": _answer,
    "close": _close,
    "reopen": _reopen,
    "snooze": _snooze,
    "note": _note,
    "tags": _tags,
    "ask-name": _ask_name,
    "improve": _improve,
}
