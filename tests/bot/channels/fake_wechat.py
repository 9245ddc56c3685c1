"""WeChat's interfaces as the tests' own judge: tokens, windows, quotas, consents, errcodes."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from aiohttp import web

APP_ID: Final = "wx0000000000tests"
SECRET: Final = "secret-of-the-tests"
PICTURE: Final = b"\xff\xd8\xff\xe0" + b"\x00" * 64
_TOKEN_LIVES: Final = timedelta(hours=2)
_ALMOST_OVER: Final = timedelta(minutes=5)
_MOST_BYTES: Final = 2048
_MOST_CHOICES: Final = 10
_CUT_LINE: Final = "cut"
_LONGEST_CODE: Final = 2_592_000
_LONGEST_SCENE: Final = 64
_MOST_BUTTONS: Final = 3
_MOST_BELOW: Final = 5
_LONGEST_NAME: Final = 16
_LONGEST_NAME_BELOW: Final = 60
_LONGEST_KEY: Final = 128
_TYPES: Final = {"thing": 20, "phrase": 5, "character_string": 32, "time": 32, "name": 10}
MEDIA_ID: Final = "media-of-the-tests"


@dataclass(slots=True)
class Quota:
    """So many messages until then."""

    closes_at: datetime
    left: int


@dataclass(slots=True)
class Template:
    """A notice template: its fields, and whether it is for a consent or for followers."""

    fields: tuple[str, ...]
    subscription: bool = True
    lasting: bool = False


@dataclass(slots=True)
class Sent:
    """What reached a person, and when."""

    openid: str
    kind: str
    at: datetime
    content: dict[str, Any]

    @property
    def text(self) -> str:
        """The words of it."""
        if self.kind == "text":
            return str(self.content["content"])
        return str(self.content.get("head_content", ""))


@dataclass
class FakeWeChat:
    """One service account at WeChat. `calls` is every request by path, `sent` what arrived."""

    clock: Callable[[], datetime]
    url: str = ""
    verified: bool = True
    allowed_address: bool = True
    templates: dict[str, Template] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    # the next answers of a path instead of the usual one: an errcode, an HTTP status, a text
    planned: dict[str, deque[int | str]] = field(default_factory=lambda: defaultdict(deque))
    # errcodes of messages it would not take by its own rules
    refused: list[int] = field(default_factory=list)
    followers: set[str] = field(default_factory=set)
    # what a code holds, and until when, by the address drawn; how many were asked for at once
    codes: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    most_at_once: int = 0
    menu: list[dict[str, Any]] = field(default_factory=list)
    _under_way: int = 0
    _words: dict[str, Quota] = field(default_factory=dict)
    _clicks: dict[str, Quota] = field(default_factory=dict)
    _consents: dict[tuple[str, str], int] = field(default_factory=dict)
    _tokens: dict[str, datetime] = field(default_factory=dict)
    _number: int = 0

    # what people do

    def follows(self, openid: str) -> None:
        """Somebody follows: three messages in a minute."""
        self.followers.add(openid)
        self.clicks(openid)

    def leaves(self, openid: str) -> None:
        """Somebody unfollows."""
        self.followers.discard(openid)

    def writes(self, openid: str, allowed: int = 5) -> None:
        """Somebody writes: five messages in 48 hours."""
        self._words[openid] = Quota(self.clock() + timedelta(hours=48), allowed)

    def clicks(self, openid: str) -> None:
        """Somebody clicks in the menu, or scans."""
        self._clicks[openid] = Quota(self.clock() + timedelta(minutes=1), 3)

    def allows(self, openid: str, template: str, times: int = 1) -> None:
        """Somebody lets us send a notice so many times."""
        self._consents[openid, template] = self._consents.get((openid, template), 0) + times

    # what goes wrong

    def plan(self, path: str, *answers: int | str) -> None:
        """Answer the next calls of a path so: an errcode, or an HTTP status as a text."""
        self.planned[path].extend(answers)

    def cut_line(self, path: str) -> None:
        """Break the line once the next call of a path came in."""
        self.planned[path].append(_CUT_LINE)

    def expire(self) -> None:
        """End every token."""
        self._tokens = dict.fromkeys(self._tokens, self.clock() - timedelta(seconds=1))

    def count(self, path: str) -> int:
        """How often a path was called."""
        return self.calls.count(path)

    def texts(self, openid: str) -> list[str]:
        """What a person got to read."""
        return [one.text for one in self.sent if one.openid == openid]

    # the interfaces

    def app(self) -> web.Application:
        """Serve them."""
        app = web.Application(middlewares=[self._gate])
        app.router.add_post("/cgi-bin/stable_token", self._stable_token)
        app.router.add_post("/cgi-bin/message/custom/send", self._send)
        app.router.add_post("/cgi-bin/message/template/send", self._send_template)
        app.router.add_post("/cgi-bin/message/subscribe/bizsend", self._send_notice)
        app.router.add_get("/cgi-bin/template/get_all_private_template", self._list_templates)
        app.router.add_get("/wxaapi/newtmpl/gettemplate", self._list_notices)
        app.router.add_get("/cgi-bin/customservice/getkflist", self._list_clerks)
        app.router.add_get("/cgi-bin/media/get", self._media)
        app.router.add_post("/cgi-bin/qrcode/create", self._create_code)
        app.router.add_post("/cgi-bin/menu/create", self._create_menu)
        return app

    @web.middleware
    async def _gate(
        self, request: web.Request, handler: Callable[[web.Request], Any]
    ) -> web.StreamResponse:
        self.calls.append(request.path)
        planned = self.planned[request.path].popleft() if self.planned[request.path] else 0
        if planned == _CUT_LINE:
            await request.read()
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if isinstance(planned, str):
            return web.Response(status=int(planned), text="<html>")
        if planned:
            return said(planned, f"planned for {'o' * 28} hint: [x]")
        if not self.allowed_address:
            return said(40164, "invalid ip 192.0.2.1, not in whitelist")
        if request.path != "/cgi-bin/stable_token" and (code := self._token_fault(request)):
            return said(code, "invalid credential")
        answer: web.StreamResponse = await handler(request)
        return answer

    def _token_fault(self, request: web.Request) -> int:
        ends = self._tokens.get(request.query.get("access_token", ""))
        if ends is None:
            return 40001
        return 0 if ends > self.clock() else 42001

    async def _stable_token(self, request: web.Request) -> web.Response:
        body = await read_json(request)
        if body is None:
            return said(47001)
        if body.get("grant_type") != "client_credential":
            return said(40002)
        if (body.get("appid"), body.get("secret")) != (APP_ID, SECRET):
            return said(40125 if body.get("appid") == APP_ID else 40013)
        now = self.clock()
        for token, ends in self._tokens.items():
            if ends - now > _ALMOST_OVER and not body.get("force_refresh"):
                return given({"access_token": token, "expires_in": (ends - now).seconds})
        self._number += 1
        token = f"{'T' * 128}{self._number}"
        self._tokens[token] = now + _TOKEN_LIVES
        return given({"access_token": token, "expires_in": int(_TOKEN_LIVES.total_seconds())})

    async def _send(self, request: web.Request) -> web.Response:
        body = await read_json(request)
        if body is None:
            return said(47001)
        code = self._fault_of_message(body)
        if code:
            self.refused.append(code)
        else:
            self._keep(body["touser"], body["msgtype"], body[body["msgtype"]])
        return said(code)

    def _fault_of_message(self, body: Mapping[str, Any]) -> int:
        openid, kind = body.get("touser", ""), body.get("msgtype")
        if not self.verified:
            return 48001
        if openid not in self.followers:
            return 43004 if openid in {*self._words, *self._clicks} else 40003
        if kind not in ("text", "msgmenu"):
            return 40008
        if kind == "text" and len(body["text"]["content"].encode()) > _MOST_BYTES:
            return 45002
        if kind == "msgmenu" and not right_menu(body["msgmenu"]):
            return 47001
        return self._count(openid)

    def _count(self, openid: str) -> int:
        """Count a message off; the window that ends first is used first."""
        now = self.clock()
        quotas = [all_of.get(openid) for all_of in (self._clicks, self._words)]
        open_now = [quota for quota in quotas if quota and quota.closes_at > now]
        if not open_now:
            return 45015
        quota = next((one for one in open_now if one.left > 0), None)
        if quota is None:
            return 45047
        quota.left -= 1
        return 0

    async def _send_template(self, request: web.Request) -> web.Response:
        body = await read_json(request)
        if body is None:
            return said(47001)
        if not self.verified:
            return said(48001)
        if body.get("touser") not in self.followers:
            return said(43004)
        return self._notice(body, subscription=False)

    async def _send_notice(self, request: web.Request) -> web.Response:
        body = await read_json(request)
        if body is None:
            return said(47001)
        if not self.verified:
            return said(48001)
        key = (body.get("touser", ""), body.get("template_id", ""))
        template = self.templates.get(key[1])
        if template is not None and self._consents.get(key, 0) < 1:
            return said(43101)
        before = len(self.sent)
        answer = self._notice(body, subscription=True)
        if template is not None and not template.lasting:
            self._consents[key] -= len(self.sent) - before
        return answer

    def _notice(self, body: Mapping[str, Any], *, subscription: bool) -> web.Response:
        template = self.templates.get(body.get("template_id", ""))
        if template is None or template.subscription is not subscription:
            return said(40037)
        data = body.get("data", {})
        if set(data) != set(template.fields):
            return said(47003)
        for name, value in data.items():
            if not 0 < len(value["value"]) <= _TYPES.get(name.rstrip("0123456789"), 20):
                return said(47003, f"argument invalid! data.{name}.value")
        self._number += 1
        self._keep(body["touser"], "notice", {**body, "msgid": self._number})
        return given({"errcode": 0, "errmsg": "ok", "msgid": self._number})

    def _keep(self, openid: str, kind: str, content: dict[str, Any]) -> None:
        self.sent.append(Sent(openid, kind, self.clock(), content))

    async def _list_templates(self, _request: web.Request) -> web.Response:
        if not self.verified:
            return said(48001)
        ids = [key for key, one in self.templates.items() if not one.subscription]
        return given({"template_list": [{"template_id": key} for key in ids]})

    async def _list_notices(self, _request: web.Request) -> web.Response:
        if not self.verified:
            return said(48001)
        rows = [(key, one) for key, one in self.templates.items() if one.subscription]
        data = [{"priTmplId": key, "type": 3 if one.lasting else 2} for key, one in rows]
        return given({"errcode": 0, "errmsg": "ok", "data": data})

    async def _list_clerks(self, _request: web.Request) -> web.Response:
        return given({"kf_list": []}) if self.verified else said(48001)

    async def _media(self, request: web.Request) -> web.Response:
        if request.query.get("media_id") != MEDIA_ID:
            return said(40007, "invalid media_id")
        return web.Response(body=PICTURE, content_type="image/jpeg")

    async def _create_code(self, request: web.Request) -> web.Response:
        self._under_way += 1
        self.most_at_once = max(self.most_at_once, self._under_way)
        await asyncio.sleep(0)
        body = await read_json(request)
        self._under_way -= 1
        if body is None:
            return said(47001)
        if not self.verified:
            return said(48001)
        scene = body.get("action_info", {}).get("scene", {}).get("scene_str", "")
        seconds = body.get("expire_seconds")
        if body.get("action_name") != "QR_STR_SCENE" or not 0 < len(scene) <= _LONGEST_SCENE:
            return said(40053, "invalid action info")
        if not isinstance(seconds, int) or not 0 < seconds <= _LONGEST_CODE:
            return said(40052, "invalid expire_seconds")
        self._number += 1
        url = f"http://weixin.qq.com/q/{self._number:020}"
        self.codes[url] = (scene, self.clock() + timedelta(seconds=seconds))
        return given({"ticket": f"ticket{self._number}", "expire_seconds": seconds, "url": url})

    async def _create_menu(self, request: web.Request) -> web.Response:
        body = await read_json(request)
        if body is None:
            return said(47001)
        code = fault_of_bar(body.get("button"))
        if not code:
            self.menu = body["button"]
        return said(code)


def fault_of_bar(buttons: Any) -> int:
    """Check the menu of an account: at most three, five below each, and what each type needs."""
    if not isinstance(buttons, list) or not 0 < len(buttons) <= _MOST_BUTTONS:
        return 40016
    for button in buttons:
        below = button.get("sub_button", [])
        if len(below) > _MOST_BELOW:
            return 40023
        if len(button["name"].encode()) > _LONGEST_NAME:
            return 40018
        for leaf in below or [button]:
            if code := _fault_of_leaf(leaf):
                return code
    return 0


def _fault_of_leaf(leaf: Mapping[str, Any]) -> int:
    if len(leaf["name"].encode()) > _LONGEST_NAME_BELOW:
        return 40025
    if leaf.get("type") == "view":
        return 0 if str(leaf.get("url", "")).startswith(("http://", "https://")) else 40055
    if leaf.get("type") in ("click", "scancode_waitmsg"):
        return 0 if 0 < len(leaf.get("key", "").encode()) <= _LONGEST_KEY else 40019
    return 40017


def right_menu(menu: Mapping[str, Any]) -> bool:
    """Tell whether a menu is one: a head, one to ten choices, each with an id and words."""
    choices = menu.get("list", [])
    named = all(choice["id"].isdigit() and choice["content"] for choice in choices)
    return bool(menu.get("head_content")) and 0 < len(choices) <= _MOST_CHOICES and named


async def read_json(request: web.Request) -> dict[str, Any] | None:
    """Read a body that must be JSON in real UTF-8: an escaped character is refused."""
    raw = await request.read()
    try:
        text = raw.decode("utf-8")
        body = json.loads(text)
    except ValueError:
        return None
    return body if isinstance(body, dict) and "\\u" not in text else None


def said(code: int, words: str = "") -> web.Response:
    """Answer with an errcode: HTTP 200, and often called plain text."""
    return given({"errcode": code, "errmsg": words or ("ok" if not code else "refused")})


def given(content: Mapping[str, Any]) -> web.Response:
    """Answer with JSON that calls itself plain text."""
    return web.Response(text=json.dumps(content, ensure_ascii=False), content_type="text/plain")


@dataclass
class Clock:
    """The time, which moves when it is told to."""

    now: datetime = datetime(2026, 11, 22, 2, tzinfo=UTC)

    def __call__(self) -> datetime:
        """What it is now."""
        return self.now

    def go_on(self, **by: float) -> None:
        """Let time pass."""
        self.now += timedelta(**by)


@asynccontextmanager
async def a_wechat(clock: Callable[[], datetime]) -> AsyncIterator[FakeWeChat]:
    """Serve the interfaces on a port."""
    fake = FakeWeChat(clock)
    runner = web.AppRunner(fake.app(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield fake
    finally:
        await runner.cleanup()
