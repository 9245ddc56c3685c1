"""A Bot API of the tests' own: strict, with Telegram's limits, errors and webhooks."""

from __future__ import annotations

import asyncio
import json
import re
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final

from aiohttp import ClientSession, web

TOKEN: Final = "4200001:TESTS-of-suifang-token"
BOT: Final = {"id": 4200001, "is_bot": True, "first_name": "随访", "username": "suifang_test_bot"}
PHOTO: Final = b"\xff\xd8\xff\xe0" + b"\x00" * 64
_CAPITAL: Final = re.compile("[A-Z]")
_LONGEST: Final = 4096
_LONGEST_DATA: Final = 64


@dataclass(slots=True)
class Call:
    """One call of a method as it came, and when."""

    method: str
    fields: dict[str, Any]
    at: float


@dataclass(slots=True)
class FakeTelegram:
    """What the tests say to the API, and what it was told."""

    url: str = ""
    calls: list[Call] = field(default_factory=list)
    # a method's next answers, instead of the usual one: (status, body), or None for a cut line
    injected: dict[str, deque[tuple[int, Any] | None]] = field(
        default_factory=lambda: defaultdict(deque)
    )
    updates: deque[Any] = field(default_factory=deque)
    confirmed: list[int] = field(default_factory=list)
    known_chats: set[int] = field(default_factory=set)
    moved: dict[int, int] = field(default_factory=dict)
    hook: dict[str, Any] = field(default_factory=dict)
    here: asyncio.Event = field(default_factory=asyncio.Event)
    called: asyncio.Event = field(default_factory=asyncio.Event)
    number: int = 100

    def inject(self, method: str, status: int, description: str, **parameters: int) -> None:
        """Let the next call of a method fail."""
        body = {"ok": False, "error_code": status, "description": description}
        self.injected[method].append((status, {**body, "parameters": parameters}))

    def cut_line(self, method: str) -> None:
        """Break the line after the next call of a method came in."""
        self.injected[method].append(None)

    def garble(self, method: str) -> None:
        """Answer the next call of a method with what is no JSON."""
        self.injected[method].append((200, "<html>"))

    def calls_of(self, method: str) -> list[dict[str, Any]]:
        """The fields of all calls of a method."""
        return [call.fields for call in self.calls if call.method == method]

    def texts(self, chat: int) -> list[str]:
        """What a chat was sent."""
        return [one["text"] for one in self.calls_of("sendMessage") if one["chat_id"] == chat]

    def offer(self, *updates: Any) -> None:
        """Let updates wait for the next getUpdates."""
        self.updates.extend(updates)
        self.here.set()

    async def until(self, method: str, count: int = 1) -> list[dict[str, Any]]:
        """Wait until a method was called so often."""
        async with asyncio.timeout(10):
            while len(self.calls_of(method)) < count:
                self.called.clear()
                await self.called.wait()
        return self.calls_of(method)

    async def call(self, url: str, update: Any, secret: str = "", body: bytes | None = None) -> int:
        """Call a webhook as Telegram does; the status it answers."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        data = BytesIO(json.dumps(update).encode() if body is None else body)
        headers["Content-Type"] = "application/json"
        async with ClientSession() as http, http.post(url, data=data, headers=headers) as answer:
            await answer.read()
            return answer.status

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer a call of a method."""
        if request.match_info["token"] != TOKEN:
            return _failed(401, "Unauthorized")
        method = request.match_info["method"]
        fields = _fields(await request.post())
        self.calls.append(Call(method, fields, asyncio.get_running_loop().time()))
        self.called.set()
        if self.injected[method]:
            planned = self.injected[method].popleft()
            if planned is None:
                assert request.transport is not None
                request.transport.abort()
                return web.Response()
            status, body = planned
            if isinstance(body, str):
                return web.Response(text=body, status=status)
            return web.json_response(body, status=status)
        known = getattr(
            self, "_" + _CAPITAL.sub(lambda found: f"_{found[0].lower()}", method), None
        )
        return await known(fields) if known else _failed(404, f"Not Found: {method}")

    async def file(self, request: web.Request) -> web.StreamResponse:
        """Give a file."""
        if request.match_info["token"] != TOKEN or request.match_info["path"] != "photos/1.jpg":
            raise web.HTTPNotFound
        return web.Response(body=PHOTO)

    # ---- the methods

    async def _get_me(self, fields: Mapping[str, Any]) -> web.Response:
        del fields
        return _ok({**BOT, "can_read_all_group_messages": True})

    async def _get_updates(self, fields: Mapping[str, Any]) -> web.Response:
        if self.hook.get("url"):
            return _failed(409, "Conflict: can't use getUpdates method while webhook is active")
        assert fields["allowed_updates"]
        offset = fields.get("offset") or 0
        while self.updates and _id(self.updates[0]) < offset:
            self.confirmed.append(_id(self.updates.popleft()))
        if not self.updates:
            self.here.clear()
            try:
                async with asyncio.timeout(0.2):
                    await self.here.wait()
            except TimeoutError:
                return _ok([])
        return _ok(list(self.updates))

    async def _set_webhook(self, fields: dict[str, Any]) -> web.Response:
        self.hook = fields
        return _ok(data=True)

    async def _delete_webhook(self, fields: Mapping[str, Any]) -> web.Response:
        assert not fields.get("drop_pending_updates")
        self.hook = {}
        return _ok(data=True)

    async def _get_webhook_info(self, fields: Mapping[str, Any]) -> web.Response:
        del fields
        info = {"has_custom_certificate": False, "pending_update_count": len(self.updates)}
        return _ok({"url": self.hook.get("url", ""), **info})

    async def _send_message(self, fields: dict[str, Any]) -> web.Response:
        chat, text = fields["chat_id"], fields.get("text", "")
        if chat in self.moved:
            told = "Bad Request: group chat was upgraded to a supergroup chat"
            return _failed(400, told, migrate_to_chat_id=self.moved[chat])
        faults = {
            "chat not found": self.known_chats and chat not in self.known_chats,
            "message text is empty": not text.strip(),
            "message is too long": len(text.encode("utf-16-le")) // 2 > _LONGEST,
            "can't parse entities": fields.get("parse_mode"),
            "BUTTON_DATA_INVALID": not _fit(fields.get("reply_markup")),
        }
        if found := [told for told, holds in faults.items() if holds]:
            return _failed(400, f"Bad Request: {found[0]}")
        assert fields["link_preview_options"] == {"is_disabled": True}
        self.number += 1
        return _ok({"message_id": self.number, "date": 1, "chat": _chat(chat), "text": text})

    async def _edit_message_reply_markup(self, fields: Mapping[str, Any]) -> web.Response:
        if not _fit(fields.get("reply_markup")):
            return _failed(400, "Bad Request: BUTTON_DATA_INVALID")
        return _ok(data=True)

    async def _answer_callback_query(self, fields: Mapping[str, Any]) -> web.Response:
        if len(fields.get("text", "")) > 200:
            return _failed(400, "Bad Request: MESSAGE_TOO_LONG")
        return _ok(data=True)

    async def _leave_chat(self, fields: Mapping[str, Any]) -> web.Response:
        del fields
        return _ok(data=True)

    async def _get_file(self, fields: Mapping[str, Any]) -> web.Response:
        if fields["file_id"] == "gone":
            return _failed(400, "Bad Request: file is temporarily unavailable")
        size = 20_000_000 if fields["file_id"] == "huge" else len(PHOTO)
        path = "photos/2.jpg" if fields["file_id"] == "lost" else "photos/1.jpg"
        unique = {"file_id": fields["file_id"], "file_unique_id": "u"}
        return _ok({**unique, "file_size": size, "file_path": path})


@asynccontextmanager
async def a_telegram() -> AsyncIterator[FakeTelegram]:
    """Open the API on a port of 127.0.0.1."""
    fake = FakeTelegram()
    app = web.Application()
    app.router.add_post("/bot{token}/{method}", fake.answer)
    app.router.add_get("/file/bot{token}/{path:.+}", fake.file)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield fake
    finally:
        await runner.cleanup()


def _ok(data: Any) -> web.Response:
    return web.json_response({"ok": True, "result": data})


def _failed(status: int, description: str, **parameters: int) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return web.json_response(body, status=status)


def _fields(form: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a call; what looks like JSON is read, texts stay as they are."""
    return {
        name: value if name in ("text", "file_id") else _read(str(value))
        for name, value in form.items()
    }


def _read(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def _fit(markup: Any) -> bool:
    rows = (markup or {}).get("inline_keyboard", [])
    buttons = [button for row in rows for button in row]
    fitting = all(0 < len(one["callback_data"].encode()) <= _LONGEST_DATA for one in buttons)
    return len(buttons) <= 100 and all(len(row) <= 8 for row in rows) and fitting


def _chat(chat: int) -> dict[str, Any]:
    if chat > 0:
        return {"id": chat, "type": "private", "first_name": "甲"}
    return {"id": chat, "type": "supergroup", "title": "群"}


def _id(update: Any) -> int:
    return update.get("update_id", 0) if isinstance(update, dict) else 0
