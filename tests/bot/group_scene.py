"""A ward with groups of its own, robots that listen, and a clock the test moves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.channels.robot_dingtalk import DingtalkRobot
from bot.channels.robot_feishu import FeishuRobot
from bot.channels.robot_wecom import WecomRobot
from bot.group_channel import GroupChannel
from bot.groups import GroupSender
from handlers.room.groups import Group
from handlers.room.posts import Post, post
from models.channel import GroupDelivery
from models.hospital import StaffRole
from models.room import PostKind
from models.unit import unit_of_work
from tests.bot.channels.fake_robots import SECRET, FakeRobots, robots
from tests.handlers.test_alerts import DESK

WARD = Group("心内科", "wecom", "K", departments=frozenset({"XN"}), backup="总值班")
BONES = Group("骨科", "wecom", "K2", departments=frozenset({"GK"}))
HOUSE = Group(
    "总值班",
    "dingtalk",
    "T",
    SECRET,
    roles=frozenset({StaffRole.MEDICAL_AFFAIRS}),
    departments=frozenset({"YW"}),
)
OFFICE = Group(
    "投诉办",
    "feishu",
    "hook",
    SECRET,
    roles=frozenset({StaffRole.COMPLAINT_OFFICE}),
)
ALL = (WARD, BONES, HOUSE, OFFICE)


@dataclass(slots=True)
class Scene:
    """The groups at work; `now` moves only when it is told to."""

    now: datetime
    fake: FakeRobots
    sender: GroupSender
    more: list[GroupSender] = field(default_factory=list)

    async def drain(self, seconds: float = 0) -> int:
        """Let time pass, then post what may be posted."""
        self.now += timedelta(seconds=seconds)
        return await self.sender.drain(self.now)

    async def another(self, *groups: Group) -> GroupSender:
        """A second process that posts to the same groups."""
        sender = self._sender(groups or ALL)
        await sender.start()
        self.more.append(sender)
        return sender

    def _sender(self, groups: Sequence[Group]) -> GroupSender:
        return GroupSender(DESK, groups, self.channels())

    def channels(self) -> list[GroupChannel]:
        """Robots of every maker, not yet started."""
        settings, clock = self.fake.settings, lambda: self.now
        kinds = (WecomRobot, DingtalkRobot, FeishuRobot)
        return [kind(settings, clock) for kind in kinds]


@asynccontextmanager
async def a_scene(now: datetime, *groups: Group) -> AsyncIterator[Scene]:
    """Open the robots and a sender for some groups."""
    async with robots(lambda: scene.now) as fake:
        scene = Scene(now, fake, GroupSender(DESK, (), ()))
        scene.sender = await scene.another(*groups)
        try:
            yield scene
        finally:
            for sender in scene.more:
                await sender.close()


async def a_post(
    now: datetime,
    once: str,
    kind: PostKind = PostKind.DIGEST,
    message: str = "S-L3",
    **values: str,
) -> None:
    """A post of the whole house."""
    known = {"ward": "心内科", "n": "3", "due_at": now.isoformat(), "link": "/staff", **values}
    await unit_of_work(lambda: post(Post(kind, message, known, once), now))


async def statuses(group: Group) -> list[str]:
    """What became of the posts for a group, in order."""
    rows = GroupDelivery.filter(group=group.name).order_by("created_at", "id")
    return [row.status.value for row in await rows]
