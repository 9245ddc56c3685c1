"""Codes with a scene (带参数的二维码): following by one says whose paper was scanned."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final

from bot.channel import SendError, Unparseable
from bot.channels.wechat_api import WeChatApi
from bot.follow_codes import FollowCode, FollowCodes
from dialogs.timing.spans import local, moment

CREATE: Final = "/cgi-bin/qrcode/create"
# WeChat keeps a code with a scene no longer
LONGEST: Final = timedelta(seconds=2_592_000)
_SHORTEST: Final = timedelta(minutes=1)
_AT_ONCE: Final = 8
_DRAWN: Final = re.compile(r"https?://weixin\.qq\.com/\S{1,200}")


async def follow_codes(api: WeChatApi, papers: Mapping[str, date], now: datetime) -> FollowCodes:
    """Make a code for each paper, given its last day by its link.

    Where WeChat refuses one, no more are asked for: the papers without one have the web's alone.
    """
    at_once = asyncio.Semaphore(_AT_ONCE)
    made: dict[str, FollowCode] = {}
    troubles: list[str] = []

    async def make(link: str, until: date) -> None:
        async with at_once:
            if troubles:
                return
            try:
                made[link] = await _patiently(api, link, until, now)
            except SendError as fault:
                troubles.append(fault.said)

    await asyncio.gather(*(make(link, until) for link, until in papers.items()))
    return FollowCodes(made, troubles[0] if troubles else "")


async def _patiently(api: WeChatApi, link: str, until: date, now: datetime) -> FollowCode:
    """Ask once more where WeChat was only busy, so that one hiccup does not end a print."""
    try:
        return await _create(api, link, until, now)
    except SendError as fault:
        if not fault.retries:
            raise
    return await _create(api, link, until, now)


async def _create(api: WeChatApi, link: str, until: date, now: datetime) -> FollowCode:
    """Ask for a code that ends no later than its paper."""
    wanted = min(LONGEST, max(_SHORTEST, moment(until, time()) - now))
    body = {
        "expire_seconds": int(wanted.total_seconds()),
        "action_name": "QR_STR_SCENE",
        "action_info": {"scene": {"scene_str": link.rpartition("/")[2]}},
    }
    answer = await api.post(CREATE, body)
    if answer.fault is not None:
        raise answer.fault
    url, seconds = answer.content.get("url"), answer.content.get("expire_seconds")
    if not isinstance(url, str) or not _DRAWN.fullmatch(url) or not isinstance(seconds, int):
        raise Unparseable("no code")
    lasts = min(wanted, timedelta(seconds=max(0, seconds)))
    return FollowCode(url, local(now + lasts).date())
