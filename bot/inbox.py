"""What came in by a channel: taken once, handed to the desk, answered; adapters only read it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from models.conversation import OutgoingStatus
from models.people import System


@dataclass(frozen=True, slots=True)
class Came:
    """Anything a provider told us; `external_id` is its dedupe key within the channel."""

    external_id: str
    address: str = field(repr=False)
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wrote(Came):
    """Words. `spoken`: recognised speech, to be echoed. `extension`: digits behind our number."""

    text: str = field(default="", repr=False)
    spoken: bool = False
    extension: str = ""


@dataclass(frozen=True, slots=True)
class Pressed(Came):
    """A pressed button of ours: the option's key and the turn of the question it stood below."""

    key: str = ""
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Pictured(Came):
    """A picture; `fetch` loads it from the provider (raises SendError)."""

    fetch: Callable[[], Awaitable[bytes]] | None = field(default=None, repr=False)
    caption: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Spoke(Came):
    """Speech nobody has recognised: a person is to listen."""

    fetch: Callable[[], Awaitable[bytes]] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Opened(Came):
    """Somebody followed, scanned, pressed start or clicked in the menu: the short window opens.

    `token` is of a printed link, or empty; `key` names the entry of the menu.
    """

    token: str = field(default="", repr=False)
    key: str = ""


@dataclass(frozen=True, slots=True)
class Left(Came):
    """Somebody unfollowed or blocked us."""


@dataclass(frozen=True, slots=True)
class Reported(Came):
    """A receipt: what became of a message of ours; `address` may be empty."""

    provider_id: str = ""
    status: OutgoingStatus = OutgoingStatus.DELIVERED
    code: str = ""


@dataclass(frozen=True, slots=True)
class Consented(Came):
    """A person allowed or refused notices of a template; `lasting`: until it is taken back."""

    template_id: str = ""
    granted: bool = True
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Other(Came):
    """What we do not know or need: recorded, acknowledged, ignored."""

    kind: str = "other"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it: `reply` is for an address nobody has proven yet, to be sent at once."""

    conversation_id: UUID | None = None
    reply: str = field(default="", repr=False)
    repeated: bool = False


Take = Callable[[System, Came], Awaitable[Taken]]
