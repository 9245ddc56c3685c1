"""WeChat's message push: the address it checks, and what it pushes there."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

import orjson
from aiohttp import web

from bot.channels.wechat_answers import (
    ANSWER_WITHIN,
    COPY_WITHIN,
    Counter,
    Job,
    Work,
    answered_before,
    may_be_answered,
)
from bot.channels.wechat_events import Envelope, Fetch, envelope_of, what_came
from bot.channels.wechat_messages import MalformedMessage, Push
from bot.channels.wechat_pushes import CHANNEL, Gate, OpenedPush, Refused
from bot.channels.wechat_settings import WeChatSettings
from bot.inbox import Came
from bot.journal import Journal
from handlers.pushes import Entry
from handlers.pushes import Push as Arrival

_NOTHING: Final = "success"


class WeChatReceiver:
    """Takes what WeChat pushes, once, and answers within the request what can be answered so.

    `fetch` loads a media file; `lasting` are the templates a person consents to for good.
    """

    def __init__(
        self,
        settings: WeChatSettings,
        counter: Counter,
        fetch: Fetch,
        lasting: Collection[str] = (),
    ) -> None:
        self._gate = Gate(settings, counter.clock)
        self._path, self._counter, self._clock = settings.path, counter, counter.clock
        self._fetch, self._lasting = fetch, lasting
        self._journal = Journal(CHANNEL, counter.clock)
        self._at_work: dict[str, Work] = {}

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The address WeChat checks, and pushes to."""
        return (
            web.get(self._path, self.check_address, allow_head=False),
            web.post(self._path, self.receive),
        )

    async def close(self) -> None:
        """Wait for what is being answered."""
        while self._at_work:
            await asyncio.wait([work.answering for work in self._at_work.values()])
        await self._journal.settle()

    async def check_address(self, request: web.Request) -> web.Response:
        """GET: prove that this server knows the token."""
        try:
            return web.Response(text=self._gate.echo(request.query))
        except Refused as refused:
            return web.Response(status=refused.status)

    async def receive(self, request: web.Request) -> web.Response:
        """POST: take a message or an event; the answer is a text, or "success".

        What is not proven is refused before anything is stored; what cannot be stored is not
        acknowledged, so that WeChat sends it again.
        """
        started = asyncio.get_running_loop().time()
        try:
            push = await self._gate.open(request)
            envelope, events = self._read(push.push)
        except Refused as refused:
            return web.Response(status=refused.status)
        except MalformedMessage:
            return web.Response(status=400)
        arrived = arrival(push, envelope)
        try:
            written = await self._journal.enter(arrived)
        except Exception:  # noqa: BLE001 - told by the journal; WeChat brings it again
            return web.Response(status=503)
        if written.entry is Entry.REFUSED:
            return web.Response(status=401)
        if written.row_id is not None:
            job = Job(written.row_id, envelope.openid, push.push, events, written.at)
            self._begin(envelope.id(), job)
        text = await self._text(envelope, events, started, copy=written.row_id is None)
        if not text:
            return web.Response(text=_NOTHING)
        return web.Response(text=push.answer(text, self._clock()), content_type="application/xml")

    async def take_up(self, now: datetime) -> int:
        """Deal with what a process that ended was still to do; returns how many pushes."""
        left = await self._journal.left_undone(now)
        for one in left:
            push = restored(one.raw)
            envelope, events = self._read(push)
            job = Job(one.row_id, envelope.openid, push, events, one.received_at, left=True)
            self._begin(envelope.id(), job)
        return len(left)

    def _read(self, push: Push) -> tuple[Envelope, Sequence[Came]]:
        envelope = envelope_of(push)
        return envelope, what_came(push, envelope, self._fetch, self._lasting)

    async def _text(
        self, envelope: Envelope, events: Sequence[Came], started: float, *, copy: bool
    ) -> str:
        """Wait for the answer as long as that is worth while; empty when there is none."""
        if not may_be_answered(events[0]):
            return ""
        work = self._at_work.get(envelope.id())
        if work is None:
            return await answered_before(events[0].external_id)
        if copy:
            return await work.text_by(started + COPY_WITHIN)
        return await work.text_by(started + (0.0 if self._journal.crowded else ANSWER_WITHIN))

    def _begin(self, key: str, job: Job) -> None:
        work = self._at_work[key] = Work(self._counter, self._journal, job)
        work.answering.add_done_callback(lambda _: self._at_work.pop(key, None))


def arrival(opened: OpenedPush, envelope: Envelope) -> Arrival:
    """Write a push as the journal keeps it."""
    push = opened.push
    raw = orjson.dumps([dict(push.fields), [dict(entry) for entry in push.entries]]).decode()
    return Arrival(envelope.id(), envelope.openid, raw, opened.nonce, opened.digest)


def restored(raw: str) -> Push:
    """Read a push as the journal kept it."""
    fields, entries = orjson.loads(raw)
    return Push(fields, tuple(entries))
