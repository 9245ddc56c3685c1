"""The WeCom group robot: plain text of at most 2,048 bytes, 20 a minute."""

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
from bot.channels.robot_wire import RobotWire, provider_fault
from bot.channels.robots_settings import GroupsSettings
from bot.group_channel import PostLine
from handlers.room.groups import Group

_TOO_FAST: Final = frozenset({45009, 45033})
_A_MINUTE: Final = timedelta(minutes=1)
_FAULTS: Final[dict[int, type[SendError]]] = {
    -1: NotConnected,  # busy, to be tried again
    40008: Invalid,  # kind of message
    40033: Invalid,  # characters
    40058: Invalid,  # a field, or too long
    44004: Invalid,  # empty
    45002: Invalid,  # too long
    60020: Misconfigured,  # our IP address
    93000: Misconfigured,  # key
    93004: Misconfigured,  # robot switched off
    93008: Misconfigured,  # robot no longer in the group
}


class WecomRobot:
    """Posts to WeCom groups; the key in the address is the only secret."""

    name = "wecom"
    limit = 2048

    def __init__(self, settings: GroupsSettings, clock: Callable[[], datetime]) -> None:
        del clock  # nothing is signed with the time
        self._wire = RobotWire(settings.wecom_url)

    async def start(self) -> None:
        """Open the connection."""
        await self._wire.start()

    async def close(self) -> None:
        """Close it."""
        await self._wire.close()

    async def post(self, group: Group, lines: Sequence[PostLine]) -> str:
        """Post as text, which no ward's name can turn into markup; the robot gives no id."""
        text: dict[str, object] = {"content": "\n".join(line.text for line in lines)}
        if group.mentions and any(line.urgent for line in lines):
            text["mentioned_list"] = ["@all"]
        body = {"msgtype": "text", "text": text}
        answer = await self._wire.post("/cgi-bin/webhook/send", body, {"key": group.address})
        code = answer.get("errcode")
        if not isinstance(code, int):
            raise Unparseable("no errcode")
        if code in _TOO_FAST:
            raise Throttled(str(code), after=_A_MINUTE)
        if code:
            raise provider_fault(_FAULTS.get(code, Rejected), code, answer.get("errmsg"), group)
        return ""
