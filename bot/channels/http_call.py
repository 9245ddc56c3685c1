"""One HTTP call to a provider: what surely did not arrive is told from what may have (R2.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import aiohttp
import orjson
from aiohttp import hdrs

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
# shorter than theirs, so that we do not write to a line they are just closing
_KEPT_ALIVE: Final = 10
_LARGEST: Final = 64 * 1024
_PAUSE: Final = timedelta(minutes=1)
_LONGEST_PAUSE: Final = timedelta(hours=1)
_TOO_FAST: Final = 429
# said before the body was read: they surely have not got it
_NOT_TAKEN: Final = (408, 503)
_REFUSED: Final = (401, 403, 404, 407)
_SERVERS: Final = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `after` is how long to wait, should that be what it says."""

    status: int
    body: bytes = field(repr=False)
    kind: str = ""
    after: timedelta = _PAUSE

    @property
    def fault(self) -> SendError | None:
        """What the status alone says, for a body without a code of the provider's."""
        said = f"HTTP {self.status}"
        if self.status == _TOO_FAST:
            return Throttled(said, after=self.after)
        if self.status in _NOT_TAKEN:
            return NotConnected(said)
        if self.status in _REFUSED:
            return Misconfigured(said)
        return OutcomeUnknown(said) if self.status >= _SERVERS else None

    def json(self) -> dict[str, Any]:
        """Read a JSON object; raises the fault of the status, else Unparseable."""
        try:
            read = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            read = None
        if isinstance(read, dict):
            return read
        raise self.fault or Unparseable(f"HTTP {self.status} no JSON")


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
    """The HTTP client of one provider; open between `start` and `close`.

    `pause` is how long to wait where it says only that we are too fast; `sends_by_get`: a GET
    hands a message over, and must never be repeated.
    """

    def __init__(self, *, pause: timedelta = _PAUSE, sends_by_get: bool = False) -> None:
        self._pause = pause
        self._middlewares = (once,) if sends_by_get else ()
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Open the client, within the running loop."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEPT_ALIVE),
            middlewares=self._middlewares,
            timeout=aiohttp.ClientTimeout(total=_TOTAL, sock_connect=_CONNECT),
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def close(self) -> None:
        """Let go of it; also when it was never opened."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def call(self, method: str, url: Any, *, largest: int = _LARGEST, **more: Any) -> Answer:
        """Call once, with `params`, `headers` and `data` as aiohttp takes them.

        Raises NotConnected, OutcomeUnknown, Misconfigured or Unparseable. What aiohttp says of a
        fault names the address, with the key that may stand in it: none of it is passed on.
        """
        if self._session is None:
            raise NotConnected("not started")
        calling = self._session.request(method, url, allow_redirects=False, **more)
        try:
            async with calling as answer:
                body = await _body(answer, largest)
                return Answer(answer.status, body, answer.content_type, self._after(answer))
        except (aiohttp.ClientError, TimeoutError, OSError) as fault:
            raise _broken(fault) from None

    def _after(self, answer: aiohttp.ClientResponse) -> timedelta:
        """Read Retry-After in seconds; a date, or nonsense, is the usual pause."""
        told = answer.headers.get(hdrs.RETRY_AFTER, "")
        if not told.isascii() or not told.isdigit():
            return self._pause
        return min(timedelta(seconds=int(told[:6])), _LONGEST_PAUSE)


async def _body(answer: aiohttp.ClientResponse, largest: int) -> bytes:
    body = bytearray()
    async for chunk in answer.content.iter_any():
        body += chunk
        if len(body) > largest:
            raise Unparseable("too large")
    return bytes(body)


def _broken(fault: Exception) -> SendError:
    kind = type(fault).__name__
    if isinstance(fault, aiohttp.InvalidURL):
        return Misconfigured(kind)
    # refused, no such name, a bad certificate, no answer to the knock: nothing was sent
    if isinstance(fault, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return NotConnected(kind)
    return OutcomeUnknown(kind)
