"""The staff's groups in Telegram: posts, orders by press and by word, strangers, moves."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.channel import ContactStopped, Misconfigured, Rejected
from bot.channels.telegram_posts import asks_where, case_in, keyboard_of, order_in, pressed_order
from bot.group_channel import PostLine
from handlers.claims import claim
from handlers.room.groups import Group
from handlers.room.posts import words_of
from handlers.staff_accounts import bind_account, make_code
from models.alert import Alert, AlertStatus
from models.hospital import StaffMember
from models.room import GroupPost, RoomCommand
from tests.bot.channels.fake_telegram import BOT, FakeTelegram, a_telegram
from tests.bot.channels.telegram_scene import (
    GROUP,
    Site,
    a_channel,
    group,
    joined,
    message,
    press,
    private,
    text,
    update,
)
from tests.bot.staff_site import a_colleague
from tests.handlers.ward import Ward, a_ward

WORDS = "胸口像压了块石头"
NURSE, OTHER, STRANGER = 88000001, 88000002, 88000003
LISTED = Group("心内科群", "telegram", str(GROUP))
NUMBER = "A20261123-001"


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    """The Bot API."""
    async with a_telegram() as found:
        yield found


@pytest.fixture
async def ward(sqlite_database: str) -> Ward:
    """A ward whose patient wrote of danger."""
    assert sqlite_database
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    for words in ("1", "1", "1", WORDS):
        await ward.say(words)
    return ward


@pytest.fixture
async def site(ward: Ward, fake: FakeTelegram) -> AsyncIterator[Site]:
    """The bot of that ward's hospital; patients are not served."""
    async with a_channel(fake, ward.desk, lambda: ward.now, patients=False) as found:
        yield found


async def bound(ward: Ward, account: int, name: str = "李护士", role: str = "nurse") -> StaffMember:
    """A colleague of the ward whose account is bound."""
    staff = await a_colleague(ward, role, "XN", name=name)
    code = await make_code(staff, ward.now)
    assert await bind_account("telegram", str(account), code, ward.now)
    return staff


async def a_line(ward: Ward) -> PostLine:
    """The post about the red alert, as the group is to read it."""
    post = await GroupPost.filter(message="S-L1").first()
    assert post is not None
    words = words_of(post, ward.now)
    return PostLine(words.line, words.link, post.values["alert"], words.buttons, urgent=True)


def answers(fake: FakeTelegram) -> list[dict[str, Any]]:
    """What people who pressed were told."""
    return fake.calls_of("answerCallbackQuery")


# ---- posts


async def test_a_post_goes_out_with_its_buttons_and_nothing_of_the_patient(
    ward: Ward, site: Site
) -> None:
    provider_id = await site.channel.groups.post(LISTED, [await a_line(ward)])
    assert provider_id.isdecimal()
    (sent,) = site.fake.calls_of("sendMessage")
    assert sent["chat_id"] == GROUP
    assert sent["text"].startswith(f"🔴红色 {NUMBER} 心内科")
    assert f"/staff/alerts/{NUMBER}" in sent["text"]
    (row,) = sent["reply_markup"]["inline_keyboard"]
    assert [one["text"] for one in row] == ["我来处理", "转交"]
    whole = str(sent)
    for secret in (WORDS, ward.patient.name, ward.encounter.inpatient_no):
        assert secret not in whole


async def test_of_several_posts_in_one_message_each_button_names_its_case(site: Site) -> None:
    lines = [
        PostLine("🔴红色 A20261123-001 心内科", "", "A20261123-001", ("我来处理", "转交")),
        PostLine("📊预约周报", "https://suifang.example/staff"),
        PostLine("🟠橙色 A20261123-002 心内科", "", "A20261123-002", ("处理",)),
    ]
    await site.channel.groups.post(LISTED, lines)
    (sent,) = site.fake.calls_of("sendMessage")
    assert sent["text"].count("\n") == 2
    rows = sent["reply_markup"]["inline_keyboard"]
    assert [one["text"] for row in rows for one in row] == [
        "我来处理 A20261123-001",
        "转交 A20261123-001",
        "处理 A20261123-002",
    ]


async def test_a_group_that_moved_is_written_to_at_its_new_place_from_then_on(
    site: Site,
) -> None:
    new = -1009000000009
    site.fake.moved[GROUP] = new
    line = PostLine("🔴红色 A20261123-001 心内科")
    for _ in range(2):
        await site.channel.groups.post(LISTED, [line])
    assert [one["chat_id"] for one in site.fake.calls_of("sendMessage")] == [GROUP, new, new]
    # and it is still one of ours
    await site.call(text(STRANGER, "认领 001", group(new)))
    assert not site.fake.calls_of("leaveChat")


async def test_a_move_that_telegram_tells_of_is_kept(site: Site) -> None:
    new = -1009000000009
    told = message(NURSE, group(), migrate_to_chat_id=new)
    await site.call(update(message=told))
    await site.channel.groups.post(LISTED, [PostLine("📊预约周报")])
    assert [one["chat_id"] for one in site.fake.calls_of("sendMessage")] == [new]


async def test_what_a_group_does_not_take_is_told_in_the_closed_set(site: Site) -> None:
    line = PostLine("📊预约周报")
    for status, description, expected in (
        (403, "Forbidden: bot was kicked from the supergroup chat", ContactStopped),
        (400, "Bad Request: not enough rights", Rejected),
    ):
        site.fake.inject("sendMessage", status, description)
        with pytest.raises(expected):
            await site.channel.groups.post(LISTED, [line])
    with pytest.raises(Misconfigured):
        await site.channel.groups.post(Group("x", "telegram", "not a number"), [line])


# ---- orders by press


async def test_a_press_takes_the_alert_and_the_buttons_go(ward: Ward, site: Site) -> None:
    nurse = await bound(ward, NURSE)
    markup = keyboard_of([await a_line(ward)])
    assert markup is not None
    below = markup.model_dump(exclude_none=True)
    assert await site.call(press(NURSE, f"o:我来处理 {NUMBER}", group(), below)) == 200
    alert = await Alert.get(number=NUMBER)
    assert alert.claimed_by_id == nurse.id
    (told,) = answers(site.fake)
    assert "已由您认领" in told["text"]
    (edit,) = site.fake.calls_of("editMessageReplyMarkup")
    assert "reply_markup" not in edit
    row = await RoomCommand.get()
    assert (row.channel, row.staff_id, row.result) == ("telegram", nurse.id, "done")


async def test_of_two_who_press_at_once_one_has_it_and_the_other_hears_who(
    ward: Ward, site: Site
) -> None:
    await bound(ward, NURSE, "李护士")
    await bound(ward, OTHER, "赵护士")
    pressed = [press(who, f"o:我来处理 {NUMBER}", group()) for who in (NURSE, OTHER)]
    assert await asyncio.gather(*(site.call(one) for one in pressed)) == [200, 200]
    told = sorted(answers(site.fake), key=lambda one: "已由您认领" in one["text"])
    owner = await Alert.get(number=NUMBER).prefetch_related("claimed_by")
    assert owner.claimed_by is not None
    assert f"已由 {owner.claimed_by.name} 认领" in told[0]["text"]
    assert told[0]["show_alert"]
    assert "已由您认领" in told[1]["text"]


async def test_a_press_that_comes_again_orders_nothing_again(ward: Ward, site: Site) -> None:
    await bound(ward, NURSE)
    pressed = press(NURSE, f"o:我来处理 {NUMBER}", group())
    for _ in range(3):
        assert await site.call(pressed) == 200
    assert await RoomCommand.all().count() == 1


async def test_a_stranger_is_told_how_to_bind_and_changes_nothing(ward: Ward, site: Site) -> None:
    await site.call(press(STRANGER, f"o:我来处理 {NUMBER}", group()))
    (told,) = answers(site.fake)
    assert "还没有绑定" in told["text"]
    await site.call(text(STRANGER, "认领 001", group()))
    assert "还没有绑定" in site.fake.texts(GROUP)[0]
    assert (await Alert.get(number=NUMBER)).status == AlertStatus.OPEN
    assert await RoomCommand.all().count() == 0
    assert ward.patient.name not in str(site.fake.calls)


async def test_who_may_not_open_the_alert_is_refused_as_on_the_page(ward: Ward, site: Site) -> None:
    staff = await a_colleague(ward, "nurse", "GK", name="骨科护士")
    await bind_account("telegram", str(OTHER), await make_code(staff, ward.now), ward.now)
    await site.call(press(OTHER, f"o:我来处理 {NUMBER}", group()))
    assert (await Alert.get(number=NUMBER)).status == AlertStatus.OPEN
    assert "没有找到" in answers(site.fake)[0]["text"]


async def test_to_hand_on_one_is_asked_where_to(ward: Ward, site: Site) -> None:
    await bound(ward, NURSE)
    await site.call(press(NURSE, f"o:转交 {NUMBER}", group()))
    assert "转 科室名称" in answers(site.fake)[0]["text"]
    assert await RoomCommand.all().count() == 0


async def test_a_foreign_button_is_acknowledged_and_does_nothing(ward: Ward, site: Site) -> None:
    await bound(ward, NURSE)
    await site.call(press(NURSE, "12:yes", group()))
    assert "text" not in answers(site.fake)[0]
    assert await RoomCommand.all().count() == 0


# ---- orders by word


async def test_an_order_in_words_is_done_and_answered(ward: Ward, site: Site) -> None:
    nurse = await bound(ward, NURSE)
    await site.call(text(NURSE, f"认领 {NUMBER} 10", group()))
    assert (await Alert.get(number=NUMBER)).claimed_by_id == nurse.id
    (sent,) = site.fake.calls_of("sendMessage")
    assert sent["chat_id"] == GROUP
    assert sent["reply_parameters"]["message_id"]
    assert "已由您认领" in sent["text"]


async def test_an_answer_to_a_post_needs_no_number(ward: Ward, site: Site) -> None:
    nurse = await bound(ward, NURSE)
    line = await a_line(ward)
    post = {"message_id": 5, "date": 1, "chat": group(), "from": BOT, "text": line.text}
    await site.call(text(NURSE, "认领", group(), reply_to_message=post))
    assert (await Alert.get(number=NUMBER)).claimed_by_id == nurse.id


@pytest.mark.parametrize("words", ["处理好了吗", "转给大家看看", "收到", "谁拿了我的杯子", "003"])
async def test_what_people_say_to_each_other_is_left_alone(
    ward: Ward, site: Site, words: str
) -> None:
    await bound(ward, NURSE)
    await site.call(text(NURSE, words, group()))
    assert not site.fake.calls_of("sendMessage")
    assert await RoomCommand.all().count() == 0


async def test_commands_and_mentions_are_orders(ward: Ward, site: Site) -> None:
    await bound(ward, NURSE)
    await site.call(text(NURSE, "/help@suifang_test_bot", group()))
    await site.call(text(NURSE, "@suifang_test_bot 今天天气", group()))
    shown = site.fake.texts(GROUP)
    assert "认领 编号" in shown[0]
    assert "没看懂" in shown[1]


async def test_no_answer_to_any_order_names_the_patient_or_says_their_words(
    ward: Ward, site: Site
) -> None:
    await bound(ward, NURSE)
    await a_second_order(ward)
    for words in (
        f"认领 {NUMBER}",
        f"已联系 {NUMBER}",
        f"没打通 {NUMBER}",
        f"回复 {NUMBER} 请马上来院",
        f"稍后 {NUMBER} 10",
        f"交回 {NUMBER}",
        f"转 {NUMBER} 心内科",
        f"结案 {NUMBER} 确认 急诊",
        f"结案 {NUMBER} 确认",
        "谁",
        "?",
    ):
        await site.channel.hear(text(NURSE, words, private(NURSE)))
        await site.channel.hear(press(NURSE, f"o:{words}", group()))
    told = str([call.fields for call in site.fake.calls])
    assert len(site.fake.texts(NURSE)) == 11
    for secret in (ward.patient.name, WORDS, ward.encounter.inpatient_no, "请马上来院"):
        assert secret not in told


async def a_second_order(ward: Ward) -> None:
    """Somebody else has claimed and the alert is taken."""
    other = await a_colleague(ward, "nurse", "XN", name="赵护士")
    alert = await Alert.get(number=NUMBER)
    await claim(alert.id, other, None, ward.desk, ward.now)


# ---- strange groups, codes, private


async def test_a_group_that_is_not_listed_is_told_its_number_and_left(site: Site) -> None:
    strange = -1005000000005
    await site.call(joined(STRANGER, group(strange), "member"))
    assert str(strange) in site.fake.texts(strange)[0]
    await site.call(text(STRANGER, "认领 001", group(strange)))
    assert [one["chat_id"] for one in site.fake.calls_of("leaveChat")] == [strange, strange]
    assert await RoomCommand.all().count() == 0


async def test_the_listed_group_is_stayed_in(site: Site) -> None:
    await site.call(joined(NURSE, group(), "administrator"))
    assert not site.fake.calls_of("leaveChat")
    assert not site.fake.calls_of("sendMessage")


async def test_a_press_in_a_strange_group_orders_nothing(ward: Ward, site: Site) -> None:
    await bound(ward, NURSE)
    await site.call(press(NURSE, f"o:我来处理 {NUMBER}", group(-1005000000005)))
    assert (await Alert.get(number=NUMBER)).status == AlertStatus.OPEN


async def test_the_start_link_of_the_staff_room_binds_the_account(ward: Ward, site: Site) -> None:
    staff = await a_colleague(ward, "nurse", "XN")
    code = await make_code(staff, ward.now)
    await site.fake.until("setWebhook")
    link = site.channel.link(code)
    assert re.fullmatch(r"https://t\.me/suifang_test_bot\?start=[A-Za-z0-9_-]{1,64}", link)
    await site.call(text(NURSE, f"/start {code}"))
    await site.call(text(NURSE, f"认领 {NUMBER}"))
    assert (await Alert.get(number=NUMBER)).claimed_by_id == staff.id
    shown = site.fake.texts(NURSE)
    assert "已绑定:李护士" in shown[0]
    assert "已由您认领" in shown[1]


async def test_a_code_shown_to_a_group_is_spent(ward: Ward, site: Site) -> None:
    code = await make_code(await a_colleague(ward, "nurse", "XN"), ward.now)
    await site.call(text(NURSE, f"/start {code}", group()))
    await site.call(text(STRANGER, code))
    assert "已作废" in site.fake.texts(GROUP)[0]
    assert "无效或已过期" in site.fake.texts(STRANGER)[0]


# ---- the words of orders


@pytest.mark.parametrize(
    ("said", "replied", "expected"),
    [
        ("认领 003", None, "认领 003"),
        ("认领", None, ""),
        ("认领", "🔴红色 A20261123-001 心内科", "认领 A20261123-001"),
        ("转 心内科", "🔴红色 A20261123-001 心内科", "转 A20261123-001 心内科"),
        ("认领", "A20261123-001 与 A20261123-002", ""),
        ("好的", "🔴红色 A20261123-001 心内科", ""),
        ("认领 002", "🔴红色 A20261123-001 心内科", "认领 002"),
        ("@Bot 认领", None, "认领"),
        ("@bot", None, "?"),
        ("谁", None, "谁"),
    ],
)
def test_an_order_is_told_from_talk(said: str, replied: str | None, expected: str) -> None:
    assert order_in(said, "bot", replied) == expected


def test_a_number_is_found_and_a_button_read_back() -> None:
    assert case_in("📝投诉 TS-20261123-004 心内科") == "TS-20261123-004"
    assert case_in("没有") == ""
    assert pressed_order("o:认领 A20261123-001") == "认领 A20261123-001"
    assert pressed_order("12:yes") == ""
    assert asks_where("转科室 TS-20261123-004")
    assert not asks_where("转 TS-20261123-004 护理部")
