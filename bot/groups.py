"""The staff groups at work: plan, lease, post, note; each group at its pace, beside the others."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

import structlog

from bot.channel import Misconfigured, SendError
from bot.group_channel import GroupChannel, PostLine
from bot.group_text import Waiting, compose
from bot.staff_links import board_link, signed_link
from dialogs.catalog import load_tables
from handlers.desk import Desk
from handlers.not_taken import Fault
from handlers.room.deliveries import plan_deliveries
from handlers.room.groups import Group, unknown_departments
from handlers.room.posting import Claimed, claim_posts, note_posted, waiting_groups
from handlers.room.posts import words_of
from handlers.room.unposted import may_be_known, note_unposted, release_lost_posts
from handlers.room.urgency import is_red, weight
from models.channel import GroupDelivery
from models.conversation import OutgoingStatus

_log = structlog.get_logger()
# a slow robot holds up nobody else; what it was given is noted when it answers
_PATIENCE: Final = 3.0
_NO_CHANNEL: Final = Fault("config", "config: no such channel", OutgoingStatus.FAILED)


class GroupSender:
    """Posts to the groups; any number of processes, one message at a time to each group."""

    def __init__(
        self,
        desk: Desk,
        groups: Sequence[Group],
        channels: Iterable[GroupChannel],
        patience: float = _PATIENCE,
    ) -> None:
        self._desk = desk
        self._patience = patience
        self._groups = groups
        self._channels: Mapping[str, GroupChannel] = {one.name: one for one in channels}
        self._busy: dict[str, asyncio.Task[int]] = {}

    async def start(self) -> None:
        """Open the channels; a department the list misspells is told of in the log."""
        for code in await unknown_departments(self._groups):
            _log.warning("group_of_unknown_department", code=code)
        for channel in self._channels.values():
            await channel.start()

    async def close(self) -> None:
        """Let what is on its way arrive, then close the channels."""
        await asyncio.gather(*self._busy.values(), return_exceptions=True)
        for channel in self._channels.values():
            await channel.close()

    def channel_of(self, group: Group) -> GroupChannel:
        """Return what posts to a group; raises Misconfigured where it does not run."""
        channel = self._channels.get(group.channel)
        if channel is None:
            raise Misconfigured(f"no channel {group.channel}")
        return channel

    async def drain(self, now: datetime) -> int:
        """Post what may be posted now; returns how many posts were taken since the last drain."""
        await release_lost_posts(self._groups, now)
        await plan_deliveries(self._groups, now)
        waiting = await waiting_groups(now)
        for group in self._groups:
            if group.name in waiting and group.name not in self._busy:
                self._busy[group.name] = asyncio.create_task(self._serve(group, now))
        if not self._busy:
            return 0
        done, _ = await asyncio.wait(self._busy.values(), timeout=self._patience)
        self._busy = {name: task for name, task in self._busy.items() if task not in done}
        return sum(task.result() for task in done)

    async def _serve(self, group: Group, now: datetime) -> int:
        claimed = await claim_posts(group, self._groups, now)
        if not claimed.rows:
            return 0
        fault = await self._post(claimed, now)
        if fault is not None:
            await note_unposted(claimed, self._groups, fault, now)
            _log.warning("group_not_told", channel=group.channel, code=fault.code)
            return 0
        return len(claimed.rows)

    async def _post(self, claimed: Claimed, now: datetime) -> Fault | None:
        channel = self._channels.get(claimed.group.channel)
        if channel is None:
            return _NO_CHANNEL
        waiting = [self._waiting(row, now) for row in claimed.rows]
        lines = compose(waiting, channel.limit, board_link(self._desk.public_url))
        try:
            provider_id = await channel.post(claimed.group, lines)
        except SendError as fault:
            return Fault(fault.code, fault.said, fault.status, fault.retries, after=fault.after)
        except Exception as fault:  # noqa: BLE001 - an adapter's own mistake must not lose a post
            kind = type(fault).__name__
            return Fault("unexpected", f"unexpected: {kind}", OutgoingStatus.UNKNOWN)
        await note_posted(claimed, provider_id, now)
        return None

    def _waiting(self, row: GroupDelivery, now: datetime) -> Waiting:
        return Waiting(weight(row.post), row.post.at, self._line(row, now))

    def _line(self, row: GroupDelivery, now: datetime) -> PostLine:
        """Say a post for people outside the pages: the link is signed and good for a day."""
        post = row.post
        words = words_of(post, now, self._desk.language)
        line = PostLine(
            words.line,
            signed_link(self._desk.public_url, words.link, now),
            post.values.get("alert") or post.values.get("no") or post.values.get("tick", ""),
            words.buttons,
            urgent=is_red(post),
        )
        if not may_be_known(row):
            return line
        template: str = load_tables("staff")["S-MAYBE-TWICE"]["text"]
        return replace(line, line=template.format(line=line.line))
