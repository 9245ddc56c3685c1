"""What WeChat pushes, sealed and signed, of somebody nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from bot.channels.wechat_crypto import MessageKey, sign
from tests.bot.channels import wechat_platform
from tests.bot.channels.fake_wechat import APP_ID, SECRET
from tests.bot.channels.webhook import Call, Hook, Pairs
from tests.handlers.ward import Ward

_nonces = count(2_000_001)


@dataclass(frozen=True, slots=True)
class _WeChat:
    """What seals and signs, and the clock."""

    ward: Ward
    path: str = "/channels/wechat"
    key: MessageKey = field(
        default_factory=lambda: wechat_platform.settings(app_id=APP_ID, secret=SECRET).keys[0]
    )

    def raw(self, inner: bytes) -> Call:
        """Seal a document and push it."""
        sealed = self.key.seal(inner)
        stamp, nonce = str(int(self.ward.now.timestamp())), str(next(_nonces))
        query = {
            "signature": sign(wechat_platform.TOKEN, stamp, nonce),
            "timestamp": stamp,
            "nonce": nonce,
            "encrypt_type": "aes",
            "msg_signature": self.key.sign(stamp, nonce, sealed),
        }
        outer = wechat_platform.xml({"ToUserName": wechat_platform.ACCOUNT, "Encrypt": sealed})
        headers = (("Content-Type", "text/xml"),)
        return Call(self.path, outer.encode(), tuple(query.items()), headers)

    def write(self, pairs: Pairs) -> Call:
        """Push a message."""
        told = "".join(f"<{name}>{_plain(value)}</{name}>" for name, value in pairs)
        return self.raw(f"<xml>{told}</xml>".encode())

    def forged(self, call: Call) -> Iterator[Call]:
        """Spoil each parameter, and a byte of what is sealed; not the sealed text's own length."""
        known = dict(call.query)
        for name in ("timestamp", "nonce", "encrypt_type", "msg_signature"):
            for wrong in (None, "", "é", known[name] * 10, known[name][:-1] + "z"):
                query = {**known, name: wrong}
                kept = tuple((key, value) for key, value in query.items() if value is not None)
                yield replace(call, query=kept)
            yield replace(call, query=(*call.query, (name, known[name])))
        place = len(call.body) // 2
        flipped = b"A" if call.body[place : place + 1] != b"A" else b"B"
        yield replace(call, body=call.body[:place] + flipped + call.body[place + 1 :])
        yield replace(call, body=b"<xml><Encrypt>AAAA</Encrypt></xml>")
        yield replace(call, body=b"")


def _plain(value: Any) -> str:
    return str(value).replace("&", "&amp;").replace("<", "&lt;")


def wechat(ward: Ward) -> Iterator[Hook]:
    platform = _WeChat(ward)
    for kind, extra in (
        ("text", {"Content": "好"}),
        ("image", {"MediaId": "media-0001"}),
        ("voice", {"MediaId": "media-0001", "Recognition": "好"}),
    ):
        yield Hook(
            f"wechat {kind}",
            lambda kind=kind, extra=extra: wechat_platform.message(  # type: ignore[misc]
                kind, ward.now, **extra
            ),
            platform.write,
            platform.raw,
            platform.forged,
            frozenset({"ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId"}),
            typed=False,
        )
    for name, extra in (
        ("subscribe", {"EventKey": "qrscene_abcDEF-123_x"}),
        ("unsubscribe", {}),
        ("CLICK", {"EventKey": "menu"}),
        ("TEMPLATESENDJOBFINISH", {"MsgID": "1", "Status": "success"}),
    ):
        yield Hook(
            f"wechat {name}",
            lambda name=name, extra=extra: wechat_platform.event(  # type: ignore[misc]
                name, ward.now, **extra
            ),
            platform.write,
            platform.raw,
            platform.forged,
            frozenset({"ToUserName", "FromUserName", "CreateTime", "MsgType", "Event"}),
            typed=False,
        )
