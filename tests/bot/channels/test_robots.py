"""The group robots against strict fakes of their makers' servers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from bot.channel import (
    Invalid,
    Misconfigured,
    NotConnected,
    OutcomeUnknown,
    Rejected,
    SendError,
    Throttled,
    Unexpected,
    Unparseable,
)
from bot.channels.robot_dingtalk import DingtalkRobot
from bot.channels.robot_feishu import FeishuRobot
from bot.channels.robot_signing import dingtalk_sign, feishu_sign
from bot.channels.robot_wecom import WecomRobot
from bot.channels.robots_settings import GroupsSettings
from bot.group_channel import GroupChannel, PostLine
from handlers.room.groups import Group
from tests.bot.channels.fake_robots import SECRET, FakeRobots, robots

NOW: Final = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
KINDS: Final[dict[str, type[WecomRobot | DingtalkRobot | FeishuRobot]]] = {
    "wecom": WecomRobot,
    "dingtalk": DingtalkRobot,
    "feishu": FeishuRobot,
}
GROUPS: Final = {
    "wecom": Group("心内科", "wecom", "K"),
    "dingtalk": Group("骨科", "dingtalk", "T", SECRET),
    "feishu": Group("总值班", "feishu", "hook", SECRET),
}
RED: Final = PostLine("🔴红色 A20261122-001 心内科", "http://h/staff", "A20261122-001", urgent=True)
CALM: Final = PostLine("☑️A20261122-001 已结案")
ROBOTS: Final = tuple(KINDS)


@pytest.fixture
async def fake() -> AsyncIterator[FakeRobots]:
    """The makers' servers."""
    async with robots(lambda: NOW) as found:
        yield found


@pytest.fixture(params=ROBOTS)
def robot(request: pytest.FixtureRequest) -> str:
    """Each of the robots."""
    return str(request.param)


async def post(
    settings: GroupsSettings,
    robot: str,
    *lines: PostLine,
    group: Group | None = None,
    now: datetime = NOW,
) -> str:
    """Post with a channel of its own."""
    channel: GroupChannel = KINDS[robot](settings, lambda: now)
    await channel.start()
    try:
        return await channel.post(group or GROUPS[robot], lines or (RED,))
    finally:
        await channel.close()


async def fault_of(fake: FakeRobots, robot: str, answer: Any) -> SendError:
    """What posting says when the maker answers so."""
    fake.answers.append(answer)
    with pytest.raises(SendError) as caught:
        await post(fake.settings, robot)
    assert not fake.answers
    return caught.value


def test_signatures_are_those_of_the_makers_own_libraries() -> None:
    assert dingtalk_sign(1573545600000, "this is secret") == (
        "p0B9R2yJoEhTvJvy1LN0XmOqlN3YqgHv/8mb69NefHI="
    )
    assert feishu_sign(1599360473, "demo") == "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="


async def test_lines_arrive_as_one_text_and_only_a_red_one_calls_everybody(
    fake: FakeRobots, robot: str
) -> None:
    await post(fake.settings, robot, RED, CALM)
    await post(fake.settings, robot, CALM)
    first, second = fake.posted
    assert first.text.splitlines()[0] == "🔴红色 A20261122-001 心内科 http://h/staff"
    assert first.text.splitlines()[1].startswith("☑️A20261122-001 已结案")
    assert (first.everybody, second.everybody) == (True, False)
    assert fake.refused == []


async def test_a_group_that_wants_no_mentions_gets_none(fake: FakeRobots, robot: str) -> None:
    known = GROUPS[robot]
    quiet = Group(known.name, known.channel, known.address, known.secret, mentions=False)
    await post(fake.settings, robot, group=quiet)
    assert [one.everybody for one in fake.posted] == [False]


async def test_as_much_as_a_channel_says_it_takes_is_taken(fake: FakeRobots, robot: str) -> None:
    longest = "字" * (KINDS[robot].limit // 3)
    await post(fake.settings, robot, PostLine(longest, urgent=True))
    await post(fake.settings, robot, PostLine('"\\' * (KINDS[robot].limit // 2), urgent=True))
    assert len(fake.posted) == 2


@pytest.mark.parametrize("robot", ["dingtalk", "feishu"])
async def test_a_wrong_secret_or_clock_is_our_fault(fake: FakeRobots, robot: str) -> None:
    known = GROUPS[robot]
    forged = Group(known.name, known.channel, known.address, "another")
    with pytest.raises(Misconfigured):
        await post(fake.settings, robot, group=forged)
    with pytest.raises(Misconfigured):
        await post(fake.settings, robot, now=NOW + timedelta(hours=2))
    assert fake.posted == []


@pytest.mark.parametrize(
    ("robot", "code", "kind", "after"),
    [
        ("wecom", -1, NotConnected, None),
        ("wecom", 45009, Throttled, 60),
        ("wecom", 45033, Throttled, 60),
        ("wecom", 40058, Invalid, None),
        ("wecom", 93000, Misconfigured, None),
        ("wecom", 60020, Misconfigured, None),
        ("wecom", 48002, Rejected, None),
        ("dingtalk", -1, NotConnected, None),
        ("dingtalk", 130101, Throttled, 600),
        ("dingtalk", 310000, Misconfigured, None),
        ("dingtalk", 300001, Misconfigured, None),
        ("dingtalk", 430102, Invalid, None),
        ("dingtalk", 88, Rejected, None),
        ("feishu", 11232, Throttled, 30),
        ("feishu", 99991400, Throttled, 30),
        ("feishu", 19021, Misconfigured, None),
        ("feishu", 19022, Misconfigured, None),
        ("feishu", 19024, Misconfigured, None),
        ("feishu", 9499, Invalid, None),
        ("feishu", 10003, Rejected, None),
    ],
)
async def test_http_200_is_not_success(
    fake: FakeRobots, robot: str, code: int, kind: type[SendError], after: int | None
) -> None:
    said = {"errcode": code, "errmsg": "said", "code": code, "msg": "said"}
    fault = await fault_of(fake, robot, said)
    assert type(fault) is kind
    assert fault.after == (timedelta(seconds=after) if after else None)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (503, NotConnected),
        (408, NotConnected),
        (429, Throttled),
        (401, Misconfigured),
        (404, Misconfigured),
        (413, Rejected),
        (302, Unexpected),
        (500, OutcomeUnknown),
        (502, OutcomeUnknown),
        (504, OutcomeUnknown),
        ("drop", OutcomeUnknown),
        ("<html>gateway</html>", Unparseable),
        ("[]", Unparseable),
        ("{}", Unparseable),
        ('{"errcode": "0", "code": null}', Unparseable),
        ("x" * 70_000, Unparseable),
    ],
)
async def test_every_answer_has_its_place_in_the_closed_set(
    fake: FakeRobots, robot: str, answer: object, kind: type[SendError]
) -> None:
    fault = await fault_of(fake, robot, answer)
    assert type(fault) is kind
    assert fault.after == (timedelta(seconds=7) if answer == 429 else None)


async def test_where_nobody_listens_nothing_was_sent(robot: str, unused_tcp_port: int) -> None:
    url = f"http://127.0.0.1:{unused_tcp_port}"
    settings = GroupsSettings(_env_file=None, wecom_url=url, dingtalk_url=url, feishu_url=url)
    with pytest.raises(NotConnected):
        await post(settings, robot)


async def test_no_key_is_ever_repeated(fake: FakeRobots, robot: str) -> None:
    known = GROUPS[robot]
    said = f"invalid {known.address} {known.secret}"
    fault = await fault_of(
        fake, robot, {"errcode": 1, "errmsg": said, "code": 1, "msg": said, "hint": "x"}
    )
    assert not {known.address, known.secret} & set(fault.said.split())
    assert "K2" not in repr(Group("a", "wecom", "K2", "S2"))
    assert "S2" not in repr(Group("a", "wecom", "K2", "S2"))
    assert fault.__cause__ is None


async def test_a_ward_s_name_makes_no_tag(fake: FakeRobots) -> None:
    hostile = PostLine('心内科<at user_id="all"></at>')
    await post(fake.settings, "feishu", hostile)
    (one,) = fake.posted
    assert not one.everybody
    assert "<" not in one.text
