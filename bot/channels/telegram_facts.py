"""What Telegram says about our bot, as facts for the people who look after it; pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from aiogram.types import User, WebhookInfo

from bot.channel import Fact
from bot.channels.telegram_settings import TelegramSettings

# so many updates that wait say that nobody hears them
_MANY: Final = 100


def facts(me: User, hook: WebhookInfo, settings: TelegramSettings) -> Sequence[Fact]:
    """List the bot's name, how it hears, what waits, and whether patients go abroad."""
    hooked, waiting = bool(hook.url), hook.pending_update_count
    found = [
        Fact("bot", f"@{me.username}"),
        Fact("mode", settings.mode, good=hooked == (settings.mode == "webhook")),
        # without it a bot hears commands, replies and buttons of a group, and no other word
        Fact("reads_groups", _yes(me.can_read_all_group_messages)),
        Fact("waiting", str(waiting), good=waiting < _MANY),
        Fact("patients", _yes(settings.patients), good=not settings.patients),
    ]
    if hook.last_error_message:
        found.append(Fact("last_error", hook.last_error_message[:120], good=False))
    return found


def _yes(told: bool | None) -> str:  # noqa: FBT001 - a fact is told by its value
    return "yes" if told else "no"
