"""Clients of others post to the tests' own robots, which therefore agree with them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Final

import pytest

from tests.bot.channels.fake_robots import SECRET, FakeRobots, robots
from tests.peers.running import Peer, a_node_peer, a_python_peer

TEXT: Final = "🔴红色 A20261122-001 心内科"
WRONG: Final = "SECof-somebody-else"


@pytest.fixture
async def fake() -> AsyncIterator[FakeRobots]:
    """The robots by the clock of the wall: others sign with no other."""
    async with robots(lambda: datetime.now(UTC)) as found:
        yield found


@pytest.fixture
async def client() -> AsyncIterator[Peer]:
    """py-wecom-toolkit and leap-feishu-webhook-notify."""
    async with a_python_peer("robots", "robots") as peer:
        yield peer


@pytest.fixture
async def dingtalk() -> AsyncIterator[Peer]:
    """The client dingtalk-robot-sender."""
    async with a_node_peer("dingtalk.js") as peer:
        yield peer


@pytest.mark.parametrize(
    ("key", "text", "errcode"),
    [("K", TEXT, 0), ("nobody", TEXT, 93000), ("K", "疼" * 700, 40058)],
)
async def test_wecom_takes_and_refuses_what_a_foreign_client_posts(
    fake: FakeRobots, client: Peer, key: str, text: str, errcode: int
) -> None:
    asked = {"url": fake.url, "key": key, "text": text, "everybody": True}
    assert await client.ask("wecom", **asked) == errcode
    shown = [(one.text, one.everybody) for one in fake.posted]
    assert shown == ([] if errcode else [(text, True)])


@pytest.mark.parametrize(("secret", "errcode"), [(SECRET, 0), (WRONG, 310000)])
async def test_dingtalk_takes_a_foreign_signature_and_no_wrong_one(
    fake: FakeRobots, dingtalk: Peer, secret: str, errcode: int
) -> None:
    asked = {"url": fake.url, "key": "T", "text": TEXT, "everybody": True}
    assert await dingtalk.ask("dingtalk", secret=secret, **asked) == errcode
    shown = [(one.text, one.everybody) for one in fake.posted]
    assert shown == ([] if errcode else [(TEXT, True)])


@pytest.mark.parametrize(("secret", "taken"), [(SECRET, True), (WRONG, False)])
async def test_feishu_takes_a_foreign_signature_and_no_wrong_one(
    fake: FakeRobots, client: Peer, secret: str, taken: bool
) -> None:
    hook = f"{fake.url}/open-apis/bot/v2/hook/hook"
    assert await client.ask("feishu", url=hook, secret=secret, text=TEXT) is taken
    assert fake.texts("hook") == ([TEXT] if taken else [])
    assert fake.refused == ([] if taken else ["feishu 19021"])
