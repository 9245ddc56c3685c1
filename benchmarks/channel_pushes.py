"""What WeChat pushes to two processes: copies of one message, and two hundred messages a second."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Final

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector

from benchmarks.channel_fake import openid
from benchmarks.channel_scene import people, served
from benchmarks.channel_server import the_desk
from benchmarks.ground import Ground
from handlers.calendar import seed_calendar
from handlers.desk import Desk
from handlers.plan_rows import plan_rows
from models.care import Encounter, FollowUpTask
from models.channel import Pushed
from models.conversation import Inbound, Outgoing, OutgoingStatus
from models.draft import drafted
from models.hospital import Department
from models.people import (
    Consent,
    ConsentBasis,
    ConsentPurpose,
    ContactPoint,
    Patient,
    RespondentRole,
    ResponderRole,
)
from models.timetable import Due
from scheduler.due import run_due
from tests.bot.channels import wechat_platform
from tests.bot.channels.fake_wechat import APP_ID, SECRET
from tests.bot.channels.wechat_platform import Answer, Platform

HEAD: Final = (
    "database",
    "messages",
    "copies of each",
    "effects",
    "answers that differ",
    "pushed a second",
    "p50 ms",
    "p99 ms",
    "answered in the request",
    "success, answered later",
    "brought again",
    "not taken",
)
_COPIES: Final = 4
_PROCESSES: Final = 2
_ASKED_AT: Final = datetime.fromisoformat("2026-11-23T11:30+08:00")
_DISCHARGED: Final = datetime.fromisoformat("2026-11-20T15:00+08:00")
# who it is, where, how it is; none of the red flags; the medicines and so on
_ANSWERS: Final = ("1", "1", "1", "9", "1", "1", "1", "1")
_BEGIN: Final = "1"
_OK: Final = 200
_LOOKS: Final = 600
_LOOK_EVERY: Final = 0.5
_numbers = count(8_000_000_000_000_000_001)
_Platforms = list[Platform]


@dataclass(frozen=True, slots=True)
class _Server:
    url: str
    process: subprocess.Popen[str]


@dataclass(slots=True)
class Heard:
    """What came back, and how long it took."""

    answers: list[Answer] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    seconds: float = 0.0
    again: int = 0

    def percentile(self, percent: int) -> float:
        """Return a percentile of the durations."""
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) * percent // 100, len(ordered) - 1)]


async def prepare(number: int) -> None:
    """Ask so many patients by WeChat whether they have time."""
    await seed_calendar(_DISCHARGED)
    desk = await the_desk()
    desk.channels = frozenset({"web", "wechat"})
    points = await people("wechat", number, _DISCHARGED)
    ward = await Department.create(code="XN", name="心内科", tel="0394-12345679")
    for point in points:
        await _stay(desk, ward, point)
    while await run_due(desk, _ASKED_AT):
        pass
    # they were asked before the measuring begins
    asked = Outgoing.filter(status=OutgoingStatus.QUEUED)
    await asked.update(status=OutgoingStatus.ACCEPTED, rank=3, provider_id="x", sent_at=_ASKED_AT)


async def _stay(desk: Desk, ward: Department, point: ContactPoint) -> None:
    patient = drafted(
        Patient,
        name="测试",
        birth_date=date(1975, 1, 1),
        created_at=_DISCHARGED,
        updated_at=_DISCHARGED,
    )
    stay = drafted(
        Encounter,
        patient_id=patient.id,
        inpatient_no=point.id.hex[:12],
        department_id=ward.id,
        discharged_on=_DISCHARGED.date(),
        disposition="1",
        created_at=_DISCHARGED,
        updated_at=_DISCHARGED,
    )
    await Patient.bulk_create([patient])
    await Encounter.bulk_create([stay])
    own = {"patient_id": patient.id, "respondent_id": point.respondent_id}
    await RespondentRole.bulk_create([drafted(RespondentRole, role=ResponderRole.SELF, **own)])
    await Consent.create(
        patient_id=patient.id,
        purpose=ConsentPurpose.FOLLOW_UP,
        basis=ConsentBasis.CONSENT,
        granted=True,
        recorded_by="nurse",
        at=_DISCHARGED,
    )
    rows = plan_rows(desk, stay, patient, _DISCHARGED)
    await rows.plan.save(force_create=True)
    await FollowUpTask.bulk_create(rows.tasks)
    await Due.bulk_create(rows.timers)


@contextmanager
def _server(ground: Ground, wechat: str, ahead: timedelta) -> Iterator[_Server]:
    command = [sys.executable, "-m", "benchmarks.channel_server", ground.url, str(ground.keys)]
    process = subprocess.Popen(  # noqa: S603 - our own command line
        [*command, wechat, str(ahead.total_seconds())], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None  # noqa: S101 - asked for above
    try:
        yield _Server(process.stdout.readline().strip(), process)
    finally:
        process.terminate()
        process.wait()


def measure(
    ground: Ground, number: int, rate: int, *, kill: bool = False
) -> tuple[tuple[object, ...], list[str]]:
    """Push to two processes; the row of the table, and what must not be.

    `kill`: one of them is ended with SIGKILL half-way, and what it had acknowledged must be there.
    """
    asyncio.run(ground.within(lambda: prepare(number)))
    ahead = _ASKED_AT - datetime.now(UTC)
    with ExitStack() as stack:
        # each patient writes again and again, which opens the window anew each time
        wechat = stack.enter_context(served("wechat", number, number * len(_ANSWERS)))
        servers = [stack.enter_context(_server(ground, wechat, ahead)) for _ in range(_PROCESSES)]
        urls = [server.url for server in servers]
        copies = asyncio.run(_copies(urls, ahead, number))
        effects = asyncio.run(ground.within(_effects))
        doomed = servers[0].process if kill else None
        heard = asyncio.run(_steady(urls, ahead, number, rate, doomed))
        left = asyncio.run(ground.within(_worked_off))
    after = asyncio.run(ground.within(_effects))
    differ = sum(len({one.text for one in group}) > 1 for group in copies)
    taken = sum(answer.status == _OK for answer in heard.answers)
    told = sum(bool(answer.text) for answer in heard.answers)
    faults = {
        f"{effects} effects (messages, answered) of {number}": effects != (number, number),
        f"{after[0]} messages stored, {number + taken} acknowledged": after[0] < number + taken,
        f"{left} still written down and not dealt with": left > 0,
        f"{differ} messages whose copies were answered differently": differ > 0,
    }
    row = (
        *(ground.name, number, _COPIES, effects[0], differ),
        f"{len(heard.answers) / heard.seconds:.0f}",
        *(f"{heard.percentile(percent):.0f}" for percent in (50, 99)),
        *(told, taken - told, heard.again, len(heard.answers) - taken),
    )
    return row, [f"{ground.name}: {fault}" for fault, holds in faults.items() if holds]


async def _worked_off() -> int:
    """Wait until what was acknowledged is dealt with; returns what is not, after minutes."""
    for _ in range(_LOOKS):
        if not await Pushed.exists():
            break
        await asyncio.sleep(_LOOK_EVERY)
    return await Pushed.all().count()


async def _effects() -> tuple[int, int]:
    """How many messages are stored, and how many of them were answered."""
    replies = Outgoing.filter(in_reply_to_id__isnull=False)
    answered = set(await replies.values_list("in_reply_to_id", flat=True))
    return await Inbound.all().count(), len(answered)


@asynccontextmanager
async def _wechat(urls: Sequence[str], ahead: timedelta, first: int) -> AsyncIterator[_Platforms]:
    """WeChat's side of each process; nonces begin at `first`, as each serves one push."""
    timeout, connector = ClientTimeout(total=6), TCPConnector(limit=0)
    async with ClientSession(timeout=timeout, connector=connector) as session:
        key = wechat_platform.settings(app_id=APP_ID, secret=SECRET).keys[0]
        now = datetime.now(UTC) + ahead
        yield [
            Platform(f"{url}/channels/wechat", session, now, key, count(first + n * 10**7))
            for n, url in enumerate(urls)
        ]


async def _copies(urls: Sequence[str], ahead: timedelta, number: int) -> list[list[Answer]]:
    async with _wechat(urls, ahead, 10**8) as platforms:
        return [await _copied(platforms, who, ahead) for who in range(number)]


async def _steady(
    urls: Sequence[str],
    ahead: timedelta,
    number: int,
    rate: int,
    doomed: subprocess.Popen[str] | None,
) -> Heard:
    heard, begun = Heard(), time.perf_counter()
    if doomed is not None:
        half = number * len(_ANSWERS) / rate / 2
        asyncio.get_running_loop().call_later(half, doomed.kill)
    async with _wechat(urls, ahead, 10**9) as platforms:
        await _steadily(platforms, heard, ahead, number, rate)
    heard.seconds = time.perf_counter() - begun
    return heard


async def _copied(platforms: _Platforms, who: int, ahead: timedelta) -> list[Answer]:
    """The same message four times at once, twice to each process."""
    said = _message(who, _BEGIN, ahead)
    each = [platforms[copy % _PROCESSES] for copy in range(_COPIES)]
    for platform in platforms:
        platform.now = datetime.now(UTC) + ahead
    return await asyncio.gather(*(one.push(said) for one in each))


async def _steadily(
    platforms: _Platforms, heard: Heard, ahead: timedelta, number: int, rate: int
) -> None:
    """Push at an even pace, whatever comes back; each patient answers one question a round."""
    loop, tasks = asyncio.get_running_loop(), []
    begun = loop.time()
    for place in range(number * len(_ANSWERS)):
        at = begun + place / rate
        await asyncio.sleep(max(0.0, at - loop.time()))
        text = _ANSWERS[place // number]
        said = _message(place % number, text, ahead)
        platform = platforms[place % _PROCESSES]
        platform.now = datetime.now(UTC) + ahead
        others = [one for one in platforms if one is not platform]
        tasks.append(asyncio.create_task(_timed([platform, *others], said, at, heard)))
    await asyncio.gather(*tasks)


async def _timed(platforms: _Platforms, said: dict[str, str], at: float, heard: Heard) -> None:
    """Push, and bring to the next process what one did not take; the time counts from the due."""
    answer = Answer(0, "")
    for platform in platforms:
        try:
            answer = await platform.push(said)
        except (ClientError, TimeoutError):
            heard.again += 1
        else:
            break
    heard.answers.append(answer)
    heard.milliseconds.append((asyncio.get_running_loop().time() - at) * 1000)


def _message(who: int, text: str, ahead: timedelta) -> dict[str, str]:
    at = datetime.now(UTC) + ahead
    number = str(next(_numbers))
    return wechat_platform.message("text", at, openid=openid(who), Content=text, MsgId=number)
