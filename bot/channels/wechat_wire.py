"""HTTP to WeChat's interfaces: JSON in real UTF-8, and what its answer says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import hdrs

from bot.channel import Rejected, SendError, Unparseable
from bot.channels import http_call
from bot.channels.wechat_codes import fault_of

_LARGEST_ANSWER: Final = 1024 * 1024
_REFUSED: Final = 400
_JSON: Final = {hdrs.CONTENT_TYPE: "application/json; charset=utf-8"}

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


class Wire:
    """The connection to WeChat's interfaces; open between `start` and `close`."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._caller = http_call.Caller()

    async def start(self) -> None:
        """Open it, within the running loop."""
        await self._caller.start()

    async def close(self) -> None:
        """Let go of it; also when it was never opened."""
        await self._caller.close()

    async def post(self, path: str, body: Mapping[str, Any], query: Query) -> Answer:
        """Post JSON; raises NotConnected, OutcomeUnknown, Throttled, Misconfigured, Unparseable.

        Characters written as escapes would be refused, or shown to the patient as they stand.
        """
        content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        loaded = await self._call(hdrs.METH_POST, path, query, data=content, headers=_JSON)
        return answer_in(loaded.body)

    async def get(self, path: str, query: Query) -> Answer:
        """Ask; raises as `post`."""
        return answer_in((await self._call(hdrs.METH_GET, path, query)).body)

    async def load(self, path: str, query: Query, largest: int) -> http_call.Answer:
        """Load a file, or the JSON that says why there is none."""
        return await self._call(hdrs.METH_GET, path, query, largest=largest)

    async def _call(self, method: str, path: str, query: Query, **more: Any) -> http_call.Answer:
        url = f"{self._base_url}{path}"
        known = {"largest": _LARGEST_ANSWER, **more}
        loaded = await self._caller.call(method, url, params=query, **known)
        if loaded.status >= _REFUSED:
            raise loaded.fault or Rejected(f"HTTP {loaded.status}")
        return loaded


def answer_in(body: bytes) -> Answer:
    """Read JSON with an errcode, whatever it calls itself; lists come without. Or Unparseable."""
    try:
        content = json.loads(body)
    except ValueError:
        content = None
    code = content.get("errcode", 0) if isinstance(content, dict) else None
    if not isinstance(content, dict) or not isinstance(code, int):
        raise Unparseable("no answer of WeChat's")
    return Answer(code, str(content.get("errmsg", "")), content)
