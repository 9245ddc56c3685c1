"""What a message of WeChat's means: words, a picture, a follow, a receipt, a consent."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Final

from bot.channels.wechat_messages import MalformedMessage, Push
from bot.inbox import (
    Came,
    Consented,
    Left,
    Opened,
    Other,
    Pictured,
    Reported,
    Spoke,
    Wrote,
)
from models.conversation import OutgoingStatus

EVENT: Final = "event"
_ACCOUNT: Final = re.compile(r"[A-Za-z0-9_-]{6,64}")
_SECONDS: Final = re.compile(r"[0-9]{10}")
_ID: Final = re.compile(r"[0-9]{1,20}")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,39}")
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")
_MEDIA: Final = re.compile(r"[A-Za-z0-9_-]{8,256}")
_LINK: Final = re.compile(r"https?://[^\s/]+/c/([A-Za-z0-9_-]{8,64})")
_SCENE: Final = "qrscene_"
_LONGEST_KIND: Final = 32
_LONGEST_KEY: Final = 128
_ACCEPTED: Final = "accept"
_SENT: Final = ("success", "0")

Fetch = Callable[[str], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Envelope:
    """What every message has; `name` is the kind of message, or of event."""

    openid: str = field(repr=False)
    account: str
    is_event: bool
    name: str
    sent_at: datetime
    key: str

    def id(self, part: str = "") -> str:
        """Return the dedupe key: the message's own id is not unique over people (and is hashed)."""
        kind = EVENT if self.is_event else "message"
        return f"{kind}:{self.key}{part}"


def envelope_of(push: Push) -> Envelope:
    """Read what every message has; raises MalformedMessage where it is missing or odd.

    Messages are known by sender, MsgId and time; events have no id, and are known by sender,
    time, event and what it is about (several of one second would be one otherwise).
    """
    is_event = _required(push, "MsgType", _NAME) == EVENT
    openid, account = (_required(push, n, _ACCOUNT) for n in ("FromUserName", "ToUserName"))
    seconds = _required(push, "CreateTime", _SECONDS)
    name = _required(push, "Event" if is_event else "MsgType", _NAME)
    about = (push.get("EventKey"), push.get("MsgID")) if is_event else (_message_id(push),)
    known = "|".join((openid, seconds, name, *about))
    return Envelope(
        openid,
        account,
        is_event,
        name,
        datetime.fromtimestamp(int(seconds), UTC),
        hashlib.sha256(known.encode()).hexdigest(),
    )


def what_came(
    push: Push, envelope: Envelope, fetch: Fetch, lasting: Collection[str] = ()
) -> tuple[Came, ...]:
    """Say what a message means; several consents or receipts may come at once.

    `fetch` loads a media file by its id; `lasting` are the templates a person consents to for good.
    """
    if not envelope.is_event:
        return (_message(push, envelope, fetch),)
    came: tuple[Came, ...] = ()
    match envelope.name:
        case "subscribe" | "SCAN" | "CLICK":
            came = (_opened(push, envelope),)
        case "scancode_push" | "scancode_waitmsg":
            came = (_scanned(push, envelope),)
        case "unsubscribe":
            came = (Left(*_known(envelope)),)
        case "TEMPLATESENDJOBFINISH" | "subscribe_msg_sent_event":
            came = _receipts(push, envelope)
        case "subscribe_msg_popup_event" | "subscribe_msg_change_event":
            came = _consents(push, envelope, lasting)
    return came or (_other(envelope),)


def _message(push: Push, envelope: Envelope, fetch: Fetch) -> Came:
    known = _known(envelope)
    match envelope.name:
        case "text":
            return Wrote(*known, text=_said(push, "Content"))
        case "image":
            return Pictured(*known, fetch=partial(fetch, _required(push, "MediaId", _MEDIA)))
        case "voice" if push.get("Recognition"):
            return Wrote(*known, text=push.get("Recognition"), spoken=True)
        case "voice":
            return Spoke(*known, fetch=partial(fetch, _required(push, "MediaId", _MEDIA)))
        case _:
            return _other(envelope)


def _opened(push: Push, envelope: Envelope) -> Opened:
    """A follow or scan may carry the token of a printed link as its scene; a menu has its key."""
    about = push.get("EventKey")
    if envelope.name == "CLICK":
        return Opened(*_known(envelope), key=about[:_LONGEST_KEY])
    scene = about.removeprefix(_SCENE)
    return Opened(*_known(envelope), token=scene if _TOKEN.fullmatch(scene) else "")


def _scanned(push: Push, envelope: Envelope) -> Opened:
    """The menu's own scanner hands over what stands in the code: the address of a link of ours."""
    results = (_LINK.fullmatch(entry.get("ScanResult", "")) for entry in push.entries)
    token = next((result[1] for result in results if result), "")
    return Opened(*_known(envelope), token=token)


def _receipts(push: Push, envelope: Envelope) -> tuple[Came, ...]:
    """A template's outcome stands in the message itself, that of a notice in a list."""
    told = push.entries or ({**push.fields, "ErrorCode": push.get("Status")},)
    return tuple(
        Reported(
            envelope.id(f":{place}"),
            envelope.openid,
            envelope.sent_at,
            provider_id=one["MsgID"],
            status=_outcome(one.get("ErrorCode", "")),
            code="" if one.get("ErrorCode") in _SENT else one.get("ErrorCode", "")[:64],
        )
        for place, one in enumerate(told)
        if _ID.fullmatch(one.get("MsgID", ""))
    )


def _outcome(code: str) -> OutgoingStatus:
    return OutgoingStatus.DELIVERED if code in _SENT else OutgoingStatus.FAILED


def _consents(push: Push, envelope: Envelope, lasting: Collection[str]) -> tuple[Came, ...]:
    return tuple(
        Consented(
            envelope.id(f":{place}"),
            envelope.openid,
            envelope.sent_at,
            template_id=one["TemplateId"],
            granted=one.get("SubscribeStatusString") == _ACCEPTED,
            lasting=one["TemplateId"] in lasting,
        )
        for place, one in enumerate(push.entries)
        if _ACCOUNT.fullmatch(one.get("TemplateId", ""))
    )


def _other(envelope: Envelope) -> Other:
    kind = f"{EVENT}.{envelope.name}" if envelope.is_event else envelope.name
    return Other(*_known(envelope), kind=kind[:_LONGEST_KIND])


def _known(envelope: Envelope) -> tuple[str, str, datetime]:
    return envelope.id(), envelope.openid, envelope.sent_at


def _message_id(push: Push) -> str:
    return _required(push, "MsgId", _ID)


def _required(push: Push, name: str, form: re.Pattern[str]) -> str:
    found = push.get(name)
    if not form.fullmatch(found):
        raise MalformedMessage
    return found


def _said(push: Push, name: str) -> str:
    found = push.get(name)
    if not found:
        raise MalformedMessage
    return found
