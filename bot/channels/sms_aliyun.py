"""SMS by Aliyun (dysmsapi 2017-05-25): templates, receipts and answers (channels 2.5)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from aiohttp import web

from bot.channel import Fact, Letter, Unparseable
from bot.channels.aliyun_api import AliyunApi
from bot.channels.sms_provider import Post
from bot.channels.sms_receive import (
    Door,
    Read,
    instant_of,
    name_of,
    number_of,
    read_body,
    read_rows,
    readable,
    take_all,
    text_of,
    words_of,
)
from bot.channels.sms_signing import Key
from bot.inbox import Came, Reported, Wrote
from models.conversation import OutgoingStatus

_VERSION: Final = "2017-05-25"
_TAKEN: Final = {"code": 0, "msg": "接收成功"}
_PASSED: Final = 1


class AliyunSms:
    """Sends by template; is told of receipts and answers in unsigned lists."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._door = Door.of(post.settings)
        settings = post.settings
        key = Key(settings.aliyun_key_id, settings.aliyun_key_secret.get_secret_value())
        self._api = AliyunApi(settings.aliyun_url, _VERSION, key, post.caller, post.clock)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Two addresses to enter in the console: for receipts and for answers."""
        return (
            web.post("/sms/{secret}/aliyun/report", self.report),
            web.post("/sms/{secret}/aliyun/reply", self.reply),
        )

    async def send(self, letter: Letter, text: str) -> str:
        """Send by the template the text is filed under; returns the BizId."""
        del text  # the provider puts signature and template together
        settings = self._post.settings
        filed = self._post.templates().find(letter)
        query = {
            "PhoneNumbers": letter.address,
            "SignName": settings.signature,
            "TemplateCode": filed.code,
            "OutId": str(letter.key),
        }
        if filed.variables:
            names = [name.replace("+", "_") for name in filed.variables]
            values = dict(zip(names, filed.params(letter.values), strict=True))
            query["TemplateParam"] = json.dumps(values, ensure_ascii=False)
        if settings.extensions and letter.extension:
            query["SmsUpExtendCode"] = letter.extension
        answer = await self._api.act("SendSms", query)
        biz_id = answer.get("BizId")
        if not isinstance(biz_id, str) or not biz_id:
            raise Unparseable("no BizId")
        return biz_id

    async def probe(self) -> Sequence[Fact]:
        """Ask whether the signature was approved."""
        signature = self._post.settings.signature
        answer = await self._api.act("QuerySmsSign", {"SignName": signature})
        return (Fact("signature", signature, good=answer.get("SignStatus") == _PASSED),)

    async def report(self, request: web.Request) -> web.Response:
        """POST /sms/{secret}/aliyun/report: what became of messages; may come more than once."""
        return await self._take(request, reported)

    async def reply(self, request: web.Request) -> web.Response:
        """POST /sms/{secret}/aliyun/reply: what people answered."""
        return await self._take(request, self._wrote)

    async def _take(self, request: web.Request, read: Read) -> web.Response:
        self._door.check(request)
        body = await read_body(request)
        events = readable(lambda: read_rows(body, read))
        await take_all(self._post.take, events)
        return web.json_response(_TAKEN)

    def _wrote(self, row: dict[str, Any]) -> Came:
        return wrote(row, self._post.settings.number)


def reported(row: dict[str, Any]) -> Came:
    """Read one receipt; our own key in out_id names the message even before its BizId is known."""
    biz_id, number = text_of(row, "biz_id"), number_of(row, "phone_number")
    code = text_of(row, "err_code", needed=False)
    at = text_of(row, "report_time", needed=False)
    arrived = row.get("success")
    if not isinstance(arrived, bool):
        arrived = text_of(row, "success").lower() == "true"
    return Reported(
        name_of("report", biz_id, number, code, at),
        number,
        instant_of(at),
        provider_id=text_of(row, "out_id", needed=False) or biz_id,
        status=OutgoingStatus.DELIVERED if arrived else OutgoingStatus.FAILED,
        code=code,
    )


def wrote(row: dict[str, Any], own_number: str) -> Came:
    """Read one answer."""
    return Wrote(
        name_of("reply", text_of(row, "sequence_id")),
        number_of(row, "phone_number"),
        instant_of(text_of(row, "send_time", needed=False)),
        text=words_of(row, "content"),
        extension=text_of(row, "dest_code", needed=False).removeprefix(own_number),
    )
