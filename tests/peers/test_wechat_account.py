"""The tests' own WeChat platform pushes to a service account that others wrote."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Final

import pytest
from aiohttp import ClientSession
from lxml import etree

from tests.bot.channels.wechat_platform import (
    ACCOUNT,
    AES_KEY,
    APP_ID,
    OPENID,
    TOKEN,
    Platform,
    event,
    message,
    xml,
)
from tests.peers.running import a_node_peer

NOW: Final = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    """The platform of the tests, before the middleware `wechat`."""
    async with a_node_peer("wechat_account.js", TOKEN, APP_ID, AES_KEY) as peer:  # noqa: SIM117
        async with ClientSession() as http:
            yield Platform(f"{peer.url}/wx", http, NOW)


async def pushed(platform: Platform, inner: str, **changed: str) -> tuple[int, str]:
    """Push a sealed message: the status and the opened answer, if there was one.

    The middleware answers under a nonce of its own and in milliseconds, which WeChat does not
    mind; our own server is held to more by `Platform.push`.
    """
    query, body = platform.sealed(inner)
    headers = {"Content-Type": "text/xml"}
    async with platform.session.post(
        platform.url, params=query | changed, data=body, headers=headers
    ) as response:
        text = await response.text()
        return response.status, _opened(platform, text) if "<Encrypt>" in text else text


def _opened(platform: Platform, text: str) -> str:
    outer = _fields(text.encode())
    signed = platform.key.sign(outer["TimeStamp"], outer["Nonce"], outer["Encrypt"])
    assert outer["MsgSignature"] == signed
    inner = _fields(platform.key.open(outer["Encrypt"]))
    assert (inner["FromUserName"], inner["ToUserName"]) == (ACCOUNT, OPENID)
    return inner["Content"]


def _fields(raw: bytes) -> dict[str, str]:
    return {str(leaf.tag): leaf.text or "" for leaf in etree.fromstring(raw)}


async def test_the_address_is_checked_as_the_console_does(platform: Platform) -> None:
    assert await platform.check() == (200, "4375120948345356249")
    status, _ = await platform.check(signature="0" * 40)
    assert status == 401


@pytest.mark.parametrize("words", ["复诊提醒", "1", "a<>&]]", "😀 退订"])
async def test_a_sealed_message_is_understood_and_answered_sealed(
    platform: Platform, words: str
) -> None:
    said = xml(message("text", NOW, Content=words))
    assert await pushed(platform, said) == (200, f"回声:{words}")


async def test_an_event_is_understood(platform: Platform) -> None:
    assert await pushed(platform, xml(event("subscribe", NOW))) == (200, "回声:subscribe")


async def test_an_account_may_stay_silent(platform: Platform) -> None:
    assert await pushed(platform, xml(message("text", NOW, Content="静默"))) == (200, "")


async def test_a_push_with_a_wrong_signature_is_refused(platform: Platform) -> None:
    said = xml(message("text", NOW, Content="复诊提醒"))
    status, _ = await pushed(platform, said, msg_signature="0" * 40)
    assert status == 401
