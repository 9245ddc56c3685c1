"""Opening the house: settings, database, calendar, desk; and closing it again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time

import structlog

from bot.approvals import read_approvals
from bot.own_lexicon import OwnLexiconFile
from bot.own_plans import load_plans
from bot.settings import Settings
from dialogs.tagging.complaint import tag
from handlers.calendar import load_calendar, seed_calendar
from handlers.desk import Desk
from handlers.form_header import read_fields, shipped_fields
from handlers.reports.follow_up_rules import FigureRules
from models.database import close_database, is_postgres, open_database, sqlite_path
from models.migrate import MigrationReport, migrate

_log = structlog.get_logger()


def now() -> datetime:
    """Return the instant it is; the only clock of the product."""
    return datetime.now(UTC)


def desk_of(settings: Settings) -> Desk:
    """Make the desk from the settings."""
    header = read_fields(settings.header_file) if settings.header_file else shipped_fields()
    return Desk(
        hospital=settings.hospital_name,
        switchboard=settings.switchboard,
        public_url=settings.public_url,
        legal_basis=settings.legal_basis,
        plan=settings.plan,
        plans=load_plans(settings),
        language=settings.language,
        approvals=read_approvals(settings.approvals_file),
        header=header,
        hours=settings.hours,
        sample_weekly=settings.sample_weekly,
        figures=FigureRules(settings.deaths_count, settings.follow_up_bands, header),
        list_due=time.fromisoformat(settings.inbox_by) if settings.inbox else None,
        own_words=OwnLexiconFile(settings.lexicon).current,
    )


async def bring_up_to_date(settings: Settings) -> MigrationReport:
    """Migrate the database; the folders of files that do not exist yet are made, private."""
    url = settings.database_url.get_secret_value()
    files = [settings.key_file] if is_postgres(url) else [settings.key_file, sqlite_path(url)]
    for folder in {file.parent for file in files}:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return await migrate(url, now())


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[None]:
    """Bring the database up to date and hold it open."""
    await bring_up_to_date(settings)
    async with connected(settings):
        yield


@asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[None]:
    """Hold the database open as it is."""
    await open_database(settings.database_url.get_secret_value(), settings.key_file)
    try:
        yield
    finally:
        await close_database()


async def prepare(desk: Desk, settings: Settings, at: datetime) -> None:
    """Seed the calendar and give it to the desk; years nobody has published yet are named."""
    seeded = await seed_calendar(at, settings.festivals or None)
    for warning in seeded.warnings:
        _log.warning("calendar", warnings=warning)
    desk.calendar = await load_calendar()
    # the words of a language take a second to load; the first patient does not wait for it
    await asyncio.to_thread(tag, "")


async def renew_calendar(desk: Desk, settings: Settings, at: datetime) -> int:
    """Bring the calendar up to date while running: years move on, hospitals correct days."""
    seeded = await seed_calendar(at, settings.festivals or None)
    desk.calendar = await load_calendar()
    return seeded.created + seeded.changed + seeded.removed
