"""The same questionnaire over every channel, by real HTTP both ways: the same answers are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dialogs.catalog import load_catalog
from models.conversation import Outgoing, OutgoingStatus
from models.response import Answer, Response
from tests.bot.channels.questioned import Open, Step
from tests.bot.channels.questioned_sms import by_sms
from tests.bot.channels.questioned_telegram import by_telegram
from tests.bot.channels.questioned_web import by_web
from tests.bot.channels.questioned_wechat import InWeChat, by_wechat
from tests.handlers.ward import a_ward

pytestmark = pytest.mark.usefixtures("sqlite_database")
CATALOG = load_catalog()
FORM = CATALOG.forms["fu-d3"]
EVERY: dict[str, Open] = {
    "web": by_web,
    "wechat": by_wechat,
    "twilio": by_sms("twilio"),
    "aliyun": by_sms("aliyun"),
    "telegram": by_telegram,
}


def chosen(item: str, *keys: str) -> Step:
    """The options of a question that are chosen."""
    return Step(FORM.item(item).options, keys)


STEPS = (
    Step(CATALOG.messages["M-OPEN"].options, ("start",)),
    chosen("who", "self"),
    Step(words="1970", phones=True),
    chosen("place", "home"),
    chosen("feel", "better"),
    chosen("red", "pain", "vomit"),
    Step(words="3"),
    chosen("med", "all"),
    chosen("side", "none"),
    chosen("clear", "no"),
    chosen("topic", "act", "rev"),
    chosen("review", "yes"),
    Step(words="无"),
)
KEPT = {
    "who": ["self"],
    "place": ["home"],
    "feel": ["better"],
    "red": ["pain", "vomit"],
    "nrs": 3,
    "med": ["all"],
    "side": ["none"],
    "clear": ["no"],
    "topic": ["act", "rev"],
    "review": ["yes"],
    "ask": [],
}


async def kept() -> dict[str, Any]:
    """The one response there is, without its times, its channel and its keys."""
    response = await Response.get()
    answers = await Answer.filter(response_id=response.id, superseded_at__isnull=True)
    told = {
        one.item: sorted(one.value) if isinstance(one.value, list) else one.value for one in answers
    }
    return {
        "form": f"{response.form}@{response.version}",
        "status": response.status.value,
        "by": {response.respondent_kind.value, *(one.by.value for one in answers)},
        "answers": told,
    }


@pytest.mark.parametrize("opened", EVERY.values(), ids=EVERY)
async def test_the_same_answers_are_kept_whatever_they_came_by(
    opened: Open, tmp_path: Path
) -> None:
    ward = await a_ward(bound=False)
    async with opened(ward, tmp_path / "media") as (_, patient):
        await ward.until("2026-11-23T11:30")
        for step in STEPS:
            if patient.is_phone or not step.phones:
                await patient.answers(step)
        assert await kept() == {
            "form": f"fu-d3@{FORM.version}",
            "status": "completed",
            "by": {"self"},
            "answers": KEPT,
        }
        assert not await Outgoing.exclude(
            status__in=(OutgoingStatus.ACCEPTED, OutgoingStatus.READ)
        ).exists()
        if isinstance(patient, InWeChat):
            assert patient.answered_at_once
            assert "msgmenu" in {one.kind for one in patient.wechat.sent}
