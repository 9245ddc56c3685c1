"""Before every page: who is asking, is it their own form, and headers that keep it so (T08-T15)."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from typing import Final
from urllib.parse import quote, urlsplit

from aiohttp import web

from bot.console.pages import (
    LIST_MISSING,
    VISITOR,
    desk_of,
    go_to,
    now_of,
    page,
    visitor_of,
    wall_time,
)
from bot.keys import PROXIES, SECURE_COOKIES
from bot.origin import host_of
from handlers.missing_list import concerns
from handlers.sessions import LONGEST, visitor

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

STATIC_FILES: Final = "/staff/static"
PUBLIC: Final = frozenset({"/staff/login", "/staff/setup", STATIC_FILES})
# pages that refresh themselves keep nobody signed in
QUIET: Final = frozenset(
    {
        "/staff/board",
        "/staff/group/feed",
        "/staff/alerts/{number}/{part}",
        "/staff/complaints/board",
        "/staff/complaints/{number}/{part}",
        "/staff/bedside/{id}/way",
        "/staff/talks/rows",
        "/staff/talks/{id}/{part}",
        "/staff/channels",
        "/staff/pulse",
        "/staff/ws",
    }
)
# the one page of these that is a whole one
_PARTS: Final = QUIET - {"/staff/channels"}
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # not no-referrer: browsers would send our own forms with `Origin: null`
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let through who is signed in and comes from our own pages; show refusals as pages."""
    try:
        response = await _guarded(request, handler)
    except web.HTTPClientError as refusal:
        response = page(request, "refused", status=refusal.status, code=refusal.status)
    if not response.prepared:
        response.headers.update(_HEADERS)
        if _place(request) != STATIC_FILES:
            response.headers["Cache-Control"] = "no-store"
    return response


async def _guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    if request.method not in _SAFE and not _own_origin(request):
        raise web.HTTPForbidden
    if _place(request) in PUBLIC:
        return await handler(request)
    found = await visitor(_token(request), wall_time(request), active=_place(request) not in QUIET)
    if found is None:
        return _sign_in_first(request)
    request[VISITOR] = found
    if request.method == "GET" and _place(request) not in _PARTS:
        request[LIST_MISSING] = await concerns(desk_of(request), found.staff, now_of(request))
    if request.method not in _SAFE and not await _own_form(request):
        raise web.HTTPForbidden
    return await handler(request)


def cookie_name(request: web.Request) -> str:
    """Return the session cookie's name; over TLS no other path or host can set it."""
    return "__Host-suifang" if _secure(request) else "suifang-staff"


def set_cookie(request: web.Request, response: web.StreamResponse, token: str) -> None:
    """Give the browser its session."""
    response.set_cookie(
        cookie_name(request),
        token,
        max_age=int(LONGEST.total_seconds()),
        path="/",
        httponly=True,
        samesite="Lax",
        secure=_secure(request),
    )


def drop_cookie(request: web.Request, response: web.StreamResponse) -> None:
    """Take the session back."""
    response.del_cookie(cookie_name(request), path="/", secure=_secure(request))


def source_of(request: web.Request) -> str:
    """Return where a request comes from: the last hop that is no proxy of ours.

    X-Forwarded-For is a header anybody can write, so it is believed only as far as our own
    proxies wrote it.
    """
    proxies = request.config_dict.get(PROXIES, ())
    source = request.remote or ""
    hops = ",".join(request.headers.getall("X-Forwarded-For", [])).split(",")
    while source in proxies and hops:
        try:
            source = str(ip_address(hops.pop().strip()))
        except ValueError:
            break
    return source


def own_socket(request: web.Request) -> bool:
    """Tell whether a socket is opened by our own page: browsers always say by whom."""
    return bool(request.headers.get("Origin")) and _own_origin(request)


def _secure(request: web.Request) -> bool:
    return request.config_dict.get(SECURE_COOKIES, False)


def _token(request: web.Request) -> str:
    return request.cookies.get(cookie_name(request), "")


def _place(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else ""


def _own_origin(request: web.Request) -> bool:
    """Compare with the address we are known by and the one we were called by.

    Old browsers send no Origin with a form; there the token of the session decides alone.
    """
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")
    known = urlsplit(desk_of(request).public_url)
    return origin == f"{known.scheme}://{known.netloc}" or host_of(origin) == request.host


async def _own_form(request: web.Request) -> bool:
    token = request.headers.get("X-CSRF-Token") or str((await request.post()).get("csrf", ""))
    expected = visitor_of(request).session.csrf_token
    return hmac.compare_digest(token.encode(errors="replace"), expected.encode())


def _sign_in_first(request: web.Request) -> web.Response:
    if request.method not in _SAFE or _place(request) in QUIET:
        raise web.HTTPUnauthorized
    ended = "&ended=1" if _token(request) else ""
    return go_to(f"/staff/login?next={quote(request.path)}{ended}")
