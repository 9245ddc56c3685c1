"""Settings of SMS: which are needed depends on the provider, and all that is missing is named."""

import pytest
from pydantic import ValidationError

from bot.channels.sms_settings import SmsSettings
from bot.channels.voice_aliyun import VoiceSettings
from tests.bot.channels.sms_site import settings


@pytest.mark.parametrize("provider", ["aliyun", "tencent", "twilio", "kannel"])
def test_complete_settings_are_taken(provider: str) -> None:
    assert settings(provider).provider == provider


@pytest.mark.parametrize(
    ("provider", "missing"),
    [
        ("aliyun", ["SIGNATURE", "SECRET_PATH", "SOURCES", "ALIYUN_KEY_ID", "ALIYUN_KEY_SECRET"]),
        ("tencent", ["SIGNATURE", "SECRET_PATH", "TENCENT_SECRET_KEY", "TENCENT_APP_ID"]),
        ("twilio", ["PUBLIC_URL", "TWILIO_ACCOUNT", "TWILIO_TOKEN", "NUMBER"]),
        ("kannel", ["PUBLIC_URL", "SECRET_PATH", "SOURCES", "KANNEL_USER", "KANNEL_PASSWORD"]),
    ],
)
def test_everything_that_is_missing_is_named_at_once(
    provider: str, missing: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SUIFANG_SMS_SIGNATURE", raising=False)
    with pytest.raises(ValidationError) as caught:
        SmsSettings(_env_file=None, provider=provider)
    for name in missing:
        assert f"SUIFANG_SMS_{name}" in str(caught.value)


def test_without_a_provider_there_is_no_channel() -> None:
    with pytest.raises(ValidationError, match="provider"):
        SmsSettings(_env_file=None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("secret_path", "short"),
        ("secret_path", "with/slashes/in/the/path"),
        ("sources", "not a network"),
        ("sources", ""),
        ("signature", "一二三四五六七八九十一二三"),
        ("public_url", "hospital.test"),
        ("number", "+86 10"),
        ("per_second", "0"),
    ],
)
def test_what_cannot_be_right_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValidationError):
        settings("kannel", **{name: value})


def test_a_secret_shows_nowhere() -> None:
    shown = repr(settings("aliyun")) + str(settings("aliyun"))
    assert "SK-of-tests" not in shown
    assert "secretpath" not in shown


@pytest.mark.parametrize("model", [SmsSettings, VoiceSettings])
def test_every_setting_says_what_it_is(model: type[SmsSettings | VoiceSettings]) -> None:
    assert all(field.description for field in model.model_fields.values())
