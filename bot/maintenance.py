"""The migrate command."""

from __future__ import annotations

import asyncio

import typer

from bot.opening import now
from bot.settings import Settings
from models.migrate import migrate


def migrate_database(settings: Settings) -> None:
    """Bring the database up to date and say what was done."""
    report = asyncio.run(migrate(settings.database_url.get_secret_value(), now()))
    typer.echo("\n".join(f"applied {name}" for name in report.applied) or "nothing to do")
    if report.backup:
        typer.echo(f"backup: {report.backup}")
