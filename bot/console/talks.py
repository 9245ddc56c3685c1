"""Talking with patients: who waits for a person, one talk live, standard answers at hand."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID, uuid4

from aiohttp import web

from bot.console.booking_page import id_in, send_now
from bot.console.pages import desk_of, go_to, now_of, page, said, visitor_of
from dialogs.timing import local
from handlers.claims import LONGEST_REPLY, Refusal
from handlers.human_talk_board import TalkCard, open_talk_card, story_tag, talk_board
from handlers.human_talk_desk import answer_talk, end_talk, take_talk
from handlers.human_talk_passing import give_talk_back, hand_on, hand_to_desk
from handlers.human_talk_scope import leads_talks
from handlers.knowledge import Wanted, entry_to_use, search
from handlers.staff_words import staff_words
from models.hospital import Department, StaffMember
from models.room import TalkDesk

ROUTES: Final = web.RouteTableDef()
_LONGEST_WORDS: Final = 100


@ROUTES.get("/talks")
async def show_talks(request: web.Request) -> web.Response:
    """Show who waits for a person."""
    return await _list(request, "talks")


@ROUTES.get("/talks/rows")
async def show_rows(request: web.Request) -> web.Response:
    """Show the list alone, for a page that refreshes itself."""
    return await _list(request, "_talk_rows")


@ROUTES.get("/talks/{id}")
async def show_talk(request: web.Request) -> web.Response:
    """Open a talk; the look is on record."""
    return await _talk_page(request, await _card(request, on_record=True))


@ROUTES.get("/talks/{id}/state")
async def show_state(request: web.Request) -> web.Response:
    """Show who has an open talk."""
    card = await _card(request, on_record=False)
    return page(request, "_talk_state", card=card, row=card.row, desks=TalkDesk)


@ROUTES.get("/talks/{id}/story")
async def show_story(request: web.Request) -> web.Response:
    """Show what is said; a page that has it all is told so, and nothing is read again."""
    tag = await story_tag(_number(request), visitor_of(request).staff)
    if tag is None:
        raise web.HTTPNotFound
    named = {"ETag": f'"{tag}"'}
    if request.headers.get("If-None-Match") == named["ETag"]:
        return web.Response(status=304, headers=named)
    card = await _card(request, on_record=False)
    answer = page(request, "_talk_story", card=card, row=card.row)
    answer.headers.update(named)
    return answer


@ROUTES.post("/talks/{id}/draft")
async def look_up(request: web.Request) -> web.Response:
    """Look for standard answers, or take one over; what was written so far is kept."""
    card = await _card(request, on_record=False)
    form = {name: str(value) for name, value in (await request.post()).items()}
    text = form.get("text", "")[: 2 * LONGEST_REPLY]
    today = local(now_of(request)).date()
    entry = await entry_to_use(form.get("use", "")[:64], today) if form.get("use") else None
    if entry is not None:
        text = f"{text.rstrip()}\n{entry.answer}".strip()
    return await _talk_page(request, card, text=text, form=form)


@ROUTES.post("/talks/{id}/take")
async def take(request: web.Request) -> web.Response:
    """Take the talk; who comes second sees who has it."""
    number, staff = _number(request), visitor_of(request).staff
    taking = await take_talk(number, staff, desk_of(request), now_of(request))
    refusal = taking.refusal or (None if taking.taken else Refusal.TAKEN)
    return _back(request, refusal)


@ROUTES.post("/talks/{id}/answer")
async def take_answer(request: web.Request) -> web.Response:
    """Write to the patient; what is too long comes back as it was written."""
    form = await request.post()
    text = str(form.get("text", ""))
    refusal = await answer_talk(
        _number(request),
        visitor_of(request).staff,
        text,
        str(form.get("once", ""))[:32],
        desk_of(request),
        now_of(request),
    )
    if refusal is Refusal.TOO_LONG:
        return await _talk_page(request, await _card(request, on_record=False), text=text)
    await send_now(request)
    return _back(request, refusal)


@ROUTES.post("/talks/{id}/give-back")
async def take_back(request: web.Request) -> web.Response:
    """Let somebody else take it."""
    refusal = await give_talk_back(_number(request), visitor_of(request).staff, now_of(request))
    return _back(request, refusal)


@ROUTES.post("/talks/{id}/hand-on")
async def take_hand_on(request: web.Request) -> web.Response:
    """Give it to a colleague, or to the other desk."""
    to = str((await request.post()).get("to", ""))
    number, staff = _number(request), visitor_of(request).staff
    desk, now = desk_of(request), now_of(request)
    if to in set(TalkDesk):
        return _back(request, await hand_to_desk(number, staff, TalkDesk(to), desk, now))
    colleague = await StaffMember.get_or_none(id=id_in(to))
    if colleague is None:
        return _back(request, Refusal.INCOMPLETE)
    return _back(request, await hand_on(number, staff, colleague, desk, now))


@ROUTES.post("/talks/{id}/end")
async def take_end(request: web.Request) -> web.Response:
    """Give the talk to the bot."""
    desk, now = desk_of(request), now_of(request)
    refusal = await end_talk(_number(request), visitor_of(request).staff, desk, now)
    await send_now(request)
    return _back(request, refusal) if refusal else go_to("/staff/talks")


async def _list(request: web.Request, name: str) -> web.Response:
    staff = visitor_of(request).staff
    if not leads_talks(staff):
        raise web.HTTPNotFound
    return page(request, name, rows=await talk_board(staff), said=_said(request))


async def _card(request: web.Request, *, on_record: bool) -> TalkCard:
    staff, now = visitor_of(request).staff, now_of(request)
    card = await open_talk_card(_number(request), staff, now, on_record=on_record)
    if card is None:
        raise web.HTTPNotFound
    return card


async def _talk_page(
    request: web.Request, card: TalkCard, text: str = "", form: dict[str, str] | None = None
) -> web.Response:
    wanted = _wanted(form or {}, card)
    today = local(now_of(request)).date()
    values: dict[str, Any] = {
        "card": card,
        "row": card.row,
        "desks": TalkDesk,
        "text": text,
        "too_long": len(text) > LONGEST_REPLY,
        "longest": LONGEST_REPLY,
        "wanted": wanted,
        "department": (form or {}).get("department", str(wanted.department_id or "")),
        "departments": await Department.filter(active=True).order_by("name"),
        "found": await search(wanted, today) if form else [],
        "looked": bool(form) and "use" not in (form or {}),
        "once": uuid4().hex,
        "said": _said(request),
    }
    return page(request, "talk", **values)


def _wanted(form: dict[str, str], card: TalkCard) -> Wanted:
    """What is looked for; at first the answers of the patient's own department."""
    department = form.get("department")
    own = card.row.department_id if department is None else id_in(department)
    return Wanted(
        words=form.get("words", "")[:_LONGEST_WORDS],
        department_id=own,
        disease=form.get("disease", "")[:_LONGEST_WORDS],
    )


def _number(request: web.Request) -> UUID:
    number = id_in(request.match_info["id"])
    if number is None:
        raise web.HTTPNotFound
    return number


def _back(request: web.Request, refusal: Refusal | None) -> web.Response:
    return go_to(f"/staff/talks/{_number(request)}", refusal.value if refusal else "")


def _said(request: web.Request) -> str:
    """Say why nothing was done, in the words of a talk where it has its own."""
    own = staff_words(desk_of(request).language).talks
    return own.get(f"no_{request.query.get('said', '')}") or said(request)
