"""The SDKs of Aliyun and Tencent sign for a server that verifies with our signers."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl

import pytest
import pytest_asyncio
from aiohttp import web

from bot.channels.sms_signing import Key, Signable, acs3, tc3
from tests.bot.channels.fake_sms import KEY_ID as FAKE_KEY_ID
from tests.bot.channels.fake_sms import SECRET as FAKE_SECRET
from tests.bot.channels.fake_sms import FakeSms, fake_sms, running
from tests.peers.running import Peer, PeerFailed, a_node_peer, a_python_peer

pytestmark = pytest.mark.asyncio(loop_scope="module")

KEY: Final = Key("AK-of-tests", "SK-of-tests")
ACCESS: Final = {"key_id": KEY.key_id, "secret": KEY.secret}
PARAMS: Final = '{"name":"王*","time":"8:30 ~*\'()+&=/"}'
TENCENT: Final = {
    "SmsSdkAppId": "1400000000",
    "SignName": "示例医院",
    "TemplateId": "1110",
    "TemplateParamSet": ["王*", "8:30"],
    "PhoneNumberSet": ["+8613900000001"],
    "SessionContext": "key",
}
_SIGNED: Final = re.compile(r"SignedHeaders=([^,]+)")


@dataclass(slots=True)
class Verifier:
    """Both clouds at one address: takes what our signer would have signed the same."""

    host: str = ""
    actions: list[str] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        """POST /: verified by the list of headers the caller says it has signed."""
        given = request.headers.get("Authorization", "")
        if given.startswith("ACS3"):
            signed = acs3(await _signable(request, given), KEY)
            return self._aliyun(request, genuine=signed == given)
        at = datetime.fromtimestamp(int(request.headers["X-TC-Timestamp"]), tz=UTC)
        hosts = (request.host, request.host.partition(":")[0])
        requests = [await _signable(request, given, host=host) for host in hosts]
        signatures = [tc3(one, KEY, "sms", at) for one in requests]
        return self._tencent(request, genuine=given in signatures)

    def _aliyun(self, request: web.Request, *, genuine: bool) -> web.Response:
        if not genuine:
            return web.json_response({"Code": "SignatureDoesNotMatch", "Message": "no"}, status=400)
        self.actions.append(request.headers["x-acs-action"])
        return web.json_response({"Code": "OK", "Message": "OK", "BizId": "1^0", "RequestId": "R"})

    def _tencent(self, request: web.Request, *, genuine: bool) -> web.Response:
        if not genuine:
            error = {"Code": "AuthFailure.SignatureFailure", "Message": "no"}
            return web.json_response({"Response": {"Error": error, "RequestId": "R"}})
        self.actions.append(request.headers["X-TC-Action"])
        status = {"SerialNo": "1", "Code": "Ok", "Message": "send success"}
        return web.json_response({"Response": {"SendStatusSet": [status], "RequestId": "R"}})


async def _signable(request: web.Request, given: str, host: str = "") -> Signable:
    """Read a request as it was signed; some SDKs sign the host without its port."""
    found = _SIGNED.search(given)
    names = found[1].split(";") if found else []
    headers = {name: request.headers[name] for name in names}
    if host and "host" in headers:
        headers["host"] = host
    query = dict(parse_qsl(request.rel_url.raw_query_string, keep_blank_values=True))
    return Signable(headers, query, await request.read())


@pytest_asyncio.fixture(loop_scope="module")
async def verifier() -> AsyncIterator[Verifier]:
    """The verifying server."""
    found, app = Verifier(), web.Application()
    app.router.add_post("/", found.answer)
    async with running(app) as url:
        found.host = url.removeprefix("http://")
        yield found


@pytest_asyncio.fixture(loop_scope="module")
async def fake() -> AsyncIterator[FakeSms]:
    """The tests' own Aliyun."""
    async with fake_sms() as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def python() -> AsyncIterator[Peer]:
    """The SDKs for Python."""
    async with a_python_peer("clouds", "clouds") as peer:
        yield peer


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def node() -> AsyncIterator[Peer]:
    """The SDKs for Node."""
    async with a_node_peer("clouds.js") as peer:
        yield peer


def for_python() -> dict[str, str]:
    """An SMS as Aliyun's SDK for Python names its fields."""
    return {
        "phone_numbers": "13900000001",
        "sign_name": "示例医院",
        "template_code": "SMS_0001",
        "template_param": PARAMS,
        "out_id": "key",
    }


def for_node() -> dict[str, str]:
    """The same as the one for Node names them."""
    return {
        "phoneNumbers": "13900000001",
        "signName": "示例医院",
        "templateCode": "SMS_0001",
        "templateParam": PARAMS,
        "outId": "key",
    }


@pytest.mark.parametrize("later", [False, True])
async def test_aliyuns_sdk_for_python_signs_as_we_do(
    verifier: Verifier, python: Peer, later: bool
) -> None:
    asked = {"host": verifier.host, "fields": for_python(), "later": later}
    assert await python.ask("aliyun", **ACCESS, **asked) == "OK"
    assert verifier.actions == ["SendSms"]


async def test_aliyuns_sdk_for_node_signs_as_we_do(verifier: Verifier, node: Peer) -> None:
    asked = {"host": verifier.host, "fields": for_node()}
    assert await node.ask("aliyun", **ACCESS, **asked) == "OK"
    assert verifier.actions == ["SendSms"]


async def test_tencents_sdk_for_python_signs_as_we_do(verifier: Verifier, python: Peer) -> None:
    assert await python.ask("tencent", host=verifier.host, **ACCESS, fields=TENCENT) == "Ok"
    assert verifier.actions == ["SendSms"]


async def test_tencents_sdk_for_node_signs_as_we_do(verifier: Verifier, node: Peer) -> None:
    assert await node.ask("tencent", host=verifier.host, **ACCESS, fields=TENCENT) == "Ok"
    assert verifier.actions == ["SendSms"]


@pytest.mark.parametrize("cloud", ["aliyun", "tencent"])
async def test_another_secret_does_not_pass(verifier: Verifier, node: Peer, cloud: str) -> None:
    fields: dict[str, Any] = for_node() if cloud == "aliyun" else TENCENT
    wrong = {"key_id": KEY.key_id, "secret": "another"}
    with pytest.raises(PeerFailed):
        await node.ask(cloud, host=verifier.host, **wrong, fields=fields)
    assert not verifier.actions


async def test_the_tests_own_aliyun_takes_what_its_sdks_send(
    fake: FakeSms, python: Peer, node: Peer
) -> None:
    access = {"key_id": FAKE_KEY_ID, "secret": FAKE_SECRET}
    asked = {"host": fake.url.removeprefix("http://"), **access}
    assert await python.ask("aliyun", **asked, fields=for_python(), later=False) == "OK"
    assert await node.ask("aliyun", **asked, fields=for_node()) == "OK"
    first, second = fake.taken
    assert first["TemplateParam"] == second["TemplateParam"]
    assert first["OutId"] == second["OutId"] == "key"
