"""The Feishu (Lark) group robot: signed in its body; 100 a minute and 5 a second, 20 KB."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

from bot.channel import Invalid, Misconfigured, Rejected, SendError, Throttled, Unparseable
from bot.channels.robot_signing import feishu_sign
from bot.channels.robot_wire import RobotWire, provider_fault
from bot.channels.robots_settings import GroupsSettings
from bot.group_channel import PostLine
from handlers.room.groups import Group

_TOO_FAST: Final = frozenset({11232, 11247, 99991400})
_PAUSE: Final = timedelta(seconds=30)
_FAULTS: Final[dict[int, type[SendError]]] = {
    9499: Invalid,  # body
    19002: Invalid,  # a field
    19001: Misconfigured,  # no such hook
    19007: Misconfigured,  # robot switched off
    19021: Misconfigured,  # sign, or our clock
    19022: Misconfigured,  # our IP address
    19024: Misconfigured,  # keyword
}
# a text may call people by tags: a ward's name must not
_NO_TAGS: Final = str.maketrans({"<": "〈", ">": "〉"})


class FeishuRobot:
    """Posts to Feishu groups whose robot checks a signature."""

    name = "feishu"
    # of 20 KB for the whole body, escapes and all
    limit = 9000

    def __init__(self, settings: GroupsSettings, clock: Callable[[], datetime]) -> None:
        self._wire = RobotWire(settings.feishu_url)
        self._clock = clock

    async def start(self) -> None:
        """Open the connection."""
        await self._wire.start()

    async def close(self) -> None:
        """Close it."""
        await self._wire.close()

    async def post(self, group: Group, lines: Sequence[PostLine]) -> str:
        """Post as text; the robot gives no id."""
        text = "\n".join(line.text for line in lines).translate(_NO_TAGS)
        if group.mentions and any(line.urgent for line in lines):
            text += ' <at user_id="all"></at>'
        at = int(self._clock().timestamp())
        body = {
            "timestamp": str(at),
            "sign": feishu_sign(at, group.secret),
            "msg_type": "text",
            "content": {"text": text},
        }
        hook = quote(group.address, safe="")
        answer = await self._wire.post(f"/open-apis/bot/v2/hook/{hook}", body)
        code = answer.get("code", answer.get("StatusCode"))
        if not isinstance(code, int):
            raise Unparseable("no code")
        if code in _TOO_FAST:
            raise Throttled(str(code), after=_PAUSE)
        if code:
            raise provider_fault(_FAULTS.get(code, Rejected), code, answer.get("msg"), group)
        return ""
