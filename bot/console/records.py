"""A patient's record and photos, opened by those who may, each look on record."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from aiohttp import web

from bot.console.pages import desk_of, now_of, page, visitor_of
from bot.keys import MEDIA
from handlers.cards import open_patient
from handlers.casework.photos import open_case_photo
from handlers.media import SUFFIXES
from handlers.scope import visible_appointments

ROUTES: Final = web.RouteTableDef()
MOST: Final = 20


@ROUTES.get("/patients/{id}")
async def show_patient(request: web.Request) -> web.Response:
    """Show a patient's stays, rounds, answers and talk."""
    patient_id = uuid_of(request)
    card = await open_patient(
        patient_id, visitor_of(request).staff, desk_of(request), now_of(request)
    )
    if card is None:
        raise web.HTTPNotFound
    visits = visible_appointments(visitor_of(request).staff).filter(patient_id=patient_id)
    newest = await visits.distinct().order_by("-starts_at").limit(MOST).prefetch_related("clinic")
    return page(request, "patient", card=card, visits=newest)


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
