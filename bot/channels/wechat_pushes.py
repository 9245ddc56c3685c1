"""Whether a push comes from WeChat: mode, signature, time, nonce; then what stands in it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from aiohttp import web
from multidict import MultiMapping

from bot.channels.webhook_body import read_whole
from bot.channels.wechat_crypto import MessageKey, UnreadableMessage, is_signed
from bot.channels.wechat_messages import Push, read_push, sealed_reply, text_reply
from bot.channels.wechat_settings import WeChatSettings
from models.people import System

CHANNEL: Final = System.WECHAT.channel
_DRIFT: Final = timedelta(seconds=300)
_LARGEST_SEALED: Final = 128 * 1024
_LARGEST_PLAIN: Final = 64 * 1024
_SIGNATURE: Final = re.compile(r"[0-9a-f]{40}")
_TIMESTAMP: Final = re.compile(r"[0-9]{10}")
_NONCE: Final = re.compile(r"[A-Za-z0-9]{1,64}")
_ECHO: Final = re.compile(r"[A-Za-z0-9_=+/.-]{1,256}")


class Refused(Exception):
    """A request that has no effect; `status` is all that is answered."""

    def __init__(self, status: int = 401) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class Signed:
    """The signed part of a request's address."""

    signature: str
    timestamp: str
    nonce: str


@dataclass(frozen=True, slots=True)
class OpenedPush:
    """A push that is proven; `key` opened it and seals the answer, None in plain mode."""

    push: Push = field(repr=False)
    signed: Signed
    digest: str
    key: MessageKey | None

    @property
    def nonce(self) -> str:
        """Under which the request is kept, once."""
        return f"{self.signed.nonce}:{self.signed.timestamp}"

    def answer(self, text: str, now: datetime) -> str:
        """Write the passive answer to whoever wrote, sealed as the message was."""
        at = int(now.timestamp())
        to, sender = self.push.get("FromUserName"), self.push.get("ToUserName")
        plain = text_reply(to, sender, text, at)
        if self.key is None:
            return plain
        sealed = self.key.seal(plain.encode())
        signature = self.key.sign(str(at), self.signed.nonce, sealed)
        return sealed_reply(sealed, signature, str(at), self.signed.nonce)


class Gate:
    """Lets in what WeChat signed for this account, lately; everything else is refused."""

    def __init__(self, settings: WeChatSettings, clock: Callable[[], datetime]) -> None:
        self._keys = settings.keys
        self._token = settings.token.get_secret_value()
        self._plain = settings.plain_for_tests
        self._clock = clock

    def echo(self, query: MultiMapping[str]) -> str:
        """Return what the console wants to hear when it checks the address; raises Refused."""
        signed = self._signed(query, "signature")
        if not is_signed(signed.signature, self._token, signed.timestamp, signed.nonce):
            raise Refused
        return _one(query, "echostr", _ECHO)

    async def open(self, request: web.Request) -> OpenedPush:
        """Verify and open a push; raises Refused, or MalformedMessage for what was signed so."""
        signed = self._signed(request.query, "signature" if self._plain else "msg_signature")
        if self._plain:
            return await self._open_plain(request, signed)
        if request.query.getall("encrypt_type", []) != ["aes"]:
            raise Refused
        raw = await _body(request, _LARGEST_SEALED)
        # the mode is ours to say: a push that is not sealed is refused whatever it holds
        sealed = read_push(raw, _LARGEST_SEALED).get("Encrypt")
        if not sealed or not is_signed(
            signed.signature, self._token, signed.timestamp, signed.nonce, sealed
        ):
            raise Refused
        key, message = self._opened(sealed)
        return OpenedPush(read_push(message), signed, hashlib.sha256(raw).hexdigest(), key)

    async def _open_plain(self, request: web.Request, signed: Signed) -> OpenedPush:
        if not is_signed(signed.signature, self._token, signed.timestamp, signed.nonce):
            raise Refused
        raw = await _body(request, _LARGEST_PLAIN)
        return OpenedPush(read_push(raw), signed, hashlib.sha256(raw).hexdigest(), None)

    def _signed(self, query: MultiMapping[str], name: str) -> Signed:
        signature = _one(query, name, _SIGNATURE)
        timestamp, nonce = _one(query, "timestamp", _TIMESTAMP), _one(query, "nonce", _NONCE)
        if abs(int(timestamp) - self._clock().timestamp()) > _DRIFT.total_seconds():
            raise Refused
        return Signed(signature, timestamp, nonce)

    def _opened(self, sealed: str) -> tuple[MessageKey, bytes]:
        for key in self._keys:
            try:
                return key, key.open(sealed)
            except UnreadableMessage:
                continue
        raise Refused


def _one(query: MultiMapping[str], name: str, form: re.Pattern[str]) -> str:
    """Return a parameter that stands there once and looks as it should."""
    values = query.getall(name, [])
    if len(values) != 1 or not form.fullmatch(values[0]):
        raise Refused
    return values[0]


async def _body(request: web.Request, largest: int) -> bytes:
    """Read a body; 413 when it turns out too large, 408 when it does not come whole."""
    try:
        return await read_whole(request, largest)
    except web.HTTPException as refused:
        raise Refused(refused.status) from None
