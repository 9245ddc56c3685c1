"""A patient's questions by telegram-test-api, a Bot API of others: asked for, and called with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pytest
from aiohttp import ClientSession, web

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_settings import TelegramSettings
from bot.outbox import Outbox
from bot.taking import Inbox
from models.conversation import Inbound, InboundKind, Outgoing, OutgoingStatus
from models.people import ContactKind, ContactPoint, System
from tests.handlers.ward import Ward, a_ward
from tests.peers.running import Peer, PeerFailed, a_node_peer, free_port

WHO: Final = 77000001
TOKEN: Final = "4200001:TESTS-of-suifang-token"
SECRET: Final = "tests-secret-of-the-webhook"
PERSON: Final = {"id": WHO, "is_bot": False, "first_name": "甲"}
CHAT: Final = {"id": WHO, "type": "private", "first_name": "甲"}
_LOOKS: Final = 300
_PAUSE: Final = 0.1


@dataclass(slots=True)
class Chat:
    """A patient with the peer's own client at the other end, and the ward behind the channel."""

    ward: Ward
    inbox: Inbox
    peer: Peer
    http: ClientSession
    mode: str

    async def shown(self) -> dict[str, Any]:
        """Wait for what the bot says next."""
        for _ in range(_LOOKS):
            found = await self._post("getUpdates", token=TOKEN, chatId=WHO)
            if found["result"]:
                said: dict[str, Any] = found["result"][0]
                return said
            await asyncio.sleep(_PAUSE)
        raise PeerFailed("the bot said nothing")

    async def write(self, text: str) -> None:
        """Write to the bot."""
        said = {"date": 1_795_312_800, "text": text, "from": PERSON, "chat": CHAT}
        await self._post("sendMessage", botToken=TOKEN, **said)
        await self._heard()

    async def press(self, said: dict[str, Any], place: int = 0) -> None:
        """Press a button below what the bot said."""
        buttons = [one for row in said["message"]["reply_markup"]["inline_keyboard"] for one in row]
        below = {"message_id": said["messageId"], "date": 1_795_312_800, "chat": CHAT}
        pressed = {"data": buttons[place]["callback_data"], "from": PERSON, "message": below}
        await self._post("sendCallback", botToken=TOKEN, **pressed)
        await self._heard()

    async def _heard(self) -> None:
        """Let the channel hear it, twice where the peer calls us: Telegram may do so too."""
        before = await Inbound.all().count()
        if self.mode == "webhook":
            assert await self.peer.ask("bring", token=TOKEN, twice=True) == [200, 200]
        for _ in range(_LOOKS):
            if await Inbound.all().count() > before:
                break
            await asyncio.sleep(_PAUSE)
        await self.inbox.settle()

    async def _post(self, path: str, **fields: Any) -> Any:
        async with self.http.post(f"{self.peer.url}/{path}", json=fields) as answer:
            assert answer.status == 200
            return await answer.json()


@pytest.fixture(params=["polling", "webhook"])
async def chat(
    request: pytest.FixtureRequest, sqlite_database: str, tmp_path: Path
) -> AsyncIterator[Chat]:
    """A patient who is served by Telegram, before the first question."""
    assert sqlite_database
    ward = await a_ward()
    await _lives_in_telegram(ward)
    async with (
        a_node_peer("telegram.js") as peer,
        _channel(ward, peer, request.param, tmp_path) as inbox,
        ClientSession() as http,
    ):
        yield Chat(ward, inbox, peer, http, request.param)


async def _lives_in_telegram(ward: Ward) -> None:
    known = ward.contact_point
    await ContactPoint.filter(id=known.id).delete()
    ward.contact_point = await ContactPoint.create(
        respondent_id=known.respondent_id,
        system=System.TELEGRAM,
        value=str(WHO),
        kind=ContactKind.CHAT,
        status="ok",
        verified_at=ward.now,
    )


@asynccontextmanager
async def _channel(ward: Ward, peer: Peer, mode: str, folder: Path) -> AsyncIterator[Inbox]:
    """Open the channel with inbox and outbox, as the running desk has them."""
    port = free_port()
    ward.desk = replace(ward.desk, public_url=f"http://127.0.0.1:{port}")
    ward.desk.channels = frozenset({TelegramChannel.name})

    async def drain(channel: str, conversation_id: Any) -> int:
        return await ward.outbox.drain_conversation(channel, conversation_id, ward.now)

    inbox = Inbox(ward.desk, lambda: ward.now, drain, folder)
    told = TelegramSettings(
        token=TOKEN,
        mode=mode,
        webhook_secret=SECRET,
        api_url=peer.url,
        patients=True,
        _env_file=None,
    )
    channel = TelegramChannel(told, inbox.take, lambda: ward.now, ward.desk)
    ward.outbox = Outbox(ward.desk, {channel.name: channel})
    async with _served(channel, port):
        yield inbox


@asynccontextmanager
async def _served(channel: TelegramChannel, port: int) -> AsyncIterator[None]:
    app = web.Application()
    app.add_routes(channel.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await channel.start()
    try:
        yield
    finally:
        await channel.close()
        await runner.cleanup()


async def test_a_round_of_questions_is_asked_and_answered(chat: Chat) -> None:
    await chat.ward.until("2026-11-23T11:30")
    asked = await chat.shown()
    await chat.press(asked)
    row = await Inbound.get()
    assert (row.kind, row.channel) == (InboundKind.CHOICE, "telegram")
    assert (await chat.shown())["messageId"] > asked["messageId"]
    accepted = await Outgoing.filter(status=OutgoingStatus.ACCEPTED).order_by("position")
    assert str(asked["messageId"]) in {one.provider_id for one in accepted}


async def test_danger_in_words_is_answered_with_120(chat: Chat) -> None:
    await chat.ward.until("2026-11-23T11:30")
    await chat.shown()
    await chat.write("胸口像压了块石头")
    assert "120" in (await chat.shown())["message"]["text"]
    assert await Inbound.all().count() == 1


async def test_who_does_not_know_the_secret_is_not_heard(chat: Chat) -> None:
    if chat.mode == "polling":
        assert not await chat.peer.ask("hooked")
        return
    said = {"date": 1_795_312_800, "text": "在吗", "from": PERSON, "chat": CHAT}
    await chat._post("sendMessage", botToken=TOKEN, **said)
    assert await chat.peer.ask("bring", token=TOKEN, secret="wrong" * 4) == [401]
    assert not await Inbound.all().count()
