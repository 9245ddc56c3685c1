"""A booking card from the counter's page to an outpatient's phone of 360 pixels."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from handlers.sessions import open_session
from handlers.visit_slips import issue_cards
from models.seal import keyring
from tests.bot.book_scene import MONDAY, Outpatients, a_person, the_outpatients
from tests.bot.chat_site import ChatSite, start
from tests.bot.staff_site import COOKIE, StaffSite, a_colleague, a_site

SHOTS = os.environ.get("SUIFANG_SHOTS", "")
SAID = "#log .line .said"
WIDTH = 360


@pytest.fixture
async def out(sqlite_database: str) -> Outpatients:
    """A clinic's book, and a newcomer in it who never stayed here."""
    assert sqlite_database
    out = await the_outpatients()
    newcomer = await a_person("何九", "13900000109", birth_date=date(1962, 7, 9))
    out.visits["何九"] = await out.book.booked(newcomer, out.slots[2], MONDAY)
    return out


@pytest.fixture
async def chat(out: Outpatients, tmp_path: Path) -> AsyncIterator[ChatSite]:
    """The patients' side."""
    running = await start(out.ward, tmp_path / "media")
    out.ward.desk.public_url = running.url
    yield running
    await running.stop()


@pytest.fixture
async def counter(out: Outpatients, tmp_path: Path) -> AsyncIterator[StaffSite]:
    """The staff's side."""
    async with a_site(out.ward, tmp_path) as found:
        yield found


async def shot(page: Page, name: str) -> None:
    """A picture, where somebody wants to look."""
    if SHOTS:
        await page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


async def test_an_outpatient_scans_the_card_and_sees_the_confirmation(
    browser: Browser, chat: ChatSite, out: Outpatients
) -> None:
    visit = out.visits["何九"]
    (card,) = await issue_cards(out.ward.desk, [visit.id], keyring(), "staff", out.ward.now)
    context = await browser.new_context(viewport={"width": WIDTH, "height": 740}, has_touch=True)
    faults: list[str] = []
    context.on("weberror", lambda fault: faults.append(str(fault.error)))
    page = await context.new_page()
    await page.goto(card.link)
    await expect(page.locator("body")).to_contain_text("示例医院的门诊预约")
    await expect(page.locator("body")).not_to_contain_text("出院")
    await shot(page, "card-year-360")
    await page.get_by_label("患者的出生年份").fill("1962")
    await page.get_by_role("button", name="确定").click()
    await expect(page.locator(SAID)).to_have_count(3)
    hello, confirmation, consent = await page.locator(SAID).all_text_contents()
    await shot(page, "card-chat-360")
    assert card.check_code in hello
    assert visit.number in confirmation
    assert "11月25日" in confirmation
    assert "同意吗" in consent
    assert "出院" not in hello + confirmation + consent
    assert await page.evaluate("document.documentElement.scrollWidth") <= WIDTH
    await page.get_by_role("button", name="同意", exact=False).first.click()
    await expect(page.locator(SAID).last).to_contain_text("就诊前会提醒您")
    assert faults == []
    await context.close()


async def test_what_was_offered_stays_to_be_read_with_what_was_chosen(
    browser: Browser, chat: ChatSite, out: Outpatients
) -> None:
    visit = out.visits["何九"]
    (card,) = await issue_cards(out.ward.desk, [visit.id], keyring(), "staff", out.ward.now)
    context = await browser.new_context(viewport={"width": WIDTH, "height": 740}, has_touch=True)
    page = await context.new_page()
    await page.goto(card.link)
    await page.get_by_label("患者的出生年份").fill("1962")
    await page.get_by_role("button", name="确定").click()
    await page.get_by_role("button", name="同意", exact=False).first.click()
    await expect(page.locator(SAID).last).to_contain_text("就诊前会提醒您")
    await page.get_by_label("写消息").fill("我要改时间")
    await page.get_by_role("button", name="发送").click()
    await expect(page.locator("#replies button").first).to_contain_text("11月25日")
    labels = await page.locator("#replies button span").all_text_contents()
    assert await page.locator(".offered").count() == 0
    await page.locator("#replies button").nth(1).click()
    await expect(page.locator(SAID).last).to_contain_text("已改到")
    for _ in range(2):
        await expect(page.locator(".offered li")).to_have_count(len(labels))
        await expect(page.locator(".offered .chosen")).to_contain_text(labels[1])
        assert await page.evaluate("document.documentElement.scrollWidth") <= WIDTH
        await page.reload()
    await shot(page, "offered-360")
    await context.close()


@pytest.mark.parametrize("width", [1366, WIDTH])
async def test_the_counter_prints_the_card_from_the_visit(
    browser: Browser, counter: StaffSite, out: Outpatients, width: int
) -> None:
    staff = await a_colleague(counter.ward, "guide_desk", "", name="卫导诊")
    context = await browser.new_context(viewport={"width": width, "height": 768})
    said: list[str] = []
    context.on("console", lambda line: said.append(line.text))
    signed_in = await open_session(staff, counter.wall)
    await context.add_cookies([{"name": COOKIE, "value": signed_in.token, "url": counter.url}])
    page = await context.new_page()
    await page.goto(f"{counter.url}/staff/book/visits/{out.visits['何九'].number}")
    await page.get_by_role("button", name="打印预约卡").click()
    await expect(page.locator(".ticket svg.code")).to_be_visible()
    await shot(page, f"card-print-{width}")
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await page.emulate_media(media="print")
    await expect(page.get_by_role("button", name="打印", exact=True)).to_be_hidden()
    await shot(page, f"card-paper-{width}")
    assert [line for line in said if "Content Security" in line] == []
    await context.close()
