"""WeChat's message push: the address it checks, and what it pushes there."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from typing import Final

from aiohttp import web

from bot.channels.wechat_answers import ANSWER_WITHIN, COPY_WITHIN, Counter, Work
from bot.channels.wechat_events import Envelope, Fetch, envelope_of, what_came
from bot.channels.wechat_messages import MalformedMessage, Push
from bot.channels.wechat_pushes import CHANNEL, Gate, OpenedPush, Refused
from bot.channels.wechat_settings import WeChatSettings
from bot.channels.wechat_text import read_menu_id
from bot.inbox import Came, Pressed, Wrote
from handlers.event_answers import admit
from handlers.menu_choices import key_pressed
from models.people import System

_TAKE_WITHIN: Final = 20.0
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
            envelope = envelope_of(push.push)
            events = what_came(push.push, envelope, self._fetch, self._lasting)
        except Refused as refused:
            return web.Response(status=refused.status)
        except MalformedMessage:
            return web.Response(status=400)
        if not await admit(CHANNEL, push.nonce, push.digest, self._clock()):
            return web.Response(status=401)
        return await self._respond(push, envelope, await _pressed(push.push, events), started)

    async def _respond(
        self, push: OpenedPush, envelope: Envelope, events: Sequence[Came], started: float
    ) -> web.Response:
        known = self._at_work.get(envelope.id())
        work = known or self._begin(envelope, events)
        await asyncio.wait({work.taking}, timeout=_TAKE_WITHIN)
        if not work.taking.done() or work.taking.exception() is not None:
            return web.Response(status=503)
        is_copy = known is not None or work.taking.result().repeated
        text = await work.text_by(started + (COPY_WITHIN if is_copy else ANSWER_WITHIN))
        if not text:
            return web.Response(text=_NOTHING)
        return web.Response(text=push.answer(text, self._clock()), content_type="application/xml")

    def _begin(self, envelope: Envelope, events: Sequence[Came]) -> Work:
        key = envelope.id()
        work = self._at_work[key] = Work(self._counter, envelope.openid, events)
        work.answering.add_done_callback(lambda _: self._at_work.pop(key, None))
        return work


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
