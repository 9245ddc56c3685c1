"""The migrate command."""

from __future__ import annotations

import asyncio

import typer

from bot.command_words import tell
from bot.opening import bring_up_to_date
from bot.settings import Settings


def migrate_database(settings: Settings) -> None:
    """Bring the database up to date and say what was done."""
    report = asyncio.run(bring_up_to_date(settings))
    done = [tell("migrate", "applied", name=name) for name in report.applied]
    typer.echo("\n".join(done) or tell("migrate", "nothing"))
    if report.backup:
        typer.echo(tell("migrate", "backup", file=report.backup))
