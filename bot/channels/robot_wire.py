"""One HTTP post to a group robot, and what its outcome means (reliability 2.2)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import aiohttp
from aiohttp import hdrs

from bot.channel import (
    Misconfigured,
    NotConnected,
    OutcomeUnknown,
    Rejected,
    SendError,
    Throttled,
    Unexpected,
    Unparseable,
)
from handlers.room.groups import Group

_TIMEOUT: Final = aiohttp.ClientTimeout(total=10, sock_connect=5)
_LONGEST_ANSWER: Final = 64 * 1024
_LONGEST_SAID: Final = 120
_OK: Final = 200
_BAD_REQUEST: Final = 400
_TOO_MANY: Final = 429
_SERVER_FAULTS: Final = 500
# unless it says how long to wait
_UNUSUAL_WAIT: Final = timedelta(minutes=1)
_LONGEST_WAIT: Final = timedelta(hours=1)
# said before the body was read: the robot surely has not got it
_NOT_TAKEN: Final = frozenset({408, 503})
_REFUSED: Final = frozenset({401, 403, 404})


class RobotWire:
    """The connection to one maker's robots."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._http: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Open it."""
        self._http = aiohttp.ClientSession(timeout=_TIMEOUT)

    async def close(self) -> None:
        """Close it; also when it was never opened."""
        if self._http is not None:
            await self._http.close()

    async def post(
        self, path: str, body: Mapping[str, Any], query: Mapping[str, str] | None = None
    ) -> Mapping[str, Any]:
        """Post JSON in real UTF-8 and return the answer's; raises SendError.

        What aiohttp says of a fault names the address with its key, so none of it is passed on.
        """
        if self._http is None:
            raise NotConnected("not started")
        content = json.dumps(body, ensure_ascii=False).encode()
        sending = self._http.post(
            f"{self._base_url}{path}",
            params=query,
            data=content,
            headers={hdrs.CONTENT_TYPE: "application/json; charset=utf-8"},
            allow_redirects=False,
        )
        try:
            async with sending as answer:
                return _read(answer, await _beginning(answer))
        except (aiohttp.ClientError, TimeoutError, OSError) as fault:
            raise _broken(fault) from None


def provider_fault(kind: type[SendError], code: object, said: object, group: Group) -> SendError:
    """Make a fault of what a provider said, without the group's key in it."""
    words = " ".join(f"{code} {said}".split())
    for secret in filter(None, (group.address, group.secret)):
        words = words.replace(secret, "…")
    return kind(words[:_LONGEST_SAID])


def _broken(fault: Exception) -> SendError:
    kind = type(fault).__name__
    if isinstance(fault, aiohttp.InvalidURL):
        return Misconfigured(kind)
    # refused, no such name, a bad certificate, no answer to the knock: nothing was sent
    if isinstance(fault, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return NotConnected(kind)
    return OutcomeUnknown(kind)


async def _beginning(answer: aiohttp.ClientResponse) -> bytes:
    said = bytearray()
    async for chunk in answer.content.iter_chunked(_LONGEST_ANSWER):
        said += chunk
        if len(said) > _LONGEST_ANSWER:
            raise Unparseable("too long")
    return bytes(said)


def _read(answer: aiohttp.ClientResponse, said: bytes) -> Mapping[str, Any]:
    """Read the answer; Feishu's gateway says its code with a 400 as well."""
    if answer.status == _TOO_MANY:
        raise Throttled(f"HTTP {_TOO_MANY}", after=_wait(answer))
    try:
        content = json.loads(said)
    except ValueError:
        content = None
    if answer.status == _OK and not isinstance(content, dict):
        raise Unparseable("no JSON object")
    told = isinstance(content, dict) and any(content.get(key) for key in ("code", "errcode"))
    if answer.status == _OK or (answer.status == _BAD_REQUEST and told):
        known: Mapping[str, Any] = content
        return known
    raise _refusal(answer.status)


def _wait(answer: aiohttp.ClientResponse) -> timedelta:
    told = answer.headers.get(hdrs.RETRY_AFTER, "")
    wait = timedelta(seconds=int(told[:6])) if told.isdecimal() else _UNUSUAL_WAIT
    return min(wait, _LONGEST_WAIT)


def _refusal(status: int) -> SendError:
    words = f"HTTP {status}"
    if status in _NOT_TAKEN:
        return NotConnected(words)
    if status in _REFUSED:
        return Misconfigured(words)
    if status >= _SERVER_FAULTS:
        return OutcomeUnknown(words)
    return Rejected(words) if status >= _BAD_REQUEST else Unexpected(words)
