"""How fast the staff's pages are with 100,000 patients on record: first byte, whole page, browser.

python -m benchmarks.pages                          # SQLite in an empty folder
python -m benchmarks.pages --patients 20000 --database postgres://…
python -m benchmarks.pages --browser                # loads each page in Chromium, too
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from aiohttp import ClientSession, CookieJar, web

from benchmarks.big_hospital import NOW, TODAY, build
from benchmarks.ground import opened
from bot.app import make_site
from bot.console.pages import complaints_home
from handlers.calendar import load_calendar, seed_calendar
from handlers.desk import Desk
from handlers.sessions import open_session
from models.care import Encounter, FollowUpTask
from models.hospital import StaffMember
from models.statistics import measure_tables

PATIENTS: Final = 100_000
_TIMES: Final = 7
# how the session of the pages is called where they are not behind HTTPS
COOKIE: Final = "suifang-staff"


@dataclass(slots=True)
class Loads:
    """What loading one page took, in milliseconds."""

    first_byte: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    size: int = 0

    def told(self) -> str:
        """Median and worst."""
        first, whole = sorted(self.first_byte), sorted(self.whole)
        middle = len(first) // 2
        return (
            f"first byte {first[middle]:.0f} ms, whole {whole[middle]:.0f} ms, "
            f"worst {whole[-1]:.0f} ms, {self.size / 1000:.0f} kB"
        )


async def measure(patients: int, *, browser: bool) -> None:
    """Build the hospital in the open database, serve it, load every page several times."""
    began = time.perf_counter()
    await seed_calendar(NOW)
    await build(patients)
    await measure_tables()
    _say("built", f"{patients} patients in {time.perf_counter() - began:.0f} s")
    desk = Desk("示例医院", "0394-12345670", calendar=await load_calendar())
    with tempfile.TemporaryDirectory() as media:
        site = make_site(desk, lambda: NOW, Path(media))
        runner = web.AppRunner(site.app)
        await runner.setup()
        listening = web.TCPSite(runner, "127.0.0.1", 0)
        await listening.start()
        address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            for who in ("nurse", "head"):
                await _as(who, address, browser=browser)
        finally:
            await runner.cleanup()


async def _as(who: str, address: str, *, browser: bool) -> None:
    staff = await StaffMember.get(username=who)
    token = (await open_session(staff, NOW)).token
    pages = await _pages(staff)
    async with ClientSession(cookie_jar=CookieJar(unsafe=True), cookies={COOKIE: token}) as http:
        for page in pages:
            loads = Loads()
            for _ in range(_TIMES):
                await _load(http, address + page, loads)
            _say(f"{who} {_named(page)}", loads.told())
    if browser:
        await _in_browser(who, address, token, pages)


async def _load(http: ClientSession, address: str, loads: Loads) -> None:
    began = time.perf_counter()
    async with http.get(address, allow_redirects=False) as answer:
        if answer.status != web.HTTPOk.status_code:
            raise SystemExit(f"{address} answered {answer.status}")
        await answer.content.readany()
        loads.first_byte.append(1000 * (time.perf_counter() - began))
        await answer.read()
        loads.whole.append(1000 * (time.perf_counter() - began))
        loads.size = int(answer.headers.get("Content-Length", 0))


async def _in_browser(who: str, address: str, token: str, pages: list[str]) -> None:
    # imported here: without --browser nobody needs it
    from playwright.async_api import async_playwright  # noqa: PLC0415

    async with async_playwright() as play:
        chromium = await play.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        context = await chromium.new_context(viewport={"width": 1366, "height": 768})
        await context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
        tab = await context.new_page()
        for page in pages:
            took = []
            for _ in range(_TIMES):
                began = time.perf_counter()
                await tab.goto(address + page, wait_until="load")
                took.append(1000 * (time.perf_counter() - began))
            _say(f"{who} {_named(page)} in Chromium", f"{sorted(took)[_TIMES // 2]:.0f} ms")
        await chromium.close()


async def _pages(staff: StaffMember) -> list[str]:
    stay = await Encounter.filter(department__code="D00").order_by("-discharged_on").first()
    task = await FollowUpTask.filter(status="phone_list", encounter__department__code="D00").first()
    if stay is None or task is None:
        raise SystemExit("the hospital is too small")
    month = f"{TODAY:%Y-%m}"
    return [
        "/staff",
        "/staff/phone-list",
        f"/staff/tasks/{task.id}",
        f"/staff/patients/{stay.patient_id}",
        "/staff/check-list",
        f"/staff/reports/follow-up?month={month}",
        "/staff/group",
        complaints_home(staff),
    ]


def _named(page: str) -> str:
    """Name a page without the ids in its address."""
    return "/".join(part if len(part) != 36 else "{id}" for part in page.split("/"))  # noqa: PLR2004 - a UUID


def _say(name: str, figure: object) -> None:
    sys.stdout.write(f"{name}: {figure}\n")
    sys.stdout.flush()


async def main() -> None:
    """Measure on the database named, or on SQLite in an empty folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=PATIENTS)
    parser.add_argument("--database", default="")
    parser.add_argument("--browser", action="store_true")
    arguments = parser.parse_args()
    async with opened(arguments.database, NOW):
        await measure(arguments.patients, browser=arguments.browser)


if __name__ == "__main__":
    asyncio.run(main())
