"""The menu in WeChat: published as WeChat takes it, and a click says what it stands for."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.wechat_menu import FOLLOW_UP, menu_buttons, said_by
from handlers.slips import issue
from models.channel import SendWindow
from models.conversation import Inbound
from models.seal import keyring
from tests.bot.channels.fake_wechat import APP_ID, SECRET, Clock, a_wechat, fault_of_bar
from tests.bot.channels.test_wechat_talk import Phone, a_phone
from tests.bot.channels.wechat_platform import AES_KEY, OPENID, TOKEN, event
from tests.bot.test_commands import Terminal
from tests.handlers.ward import a_ward

pytestmark = pytest.mark.usefixtures("sqlite_database")


async def click(phone: Phone, key: str) -> str:
    """Click in the menu; returns what is answered within the request."""
    phone.wechat.clicks(OPENID)
    phone.ward.now += timedelta(seconds=1)
    phone.platform.now = phone.ward.now
    answer = await phone.platform.push(event("CLICK", phone.ward.now, EventKey=key))
    assert answer.status == 200
    return answer.text


def test_every_click_of_the_menu_is_understood_and_wechat_would_take_it() -> None:
    buttons = menu_buttons("https://follow.example.org/")
    assert fault_of_bar(buttons) == 0
    leaves = [leaf for one in buttons for leaf in one.get("sub_button", [one])]
    clicks = [leaf["key"] for leaf in leaves if leaf["type"] == "click"]
    assert len(clicks) == 5
    assert all(said_by(key) or key == FOLLOW_UP for key in clicks)
    assert [leaf["url"] for leaf in leaves if leaf["type"] == "view"] == [
        "https://follow.example.org/chat"
    ]


async def test_a_click_of_a_bound_person_is_the_word_and_opens_the_short_window_alone(
    tmp_path: Path,
) -> None:
    ward = await a_ward(bound=False)
    (slip,) = await issue([ward.encounter.id], ward.now, "http://h", keyring())
    async with a_phone(ward, tmp_path) as phone:
        await phone.until("2026-11-22T18:00")
        assert "请先" in await click(phone, "person")
        assert await Inbound.all().count() == 0
        await phone.follows(slip.link.rpartition("/")[2])
        await phone.writes("1970")
        long_before = (await SendWindow.get()).closes_at
        assert "值班护士" in await click(phone, "person")
        heard = await Inbound.get()
        assert heard.text == "人工"
        window = await SendWindow.get()
        assert window.closes_at == long_before
        assert window.click_closes_at is not None


async def test_my_follow_up_says_when_the_next_round_is_then_the_question_that_waits(
    tmp_path: Path,
) -> None:
    ward = await a_ward(bound=False)
    (slip,) = await issue([ward.encounter.id], ward.now, "http://h", keyring())
    async with a_phone(ward, tmp_path) as phone:
        await phone.until("2026-11-22T18:00")
        await phone.follows(slip.link.rpartition("/")[2])
        await phone.writes("1970")
        assert "下一次随访在11月23日前后" in await click(phone, FOLLOW_UP)
        await phone.until("2026-11-23T11:30")
        assert "本人吗" in await phone.writes("方便,开始吧")
        shown = await click(phone, FOLLOW_UP)
        assert shown.startswith("您有一题还没有回答")
        assert "本人吗" in shown
        assert "1.本人" in shown
        await phone.writes("1")
        moved_on = await click(phone, FOLLOW_UP)
        assert moved_on.startswith("您有一题还没有回答")
        assert moved_on != shown
        assert await Inbound.all().count() == 2


async def test_an_unknown_key_only_opens_the_window(tmp_path: Path) -> None:
    ward = await a_ward(bound=False)
    (slip,) = await issue([ward.encounter.id], ward.now, "http://h", keyring())
    async with a_phone(ward, tmp_path) as phone:
        await phone.until("2026-11-22T18:00")
        await phone.follows(slip.link.rpartition("/")[2])
        await phone.writes("1970")
        assert not await click(phone, "of-an-older-menu")
        assert await Inbound.all().count() == 0


async def test_the_command_publishes_the_menu_and_tells_what_wechat_refuses(
    tmp_path: Path,
) -> None:
    async with a_wechat(Clock()) as wechat:
        terminal = Terminal(tmp_path / "house")
        terminal.folder.mkdir()
        none = await asyncio.to_thread(terminal.run, "channels", "menu")
        assert none.returncode == 2
        terminal.settings |= {
            "SUIFANG_CHANNELS": "wechat",
            "SUIFANG_PUBLIC_URL": "https://follow.example.org",
            "SUIFANG_WECHAT_APP_ID": APP_ID,
            "SUIFANG_WECHAT_SECRET": SECRET,
            "SUIFANG_WECHAT_TOKEN": TOKEN,
            "SUIFANG_WECHAT_ENCODING_AES_KEY": AES_KEY,
            "SUIFANG_WECHAT_API_URL": wechat.url,
        }
        done = await asyncio.to_thread(terminal.run, "channels", "menu")
        assert done.returncode == 0, done.stderr
        assert wechat.menu == menu_buttons("https://follow.example.org")
        wechat.plan("/cgi-bin/menu/create", 48001)
        refused = await asyncio.to_thread(terminal.run, "channels", "menu")
    assert refused.returncode == 1
    assert "48001" in refused.stderr
