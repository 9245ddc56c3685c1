"""Every field of a push dropped, flipped, emptied, doubled or far too long: no effect."""

from __future__ import annotations

import tracemalloc
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest

from bot.channels.wechat_crypto import sign
from models.channel import ChannelEvent
from tests.bot.channels.wechat_platform import (
    ACCOUNT,
    OPENID,
    TOKEN,
    event,
    message,
    settings,
    xml,
)
from tests.bot.channels.wechat_reception import Counterpart, open_counter

pytestmark = pytest.mark.usefixtures("sqlite_database")
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
REFUSED = {400, 401, 413}

TEXT = message("text", NOW, Content="好", MsgId="7300000000000000999")
IMAGE = message("image", NOW, MediaId="media-0001", MsgId="7300000000000000998")
FOLLOW = event("subscribe", NOW, EventKey="qrscene_abcDEF-123_x")


@pytest.fixture
async def counter() -> AsyncIterator[Counterpart]:
    """A running receiver."""
    async with open_counter(NOW) as running:
        yield running


async def untouched(counter: Counterpart) -> bool:
    """Tell whether nothing was taken, and nothing stored."""
    return not counter.reception.came and not await ChannelEvent.exists()


def spoilt(fields: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Spoil each field WeChat always sends, in each way; the name says how."""
    optional = {"EventKey"}
    for name in fields.keys() - optional:
        rest = {key: value for key, value in fields.items() if key != name}
        yield f"{name} dropped", xml(rest)
        yield f"{name} emptied", xml({**fields, name: ""})
        too_long = fields[name] * (9000 if name == "Content" else 30)
        yield f"{name} far too long", xml({**fields, name: too_long})
        twice = f"<{name}>{fields[name]}</{name}></xml>"
        yield f"{name} doubled", xml(fields).replace("</xml>", twice)
        yield f"{name} nested away", xml({**rest, "Inner": f"<{name}>{fields[name]}</{name}>"})


def odd(fields: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Give each field that has a form something of another form."""
    forms = {"ToUserName", "FromUserName", "CreateTime", "MsgId", "MediaId", "MsgType", "Event"}
    for name in sorted(fields.keys() & forms):
        for value in ("-1", "' OR 1=1 --", "../../etc/passwd", "é" * 12, "1e9", "\n"):
            yield f"{name} {value!r}", xml({**fields, name: value})


@pytest.mark.parametrize("fields", [TEXT, IMAGE, FOLLOW], ids=["text", "image", "follow"])
async def test_a_spoilt_field_of_a_sealed_message_has_no_effect(
    fields: dict[str, str], counter: Counterpart
) -> None:
    for how, inner in [*spoilt(fields), *odd(fields)]:
        answer = await counter.platform.send(*counter.platform.sealed(inner))
        assert (how, answer.status) == (how, 400)
    assert await untouched(counter)


async def test_a_spoilt_query_has_no_effect(counter: Counterpart) -> None:
    query, body = counter.platform.sealed(xml(TEXT))
    for name in ("timestamp", "nonce", "encrypt_type", "msg_signature"):
        flipped = query[name][:-1] + ("0" if query[name][-1] != "0" else "1")
        rest = {key: value for key, value in query.items() if key != name}
        for changed in (
            rest,
            *({**query, name: value} for value in ("", flipped, query[name] * 10)),
        ):
            assert (name, (await counter.platform.send(changed, body)).status) == (name, 401)
        doubled = f"{counter.platform.url}?{name}={query[name]}"
        async with counter.platform.session.post(doubled, params=query, data=body) as response:
            assert (name, response.status) == (name, 401)
    assert await untouched(counter)


async def test_every_flipped_byte_of_the_body_is_refused(counter: Counterpart) -> None:
    query, body = counter.platform.sealed(xml(TEXT))
    start = body.index(b"<Encrypt>")
    end = body.index(b"</Encrypt>")
    for place in range(start + 18, end - 3, 7):
        flipped = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        assert (await counter.platform.send(query, flipped)).status in REFUSED
    assert await untouched(counter)


async def test_a_signature_without_the_key_opens_nothing(counter: Counterpart) -> None:
    query, _ = counter.platform.sealed("")
    for sealed in ("AAAA", "A" * 64, "=", "密", "A" * 1000):
        signed = sign(TOKEN, query["timestamp"], query["nonce"], sealed)
        body = xml({"ToUserName": ACCOUNT, "Encrypt": sealed}).encode()
        answer = await counter.platform.send({**query, "msg_signature": signed}, body)
        assert answer.status == 401
    assert await untouched(counter)


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    + "".join(
        f'<!ENTITY {n} "{f"&{p};" * 10}">' for p, n in zip("bcdefghi", "cdefghij", strict=True)
    )
    + "]>"
)
HOSTILE = [
    "",
    "<",
    "<xml>",
    "<xml/>",
    "{}",
    '{"Encrypt":"x"}',
    "<html/>",
    f"{BOMB}<xml><Encrypt>&j;</Encrypt></xml>",
    '<!DOCTYPE x SYSTEM "file:///etc/passwd"><xml><Encrypt>x</Encrypt></xml>',
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><Encrypt>&e;</Encrypt></xml>',
    "<xml><Encrypt>&e;</Encrypt></xml>",
    "<xml>" + "<a>" * 5000 + "</a>" * 5000 + "</xml>",
    "<xml>" + "<a/>" * 20_000 + "</xml>",
    "<xml><Encrypt>x\x00</Encrypt></xml>",
    "<xml><Encrypt>x</Encrypt><Encrypt>y</Encrypt></xml>",
    '<xml xmlns="urn:x"><Encrypt>x</Encrypt></xml>',
    "<?xml version='1.0' encoding='UTF-7'?><xml><Encrypt>x</Encrypt></xml>",
]


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
async def test_hostile_documents_have_no_effect_outside_or_inside_the_seal(
    hostile: str, counter: Counterpart
) -> None:
    query, _ = counter.platform.sealed(xml(TEXT))
    assert (await counter.platform.send(query, hostile.encode())).status in REFUSED
    assert (await counter.platform.send(*counter.platform.sealed(hostile))).status in REFUSED
    assert await untouched(counter)


@pytest.mark.parametrize(
    "raw",
    [
        b"<xml><Content>\xff\xfe</Content></xml>",
        "<xml><Content>x</Content></xml>".encode("utf-16"),
        b"\xef\xbb\xbf\xed\xa0\x80",
        b"<xml><Content>\xc0\xaf</Content></xml>",
    ],
)
async def test_bytes_that_are_no_utf_8_have_no_effect(raw: bytes, counter: Counterpart) -> None:
    query, _ = counter.platform.sealed(xml(TEXT))
    assert (await counter.platform.send(query, raw)).status == 400
    assert (await counter.platform.send(*counter.platform.sealed(raw))).status == 400
    assert await untouched(counter)


async def test_a_huge_body_is_refused_and_fills_no_memory(counter: Counterpart) -> None:
    query, _ = counter.platform.sealed(xml(TEXT))

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(2000):
            yield b"<a>" * 10_000

    tracemalloc.start()
    try:
        async with counter.platform.session.post(
            counter.platform.url, params=query, data=endless()
        ) as response:
            assert response.status == 413
        _, peak = tracemalloc.get_traced_memory()
    except ConnectionError:
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 * 1024 * 1024
    assert await untouched(counter)


async def test_a_long_text_is_taken_whole_up_to_the_limit(counter: Counterpart) -> None:
    answer = await counter.platform.push(message("text", NOW, Content="疼" * 8000))
    assert answer.status == 200
    assert len(counter.reception.came) == 1


async def test_plain_mode_reads_no_sealed_part_and_takes_64_kilobytes(
    counter: Counterpart,
) -> None:
    async with open_counter(NOW, settings(plain_for_tests=True)) as running:
        query, body = running.platform.sealed(xml(TEXT))
        assert (await running.platform.send(query, body)).status == 400
        large = b"<xml><Content>" + b"x" * 65_536 + b"</Content></xml>"
        assert (await running.platform.send(query, large)).status == 413
        assert await untouched(running)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD"])
async def test_nothing_but_get_and_post_is_known(method: str, counter: Counterpart) -> None:
    async with counter.platform.session.request(method, counter.platform.url) as response:
        assert response.status == 405


async def test_no_answer_says_what_was_wrong(counter: Counterpart) -> None:
    query, body = counter.platform.sealed(xml(TEXT))
    wrong = await counter.platform.send({**query, "msg_signature": "0" * 40}, body)
    assert (wrong.status, wrong.body) == (401, "")
    assert OPENID not in wrong.body
