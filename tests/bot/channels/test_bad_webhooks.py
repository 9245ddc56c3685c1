"""Whatever comes to a webhook that no provider sends: refused at once, without any effect."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from models.channel import ChannelEvent
from tests.bot.channels.webhook import Call, Hook, Pairs
from tests.bot.channels.webhooks import Caller, every_webhook, hooks
from tests.handlers.ward import Ward, a_ward

pytestmark = pytest.mark.usefixtures("sqlite_database")
REFUSED = frozenset({400, 401, 403, 404, 405, 413, 414, 431})
TAKEN = frozenset({200, 204})
# what somebody unknown may leave behind: that something came, and what it was answered
RECORDS = frozenset({"channel_event", "receipt", "channel_state", "address_claim"})
FAR_TOO_LONG = "9" * 100_000
FLAT = 20 * 1024 * 1024
OTHER_TYPES: tuple[Any, ...] = (None, [], {}, [1], {"a": 1}, 1e308, -1, True, "\x00", "\ud800")
DEEP = (100, 500, 900, 950, 980, 1000, 10_000)
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    + "".join(
        f'<!ENTITY {n} "{f"&{p};" * 10}">' for p, n in zip("bcdefghi", "cdefghij", strict=True)
    )
    + "]>"
)
HOSTILE: tuple[bytes, ...] = (
    b"x" * (1024 * 1024 + 1),
    b"[" + b"{}," * 400_000 + b"{}]",
    b"\xff\xfe\xfa" * 100,
    b"\x00" * 100,
    b'{"a":"\x00"}',
    b"[" * 10_000,
    b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    b"[" * 10_000 + b"]" * 10_000,
    b"<a>" * 10_000 + b"</a>" * 10_000,
    f"{BOMB}<xml><Encrypt>&j;</Encrypt></xml>".encode(),
    b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><Content>&e;</Content></xml>',
    b"null",
    b"1e999999",
    b"[1]",
    b'"x"',
    b"NaN",
)
KINDS = ("", "text/plain", "image/png", "multipart/form-data", "application/json; charset=hex", "x")


@pytest.fixture
async def ward() -> Ward:
    """A ward whose patient nobody of these writes for."""
    return await a_ward()


@pytest.fixture
async def caller(ward: Ward, tmp_path: Path) -> AsyncIterator[Caller]:
    """Every webhook on one site."""
    async with every_webhook(ward, tmp_path / "media") as running:
        yield running


def spoilt(hook: Hook) -> Iterator[tuple[str, bool, Call]]:
    """Spoil each field in each way: what was done, whether it must be refused, the call."""
    for name, value in hook.fields().items():
        known = {**hook.fields(), name: value}
        for how, changed in _changes(hook, name, value, known):
            must = name in hook.needed and how in ("dropped", "emptied", "far too long", "None")
            yield f"{name} {how}", must, hook.write(changed)


def _changes(
    hook: Hook, name: str, value: Any, known: dict[str, Any]
) -> Iterator[tuple[str, Pairs]]:
    yield "dropped", [(key, one) for key, one in known.items() if key != name]
    yield "doubled", [*known.items(), (name, value)]
    others: list[tuple[str, Any]] = [
        ("emptied", ""),
        ("flipped", _flipped(value)),
        ("ten times too long", str(value) * 10),
        ("far too long", FAR_TOO_LONG),
    ]
    if hook.typed:
        others += [(repr(one), one) for one in OTHER_TYPES]
    for how, one in others:
        yield how, list({**known, name: one}.items())


def _flipped(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return -value
    if isinstance(value, str) and value:
        return value[:-1] + chr(ord(value[-1]) ^ 1)
    return value or "0"


async def judged(caller: Caller, call: Call, what: object, *, must: bool = False) -> None:
    """Make a call: refused without effect, or at most recorded as what a stranger sent."""
    before = await caller.rows()
    status = await caller.call(call)
    after = await caller.rows()
    grown = {table for table in after if after[table] != before[table]}
    if must or status not in TAKEN:
        assert (what, status in REFUSED, grown) == (what, True, set()), status
    assert (what, grown - RECORDS) == (what, set())


async def test_every_webhook_takes_what_its_provider_sends(ward: Ward, caller: Caller) -> None:
    """Else the walks below would only show that nothing is ever taken."""
    for hook in hooks(ward):
        assert (hook.name, await caller.call(hook.usual) in TAKEN) == (hook.name, True)


async def test_a_call_that_does_not_prove_itself_has_no_effect(ward: Ward, caller: Caller) -> None:
    for hook in hooks(ward):
        for place, call in enumerate(hook.forged(hook.usual)):
            await judged(caller, call, (hook.name, place), must=True)


async def test_no_spoilt_field_breaks_anything_and_what_is_needed_is_needed(
    ward: Ward, caller: Caller
) -> None:
    """The second walk fills no memory: what the first one loaded stays."""
    for hook in hooks(ward):
        for how, must, call in spoilt(hook):
            await judged(caller, call, (hook.name, how), must=must)
    gc.collect()
    process = psutil.Process()
    before = process.memory_info().rss
    for hook in hooks(ward):
        for _, _, call in spoilt(hook):
            await caller.call(call)
    gc.collect()
    assert process.memory_info().rss - before < FLAT


async def test_hostile_bodies_are_refused_and_fill_no_memory(ward: Ward, caller: Caller) -> None:
    process = psutil.Process()
    before = 0
    for _ in range(2):
        gc.collect()
        before = process.memory_info().rss
        for hook in hooks(ward):
            for place, body in enumerate(HOSTILE):
                await judged(caller, hook.raw(body), (hook.name, place), must=True)
    gc.collect()
    assert process.memory_info().rss - before < FLAT


async def test_a_wrong_content_type_is_refused_or_read_as_what_it_must_be(
    ward: Ward, caller: Caller
) -> None:
    for hook in hooks(ward):
        for kind in KINDS:
            usual = hook.usual
            kept = tuple(one for one in usual.headers if one[0] != "Content-Type")
            call = replace(usual, headers=(*kept, ("Content-Type", kind)))
            await judged(caller, call, (hook.name, kind))


@pytest.mark.parametrize("depth", DEEP)
async def test_nesting_of_any_depth_breaks_nothing(depth: int, ward: Ward, caller: Caller) -> None:
    raw = ("[" * depth + "]" * depth).encode()
    for hook in hooks(ward):
        if not hook.typed:
            continue
        for name in hook.fields():
            call = hook.write(list({**hook.fields(), name: "HERE"}.items()))
            call = replace(call, body=call.body.replace(b'"HERE"', raw))
            await judged(caller, call, (hook.name, name, depth))


async def test_an_unknown_event_is_recorded_once_acknowledged_and_ignored(
    ward: Ward, caller: Caller
) -> None:
    by_name = {hook.name: hook for hook in hooks(ward)}
    unknown: dict[str, dict[str, Any]] = {
        "wechat CLICK": {"Event": "brand_new_event"},
        "telegram message": {"chat": 7},
        "twilio/report": {"MessageStatus": "pondered"},
        "kannel/report": {"type": "64"},
    }
    for name, changed in unknown.items():
        call = by_name[name].write(list({**by_name[name].fields(), **changed}.items()))
        before = await ChannelEvent.filter(result="ignored").count()
        for _ in range(2):
            await judged(caller, call, name)
            assert await caller.call(call) in TAKEN
        await caller.rows()
        assert (name, await ChannelEvent.filter(result="ignored").count() - before) == (name, 1)


async def test_the_pages_of_the_chat_take_nothing_from_nobody(ward: Ward, caller: Caller) -> None:
    for path in ("/chat/messages", "/chat/photos?cid=a", "/c/forged"):
        for place, body in enumerate(HOSTILE):
            bare, _, query = path.partition("?")
            pairs = tuple([tuple(query.split("="))] if query else [])
            await judged(caller, Call(bare, body, pairs), (path, place), must=True)  # type: ignore[arg-type]
