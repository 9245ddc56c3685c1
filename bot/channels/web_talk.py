"""The talk itself: taking what a browser sends, answering, sending what is new."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from bot.channels.web_frames import (
    Beat,
    Frame,
    Message,
    Refused,
    Seen,
    ack,
    line_frame,
    notice,
    read_frame,
)
from bot.channels.web_limits import LIMITS
from bot.channels.web_pages import words
from bot.channels.web_sockets import SOCKETS, Socket
from bot.keys import CLOCK, DESK, DRAIN
from handlers.binding import Bound
from handlers.inbound import InboundMessage, Received, receive
from handlers.transcript import latest_position, lines_after, mark_read

CHANNEL = "web"
_HEARTBEAT = 20
# the longest message, even where JSON spells every emoji as two escapes
_LARGEST_FRAME = 256 * 1024
_LOOK_BACK = 40

Tell = Callable[[dict[str, Any]], Awaitable[None]]


async def hear(app: web.Application, visitor: Bound, raw: str | bytes, tell: Tell) -> None:
    """Take one frame and answer it through `tell`."""
    await _hear(app, visitor, read_frame(raw), tell)


async def take(app: web.Application, message: InboundMessage) -> Received:
    """Hand a message to the desk and tell the open pages."""
    received = await receive(app[DESK], message, app[CLOCK]())
    app[SOCKETS].stir(received.conversation_id)
    return received


async def new_lines(app: web.Application, visitor: Bound, after: int) -> list[dict[str, Any]]:
    """Return the lines behind a position as frames."""
    lines = await lines_after(visitor.conversation_id, after, app[CLOCK]())
    return [line_frame(line) for line in lines]


def external_id(visitor: Bound, cid: str) -> str:
    """Return the name under which a message is taken once, however often it is sent."""
    return f"{visitor.contact_point_id}:{cid}"


def wait_for_frame(app: web.Application, visitor: Bound) -> float:
    """Count a frame, whatever is in it; 0, or how many seconds to wait when there are too many."""
    at = asyncio.get_running_loop().time()
    return app[LIMITS].frames.wait(visitor.contact_point_id.hex, at)


async def run_socket(request: web.Request, visitor: Bound, after: int) -> web.WebSocketResponse:
    """Serve one WebSocket until it closes."""
    app = request.app
    ws = web.WebSocketResponse(heartbeat=_HEARTBEAT, max_msg_size=_LARGEST_FRAME)
    await ws.prepare(request)
    socket = Socket(visitor, ws, after)
    await app[SOCKETS].join(socket)
    pump = asyncio.create_task(socket.pump(app))
    try:
        await _listen(app, socket)
    finally:
        app[SOCKETS].leave(socket)
        pump.cancel()
        await asyncio.gather(pump, return_exceptions=True)
    return ws


async def _listen(app: web.Application, socket: Socket) -> None:
    async for frame in socket.ws:
        if wait_for_frame(app, socket.visitor):
            await socket.ws.close(code=WSCloseCode.POLICY_VIOLATION)
            continue
        if frame.type is not WSMsgType.TEXT:
            await socket.ws.close(code=WSCloseCode.UNSUPPORTED_DATA)
            continue
        said = read_frame(frame.data)
        if isinstance(said, Message):
            await _answer(app, socket, said)
        else:
            await _hear(app, socket.visitor, said, socket.tell)


async def _answer(app: web.Application, socket: Socket, message: Message) -> None:
    """Take a message; what it leads to is still shown to somebody it turns out to concern not."""
    async with socket.turn:
        if await socket.end_if_revoked():
            return
        await _hear(app, socket.visitor, message, socket.tell)
        await socket.push(app[CLOCK]())
        await socket.tell({"typing": False})
        await socket.end_if_revoked()


async def _hear(app: web.Application, visitor: Bound, frame: Frame, tell: Tell) -> None:
    match frame:
        case Beat():
            await tell({"beat": True})
        case Refused():
            await tell(notice(frame))
        case Seen(position):
            await _mark_seen(app, visitor, position)
        case Message():
            await _hear_message(app, visitor, frame, tell)


async def _hear_message(app: web.Application, visitor: Bound, message: Message, tell: Tell) -> None:
    key, at = visitor.contact_point_id.hex, asyncio.get_running_loop().time()
    if wait := app[LIMITS].messages.wait(key, at):
        await tell(notice(Refused("slow", message.cid), wait))
        return
    await tell({"typing": True})
    received = await take(app, await _inbound(app, visitor, message))
    await tell(ack(message.cid, received.position))
    await app[DRAIN]()


async def _mark_seen(app: web.Application, visitor: Bound, position: int) -> None:
    """Marks that come too fast are left out: the next one covers them."""
    key, at = visitor.contact_point_id.hex, asyncio.get_running_loop().time()
    if not app[LIMITS].marks.wait(key, at):
        await mark_read(visitor.conversation_id, position, app[CLOCK]())


async def _inbound(app: web.Application, visitor: Bound, message: Message) -> InboundMessage:
    return InboundMessage(
        channel=CHANNEL,
        contact_point_id=visitor.contact_point_id,
        external_id=external_id(visitor, message.cid),
        text=message.text or await _labels(app, visitor, message),
        key=message.key,
        turn=message.turn,
        sent_at=app[CLOCK](),
    )


async def _labels(app: web.Application, visitor: Bound, message: Message) -> str:
    """Return what stood on the pressed buttons; the browser is not asked."""
    conversation = visitor.conversation_id
    latest = (await latest_position([conversation])).get(conversation, 0)
    lines = await lines_after(conversation, max(0, latest - _LOOK_BACK), app[CLOCK]())
    for line in reversed(lines):
        if line.shown.get("options") and line.shown.get("turn") == message.turn:
            labels = {option["key"]: option["label"] for option in line.shown["options"]}
            pressed = [labels[key] for key in message.key.split(",") if key in labels]
            return str(words(app[DESK].language)["separator"]).join(pressed)
    return ""
