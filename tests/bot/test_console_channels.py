"""The page of the channels: for who looks after the machine, with no key and nobody's address."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from handlers.channel_states import note_in, note_out, note_probe, note_trouble
from handlers.moved_groups import note_moved
from handlers.pushes import MOST_TRIES
from models.channel import ChannelState, Pushed
from models.hospital import StaffRole
from tests.bot.staff_site import StaffSite, a_colleague, a_site
from tests.handlers.ward import Ward, a_ward

PAGE = "/staff/channels"


async def a_troubled_house(ward: Ward) -> None:
    """WeChat runs well, SMS is down, one group is told and one is not."""
    ward.desk.channels = frozenset({"web", "wechat", "sms"})
    await note_in("wechat", ward.now - timedelta(minutes=3))
    await note_out("wechat", ward.now - timedelta(minutes=2))
    facts = [
        {"name": "may_write", "value": "yes", "good": True},
        {"name": "may_send_notices", "value": "no", "good": False},
    ]
    await note_probe("wechat", facts, ward.now - timedelta(minutes=40))
    for _ in range(3):
        await note_trouble("sms", "connection: <b>HTTP 503</b>", ward.now)
    await ChannelState.create(channel="group:心内科群", last_out_at=ward.now)
    await ChannelState.create(
        channel="group:值班群", failures=2, error="config: 310000 sign", error_at=ward.now
    )
    await note_moved("telegram", "-1000000000001", "-1000000000002", ward.now)


@pytest.fixture
async def site(sqlite_database: str, tmp_path: Path) -> AsyncIterator[StaffSite]:
    """The pages of that house."""
    assert sqlite_database
    ward = await a_ward(plan=False)
    await ward.until("2026-11-23T09:00")
    await a_troubled_house(ward)
    async with a_site(ward, tmp_path) as found:
        yield found


async def test_the_page_tells_state_counts_account_last_trouble_and_where_to_read(
    site: StaffSite,
) -> None:
    keeper = await site.desktop(await a_colleague(site.ward, StaffRole.IT, "", licensed=False))
    status, shown = await keeper.get(PAGE)
    assert status == 200
    for words in (
        "微信服务号",
        "11-23 08:57",
        "11-23 08:58",
        "能主动写(客服消息): 能",
        "能发订阅通知: 不能",
        "11-23 08:20 查询",
        "暂停到 11-23 09:00",
        "connection: &lt;b&gt;HTTP 503&lt;/b&gt;",
        "还没有查询过",
        "docs/channels/wechat.md",
        "docs/channels/sms.md",
        "员工群",
        "心内科群",
        "config: 310000 sign",
        'content="30"',
    ):
        assert words in shown
    assert "-100000000000" not in shown
    assert "telegram_groups" not in shown


@pytest.mark.parametrize(
    ("role", "allowed"), [("admin", True), ("it", True), ("head_nurse", False), ("director", False)]
)
async def test_only_who_looks_after_the_machine_sees_it(
    site: StaffSite,
    role: str,
    allowed: bool,
) -> None:
    somebody = await site.desktop(await a_colleague(site.ward, role, ""))
    status, _ = await somebody.get(PAGE)
    assert status == (200 if allowed else 403)
    _, home = await somebody.get("/staff")
    assert (f'href="{PAGE}"' in home) is allowed


async def test_what_nobody_could_deal_with_is_shown_and_tried_again_by_a_button(
    site: StaffSite,
) -> None:
    row = Pushed(
        channel="wechat",
        external_id="message:1",
        person="somebody",
        content="{}",
        received_at=site.ward.now - timedelta(hours=1),
        holder="",
        held_until=site.ward.now - timedelta(minutes=1),
        tries=MOST_TRIES,
    )
    await row.save()
    keeper = await site.desktop(await a_colleague(site.ward, StaffRole.IT, "", licensed=False))
    nurse = await site.desktop(await a_colleague(site.ward))
    _, shown = await keeper.get(PAGE)
    assert "有 1 条收到的消息处理了20次都没成" in shown
    assert (await nurse.post(f"{PAGE}/wechat/retry"))[0] == 403
    assert await keeper.post(f"{PAGE}/wechat/retry") == (303, PAGE)
    _, shown = await keeper.get(PAGE)
    assert "处理了20次" not in shown
    assert (await Pushed.get()).tries == 0


async def test_a_house_with_the_web_alone_has_one_channel_and_no_groups(site: StaffSite) -> None:
    site.ward.desk.channels = frozenset({"web"})
    await ChannelState.all().delete()
    keeper = await site.desktop(await a_colleague(site.ward, StaffRole.IT, "", licensed=False))
    _, shown = await keeper.get(PAGE)
    assert "还没有用过" in shown
    assert "员工群" not in shown
    assert "微信" not in shown
