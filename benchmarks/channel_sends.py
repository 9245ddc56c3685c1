"""Sends through each adapter: beside a bare client's rate, within the limits, and under 429s."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from aiohttp import ClientSession, TCPConnector
from yarl import URL

from benchmarks.channel_scene import channel, letter, people, queue, served
from bot.outbox import Outbox
from handlers.channel_states import standing
from handlers.desk import Desk
from handlers.windows import BY_WORDS
from models.conversation import Outgoing, OutgoingStatus
from models.database import close_database, open_database
from models.migrate import migrate

HEAD: Final = (
    "adapter",
    "messages/s",
    "bare client/s",
    "share",
    "within limits: most in a second (allowed)",
    "over",
    "under 429s: taken",
    "refused",
    "calls over the limit",
)
_AT_ONCE: Final = 16
_PERCENT: Final = 100
# as each provider has it; WeChat counts messages of a window and no seconds
LIMITS: Final = {"telegram": 30, "aliyun": 21, "tencent": 21, "twilio": 21, "kannel": 21}
_REFUSED: Final = 0.1
_MOST_OVER: Final = 0.01
_LOOK_EVERY: Final = 0.1


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of one adapter; `faults` are what must not be."""

    row: tuple[object, ...]
    faults: tuple[str, ...]


async def measure(name: str, sends: int, sample: int) -> Figures:
    """Measure one adapter against its provider, with a new database."""
    accounts = max(sends // BY_WORDS, 1) if name == "wechat" else min(sends, 10_000)
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        url = f"sqlite://{room}/channels.db"
        await migrate(url, datetime.now(UTC))
        with served(name, accounts + 2 * sample + 1) as provider:
            await open_database(url, room / "keys")
            try:
                async with ClientSession(connector=TCPConnector(limit=0)) as http:
                    return await _Run(name, room, provider, http).all(sends, accounts, sample)
            finally:
                await close_database()


@dataclass(frozen=True, slots=True)
class _Run:
    name: str
    room: Path
    provider: str
    http: ClientSession

    async def all(self, sends: int, accounts: int, sample: int) -> Figures:
        *points, first = await people(self.name, accounts + 2 * sample + 1, datetime.now(UTC))
        adapter = channel(self.name, self.provider, self.room, _now, paced=False)
        await adapter.start()
        # the texts are read, the line is open and the token is there before the time counts
        letters = [letter(point) for point in points[:accounts]]
        await adapter.send(letter(first))
        await self._begin()
        rate = await rate_of(lambda n: adapter.send(letters[n % accounts]), sends)
        await adapter.close()
        took = (await self._log())["taken"]
        bare = await self._bare(sends)
        calm = await self._drained(points[accounts : accounts + sample], 0.0)
        rough = await self._drained(points[accounts + sample :], _REFUSED)
        return self._figures(rate, bare, took - sends, (calm, rough), sample)

    def _figures(
        self,
        rate: float,
        bare: float,
        lost: int,
        logs: tuple[dict[str, int], dict[str, int]],
        sample: int,
    ) -> Figures:
        calm, rough = logs
        over = rough["over"] + rough["unheard"]
        faults = {
            f"{-lost} sends lost": lost != 0,
            f"{calm['over']} calls over the limit": calm["over"] > 0,
            f"{sample - calm['taken']} dropped": calm["taken"] != sample,
            f"{sample - rough['taken']} dropped under 429s": rough["taken"] != sample,
            f"{over} of {rough['calls']} calls over the limit under 429s": (
                over > rough["calls"] * _MOST_OVER
            ),
        }
        allowed = LIMITS.get(self.name, 0) or "none a second"
        row = (
            self.name,
            round(rate),
            round(bare),
            f"{rate / bare:.0%}",
            f"{calm['most']} ({allowed})",
            calm["over"],
            f"{rough['taken']} of {sample}",
            rough["refused"],
            f"{over} of {rough['calls']} ({_PERCENT * over / rough['calls']:.1f} %)",
        )
        return Figures(
            row, tuple(f"{self.name}: {told}" for told, holds in faults.items() if holds)
        )

    async def _bare(self, sends: int) -> float:
        """Send the same request with nothing around it."""
        async with self.http.get(f"{self.provider}/_last") as answer:
            last: dict[str, Any] = await answer.json()
        url = URL(self.provider + last["url"], encoded=True)
        body = last["body"].encode() or None

        async def call(_number: int) -> None:
            async with self.http.request(
                last["method"], url, data=body, headers=last["headers"]
            ) as answer:
                await answer.read()

        return await rate_of(call, sends)

    async def _drained(self, points: Any, refused: float) -> dict[str, int]:
        """Send what waits in the outbox, with the limits on; the clock skips the pauses."""
        adapter = channel(self.name, self.provider, self.room, _now, paced=True)
        await adapter.start()
        await self._begin(refused)
        await queue(points, _now())
        outbox = Outbox(Desk("示例医院"), {adapter.name: adapter})
        skipped = timedelta()
        while await _waits():
            now = _now() + skipped
            await outbox.drain(now)
            until = (await standing(adapter.name, now)).paused_until
            if until is not None and self.name == "wechat":
                # it says a minute, of which one second is waited for
                skipped += max(until - now, timedelta())
                await asyncio.sleep(1.0)
            await asyncio.sleep(_LOOK_EVERY)
        await adapter.close()
        await _refuse_lost()
        return await self._log()

    async def _begin(self, refused: float = 0.0) -> None:
        told = {"refused": str(refused), "limit": str(LIMITS.get(self.name, 0))}
        async with self.http.post(f"{self.provider}/_begin", params=told):
            pass

    async def _log(self) -> dict[str, int]:
        async with self.http.get(f"{self.provider}/_log") as answer:
            told: dict[str, int] = await answer.json(content_type=None)
            return told


async def rate_of(send: Callable[[int], Awaitable[object]], count: int) -> float:
    """Do something so often, sixteen at a time; how many a second."""
    numbers = iter(range(count))

    async def some() -> None:
        for number in numbers:
            await send(number)

    begun = time.perf_counter()
    await asyncio.gather(*(some() for _ in range(_AT_ONCE)))
    return count / (time.perf_counter() - begun)


async def _waits() -> bool:
    waiting = (OutgoingStatus.QUEUED, OutgoingStatus.SENDING)
    return await Outgoing.filter(status__in=waiting).exists()


async def _refuse_lost() -> None:
    """Whatever ended otherwise than taken is a fault of the run."""
    rows = await Outgoing.all().exclude(status=OutgoingStatus.ACCEPTED)
    if rows:
        raise SystemExit(f"not taken: {Counter((row.status.value, row.error) for row in rows)}")


def _now() -> datetime:
    return datetime.now(UTC)
