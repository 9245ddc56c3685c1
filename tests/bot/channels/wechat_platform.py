"""WeChat's side of the message push: signs, seals, pushes, and opens the answers strictly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from xml.etree import ElementTree as ET

from aiohttp import ClientSession
from pydantic import SecretStr

from bot.channels.wechat_crypto import MessageKey, sign
from bot.channels.wechat_settings import WeChatSettings

APP_ID = "wxba5fad812f8e6fb9"
ACCOUNT = "gh_0000000001"
OPENID = "oAnybody-of-the-tests_000001"
TOKEN = "tok3n"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
OLD_AES_KEY = "GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcba"
_numbers = count(7_300_000_000_000_000_001)


def settings(**values: object) -> WeChatSettings:
    """The settings of the account of the tests; nothing is read from outside."""
    known: dict[str, object] = {
        "app_id": APP_ID,
        "secret": "s" * 32,
        "token": TOKEN,
        "encoding_aes_key": AES_KEY,
        "api_url": "http://127.0.0.1:9",
        **values,
    }
    return WeChatSettings.model_validate(known)


def message(kind: str, at: datetime, *, openid: str = OPENID, **fields: str) -> dict[str, str]:
    """The fields of a message: text, image, voice, location."""
    return {
        **_envelope(openid, at),
        "MsgType": kind,
        **fields,
        "MsgId": fields.get("MsgId", str(next(_numbers))),
    }


def event(name: str, at: datetime, *, openid: str = OPENID, **fields: str) -> dict[str, str]:
    """The fields of an event."""
    return {**_envelope(openid, at), "MsgType": "event", "Event": name, **fields}


def _envelope(openid: str, at: datetime) -> dict[str, str]:
    return {
        "ToUserName": ACCOUNT,
        "FromUserName": openid,
        "CreateTime": str(int(at.timestamp())),
    }


def xml(fields: Mapping[str, str]) -> str:
    """Write fields as WeChat does; a value that is markup already stays as it is."""
    return (
        f"<xml>{''.join(f'<{name}>{_value(text)}</{name}>' for name, text in fields.items())}</xml>"
    )


def _value(text: str) -> str:
    plain = text.isdigit() or text.startswith("<")
    return text if plain else f"<![CDATA[{text}]]>"


@dataclass(frozen=True, slots=True)
class Answer:
    """What our server answered; `text` of a passive reply, empty for "success"."""

    status: int
    body: str
    text: str = ""


@dataclass(slots=True)
class Platform:
    """Pushes to one address; `now` is the clock both sides share."""

    url: str
    session: ClientSession
    now: datetime
    key: MessageKey = field(default_factory=lambda: settings().keys[0])
    _nonces: count[int] = field(default_factory=lambda: count(1_000_001))

    async def check(self, **changed: str) -> tuple[int, str]:
        """Check the address, as when it is entered in the console."""
        stamp, nonce = self.stamp(), self.nonce()
        query = {
            "signature": sign(TOKEN, stamp, nonce),
            "timestamp": stamp,
            "nonce": nonce,
            "echostr": "4375120948345356249",
            **changed,
        }
        async with self.session.get(self.url, params=query) as response:
            return response.status, await response.text()

    async def push(self, fields: Mapping[str, str]) -> Answer:
        """Push a message sealed and signed; an answer that is not right fails."""
        return await self.send(*self.sealed(xml(fields)))

    def sealed(self, inner: str | bytes) -> tuple[dict[str, str], bytes]:
        """Seal a message: the query and the body of the push."""
        sealed = self.key.seal(inner.encode() if isinstance(inner, str) else inner)
        stamp, nonce = self.stamp(), self.nonce()
        query = {
            "signature": sign(TOKEN, stamp, nonce),
            "timestamp": stamp,
            "nonce": nonce,
            "openid": OPENID,
            "encrypt_type": "aes",
            "msg_signature": self.key.sign(stamp, nonce, sealed),
        }
        return query, xml({"ToUserName": ACCOUNT, "Encrypt": sealed}).encode()

    async def send(self, query: Mapping[str, str], body: bytes) -> Answer:
        """Post a push as it is."""
        headers = {"Content-Type": "text/xml"}
        async with self.session.post(
            self.url, params=query, data=body, headers=headers
        ) as response:
            text = await response.text()
            if response.status != 200 or text == "success":
                return Answer(response.status, text)
            return Answer(200, text, self._opened(text, query["nonce"]))

    def _opened(self, raw: str, nonce: str) -> str:
        fields = {leaf.tag: leaf.text or "" for leaf in ET.fromstring(raw)}  # noqa: S314 - ours
        assert fields["Nonce"] == nonce
        signed = self.key.sign(fields["TimeStamp"], fields["Nonce"], fields["Encrypt"])
        assert fields["MsgSignature"] == signed
        plain = self.key.open(fields["Encrypt"]).decode()
        inner = {leaf.tag: leaf.text or "" for leaf in ET.fromstring(plain)}  # noqa: S314 - ours
        assert (inner["MsgType"], inner["FromUserName"]) == ("text", ACCOUNT)
        assert re.fullmatch(r"\d{10}", inner["CreateTime"])
        return inner["Content"]

    def stamp(self) -> str:
        """The clock as WeChat writes it."""
        return str(int(self.now.timestamp()))

    def nonce(self) -> str:
        """A nonce of its own."""
        return str(next(self._nonces))


def old_key() -> SecretStr:
    """The key before the present one."""
    return SecretStr(OLD_AES_KEY)
