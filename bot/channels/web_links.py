"""Opening a printed link in a browser: who we are, the year of birth, then the chat."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.channels.web_limits import LIMITS
from bot.channels.web_pages import notice_page, page, words
from bot.channels.web_session import (
    form_nonce,
    form_token,
    is_own_form,
    keep_nonce,
    sign_in,
    visitor_of,
)
from bot.keys import CLOCK, DESK, DRAIN
from dialogs.wording import fill
from handlers.binding import Link, LinkState, bind, open_link
from handlers.printed_links import token_hash
from handlers.welcome import welcome

_LONGEST_TOKEN = 64


async def show_link(request: web.Request) -> web.Response:
    """GET /c/{token}: ask for the year of birth, or lead straight to the chat."""
    if _too_often(request):
        return notice_page(request, "slow", 429)
    link = await open_link(_token(request), request.app[CLOCK]())
    if link.contact_point_id is not None:
        visitor = await visitor_of(request)
        if visitor is not None and visitor.contact_point_id == link.contact_point_id:
            raise web.HTTPSeeOther("/chat")
    return _answer(request, link)


async def prove_link(request: web.Request) -> web.Response:
    """POST /c/{token}: bind the phone if the year of birth is right."""
    if _too_often(request):
        return notice_page(request, "slow", 429)
    form = await request.post()
    link = _hash(request)
    if not is_own_form(request, str(form.get("csrf", "")), link):
        opened = await open_link(_token(request), request.app[CLOCK]())
        return _answer(request, opened, problem="expired")
    now = request.app[CLOCK]()
    bound = await bind(_token(request), str(form.get("year", "")), now)
    if bound.state is LinkState.BOUND and bound.contact_point_id is not None:
        await welcome(request.app[DESK], bound.contact_point_id, now)
        await request.app[DRAIN]()
    return _answer(request, bound)


def _answer(request: web.Request, link: Link, problem: str = "") -> web.Response:
    match link.state:
        case LinkState.GONE:
            return notice_page(request, "gone", 404)
        case LinkState.LOCKED:
            return notice_page(request, "locked_visit" if link.visit else "locked", 403)
        case LinkState.BOUND if link.contact_point_id is not None:
            response = web.Response(status=303, headers={"Location": "/chat"})
            sign_in(request, response, link.contact_point_id)
            return response
        case LinkState.UNREADABLE | LinkState.WRONG_YEAR:
            return _ask(request, link, link.state.value, 422)
        case _:
            return _ask(request, link, problem, 403 if problem else 200)


def _ask(request: web.Request, link: Link, problem: str, status: int) -> web.Response:
    desk = request.app[DESK]
    known = words(desk.language)
    said = {**known["ask"], **(known["ask_visit"] if link.visit else {})}
    values = {
        "hosp": desk.hospital,
        "switchboard": desk.switchboard,
        "n": str(link.attempts_left),
    }
    nonce = form_nonce(request)
    response = page(
        request,
        "ask",
        status,
        hello=fill(said["hello"], values),
        who=said["who"],
        safe=fill(said["safe" if desk.switchboard else "safe_alone"], values),
        problem=fill(said[problem], values) if problem else "",
        csrf=form_token(nonce, _hash(request)),
    )
    keep_nonce(request, response, nonce)
    return response


def _token(request: web.Request) -> str:
    return request.match_info["token"][:_LONGEST_TOKEN]


def _hash(request: web.Request) -> str:
    return token_hash(_token(request))


def _too_often(request: web.Request) -> bool:
    at = asyncio.get_running_loop().time()
    return request.app[LIMITS].links.wait(_hash(request), at) > 0
