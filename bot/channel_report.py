"""The channels command: how each channel is doing, one test message, the texts to file."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.app import Site, make_site
from bot.channel import Letter, SendError
from bot.channel_checking import unknown_words
from bot.channel_words import at_text, channel_words, fact_text, state_text
from bot.channels.registry import Exchange, exchange
from bot.channels.sms_filing import write_filing
from bot.group_channel import PostLine
from bot.opening import desk_of, now, opened
from bot.rendering import render
from bot.settings import Settings
from dialogs.actions import Say
from dialogs.case import Case
from handlers.channel_states import ChannelReport, open_windows, report
from handlers.desk import Desk
from handlers.failed_pushes import try_again
from handlers.page_codes import page_address
from handlers.room.groups import unknown_departments

_OPERATOR: Final = "command line"
_TEST: Final = "M-TEST"
_COUNTS: Final = ("waiting", "sent", "received", "failed", "unknown")


def show_channels(settings: Settings, *, ask: bool) -> None:
    """Print a table of the channels and what their providers said of the account."""
    asyncio.run(_show(settings, ask=ask))


def send_test(settings: Settings, name: str, to: str) -> int:
    """Send one message by a channel to an address, or to a staff group; returns the exit code."""
    return asyncio.run(_send_test(settings, name, to))


def retry(settings: Settings, name: str) -> None:
    """Let what a channel brought and nobody could deal with be tried again."""
    asyncio.run(_retry(settings, name))


async def _retry(settings: Settings, name: str) -> None:
    async with opened(settings):
        count = await try_again(name, _OPERATOR, now())
    typer.echo(_say("tried_again", channel=name, count=str(count)))


def _site(settings: Settings, desk: Desk) -> tuple[Site, Exchange]:
    """Connect as the server would, without its pages being served."""
    made: list[Exchange] = []

    def connect(take: Any, answer: Any) -> Exchange:
        made.append(exchange(settings, desk, now, take, answer))
        return made[0]

    site = make_site(desk, now, settings.media_folder, connect=connect)
    return site, made[0]


async def _show(settings: Settings, *, ask: bool) -> None:
    desk = desk_of(settings)
    async with opened(settings):
        site, connected = _site(settings, desk)
        if ask:
            await _probe(connected)
        reports = [await report(name, now()) for name in site.outbox.lanes]
        windows = await open_windows(now())
        unknown = await unknown_departments(connected.posted_to)
    console = Console()
    console.print(_table(reports, windows))
    for one in reports:
        for line in _details(one):
            console.print(line)
    if unknown:
        console.print(unknown_words(unknown), style="bold red")


async def _probe(connected: Exchange) -> None:
    with Console(stderr=True).status(_say("asking")):
        await connected.start()
        try:
            await connected.probe(now())
        finally:
            await connected.close()


def _table(reports: Iterable[ChannelReport], windows: int) -> Table:
    columns = channel_words()["columns"]
    table = Table()
    for key in ("channel", "state", "last_in", "last_out", *_COUNTS, "windows"):
        side: Any = "right" if key in _COUNTS else "left"
        table.add_column(columns[key], justify=side, no_wrap=key != "state")
    for one in reports:
        counts = [str(getattr(one, key)) for key in _COUNTS]
        last = [at_text(getattr(one.state, key, None)) for key in ("last_in_at", "last_out_at")]
        open_now = str(windows) if one.channel == "wechat" else _say("none")
        table.add_row(one.channel, state_text(one.state, now()), *last, *counts, open_now)
    return table


def _details(one: ChannelReport) -> Iterable[str]:
    """The last trouble, and what the provider said of the account."""
    state = one.state
    if state is not None and state.error and state.error_at:
        at, error = at_text(state.error_at), escape(state.error)
        yield _say("error", channel=one.channel, at=at, error=error)
    if one.unread:
        yield _say("unread", channel=one.channel, count=str(one.unread))
    if one.channel == "web":
        return
    if state is None or state.probed_at is None:
        yield _say("not_probed", channel=one.channel)
        return
    yield _say("probed", channel=one.channel, at=at_text(state.probed_at))
    for fact in state.probed:
        mark = _say("good" if fact["good"] else "bad")
        yield f"  [{mark}] ".replace("[", "\\[") + escape(fact_text(fact))


async def _send_test(settings: Settings, name: str, to: str) -> int:
    desk = desk_of(settings)
    async with opened(settings):
        _, connected = _site(settings, desk)
        await connected.start()
        try:
            provider_id = await _hand_over(connected, desk, name, to)
        except SendError as fault:
            typer.echo(_say("failed_test", channel=name, why=fault.said), err=True)
            return 1
        finally:
            await connected.close()
    typer.echo(_say("sent_test", channel=name, id=provider_id))
    return 0


async def _hand_over(connected: Exchange, desk: Desk, name: str, to: str) -> str:
    group = next((one for one in connected.posted_to if one.name == name), None)
    if group is not None:
        line = PostLine(_say("group_test", hospital=desk.hospital))
        return await connected.groups.channel_of(group).post(group, [line])
    channel = next((one for one in connected.channels if one.name == name), None)
    if channel is None:
        raise typer.BadParameter(_say("no_channel", name=name, known=_known(connected)))
    if not to:
        raise typer.BadParameter(_say("needs_to"), param_hint="--to")
    values = {"hosp": desk.hospital}
    bubble = render(Say(_TEST), desk.catalog, Case(channel=name), values)
    return await channel.send(Letter(uuid4(), to, bubble, _TEST, values, urgent=True))


def _known(connected: Exchange) -> str:
    channels = [channel.name for channel in connected.channels]
    return ", ".join([*channels, *(group.name for group in connected.posted_to)])


def _say(sentence: str, **values: str) -> str:
    return channel_words()["words"][sentence].format(**values)


def write_templates(settings: Settings, file: Path, provider: str, signature: str) -> None:
    """Write the texts of SMS as a provider wants them filed, each with what speaks against it."""
    house = {"hosp": settings.hospital_name, "switchboard": settings.switchboard}
    fixed = {**house, "fixed_url": _page(settings)}
    given = {name: value for name, value in fixed.items() if value}
    try:
        count = write_filing(file, provider, signature, given, settings.language)
    except ValueError as fault:
        raise typer.BadParameter(str(fault)) from None
    typer.echo(_say("filed", count=str(count), file=str(file)))


def _page(settings: Settings) -> str:
    """Return the address of the page of codes; empty while nobody has said how phones reach us."""
    known = settings.public_url != Settings.model_fields["public_url"].default
    return page_address(settings.public_url) if known else ""
