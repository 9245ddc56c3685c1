"""Posts to staff groups by each maker's robot, beside a bare client's rate; no limits are met."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from aiohttp import ClientSession, TCPConnector
from yarl import URL

from benchmarks.channel_fake import ROBOTS, robot_key
from benchmarks.channel_scene import served
from benchmarks.channel_sends import HEAD, Figures, rate_of
from bot.channels.robot_dingtalk import DingtalkRobot
from bot.channels.robot_feishu import FeishuRobot
from bot.channels.robot_wecom import WecomRobot
from bot.channels.robots_settings import GroupsSettings
from bot.group_channel import GroupChannel, PostLine
from handlers.room.groups import Group
from tests.bot.channels.fake_robots import SECRET

_KINDS: Final[dict[str, type[WecomRobot | DingtalkRobot | FeishuRobot]]] = dict(
    zip(ROBOTS, (WecomRobot, DingtalkRobot, FeishuRobot), strict=True)
)
_LINE: Final = PostLine(
    "🔴红色 A20261122-001 心内科", "https://sf.hospital.example/staff", urgent=True
)


async def measure(name: str, posts: int) -> Figures:
    """Post once to each of so many groups, then do the same with nothing around it."""
    with served(name, 2 * posts) as maker:
        async with ClientSession(connector=TCPConnector(limit=0)) as http:
            async with http.post(f"{maker}/_begin"):
                pass
            rate = await _posted(name, maker, posts)
            async with http.get(f"{maker}/_log") as answer:
                taken = (await answer.json())["taken"]
            bare = await _bare(http, maker, posts)
    told = (name, round(rate), round(bare), f"{rate / bare:.0%}")
    faults = (f"{name}: {posts - taken} posts lost",) if taken != posts else ()
    return Figures((*told, *("—",) * (len(HEAD) - len(told))), faults)


async def _posted(name: str, maker: str, posts: int) -> float:
    settings = GroupsSettings.model_validate({f"{name}_url": maker})
    robot: GroupChannel = _KINDS[name](settings, lambda: datetime.now(UTC))
    groups = [Group(f"{n}群", name, robot_key(n), SECRET) for n in range(posts)]
    await robot.start()
    try:
        return await rate_of(lambda n: robot.post(groups[n], [_LINE]), posts)
    finally:
        await robot.close()


async def _bare(http: ClientSession, maker: str, posts: int) -> float:
    """Send the same request to the groups that were not posted to."""
    async with http.get(f"{maker}/_last") as answer:
        last: dict[str, Any] = await answer.json()
    body, known = last["body"].encode(), robot_key(0)

    async def call(number: int) -> None:
        path = last["url"].replace(known, robot_key(posts + number))
        url = URL(maker + path, encoded=True)
        async with http.request(last["method"], url, data=body, headers=last["headers"]) as answer:
            await answer.read()

    return await rate_of(call, posts)
