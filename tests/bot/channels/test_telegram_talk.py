"""A patient's round of questions by Telegram, from the first message to the stored answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.channels.telegram import TelegramChannel
from bot.outbox import Outbox
from bot.taking import Inbox
from handlers.asked import questions_answered
from models.alert import Alert
from models.conversation import Conversation, Inbound, InboundKind, Outgoing, OutgoingStatus
from models.people import ContactKind, ContactPoint, System
from tests.bot.channels.fake_telegram import FakeTelegram, a_telegram
from tests.bot.channels.telegram_scene import Site, a_channel, press, text
from tests.handlers.ward import Ward, a_ward

WHO = 77000001


@dataclass(slots=True)
class Talk:
    """A ward whose patient is at the other end of a Telegram chat."""

    ward: Ward
    site: Site
    inbox: Inbox

    @property
    def sent(self) -> list[dict[str, Any]]:
        """What the patient was sent."""
        return self.site.fake.calls_of("sendMessage")

    async def hear(self, update: Any) -> None:
        """Telegram calls; what it led to is sent."""
        assert await self.site.call(update) == 200
        await self.inbox.settle()

    def button(self, place: int = 0) -> str:
        """What a button below the last message carries."""
        data: str = self.sent[-1]["reply_markup"]["inline_keyboard"][place][0]["callback_data"]
        return data


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    """The Bot API."""
    async with a_telegram() as found:
        yield found


@pytest.fixture
async def talk(sqlite_database: str, fake: FakeTelegram, tmp_path: Path) -> AsyncIterator[Talk]:
    """The first question has been sent."""
    assert sqlite_database
    ward = await a_ward()
    await ContactPoint.filter(id=ward.contact_point.id).delete()
    ward.contact_point = await ContactPoint.create(
        respondent_id=ward.contact_point.respondent_id,
        system=System.TELEGRAM,
        value=str(WHO),
        kind=ContactKind.CHAT,
        status="ok",
        verified_at=ward.now,
    )
    async with a_channel(fake, ward.desk, lambda: ward.now) as site:
        ward.outbox = Outbox(ward.desk, {TelegramChannel.name: site.channel})
        ward.desk.channels = frozenset({TelegramChannel.name})

        async def drain(channel: str, conversation_id: Any) -> int:
            return await ward.outbox.drain_conversation(channel, conversation_id, ward.now)

        inbox = Inbox(ward.desk, lambda: ward.now, drain, tmp_path)
        site.channel._take = inbox.take
        site.channel._patients._take = inbox.take
        await ward.until("2026-11-23T11:30")
        yield Talk(ward, site, inbox)


async def test_a_pressed_button_answers_its_question_and_the_next_one_comes(talk: Talk) -> None:
    assert len(talk.sent) == 1
    pressed = talk.button()
    await talk.hear(press(WHO, pressed, number=101))
    row = await Inbound.get()
    assert (row.kind, row.channel) == (InboundKind.CHOICE, "telegram")
    assert len(talk.sent) > 1
    edits = talk.site.fake.calls_of("editMessageReplyMarkup")
    assert {edit["message_id"] for edit in edits} == {101}
    rows = await Outgoing.filter(status=OutgoingStatus.ACCEPTED).order_by("position")
    assert rows
    assert all(row.provider_id and str(WHO) not in row.provider_id for row in rows)


async def test_an_answer_in_words_takes_the_buttons_of_its_question_away(talk: Talk) -> None:
    asked = (await Outgoing.filter(status=OutgoingStatus.ACCEPTED).first()) or Outgoing()
    await talk.hear(text(WHO, "1"))
    edits = talk.site.fake.calls_of("editMessageReplyMarkup")
    assert [str(edit["message_id"]) for edit in edits] == [asked.provider_id]
    conversation = await Conversation.get()
    await talk.hear(text(WHO, "1"))
    answered = await questions_answered(conversation.id, "telegram")
    assert asked.provider_id not in answered


async def test_a_press_that_comes_three_times_answers_once(talk: Talk) -> None:
    pressed = press(WHO, talk.button())
    for _ in range(3):
        await talk.hear(pressed)
    assert await Inbound.all().count() == 1


async def test_danger_written_by_telegram_is_in_front_of_a_nurse(talk: Talk) -> None:
    await talk.hear(text(WHO, "胸口像压了块石头"))
    alert = await Alert.get(level="L1")
    assert alert.patient_id == talk.ward.patient.id
    assert "120" in "".join(one["text"] for one in talk.sent)


async def test_who_blocks_the_bot_is_not_written_to_again(talk: Talk) -> None:
    talk.site.fake.inject("sendMessage", 403, "Forbidden: bot was blocked by the user")
    await talk.hear(text(WHO, "1"))
    before = len(talk.sent)
    await talk.ward.until("2026-11-24T10:00")
    assert len(talk.sent) == before
    point = await ContactPoint.get(id=talk.ward.contact_point.id)
    assert point.opted_out_at is not None
