"""Twilio's own description of its API judges what we send; its validator what we sign."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from typing import Any, Final

import pytest
import pytest_asyncio
from aiohttp import ClientSession, encode_basic_auth

from bot.channel import SendError
from bot.channels.sms_signing import twilio_signature
from bot.inbox import Wrote
from tests.bot.channels.fake_sms import ACCOUNT, TOKEN
from tests.bot.channels.sms_site import OWN, PUBLIC, a_channel, a_site, letter
from tests.peers.running import HOME, Peer, a_python_peer, a_server, free_port

pytestmark = pytest.mark.asyncio(loop_scope="module")

_MODULES: Final = HOME / "node" / "node_modules"
SPECIFICATION: Final = (
    _MODULES / "@twilio" / "cli-core" / "src/services/twilio-api/twilio_api_v2010.json"
)
GOOD: Final = {"To": f"+86{OWN}", "From": "+15005550006", "Body": "复诊提醒"}
CALLED: Final = {
    "From": f"+86{OWN}",
    "To": "+10690000",
    "Body": "退订T",
    "MessageSid": "SM" + "0" * 32,
}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def prism() -> AsyncIterator[Peer]:
    """Prism, which answers as the description says and refuses what it does not allow."""
    port = free_port()
    command = ("node", str(_MODULES / ".bin" / "prism"), "mock", "--errors", "-h", "127.0.0.1")
    async with a_server(port, *command, "-p", str(port), str(SPECIFICATION)) as peer:
        # it reads its description at the first question, longer than our channel waits
        await status_of(messages(peer), data=GOOD)
        yield peer


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def twilio() -> AsyncIterator[Peer]:
    """Twilio's library for Python."""
    async with a_python_peer("clouds", "clouds") as peer:
        yield peer


def messages(prism: Peer, account: str = ACCOUNT) -> str:
    """Where messages are made."""
    return f"{prism.url}/2010-04-01/Accounts/{account}/Messages.json"


async def status_of(url: str, **request: Any) -> int:
    """Post as it is; the status of the answer."""
    async with ClientSession() as http, http.post(url, **request) as response:
        await response.read()
        return response.status


@pytest.mark.parametrize(
    "sender", [{}, {"twilio_service": "MG" + "0" * 32}], ids=["number", "service"]
)
async def test_what_we_send_is_what_twilio_describes(prism: Peer, sender: dict[str, Any]) -> None:
    async with a_channel("twilio", prism.url, number="+15005550006", **sender) as channel:
        assert (await channel.send(letter("复诊提醒 😀"))).startswith(("SM", "MM"))


async def test_an_account_that_cannot_be_is_refused_and_said_so(prism: Peer) -> None:
    async with a_channel("twilio", prism.url, twilio_account="AC0") as channel:
        with pytest.raises(SendError):
            await channel.send(letter())


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"data": GOOD}, 201),
        ({"data": {**GOOD, "ValidityPeriod": "soon"}}, 422),
        ({"data": {**GOOD, "StatusCallback": "not an address"}}, 422),
        ({"data": {"From": GOOD["From"], "Body": "复诊提醒"}}, 422),
        ({"json": GOOD}, 415),
    ],
)
async def test_the_judge_tells_good_from_bad(
    prism: Peer, request_: dict[str, Any], status: int
) -> None:
    known = {"Authorization": encode_basic_auth(ACCOUNT, TOKEN)}
    assert await status_of(messages(prism), headers=known, **request_) == status


async def test_the_judge_lets_nobody_in_without_a_name(prism: Peer) -> None:
    assert await status_of(messages(prism), data=GOOD) == 401


async def test_twilios_library_is_taken_by_the_same_judge(prism: Peer, twilio: Peer) -> None:
    fields = {"to": GOOD["To"], "from_": GOOD["From"], "body": GOOD["Body"]}
    asked = {"url": prism.url, "account": ACCOUNT, "token": TOKEN}
    assert (await twilio.ask("twilio", **asked, fields=fields)).startswith(("SM", "MM"))
    fields["validity_period"] = "soon"
    assert await twilio.ask("twilio", **asked, fields=fields) == "422"


async def test_twilios_validator_signs_any_form_as_we_do(twilio: Peer) -> None:
    chance = random.Random(20261122)  # noqa: S311 - to be repeated, not to be secret
    for _ in range(300):
        form = {_word(chance): [_word(chance) for _ in range(chance.randint(1, 3))] for _ in "1234"}
        url = f"{PUBLIC}/sms/twilio/reply?x={chance.random()}"
        theirs = await twilio.ask("twilio_signature", token=TOKEN, url=url, form=form)
        pairs = [(name, value) for name, values in form.items() for value in values]
        assert twilio_signature(url, pairs, TOKEN) == theirs


def _word(chance: random.Random) -> str:
    return "".join(chance.choices("AaZ09 +&=%退订😀", k=chance.randint(1, 6)))


async def test_what_twilios_validator_has_signed_comes_in_and_nothing_else(twilio: Peer) -> None:
    url = f"{PUBLIC}/sms/twilio/reply"
    form = {name: [value] for name, value in CALLED.items()}
    signature = await twilio.ask("twilio_signature", token=TOKEN, url=url, form=form)
    async with a_site("twilio") as site:
        reply = f"{site.url}/sms/twilio/reply"
        headers = {"X-Twilio-Signature": signature}
        assert await status_of(reply, data=CALLED, headers=headers) == 200
        assert await status_of(reply, data=CALLED | {"Body": "好"}, headers=headers) == 401
        (event,) = site.desk.came
        assert isinstance(event, Wrote)
        assert (event.address, event.text) == (OWN, "退订T")
