"""One web process with the WeChat channel; it prints its address and serves until it is ended.

python -m benchmarks.channel_server URL KEYS WECHAT SECONDS

WECHAT is where WeChat's interfaces are, SECONDS how far its clock is ahead of ours.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from aiohttp import web

from bot.app import Site, make_site
from bot.channels.registry import Exchange
from bot.channels.wechat import WeChatChannel
from bot.duty_phone import DutyPhone
from bot.duty_settings import DutySettings
from bot.groups import GroupSender
from bot.inbox import Take
from bot.taking import Drain
from dialogs.tagging.complaint import tag
from handlers.calendar import load_calendar
from handlers.desk import Desk
from models.database import close_database, open_database
from tests.bot.channels import wechat_platform
from tests.bot.channels.fake_wechat import APP_ID, SECRET

_TICK: Final = 2.0


async def the_desk() -> Desk:
    """The desk of every process."""
    return Desk("示例医院", "0394-12345670", unapproved_forms=True, calendar=await load_calendar())


async def serve(url: str, keys: Path, wechat: str, ahead: timedelta) -> None:
    """Serve until the process is ended."""
    await open_database(url, keys)
    desk = await the_desk()

    def clock() -> datetime:
        return datetime.now(UTC) + ahead

    def connect(take: Take, drain: Drain) -> Exchange:
        account = wechat_platform.settings(app_id=APP_ID, secret=SECRET, api_url=wechat)
        channel = WeChatChannel(account, take, clock, drain)
        duty = DutyPhone(desk, DutySettings())
        names = frozenset({channel.name})
        groups = GroupSender(desk, (), ())
        return Exchange(groups, duty, (channel,), for_patients=names, take_up=channel.take_up)

    tag("热身")
    with tempfile.TemporaryDirectory() as media:
        site = make_site(desk, clock, Path(media), connect=connect)
        runner = web.AppRunner(site.app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        await site.start()
        keeping = asyncio.create_task(_keep_up(site, clock))
        sys.stdout.write(f"http://127.0.0.1:{runner.addresses[0][1]}\n")
        sys.stdout.flush()
        try:
            await asyncio.Event().wait()
        finally:
            keeping.cancel()
            await close_database()


async def _keep_up(site: Site, clock: Callable[[], datetime]) -> None:
    """Do what the ticker does: take up what another process left, and send what waits."""
    while True:
        if site.exchange is not None and site.exchange.take_up is not None:
            await site.exchange.take_up(clock())
        await site.outbox.drain(clock())
        await asyncio.sleep(_TICK)


def main() -> None:
    """Do what the command line says."""
    url, keys, wechat, seconds = sys.argv[1:]
    asyncio.run(serve(url, Path(keys), wechat, timedelta(seconds=float(seconds))))


if __name__ == "__main__":
    main()
