"""SMS over SMPP through Kannel beside us, which speaks HTTP (channels 2.7, 4.4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from aiohttp import web
from yarl import URL

from bot.channel import Fact, Invalid, Letter, Misconfigured, NotConnected, Rejected, Unparseable
from bot.channels.http_call import Answer
from bot.channels.sms_numbers import digits_of
from bot.channels.sms_provider import Post
from bot.channels.sms_receive import (
    Door,
    Unreadable,
    instant_of,
    name_of,
    number_of,
    read_form,
    readable,
    text_of,
    words_of,
)
from bot.channels.sms_segments import signed
from bot.inbox import Came, Other, Reported, Wrote
from models.conversation import OutgoingStatus
from models.people import System

# 0: accepted for delivery, 3: queued for later delivery
_TAKEN: Final = ("0:", "3:")
_EVERY_STEP: Final = "31"
_UCS2: Final = "2"
_STATUSES: Final = {
    "1": OutgoingStatus.DELIVERED,
    "2": OutgoingStatus.FAILED,
    "4": OutgoingStatus.ACCEPTED,
    "8": OutgoingStatus.ACCEPTED,
    "16": OutgoingStatus.FAILED,
}
# without it Kannel sends what we answer as GSM, and Chinese arrives as question marks
_CHINESE: Final = {"X-Kannel-Coding": "2"}


class KannelSms:
    """Sends free text; Kannel splits it, keeps it and reports by the address it was told."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._door = Door.of(post.settings)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Where answers come; where receipts come is told with each message."""
        return (
            web.get("/sms/{secret}/kannel/report", self.report),
            web.get("/sms/{secret}/kannel/reply", self.reply),
        )

    async def send(self, letter: Letter, text: str) -> str:
        """Send the text; Kannel gives no id, so ours is the one that comes back."""
        settings = self._post.settings
        sender = settings.number
        if settings.extensions and sender:
            sender += letter.extension
        secret = settings.secret_path.get_secret_value()
        report = f"{settings.public_url}/sms/{secret}/kannel/report"
        query = {
            "username": settings.kannel_user,
            "password": settings.kannel_password.get_secret_value(),
            "to": digits_of(letter.address),
            "coding": _UCS2,
            "charset": "UTF-8",
            "text": text,
            "dlr-mask": _EVERY_STEP,
            "dlr-url": f"{report}?key={letter.key}&type=%d&at=%T",
            **({"from": sender} if sender else {}),
        }
        url = URL(f"{settings.kannel_url.rstrip('/')}/cgi-bin/sendsms").with_query(query)
        check_taken(await self._post.caller.call("GET", url))
        return str(letter.key)

    async def probe(self) -> Sequence[Fact]:
        """Nothing: Kannel's own status page stands behind its admin port."""
        return ()

    async def report(self, request: web.Request) -> web.Response:
        """GET /sms/{secret}/kannel/report: what became of one message."""
        return await self._take(request, reported)

    async def reply(self, request: web.Request) -> web.Response:
        """GET /sms/{secret}/kannel/reply: what somebody wrote; what we answer is sent back."""
        return await self._take(request, self._wrote)

    async def _take(self, request: web.Request, read: Any) -> web.Response:
        self._door.check(request)
        query = request.rel_url.raw_query_string.encode("ascii", errors="replace")
        event = readable(lambda: read(dict(read_form(query))))
        taken = await self._post.take(System.PHONE, event)
        signature = self._post.settings.signature
        said = signed(signature, taken.reply) if taken.reply else ""
        return web.Response(text=said, headers=_CHINESE)

    def _wrote(self, row: dict[str, Any]) -> Came:
        return wrote(row, self._post.settings.number)


def check_taken(answer: Answer) -> None:
    """Return where Kannel has taken the message; raises what it said instead."""
    words = answer.body.decode("utf-8", errors="replace")
    if answer.status in (200, 202) and words.startswith(_TAKEN):
        return
    if answer.status == _FORBIDDEN:
        raise Misconfigured("403 authorization failed")
    if answer.status == _NOT_ROUTABLE:
        raise Rejected("404 not routable")
    if answer.status == _BAD:
        raise Invalid("400 malformed")
    if words.startswith("Temporal failure"):
        raise NotConnected("temporal failure")
    raise answer.fault or Unparseable(f"{answer.status} no acceptance")


_BAD: Final = 400
_FORBIDDEN: Final = 403
_NOT_ROUTABLE: Final = 404


def reported(row: dict[str, Any]) -> Came:
    """Read one receipt of a message of ours."""
    key, kind = text_of(row, "key"), text_of(row, "type")
    try:
        key = str(UUID(key))
    except ValueError:
        raise Unreadable("key") from None
    name, status = name_of("report", key, kind), _STATUSES.get(kind)
    if status is None:
        return Other(name, "", kind="receipt")
    at = instant_of(text_of(row, "at", needed=False))
    return Reported(name, "", at, provider_id=key, status=status, code=kind)


def wrote(row: dict[str, Any], own_number: str) -> Came:
    """Read what somebody wrote; Kannel has joined its parts and recoded it to UTF-8."""
    name, number = name_of("reply", text_of(row, "id")), number_of(row, "from")
    if not row.get("text"):
        return Other(name, number, kind="empty")
    extension = text_of(row, "to", needed=False)
    if own_number:
        extension = extension.removeprefix(own_number)
    at = instant_of(text_of(row, "at", needed=False))
    return Wrote(name, number, at, text=words_of(row, "text"), extension=extension)
