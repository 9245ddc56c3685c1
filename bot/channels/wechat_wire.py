"""HTTP to WeChat's interfaces: JSON in real UTF-8, and what surely did not arrive told apart."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
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
    Unparseable,
)
from bot.channels.wechat_codes import fault_of

_TIMEOUT: Final = aiohttp.ClientTimeout(total=10, sock_connect=5)
# shorter than theirs, so that we do not write to a line they are just closing
_KEPT_ALIVE: Final = 10
_LARGEST_ANSWER: Final = 1024 * 1024
_TOO_MANY: Final = 429
_REFUSED: Final = 400
_SERVERS: Final = 500
# said before the body was read: they surely have not got it
_NOT_TAKEN: Final = frozenset({408, 503})
_PAUSE: Final = timedelta(minutes=1)

Query = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What WeChat answered: `code` is its errcode, 0 for success."""

    code: int
    words: str = field(repr=False)
    content: Mapping[str, Any] = field(repr=False)

    @property
    def fault(self) -> SendError | None:
        """What the errcode means for a message."""
        return fault_of(self.code, self.words)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A body as it came."""

    status: int
    kind: str
    body: bytes = field(repr=False)


class Wire:
    """The connection to WeChat's interfaces; open between `start` and `close`."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Open it, within the running loop."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEPT_ALIVE),
            timeout=_TIMEOUT,
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def close(self) -> None:
        """Let go of it; also when it was never opened."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def post(self, path: str, body: Mapping[str, Any], query: Query) -> Answer:
        """Post JSON; raises NotConnected, OutcomeUnknown, Throttled, Misconfigured, Unparseable.

        Characters written as escapes would be refused, or shown to the patient as they stand.
        """
        content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        return _read(await self._call(hdrs.METH_POST, path, query, content))

    async def get(self, path: str, query: Query) -> Answer:
        """Ask; raises as `post`."""
        return _read(await self._call(hdrs.METH_GET, path, query))

    async def load(self, path: str, query: Query, largest: int) -> Loaded:
        """Load a file, or the JSON that says why there is none."""
        loaded = await self._call(hdrs.METH_GET, path, query, largest=largest)
        if loaded.status >= _REFUSED:
            raise _of_status(loaded.status)
        return loaded

    async def _call(
        self,
        method: str,
        path: str,
        query: Query,
        content: bytes | None = None,
        *,
        largest: int = _LARGEST_ANSWER,
    ) -> Loaded:
        if self._session is None:
            raise NotConnected("not started")
        calling = self._session.request(
            method,
            f"{self._base_url}{path}",
            params=query,
            data=content,
            headers={hdrs.CONTENT_TYPE: "application/json; charset=utf-8"} if content else None,
            allow_redirects=False,
        )
        try:
            async with calling as answer:
                return await _loaded(answer, largest)
        except (aiohttp.ClientError, TimeoutError, OSError) as fault:
            # its words name the address, and with it the token
            raise _broken(fault) from None


async def _loaded(answer: aiohttp.ClientResponse, largest: int) -> Loaded:
    body = bytearray()
    async for chunk in answer.content.iter_any():
        body += chunk
        if len(body) > largest:
            raise Unparseable("too large")
    return Loaded(answer.status, answer.content_type, bytes(body))


def _broken(fault: Exception) -> SendError:
    kind = type(fault).__name__
    if isinstance(fault, aiohttp.InvalidURL):
        return Misconfigured(kind)
    # refused, no such name, a bad certificate, no answer to the knock: nothing was sent
    if isinstance(fault, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return NotConnected(kind)
    return OutcomeUnknown(kind)


def _read(loaded: Loaded) -> Answer:
    """Read an answer, whatever it calls itself: it is often text/plain."""
    if loaded.status >= _REFUSED:
        raise _of_status(loaded.status)
    return answer_in(loaded.body)


def answer_in(body: bytes) -> Answer:
    """Read JSON with an errcode; lists come without one. Raises Unparseable."""
    try:
        content = json.loads(body)
    except ValueError:
        content = None
    code = content.get("errcode", 0) if isinstance(content, dict) else None
    if not isinstance(content, dict) or not isinstance(code, int):
        raise Unparseable("no answer of WeChat's")
    return Answer(code, str(content.get("errmsg", "")), content)


def _of_status(status: int) -> SendError:
    said = f"HTTP {status}"
    if status == _TOO_MANY:
        return Throttled(said, after=_PAUSE)
    if status in _NOT_TAKEN:
        return NotConnected(said)
    return OutcomeUnknown(said) if status >= _SERVERS else Rejected(said)
