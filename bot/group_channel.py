"""The contract of a channel to staff groups: lines go out, orders come back elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from handlers.room.groups import Group


@dataclass(frozen=True, slots=True)
class PostLine:
    """One post as a group reads it: number, ward, level, clock; no name, no words (T07).

    `buttons` are the labels of what can be done about the case `number`, none when nothing is to
    be done. `urgent`: danger nobody may overlook.
    """

    line: str
    link: str = ""
    number: str = ""
    buttons: tuple[str, ...] = ()
    urgent: bool = False

    @property
    def text(self) -> str:
        """The line with its link."""
        return f"{self.line} {self.link}".strip()


class GroupChannel(Protocol):
    """One way to post to staff groups.

    `limit` is how many bytes of UTF-8 the lines of one message may take, joined by line ends.
    """

    name: str
    limit: int

    async def start(self) -> None:
        """Open what sending needs; called once, within the running loop."""
        ...

    async def close(self) -> None:
        """Let go of it."""
        ...

    async def post(self, group: Group, lines: Sequence[PostLine]) -> str:
        """Post lines as one message and return its id, if any; raises bot.channel.SendError."""
        ...
