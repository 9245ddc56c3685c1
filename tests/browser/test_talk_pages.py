"""Talking with a patient in a real browser: live, on a small screen, without losing a draft."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from handlers.knowledge_keeping import (
    take_entries,
)
from models.room import HumanTalk
from tests.bot.staff_site import StaffSite, a_colleague, a_site
from tests.bot.test_console_talks import COPY
from tests.browser.test_staff_pages import DESK_SIZE, SMALLEST, a_window
from tests.handlers.talking import asked_for_a_person


@pytest.fixture
async def site(sqlite_database: str, tmp_path: Path) -> AsyncIterator[StaffSite]:
    """A patient waits for a person."""
    assert sqlite_database
    ward = await asked_for_a_person(diagnosis_name="冠状动脉粥样硬化性心脏病")
    await take_entries([COPY], "cli", date(2026, 11, 23), ward.now)
    async with a_site(ward, tmp_path) as found:
        yield found


async def the_page(browser: Browser, site: StaffSite, size: tuple[int, int]) -> Page:
    """The talk, opened from the list by a nurse of the ward."""
    nurse = await a_colleague(site.ward, "nurse", "XN")
    page = await a_window(browser, site, nurse, size)
    await page.goto(f"{site.url}/staff/talks")
    await page.get_by_role("link", name="打开").click()
    return page


@pytest.mark.parametrize("size", [DESK_SIZE, SMALLEST])
async def test_a_nurse_takes_answers_and_ends_a_talk(
    browser: Browser, site: StaffSite, size: tuple[int, int], tmp_path: Path
) -> None:
    page = await the_page(browser, site, size)
    await page.get_by_role("button", name="我来接手").click()
    box = page.get_by_role("textbox", name="回复患者")
    await box.fill("您好,我是护士。")
    await site.ward.say("病历怎么复印?")
    await expect(page.locator(".talk")).to_contain_text("病历怎么复印?")
    await expect(box).to_have_value("您好,我是护士。")
    await page.get_by_text("查标准答复").click()
    await page.get_by_label("关键词").fill("复印病历")
    await page.get_by_role("button", name="查找").click()
    await page.screenshot(path=tmp_path / f"talk-{size[0]}.png", full_page=True)
    await page.get_by_role("button", name="放进回复框").click()
    await expect(box).to_have_value("您好,我是护士。\n请到病案室,带身份证。")
    await page.get_by_role("button", name="发送").click()
    await expect(page.locator(".talk")).to_contain_text("请到病案室")
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width <= size[0]
    await page.get_by_role("button", name="交还机器人").click()
    await expect(page.locator("main")).to_contain_text("没有人在等")
    assert (await HumanTalk.get()).closed_at is not None


async def test_the_list_fits_a_phone(browser: Browser, site: StaffSite, tmp_path: Path) -> None:
    nurse = await a_colleague(site.ward, "nurse", "XN")
    page = await a_window(browser, site, nurse, SMALLEST)
    await page.goto(f"{site.url}/staff/talks")
    await page.screenshot(path=tmp_path / "talks.png", full_page=True)
    assert await page.evaluate("document.documentElement.scrollWidth") <= SMALLEST[0]
    await site.ward.say("有人吗")
    await expect(page.locator("[data-talk]")).to_contain_text("等人接手")
