"""The demo command: a fictional hospital, built anew as often as the visitor likes."""

from __future__ import annotations

import asyncio
import signal
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import typer
from rich.console import Console

from bot.app import Site, make_site
from bot.command_words import tell
from bot.console.pages import WALL_CLOCK
from bot.demo.clock import DemoClock
from bot.demo.page import AGAIN, DEMO_CLOCK, TICK, WORLD, setup
from bot.demo.world import build, start_of
from bot.opening import now, opened, prepare
from bot.serving import listen
from bot.settings import Settings, load_settings
from dialogs.catalog import LANGUAGES
from handlers.desk import Desk

Tick = Callable[[Desk, Site], Awaitable[None]]
Asked = asyncio.Future[str | None]
HOST: Final = "127.0.0.1"
_HOSPITALS: Final = {"zh": "示例医院", "en": "Example Hospital"}
_TICK_SECONDS: Final = 1.0


async def show_demo(port: int, language: str, tick: Tick) -> None:
    """Show the demo until Ctrl-C; every start begins with an empty folder that is deleted after."""
    told = False
    following: str | None = language if language in LANGUAGES else LANGUAGES[0]
    while following is not None:
        with tempfile.TemporaryDirectory(prefix="suifang-demo-") as folder:
            following = await _show(Path(folder), port, following, tick, quiet=told)
        told = True


async def _show(folder: Path, port: int, language: str, tick: Tick, *, quiet: bool) -> str | None:
    settings = load_settings(
        _env_file=None,
        database_url=f"sqlite://{folder}/demo.db",
        key_file=folder / "keys.json",
        media_folder=folder / "media",
        approvals_file=folder / "approvals.toml",
        public_url=f"http://{HOST}:{port}",
        language=language,
    )
    settings.media_folder.mkdir()
    async with opened(settings):
        with Console(stderr=True).status(tell("demo", "progress")):
            site, desk = await _built(settings)
        asked: Asked = asyncio.get_running_loop().create_future()
        _hear(site, desk, asked, tick)
        runner = await listen(site, HOST, port)
        if not quiet:
            typer.echo(tell("demo", "address", url=f"http://{HOST}:{port}/demo"))
        try:
            return await _until_asked(site, desk, tick, asked)
        finally:
            await runner.cleanup()


async def _built(settings: Settings) -> tuple[Site, Desk]:
    desk = Desk(
        hospital=_HOSPITALS[settings.language],
        switchboard="0394-12345670",
        public_url=settings.public_url,
        legal_basis="demo",
        language=settings.language,
        unapproved_forms=True,
        hours=settings.hours,
    )
    await prepare(desk, settings, now())
    clock = DemoClock(start_of(desk, now()))
    world = await build(desk, clock.now())
    site = make_site(desk, clock.now, settings.media_folder, setup)
    site.app[WORLD], site.app[DEMO_CLOCK] = world, clock
    site.app[WALL_CLOCK] = now
    return site, desk


def _hear(site: Site, desk: Desk, asked: Asked, tick: Tick) -> None:
    """Tell the page how to let time happen, and how to ask for a fresh hospital."""

    async def tick_now() -> None:
        await tick(desk, site)

    def again(language: str) -> None:
        if not asked.done():
            asked.set_result(language if language in LANGUAGES else LANGUAGES[0])

    site.app[TICK], site.app[AGAIN] = tick_now, again


async def _until_asked(site: Site, desk: Desk, tick: Tick, asked: Asked) -> str | None:
    """Tick until the visitor wants a fresh hospital (its language) or ends the demo (None)."""
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, _end, asked)
    ticking = asyncio.create_task(_keep_ticking(site, desk, tick))
    try:
        return await asked
    finally:
        ticking.cancel()


def _end(asked: Asked) -> None:
    if not asked.done():
        asked.set_result(None)


async def _keep_ticking(site: Site, desk: Desk, tick: Tick) -> None:
    while True:
        await tick(desk, site)
        await asyncio.sleep(_TICK_SECONDS)
