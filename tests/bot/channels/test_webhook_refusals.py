"""A body that never comes whole is refused, and refused calls are told of, without their words."""

from __future__ import annotations

import asyncio
import json

import pytest
from aiohttp import ClientSession, web
from structlog.testing import capture_logs
from yarl import URL

from bot.channels.sms import SmsChannel
from bot.refused_calls import RefusedCalls
from tests.bot.channels.fake_sms import running
from tests.bot.channels.sms_site import NOW, PATH, Desk, a_site, settings

REPLY = f"/sms/{PATH}/aliyun/reply"


async def test_a_body_that_does_not_come_whole_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.webhook_body.WITHIN", 0.1)
    async with a_site("aliyun") as site:
        url = URL(site.url)
        reader, writer = await asyncio.open_connection(url.host, url.port)
        head = f'POST {REPLY} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n[{{"a'
        writer.write(head.encode())
        assert b" 408 " in await reader.readline()
        writer.close()
        await writer.wait_closed()
        assert site.desk.came == []


async def test_refused_calls_are_counted_by_reason_without_address_or_words() -> None:
    """The first is told of at once; those after it together."""
    refused, desk = RefusedCalls(), Desk()
    channel = SmsChannel(settings("aliyun"), desk.take, lambda: NOW)
    app = web.Application(middlewares=[refused.count])
    refused.watch(channel.name, app.add_routes(channel.routes()))
    wrong = "/sms/wrongpath/aliyun/reply"
    row = {"phone_number": "13900000001", "content": "胸口疼", "sequence_id": 1}
    taken = json.dumps([row]).encode()
    with capture_logs() as lines:
        async with running(app) as url, ClientSession() as http:
            for path, body in ((wrong, taken), (wrong, taken), (wrong, b""), (REPLY, b"[]")):
                (await http.post(f"{url}{path}", data=body)).close()
            (await http.post(f"{url}{REPLY}", data=taken)).close()
            (await http.post(f"{url}/nowhere", data=taken)).close()
            told = [line for line in lines if line["event"] == "webhook_refused"]
            assert [(one["reason"], one["times"]) for one in told] == [("not_proven", 1)]
            refused.tell()
    known = [dict(line) for line in lines if line["event"] == "webhook_refused"]
    usual = {"event": "webhook_refused", "log_level": "warning", "channel": "sms"}
    assert known[1:] == [
        {**usual, "reason": "not_proven", "times": 2},
        {**usual, "reason": "unreadable", "times": 1},
    ]
    assert len(desk.came) == 1
