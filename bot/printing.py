"""The slips command: the bedside slips of stays, or the cards of a day's visits, as one PDF."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Final
from uuid import UUID

import typer
from rich.console import Console

from bot.channels.wechat_api import WeChatApi
from bot.channels.wechat_scenes import follow_codes
from bot.channels.wechat_settings import WeChatSettings
from bot.command_words import tell
from bot.follow_codes import NO_CODES, FollowCodes
from bot.opening import desk_of, now, opened
from bot.settings import Settings
from bot.slips import render_pdf
from bot.visit_slips import render_cards
from handlers.slips import Slip, issue
from handlers.visit_slips import AppointmentSlip, issue_cards, visits_on
from models.care import Encounter, FollowUpPlan, PlanStatus
from models.people import System
from models.seal import keyring

# who prints, in the audit trail: whoever may run commands on the machine
PRINTER: Final = "command line"


def print_slips(file: Path, settings: Settings, *, day: str, ward: str) -> None:
    """Write the slips of stays with an open plan, of one discharge day or ward if given."""
    on = _day(day)
    with Console(stderr=True).status(tell("slips", "progress")):
        count = asyncio.run(_print(file, settings, on, ward))
    typer.echo(tell("slips", "done", count=count, file=file))
    if not count:
        raise typer.Exit(1)


def print_cards(file: Path, settings: Settings, *, visits: str) -> None:
    """Write the booking cards of everybody who is to come that day."""
    on = _day(visits, "--visits")
    with Console(stderr=True).status(tell("slips", "progress_cards")):
        count = asyncio.run(_print_cards(file, settings, on)) if on else 0
    typer.echo(tell("slips", "done_cards", count=count, file=file))
    if not count:
        raise typer.Exit(1)


def _day(text: str, option: str = "--day") -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as fault:
        raise typer.BadParameter("a day like 2026-11-22", param_hint=option) from fault


async def _print_cards(file: Path, settings: Settings, day: date) -> int:
    desk = desk_of(settings)
    async with opened(settings):
        cards = await issue_cards(desk, await visits_on(day), keyring(), PRINTER, now())
        if cards:
            follow = await _follow_codes(settings, cards)
            pdf = await asyncio.to_thread(render_cards, cards, desk, follow)
            await asyncio.to_thread(file.write_bytes, pdf)
    return len(cards)


async def _print(file: Path, settings: Settings, day: date | None, ward: str) -> int:
    async with opened(settings):
        stays = await _stays(day, ward)
        slips = await issue(stays, now(), settings.public_url, keyring())
        if slips:
            follow = await _follow_codes(settings, slips)
            pdf = await asyncio.to_thread(render_pdf, slips, desk_of(settings), follow)
            await asyncio.to_thread(file.write_bytes, pdf)
    return len(slips)


async def _follow_codes(
    settings: Settings, papers: Iterable[Slip | AppointmentSlip]
) -> FollowCodes:
    """Ask WeChat for the codes, where it runs; why a paper goes without is said once."""
    if System.WECHAT.channel not in settings.channels:
        return NO_CODES
    api = WeChatApi(WeChatSettings(), now)
    await api.start()
    try:
        follow = await follow_codes(api, {one.link: one.expires_on for one in papers}, now())
    finally:
        await api.close()
    if follow.trouble:
        typer.echo(tell("slips", "no_follow", why=follow.trouble), err=True)
    return follow


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
