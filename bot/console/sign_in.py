"""Signing in and out, and the first password by a one-time code."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from bot.console.guard import cookie_name, drop_cookie, set_cookie, source_of
from bot.console.pages import desk_of, go_to, page, wall_time
from handlers.login import LoginRefusal, Newcomer, log_in, set_up, waiting_code
from handlers.scope import OFFICES
from handlers.sessions import SignedIn, log_out
from handlers.staff_words import staff_words

ROUTES: Final = web.RouteTableDef()
HOME: Final = "/staff"
BOOK: Final = "/staff/book"
_STATUS: Final = {LoginRefusal.LOCKED: 429}


@ROUTES.get("/login")
async def show_login(request: web.Request) -> web.Response:
    """Show the form to sign in."""
    words = staff_words(desk_of(request).language).login
    fault = words["ended"] if "ended" in request.query else ""
    return page(request, "login", fault=fault, next=_next(request.query.get("next", "")))


@ROUTES.post("/login")
async def take_login(request: web.Request) -> web.StreamResponse:
    """Sign in; a session the browser had ends."""
    form = await request.post()
    tried = await log_in(
        str(form.get("username", "")),
        str(form.get("password", "")),
        source_of(request),
        wall_time(request),
    )
    target = _next(str(form.get("next", "")))
    if isinstance(tried, LoginRefusal):
        fault = _words(request, tried)
        status = _STATUS.get(tried, 401)
        return page(request, "login", status=status, fault=fault, next=target)
    return await _welcome(request, tried, target)


@ROUTES.post("/logout")
async def take_logout(request: web.Request) -> web.StreamResponse:
    """Sign out: the session ends on the server."""
    await log_out(request.cookies.get(cookie_name(request), ""), wall_time(request))
    response = go_to("/staff/login")
    drop_cookie(request, response)
    return response


@ROUTES.get("/setup")
async def show_setup(request: web.Request) -> web.Response:
    """Ask for the one-time code."""
    return page(request, "setup", fault="", code="", own=None)


@ROUTES.post("/setup")
async def take_setup(request: web.Request) -> web.StreamResponse:
    """Take the code, then the password to set with it; the code never stands in an address."""
    form = await request.post()
    code = str(form.get("code", ""))
    if "password" not in form:
        return await _second_step(request, code)
    newcomer = Newcomer(
        code=code,
        password=str(form["password"]),
        username=str(form.get("username", "")),
        name=str(form.get("name", "")),
        licensed="licensed" in form,
    )
    tried = await set_up(newcomer, source_of(request), wall_time(request))
    if isinstance(tried, SignedIn):
        return await _welcome(request, tried, HOME)
    return await _second_step(request, code, tried)


async def _second_step(
    request: web.Request, code: str, refusal: LoginRefusal | None = None
) -> web.Response:
    known = await waiting_code(code, wall_time(request))
    if known is None:
        fault, status = _words(request, refusal or LoginRefusal.BAD_CODE), 400
        return page(request, "setup", status=status, fault=fault, code="", own=None)
    fault, status = (_words(request, refusal), 400) if refusal else ("", 200)
    return page(request, "setup", status=status, fault=fault, code=code, own=known.staff)


async def _welcome(request: web.Request, signed_in: SignedIn, target: str) -> web.Response:
    await log_out(request.cookies.get(cookie_name(request), ""), wall_time(request))
    office = signed_in.staff.role in OFFICES
    response = go_to(BOOK if office and target == HOME else target)
    set_cookie(request, response, signed_in.token)
    return response


def _next(path: str) -> str:
    """Go on only to our own pages."""
    own = path == HOME or path.startswith(f"{HOME}/")
    return path if own and "\\" not in path and ".." not in path else HOME


def _words(request: web.Request, refusal: LoginRefusal) -> str:
    return staff_words(desk_of(request).language).login[refusal]
