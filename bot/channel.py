"""The contract of a channel, and the closed set of ways a send can fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from bot.rendering import Bubble
from models.conversation import OutgoingStatus


class SendError(Exception):
    """A channel did not take a message; `code` is what staff see, `status` what it becomes."""

    code = "unexpected"
    status = OutgoingStatus.FAILED


@dataclass(frozen=True, slots=True)
class Delivered:
    """A message a channel took: the provider's id, and the bubble as it was shown."""

    provider_id: str
    shown: dict[str, Any]


class Channel(Protocol):
    """One way to reach people. Retry, dedupe, order and logs are outside of it."""

    name: str

    async def send(self, address: str, bubble: Bubble) -> str:
        """Hand a message over and return the provider's id; raises SendError."""
        ...

    async def announce(self, conversation_id: UUID | None) -> None:
        """Tell whoever watches that something new is there, once it is stored."""
        ...
