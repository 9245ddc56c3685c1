"""Kannel between our SMS channel and an SMS centre of others, each on ports of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Final

from aiohttp import web

from bot.channels.sms import SmsChannel
from tests.bot.channels.fake_sms import PASSWORD, USER
from tests.bot.channels.sms_site import NOW, PATH, Desk, settings
from tests.peers.running import Peer, a_node_peer, a_server, free_port

NUMBER: Final = "10690000"
_SMPP_USER: Final = "suifang"
_SMPP_PASSWORD: Final = "pw123456"
_CONFIG: Final = Path(__file__).parent / "kannel.conf"


@dataclass(slots=True)
class Line:
    """The whole way of an SMS: our channel, what it was told, and the SMS centre."""

    channel: SmsChannel
    desk: Desk
    centre: Peer


@asynccontextmanager
async def a_line(folder: Path) -> AsyncIterator[Line]:
    """Run the centre, Kannel and our channel with its routes."""
    ours, sendsms = free_port(), free_port()
    url = f"http://127.0.0.1:{ours}"
    desk = Desk()
    told = settings(
        "kannel", f"http://127.0.0.1:{sendsms}", public_url=url, number=NUMBER, extensions=True
    )
    channel = SmsChannel(told, desk.take, lambda: NOW)
    async with (
        _served(channel, ours),
        a_node_peer("smsc.js", _SMPP_USER, _SMPP_PASSWORD) as centre,
        _kannel(folder, centre.ready, sendsms, f"{url}/sms/{PATH}/kannel/reply"),
    ):
        yield Line(channel, desk, centre)


@asynccontextmanager
async def _served(channel: SmsChannel, port: int) -> AsyncIterator[None]:
    app = web.Application()
    app.add_routes(channel.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await channel.start()
    try:
        yield
    finally:
        await channel.close()
        await runner.cleanup()


@asynccontextmanager
async def _kannel(folder: Path, centre: int, sendsms: int, reply: str) -> AsyncIterator[None]:
    admin, boxes = free_port(), free_port()
    config = folder / "kannel.conf"
    known = {
        "admin": admin,
        "boxes": boxes,
        "sendsms": sendsms,
        "centre": centre,
        "smpp_user": _SMPP_USER,
        "smpp_password": _SMPP_PASSWORD,
        "user": USER,
        "password": PASSWORD,
        "number": NUMBER,
        "reply": reply,
        "store": folder / "store",
    }
    text = Template(_CONFIG.read_text(encoding="utf-8")).substitute(known)
    config.write_text(text, encoding="utf-8")
    async with (
        a_server(boxes, "bearerbox", "-v", "3", str(config), folder=folder),
        a_server(sendsms, "smsbox", "-v", "3", str(config), folder=folder),
    ):
        yield
