"""How fast we may call: so many messages a second in all, to one chat, and a minute to a group.

What Telegram asks us to wait holds for everybody; in a group, which has a limit of its own, for
that group.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import (
    EditMessageReplyMarkup,
    EditMessageText,
    Response,
    SendMessage,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType

from bot.channel import Held

# what arrives may have been pressed together on the way
_MARGIN: Final = 1.02
_SECOND: Final = 1.0 * _MARGIN
_MINUTE: Final = 60.0 * _MARGIN
_A_GROUP: Final = 20
_PATIENCE: Final = 5.0
_MOST_CHATS: Final = 10_000
_EVERYBODY: Final = 0
_COUNTED: Final = (SendMessage, EditMessageText, EditMessageReplyMarkup)
_Counted = SendMessage | EditMessageText | EditMessageReplyMarkup


class Window:
    """At most `count` calls within any `span` of seconds."""

    def __init__(self, count: int, span: float) -> None:
        self._span = span
        self._last: deque[float] = deque(maxlen=count)

    def next(self, now: float) -> float:
        """Return when the next call may be made."""
        full = len(self._last) == self._last.maxlen
        return max(now, self._last[0] + self._span) if full else now

    def note(self, at: float) -> None:
        """Count a call that is made then; calls come in order."""
        self._last.append(at)


@dataclass(frozen=True, slots=True)
class _Chat:
    """The limits of one chat, and whose turn it is there."""

    windows: tuple[Window, ...]
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class TelegramPace(BaseRequestMiddleware):
    """Lets a call wait a few seconds for its turn, else raises Throttled before anything goes out.

    The limits are Telegram's: 30 messages a second (we stay below), one a second to one chat,
    twenty a minute to one group.
    """

    def __init__(
        self,
        per_second: float,
        time: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._time = time or (lambda: asyncio.get_running_loop().time())
        self._sleep = sleep
        self._all = _window(per_second)
        self._turn = asyncio.Lock()
        self._chats: dict[int, _Chat] = {}
        self._rests: dict[int, float] = {}

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Make a call in its turn."""
        if isinstance(method, _COUNTED):
            await self._take_turn(self._talk_with(method))
            self._refuse_while_resting(_limited(method))
        try:
            return await make_request(bot, method)
        except TelegramRetryAfter as told:
            whom = _limited(method) if isinstance(method, _COUNTED) else _EVERYBODY
            self._rests[whom] = self._time() + told.retry_after
            raise

    def _refuse_while_resting(self, whom: int) -> None:
        """What slept until its turn may wake in a pause that was asked for meanwhile."""
        now = self._time()
        self._rests = {who: until for who, until in self._rests.items() if until > now}
        asked = (self._rests.get(who, now) for who in (_EVERYBODY, whom))
        if (left := max(asked) - now) > 0:
            raise Held("asked to wait", after=timedelta(seconds=left))

    async def _take_turn(self, chat: _Chat) -> None:
        """Wait for the chat, then for everybody; what counts is when the call really goes."""
        async with chat.turn:
            await self._until(chat.windows)
            async with self._turn:
                await self._until((self._all,))
                now = self._time()
                for window in (*chat.windows, self._all):
                    window.note(now)

    async def _until(self, windows: tuple[Window, ...]) -> None:
        """Sleep until all of them have room: a sleep may be too long, and never be too short."""
        while (pause := self._left(windows)) > 0:
            if pause > _PATIENCE:
                raise Held("our own pace")
            await self._sleep(pause)

    def _left(self, windows: tuple[Window, ...]) -> float:
        now = self._time()
        return max((window.next(now) for window in windows), default=now) - now

    def _talk_with(self, method: _Counted) -> _Chat:
        """Return what is known of a chat; the one that was quiet longest is forgotten first.

        With one person only messages count: a keyboard that goes must not hold up the next
        question.
        """
        chat = method.chat_id
        if not isinstance(chat, int) or (chat > 0 and not isinstance(method, SendMessage)):
            return _Chat(())
        known = self._chats.pop(chat, None) or _Chat(_windows(chat))
        self._chats[chat] = known
        if len(self._chats) > _MOST_CHATS:
            del self._chats[next(iter(self._chats))]
        return known


def _limited(method: _Counted) -> int:
    """Say whom a "too many" is about: a group alone, else everybody."""
    chat = method.chat_id
    return chat if isinstance(chat, int) and chat < 0 else _EVERYBODY


def _windows(chat: int) -> tuple[Window, ...]:
    """Make the windows of a chat; the ids of groups are negative."""
    single = Window(1, _SECOND)
    return (single, Window(_A_GROUP, _MINUTE)) if chat < 0 else (single,)


def _window(per_second: float) -> Window:
    """Spread a rate over a second, or a rate below one over as long as one call needs."""
    return Window(int(per_second), _SECOND) if per_second >= 1 else Window(1, _MARGIN / per_second)
