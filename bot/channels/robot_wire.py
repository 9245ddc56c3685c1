"""One HTTP post to a group robot, and what its outcome means (reliability 2.2)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from aiohttp import hdrs

from bot.channel import Rejected, SendError, Unexpected
from bot.channels.http_call import Answer, Caller
from handlers.room.groups import Group

_LONGEST_SAID: Final = 120
_OK: Final = 200
_BAD_REQUEST: Final = 400
_JSON: Final = {hdrs.CONTENT_TYPE: "application/json; charset=utf-8"}


class RobotWire:
    """The connection to one maker's robots."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._caller = Caller()

    async def start(self) -> None:
        """Open it."""
        await self._caller.start()

    async def close(self) -> None:
        """Close it; also when it was never opened."""
        await self._caller.close()

    async def post(
        self, path: str, body: Mapping[str, Any], query: Mapping[str, str] | None = None
    ) -> Mapping[str, Any]:
        """Post JSON in real UTF-8 and return the answer's; raises SendError."""
        content, url = json.dumps(body, ensure_ascii=False).encode(), f"{self._base_url}{path}"
        return _read(
            await self._caller.call(hdrs.METH_POST, url, params=query, data=content, headers=_JSON)
        )


def provider_fault(kind: type[SendError], code: object, said: object, group: Group) -> SendError:
    """Make a fault of what a provider said, without the group's key in it."""
    words = " ".join(f"{code} {said}".split())
    for secret in filter(None, (group.address, group.secret)):
        words = words.replace(secret, "…")
    return kind(words[:_LONGEST_SAID])


def _read(answer: Answer) -> Mapping[str, Any]:
    if answer.status == _OK:
        return answer.json()
    if answer.status == _BAD_REQUEST and (told := _told(answer)):
        return told
    kind = Rejected if answer.status >= _BAD_REQUEST else Unexpected
    raise answer.fault or kind(f"HTTP {answer.status}")


def _told(answer: Answer) -> Mapping[str, Any]:
    """Return what a 400 says: Feishu's gateway tells its code with one."""
    with suppress(SendError):
        content = answer.json()
        return content if any(content.get(key) for key in ("code", "errcode")) else {}
    return {}
