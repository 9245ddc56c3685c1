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
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from aiohttp import web

from benchmarks.channel_fake import openid
from benchmarks.channel_scene import address, people
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
from tests.bot.channels.fake_sms import FakeSms
from tests.bot.channels.fake_wechat import APP_ID, SECRET, FakeWeChat

PATIENTS: Final = 2000
START: Final = datetime(2026, 11, 22, 22, tzinfo=UTC)
_DAY: Final = timedelta(days=1)
_STEP: Final = timedelta(minutes=5)
_MESSAGES: Final = 3
_FAILING: Final = 0.05
_SEND: Final = "/cgi-bin/message/custom/send"
_NEVER: Final = 11
_NO_PHONE: Final = 10
_URGENT: Final = 0.2
_CLICKS: Final = 0.25
_AFTER_WRITING: Final = 0.6
# an answer that never comes costs ten real seconds, so it is rare
_TROUBLES: Final = (
    *("busy", "500", "503", "cut", "taken, then cut", "45015", "45047") * 5,
    "silence",
)
_ENDS: Final = {
    OutgoingStatus.ACCEPTED,
    OutgoingStatus.FAILED,
    OutgoingStatus.SUPPRESSED,
    OutgoingStatus.UNKNOWN,
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Trouble:
    """What goes wrong at the providers, and how often it did."""

    dice: random.Random
    met: Counter[str] = field(default_factory=Counter)

    @web.middleware
    async def strike(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let a call fail now and then."""
        sends = request.path in (_SEND, "/cgi-bin/sendsms")
        if not sends or self.dice.random() >= _FAILING:
            return await handler(request)
        kind = self.dice.choice(_TROUBLES)
        if request.path != _SEND and kind in ("busy", "45015", "45047"):
            kind = "503"
        self.met[kind] += 1
        return await self._fail(kind, request, handler)

    async def _fail(self, kind: str, request: web.Request, handler: Handler) -> web.StreamResponse:
        if kind in ("500", "503"):
            return web.Response(status=int(kind), text="<html>")
        if kind in ("busy", "45015", "45047"):
            code = -1 if kind == "busy" else int(kind)
            return web.json_response({"errcode": code, "errmsg": "planned"})
        await request.read()
        if kind == "taken, then cut":
            await handler(request)
        if kind == "silence":
            await asyncio.sleep(_NEVER)
        if request.transport is not None:
            request.transport.abort()
        return web.Response()


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


def tag(number: int) -> str:
    """The words by which a message is known in every log."""
    return f"第{number:06}号"


async def judge(day: Day) -> tuple[list[str], dict[str, object]]:
    """Hold what we say beside what the providers took; faults, and figures."""
    rows = await Outgoing.all()
    by_wechat = Counter(_tags(one.text for one in day.wechat.sent))
    by_sms = Counter(_tags(one["text"] for one in day.sms.taken))
    faults, ends = [], Counter[str]()
    for row in rows:
        fault = _wrong(row, by_wechat, by_sms)
        if fault:
            faults.append(f"{row.occurrence}: {fault}")
        ends[f"{row.channel} {row.status.value}" + (" rerouted" if row.tried else "")] += 1
    if len(rows) != day.queued:
        faults.append(f"{len(rows)} rows of {day.queued}")
    outside = Counter(day.wechat.refused)
    faults += [f"{count} calls answered {code}" for code, count in outside.items()]
    return faults, {
        "messages": len(rows),
        "ends": dict(ends),
        "windows opened": dict(day.opened),
        "calls to WeChat": day.wechat.count(_SEND) + sum(day.trouble.met.values()),
        "troubles": dict(day.trouble.met),
        "tried outside a window": sum(outside.values()),
        "said to be sent, never taken": sum("never taken" in fault for fault in faults),
    }


def _tags(texts: object) -> list[str]:
    return [part[:8] for text in texts for part in _parts(text)]  # type: ignore[attr-defined]


def _parts(text: str) -> list[str]:
    return [f"第{part}" for part in text.split("第")[1:]]


def _wrong(row: Outgoing, by_wechat: Counter[str], by_sms: Counter[str]) -> str:
    """Say what is wrong with the end of a message, or nothing."""
    taken = by_wechat[row.occurrence] + by_sms[row.occurrence]
    here = (by_wechat if row.channel == "wechat" else by_sms)[row.occurrence]
    if row.status not in _ENDS:
        return f"ended {row.status.value}"
    if row.status in (OutgoingStatus.FAILED, OutgoingStatus.SUPPRESSED) and not row.reason:
        return "no reason"
    if row.status is OutgoingStatus.ACCEPTED and not here:
        return "never taken"
    if row.status is OutgoingStatus.FAILED and taken:
        return "failed, and taken"
    # what must arrive goes once more when nobody knows whether it did
    once_more = row.delivery_class is DeliveryClass.A
    return f"taken {taken} times" if taken > 1 + once_more else ""


async def a_day(count: int, folder: Path) -> tuple[list[str], dict[str, object]]:
    """Make the people and both providers, and let the day pass."""
    url = f"sqlite://{folder}/day.db"
    await migrate(url, START)
    await open_database(url, folder / "keys")
    trouble = Trouble(random.Random(20261123))  # noqa: S311 - a benchmark's dice
    try:
        day = await _scene(count, trouble)
        async with _Served(day) as served:
            day.outbox = served
            await day.run()
        return await judge(day)
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


class _Served:
    """Both providers on a port, and the outbox that sends there."""

    def __init__(self, day: Day) -> None:
        self._day = day
        app = day.wechat.app()
        app.router.add_get("/cgi-bin/sendsms", day.sms.kannel)
        # WeChat's gate wants a token of everybody; the gateway has a password of its own
        app.middlewares[0] = _only_wechat(app.middlewares[0])
        app.middlewares.insert(0, day.trouble.strike)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)

    async def __aenter__(self) -> Outbox:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        clock = self._day.clock
        account = wechat_platform.settings(app_id=APP_ID, secret=SECRET, api_url=url)
        sms = sms_site.settings("kannel", url, per_second=1000)
        self._channels = {
            "wechat": WeChatChannel(account, _nobody_hears, clock, _nothing_waits),
            "sms": SmsChannel(sms, _nobody_hears, clock),
        }
        for channel in self._channels.values():
            await channel.start()
        return Outbox(_desk(), self._channels)

    async def __aexit__(self, *_fault: object) -> None:
        for channel in self._channels.values():
            await channel.close()
        await self._runner.cleanup()


def _only_wechat(gate: object) -> Handler:
    @web.middleware
    async def of_wechat(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path == "/cgi-bin/sendsms":
            return await handler(request)
        answer: web.StreamResponse = await gate(request, handler)  # type: ignore[operator]
        return answer

    return of_wechat  # type: ignore[return-value]


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
