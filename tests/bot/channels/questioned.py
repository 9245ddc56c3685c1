"""Somebody who answers what a screen asks, on whatever channel; the site is the real one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from aiohttp import web

from bot.app import Site, make_site
from bot.channel import Channel
from bot.channels.registry import Exchange
from bot.duty_phone import DutyPhone
from bot.duty_settings import DutySettings
from bot.groups import GroupSender
from bot.inbox import Take
from bot.taking import Drain
from dialogs.form import Option
from dialogs.wording import numbers
from models.conversation import Outgoing, OutgoingStatus
from models.people import ContactKind, ContactPoint, ContactStatus, System
from tests.handlers.ward import Ward


@dataclass(frozen=True, slots=True)
class Step:
    """One answer: some of a question's options, or words; `phones`: asked on telephones alone."""

    options: tuple[Option, ...] = ()
    keys: tuple[str, ...] = ()
    words: str = ""
    phones: bool = False

    @property
    def written(self) -> str:
        """The answer in words: the numbers of the options."""
        known = dict(zip((one.key for one in self.options), numbers(self.options), strict=True))
        return self.words or " ".join(known[key] for key in self.keys)


class Questioned(Protocol):
    """Somebody who is asked, on whatever channel."""

    is_phone: bool

    async def answers(self, step: Step) -> None:
        """Do on the screen what answers."""
        ...


Open = Callable[[Ward, Path], AbstractAsyncContextManager[tuple["Running", Questioned]]]


@dataclass(slots=True)
class Running:
    """The site on a port, with the clock of its ward."""

    ward: Ward
    site: Site
    runner: web.AppRunner
    url: str

    async def settle(self) -> None:
        """Wait until everything that may go now has gone."""
        await self.site.inbox.settle()
        waiting = (OutgoingStatus.QUEUED, OutgoingStatus.SENDING)
        async with asyncio.timeout(20):
            while await Outgoing.filter(status__in=waiting, not_before__lte=self.ward.now).exists():
                await self.site.outbox.drain(self.ward.now)
                await asyncio.sleep(0.02)

    def go_on(self) -> None:
        """Let the patient read."""
        self.ward.now += timedelta(seconds=20)


@asynccontextmanager
async def a_site(
    ward: Ward, media: Path, channels: Callable[[Take, Drain], Sequence[Channel]]
) -> AsyncIterator[Running]:
    """Open the whole site with these channels."""

    def connect(take: Take, drain: Drain) -> Exchange:
        duty = DutyPhone(ward.desk, DutySettings(_env_file=None))
        made = tuple(channels(take, drain))
        names = frozenset(channel.name for channel in made)
        return Exchange(GroupSender(ward.desk, (), ()), duty, made, for_patients=names)

    site = make_site(ward.desk, lambda: ward.now, media, connect=connect)
    ward.outbox = site.outbox
    runner = web.AppRunner(site.app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await site.start()
    try:
        yield Running(ward, site, runner, f"http://127.0.0.1:{runner.addresses[0][1]}")
    finally:
        await site.close()
        await runner.cleanup()


async def has_address(ward: Ward, system: System, value: str, kind: ContactKind) -> ContactPoint:
    """Let the patient be reached there and nowhere else."""
    await ContactPoint.filter(id=ward.contact_point.id).delete()
    ward.contact_point = await ContactPoint.create(
        respondent_id=ward.contact_point.respondent_id,
        system=system,
        value=value,
        kind=kind,
        status=ContactStatus.OK,
        verified_at=None if system is System.PHONE else ward.now,
    )
    return ward.contact_point
