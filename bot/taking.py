"""Hands what came in by a channel to the desk: once, committed before it is acknowledged."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

import structlog

from bot.inbox import (
    Came,
    Consented,
    Left,
    Opened,
    Other,
    Pictured,
    Pressed,
    Reported,
    Spoke,
    Taken,
    Wrote,
)
from bot.received_files import receive_file
from bot.wechat_menu import FOLLOW_UP, said_by
from handlers.accounts import Account, proven
from handlers.address_claims import hear_claim, hear_unproven, open_by_link
from handlers.channel_events import (
    EventSeen,
    come_back,
    done_before,
    leave,
    no_effect,
    once,
    point_at,
)
from handlers.channel_states import note_in
from handlers.conversation_lock import conversation_of
from handlers.desk import Desk
from handlers.inbound import InboundMessage, Received, receive
from handlers.my_follow_up import my_follow_up
from handlers.receipts import note_receipt
from handlers.sms_matching import matched
from handlers.windows import note_consent, open_window
from models.people import ContactPoint, System
from models.unit import unit_of_work

_log = structlog.get_logger()
_NOTED_EVERY: Final = timedelta(seconds=5)
Drain = Callable[[str, UUID], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class _From:
    """Who an event is from, as far as it is known; `proven` may talk as its person."""

    system: System
    came: Came
    point: ContactPoint | None
    proven: ContactPoint | None
    now: datetime


class Inbox:
    """Takes every event of every channel; `drain` sends what waits for a conversation."""

    def __init__(
        self, desk: Desk, clock: Callable[[], datetime], drain: Drain, media: Path
    ) -> None:
        self._desk = desk
        self._clock = clock
        self._drain = drain
        self._media = media
        self._noted: dict[str, datetime] = {}
        self._under_way: set[asyncio.Task[int]] = set()

    async def take(self, system: System, came: Came) -> Taken:
        """Take an event: when this returns it is stored, and what it led to as well."""
        now = self._clock()
        await self._note(system.channel, now)
        return await self._take(await self._who(system, came, now))

    async def _who(self, system: System, came: Came, now: datetime) -> _From:
        """Find whose address it is, and whether it may talk as that person.

        A telephone number on file may: who answers is asked before anything of an illness is said.
        An account may as long as it is proven, which 180 days of silence end (T05).
        """
        point = await point_at(system, came.address) if came.address else None
        talks = point
        if system is not System.PHONE and point is not None:
            talks = await proven(Account(system, came.address), now)
        return _From(system, came, point, talks, now)

    async def settle(self) -> None:
        """Wait until what was taken has been answered."""
        while self._under_way:
            await asyncio.wait(tuple(self._under_way))

    async def _take(self, who: _From) -> Taken:
        match who.came:
            case Reported() as told:
                return await self._report(who, told)
            case Other() as other:
                return await self._once(who, other.kind, no_effect, "ignored")
            case Consented() as said:
                return await self._consent(who, said)
            case Left():
                return await self._left(who)
            case Opened() as opened:
                return await self._opened(who, opened)
            case _:
                return await self._message(who)

    async def _report(self, who: _From, told: Reported) -> Taken:
        happened = told.sent_at or who.now
        channel = who.system.channel
        await note_receipt(
            self._desk, channel, told.provider_id, told.status, told.code, happened, who.now
        )
        return Taken()

    async def _consent(self, who: _From, said: Consented) -> Taken:
        point = who.point

        async def effect() -> str:
            if point is not None:
                await note_consent(
                    point.id,
                    said.template_id,
                    who.now,
                    granted=said.granted,
                    lasting=said.lasting,
                )
            return ""

        return await self._once(who, "consent", effect)

    async def _left(self, who: _From) -> Taken:
        point = who.point

        async def effect() -> str:
            return await leave(point.id, who.now) if point is not None else ""

        return await self._once(who, "left", effect)

    async def _opened(self, who: _From, opened: Opened) -> Taken:
        """A follow, a scan or a start: it may bring the paper that says whose this account is.

        What a known account clicks in the menu is answered like the words it stands for.
        """
        point = who.proven
        if point is not None and said_by(opened.key):
            return await self._message(who)

        async def effect() -> str:
            if point is not None:
                await come_back(point.id)
                await open_window(point.id, who.now, clicked=True)
            comes_back = not (opened.token or opened.key)
            if point is not None and (opened.key == FOLLOW_UP or comes_back):
                return await my_follow_up(self._desk, point.id, who.now)
            if point is not None and not opened.token:
                # an entry of an older menu only opens the window
                return ""
            return await open_by_link(self._desk, who.system, opened.address, opened.token, who.now)

        return await self._once(who, "opened", effect)

    async def _message(self, who: _From) -> Taken:
        point = who.proven
        if point is None:
            return await self._of_nobody(who)
        if (claimed := await self._claim(who)) is not None:
            return claimed
        received = await self._receive(who, point)
        if who.system is not System.WECHAT:
            self._answer(who.system.channel, received.conversation_id)
        return Taken(received.conversation_id, repeated=received.repeated)

    async def _claim(self, who: _From) -> Taken | None:
        """The year a known account was asked for after one more paper is no message."""
        came = who.came
        if not isinstance(came, Wrote) or who.system is System.PHONE:
            return None
        if (before := await done_before(self._seen(who, "claim"))) is not None:
            return Taken(reply=before.reply, repeated=True)
        reply = await hear_claim(self._desk, who.system, came.address, came.text, who.now)
        if reply is None:
            return None

        async def effect() -> str:
            return reply

        return await self._once(who, "claim", effect)

    async def _of_nobody(self, who: _From) -> Taken:
        """Words from an address nobody has proven; anything but words is answered like none."""
        text = who.came.text if isinstance(who.came, Wrote) else ""

        async def effect() -> str:
            return await hear_unproven(self._desk, who.system, who.came.address, text, who.now)

        return await self._once(who, type(who.came).__name__.lower(), effect, "unproven")

    async def _once(
        self,
        who: _From,
        kind: str,
        effect: Callable[[], Awaitable[str]],
        result: str = "taken",
    ) -> Taken:
        done = await once(self._seen(who, kind), effect, who.now, result=result)
        return Taken(reply=done.reply, repeated=done.repeated)

    def _seen(self, who: _From, kind: str) -> EventSeen:
        return EventSeen(who.system.channel, who.came.external_id, kind, who.came.address)

    async def _receive(self, who: _From, point: ContactPoint) -> Received:
        """Take a message; the words below a picture are read like any others."""
        came = who.came
        known = InboundMessage(who.system.channel, point.id, came.external_id, sent_at=came.sent_at)
        if isinstance(came, Pictured | Spoke):
            await open_window(point.id, who.now, clicked=False)
            return await receive_file(self._desk, self._media, known, came, who.now)
        return await unit_of_work(lambda: self._hear(who, point, known))

    async def _hear(self, who: _From, point: ContactPoint, known: InboundMessage) -> Received:
        """Hear words and open the window they give us in one step, before any answer can leave."""
        match who.came:
            case Pressed(key=key, turn=turn):
                known = replace(known, key=key, turn=turn)
            case Opened(key=key):
                known = replace(known, text=said_by(key))
            case Wrote(text=text, spoken=spoken):
                known = replace(known, text=text, spoken=spoken)
                if who.system is System.PHONE:
                    known = await self._aimed(known, who.came, point, who.now)
        received = await receive(self._desk, known, who.now)
        if not received.repeated and who.system is not System.PHONE:
            await open_window(point.id, who.now, clicked=isinstance(who.came, Opened))
        return received

    async def _aimed(
        self, message: InboundMessage, came: Wrote, point: ContactPoint, now: datetime
    ) -> InboundMessage:
        """Find which question an SMS answers: several may stand on a phone's screen (F21)."""
        # what was asked last must not change while it is looked for
        await conversation_of(point.respondent_id)
        found = await matched(self._desk, point, came.extension, came.text, now, came.sent_at)
        return replace(
            message,
            key=found.key,
            turn=found.turn or 0,
            dialog_id=found.dialog_id,
            ask_again=found.ask,
        )

    def _answer(self, channel: str, conversation_id: UUID) -> None:
        """Send the answer beside the acknowledgement, which a slow provider must not hold up."""
        task = asyncio.ensure_future(self._drain(channel, conversation_id))
        self._under_way.add(task)
        task.add_done_callback(self._answered)

    def _answered(self, task: asyncio.Task[int]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            # the ticker finds the same rows again
            _log.error("answer_failed", fault=type(fault).__name__)

    async def _note(self, channel: str, now: datetime) -> None:
        noted = self._noted.get(channel)
        if noted is None or now - noted >= _NOTED_EVERY:
            self._noted[channel] = now
            await note_in(channel, now)
