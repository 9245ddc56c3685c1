"""Photos and recordings, opened by those who may, each look on record."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from aiohttp import web

from bot.console.pages import now_of, visitor_of
from bot.keys import MEDIA
from handlers.casework.photos import open_case_photo
from handlers.media import SUFFIXES

ROUTES: Final = web.RouteTableDef()


@ROUTES.get("/media/{id}")
async def show_photo(request: web.Request) -> web.StreamResponse:
    """Show a photo or give a recording; its file is named by our own row, never by the address."""
    media = await open_case_photo(uuid_of(request), visitor_of(request).staff, now_of(request))
    folder = request.config_dict.get(MEDIA)
    if media is None or folder is None or media.content_type not in SUFFIXES:
        raise web.HTTPNotFound
    file = (folder / media.path).resolve()
    if not file.is_relative_to(folder.resolve()) or not file.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(file, headers={"Content-Type": media.content_type})


def uuid_of(request: web.Request) -> UUID:
    """Read the id of an address; what is none is not found."""
    try:
        return UUID(request.match_info["id"])
    except ValueError as fault:
        raise web.HTTPNotFound from fault
