"""The page of the channels in a real browser: on a desk, and on a phone without sideways moving."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from models.hospital import StaffRole
from tests.bot.staff_site import StaffSite, a_colleague, a_site
from tests.bot.test_console_channels import PAGE, a_troubled_house
from tests.browser.test_staff_pages import a_window
from tests.handlers.ward import a_ward


@pytest.fixture
async def site(sqlite_database: str, tmp_path: Path) -> AsyncIterator[StaffSite]:
    """A house with a channel in trouble."""
    assert sqlite_database
    ward = await a_ward(plan=False)
    await ward.until("2026-11-23T09:00")
    await a_troubled_house(ward)
    async with a_site(ward, tmp_path) as found:
        yield found


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
async def test_the_page_of_the_channels_fits_the_screen(
    browser: Browser, site: StaffSite, size: tuple[int, int], tmp_path: Path
) -> None:
    keeper = await a_colleague(site.ward, StaffRole.ADMIN, "", name="钱管理")
    page = await a_window(browser, site, keeper, size)
    await page.goto(f"{site.url}{PAGE}")
    await expect(page.locator(".channel")).to_have_count(4)
    await expect(page.locator(".unwell h2")).to_contain_text("短信")
    await page.screenshot(path=tmp_path / f"channels-{size[0]}.png", full_page=True)
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width <= size[0]
