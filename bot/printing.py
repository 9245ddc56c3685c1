"""The slips command: the bedside slips of a list of stays as one PDF."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path
from uuid import UUID

import typer
from rich.console import Console

from bot.command_words import tell
from bot.opening import now, opened
from bot.settings import Settings
from bot.slips import render_pdf
from handlers.slips import Slip, issue
from models.care import Encounter, FollowUpPlan, PlanStatus
from models.seal import keyring


def print_slips(file: Path, settings: Settings, *, day: str, ward: str) -> None:
    """Write the slips of stays with an open plan, of one discharge day or ward if given."""
    on = _day(day)
    with Console(stderr=True).status(tell("slips", "progress")):
        count = asyncio.run(_print(file, settings, on, ward))
    typer.echo(tell("slips", "done", count=count, file=file))
    if not count:
        raise typer.Exit(1)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as fault:
        raise typer.BadParameter("a day like 2026-11-22", param_hint="--day") from fault


async def _print(file: Path, settings: Settings, day: date | None, ward: str) -> int:
    async with opened(settings):
        stays = await _stays(day, ward)
        slips = await issue(stays, now(), settings.public_url, keyring())
        if slips:
            await asyncio.to_thread(_write, file, slips, settings)
    return len(slips)


def _write(file: Path, slips: list[Slip], settings: Settings) -> None:
    pdf = render_pdf(
        slips, settings.hospital_name, settings.switchboard, language=settings.language
    )
    file.write_bytes(pdf)


async def _stays(day: date | None, ward: str) -> list[UUID]:
    open_plans = (PlanStatus.ACTIVE, PlanStatus.WAITING_RELEASE)
    plans = await FollowUpPlan.filter(status__in=open_plans).values_list("encounter_id", flat=True)
    stays = Encounter.filter(id__in=list(plans))
    if day is not None:
        stays = stays.filter(discharged_on=day)
    rows = await stays.order_by("ward", "bed", "inpatient_no").prefetch_related("department")
    return [row.id for row in rows if not ward or ward in (row.ward, _name(row))]


def _name(row: Encounter) -> str:
    return row.department.name if row.department else ""
