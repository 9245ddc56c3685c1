"""Sending by Telegram: what goes out, what stands below it, and what each refusal becomes."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import (
    EditMessageReplyMarkup,
    GetMe,
    Response,
    SendMessage,
    TelegramMethod,
)
from aiogram.types import Message
from hypothesis import given
from hypothesis import strategies as st

from bot.channel import (
    ContactStopped,
    Held,
    Invalid,
    Letter,
    Misconfigured,
    NotConnected,
    OutcomeUnknown,
    Rejected,
    SendError,
    Throttled,
    Unparseable,
)
from bot.channels.telegram_buttons import (
    keyboard,
    read_press,
    ticked,
    with_tick,
    without,
)
from bot.channels.telegram_pace import TelegramPace, Window
from bot.channels.telegram_text import parts
from bot.rendering import Bubble
from dialogs.form import Option
from dialogs.wording import length
from tests.bot.channels.fake_telegram import TOKEN, FakeTelegram, a_telegram
from tests.bot.channels.telegram_scene import Site, a_channel

CHAT = 77000001
YES_NO = (Option("yes", "有"), Option("no", "没有"), Option("human", "转人工"))


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    """The Bot API."""
    async with a_telegram() as found:
        yield found


@pytest.fixture
async def site(fake: FakeTelegram) -> AsyncIterator[Site]:
    """A channel that has not begun to hear."""
    async with a_channel(fake, started=False) as found:
        yield found


def a_letter(text: str = "您好", address: str = str(CHAT), **bubble: object) -> Letter:
    """A message to a patient."""
    return Letter(uuid4(), address, Bubble(text, **bubble))  # type: ignore[arg-type]


async def test_a_text_goes_out_as_it_is_and_its_id_names_no_chat(site: Site) -> None:
    words = "<b>疼</b> *很* _疼_ /start {name} https://suifang.example/c/abc"
    provider_id = await site.channel.send(a_letter(words))
    assert provider_id.isdecimal()
    assert str(CHAT) not in provider_id
    assert site.fake.texts(CHAT) == [words]


async def test_choices_stand_on_buttons_bound_to_their_turn(site: Site) -> None:
    await site.channel.send(a_letter("伤口红吗?", options=YES_NO, turn=12, progress="2/8"))
    (sent,) = site.fake.calls_of("sendMessage")
    assert sent["text"] == "2/8\n伤口红吗?"
    buttons = [one for row in sent["reply_markup"]["inline_keyboard"] for one in row]
    assert [one["text"] for one in buttons] == ["有", "没有", "转人工"]
    assert [one["callback_data"] for one in buttons] == ["12:yes", "12:no", "12:human"]


async def test_choices_that_fit_no_button_are_numbered_in_the_text(site: Site) -> None:
    odd = (Option("k" * 70, "有"), Option("human", "转人工"))
    await site.channel.send(a_letter("伤口红吗?", options=odd, turn=12))
    (sent,) = site.fake.calls_of("sendMessage")
    assert sent["text"] == "伤口红吗?\n1.有 0.转人工"
    assert "reply_markup" not in sent


async def test_a_long_text_goes_in_parts_with_the_buttons_below_the_last(
    site: Site,
) -> None:
    text = "伤口每天看一次。" * 600
    await site.channel.send(a_letter(text, options=YES_NO, turn=3))
    sent = site.fake.calls_of("sendMessage")
    assert len(sent) == 2
    assert "".join(one["text"] for one in sent) == text
    assert ["reply_markup" in one for one in sent] == [False, True]


@pytest.mark.parametrize(
    ("status", "description", "expected"),
    [
        (403, "Forbidden: bot was blocked by the user", ContactStopped),
        (403, "Forbidden: user is deactivated", ContactStopped),
        (400, "Bad Request: chat not found", Invalid),
        (400, "Bad Request: PEER_ID_INVALID", Invalid),
        (400, "Bad Request: something else", Rejected),
        (401, "Unauthorized", Misconfigured),
        (404, "Not Found", Misconfigured),
        (500, "Internal Server Error: restart", NotConnected),
        (502, "Bad Gateway", OutcomeUnknown),
    ],
)
async def test_each_refusal_becomes_one_of_the_closed_set(
    site: Site, status: int, description: str, expected: type[SendError]
) -> None:
    site.fake.inject("sendMessage", status, f"{description} {CHAT}")
    with pytest.raises(SendError) as fault:
        await site.channel.send(a_letter())
    assert type(fault.value) is expected
    assert str(CHAT) not in fault.value.said


async def test_too_fast_says_how_long_to_wait(site: Site) -> None:
    site.fake.inject("sendMessage", 429, "Too Many Requests: retry after 7", retry_after=7)
    with pytest.raises(Throttled) as fault:
        await site.channel.send(a_letter())
    assert fault.value.after == timedelta(seconds=7)
    assert str(CHAT) not in fault.value.said


async def test_a_line_that_breaks_after_the_request_leaves_the_outcome_unknown(site: Site) -> None:
    site.fake.cut_line("sendMessage")
    with pytest.raises(OutcomeUnknown):
        await site.channel.send(a_letter())
    assert len(site.fake.calls_of("sendMessage")) == 1


async def test_a_provider_that_is_not_there_has_not_got_it(fake: FakeTelegram) -> None:
    async with a_channel(fake, started=False, mode="polling") as site:
        site.channel.bot.session.api = type(site.channel.bot.session.api).from_base(
            "http://127.0.0.1:9"
        )
        with pytest.raises(NotConnected):
            await site.channel.send(a_letter())


async def test_an_answer_nobody_can_read_is_told_without_its_words(site: Site) -> None:
    site.fake.garble("sendMessage")
    with pytest.raises(Unparseable) as fault:
        await site.channel.send(a_letter())
    assert fault.value.said == "unparseable"


async def test_a_fault_between_two_parts_never_sends_the_first_again(site: Site) -> None:
    site.fake.injected["sendMessage"].append((200, _taken()))
    site.fake.inject("sendMessage", 429, "Too Many Requests: retry after 1", retry_after=1)
    with pytest.raises(OutcomeUnknown):
        await site.channel.send(a_letter("伤口每天看一次。" * 600))


async def test_with_patients_off_nothing_goes_to_them(fake: FakeTelegram) -> None:
    async with a_channel(fake, started=False, patients=False) as site:
        with pytest.raises(Misconfigured):
            await site.channel.send(a_letter())
    assert not fake.calls


async def test_an_address_that_is_no_chat_is_refused_before_anything_goes_out(site: Site) -> None:
    with pytest.raises(Invalid):
        await site.channel.send(a_letter(address="@somebody"))
    assert not site.fake.calls


async def test_the_probe_says_who_the_bot_is_and_how_it_hears(site: Site) -> None:
    found = {fact.name: fact for fact in await site.channel.probe()}
    assert found["bot"].value == "@suifang_test_bot"
    assert not found["mode"].good
    assert found["reads_groups"].value == "yes"
    assert not found["patients"].good


# ---- texts and buttons


@given(st.text(alphabet="疼痛。\n 😀a,", max_size=400), st.integers(min_value=8, max_value=60))
def test_parts_lose_nothing_but_white_space_and_cut_no_sign(text: str, longest: int) -> None:
    cut = parts(text, longest)
    assert all(0 < length(part) <= longest for part in cut)
    assert "".join("".join(cut).split()) == "".join(text.split())


def test_a_text_is_cut_at_the_end_of_a_sentence() -> None:
    assert parts("甲乙丙。丁戊己。庚", 6) == ["甲乙丙。", "丁戊己。庚"]


@given(st.text(max_size=70))
def test_what_no_button_of_ours_carried_is_no_press(data: str) -> None:
    press = read_press(data)
    assert press is None or (press.done != bool(press.key))


@pytest.mark.parametrize(
    "data", ["", "12", ":yes", "12:", "12:=yes", "99999999999:a", "12:a b", "-1:a", "o:认领 003"]
)
def test_a_forged_or_foreign_button_is_no_press(data: str) -> None:
    assert read_press(data) is None


def test_of_several_choices_the_keyboard_itself_remembers_the_ticked() -> None:
    bubble = Bubble("哪里?", YES_NO, several=True, turn=5)
    markup = keyboard(bubble, "选好了")
    assert markup is not None
    assert markup.inline_keyboard[-1][0].callback_data == "5:="
    both = with_tick(with_tick(markup, "5:+yes"), "5:+no")
    assert ticked(both) == ("yes", "no")
    assert ticked(with_tick(both, "5:+yes")) == ("no",)
    # a person is called at once
    assert any(b.callback_data == "5:human" for row in markup.inline_keyboard for b in row)


def test_the_points_of_a_scale_stand_side_by_side_and_long_choices_one_a_row() -> None:
    scale = keyboard(Bubble("?", tuple(Option(str(n), str(n)) for n in range(11))), "")
    words = keyboard(Bubble("?", (Option("a", "周一上午九点半张医生"), Option("b", "都不行"))), "")
    assert scale is not None
    assert words is not None
    assert [len(row) for row in scale.inline_keyboard] == [6, 5]
    assert [len(row) for row in words.inline_keyboard] == [1, 1]


def test_settled_cases_lose_their_buttons_alone() -> None:
    bubble = Bubble("?", (Option("A20261122-001", "甲"), Option("A20261122-002", "乙")))
    markup = keyboard(bubble, "")
    left = without(markup, "A20261122-001")
    assert left is not None
    assert [b.text for row in left.inline_keyboard for b in row] == ["乙"]
    assert without(left, "A20261122-002") is None


# ---- the pace


@given(st.lists(st.floats(min_value=0, max_value=0.5), max_size=200), st.integers(1, 25))
def test_no_span_of_a_window_holds_more_calls_than_it_may(gaps: list[float], most: int) -> None:
    window, now, made = Window(most, 1.0), 0.0, []
    for gap in gaps:
        now += gap
        at = window.next(now)
        window.note(at)
        made.append(at)
    for place, at in enumerate(made[most:]):
        assert at - made[place] >= 1.0 - 1e-9


@dataclass(slots=True)
class Line:
    """A line to Telegram on which time passes only while somebody sleeps."""

    now: float = 0.0
    sent: list[tuple[int, float]] = field(default_factory=list)

    def time(self) -> float:
        """What time it is."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds

    async def request(self, bot: Bot, method: TelegramMethod[Any]) -> Response[Any]:
        """Take a call and note when."""
        del bot
        self.sent.append((getattr(method, "chat_id", 0), self.now))
        return Response(ok=True, result=True)

    def most_within(self, span: float, chat: int | None = None) -> int:
        """The most calls in any span of so many seconds."""
        at = [when for who, when in self.sent if chat is None or who == chat]
        return max(sum(begin <= when < begin + span for when in at) for begin in at)


async def test_nobody_gets_two_messages_a_second_and_no_group_twenty_one_a_minute() -> None:
    line = Line()
    pace = TelegramPace(25, line.time, line.sleep)
    bot = Bot(TOKEN)
    refused = 0
    for _ in range(200):
        try:
            await pace(line.request, bot, SendMessage(chat_id=-100, text="x"))
        except Throttled:
            refused += 1
            line.now += 3
    assert refused
    assert line.most_within(1.0) == 1
    assert line.most_within(60.0, -100) == 20


async def test_all_chats_together_stay_below_the_limit_of_a_second() -> None:
    line = Line()
    pace = TelegramPace(25, line.time, line.sleep)
    bot = Bot(TOKEN)
    for chat in range(1, 301):
        await pace(line.request, bot, SendMessage(chat_id=chat, text="x"))
        await pace(line.request, bot, EditMessageReplyMarkup(chat_id=chat, message_id=1))
        await pace(line.request, bot, GetMe())
    counted = [one for one in line.sent if one[0]]
    assert len(counted) == 600
    line.sent = counted
    assert line.most_within(1.0) == 25


async def refused(bot: Bot, method: TelegramMethod[Message]) -> Response[Message]:
    """Say no for half a minute."""
    del bot
    raise TelegramRetryAfter(method=method, message="429", retry_after=30)


async def test_calls_that_overslept_are_still_no_more_than_a_second_allows() -> None:
    """What counts is when a call went, not when it was to go."""
    line = Line()
    dice = random.Random(5)  # noqa: S311 - the same each time

    async def oversleep(seconds: float) -> None:
        line.now += seconds + dice.choice((0.0, 0.0, 0.4))

    pace = TelegramPace(25, line.time, oversleep)
    calls = (SendMessage(chat_id=chat, text="x") for chat in range(1, 301))
    bot = Bot(TOKEN)
    await asyncio.gather(*(pace(line.request, bot, call) for call in calls))
    assert line.most_within(1.0) <= 25


async def test_what_slept_until_its_turn_does_not_go_in_a_pause_asked_for_meanwhile() -> None:
    line = Line()
    pace = TelegramPace(25, line.time, line.sleep)
    told = SendMessage(chat_id=1, text="x")

    bot = Bot(TOKEN)
    with pytest.raises(TelegramRetryAfter):
        await pace(refused, bot, told)
    line.now += 29
    with pytest.raises(Held) as held:
        await pace(line.request, bot, SendMessage(chat_id=2, text="x"))
    assert held.value.after == timedelta(seconds=1)
    assert held.value.called is False
    line.now += 1
    await pace(line.request, bot, SendMessage(chat_id=2, text="x"))


async def test_a_no_of_one_group_holds_up_that_group_alone() -> None:
    line = Line()
    pace = TelegramPace(25, line.time, line.sleep)

    bot = Bot(TOKEN)
    with pytest.raises(TelegramRetryAfter):
        await pace(refused, bot, SendMessage(chat_id=-100, text="x"))
    line.now += 5
    await pace(line.request, bot, SendMessage(chat_id=2, text="x"))
    with pytest.raises(Held):
        await pace(line.request, bot, SendMessage(chat_id=-100, text="x"))


def _taken() -> dict[str, object]:
    chat = {"id": CHAT, "type": "private"}
    return {"ok": True, "result": {"message_id": 1, "date": 1, "chat": chat, "text": "?"}}
