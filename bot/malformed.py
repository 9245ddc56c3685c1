"""Requests that cannot be read are refused with 400, not answered with a traceback."""

from __future__ import annotations

import errno
from collections.abc import Awaitable, Callable
from traceback import walk_tb
from typing import Final

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.log import place_of

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

# below these nothing is read from a request: a fault raised there is our own
_OURS: Final = frozenset({"handlers", "models", "dialogs"})
_log = structlog.get_logger()


@web.middleware
async def refuse_malformed(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer 400 where reading a request failed; the log tells what kind of fault, and no data."""
    try:
        return await handler(request)
    except (
        ValueError,
        LookupError,
        OSError,
        RuntimeError,
        HttpProcessingError,
        web.RequestPayloadError,
    ) as fault:
        if "Upgrade" in request.headers or not _of_request(fault):
            raise
        _log.error("malformed_request", **place_of(fault))
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
    return web.Response(status=400, text="400: Bad Request", headers=headers)


def _of_request(fault: Exception) -> bool:
    """Text that cannot be encoded is found out wherever it is first written."""
    if isinstance(fault, UnicodeError):
        return True
    if isinstance(fault, OSError):
        return fault.errno == errno.ENAMETOOLONG
    if isinstance(fault, RuntimeError):
        # what aiohttp says of a part whose transfer encoding it does not know
        return _modules(fault)[-1] == "aiohttp.multipart"
    return _OURS.isdisjoint(module.partition(".")[0] for module in _modules(fault))


def _modules(fault: Exception) -> list[str]:
    return [str(frame.f_globals.get("__name__", "")) for frame, _ in walk_tb(fault.__traceback__)]
