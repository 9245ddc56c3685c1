"""One push from taking to answering: the request is held for four seconds, the work goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog

from bot.channels.wechat_events import EVENT
from bot.channels.wechat_messages import Push
from bot.channels.wechat_slots import PassiveSlots, closed_slot
from bot.channels.wechat_text import read_menu_id
from bot.inbox import Came, Consented, Left, Other, Pressed, Reported, Take, Taken, Wrote
from bot.journal import Journal
from dialogs.catalog import load_catalog
from handlers.event_answers import answer_of, note_answer
from handlers.menu_choices import key_pressed
from models.people import System

# WeChat cuts the line after five seconds
ANSWER_WITHIN: Final = 4.0
COPY_WITHIN: Final = 4.5
_LOOK_EVERY: Final = 0.1
_CHANNEL: Final = System.WECHAT.channel
# what nobody can read here is answered kindly
_UNREAD: Final = {
    "location": "M-NO-PLACE",
    "video": "M-NO-FILM",
    "shortvideo": "M-NO-FILM",
    "link": "M-NO-FILM",
}

Drain = Callable[[UUID], Awaitable[object]]
Say = Callable[[str, str], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Counter:
    """Who takes a push and who answers.

    `drain` sends what waits for a conversation, and its first text comes back through `slots`;
    `say` writes to an openid by itself, where the request was over too soon.
    """

    take: Take = field(repr=False)
    drain: Drain = field(repr=False)
    say: Say = field(repr=False)
    slots: PassiveSlots = field(repr=False)
    clock: Callable[[], datetime] = field(repr=False)
    language: str = "zh"


@dataclass(frozen=True, slots=True)
class Job:
    """One push to deal with: where it stands in the journal, what it says, and what that means.

    `left`: a process that ended began with it, and nobody waits for an answer.
    """

    row_id: UUID
    openid: str = field(repr=False)
    push: Push = field(repr=False)
    events: Sequence[Came] = field(repr=False)
    came_at: datetime
    left: bool = False


class Work:
    """What is done about one push, whoever waits for it and however often it is sent.

    `answering` ends when everything that answers it was handed over, with the text for the open
    request.
    """

    def __init__(self, counter: Counter, journal: Journal, job: Job) -> None:
        self._counter, self._journal, self._job = counter, journal, job
        self._openid, self._events = job.openid, job.events
        held = may_be_answered(job.events[0]) and not job.left
        self._slot = counter.slots.open(job.openid) if held else closed_slot()
        self._taken: Taken | None = None
        self.answering = asyncio.create_task(self._answer())
        self.answering.add_done_callback(self._end)

    async def text_by(self, deadline: float) -> str:
        """Return the text to answer with, as soon as there is one; empty when there is none.

        Past the deadline (of the loop's clock) no text is taken any longer: it goes by itself.
        """
        filled = asyncio.create_task(self._slot.filled.wait())
        left = max(0.0, deadline - asyncio.get_running_loop().time())
        await asyncio.wait(
            {filled, self.answering}, timeout=left, return_when=asyncio.FIRST_COMPLETED
        )
        filled.cancel()
        if self.answering.done() and self.answering.exception() is None:
            return self.answering.result()
        return self._counter.slots.close(self._openid, self._slot)

    async def _take(self) -> Taken:
        """Take every event; the first one is what is answered."""
        events = await _pressed(self._job.push, self._events)
        taken = [await self._counter.take(System.WECHAT, event) for event in events]
        return taken[0]

    async def _answer(self) -> str:
        job = self._job
        taken = await self._journal.in_turn(job.openid, job.came_at, self._take)
        self._taken = taken
        external_id = self._events[0].external_id
        if taken.repeated and not (job.left and await answer_of(_CHANNEL, external_id) is None):
            return taken.reply or await answered_before(external_id)
        text = taken.reply or self._kind_word()
        if text:
            await self._tell(text)
        elif taken.conversation_id is not None:
            await self._counter.drain(taken.conversation_id)
        answer = self._counter.slots.close(self._openid, self._slot)
        return await note_answer(_CHANNEL, external_id, answer, self._counter.clock())

    async def _tell(self, text: str) -> None:
        if not self._slot.put(text):
            await self._counter.say(self._openid, text)

    def _kind_word(self) -> str:
        event = self._events[0]
        message = _UNREAD.get(event.kind) if isinstance(event, Other) else None
        return load_catalog(self._counter.language).messages[message].text if message else ""

    def _end(self, answering: asyncio.Task[str]) -> None:
        """Let go of the request; after a fault the outbox, or the journal, tries again."""
        self._counter.slots.close(self._openid, self._slot)
        fault = answering.exception()
        if fault is not None:
            structlog.get_logger().error("wechat.not_answered", kind=type(fault).__name__)
        if fault is None or (self._taken is not None and self._taken.conversation_id is not None):
            self._journal.cross_out(self._job.row_id)
        else:
            self._journal.put_back(self._job.row_id)


def may_be_answered(event: Came) -> bool:
    """Receipts, consents and farewells are acknowledged; a text in their request reaches nobody."""
    silent = isinstance(event, Other) and event.kind.startswith(EVENT)
    return not silent and not isinstance(event, Left | Reported | Consented)


async def _pressed(push: Push, events: Sequence[Came]) -> Sequence[Came]:
    """A pressed menu of ours comes as the words on it: say which button, of which question."""
    pressed, said = read_menu_id(push.get("bizmsgmenuid")), events[0]
    if pressed is None or not isinstance(said, Wrote):
        return events
    turn, place = pressed
    key = await key_pressed(System.WECHAT, said.address, turn, place)
    if not key:
        return events
    return (Pressed(said.external_id, said.address, said.sent_at, key=key, turn=turn),)


async def answered_before(external_id: str) -> str:
    """Wait for the answer another process is about to give; nothing when it takes too long."""
    loop = asyncio.get_running_loop()
    end = loop.time() + COPY_WITHIN
    while (known := await answer_of(_CHANNEL, external_id)) is None:
        if loop.time() > end:
            return ""
        await asyncio.sleep(_LOOK_EVERY)
    return known
