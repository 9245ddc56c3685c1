"""The fixed page of SMS: the code of the text and a year of birth lead to the chat."""

from __future__ import annotations

import asyncio
from ipaddress import ip_address, ip_network
from typing import Final

from aiohttp import web

from bot.channels.web_limits import LIMITS
from bot.channels.web_pages import notice_page, page, words
from bot.channels.web_session import form_nonce, form_token, is_own_form, keep_nonce, sign_in
from bot.console.guard import source_of
from bot.keys import CLOCK, DESK, DRAIN
from dialogs.wording import fill
from handlers.code_page import PageOpening, PageState, open_page

_FORM: Final = "page-code"
_LONGEST: Final = 32
# a provider gives out at least so much of IPv6 to one customer
_IPV6_NETWORK: Final = 64
# every wrong try takes as long, whatever was wrong with it
_WRONG_TAKES: Final = 0.4
_STATUS: Final = {"expired": 403}


async def show_code_page(request: web.Request) -> web.Response:
    """GET /p: ask for the code and the year of birth."""
    return _ask(request)


async def lead_to_code_page(_request: web.Request) -> web.Response:
    """GET /p,…: some phones take the words behind an address for part of it."""
    raise web.HTTPSeeOther("/p")


async def take_code(request: web.Request) -> web.Response:
    """POST /p: make this browser the person's web chat if code and year of birth are right."""
    form = await request.post()
    if not is_own_form(request, str(form.get("csrf", "")), _FORM):
        return _ask(request, "expired")
    if _too_often(request):
        return notice_page(request, "slow", 429)
    code, year = (str(form.get(name, ""))[:_LONGEST] for name in ("code", "year"))
    opened = await _tried(request, code, year)
    if opened.state is PageState.WRONG:
        return _ask(request, opened.state.value)
    _do_not_count(request)
    if opened.contact_point_id is None:
        return _ask(request, opened.state.value, code, year)
    await request.app[DRAIN]()
    response = web.Response(status=303, headers={"Location": "/chat"})
    sign_in(request, response, opened.contact_point_id)
    return response


async def _tried(request: web.Request, code: str, year: str) -> PageOpening:
    """Try; what is wrong is answered no sooner, however little there was to look up."""
    clock = asyncio.get_running_loop()
    begun = clock.time()
    opened = await open_page(code, year, request.app[CLOCK]())
    if opened.state is PageState.WRONG:
        await asyncio.sleep(_WRONG_TAKES - (clock.time() - begun))
    return opened


def network_of(source: str) -> str:
    """Return whose address it is: one of IPv4, the customer's network of IPv6."""
    try:
        address = ip_address(source)
    except ValueError:
        return source
    if address.version == 4:  # noqa: PLR2004 - the name of the protocol
        return str(address)
    return str(ip_network((address, _IPV6_NETWORK), strict=False))


def _too_often(request: web.Request) -> bool:
    """Hold back a network that tries many codes, and everybody when the whole world does."""
    limits, at = request.app[LIMITS], asyncio.get_running_loop().time()
    own = limits.codes.wait(network_of(source_of(request)), at)
    return own > 0 or limits.all_codes.wait("", at) > 0


def _do_not_count(request: web.Request) -> None:
    """Only wrong tries count; each is counted at first, lest many at once slip through."""
    limits = request.app[LIMITS]
    limits.codes.give_back(network_of(source_of(request)))
    limits.all_codes.give_back("")


def _ask(request: web.Request, problem: str = "", code: str = "", year: str = "") -> web.Response:
    """Ask; what could not be read is left in the fields, to be put right."""
    desk = request.app[DESK]
    said = words(desk.language)["code"]
    values = {"hosp": desk.hospital, "switchboard": desk.switchboard}
    nonce = form_nonce(request)
    response = page(
        request,
        "code",
        _STATUS.get(problem, 422) if problem else 200,
        hello=fill(said["hello"], values),
        call=fill(said["call"], values) if desk.switchboard else "",
        problem=said[problem] if problem else "",
        code=code,
        year=year,
        csrf=form_token(nonce, _FORM),
    )
    keep_nonce(request, response, nonce)
    return response
