"""WeChat's sealing against four libraries of others, both ways."""

from __future__ import annotations

import base64
import random
import string
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import pytest

from bot.channels.wechat_crypto import MessageKey
from tests.peers.running import Peer, PeerFailed, a_node_peer, a_python_peer

ROUNDS: Final = 300
LIBRARIES: Final = ("@wecom/crypto", "wechat-crypto", "wechatpy", "odoo-wechatpy")
_ALPHABET: Final = string.ascii_letters + string.digits
_WORDS: Final = "你好退订T 复诊😀<>&]]>\n0aZ"


@dataclass(frozen=True, slots=True)
class Push:
    """An account with a message, its stamp and nonce."""

    token: str
    key: str
    app_id: str
    message: str
    stamp: str
    nonce: str

    @property
    def ours(self) -> MessageKey:
        """The key as we use it."""
        return MessageKey(self.token, base64.b64decode(f"{self.key}="), self.app_id)

    @property
    def account(self) -> dict[str, str]:
        """The account as a peer is told of it."""
        return {"token": self.token, "key": self.key, "id": self.app_id}


def pushes() -> Iterator[Push]:
    """Random accounts and messages, the same in every run."""
    chance = random.Random(20261122)  # noqa: S311 - to be repeated, not to be secret
    for _ in range(ROUNDS):
        yield Push(
            "".join(chance.choices(_ALPHABET, k=chance.randint(3, 32))),
            "".join(chance.choices(_ALPHABET, k=43)),
            "wx" + "".join(chance.choices("0123456789abcdef", k=16)),
            "".join(chance.choices(_WORDS, k=chance.randint(0, 120))),
            str(chance.randint(1, 2**33)),
            str(chance.randint(0, 2**32)),
        )


@asynccontextmanager
async def _running(library: str) -> AsyncIterator[Peer]:
    if library in ("wechatpy", "odoo-wechatpy"):
        async with a_python_peer(library, "wechat_crypto") as peer:
            yield peer
    else:
        async with a_node_peer("wechat_crypto.js", library) as peer:
            yield peer


@pytest.fixture(params=LIBRARIES)
async def library(request: pytest.FixtureRequest) -> AsyncIterator[Peer]:
    """Each of the libraries."""
    async with _running(request.param) as peer:
        yield peer


async def test_others_open_what_we_seal_and_agree_to_its_signature(library: Peer) -> None:
    for push in pushes():
        sealed = push.ours.seal(push.message.encode())
        signature = push.ours.sign(push.stamp, push.nonce, sealed)
        asked = {"sealed": sealed, "signature": signature, "stamp": push.stamp, "nonce": push.nonce}
        assert await library.ask("open", account=push.account, **asked) == push.message


async def test_we_open_what_others_seal_and_agree_to_their_signature(library: Peer) -> None:
    for push in pushes():
        asked = {"message": push.message, "stamp": push.stamp, "nonce": push.nonce}
        said = await library.ask("seal", account=push.account, **asked)
        assert push.ours.open(said["sealed"]).decode() == push.message
        assert push.ours.sign(push.stamp, push.nonce, said["sealed"]) == said["signature"]


async def test_others_refuse_what_is_not_signed_by_us(library: Peer) -> None:
    push = next(pushes())
    asked = {"sealed": push.ours.seal(b"<xml/>"), "stamp": push.stamp, "nonce": push.nonce}
    with pytest.raises(PeerFailed):
        await library.ask("open", account=push.account, signature="0" * 40, **asked)
