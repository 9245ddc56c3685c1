"""The run command: web server and ticker in one process, stopped gently."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from functools import partial
from typing import Protocol

import structlog
from aiohttp import web

from bot.app import Site, make_site
from bot.channels.registry import exchange
from bot.keys import PROXIES
from bot.opening import desk_of, now, opened, prepare
from bot.settings import Settings
from handlers.desk import Desk
from handlers.login import first_setup_code

_log = structlog.get_logger()
_LAST_REQUESTS = 10.0


class Ticking(Protocol):
    """What ticks beside the server."""

    async def stop(self) -> None:
        """Tick no more."""
        ...


Schedule = Callable[[Desk, Site], Ticking]


async def serve(settings: Settings, schedule: Schedule, tell: Callable[[str, str], None]) -> None:
    """Serve until SIGTERM or Ctrl-C.

    `schedule` starts the ticker, which only main knows; `tell` shows the address and, on the very
    first start, the one-time setup code.
    """
    async with opened(settings):
        settings.media_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        desk = desk_of(settings)
        await prepare(desk, settings, now())
        connect = partial(exchange, settings, desk, now)
        site = make_site(desk, now, settings.media_folder, connect=connect)
        site.app[PROXIES] = frozenset(settings.trusted_proxies)
        await site.start()
        runner = await listen(site, settings.web_host, settings.web_port)
        ticking = schedule(desk, site)
        try:
            tell(settings.public_url, await first_setup_code(now()) or "")
            await stopped()
        finally:
            await ticking.stop()
            await runner.cleanup()
            await site.close()


async def listen(site: Site, host: str, port: int) -> web.AppRunner:
    """Open the port; the runner's cleanup lets requests end."""
    runner = web.AppRunner(site.app, access_log=None, shutdown_timeout=_LAST_REQUESTS)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    _log.info("listening", host=host, port=runner.addresses[0][1])
    return runner


async def stopped() -> None:
    """Wait for the signal to stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
