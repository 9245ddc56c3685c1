"""How updates come: Telegram calls us, or we ask; each is heard before it is acknowledged."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.methods import TelegramMethod
from aiohttp import web

from bot.channels.telegram_faults import send_error
from bot.channels.telegram_receive import ALLOWED_UPDATES
from bot.channels.webhook_body import read_whole
from models.unit import CONNECTION_LOST

Hear = Callable[[Mapping[str, Any]], Awaitable[None]]

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
_LARGEST: Final = 1024 * 1024
_ASKS_FOR: Final = 25
_ANSWERS_WITHIN: Final = 10
_TRIES: Final = 5
_SHORTEST, _LONGEST = 1.0, 60.0

_log: Final = structlog.get_logger(__name__)


class GetRawUpdates(TelegramMethod[list[Any]]):
    """The getUpdates call with each update left unread: one that is odd holds up no other."""

    __returning__ = list[Any]
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int = _ASKS_FOR
    allowed_updates: list[str] = ALLOWED_UPDATES


async def take_update(request: web.Request, secret: str, hear: Hear) -> web.Response:
    """Answer a call of Telegram: 200 once the update has been heard, and not before.

    Without the right secret 401, for what is no JSON object 400, above a megabyte 413.
    """
    given = request.headers.get(SECRET_HEADER, "")
    if not secret or not hmac.compare_digest(given.encode(errors="replace"), secret.encode()):
        raise web.HTTPUnauthorized
    try:
        said = json.loads(await read_whole(request, _LARGEST))
    except (ValueError, RecursionError):
        raise web.HTTPBadRequest from None
    if not isinstance(said, dict):
        raise web.HTTPBadRequest
    await hear(said)
    return web.Response()


async def ask_for_updates(bot: Bot, hear: Hear, give_up: Hear) -> None:
    """Ask for updates until cancelled; each is confirmed by the next call, after it was heard.

    Telegram remembers what was confirmed, so nothing is kept here: after a crash the last ones
    come again and are taken once. An update that cannot be heard time and again, although the
    database is there, is handed to `give_up` so that it holds up no other.
    """
    asking, pause = GetRawUpdates(), _SHORTEST
    while True:
        try:
            updates = await bot(asking, request_timeout=_ASKS_FOR + _ANSWERS_WITHIN)
        except AiogramError as fault:
            _log.warning("no_updates", channel="telegram", fault=send_error(fault).said)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST)
            continue
        pause = _SHORTEST
        for update in updates:
            await _heard(update if isinstance(update, dict) else {}, hear, give_up)
            asking.offset = _after(update, asking.offset)


async def _heard(update: Mapping[str, Any], hear: Hear, give_up: Hear) -> None:
    pause, tries = _SHORTEST, 0
    while True:
        try:
            await (hear if tries < _TRIES else give_up)(update)
        except CONNECTION_LOST as fault:
            _log.warning("update_waits", channel="telegram", fault=type(fault).__name__)
        except Exception as fault:  # noqa: BLE001 - whatever it is, the others must be heard
            tries += 1
            _log.error("update_failed", channel="telegram", fault=type(fault).__name__, count=tries)
            if tries > _TRIES:
                return
        else:
            return
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST)


def _after(update: object, offset: int | None) -> int | None:
    """Return what confirms an update; an offset below zero would make Telegram forget others."""
    number = update.get("update_id") if isinstance(update, dict) else None
    return number + 1 if isinstance(number, int) and number >= 0 else offset
