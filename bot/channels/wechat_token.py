"""WeChat's access token: shared by all processes, asked for once however many wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bot.channel import Misconfigured, NotConnected, SendError, Unparseable
from bot.channels.wechat_codes import STALE_TOKEN
from bot.channels.wechat_settings import WeChatSettings
from bot.channels.wechat_wire import Answer, Wire
from handlers.tokens import shared_token
from models.conversation import OutgoingStatus
from models.people import System

# a token of its own: unlike /cgi-bin/token, asking for it does not end the one before
_PATH: Final = "/cgi-bin/stable_token"
_CHANNEL: Final = System.WECHAT.channel
# so long a process does not look whether another one has fetched anew
_KNOWN_FOR: Final = 60.0
# a refused token that comes back as the fresh one is not asked for again at once
_SAME_FOR: Final = 30.0


class AccessToken:
    """The token of one account, as this process knows it."""

    def __init__(self, wire: Wire, settings: WeChatSettings, clock: Callable[[], datetime]) -> None:
        self._wire, self._settings, self._clock = wire, settings, clock
        self._known = ""
        self._known_until = self._same_until = 0.0
        self._fetching: asyncio.Task[str] | None = None

    async def get(self, stale: str = "") -> str:
        """Return a token other than `stale`, where WeChat gives one.

        Raises SendError of the kinds that say: no message has gone.
        """
        token = await self._get(stale)
        # it may be the fetch of somebody who did not know yet that it is stale
        return token if token != stale else await self._get(stale)

    async def _get(self, stale: str) -> str:
        now = asyncio.get_running_loop().time()
        usable = self._known != stale or now < self._same_until
        if self._known and usable and now < self._known_until:
            return self._known
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._fetch(stale))
            self._fetching.add_done_callback(self._fetched)
        return await asyncio.shield(self._fetching)

    async def _fetch(self, stale: str) -> str:
        try:
            token = await shared_token(_CHANNEL, self._clock(), self._ask, stale=stale)
        except SendError as fault:
            if fault.status is OutgoingStatus.UNKNOWN:
                # whatever became of the question, the message itself has not gone
                raise NotConnected(f"token: {fault.said}") from None
            raise
        now = asyncio.get_running_loop().time()
        self._known, self._known_until = token, now + _KNOWN_FOR
        if token == stale:
            self._same_until = now + _SAME_FOR
        return token

    def _fetched(self, fetching: asyncio.Task[str]) -> None:
        self._fetching = None
        if not fetching.cancelled():
            # read it: everybody who waited may be gone
            fetching.exception()

    async def _ask(self) -> tuple[str, timedelta]:
        body = {
            "grant_type": "client_credential",
            "appid": self._settings.app_id,
            "secret": self._settings.secret.get_secret_value(),
            "force_refresh": False,
        }
        return _token_in(await self._wire.post(_PATH, body, {}))


def _token_in(answer: Answer) -> tuple[str, timedelta]:
    fault = answer.fault
    if answer.code in STALE_TOKEN:
        raise Misconfigured(f"token: {answer.code} AppID or AppSecret")
    if fault is not None:
        raise fault
    token, seconds = answer.content.get("access_token"), answer.content.get("expires_in")
    if not isinstance(token, str) or not token or not isinstance(seconds, int) or seconds <= 0:
        raise Unparseable("no token")
    return token, timedelta(seconds=seconds)
