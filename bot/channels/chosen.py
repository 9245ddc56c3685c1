"""Which channels run beside the web chat, and the settings of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final

from pydantic import ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.channels.robots_settings import GroupsSettings
from bot.channels.sms_settings import SmsSettings
from bot.channels.telegram_settings import TelegramSettings
from bot.channels.voice_aliyun import VoiceSettings
from bot.channels.wechat_notices import BadNotices, Notices
from bot.channels.wechat_settings import WeChatSettings
from bot.command_words import tell
from bot.duty_settings import DutySettings
from bot.group_list import BadGroups, load_groups
from dialogs.catalog import load_catalog

OF_CHANNEL: Final[Mapping[str, type[BaseSettings]]] = {
    "wechat": WeChatSettings,
    "sms": SmsSettings,
    "telegram": TelegramSettings,
}
# read wherever they are given, whatever channels there are
ALWAYS: Final[tuple[type[BaseSettings], ...]] = (GroupsSettings, DutySettings)


class _Names(BaseSettings):
    """The names alone, so that a fault elsewhere does not hide those of the channels."""

    model_config = SettingsConfigDict(
        env_prefix="SUIFANG_", env_file=".env", env_file_encoding="utf-8", extra="ignore"
    )
    channels: Annotated[tuple[str, ...], NoDecode] = ()

    @field_validator("channels", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        parts = value.split(",") if isinstance(value, str) else value
        return tuple(part.strip() for part in parts if part.strip())


def faults_of_channels(given: Iterable[str] | None = None) -> list[str]:
    """Name what is wrong with the settings of the chosen channels, one line a fault."""
    names = _Names().channels if given is None else tuple(given)
    unknown = [name for name in names if name not in OF_CHANNEL]
    faults = [f"SUIFANG_CHANNELS: {name}? {', '.join(OF_CHANNEL)}" for name in unknown]
    kinds = [OF_CHANNEL[name] for name in names if name in OF_CHANNEL]
    for kind in (*kinds, *ALWAYS, *_of_voice()):
        try:
            kind()
        except ValidationError as found:
            faults += [_line(kind, fault) for fault in found.errors()]
    return faults + _of_groups() + (_of_notices() if "wechat" in names else [])


def _of_voice() -> tuple[type[BaseSettings], ...]:
    """Calls are made where a voice notice is filed; only then is the provider's key needed."""
    try:
        return (VoiceSettings,) if DutySettings().voice_template else ()
    except ValidationError:
        # named with the others
        return ()


def _of_notices() -> list[str]:
    try:
        Notices.load(WeChatSettings().templates, load_catalog("zh"))
    except ValidationError:
        # named above
        return []
    except BadNotices as found:
        return str(found).splitlines()
    return []


def _of_groups() -> list[str]:
    try:
        load_groups(GroupsSettings().file)
    except ValidationError:
        # named above
        return []
    except BadGroups as found:
        return str(found).splitlines()
    return []


def _line(kind: type[BaseSettings], fault: Any) -> str:
    """Say a fault without the value, which may be a secret."""
    prefix = str(kind.model_config.get("env_prefix", ""))
    name = ".".join(str(part) for part in fault["loc"]).upper() or "*"
    missing = fault["type"] == "missing"
    said = tell("settings", "missing") if missing else fault["msg"].removeprefix("Value error, ")
    return f"{prefix}{name}: {said}"
