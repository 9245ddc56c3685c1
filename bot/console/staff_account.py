"""One's own messenger accounts: a code to bind one, and taking it off again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import segno
from aiohttp import web

from bot.console.pages import go_to, page, visitor_of, wall_time
from bot.console.records import uuid_of
from handlers.staff_accounts import CODE_LASTS, accounts_of, make_code, unbind_account

ROUTES: Final = web.RouteTableDef()
# from a code to the link that opens the bot with it; empty while the bot's name is not known
BOT_LINK: Final[web.AppKey[Callable[[str], str]]] = web.AppKey("bot_link")
_PAGE: Final = "/staff/account"


@ROUTES.get("/account")
async def show_accounts(request: web.Request) -> web.Response:
    """List the accounts one has bound."""
    return await _accounts_page(request)


@ROUTES.post("/account/code")
async def take_wish_for_code(request: web.Request) -> web.Response:
    """Make a code and show it once, with the link and its picture for the phone."""
    code = await make_code(visitor_of(request).staff, wall_time(request))
    return await _accounts_page(request, code)


@ROUTES.post("/account/{id}/unbind")
async def take_unbinding(request: web.Request) -> web.Response:
    """Take an account off."""
    if not await unbind_account(uuid_of(request), visitor_of(request).staff, wall_time(request)):
        raise web.HTTPNotFound
    return go_to(_PAGE)


async def _accounts_page(request: web.Request, code: str = "") -> web.Response:
    link_of = request.config_dict.get(BOT_LINK)
    link = link_of(code) if code and link_of else ""
    return page(
        request,
        "account",
        accounts=await accounts_of(visitor_of(request).staff),
        code=code,
        minutes=int(CODE_LASTS.total_seconds() // 60),
        link=link,
        picture=segno.make(link, error="m", micro=False).svg_inline(scale=5) if link else "",
    )
