"""Every webhook of every channel on one site, each with a call its provider would make."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientSession, ClientTimeout
from tortoise.connection import get_connection
from tortoise.context import get_current_context
from yarl import URL

from bot.channel import Channel
from bot.channels.sms import SmsChannel
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_settings import TelegramSettings
from bot.channels.telegram_updates import SECRET_HEADER
from bot.channels.wechat import WeChatChannel
from bot.channels.wechat_crypto import MessageKey, sign
from bot.inbox import Take
from bot.taking import Drain
from models.database import CONNECTION
from tests.bot.channels import sms_site, telegram_scene, wechat_platform
from tests.bot.channels.fake_sms import TOKEN
from tests.bot.channels.fake_telegram import TOKEN as BOT_TOKEN
from tests.bot.channels.fake_telegram import a_telegram
from tests.bot.channels.fake_wechat import APP_ID, SECRET, a_wechat
from tests.bot.channels.questioned import a_site
from tests.handlers.ward import Ward

STRANGER = "13900000077"
SOMEBODY = 77000077
Pairs = Sequence[tuple[str, Any]]
_nonces = count(2_000_001)
_names = count(1)


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it goes out."""

    path: str
    body: bytes = b""
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook: what its provider sends, and how.

    `write` makes a proven call of fields (a name may stand there twice), `raw` one of any body.
    `forged` spoils what proves a call. Without the fields `needed` there is nothing to take.
    `typed`: a field may be of another type.
    """

    name: str
    fields: Callable[[], dict[str, Any]]
    write: Callable[[Pairs], Call]
    raw: Callable[[bytes], Call]
    forged: Callable[[Call], Iterator[Call]]
    needed: frozenset[str] = frozenset()
    typed: bool = True

    @property
    def usual(self) -> Call:
        """A call as it should be."""
        return self.write(list(self.fields().items()))


def jsons(pairs: Pairs) -> str:
    """Write an object as it is told, doubles and all."""
    told = (f"{json.dumps(name)}:{json.dumps(value)}" for name, value in pairs)
    return "{" + ",".join(told) + "}"


def strings(pairs: Pairs) -> list[tuple[str, str]]:
    """Every value as text."""
    return [(name, str(value)) for name, value in pairs]


# ---- SMS


def _door(path: str) -> str:
    return f"/sms/{sms_site.PATH}/{path}"


def _strangers(call: Call) -> Iterator[Call]:
    """Without the secret path, or with one that is almost it."""
    known = sms_site.PATH
    for wrong in ("", known[:-1], known[:-1] + "X", known * 2, "%00", "é"):
        yield replace(call, path=call.path.replace(known, wrong))


def _listed(path: str) -> Callable[[Pairs], Call]:
    return lambda pairs: Call(_door(path), f"[{jsons(pairs)}]".encode())


def _single(path: str) -> Callable[[Pairs], Call]:
    return lambda pairs: Call(_door(path), jsons(pairs).encode())


def _asked(path: str) -> Callable[[Pairs], Call]:
    return lambda pairs: Call(_door(path), query=tuple(strings(pairs)), method="GET")


def _with_body(path: str) -> Callable[[bytes], Call]:
    return lambda body: Call(_door(path), body)


def _in_query(path: str) -> Callable[[bytes], Call]:
    """What a GET carries is in its address: the body says nothing, so it is put there."""
    return lambda body: Call(
        _door(path), query=(("key", body.decode("latin-1")), ("id", "")), method="GET"
    )


def _signed(path: str, body: bytes, pairs: Pairs) -> Call:
    told = "".join(f"{name}{value}" for name, value in sorted(set(strings(pairs))))
    mac = hmac.new(TOKEN.encode(), (sms_site.PUBLIC + path + told).encode(), hashlib.sha1)
    signature = base64.b64encode(mac.digest()).decode()
    kind = ("Content-Type", "application/x-www-form-urlencoded")
    return Call(path, body, headers=(("X-Twilio-Signature", signature), kind))


def _by_twilio(path: str) -> Callable[[Pairs], Call]:
    return lambda pairs: _signed(path, urlencode(strings(pairs)).encode(), pairs)


def _by_twilio_raw(path: str) -> Callable[[bytes], Call]:
    return lambda body: _signed(path, body, ())


def _unsigned(call: Call) -> Iterator[Call]:
    """With another signature, or none; and with another body below the signature."""
    kind = call.headers[1]
    for wrong in ("", "x", "é", call.headers[0][1][:-2] + "A="):
        yield replace(call, headers=(("X-Twilio-Signature", wrong), kind))
    yield replace(call, headers=(kind,))
    yield replace(call, body=call.body + b"&More=1")
    yield replace(call, body=call.body.replace(b"=", b"=1", 1))


def _sms() -> Iterator[Hook]:
    rows: dict[str, tuple[Callable[[], dict[str, Any]], str]] = {
        "aliyun/report": (
            lambda: {
                "phone_number": STRANGER,
                "send_time": "2026-11-22 10:00:00",
                "report_time": "2026-11-22 10:00:05",
                "success": True,
                "err_code": "DELIVERED",
                "biz_id": f"biz-{next(_names)}^0",
                "out_id": "",
            },
            "phone_number biz_id",
        ),
        "aliyun/reply": (
            lambda: {
                "phone_number": STRANGER,
                "content": "好",
                "send_time": "2026-11-22 10:00:05",
                "dest_code": "1069000010",
                "sequence_id": next(_names),
            },
            "phone_number content sequence_id",
        ),
        "tencent/report": (
            lambda: {
                "user_receive_time": "2026-11-22 10:00:05",
                "nationcode": "86",
                "mobile": STRANGER,
                "report_status": "SUCCESS",
                "errmsg": "DELIVRD",
                "sid": f"serial-{next(_names)}",
            },
            "mobile report_status sid",
        ),
        "tencent/reply": (
            lambda: {
                "extend": "10",
                "mobile": STRANGER,
                "nationcode": "86",
                "text": "好",
                "time": next(_names),
            },
            "mobile text",
        ),
        "kannel/report": (
            lambda: {"key": str(sms_site.KEY), "type": "1", "at": "1795312805"},
            "key type",
        ),
        "kannel/reply": (
            lambda: {
                "from": f"86{STRANGER}",
                "to": "1069000010",
                "text": "好",
                "id": f"mo-{next(_names)}",
                "at": "1795312805",
            },
            "from id",
        ),
    }
    for path, (fields, needed) in rows.items():
        asked = path.startswith("kannel")
        listed = path != "tencent/reply"
        write = _asked(path) if asked else _listed(path) if listed else _single(path)
        raw = _in_query(path) if asked else _with_body(path)
        must = frozenset(needed.split())
        yield Hook(path, fields, write, raw, _strangers, must, typed=not asked)
    yield from _twilio()


def _twilio() -> Iterator[Hook]:
    report = "/sms/twilio/report"
    yield Hook(
        "twilio/report",
        lambda: {"MessageSid": f"SM{next(_names)}", "MessageStatus": "delivered"},
        _by_twilio(report),
        _by_twilio_raw(report),
        _unsigned,
        frozenset({"MessageSid", "MessageStatus"}),
        typed=False,
    )
    reply = "/sms/twilio/reply"
    yield Hook(
        "twilio/reply",
        lambda: {
            "MessageSid": f"SM{next(_names)}",
            "From": f"+86{STRANGER}",
            "To": "10690000",
            "Body": "好",
            "NumMedia": "0",
        },
        _by_twilio(reply),
        _by_twilio_raw(reply),
        _unsigned,
        frozenset({"MessageSid", "From", "Body"}),
        typed=False,
    )


# ---- Telegram

_TO_TELEGRAM = (
    (SECRET_HEADER, telegram_scene.SECRET),
    ("Content-Type", "application/json"),
)


def _update(part: str) -> Callable[[Pairs], Call]:
    def write(pairs: Pairs) -> Call:
        body = f'{{"update_id":{9_000_000 + next(_names)},"{part}":{jsons(pairs)}}}'
        return Call("/telegram", body.encode(), headers=_TO_TELEGRAM)

    return write


def _telegram_raw(body: bytes) -> Call:
    return Call("/telegram", body, headers=_TO_TELEGRAM)


def _no_secret(call: Call) -> Iterator[Call]:
    for wrong in ("", telegram_scene.SECRET[:-1], telegram_scene.SECRET * 2, "é"):
        yield replace(call, headers=((SECRET_HEADER, wrong), call.headers[1]))
    yield replace(call, headers=call.headers[1:])


def _telegram() -> Iterator[Hook]:
    written = telegram_scene.text(SOMEBODY, "好")["message"]
    pressed = telegram_scene.press(SOMEBODY, "1:yes")["callback_query"]
    left = telegram_scene.joined(SOMEBODY, telegram_scene.private(SOMEBODY), "kicked")
    posted = telegram_scene.text(SOMEBODY, "/board", telegram_scene.group())["message"]
    parts = {
        "message": written,
        "callback_query": pressed,
        "my_chat_member": left["my_chat_member"],
    }
    for part, fields in (*parts.items(), ("message", posted)):
        yield Hook(
            f"telegram {part}",
            lambda fields=fields: dict(fields),  # type: ignore[misc]
            _update(part),
            _telegram_raw,
            _no_secret,
        )


# ---- WeChat


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


def _wechat(ward: Ward) -> Iterator[Hook]:
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


def hooks(ward: Ward) -> list[Hook]:
    """Every webhook there is."""
    return [*_sms(), *_telegram(), *_wechat(ward)]


@dataclass(slots=True)
class Caller:
    """Calls the site, and counts the rows of every table."""

    url: str
    http: ClientSession
    settle: Callable[[], Any]

    async def call(self, call: Call) -> int:
        """Make a call; the status of the answer, 0 where the line was cut instead."""
        url = URL(self.url + call.path, encoded=call.path.isascii()).with_query(call.query)
        try:
            async with self.http.request(
                call.method,
                url,
                data=BytesIO(call.body) if call.body else None,
                headers=dict(call.headers),
            ) as answer:
                await answer.read()
                return answer.status
        except ConnectionError:
            return 0

    async def rows(self) -> dict[str, int]:
        """How many rows each table has, once everything that came has been taken."""
        await self.settle()
        models = get_current_context().apps["models"]  # type: ignore[union-attr, index]
        tables = sorted(model._meta.db_table for model in models.values())
        counts = ", ".join(_count(table) for table in tables)
        (row,) = await get_connection(CONNECTION).execute_query_dict(f"SELECT {counts}")
        return dict(row)


def _count(table: str) -> str:
    return f'(SELECT count(*) FROM "{table}") AS "{table}"'  # noqa: S608 - our own tables


@asynccontextmanager
async def every_webhook(ward: Ward, media: Path) -> AsyncIterator[Caller]:
    """The site with every channel, all four providers of SMS and Telegram by webhook."""
    async with a_wechat(lambda: ward.now) as wechat, a_telegram() as telegram:

        def channels(take: Take, drain: Drain) -> Sequence[Channel]:
            account = wechat_platform.settings(app_id=APP_ID, secret=SECRET, api_url=wechat.url)
            told = TelegramSettings(
                token=BOT_TOKEN,
                api_url=telegram.url,
                mode="webhook",
                webhook_secret=telegram_scene.SECRET,
                patients=True,
                _env_file=None,
            )
            providers = ("aliyun", "tencent", "twilio", "kannel")
            return (
                WeChatChannel(account, take, lambda: ward.now, drain),
                TelegramChannel(told, take, lambda: ward.now, ward.desk),
                *(
                    SmsChannel(sms_site.settings(name), take, lambda: ward.now)
                    for name in providers
                ),
            )

        timeout = ClientTimeout(total=30)
        async with (
            a_site(ward, media, channels) as running,
            ClientSession(timeout=timeout) as http,
        ):
            yield Caller(running.url, http, running.settle)
