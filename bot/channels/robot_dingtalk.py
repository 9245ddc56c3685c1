"""The DingTalk group robot: signed in its address; 20 a minute, then silent for ten."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.channel import (
    Invalid,
    Misconfigured,
    NotConnected,
    Rejected,
    SendError,
    Throttled,
    Unparseable,
)
from bot.channels.robot_signing import dingtalk_sign
from bot.channels.robot_wire import RobotWire, provider_fault
from bot.channels.robots_settings import GroupsSettings
from bot.group_channel import PostLine
from handlers.room.groups import Group

_TOO_FAST: Final = frozenset({130101, 410100})
_MUTED: Final = timedelta(minutes=10)
_FAULTS: Final[dict[int, type[SendError]]] = {
    -1: NotConnected,  # busy, to be tried again
    40035: Invalid,  # a field
    400105: Invalid,  # kind of message
    430101: Invalid,  # a link it does not like
    430102: Invalid,  # a text it does not like
    430104: Invalid,  # the same of both
    300001: Misconfigured,  # token
    300005: Misconfigured,
    310000: Misconfigured,  # sign, keyword or our IP address
    400013: Misconfigured,  # the group is gone
    400101: Misconfigured,
    400102: Misconfigured,  # robot switched off
    400106: Misconfigured,  # robot gone
}


class DingtalkRobot:
    """Posts to DingTalk groups whose robot checks a signature."""

    name = "dingtalk"
    # nothing official below 20 KB; longer than this nobody reads on a phone
    limit = 5000

    def __init__(self, settings: GroupsSettings, clock: Callable[[], datetime]) -> None:
        self._wire = RobotWire(settings.dingtalk_url)
        self._clock = clock

    async def start(self) -> None:
        """Open the connection."""
        await self._wire.start()

    async def close(self) -> None:
        """Close it."""
        await self._wire.close()

    async def post(self, group: Group, lines: Sequence[PostLine]) -> str:
        """Post as text; the robot gives no id."""
        urgent = group.mentions and any(line.urgent for line in lines)
        body = {
            "msgtype": "text",
            "text": {"content": "\n".join(line.text for line in lines)},
            "at": {"isAtAll": urgent},
        }
        answer = await self._wire.post("/robot/send", body, self._query(group))
        code = answer.get("errcode")
        if not isinstance(code, int):
            raise Unparseable("no errcode")
        if code in _TOO_FAST:
            raise Throttled(str(code), after=_MUTED)
        if code:
            raise provider_fault(_FAULTS.get(code, Rejected), code, answer.get("errmsg"), group)
        return ""

    def _query(self, group: Group) -> dict[str, str]:
        at = int(self._clock().timestamp() * 1000)
        sign = dingtalk_sign(at, group.secret)
        return {"access_token": group.address, "timestamp": str(at), "sign": sign}
