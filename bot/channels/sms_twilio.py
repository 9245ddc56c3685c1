"""SMS by Twilio, or by who speaks its API: free text, signed callbacks (channels 2.6)."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID
from xml.sax.saxutils import escape

from aiohttp import encode_basic_auth, web

from bot.channel import Fact, Letter, Unparseable
from bot.channels.http_call import Answer
from bot.channels.sms_codes import TWILIO, meaning
from bot.channels.sms_numbers import international
from bot.channels.sms_provider import Post
from bot.channels.sms_receive import (
    name_of,
    number_of,
    read_body,
    read_form,
    readable,
    text_of,
    words_of,
)
from bot.channels.sms_segments import signed
from bot.channels.sms_signing import twilio_signature
from bot.inbox import Came, Other, Reported, Wrote
from models.conversation import OutgoingStatus
from models.people import System

_CREATED: Final = 201
_STATUSES: Final = {
    "accepted": OutgoingStatus.ACCEPTED,
    "queued": OutgoingStatus.ACCEPTED,
    "sending": OutgoingStatus.ACCEPTED,
    "sent": OutgoingStatus.ACCEPTED,
    "delivered": OutgoingStatus.DELIVERED,
    "read": OutgoingStatus.READ,
    "undelivered": OutgoingStatus.FAILED,
    "failed": OutgoingStatus.FAILED,
}


class TwilioSms:
    """Sends free text; every callback carries a signature over the public address."""

    def __init__(self, post: Post) -> None:
        self._post = post
        settings = post.settings
        self._token = settings.twilio_token.get_secret_value()
        self._account = f"{settings.twilio_url.rstrip('/')}/2010-04-01/Accounts/" + (
            settings.twilio_account
        )
        basic = encode_basic_auth(settings.twilio_account, self._token)
        self._headers = {"Authorization": basic}

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Where answers come; where receipts come is told with each message."""
        return (
            web.post("/sms/twilio/report", self.report),
            web.post("/sms/twilio/reply", self.reply),
        )

    async def send(self, letter: Letter, text: str) -> str:
        """Send the text; returns the message SID."""
        settings = self._post.settings
        back = f"{settings.public_url}/sms/twilio/report?key={letter.key}"
        form = {"To": international(letter.address), "Body": text, "StatusCallback": back}
        if settings.twilio_service:
            form["MessagingServiceSid"] = settings.twilio_service
        else:
            form["From"] = settings.number
        url = f"{self._account}/Messages.json"
        answer = await self._post.caller.call("POST", url, data=form, headers=self._headers)
        return sid_of(answer)

    async def probe(self) -> Sequence[Fact]:
        """Ask whether the account is active."""
        answer = await self._post.caller.call("GET", f"{self._account}.json", headers=self._headers)
        if answer.fault is not None:
            raise answer.fault
        status = str(answer.json().get("status", ""))
        return (Fact("account", status, good=status == "active"),)

    async def report(self, request: web.Request) -> web.Response:
        """POST /sms/twilio/report?key=: what became of one message; may come out of order."""
        form = await self._signed(request)
        key = request.query.get("key", "")
        event = readable(lambda: reported(form, key))
        await self._post.take(System.PHONE, event)
        return web.Response(status=204)

    async def reply(self, request: web.Request) -> web.Response:
        """POST /sms/twilio/reply: what somebody wrote; a word to a stranger goes back at once."""
        form = await self._signed(request)
        event = readable(lambda: wrote(form, self._post.settings.number))
        taken = await self._post.take(System.PHONE, event)
        words = escape(signed(self._post.settings.signature, taken.reply))
        said = f"<Message>{words}</Message>" if taken.reply else ""
        return web.Response(text=f"<Response>{said}</Response>", content_type="text/xml")

    async def _signed(self, request: web.Request) -> dict[str, Any]:
        """Return the form of a request Twilio has signed; raises 401 for any other."""
        body = await read_body(request)
        pairs = readable(lambda: read_form(body))
        url = self._post.settings.public_url + request.raw_path
        wanted = twilio_signature(url, pairs, self._token)
        given = request.headers.get("X-Twilio-Signature", "")
        if not hmac.compare_digest(given.encode(errors="replace"), wanted.encode()):
            raise web.HTTPUnauthorized
        return dict(pairs)


def sid_of(answer: Answer) -> str:
    """Return the SID of a message that was taken; raises what was answered instead."""
    read = answer.json()
    sid = read.get("sid")
    if answer.status == _CREATED and isinstance(sid, str) and sid:
        return sid
    code = read.get("code")
    if isinstance(code, int | str) and code:
        raise meaning(str(code), str(read.get("message", "")), TWILIO)
    raise answer.fault or Unparseable(f"{answer.status} no sid")


def reported(form: dict[str, Any], key: str) -> Came:
    """Read one receipt; our own key names the message even before its SID is known."""
    sid, said = text_of(form, "MessageSid"), text_of(form, "MessageStatus")
    name = name_of("report", sid, said)
    status = _STATUSES.get(said)
    if status is None:
        return Other(name, "", kind="receipt")
    code = text_of(form, "ErrorCode", needed=False)
    return Reported(name, "", provider_id=_key(key) or sid, status=status, code=code)


def wrote(form: dict[str, Any], own_number: str) -> Came:
    """Read what somebody wrote; a picture without words is noted and left."""
    name, number = name_of("reply", text_of(form, "MessageSid")), number_of(form, "From")
    if not form.get("Body") and form.get("NumMedia", "0") != "0":
        return Other(name, number, kind="mms")
    return Wrote(
        name,
        number,
        text=words_of(form, "Body"),
        extension=text_of(form, "To", needed=False).removeprefix(own_number) if own_number else "",
    )


def _key(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""
