"""Reads what a provider posts: no more than is allowed, and no longer than a provider takes."""

from __future__ import annotations

import asyncio
from typing import Final

from aiohttp import web

# seconds: a provider sends its few kilobytes at once; whoever dribbles holds a connection
WITHIN: Final = 10.0


async def read_whole(request: web.Request, largest: int) -> bytes:
    """Read a body; raises 413 whatever length was announced, 408 when it does not come whole."""
    try:
        async with asyncio.timeout(WITHIN):
            return await _read(request, largest)
    except TimeoutError:
        raise web.HTTPRequestTimeout from None


async def _read(request: web.Request, largest: int) -> bytes:
    if request.content_length is not None and request.content_length > largest:
        raise web.HTTPRequestEntityTooLarge(largest, request.content_length)
    raw = bytearray()
    async for chunk in request.content.iter_any():
        raw += chunk
        if len(raw) > largest:
            raise web.HTTPRequestEntityTooLarge(largest, len(raw))
    return bytes(raw)
