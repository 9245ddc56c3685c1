"""How the channels are doing, for who looks after the machine: it refreshes itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from aiohttp import web

from bot.channel_words import at_text, channel_words, fact_text, is_well, state_text
from bot.console.pages import desk_of, go_to, now_of, page, visitor_of
from handlers.channel_states import ChannelReport, group_states, open_windows, report
from handlers.failed_pushes import PAGE, try_again
from handlers.scope import administers
from models.channel import ChannelState
from models.people import System

ROUTES: Final = web.RouteTableDef()
_WEB: Final = "web"


@dataclass(frozen=True, slots=True)
class ChannelCard:
    """One channel as the page shows it; `facts` are (words, whether good)."""

    key: str
    name: str
    state: str
    well: bool
    last_in: str
    last_out: str
    counts: ChannelReport
    trouble: str
    trouble_at: str
    probed_at: str
    facts: tuple[tuple[str, bool], ...]
    unread: str
    again: str
    windows: int | None
    guides: str
    asks: bool


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One staff group: when it was told last, and what troubled it last."""

    name: str
    well: bool
    last_out: str
    trouble: str
    trouble_at: str


@ROUTES.get("/channels")
async def show_channels(request: web.Request) -> web.Response:
    """Show what `main.py channels` tells."""
    if not administers(visitor_of(request).staff):
        raise web.HTTPForbidden
    now = now_of(request)
    names = sorted(desk_of(request).channels)
    windows = await open_windows(now) if System.WECHAT.channel in names else 0
    cards = [_card(await report(name, now), windows, now) for name in names]
    groups = [_group(state) for state in await group_states()]
    return page(request, "channels", cards=cards, groups=groups)


@ROUTES.post("/channels/{name}/retry")
async def retry_unread(request: web.Request) -> web.Response:
    """Deal again with what came in by a channel and failed time and again."""
    staff = visitor_of(request).staff
    if not administers(staff):
        raise web.HTTPForbidden
    await try_again(request.match_info["name"], staff.username, now_of(request))
    return go_to(PAGE)


def _card(one: ChannelReport, windows: int, now: datetime) -> ChannelCard:
    words, state = channel_words(), one.state
    probed: list[dict[str, Any]] = state.probed if state else []
    return ChannelCard(
        key=one.channel,
        name=words["names"].get(one.channel, one.channel),
        state=state_text(state, now),
        well=is_well(state, now),
        last_in=at_text(state.last_in_at if state else None),
        last_out=at_text(state.last_out_at if state else None),
        counts=one,
        trouble=state.error if state else "",
        trouble_at=at_text(state.error_at if state else None),
        probed_at=at_text(state.probed_at) if state and state.probed_at else "",
        facts=tuple((fact_text(fact), bool(fact["good"])) for fact in probed),
        unread=words["unread"]["told"].format(count=one.unread) if one.unread else "",
        again=words["unread"]["again"],
        windows=windows if one.channel == System.WECHAT.channel else None,
        guides=words["guides"].get(one.channel, ""),
        asks=one.channel != _WEB,
    )


def _group(state: ChannelState) -> GroupLine:
    return GroupLine(
        name=state.channel.partition(":")[2],
        well=not state.failures,
        last_out=at_text(state.last_out_at),
        trouble=state.error,
        trouble_at=at_text(state.error_at),
    )
