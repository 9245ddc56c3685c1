"""What the Telegram bot says by itself, from its catalog."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from bot.channels.telegram_settings import TelegramSettings
from dialogs.wording import fill
from handlers.desk import Desk

_BASE: Final = "zh"


@cache
def words(language: str = _BASE) -> Mapping[str, str]:
    """Return the sentences of a language; what it lacks is Chinese."""
    file = Path(__file__).with_suffix(".toml")
    known = tomllib.loads(file.read_text(encoding="utf-8"))
    return {**known[_BASE], **known.get(language, {})}


def say(desk: Desk, sentence: str, **values: str) -> str:
    """Say a sentence with what is known of the hospital; without a number it names none."""
    known = {
        "hospital": desk.hospital,
        "switchboard": desk.switchboard,
        "url": desk.public_url.rstrip("/"),
    }
    return fill(words(desk.language)[sentence], {**known, **values}, ("switchboard",))


def warnings_of(settings: TelegramSettings, language: str = _BASE) -> list[str]:
    """Say what the law has to say to these settings (PIPL 38-40, R14)."""
    return [words(language)["warning"]] if settings.patients else []
