"""Who is at the other end of the web chat: a signed cookie, CSRF tokens, the page's origin."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from aiohttp import web
from itsdangerous import BadData, URLSafeSerializer

from bot.keys import CLOCK, DESK, SECURE_COOKIES
from bot.origin import host_of
from handlers.binding import Bound, bound_by
from models.seal import keyring

LASTS: Final = timedelta(days=60)
RENEWED_AFTER: Final = timedelta(days=1)
CSRF_HEADER: Final = "X-CSRF-Token"
_SESSION = "chat"
_NONCE = "chat_form"
_NONCE_BYTES = 16
_WRITABLE: Final = re.compile(r"[A-Za-z0-9_-]+")


async def visitor_of(request: web.Request) -> Bound | None:
    """Return whom the session cookie names, None when it is missing, forged, old or revoked."""
    signed = _read_session(request)
    if signed is None:
        return None
    contact_point_id, since = signed
    if not timedelta(0) <= request.app[CLOCK]() - since <= LASTS:
        return None
    return await bound_by(contact_point_id)


def sign_in(request: web.Request, response: web.StreamResponse, contact_point_id: UUID) -> None:
    """Give the browser a session."""
    since = int(request.app[CLOCK]().timestamp())
    _set_cookie(request, response, _SESSION, _serializer().dumps([contact_point_id.hex, since]))


def renew(request: web.Request, response: web.StreamResponse, visitor: Bound) -> None:
    """Let the session of somebody who keeps coming last on."""
    signed = _read_session(request)
    if signed is not None and request.app[CLOCK]() - signed[1] > RENEWED_AFTER:
        sign_in(request, response, visitor.contact_point_id)


def csrf_token(visitor: Bound) -> str:
    """Return the token that the chat page sends back with everything it posts."""
    return _proof("chat", visitor.contact_point_id.hex)


def has_csrf_token(request: web.Request, visitor: Bound) -> bool:
    """Tell whether a post comes from our own chat page."""
    given = request.headers.get(CSRF_HEADER, "")
    return is_own_origin(request) and _same(given, csrf_token(visitor))


def form_nonce(request: web.Request) -> str:
    """Return the nonce of the browser's cookie for the slip's form, or a new one."""
    kept = request.cookies.get(_nonce_name(request), "")
    return kept if _WRITABLE.fullmatch(kept) else secrets.token_urlsafe(_NONCE_BYTES)


def form_token(nonce: str, link: str) -> str:
    """Return the hidden token of the form of one link, which answers to the cookie's nonce."""
    return _proof("form", f"{nonce}:{link}")


def keep_nonce(request: web.Request, response: web.StreamResponse, nonce: str) -> None:
    """Leave the nonce in the browser; the form is worth nothing without it."""
    _set_cookie(request, response, _NONCE, nonce)


def is_own_form(request: web.Request, given: str, link: str) -> bool:
    """Tell whether a posted form was given out to this very browser."""
    nonce = request.cookies.get(_nonce_name(request), "")
    return bool(nonce) and is_own_origin(request) and _same(given, form_token(nonce, link))


def is_own_origin(request: web.Request, *, required: bool = False) -> bool:
    """Tell whether the request comes from a page of this site; without Origin unless `required`."""
    origin = request.headers.get("Origin")
    if origin is None:
        return not required
    host = host_of(origin)
    return bool(host) and host in (request.host, host_of(request.app[DESK].public_url))


def _read_session(request: web.Request) -> tuple[UUID, datetime] | None:
    try:
        contact_point, since = _serializer().loads(request.cookies.get(_name(request), ""))
        now = request.app[CLOCK]()
        return UUID(contact_point), datetime.fromtimestamp(since, now.tzinfo)
    except (BadData, ValueError, TypeError):
        return None


def _serializer() -> URLSafeSerializer:
    key = keyring().signing_key("web-chat-session")
    return URLSafeSerializer(key, signer_kwargs={"digest_method": hashlib.sha256})


def _proof(purpose: str, value: str) -> str:
    key = keyring().signing_key(f"web-chat-{purpose}")
    return hmac.digest(key, value.encode(errors="replace"), hashlib.sha256).hex()


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), expected.encode())


def _name(request: web.Request) -> str:
    """Only a cookie that no other host can set may carry the __Host- prefix."""
    return f"__Host-{_SESSION}" if request.app[SECURE_COOKIES] else _SESSION


def _nonce_name(request: web.Request) -> str:
    return f"__Host-{_NONCE}" if request.app[SECURE_COOKIES] else _NONCE


def _set_cookie(request: web.Request, response: web.StreamResponse, name: str, value: str) -> None:
    secure = request.app[SECURE_COOKIES]
    kept: dict[str, Any] = {"max_age": int(LASTS.total_seconds())} if name == _SESSION else {}
    response.set_cookie(
        f"__Host-{name}" if secure else name,
        value,
        path="/",
        secure=secure,
        httponly=True,
        samesite="Lax",
        **kept,
    )
