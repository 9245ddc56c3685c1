"""Four SMS providers in one strict server: each recomputes what it is shown before it takes it."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import re
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from aiohttp import web

KEY_ID, SECRET = "AK-of-tests", "SK-of-tests"
ACCOUNT, TOKEN = "AC" + "0" * 32, "token-of-tests"
USER, PASSWORD = "suifang", "kannel-of-tests"
_SIGNED = re.compile(r"SignedHeaders=([^,]+)")


@dataclass(slots=True)
class FakeSms:
    """What was taken, and what is to be answered instead of taking: a status with a body.

    `mishaps`: `reset` cuts the line after the request, `silence` never answers, anything else is
    an answer of its own.
    """

    url: str = ""
    taken: list[dict[str, Any]] = field(default_factory=list)
    calls: int = 0
    answers: deque[tuple[int, Any]] = field(default_factory=deque)
    mishaps: deque[str] = field(default_factory=deque)
    retry_after: str = ""

    async def aliyun(self, request: web.Request) -> web.Response:
        """POST /?…: verify ACS3, then take an SMS or a call."""
        if (instead := await self._instead(request)) is not None:
            return instead
        body = await request.read()
        if _acs3(request, body) != request.headers.get("Authorization"):
            return web.json_response({"Code": "SignatureDoesNotMatch", "Message": "no"}, status=400)
        query = dict(parse_qsl(request.rel_url.raw_query_string, keep_blank_values=True))
        action = request.headers["x-acs-action"]
        if action == "QuerySmsSign":
            return web.json_response({"Code": "OK", "SignStatus": 1, "RequestId": "R"})
        query["TemplateParam"] = json.loads(query.get("TemplateParam", "{}"))
        query["TtsParam"] = json.loads(query.get("TtsParam", "{}"))
        self.taken.append({**query, "action": action})
        number = len(self.taken)
        ids = {"BizId": f"biz-{number}^0", "CallId": f"call-{number}^1"}
        return web.json_response({"Code": "OK", "Message": "OK", "RequestId": "R", **ids})

    async def tencent(self, request: web.Request) -> web.Response:
        """POST /: verify TC3, then take an SMS."""
        if (instead := await self._instead(request)) is not None:
            return instead
        body = await request.read()
        if _tc3(request, body) != request.headers.get("Authorization"):
            error = {"Code": "AuthFailure.SignatureFailure", "Message": "no"}
            return web.json_response({"Response": {"Error": error, "RequestId": "R"}})
        wanted = json.loads(body)
        self.taken.append(wanted)
        status = {"SerialNo": f"serial-{len(self.taken)}", "Code": "Ok", "Message": "send success"}
        return web.json_response({"Response": {"SendStatusSet": [status], "RequestId": "R"}})

    async def twilio(self, request: web.Request) -> web.Response:
        """POST …/Messages.json: verify Basic and the form, then take an SMS."""
        if (instead := await self._instead(request)) is not None:
            return instead
        basic = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {basic}":
            return web.json_response({"code": 20003, "message": "Authenticate"}, status=401)
        form = {name: str(value) for name, value in (await request.post()).items()}
        sender = {"From", "MessagingServiceSid"} & form.keys()
        if not form.get("To", "").startswith("+") or not form.get("Body") or len(sender) != 1:
            return web.json_response({"code": 21604, "message": "bad form"}, status=400)
        self.taken.append(form)
        sid = f"SM{len(self.taken):032}"
        return web.json_response({"sid": sid, "status": "queued"}, status=201)

    async def twilio_account(self, request: web.Request) -> web.Response:
        """GET …/Accounts/AC….json: the account is active."""
        if (instead := await self._instead(request)) is not None:
            return instead
        return web.json_response({"sid": ACCOUNT, "status": "active"})

    async def kannel(self, request: web.Request) -> web.Response:
        """GET /cgi-bin/sendsms: verify user and fields, then take an SMS."""
        if (instead := await self._instead(request)) is not None:
            return instead
        query = dict(request.query)
        if (query.get("username"), query.get("password")) != (USER, PASSWORD):
            return web.Response(status=403, text="Authorization failed for sendsms")
        if not query.get("to", "").isdigit() or query.get("charset") != "UTF-8":
            return web.Response(status=400, text="malformed")
        self.taken.append(query)
        return web.Response(status=202, text="0: Accepted for delivery")

    async def _instead(self, request: web.Request) -> web.Response | None:
        self.calls += 1
        if self.mishaps:
            await request.read()
            if self.mishaps.popleft() == "silence":
                await asyncio.sleep(60)
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        if not self.answers:
            return None
        status, body = self.answers.popleft()
        headers = {"Retry-After": self.retry_after} if self.retry_after else None
        if isinstance(body, str):
            return web.Response(status=status, text=body, headers=headers)
        return web.json_response(body, status=status, headers=headers)


@asynccontextmanager
async def fake_sms() -> AsyncIterator[FakeSms]:
    """Run the providers on a port of their own; Tencent answers below /tencent."""
    fake = FakeSms()
    app = web.Application()
    account = f"/2010-04-01/Accounts/{ACCOUNT}"
    app.add_routes(
        [
            web.post("/", fake.aliyun),
            web.post(f"{account}/Messages.json", fake.twilio),
            web.get(f"{account}.json", fake.twilio_account),
            web.get("/cgi-bin/sendsms", fake.kannel),
        ]
    )
    async with running(app) as fake.url:
        yield fake


@asynccontextmanager
async def fake_tencent() -> AsyncIterator[FakeSms]:
    """Run Tencent alone: it is called at the root, as Aliyun is."""
    fake = FakeSms()
    app = web.Application()
    app.add_routes([web.post("/", fake.tencent)])
    async with running(app) as fake.url:
        yield fake


@asynccontextmanager
async def running(app: web.Application) -> AsyncIterator[str]:
    """Run an application on a port of 127.0.0.1 and tell its address."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def _canonical(request: web.Request, body: bytes, *, lower: bool) -> tuple[str, str]:
    """Rebuild the signed text from what arrived; the names are those the caller has signed."""
    found = _SIGNED.search(request.headers.get("Authorization", ""))
    names = found[1].split(";") if found else []
    pairs = parse_qsl(request.rel_url.raw_query_string, keep_blank_values=True)
    query = "&".join(
        f"{quote(unquote(name), safe='-_.~')}={quote(value, safe='-_.~')}"
        for name, value in sorted(pairs)
    )
    values = {name: request.headers.get(name, "").strip() for name in names}
    lines = "".join(f"{n}:{v.lower() if lower else v}\n" for n, v in values.items())
    hashed = hashlib.sha256(body).hexdigest()
    return "\n".join(["POST", "/", query, lines, ";".join(names), hashed]), ";".join(names)


def _acs3(request: web.Request, body: bytes) -> str:
    text, names = _canonical(request, body, lower=False)
    signed = f"ACS3-HMAC-SHA256\n{hashlib.sha256(text.encode()).hexdigest()}"
    mac = hmac.new(SECRET.encode(), signed.encode(), hashlib.sha256).hexdigest()
    return f"ACS3-HMAC-SHA256 Credential={KEY_ID},SignedHeaders={names},Signature={mac}"


def _tc3(request: web.Request, body: bytes) -> str:
    text, names = _canonical(request, body, lower=True)
    at = request.headers.get("X-TC-Timestamp", "0")
    found = re.search(r"Credential=[^/]+/([\d-]+)/", request.headers.get("Authorization", ""))
    day = found[1] if found else ""
    key = f"TC3{SECRET}".encode()
    for part in (day, "sms", "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    scope = f"{day}/sms/tc3_request"
    signed = f"TC3-HMAC-SHA256\n{at}\n{scope}\n{hashlib.sha256(text.encode()).hexdigest()}"
    mac = hmac.new(key, signed.encode(), hashlib.sha256).hexdigest()
    credential = f"TC3-HMAC-SHA256 Credential={KEY_ID}/{scope}"
    return f"{credential}, SignedHeaders={names}, Signature={mac}"
