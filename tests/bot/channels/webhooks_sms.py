"""What the four providers of SMS tell us, from a number nobody knows."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any
from urllib.parse import urlencode

from tests.bot.channels import sms_site
from tests.bot.channels.fake_sms import TOKEN
from tests.bot.channels.webhook import Call, Hook, Pairs, jsons, strings

STRANGER = "13900000077"
_names = count(1)


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


def _flipped(signature: str) -> str:
    return ("B" if signature.startswith("A") else "A") + signature[1:]


def _unsigned(call: Call) -> Iterator[Call]:
    """With another signature, or none; and with another body below the signature."""
    kind = call.headers[1]
    for wrong in ("", "x", "é", _flipped(call.headers[0][1])):
        yield replace(call, headers=(("X-Twilio-Signature", wrong), kind))
    yield replace(call, headers=(kind,))
    yield replace(call, body=call.body + b"&More=1")
    yield replace(call, body=call.body.replace(b"=", b"=1", 1))


def sms() -> Iterator[Hook]:
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
