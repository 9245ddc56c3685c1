"""What a channel lacks although its settings are complete: it would start, and fail when needed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from typing import Final

from bot.channels.robots_settings import GroupsSettings
from bot.channels.sms import BY_TEMPLATE
from bot.channels.sms_settings import SmsSettings
from bot.channels.sms_templates import Templates, load_templates
from bot.command_words import tell
from bot.group_list import load_groups
from bot.opening import connected
from bot.settings import Settings
from dialogs.catalog import load_catalog
from handlers.missing_list import TOLD
from handlers.room.groups import Group, unknown_departments
from models.database import is_postgres, sqlite_path

# what must go out the moment somebody is in danger
_SAFETY: Final = ("M-RF1", "M-RF2", "M-CRISIS", "M-STRANGER-WHO", "M-STRANGER-SOON")


def warnings_of_channels(settings: Settings) -> Iterator[str]:
    """Name what the channels lack; raises BadTemplates for a file that cannot be read."""
    if "sms" in settings.channels:
        yield from _sms(SmsSettings(), settings.language)
    groups = load_groups(GroupsSettings().file)
    if settings.inbox is not None and not any(group.roles & set(TOLD) for group in groups):
        yield tell("check", "nobody_for_it")
    if any(group.departments for group in groups):
        yield from asyncio.run(_groups(settings, groups))


def unknown_words(codes: Iterable[str]) -> str:
    """Say that groups are listed for departments nobody knows; empty where all are known."""
    listed = "、".join(codes)
    return tell("check", "group_departments", codes=listed) if listed else ""


def _sms(sms: SmsSettings, language: str) -> Iterator[str]:
    if sms.provider not in BY_TEMPLATE:
        return
    filed = load_templates(sms.templates, load_catalog(language))
    if not filed.count:
        yield tell("check", "no_templates", provider=sms.provider, file=sms.templates)
    elif missing := _missing(filed):
        yield tell("check", "safety_not_filed", names="、".join(missing))


def _missing(filed: Templates) -> list[str]:
    return [name for name in _SAFETY if name not in filed.names]


async def _groups(settings: Settings, groups: Iterable[Group]) -> list[str]:
    """Compare the list with the departments of the database, if there is one yet."""
    if not _is_there(settings):
        return []
    try:
        async with connected(settings):
            words = unknown_words(await unknown_departments(groups))
    except Exception as fault:  # noqa: BLE001 - whatever ails the database, check goes on to its sum
        return [tell("check", "not_compared", kind=type(fault).__name__)]
    return [words] if words else []


def _is_there(settings: Settings) -> bool:
    """Tell whether there is a database to ask: check makes neither a file nor a key."""
    url = settings.database_url.get_secret_value()
    return settings.key_file.exists() and (is_postgres(url) or sqlite_path(url).exists())
