"""Sending to WeChat: what goes out, how often, and what each refusal becomes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channel import (
    ContactStopped,
    Invalid,
    Misconfigured,
    NotConnected,
    OutcomeUnknown,
    Rejected,
    SendError,
    Throttled,
    Unparseable,
    WindowClosed,
)
from bot.channels.wechat_api import SEND
from bot.channels.wechat_codes import FAULTS, NO_MENUS, STALE_TOKEN
from bot.channels.wechat_text import menu_id, parts, read_menu_id
from dialogs.form import Option
from handlers.windows import may_send
from models.channel import SendWindow
from models.conversation import OutgoingStatus
from models.people import ContactPoint
from tests.bot.channels.fake_wechat import MEDIA_ID, PICTURE, SECRET
from tests.bot.channels.wechat_scene import OPENID, YES_NO, Scene, a_scene, settings_for

pytestmark = pytest.mark.usefixtures("sqlite_database")
TOKEN = "/cgi-bin/stable_token"
LONG = "这是一句二十个字长的话,用来写满一条。" * 70


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    """A channel and a person who has just written."""
    async with a_scene() as made:
        await made.writes()
        yield made


async def left(scene: Scene) -> int:
    """What the ledger still allows."""
    return (await SendWindow.get(contact_point_id=scene.point.id)).left


async def forget(scene: Scene) -> None:
    """The account turns out not to be the person's."""
    await ContactPoint.filter(id=scene.point.id).update(wrong_at=scene.clock())


async def refusal(scene: Scene, **more: Any) -> SendError:
    """What becomes of a message that is not taken."""
    with pytest.raises(SendError) as caught:
        await scene.send(**more)
    return caught.value


async def test_a_text_arrives_as_it_was_written(scene: Scene) -> None:
    text = "您好,张先生:\n体温多少度?😀"
    assert await scene.send(text)
    assert scene.texts == [text]
    assert await left(scene) == 4


async def test_what_json_would_escape_is_left_out(scene: Scene) -> None:
    await scene.send("您\x00好\x07,\ud800再见")
    assert scene.texts == ["您好,再见"]


async def test_choices_are_a_menu_whose_ids_name_question_and_place(scene: Scene) -> None:
    await scene.send("有发热吗?", options=YES_NO, turn=12, progress="3/8")
    menu = scene.wechat.sent[0].content
    assert menu["head_content"] == "3/8\n有发热吗?"
    assert [(one["id"], one["content"]) for one in menu["list"]] == [
        ("1201", "有"),
        ("1202", "没有"),
        ("1203", "转人工"),
    ]


@pytest.mark.parametrize(
    "more",
    [
        {"several": True},
        {"inline": True},
        {"options": tuple(Option(f"k{n}", f"选项{n}") for n in range(11))},
        {"options": (Option("long", "长" * 41),)},
    ],
    ids=["several", "inline", "eleven", "long label"],
)
async def test_what_no_menu_can_hold_is_a_text(scene: Scene, more: dict[str, Any]) -> None:
    await scene.send("有哪些不舒服?", **{"options": YES_NO, **more})
    assert scene.wechat.sent[0].kind == "text"


async def test_numbered_choices_stand_each_on_a_line(scene: Scene) -> None:
    await scene.send("有哪些不舒服?", options=YES_NO, several=True)
    assert scene.texts == ["有哪些不舒服?\n1. 有\n2. 没有\n0. 转人工"]


async def test_an_account_without_menus_gets_numbers_and_is_not_asked_again(scene: Scene) -> None:
    scene.wechat.plan(SEND, NO_MENUS)
    for _ in range(2):
        await scene.send("有发热吗?", options=YES_NO)
    assert scene.texts == ["有发热吗?\n1. 有\n2. 没有\n0. 转人工"] * 2
    assert scene.wechat.count(SEND) == 3
    assert scene.channel.capabilities.buttons == 0
    assert await left(scene) == 3


async def test_a_long_text_goes_in_parts_that_end_with_a_sentence(scene: Scene) -> None:
    await scene.send(LONG, urgent=True)
    assert "".join(scene.texts) == LONG
    assert len(scene.texts) == 3
    assert all(len(text) <= 600 and text.endswith("。") for text in scene.texts)
    assert await left(scene) == 2


async def test_of_a_text_that_does_not_fit_into_the_window_nothing_goes(scene: Scene) -> None:
    for _ in range(2):
        await scene.send()
    assert isinstance(await refusal(scene, text=LONG), WindowClosed)
    assert len(scene.texts) == 2
    assert await left(scene) == 3


async def test_a_part_that_failed_after_another_went_is_not_sent_again(scene: Scene) -> None:
    scene.wechat.plan(SEND, 0, -1)
    fault = await refusal(scene, text=LONG)
    assert isinstance(fault, OutcomeUnknown)
    assert len(scene.texts) == 1
    assert await left(scene) == 4


@given(st.text(min_size=1, max_size=3000))
def test_cutting_loses_nothing_and_every_part_fits(text: str) -> None:
    cut = parts(text)
    assert all(0 < len(part) <= 600 and len(part.encode()) <= 2000 for part in cut)
    kept = "".join(char for char in text if char >= " " or char == "\n")
    said = kept.encode("utf-8", "ignore").decode()
    assert "".join("".join(cut).split()) == "".join(said.split())


@given(st.integers(0, 10_000), st.integers(0, 9))
def test_a_menu_id_tells_its_question_and_place(turn: int, place: int) -> None:
    assert read_menu_id(menu_id(turn, place)) == (turn, place)


@pytest.mark.parametrize("strange", ["", "abc", "1200", "1211", "-101", "٣٠١", "9" * 200])
def test_a_menu_id_of_somebody_else_is_none_of_ours(strange: str) -> None:
    assert read_menu_id(strange) is None


async def test_four_go_and_the_fifth_only_when_it_must(scene: Scene) -> None:
    for _ in range(4):
        await scene.send()
    assert isinstance(await refusal(scene), WindowClosed)
    await scene.send("请马上打120", urgent=True)
    assert isinstance(await refusal(scene, urgent=True), WindowClosed)
    assert len(scene.texts) == 5
    assert scene.wechat.count(SEND) == 5


async def test_after_48_hours_nothing_is_even_tried(scene: Scene) -> None:
    await scene.send()
    scene.clock.go_on(hours=48)
    assert isinstance(await refusal(scene, urgent=True), WindowClosed)
    assert scene.wechat.count(SEND) == 1


async def test_a_click_allows_three_in_a_minute(scene: Scene) -> None:
    scene.clock.go_on(hours=49)
    await scene.clicks()
    for _ in range(3):
        await scene.send()
    assert isinstance(await refusal(scene), WindowClosed)
    await scene.clicks()
    scene.clock.go_on(seconds=61)
    assert isinstance(await refusal(scene), WindowClosed)
    assert len(scene.texts) == 3


async def test_messages_side_by_side_never_pass_the_quota(scene: Scene) -> None:
    told = await asyncio.gather(*(scene.send() for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(one, str) for one in told) == 4
    assert {type(one) for one in told if not isinstance(one, str)} == {WindowClosed}
    assert scene.wechat.count(SEND) == 4


@pytest.mark.parametrize("code", [45015, 45047])
async def test_the_provider_corrects_the_ledger(scene: Scene, code: int) -> None:
    scene.wechat.plan(SEND, code)
    assert isinstance(await refusal(scene), WindowClosed)
    assert not await may_send(scene.point.id, scene.clock(), urgent=True)
    await scene.writes()
    await scene.send()
    assert len(scene.texts) == 1


async def test_an_answer_in_the_open_request_costs_nothing(scene: Scene) -> None:
    slots = scene.channel._sender.slots
    slot = slots.open(OPENID)
    await scene.send("有发热吗?", options=YES_NO)
    assert slots.close(OPENID, slot) == "有发热吗?\n1. 有\n2. 没有\n0. 转人工"
    assert scene.wechat.count(SEND) == 0
    assert await left(scene) == 5


async def test_what_follows_an_answer_in_the_request_does_not_overtake_it(scene: Scene) -> None:
    sender = scene.channel._sender
    sender.head_start = 3600
    slot = sender.slots.open(OPENID)
    await scene.send("先说的")
    following = asyncio.ensure_future(scene.send("后说的"))
    await asyncio.sleep(0.05)
    assert (slot.result, scene.wechat.count(SEND)) == ("先说的", 0)
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following


async def test_an_account_nobody_has_bound_is_not_written_to(scene: Scene) -> None:
    await forget(scene)
    assert isinstance(await refusal(scene), Invalid)
    assert scene.wechat.count(SEND) == 0


async def test_somebody_unknown_who_just_wrote_is_answered(scene: Scene) -> None:
    await forget(scene)
    await scene.channel._sender.say(OPENID, "请扫小条上的二维码")
    assert scene.texts == ["请扫小条上的二维码"]


async def test_an_answer_by_itself_is_counted_and_leaves_the_last_one(scene: Scene) -> None:
    for _ in range(4):
        await scene.channel._sender.say(OPENID, "位置我看不了")
    with pytest.raises(WindowClosed):
        await scene.channel._sender.say(OPENID, "位置我看不了")
    assert await left(scene) == 1


@pytest.mark.parametrize("code", sorted(FAULTS))
async def test_every_errcode_becomes_what_the_table_says(scene: Scene, code: int) -> None:
    scene.wechat.plan(SEND, code, code)
    fault = await refusal(scene)
    assert type(fault) is FAULTS[code]
    assert fault.detail.startswith(str(code))
    assert scene.texts == []
    assert isinstance(fault, Throttled) is (fault.after is not None)
    assert scene.wechat.count(SEND) == (2 if code in STALE_TOKEN else 1)


async def test_an_errcode_nobody_knows_is_a_refusal(scene: Scene) -> None:
    scene.wechat.plan(SEND, 99999)
    assert isinstance(await refusal(scene), Rejected)
    assert await left(scene) == 5


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("cut", OutcomeUnknown),
        ("200", Unparseable),
        ("302", Unparseable),
        ("404", Misconfigured),
        ("429", Throttled),
        ("500", OutcomeUnknown),
        ("502", OutcomeUnknown),
        ("503", NotConnected),
    ],
)
async def test_what_surely_did_not_arrive_is_told_apart(
    scene: Scene, said: str, kind: type[SendError]
) -> None:
    scene.wechat.plan(SEND, said)
    fault = await refusal(scene)
    assert type(fault) is kind
    assert await left(scene) == (4 if fault.status is OutgoingStatus.UNKNOWN else 5)


async def test_nobody_answering_is_not_connected() -> None:
    async with a_scene() as scene:
        await scene.writes()
        scene.channel._api._wire._base_url = "http://127.0.0.1:1"
        assert isinstance(await refusal(scene), NotConnected)
        assert await left(scene) == 5


async def test_who_unfollowed_is_not_written_to_again(scene: Scene) -> None:
    scene.wechat.leaves(OPENID)
    assert isinstance(await refusal(scene), ContactStopped)


@pytest.mark.parametrize("answer", ["cut", "200", "500", "503"])
async def test_without_a_token_the_message_has_surely_not_gone(scene: Scene, answer: str) -> None:
    scene.wechat.plan(TOKEN, answer)
    assert isinstance(await refusal(scene), NotConnected)
    assert scene.wechat.count(SEND) == 0
    assert await left(scene) == 5


async def test_ten_thousand_callers_are_one_fetch(scene: Scene) -> None:
    token = scene.channel._api.token
    found = await asyncio.gather(*(token.get() for _ in range(10_000)))
    assert len(set(found)) == 1
    assert scene.wechat.count(TOKEN) == 1


async def test_a_token_that_ended_under_load_is_fetched_once_and_every_message_arrives_once(
    scene: Scene,
) -> None:
    await scene.clicks()
    await scene.send()
    scene.wechat.expire()
    await asyncio.gather(*(scene.send(f"第{n}条", urgent=True) for n in range(7)))
    assert sorted(scene.texts[1:]) == [f"第{n}条" for n in range(7)]
    assert scene.wechat.count(TOKEN) == 2


async def test_a_token_that_is_refused_for_ever_is_tried_twice_and_no_more(scene: Scene) -> None:
    scene.wechat.plan(SEND, *[40001] * 20)
    for _ in range(3):
        assert isinstance(await refusal(scene), NotConnected)
    assert scene.wechat.count(SEND) == 6
    assert scene.wechat.count(TOKEN) <= 2


async def test_a_wrong_secret_is_our_fault() -> None:
    async with a_scene(secret="not-the-secret") as scene:
        await scene.writes()
        assert isinstance(await refusal(scene), Misconfigured)


async def test_an_address_that_is_not_on_the_list_is_told(scene: Scene) -> None:
    scene.wechat.allowed_address = False
    fault = await refusal(scene)
    assert isinstance(fault, Misconfigured)
    assert "192.0.2.1" in fault.detail


@pytest.mark.parametrize("code", [40003, 40164, 45015, 99999])
async def test_no_fault_names_a_person_a_text_or_a_secret(scene: Scene, code: int) -> None:
    await scene.channel._api.token.get()
    scene.wechat.plan(SEND, code)
    fault = await refusal(scene, text="不能说出去的话")
    for secret in (OPENID, "o" * 28, "T" * 28, SECRET, "不能说出去的话"):
        assert secret not in f"{fault!r} {fault.said}"


async def test_a_picture_is_loaded(scene: Scene) -> None:
    assert await scene.channel._api.media(MEDIA_ID) == PICTURE


async def test_a_picture_that_is_gone_is_told(scene: Scene) -> None:
    with pytest.raises(Rejected):
        await scene.channel._api.media("another-media-id")


async def test_a_channel_that_was_not_opened_sends_nothing_and_can_be_closed() -> None:
    async with a_scene() as scene:
        await scene.writes()
        await scene.channel.close()
        assert isinstance(await refusal(scene), NotConnected)
        await scene.channel.close()


async def test_a_sender_who_gives_up_leaves_the_token_to_the_others(scene: Scene) -> None:
    first = asyncio.ensure_future(scene.send())
    await asyncio.sleep(0)
    first.cancel()
    with suppress(asyncio.CancelledError):
        await first
    await scene.send("后来的")
    assert "后来的" in scene.texts
    assert scene.wechat.count(TOKEN) == 1


def test_the_secrets_are_not_shown() -> None:
    assert SECRET not in repr(settings_for("http://127.0.0.1:1"))
