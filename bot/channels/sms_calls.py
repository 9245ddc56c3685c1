"""One call to a provider: what surely did not arrive is told from what may have (R2.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import aiohttp
import orjson

from bot.channel import (
    Misconfigured,
    NotConnected,
    OutcomeUnknown,
    SendError,
    Throttled,
    Unparseable,
)

_TOTAL: Final = 10
_CONNECT: Final = 5
_LARGEST: Final = 64 * 1024
_PAUSE: Final = timedelta(seconds=2)
_LONGEST_PAUSE: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the body and how long we are asked to wait."""

    status: int
    body: bytes = field(repr=False)
    retry_after: str = ""

    @property
    def fault(self) -> SendError | None:
        """What the status alone says, for a body without a code of the provider's."""
        if self.status == _TOO_FAST:
            return Throttled("429", after=_pause(self.retry_after))
        if self.status in _NOT_TAKEN:
            return NotConnected(str(self.status))
        if self.status in _REFUSED:
            return Misconfigured(str(self.status))
        return OutcomeUnknown(str(self.status)) if self.status >= _SERVERS else None

    def json(self) -> dict[str, Any]:
        """Read a JSON object; raises the fault of the status, else Unparseable."""
        try:
            read = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            read = None
        if isinstance(read, dict):
            return read
        raise self.fault or Unparseable(f"{self.status} no JSON")


_TOO_FAST: Final = 429
_NOT_TAKEN: Final = (408, 503)
_REFUSED: Final = (401, 403, 404, 407)
_SERVERS: Final = 500


class Torn(aiohttp.ClientError):
    """The line broke after the request had gone."""


async def once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Send a request once: aiohttp itself repeats a GET when the line breaks, a second SMS."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as fault:
        raise Torn from fault


class Caller:
    """The HTTP client of one provider; open between `start` and `close`."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Open the client, within the running loop."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            middlewares=(once,),
            timeout=aiohttp.ClientTimeout(total=_TOTAL, sock_connect=_CONNECT),
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def close(self) -> None:
        """Let go of it."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def call(
        self,
        method: str,
        url: Any,
        *,
        headers: Mapping[str, str] | None = None,
        data: Any = None,
    ) -> Answer:
        """Call once; raises NotConnected, OutcomeUnknown or Misconfigured and nothing else."""
        if self._session is None:
            raise NotConnected("not started")
        try:
            async with self._session.request(
                method, url, headers=headers, data=data, allow_redirects=False
            ) as response:
                body = await response.content.read(_LARGEST)
                after = response.headers.get("Retry-After", "")
                return Answer(response.status, body, after)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as fault:
            raise NotConnected(type(fault).__name__) from None
        except aiohttp.InvalidURL:
            raise Misconfigured("no such URL") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as fault:
            raise OutcomeUnknown(type(fault).__name__) from None


def _pause(seconds: str) -> timedelta:
    """Read Retry-After in seconds; a date, or nonsense, is a short pause."""
    if not seconds.isascii() or not seconds.isdigit():
        return _PAUSE
    return min(timedelta(seconds=min(int(seconds), 86400)), _LONGEST_PAUSE)
