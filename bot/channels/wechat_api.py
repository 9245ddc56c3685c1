"""Calls to WeChat's interfaces with the shared token; a stale one is fetched anew once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Final

from bot.channel import Unexpected
from bot.channels.wechat_codes import STALE_TOKEN
from bot.channels.wechat_settings import WeChatSettings
from bot.channels.wechat_token import AccessToken
from bot.channels.wechat_wire import Answer, Query, Wire, answer_in

SEND: Final = "/cgi-bin/message/custom/send"
SEND_TEMPLATE: Final = "/cgi-bin/message/template/send"
SEND_NOTICE: Final = "/cgi-bin/message/subscribe/bizsend"
TEMPLATES: Final = "/cgi-bin/template/get_all_private_template"
NOTICES: Final = "/wxaapi/newtmpl/gettemplate"
CLERKS: Final = "/cgi-bin/customservice/getkflist"
MENU: Final = "/cgi-bin/menu/create"
_MEDIA: Final = "/cgi-bin/media/get"
_LARGEST_FILE: Final = 10 * 1024 * 1024
_JSON: Final = frozenset({"application/json", "text/plain"})


class WeChatApi:
    """The interfaces of one account."""

    def __init__(self, settings: WeChatSettings, clock: Callable[[], datetime]) -> None:
        self._wire = Wire(settings.api_url)
        self.token = AccessToken(self._wire, settings, clock)

    async def start(self) -> None:
        """Open the connection."""
        await self._wire.start()

    async def close(self) -> None:
        """Let go of it."""
        await self._wire.close()

    async def post(self, path: str, body: Mapping[str, Any]) -> Answer:
        """Post; whatever WeChat answered is returned. Raises SendError where it did not answer."""
        return await self._with_token(lambda query: self._wire.post(path, body, query))

    async def get(self, path: str) -> Answer:
        """Ask; as `post`."""
        return await self._with_token(lambda query: self._wire.get(path, query))

    async def media(self, media_id: str) -> bytes:
        """Load a file somebody sent, at most 10 MB; raises SendError."""
        body = b""

        async def load(query: Query) -> Answer:
            nonlocal body
            wanted = {**query, "media_id": media_id}
            loaded = await self._wire.load(_MEDIA, wanted, _LARGEST_FILE)
            if loaded.kind in _JSON:
                return answer_in(loaded.body)
            body = loaded.body
            return Answer(0, "", {})

        answer = await self._with_token(load)
        if answer.fault is not None:
            raise answer.fault
        if not body:
            raise Unexpected("no file")
        return body

    async def _with_token(self, call: Callable[[Query], Awaitable[Answer]]) -> Answer:
        token = await self.token.get()
        answer = await call({"access_token": token})
        if answer.code not in STALE_TOKEN:
            return answer
        return await call({"access_token": await self.token.get(stale=token)})
