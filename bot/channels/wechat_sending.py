"""How a letter gets to a WeChat account: in the open request, in a window, or as a notice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from bot.channel import Invalid, Letter, OutcomeUnknown, SendError, WindowClosed
from bot.channels.wechat_api import SEND, WeChatApi
from bot.channels.wechat_codes import NO_MENUS
from bot.channels.wechat_notifying import Notifier
from bot.channels.wechat_rights import Rights
from bot.channels.wechat_slots import PassiveSlots
from bot.channels.wechat_text import menu_of, parts, text_of
from handlers.channel_events import point_at
from handlers.windows import Window, give_back, shut_window, use_window
from models.conversation import OutgoingStatus
from models.people import System

# the answer to a request has no id of WeChat's
_ANSWERED: Final = "answer:"
_NONE_LEFT: Final = "no message left"
_ANSWERS_ONLY: Final = "this account may only answer"
_MENU: Final = "msgmenu"

Message = Mapping[str, Any]


@dataclass(slots=True)
class Sender:
    """Sends letters; `rights` are what WeChat said the account may do.

    An answer in the request goes its own way: by `head_start` seconds what follows it waits.
    """

    api: WeChatApi
    slots: PassiveSlots
    notifier: Notifier
    clock: Callable[[], datetime]
    rights: Rights = field(default_factory=Rights)
    head_start: float = 0.5
    _answered: set[str] = field(default_factory=set)

    async def send(self, letter: Letter) -> str:
        """Send and return an id; raises SendError.

        An answer within WeChat's request costs nothing of the window, so it comes first; a notice
        is for when the window is shut.
        """
        texts = parts(text_of(letter.bubble))
        if not texts:
            raise Invalid("empty")
        if len(texts) == 1 and self._answer(letter.address, texts[0]):
            return f"{_ANSWERED}{letter.key.hex}"
        if letter.address in self._answered:
            await asyncio.sleep(self.head_start)
        point = await point_at(System.WECHAT, letter.address)
        if point is None:
            raise Invalid("unknown account")
        try:
            return await self._in_window(letter, point.id, texts)
        except WindowClosed as closed:
            return await self.notifier.notify(letter, point.id, self.rights, closed)

    async def say(self, openid: str, text: str) -> None:
        """Send a text to somebody who has just written, known to us or not; raises SendError."""
        self._refuse_without_right()
        point = await point_at(System.WECHAT, openid)
        for part in parts(text):
            if point and await use_window(point.id, self.clock(), urgent=False) is None:
                raise WindowClosed(_NONE_LEFT)
            await self._post(_text(openid, part))

    def _answer(self, openid: str, text: str) -> bool:
        if not self.slots.offer(openid, text):
            return False
        self._answered.add(openid)
        asyncio.get_running_loop().call_later(self.head_start, self._answered.discard, openid)
        return True

    async def _in_window(self, letter: Letter, point_id: UUID, texts: Sequence[str]) -> str:
        """Send all parts, counted off before the first one goes."""
        self._refuse_without_right()
        messages = self._messages(letter, texts)
        began = self.clock()
        used = await self._use(point_id, len(messages), urgent=letter.urgent)
        for place, message in enumerate(messages):
            try:
                await self._hand_over(message, letter, texts)
            except SendError as fault:
                await _correct(point_id, used[place:], fault, began)
                if place:
                    # what has gone must not go again with the rest
                    raise OutcomeUnknown(f"part {place + 1}: {fault.said}") from None
                raise
        return letter.key.hex

    def _refuse_without_right(self) -> None:
        if not self.rights.write:
            raise WindowClosed(_ANSWERS_ONLY)

    def _messages(self, letter: Letter, texts: Sequence[str]) -> list[Message]:
        menu = menu_of(letter.bubble) if self.rights.menus and len(texts) == 1 else None
        if menu is not None:
            return [{"touser": letter.address, "msgtype": _MENU, "msgmenu": menu}]
        return [_text(letter.address, text) for text in texts]

    async def _use(self, point_id: UUID, count: int, *, urgent: bool) -> list[Window]:
        used: list[Window] = []
        while len(used) < count:
            window = await use_window(point_id, self.clock(), urgent=urgent)
            if window is None:
                await _give_all_back(point_id, used)
                raise WindowClosed(_NONE_LEFT)
            used.append(window)
        return used

    async def _hand_over(self, message: Message, letter: Letter, texts: Sequence[str]) -> None:
        """Where menus are refused the same goes as a text, until the account is probed again."""
        answer = await self.api.post(SEND, message)
        if answer.code == NO_MENUS and message["msgtype"] == _MENU:
            self.rights = self.rights.without_menus
            answer = await self.api.post(SEND, _text(letter.address, texts[0]))
        if answer.fault is not None:
            raise answer.fault

    async def _post(self, message: Message) -> None:
        fault = (await self.api.post(SEND, message)).fault
        if fault is not None:
            raise fault


async def _correct(
    point_id: UUID, used: Sequence[Window], fault: SendError, began: datetime
) -> None:
    """Set the ledger right: what surely did not go is counted back, unless nothing may go."""
    if isinstance(fault, WindowClosed):
        await shut_window(point_id, began)
    else:
        perhaps_gone = fault.status is OutgoingStatus.UNKNOWN
        await _give_all_back(point_id, used[1:] if perhaps_gone else used)


async def _give_all_back(point_id: UUID, used: Sequence[Window]) -> None:
    for window in used:
        await give_back(point_id, window)


def _text(openid: str, text: str) -> Message:
    return {"touser": openid, "msgtype": "text", "text": {"content": text}}
