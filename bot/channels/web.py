"""The web chat: a page for patients who scanned their slip, over WebSocket or by asking anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from aiohttp import web

from bot.channel import Capabilities, Fact, Letter
from bot.channels.web_code import lead_to_code_page, show_code_page, take_code
from bot.channels.web_frames import Refused, notice, read_count
from bot.channels.web_limits import LIMITS, Limits
from bot.channels.web_links import prove_link, show_link
from bot.channels.web_pages import STATIC, harden, notice_page, page, static_path
from bot.channels.web_photos import take_photo
from bot.channels.web_session import (
    csrf_token,
    has_csrf_token,
    is_own_origin,
    renew,
    visitor_of,
)
from bot.channels.web_sockets import SOCKETS, Sockets, close_sockets, keep_watch
from bot.channels.web_talk import hear, new_lines, run_socket, wait_for_frame
from handlers.inbound import LONGEST
from handlers.transcript import latest_position

_LARGEST_POST = 256 * 1024


class WebChannel:
    """The sender of the web chat: a message is sent when the page may show it."""

    name = "web"
    capabilities = Capabilities(limit=LONGEST, buttons=100, pictures=True, receipts=True)

    def __init__(self, sockets: Sockets) -> None:
        self._sockets = sockets

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The pages are added by `setup`: they are there with or without a sender."""
        return ()

    async def start(self) -> None:
        """Nothing has to be opened."""

    async def close(self) -> None:
        """Nothing was opened."""

    async def probe(self) -> Sequence[Fact]:
        """Our own pages need nobody's leave."""
        return ()

    async def send(self, letter: Letter) -> str:
        """Accept a message for the transcript and return its id; nothing leaves the house."""
        del letter
        return uuid4().hex

    async def announce(self, conversation_id: UUID | None) -> None:
        """Let the open pages of a conversation look for what has just been stored."""
        if conversation_id is not None:
            self._sockets.stir(conversation_id)


def setup(app: web.Application) -> None:
    """Add the pages, the socket and the watcher to the application."""
    app[SOCKETS] = Sockets()
    app[LIMITS] = Limits()
    app.add_routes(
        [
            web.get("/c/{token}", show_link),
            web.post("/c/{token}", prove_link),
            web.get("/p", show_code_page),
            web.post("/p", take_code),
            web.get("/p{rest:[^A-Za-z0-9_-].*}", lead_to_code_page),
            web.get("/chat", show_chat),
            web.get("/chat/lines", give_lines),
            web.post("/chat/messages", take_message),
            web.post("/chat/photos", take_photo),
            web.get("/ws", open_socket),
            web.static(static_path(), STATIC),
        ]
    )
    app.on_response_prepare.append(harden)
    app.on_shutdown.append(close_sockets)
    app.cleanup_ctx.append(keep_watch)


async def show_chat(request: web.Request) -> web.Response:
    """GET /chat: the page of a bound patient; anybody else is asked to scan again."""
    visitor = await visitor_of(request)
    if visitor is None:
        return notice_page(request, "scan", 401)
    latest = await latest_position([visitor.conversation_id])
    at = latest.get(visitor.conversation_id, 0)
    response = page(request, "chat", csrf=csrf_token(visitor), latest=at, longest=LONGEST)
    renew(request, response, visitor)
    return response


async def open_socket(request: web.Request) -> web.StreamResponse:
    """GET /ws?after=: the conversation, live, from the line after a position."""
    if not is_own_origin(request, required=True):
        return web.json_response({"notice": "bad"}, status=403)
    visitor = await visitor_of(request)
    if visitor is None:
        return web.json_response({"notice": "ended"}, status=401)
    return await run_socket(request, visitor, read_count(request.query.get("after", "")))


async def give_lines(request: web.Request) -> web.Response:
    """GET /chat/lines?after=: the same for browsers whose network lets no WebSocket through."""
    visitor = await visitor_of(request)
    if visitor is None:
        return web.json_response({"notice": "ended"}, status=401)
    after = read_count(request.query.get("after", ""))
    return web.json_response({"frames": await new_lines(request.app, visitor, after)})


async def take_message(request: web.Request) -> web.Response:
    """POST /chat/messages?after=: one frame, answered with the frames it leads to."""
    visitor = await visitor_of(request)
    if visitor is None:
        return web.json_response({"notice": "ended"}, status=401)
    if not has_csrf_token(request, visitor):
        return web.json_response({"notice": "bad"}, status=403)
    if wait := wait_for_frame(request.app, visitor):
        return web.json_response(notice(Refused("slow"), wait), status=429)
    raw = await _read(request)
    if raw is None:
        return web.json_response({"notice": "too_long"}, status=413)
    frames: list[dict[str, Any]] = []

    async def tell(frame: dict[str, Any]) -> None:
        if "typing" not in frame:
            frames.append(frame)

    await hear(request.app, visitor, raw, tell)
    after = read_count(request.query.get("after", ""))
    frames += await new_lines(request.app, visitor, after)
    return web.json_response({"frames": frames})


async def _read(request: web.Request) -> bytes | None:
    """Read a frame; None when it turns out too large, whatever length was announced."""
    raw = bytearray()
    async for chunk in request.content.iter_any():
        raw += chunk
        if len(raw) > _LARGEST_POST:
            return None
    return bytes(raw)
