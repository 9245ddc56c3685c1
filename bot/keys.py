"""What the aiohttp application carries, by typed keys."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from aiohttp import web

from handlers.desk import Desk

DESK: Final = web.AppKey("desk", Desk)
CLOCK: Final = web.AppKey("clock", Callable[[], datetime])
DRAIN: Final = web.AppKey("drain", Callable[[], Awaitable[int]])
MEDIA: Final = web.AppKey("media", Path)
SECURE_COOKIES: Final = web.AppKey("secure_cookies", bool)
