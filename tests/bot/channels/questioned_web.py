"""A patient at the page of the web chat, as far as HTTP goes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from models.seal import keyring
from tests.bot import chat_site
from tests.bot.channels.questioned import Questioned, Running, Step, a_site
from tests.handlers.ward import Ward

_names = count(1)


@dataclass(slots=True)
class AtThePage:
    """A browser: buttons are pressed, the rest is written."""

    running: Running
    phone: chat_site.Phone
    is_phone: bool = False

    async def answers(self, step: Step) -> None:
        """Send the frame the page sends."""
        self.running.go_on()
        frame: dict[str, Any] = {"cid": f"c{next(_names)}", "text": step.words}
        if step.keys:
            asked = [line for line in await self.phone.lines() if line.get("options")][-1]
            assert set(step.keys) <= {option["key"] for option in asked["options"]}
            frame = {"cid": frame["cid"], "key": ",".join(step.keys), "turn": asked["turn"]}
        status, _ = await self.phone.post(frame)
        assert status == 200
        await self.running.settle()


@asynccontextmanager
async def by_web(ward: Ward, media: Path) -> AsyncIterator[tuple[Running, Questioned]]:
    """The patient scanned the slip and sits at the page."""
    async with a_site(ward, media, lambda _take, _drain: ()) as running:
        port = running.runner.addresses[0][1]
        site = chat_site.ChatSite(ward, running.site.app, running.runner, running.url, port)
        async with chat_site.a_phone(site) as phone:
            status, _ = await phone.prove(await chat_site.a_link(site, keyring()))
            assert status == 200
            yield running, AtThePage(running, phone)
