"""2,000 patients of a WeChat account through a day on which their providers fail, and who was told.

    python -m benchmarks.channel_day
    python -m benchmarks.channel_day --patients 200

Windows open with what people write and click, and close; messages wait for them all day long.
Of the calls to WeChat 5 % fail: busy, HTTP 500 and 503, lines cut before and after the message
was taken, an answer that never comes, 45015 and 45047; of those to the SMS gateway as well. The
providers' own logs are the judge at the end:

* every message ended accepted, failed or suppressed with a reason, or unknown;
* nothing was tried outside a window, nor more often than it allows;
* what we say was sent, the provider has taken, and once.

Any of these that does not hold ends the command with an error.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from aiohttp import web

from benchmarks.channel_fake import openid
from benchmarks.channel_judge import Logs, judge, tag
from benchmarks.channel_scene import address, people
from benchmarks.channel_trouble import Trouble
from bot.channel import Channel
from bot.channels.sms import SmsChannel
from bot.channels.wechat import WeChatChannel
from bot.inbox import Came, Taken
from bot.outbox import Outbox
from dialogs.actions import Say
from handlers.contents import Content
from handlers.desk import Desk
from handlers.windows import open_window
from models.conversation import (
    Conversation,
    DeliveryClass,
    Outgoing,
    OutgoingPurpose,
    OutgoingStatus,
)
from models.database import close_database, open_database
from models.draft import drafted
from models.migrate import migrate
from models.people import ContactKind, ContactPoint, ContactStatus, System
from tests.bot.channels import sms_site, wechat_platform
from tests.bot.channels.fake_sms import FakeSms, running
from tests.bot.channels.fake_wechat import APP_ID, SECRET, FakeWeChat

PATIENTS: Final = 2000
START: Final = datetime(2026, 11, 22, 22, tzinfo=UTC)
_DAY: Final = timedelta(days=1)
_STEP: Final = timedelta(minutes=5)
_MESSAGES: Final = 3
_NO_PHONE: Final = 10
_URGENT: Final = 0.2
_CLICKS: Final = 0.25
_AFTER_WRITING: Final = 0.6


@dataclass(slots=True)
class Day:
    """The simulated day: its clock, its people, both providers and what is sent."""

    now: datetime
    trouble: Trouble
    wechat: FakeWeChat
    sms: FakeSms
    outbox: Outbox
    points: list[ContactPoint]
    talks: list[Conversation] = field(default_factory=list)
    queued: int = 0
    opened: Counter[str] = field(default_factory=Counter)

    def clock(self) -> datetime:
        """What time it is."""
        return self.now

    async def run(self) -> None:
        """Let people and clocks go on for a day, then send what is left."""
        dice = self.trouble.dice
        total = len(self.points) * _MESSAGES
        moments = sorted(dice.random() for _ in range(total))
        end, steps = START + _DAY, int(_DAY / _STEP)
        for step in range(steps):
            self.now = START + step * _STEP
            due = sum(step <= moment * steps < step + 1 for moment in moments)
            for _ in range(due):
                await self._happens(dice)
            await self.outbox.drain(self.now)
        self.now = end
        await self._rest()

    async def _happens(self, dice: random.Random) -> None:
        """A message is to go to somebody, who may just have written or clicked."""
        number = dice.randrange(len(self.points))
        point = self.points[number]
        if dice.random() < _AFTER_WRITING:
            clicked = dice.random() < _CLICKS
            self.opened["click" if clicked else "words"] += 1
            (self.wechat.clicks if clicked else self.wechat.writes)(point.value)
            await open_window(point.id, self.now, clicked=clicked)
        await self._queue(number, dice.random() < _URGENT)
        if dice.random() < _AFTER_WRITING:
            await self.outbox.drain_conversation("wechat", self.talks[number].id, self.now)

    async def _queue(self, number: int, urgent: bool) -> None:  # noqa: FBT001 - of the dice
        self.queued += 1
        point, talk = self.points[number], self.talks[number]
        talk.position += 1
        body = Say("M-STAFF", {"caller": "护士站", "text": tag(self.queued)})
        await drafted(
            Outgoing,
            conversation_id=talk.id,
            contact_point_id=point.id,
            position=talk.position,
            occurrence=tag(self.queued),
            purpose=OutgoingPurpose.REPLY,
            delivery_class=DeliveryClass.A if urgent else DeliveryClass.B,
            content=Content(body, {}).to_json(),
            channel=point.system.channel,
            not_before=self.now,
            status=OutgoingStatus.QUEUED,
            rank=1,
            created_at=self.now,
        ).save(force_create=True)

    async def _rest(self) -> None:
        """Go on until nothing waits any more, a day at most."""
        last = self.now + _DAY
        waiting = (OutgoingStatus.QUEUED, OutgoingStatus.SENDING)
        while self.now < last and await Outgoing.filter(status__in=waiting).exists():
            self.now += _STEP
            await self.outbox.drain(self.now)


async def a_day(count: int, folder: Path) -> tuple[list[str], dict[str, object]]:
    """Make the people and both providers, and let the day pass."""
    url = f"sqlite://{folder}/day.db"
    await migrate(url, START)
    await open_database(url, folder / "keys")
    trouble = Trouble(random.Random(20261123))  # noqa: S311 - a benchmark's dice
    try:
        day = await _scene(count, trouble)
        async with _served(day) as day.outbox:
            await day.run()
        faults, figures = await judge(Logs(day.wechat, day.sms, trouble, day.queued))
        return faults, {"windows opened": dict(day.opened), **figures}
    finally:
        await close_database()


async def _scene(count: int, trouble: Trouble) -> Day:
    points = await people("wechat", count, START - 3 * _DAY)
    phones = [
        drafted(
            ContactPoint,
            respondent_id=point.respondent_id,
            system=System.PHONE,
            value=address("kannel", number),
            kind=ContactKind.MOBILE,
            status=ContactStatus.OK,
        )
        for number, point in enumerate(points)
        if number % _NO_PHONE
    ]
    await ContactPoint.bulk_create(phones, batch_size=500)
    talks = [drafted(Conversation, respondent_id=point.respondent_id) for point in points]
    await Conversation.bulk_create(talks, batch_size=500)
    day = Day(START, trouble, FakeWeChat(lambda: START), FakeSms(), Outbox(_desk(), {}), points)
    day.wechat.clock = day.clock
    day.wechat.followers.update(openid(number) for number in range(count))
    day.talks = talks
    return day


def _desk() -> Desk:
    return Desk("示例医院", channels=frozenset({"web", "wechat", "sms"}))


@asynccontextmanager
async def _served(day: Day) -> AsyncIterator[Outbox]:
    """Run both providers, each on a port, and give the outbox that sends there."""
    wechat = day.wechat.app()
    wechat.middlewares.insert(0, day.trouble.strike)
    gateway = web.Application(middlewares=[day.trouble.strike])
    gateway.router.add_get("/cgi-bin/sendsms", day.sms.kannel)
    async with running(wechat) as wechat_url, running(gateway) as sms_url:
        account = wechat_platform.settings(app_id=APP_ID, secret=SECRET, api_url=wechat_url)
        sms = sms_site.settings("kannel", sms_url, per_second=1000)
        channels: dict[str, Channel] = {
            "wechat": WeChatChannel(account, _nobody_hears, day.clock, _nothing_waits),
            "sms": SmsChannel(sms, _nobody_hears, day.clock),
        }
        for channel in channels.values():
            await channel.start()
        try:
            yield Outbox(_desk(), channels)
        finally:
            for channel in channels.values():
                await channel.close()


async def _nobody_hears(_system: System, _came: Came) -> Taken:
    return Taken()


async def _nothing_waits(_channel: str, _conversation_id: UUID) -> int:
    return 0


def main() -> None:
    """Run it on SQLite in an empty folder and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--patients", type=int, default=PATIENTS)
    count = parser.parse_args().patients
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        faults, figures = asyncio.run(a_day(count, Path(folder)))
    figures |= {"patients": count, "wall (s)": round(time.perf_counter() - begun)}
    for name, figure in figures.items():
        sys.stdout.write(f"{name}: {figure}\n")
    for fault in faults:
        sys.stdout.write(f"FAULT {fault}\n")
    if faults:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
