"""How fast we may call: so many messages a second in all, to one chat, and a minute to a group."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.methods import (
    EditMessageReplyMarkup,
    EditMessageText,
    Response,
    SendMessage,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType

from bot.channel import Throttled

# what arrives may have been pressed together on the way
_MARGIN: Final = 1.02
_SECOND: Final = 1.0 * _MARGIN
_MINUTE: Final = 60.0 * _MARGIN
_A_GROUP: Final = 20
_PATIENCE: Final = 5.0
_MOST_CHATS: Final = 10_000
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
        self._chats: dict[int, tuple[Window, ...]] = {}

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Make a call in its turn."""
        if isinstance(method, _COUNTED):
            await self._wait(self._windows_of(method))
            await self._wait((self._all,))
        return await make_request(bot, method)

    async def _wait(self, windows: tuple[Window, ...]) -> None:
        now = self._time()
        at = max((window.next(now) for window in windows), default=now)
        if at - now > _PATIENCE:
            raise Throttled("our own pace")
        for window in windows:
            window.note(at)
        if at > now:
            await self._sleep(at - now)

    def _windows_of(self, method: _Counted) -> tuple[Window, ...]:
        """Return the windows of a chat; the one that was quiet longest is forgotten first.

        With one person only messages count: a keyboard that goes must not hold up the next
        question.
        """
        chat = method.chat_id
        if not isinstance(chat, int) or (chat > 0 and not isinstance(method, SendMessage)):
            return ()
        known = self._chats.pop(chat, None) or _windows(chat)
        self._chats[chat] = known
        if len(self._chats) > _MOST_CHATS:
            del self._chats[next(iter(self._chats))]
        return known


def _windows(chat: int) -> tuple[Window, ...]:
    """Make the windows of a chat; the ids of groups are negative."""
    single = Window(1, _SECOND)
    return (single, Window(_A_GROUP, _MINUTE)) if chat < 0 else (single,)


def _window(per_second: float) -> Window:
    """Spread a rate over a second, or a rate below one over as long as one call needs."""
    return Window(int(per_second), _SECOND) if per_second >= 1 else Window(1, _MARGIN / per_second)
