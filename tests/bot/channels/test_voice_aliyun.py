"""A call that reads a text out: what is asked for, and what is told when it is refused."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.channel import Misconfigured, OutcomeUnknown, Throttled, Unparseable
from bot.channels.voice_aliyun import AliyunVoice, VoiceSettings
from tests.bot.channels.fake_sms import KEY_ID, SECRET, FakeSms, fake_sms

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
DUTY = "13900000009"


@pytest.fixture
async def fake() -> AsyncIterator[FakeSms]:
    """Aliyun."""
    async with fake_sms() as running:
        yield running


@pytest.fixture
async def voice(fake: FakeSms) -> AsyncIterator[AliyunVoice]:
    """An open line to it."""
    known = VoiceSettings(
        _env_file=None, url=fake.url, key_id=KEY_ID, key_secret=SECRET, shown_number="4000000000"
    )
    calling = AliyunVoice(known, lambda: NOW)
    await calling.start()
    yield calling
    await calling.close()


async def test_a_number_is_called_with_a_template_and_its_values(
    fake: FakeSms, voice: AliyunVoice
) -> None:
    assert await voice.call(DUTY, "TTS_1", {"ward": "XN"}, key="k1") == "call-1^1"
    (made,) = fake.taken
    assert made["action"] == "SingleCallByTts"
    assert (made["CalledNumber"], made["TtsCode"]) == (DUTY, "TTS_1")
    assert (made["TtsParam"], made["OutId"]) == ({"ward": "XN"}, "k1")
    assert (made["CalledShowNumber"], made["PlayTimes"]) == ("4000000000", "2")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("isv.BUSINESS_LIMIT_CONTROL", Throttled),
        ("isv.ACCOUNT_ABNORMAL", Misconfigured),
        ("isp.SYSTEM_ERROR", OutcomeUnknown),
    ],
)
async def test_a_refused_call_says_why(
    fake: FakeSms, voice: AliyunVoice, code: str, kind: type[Exception]
) -> None:
    fake.answers.append((200, {"Code": code, "Message": "no"}))
    with pytest.raises(kind, match=code):
        await voice.call(DUTY, "TTS_1", {})


async def test_an_answer_without_a_call_is_no_call(fake: FakeSms, voice: AliyunVoice) -> None:
    fake.answers.append((200, {"Code": "OK"}))
    with pytest.raises(Unparseable):
        await voice.call(DUTY, "TTS_1", {})
