"""Patients' questions: the board by state, one question with every step there is for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from aiohttp import web
from multidict import MultiMapping

from bot.console.booking_page import send_now
from bot.console.pages import desk_of, go_to, now_of, page, said, visitor_of
from bot.console.records import uuid_of
from dialogs.timing.spans import local
from handlers.knowledge import Wanted, search
from handlers.questions.board import QuestionCard, open_question, question_board
from handlers.questions.following import BEFORE_TOLD
from handlers.questions.steps import (
    LONGEST,
    Opinion,
    QuestionFault,
    close_question,
    give_opinion,
    mark_urgent,
    note_read_back,
    pass_on,
)
from handlers.questions.telling import ask_back, tell, told_by_phone
from handlers.scope import DOCTORS, may_open
from models.ward_week import Disposition, TicketState

ROUTES: Final = web.RouteTableDef()
_LONGEST_WORDS: Final = 100
Form = MultiMapping[Any]
Act = Callable[[web.Request, UUID, Form], Awaitable[QuestionFault | None]]


@ROUTES.get("/questions")
async def show_board(request: web.Request) -> web.Response:
    """Show the questions by state; all of them, or one's own."""
    staff, mine = visitor_of(request).staff, request.query.get("mine") == "1"
    if not may_open(staff):
        raise web.HTTPNotFound
    board = await question_board(staff, now_of(request), mine=mine)
    return page(request, "questions", board=board, mine=mine)


@ROUTES.get("/questions/{id}")
async def show_question(request: web.Request) -> web.Response:
    """Open a question, with standard answers that may fit it."""
    card = await open_question(uuid_of(request), visitor_of(request).staff, now_of(request))
    if card is None:
        raise web.HTTPNotFound
    words = request.query.get("words", "")[:_LONGEST_WORDS]
    return page(
        request,
        "question",
        card=card,
        row=card.row,
        ticket=card.ticket,
        states=TicketState,
        before_told=BEFORE_TOLD,
        answers=visitor_of(request).staff.role in DOCTORS,
        found=await _standard_answers(request, card, words),
        looked=words,
        longest=LONGEST,
        said=said(request),
    )


@ROUTES.post("/questions/{id}/{act}")
async def take_step(request: web.Request) -> web.Response:
    """Take a step; what the patient is told goes out at once."""
    act = _ACTS.get(request.match_info["act"])
    if act is None:
        raise web.HTTPNotFound
    ticket_id = uuid_of(request)
    fault = await act(request, ticket_id, await request.post())
    await send_now(request)
    return go_to(f"/staff/questions/{ticket_id}", fault.value if fault else "")


async def _standard_answers(request: web.Request, card: QuestionCard, words: str) -> list[Any]:
    """Look up what was asked in the knowledge of the department, as quick text."""
    if card.ticket.state not in BEFORE_TOLD:
        return []
    wanted = Wanted(words or card.words[:_LONGEST_WORDS], department_id=card.ticket.department_id)
    return list(await search(wanted, local(now_of(request)).date(), limit=3))


async def _pass_on(request: web.Request, ticket: UUID, form: Form) -> QuestionFault | None:
    to = str(form.get("to", ""))
    return await pass_on(ticket, visitor_of(request).staff, to, now_of(request))


async def _opinion(request: web.Request, ticket: UUID, form: Form) -> QuestionFault | None:
    chosen = str(form.get("disposition", ""))
    known = Disposition(chosen) if chosen in set(Disposition) else Disposition.ANSWER
    opinion = Opinion(str(form.get("text", "")), known)
    return await give_opinion(ticket, visitor_of(request).staff, opinion, now_of(request))


async def _tell(request: web.Request, ticket: UUID, form: Form) -> QuestionFault | None:
    staff, text, now = visitor_of(request).staff, str(form.get("text", "")), now_of(request)
    if form.get("by") == "phone":
        return await told_by_phone(ticket, staff, text, now)
    return await tell(ticket, staff, text, desk_of(request), now)


async def _urgent(request: web.Request, ticket: UUID, form: Form) -> QuestionFault | None:
    del form
    return await mark_urgent(ticket, visitor_of(request).staff, now_of(request))


async def _ask_back(request: web.Request, ticket: UUID, form: Form) -> QuestionFault | None:
    del form
    return await ask_back(ticket, visitor_of(request).staff, desk_of(request), now_of(request))


async def _read_back(request: web.Request, ticket: UUID, form: Form) -> QuestionFault | None:
    understood = form.get("understood") == "yes"
    staff, desk, now = visitor_of(request).staff, desk_of(request), now_of(request)
    return await note_read_back(ticket, staff, desk, now, understood=understood)


async def _close(request: web.Request, ticket: UUID, form: Form) -> QuestionFault | None:
    del form
    return await close_question(ticket, visitor_of(request).staff, now_of(request))


_ACTS: Final[Mapping[str, Act]] = MappingProxyType(
    {
        "pass-on": _pass_on,
        "opinion": _opinion,
        "tell": _tell,
        "urgent": _urgent,
        "ask-back": _ask_back,
        "read-back": _read_back,
        "close": _close,
    }
)
