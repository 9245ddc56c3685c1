"""Photos from the web chat: checked by content, kept outside the web root, shown only to staff."""

from __future__ import annotations

import asyncio
from typing import Final

from aiohttp import BodyPartReader, web

from bot.channels.web_frames import Refused, ack, is_cid, notice
from bot.channels.web_limits import LIMITS
from bot.channels.web_session import has_csrf_token, visitor_of
from bot.channels.web_talk import CHANNEL, external_id, new_lines, take
from bot.keys import CLOCK, DRAIN, MEDIA
from bot.media_files import has_room, store
from handlers.binding import Bound
from handlers.inbound import InboundMessage
from handlers.media import (
    LARGEST,
    discard_photo,
    keep_photo,
    photo_type,
    too_many_photos,
)

_CHUNK = 64 * 1024
_HEAD = 12
_REST_OF_FORM = 64 * 1024
_STATUS: Final = {"photo_many": 429, "photo_room": 507}


async def take_photo(request: web.Request) -> web.Response:
    """POST /chat/photos?cid=: take one photo as a message."""
    visitor = await visitor_of(request)
    if visitor is None:
        return web.json_response({"notice": "ended"}, status=401)
    cid = request.query.get("cid", "")
    if not has_csrf_token(request, visitor) or not is_cid(cid):
        return web.json_response({"notice": "bad"}, status=403)
    at = asyncio.get_running_loop().time()
    if wait := request.app[LIMITS].photos.wait(visitor.contact_point_id.hex, at):
        return web.json_response(notice(Refused("slow", cid), wait), status=429)
    content = await _no_room(request.app, visitor, cid) or await _read(request, cid)
    if isinstance(content, Refused):
        return web.json_response(notice(content), status=_STATUS.get(content.notice, 422))
    return await _take(request, visitor, cid, content)


async def _no_room(app: web.Application, visitor: Bound, cid: str) -> Refused | None:
    """Refuse before anything is read what would not be kept."""
    if await too_many_photos(visitor.conversation_id, app[CLOCK]()):
        return Refused("photo_many", cid)
    return None if await has_room(app[MEDIA]) else Refused("photo_room", cid)


async def _take(request: web.Request, visitor: Bound, cid: str, content: bytes) -> web.Response:
    app = request.app
    photo = await store(app[MEDIA], content, photo_type(content[:_HEAD]) or "")
    media_id = await keep_photo(visitor.conversation_id, photo, app[CLOCK]())
    message = InboundMessage(
        channel=CHANNEL,
        contact_point_id=visitor.contact_point_id,
        external_id=external_id(visitor, cid),
        media_id=media_id,
        sent_at=app[CLOCK](),
    )
    received = await take(app, message)
    if received.repeated:
        await discard_photo(media_id)
        await asyncio.to_thread((app[MEDIA] / photo.name).unlink)
    await app[DRAIN]()
    after = max(0, received.position - 1)
    frames = [ack(cid, received.position), *await new_lines(app, visitor, after)]
    return web.json_response({"frames": frames})


async def _read(request: web.Request, cid: str) -> bytes | Refused:
    """Read the one file of a form."""
    if (request.content_length or 0) > LARGEST + _REST_OF_FORM:
        return Refused("photo_large", cid)
    part = await _only_part(request)
    if part is None:
        return Refused("photo_kind", cid)
    return await _read_photo(part, cid)


async def _only_part(request: web.Request) -> BodyPartReader | None:
    if not request.content_type.startswith("multipart/"):
        return None
    try:
        part = await (await request.multipart()).next()
    except ValueError:
        return None
    return part if isinstance(part, BodyPartReader) and part.name == "photo" else None


async def _read_photo(part: BodyPartReader, cid: str) -> bytes | Refused:
    """Read until the end, or until it shows that this is no photo or too large a one."""
    content = bytearray()
    while chunk := await part.read_chunk(_CHUNK):
        content += chunk
        if len(content) > LARGEST:
            return Refused("photo_large", cid)
        if len(content) >= _HEAD and photo_type(bytes(content[:_HEAD])) is None:
            break
    is_photo = photo_type(bytes(content[:_HEAD])) is not None
    return bytes(content) if is_photo else Refused("photo_kind", cid)
