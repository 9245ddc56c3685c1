"""What the aiohttp application carries, by typed keys."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from pathlib import Path
from typing import Final

from aiohttp import web

from bot.follow_codes import MakeFollowCodes
from handlers.desk import Desk

DESK: Final[web.AppKey[Desk]] = web.AppKey("desk", Desk)
CLOCK: Final[web.AppKey[Callable[[], datetime]]] = web.AppKey("clock")
DRAIN: Final[web.AppKey[Callable[[], Awaitable[int]]]] = web.AppKey("drain")
MEDIA: Final[web.AppKey[Path]] = web.AppKey("media", Path)
SECURE_COOKIES: Final[web.AppKey[bool]] = web.AppKey("secure_cookies", bool)
# addresses whose X-Forwarded-For is believed
PROXIES: Final[web.AppKey[Collection[str]]] = web.AppKey("proxies")
# makes the codes by which a paper leads to the hospital's WeChat account; only where it runs
FOLLOW_CODES: Final[web.AppKey[MakeFollowCodes]] = web.AppKey("follow_codes")
