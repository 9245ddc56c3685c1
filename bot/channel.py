"""The contract of a channel, and the closed set of ways a send can fail.

An adapter says what came in and what became of a send, and nothing else. Retry, dedupe, order,
queue, logs and redaction are outside of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, ClassVar, Protocol
from uuid import UUID

from aiohttp import web

from bot.rendering import Bubble
from models.conversation import OutgoingStatus


class SendError(Exception):
    """A channel did not take a message; `code` is what staff see, `status` what it becomes.

    `retries`: the provider surely has not got it, and the same message may be handed over again.
    Not `called`: we did not even ask it.
    `elsewhere`: another address of the same person may be tried.
    `detail` is the provider's code and words; it must not repeat an address or what was written.
    """

    code: ClassVar[str] = "unexpected"
    status: ClassVar[OutgoingStatus] = OutgoingStatus.UNKNOWN
    retries: ClassVar[bool] = False
    elsewhere: ClassVar[bool] = False
    called: ClassVar[bool] = True

    def __init__(self, detail: str = "", *, after: timedelta | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.after = after

    @property
    def said(self) -> str:
        """What is written down about it."""
        return f"{self.code}: {self.detail}" if self.detail else self.code


class Misconfigured(SendError):
    """Our side is wrong: a bad key, no such template, an address not on the provider's list."""

    code = "config"
    status = OutgoingStatus.FAILED
    elsewhere = True


class Invalid(SendError):
    """This message or address can never be sent here: too long, not filed, no such number."""

    code = "invalid"
    status = OutgoingStatus.FAILED
    elsewhere = True


class NotConnected(SendError):
    """The provider was not reached, or said that it is not working: it has not got it."""

    code = "connection"
    status = OutgoingStatus.FAILED
    retries = True
    elsewhere = True


class Throttled(SendError):
    """Too fast, or too much for today: `after` is when to come again."""

    code = "throttled"
    status = OutgoingStatus.FAILED
    retries = True
    elsewhere = True


class Held(Throttled):
    """We were asked to wait, or keep our own pace: nothing went out, and it was no try."""

    called = False


class Rejected(SendError):
    """The provider will not send it, and says why."""

    code = "rejected"
    status = OutgoingStatus.FAILED
    elsewhere = True


class Unparseable(SendError):
    """The provider's answer cannot be read: the message may have gone out."""

    code = "unparseable"


class Unexpected(SendError):
    """The provider answered what it never should: the message may have gone out."""


class ContactStopped(SendError):
    """The person blocked us, or left: this address is not written to again."""

    code = "contact_stopped"
    status = OutgoingStatus.SUPPRESSED
    elsewhere = True


class WindowClosed(SendError):
    """The channel lets us write only for a while after the person did."""

    code = "window_closed"
    status = OutgoingStatus.FAILED
    elsewhere = True


class OutcomeUnknown(SendError):
    """The line broke after the request had gone: nobody knows; it is not blindly sent again."""

    code = "unknown"


class Unit(StrEnum):
    """In what a channel measures a text."""

    CHARACTERS = "characters"
    UTF16 = "utf16"
    BYTES = "bytes"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can do.

    `limit` is the longest text in `unit`; `buttons` how many may stand below a text (0: choices
    are numbers in the text); `windowed`: we may write only for a while after the person did;
    `merges`: several bubbles that wait are better one message; `receipts`: delivery is reported.
    `per_second` is how fast we may send to everybody, `at_once` how many sends run side by side.
    """

    limit: int
    unit: Unit = Unit.CHARACTERS
    buttons: int = 0
    pictures: bool = False
    windowed: bool = False
    merges: bool = False
    receipts: bool = False
    per_second: float | None = None
    at_once: int = 1


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one address.

    `key` names it once and for all, for providers that keep a reference of ours. `shape` names
    the text as it is filed with a provider (`M-OPEN`, `fu-d3.pain`) and `values` fill it; a
    channel that takes free text sends `bubble` alone. `urgent`: it must arrive.
    `extension`: digits behind our number, by which an answer finds its question.
    """

    key: UUID
    address: str
    bubble: Bubble
    shape: str = ""
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    urgent: bool = False
    extension: str = ""


@dataclass(frozen=True, slots=True)
class Delivered:
    """A message a channel took: the provider's id, and the bubble as it was shown."""

    provider_id: str
    shown: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fact:
    """One line about the state of a channel: `name` is a key of the catalog channels.toml."""

    name: str
    value: str
    good: bool = True


class Channel(Protocol):
    """One way to reach people."""

    name: str

    @property
    def capabilities(self) -> Capabilities:
        """What it can do; what a provider says of the account may change it."""
        ...

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Where its provider calls us."""
        ...

    async def start(self) -> None:
        """Open what sending needs; called once, within the running loop."""
        ...

    async def close(self) -> None:
        """Let go of it."""
        ...

    async def send(self, letter: Letter) -> str:
        """Hand a message over and return the provider's id; raises SendError."""
        ...

    async def announce(self, conversation_id: UUID | None) -> None:
        """Tell whoever watches that something new is there, once it is stored."""
        ...

    async def probe(self) -> Sequence[Fact]:
        """Ask the provider what this account may do; raises SendError."""
        ...
