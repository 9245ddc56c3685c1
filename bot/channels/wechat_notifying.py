"""Notices for when no message may go: with the person's consent, or to whoever follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from bot.channel import Letter, SendError, WindowClosed
from bot.channels.wechat_api import SEND_NOTICE, SEND_TEMPLATE, WeChatApi
from bot.channels.wechat_codes import NO_CONSENT
from bot.channels.wechat_notices import Filled, Kind, Notices
from bot.channels.wechat_rights import Rights
from bot.channels.wechat_wire import Answer
from handlers.windows import note_consent, return_consent, take_consent
from models.conversation import OutgoingStatus


@dataclass(frozen=True, slots=True)
class Notifier:
    """Sends the notice that is filed for a text, where there is one."""

    api: WeChatApi
    notices: Notices
    clock: Callable[[], datetime]

    async def notify(
        self, letter: Letter, point_id: UUID, rights: Rights, closed: WindowClosed
    ) -> str:
        """Send and return WeChat's id; raises `closed` where no notice may go, else SendError."""
        notice = self.notices.filled(letter.shape, letter.values)
        if notice is None:
            raise closed
        if notice.kind is Kind.TEMPLATE and rights.templates:
            return _id(await self._as_template(letter, notice), letter)
        if notice.kind is Kind.SUBSCRIPTION and rights.notices:
            return _id(await self._with_consent(letter, point_id, notice, closed), letter)
        raise closed

    async def _as_template(self, letter: Letter, notice: Filled) -> Answer:
        # their side takes a copy within ten minutes for the same message
        body = {**_body(letter, notice, "url"), "client_msg_id": letter.key.hex}
        return _taken(await self.api.post(SEND_TEMPLATE, body))

    async def _with_consent(
        self, letter: Letter, point_id: UUID, notice: Filled, closed: WindowClosed
    ) -> Answer:
        template, now = notice.template, self.clock()
        if not await take_consent(point_id, template, now):
            raise closed
        try:
            answer = await self.api.post(SEND_NOTICE, _body(letter, notice, "page"))
            if answer.code == NO_CONSENT:
                await note_consent(point_id, template, now, granted=False, lasting=False)
            return _taken(answer)
        except SendError as fault:
            surely_not_gone = fault.status is not OutgoingStatus.UNKNOWN
            if surely_not_gone and not isinstance(fault, WindowClosed):
                await return_consent(point_id, template, now)
            raise


def _body(letter: Letter, notice: Filled, link: str) -> Mapping[str, Any]:
    data = {name: {"value": value} for name, value in notice.data.items()}
    body = {"touser": letter.address, "template_id": notice.template, "data": data}
    return {**body, link: notice.url} if notice.url else body


def _taken(answer: Answer) -> Answer:
    if answer.fault is not None:
        raise answer.fault
    return answer


def _id(answer: Answer, letter: Letter) -> str:
    """WeChat's id, by which the outcome comes; some answers have none."""
    return str(answer.content.get("msgid") or letter.key.hex)
