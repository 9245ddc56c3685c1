"""A Telegram channel against the tests' own API, and updates as Telegram writes them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

from aiohttp import web

from bot.channels.telegram import PATH, TelegramChannel
from bot.channels.telegram_settings import TelegramSettings
from bot.inbox import Came, Taken
from handlers.desk import Desk
from handlers.room.groups import Group
from models.people import System
from tests.bot.channels.fake_telegram import BOT, TOKEN, FakeTelegram

SECRET = "tests-secret-of-the-webhook"
GROUP = -1002000000001
_numbers = count(7000)


@dataclass(slots=True)
class InboxOfTests:
    """Takes each event once, as the inbox does, and answers what it was told to."""

    came: list[Came] = field(default_factory=list)
    taken: Taken = field(default_factory=Taken)
    fails: list[Exception] = field(default_factory=list)

    async def take(self, system: System, event: Came) -> Taken:
        """Take an event, or fail as planned."""
        assert system is System.TELEGRAM
        if self.fails:
            raise self.fails.pop(0)
        if any(one.external_id == event.external_id for one in self.came):
            return replace(self.taken, repeated=True)
        self.came.append(event)
        return self.taken


@dataclass(slots=True)
class Site:
    """A running channel with its webhook on a port."""

    channel: TelegramChannel
    fake: FakeTelegram
    inbox: InboxOfTests
    url: str

    async def call(self, update: Any, secret: str = SECRET) -> int:
        """Telegram calls with an update; the status of the answer."""
        return await self.fake.call(self.url, update, secret)


@asynccontextmanager
async def a_channel(
    fake: FakeTelegram,
    desk: Desk | None = None,
    clock: Callable[[], datetime] = lambda: datetime(2026, 11, 22, 2, tzinfo=UTC),
    *,
    started: bool = True,
    groups: tuple[Group, ...] = (Group("心内科群", "telegram", str(GROUP)),),
    **settings: Any,
) -> AsyncIterator[Site]:
    """Open a channel in webhook mode, unless the settings say otherwise."""
    known = {"mode": "webhook", "webhook_secret": SECRET, "patients": True, **settings}
    told = TelegramSettings(token=TOKEN, api_url=fake.url, _env_file=None, **known)
    inbox = InboxOfTests()
    desk = desk or Desk("示例医院", public_url="https://suifang.example")
    channel = TelegramChannel(told, inbox.take, clock, desk, groups)
    app = web.Application()
    app.add_routes(channel.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
    if started:
        await channel.start()
    try:
        yield Site(channel, fake, inbox, url)
    finally:
        await channel.close()
        await runner.cleanup()


def person(account: int, **values: Any) -> dict[str, Any]:
    """Somebody as Telegram describes them."""
    return {"id": account, "is_bot": False, "first_name": "甲", **values}


def private(account: int) -> dict[str, Any]:
    """The chat with one person."""
    return {"id": account, "type": "private", "first_name": "甲"}


def group(chat: int = GROUP) -> dict[str, Any]:
    """A group of the staff."""
    return {"id": chat, "type": "supergroup", "title": "心内科"}


def update(**parts: Any) -> dict[str, Any]:
    """An update with a number of its own."""
    return {"update_id": next(_numbers), **parts}


def message(account: int, chat: dict[str, Any] | None = None, **parts: Any) -> dict[str, Any]:
    """A message of somebody, in private unless a chat is given."""
    known = {"message_id": next(_numbers), "date": 1_795_312_800, "from": person(account)}
    return {**known, "chat": chat or private(account), **parts}


def text(account: int, words: str, chat: dict[str, Any] | None = None, **parts: Any) -> Any:
    """An update: somebody wrote."""
    return update(message=message(account, chat, text=words, **parts))


def press(
    account: int,
    data: str,
    chat: dict[str, Any] | None = None,
    markup: Any = None,
    number: int = 55,
) -> Any:
    """An update: somebody pressed a button below the bot's message `number`."""
    chat = chat or private(account)
    known = {"message_id": number, "date": 1_795_312_800, "from": BOT, "chat": chat}
    below = {**known, "text": "?", **({"reply_markup": markup} if markup else {})}
    query = {"id": "9", "from": person(account), "chat_instance": "1", "data": data}
    return update(callback_query={**query, "message": below})


def joined(account: int, chat: dict[str, Any], status: str) -> Any:
    """An update: the bot's own standing in a chat changed."""
    old = {"status": "left", "user": BOT}
    new: dict[str, Any] = {"status": status, "user": BOT}
    if status == "kicked":
        new["until_date"] = 0
    change = {"chat": chat, "from": person(account), "date": 1_795_312_800}
    return update(my_chat_member={**change, "old_chat_member": old, "new_chat_member": new})


def keyboard(*rows: list[tuple[str, str]]) -> dict[str, Any]:
    """Buttons as they stand below a message."""
    buttons = [[{"text": label, "callback_data": data} for label, data in row] for row in rows]
    return {"inline_keyboard": buttons}
