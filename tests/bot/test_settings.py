"""The settings: documented as they are, all faults at once, no secret told."""

import os
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from bot.channels.chosen import ALWAYS, OF_CHANNEL
from bot.channels.voice_aliyun import VoiceSettings
from bot.settings import BadSettings, Settings, load_settings, settings_table

PAGE = Path(__file__).resolve().parents[2] / "docs" / "settings.md"
SECRET = "never-to-be-shown"
FAULTS = {
    "SUIFANG_WEB_PORT": "70000",
    "SUIFANG_PUBLIC_URL": "followup.example.org",
    "SUIFANG_TIMEZONE": "Asia/Nowhere",
    "SUIFANG_ELDERLY_WINDOW": "morning",
    "SUIFANG_QUIET_HOURS": "20:30-08:00, noon",
    "SUIFANG_LANGUAGE": "fr",
    "SUIFANG_TICK_SECONDS": "0",
    "SUIFANG_TRUSTED_PROXIES": "127.0.0.1, proxy.example.org",
}


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither the developer's .env nor the developer's environment speaks here."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith("SUIFANG_"):
            monkeypatch.delenv(name)


def test_the_page_of_settings_holds_exactly_the_table_of_the_program() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page[page.index("| setting |") :] == settings_table()


def test_the_table_has_a_row_with_a_meaning_for_every_setting() -> None:
    lines = settings_table().splitlines()
    rows = [line for line in lines if line.startswith("| `")]
    kinds: list[type[BaseSettings]] = [Settings, *OF_CHANNEL.values(), *ALWAYS, VoiceSettings]
    assert len(rows) == sum(len(kind.model_fields) for kind in kinds)
    for row in rows:
        _, name, _, meaning, _ = (cell.strip() for cell in row.split("|"))
        assert name.startswith("`SUIFANG_")
        assert meaning


def test_every_setting_has_a_default_that_can_be_used() -> None:
    assert load_settings().database_url.get_secret_value() == "sqlite://var/suifang.db"


def test_bad_settings_are_all_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in FAULTS.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings) as told:
        load_settings()
    named = {line.split(":")[0] for line in str(told.value).splitlines()}
    assert named == set(FAULTS)


def test_a_channel_without_its_secrets_is_named_with_all_that_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SUIFANG_CHANNELS", "wechat, sms, fax")
    monkeypatch.setenv("SUIFANG_SMS_PROVIDER", "twilio")
    monkeypatch.setenv("SUIFANG_WEB_PORT", "70000")
    with pytest.raises(BadSettings) as told:
        load_settings()
    said = str(told.value)
    for name in ("WEB_PORT", "WECHAT_APP_ID", "WECHAT_ENCODING_AES_KEY", "SMS_TWILIO_TOKEN", "fax"):
        assert name in said


def test_a_voice_notice_needs_the_key_of_its_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUIFANG_DUTY_VOICE_TEMPLATE", "TTS_1")
    with pytest.raises(BadSettings, match="SUIFANG_VOICE_KEY_ID"):
        load_settings()


def test_quiet_hours_that_leave_no_minute_are_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUIFANG_QUIET_HOURS", "00:00-12:00,12:00-00:00")
    with pytest.raises(BadSettings, match="SUIFANG_QUIET_HOURS: quiet hours leave"):
        load_settings()


def test_no_fault_repeats_the_password_of_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUIFANG_DATABASE_URL", f"postgres://suifang:{SECRET}@db.example/suifang")
    for name, value in FAULTS.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings) as told:
        load_settings()
    assert SECRET not in str(told.value)
    assert SECRET not in repr(told.value.__context__)


def test_neither_the_table_nor_a_printed_settings_object_shows_a_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SUIFANG_DATABASE_URL", f"postgres://suifang:{SECRET}@db.example/suifang")
    settings = load_settings()
    assert SECRET in settings.database_url.get_secret_value()
    assert SECRET not in repr(settings)
    assert SECRET not in settings_table()


def test_a_line_of_the_env_file_counts_and_the_environment_wins_over_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = "SUIFANG_HOSPITAL_NAME=县人民医院\nSUIFANG_WEB_PORT=9001\n"
    (tmp_path / ".env").write_text(lines, encoding="utf-8")
    monkeypatch.setenv("SUIFANG_WEB_PORT", "9002")
    settings = load_settings()
    assert settings.hospital_name == "县人民医院"
    assert settings.web_port == 9002


def test_settings_cannot_be_changed_after_they_were_read() -> None:
    settings = load_settings()
    with pytest.raises(ValueError, match="frozen"):
        setattr(settings, "web_port", 1)  # noqa: B010 - a plain assignment would not pass mypy
