"""SMS by Tencent Cloud (2021-01-11): templates, receipts and answers (channels 2.5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any, Final

import orjson
from aiohttp import web
from yarl import URL

from bot.channel import Fact, Letter, Unparseable
from bot.channels.http_call import Answer
from bot.channels.sms_codes import TENCENT, meaning
from bot.channels.sms_numbers import international
from bot.channels.sms_provider import Post
from bot.channels.sms_receive import (
    Door,
    instant_of,
    name_of,
    number_of,
    read_body,
    read_object,
    read_rows,
    readable,
    take_all,
    text_of,
    words_of,
)
from bot.channels.sms_signing import Key, Signable, tc3
from bot.inbox import Came, Reported, Wrote
from models.conversation import OutgoingStatus

_SERVICE: Final = "sms"
_ACTION: Final = "SendSms"
_VERSION: Final = "2021-01-11"
_JSON: Final = "application/json; charset=utf-8"
_TAKEN: Final = {"result": 0, "errmsg": "OK"}


class TencentSms:
    """Sends by template; is told of receipts and answers, unsigned."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._door = Door.of(post.settings)
        settings = post.settings
        self._url = URL(f"{settings.tencent_url.rstrip('/')}/")
        self._key = Key(settings.tencent_secret_id, settings.tencent_secret_key.get_secret_value())

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Two addresses to enter in the console: for receipts and for answers."""
        return (
            web.post("/sms/{secret}/tencent/report", self.report),
            web.post("/sms/{secret}/tencent/reply", self.reply),
        )

    async def send(self, letter: Letter, text: str) -> str:
        """Send by the template the text is filed under; returns the SerialNo."""
        del text  # the provider puts signature and template together
        settings = self._post.settings
        filed = self._post.templates().find(letter)
        wanted: dict[str, Any] = {
            "PhoneNumberSet": [international(letter.address)],
            "SmsSdkAppId": settings.tencent_app_id,
            "SignName": settings.signature,
            "TemplateId": filed.code,
            "TemplateParamSet": filed.params(letter.values),
            "SessionContext": str(letter.key),
        }
        if settings.extensions and letter.extension:
            wanted["ExtendCode"] = letter.extension
        return serial_of(await self._call(orjson.dumps(wanted)))

    async def _call(self, body: bytes) -> Answer:
        now = self._post.clock().astimezone(UTC)
        host = self._url.raw_host or ""
        if not self._url.is_default_port():
            host = f"{host}:{self._url.port}"
        signed = {"content-type": _JSON, "host": host, "x-tc-action": _ACTION}
        headers = {
            **signed,
            "Authorization": tc3(Signable(signed, body=body), self._key, _SERVICE, now),
            "X-TC-Version": _VERSION,
            "X-TC-Region": self._post.settings.tencent_region,
            "X-TC-Timestamp": str(int(now.timestamp())),
        }
        return await self._post.caller.call("POST", self._url, headers=headers, data=body)

    async def probe(self) -> Sequence[Fact]:
        """Nothing: Tencent tells of signatures and templates by their numbers only."""
        return ()

    async def report(self, request: web.Request) -> web.Response:
        """POST /sms/{secret}/tencent/report: what became of messages, as a list."""
        self._door.check(request)
        body = await read_body(request)
        events = readable(lambda: read_rows(body, reported))
        await take_all(self._post.take, events)
        return web.json_response(_TAKEN)

    async def reply(self, request: web.Request) -> web.Response:
        """POST /sms/{secret}/tencent/reply: one answer, as an object."""
        self._door.check(request)
        body = await read_body(request)
        event = readable(lambda: wrote(read_object(body)))
        await take_all(self._post.take, [event])
        return web.json_response(_TAKEN)


def serial_of(answer: Answer) -> str:
    """Return the SerialNo of the one number we sent to; raises what was answered instead.

    A refusal comes with HTTP 200, either for the request or for the number.
    """
    response = answer.json().get("Response")
    if not isinstance(response, dict):
        raise answer.fault or Unparseable(f"{answer.status} no Response")
    error = response.get("Error")
    if isinstance(error, dict):
        raise meaning(str(error.get("Code", "")), str(error.get("Message", "")), TENCENT)
    statuses = response.get("SendStatusSet")
    status = statuses[0] if isinstance(statuses, list) and len(statuses) == 1 else None
    if not isinstance(status, dict):
        raise Unparseable("no SendStatusSet")
    if status.get("Code") != "Ok":
        raise meaning(str(status.get("Code", "")), str(status.get("Message", "")), TENCENT)
    serial = status.get("SerialNo")
    if not isinstance(serial, str) or not serial:
        raise Unparseable("no SerialNo")
    return serial


def reported(row: dict[str, Any]) -> Came:
    """Read one receipt."""
    serial, status = text_of(row, "sid"), text_of(row, "report_status")
    number = number_of(row, "mobile", text_of(row, "nationcode", needed=False))
    at = text_of(row, "user_receive_time", needed=False)
    code = text_of(row, "errmsg", needed=False)
    arrived = status == "SUCCESS"
    return Reported(
        name_of("report", serial, number, status, at),
        number,
        instant_of(at),
        provider_id=serial,
        status=OutgoingStatus.DELIVERED if arrived else OutgoingStatus.FAILED,
        code=code,
    )


def wrote(row: dict[str, Any]) -> Came:
    """Read one answer; it has no id of its own."""
    number = number_of(row, "mobile", text_of(row, "nationcode", needed=False))
    extension = text_of(row, "extend", needed=False)
    text, at = words_of(row, "text"), text_of(row, "time", needed=False)
    return Wrote(
        name_of("reply", number, extension, text, at),
        number,
        instant_of(at),
        text=text,
        extension=extension,
    )
