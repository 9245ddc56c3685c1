"""The staff's pages in a real browser: live, loud, readable on a phone."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from dialogs.levels import Level
from handlers.alerts import RaisedAlert, raise_alert
from handlers.sessions import open_session
from models.alert import Alert
from models.care import FollowUpTask
from models.hospital import StaffMember, StaffSession
from models.unit import unit_of_work
from tests.bot.staff_site import COOKIE, StaffSite, a_colleague, a_site
from tests.browser.staff_scene import a_morning, everybody, newest_red

DESK_SIZE, PHONE_SIZE, SMALLEST = (1280, 800), (390, 844), (360, 640)


@pytest.fixture
async def site(sqlite_database: str, tmp_path: Path) -> AsyncIterator[StaffSite]:
    """A busy morning."""
    assert sqlite_database
    async with a_site(await a_morning(), tmp_path) as found:
        yield found


async def a_window(
    browser: Browser, site: StaffSite, staff: StaffMember, size: tuple[int, int] = DESK_SIZE
) -> Page:
    """A window of somebody who is signed in; faults of scripts fail the test."""
    context = await browser.new_context(viewport={"width": size[0], "height": size[1]})
    await sign_in(context, site, staff)
    page = await context.new_page()
    page.on("pageerror", _fail)
    return page


async def sign_in(context: BrowserContext, site: StaffSite, staff: StaffMember) -> None:
    """Give a browser a session."""
    signed_in = await open_session(staff, site.wall)
    await context.add_cookies([{"name": COOKIE, "value": signed_in.token, "url": site.url}])


def _fail(fault: Exception) -> None:
    pytest.fail(f"a script of ours failed: {fault}")


async def test_a_claim_is_seen_in_the_other_window_at_once(
    browser: Browser, site: StaffSite
) -> None:
    nurse = await a_colleague(site.ward, "nurse", "XN", name="李护士")
    mine = await a_window(browser, site, nurse)
    theirs = await a_window(browser, site, await everybody(site.ward))
    for page in (mine, theirs):
        await page.goto(f"{site.url}/staff")
    red = mine.locator(".alert.L1")
    await expect(red).to_contain_text("已升级至 护士长、值班医生")
    await expect(theirs.locator("[data-link]")).to_have_text("实时")
    await red.get_by_role("button", name="10分钟内").click()
    await expect(mine.locator(".holder")).to_have_text("您已认领")
    await expect(theirs.locator(".alert.L1 .holder")).to_have_text("李护士 已认领")
    assert "李护士已看到您的情况" in (await site.ward.shown())[-1]


async def test_a_new_red_alert_appears_counts_down_and_blinks(
    browser: Browser, site: StaffSite
) -> None:
    await Alert.all().update(status="closed")
    page = await a_window(browser, site, await everybody(site.ward))
    await page.goto(f"{site.url}/staff")
    await expect(page.locator(".empty")).to_be_visible()
    await expect(page.locator("[data-link]")).to_have_text("实时")
    finding = RaisedAlert(Level.L1, "RC6", "new", department_id=site.ward.encounter.department_id)
    await unit_of_work(lambda: raise_alert(site.ward.desk, finding, site.ward.now))
    clock = page.locator(".alert.L1 [data-left]")
    await expect(clock).to_have_text(re.compile(r"^还剩 (29 分 5\d|30 分 00) 秒$"), timeout=10_000)
    await expect(page.locator("[data-unclaimed]")).to_have_text("1")
    await expect(page).to_have_title(re.compile("^🔴"))
    site.ward.now += timedelta(minutes=31)
    await expect(clock).to_contain_text("已超 1 分", timeout=10_000)


async def test_the_first_touch_turns_the_sound_on(browser: Browser, site: StaffSite) -> None:
    page = await a_window(browser, site, await everybody(site.ward))
    await page.goto(f"{site.url}/staff")
    sound = page.locator("[data-sound]")
    await expect(sound).to_have_text("点一下打开响铃")
    await page.locator(".strip").click()
    await expect(sound).to_have_text("响铃已开")


async def test_a_page_whose_session_ended_says_so_loudly(browser: Browser, site: StaffSite) -> None:
    page = await a_window(browser, site, await everybody(site.ward))
    await page.goto(f"{site.url}/staff")
    await expect(page.locator("[data-link]")).to_have_text("实时")
    await StaffSession.all().update(revoked_at=site.ward.now)
    await expect(page.locator("[data-link]")).to_contain_text("登录已过期", timeout=10_000)


async def test_half_a_reply_survives_what_others_do(browser: Browser, site: StaffSite) -> None:
    page = await a_window(browser, site, await everybody(site.ward))
    red = await newest_red(site.ward)
    await page.goto(f"{site.url}/staff/alerts/{red.number}")
    await page.get_by_role("button", name="只认领").click()
    box = page.get_by_role("textbox", name="回复患者")
    await box.fill("您现在身边有")
    await site.ward.say("救护车来了")
    await expect(page.locator(".talk")).to_contain_text("救护车来了", timeout=10_000)
    await expect(box).to_have_value("您现在身边有")
    await box.fill("您现在身边有人吗?")
    await page.get_by_role("button", name="发送").click()
    await expect(page.locator(".talk")).to_contain_text("周主任:您现在身边有人吗?")


async def test_a_nurse_fills_in_the_form_on_the_phone(browser: Browser, site: StaffSite) -> None:
    page = await a_window(browser, site, await everybody(site.ward), PHONE_SIZE)
    await page.goto(f"{site.url}/staff/phone-list")
    await page.locator(".call", has_text="消息没有回复").get_by_role("link").click()
    await expect(page.get_by_role("link", name="13900000001")).to_be_visible()
    for label in ("本人", "已平安到家", "差不多", "都没有", "都按时吃", "清楚", "知道"):
        await page.locator(".form").get_by_label(label, exact=True).first.check()
    await page.get_by_role("button", name="完成回访").click()
    missing = page.locator(".item.missing")
    for number in range(await missing.count()):
        await missing.nth(number).locator("input").first.check()
    if await page.get_by_role("button", name="完成回访").count():
        await page.get_by_role("button", name="完成回访").click()
    await expect(page.locator(".good")).to_contain_text("已完成,回访记录已保存。")


@pytest.mark.parametrize("size", [DESK_SIZE, PHONE_SIZE, SMALLEST])
async def test_no_page_is_wider_than_its_window(
    browser: Browser, site: StaffSite, size: tuple[int, int]
) -> None:
    page = await a_window(browser, site, await everybody(site.ward), size)
    red, task = await newest_red(site.ward), await FollowUpTask.filter(status="phone_list").first()
    assert task is not None
    paths = ("", f"/alerts/{red.number}", "/phone-list", f"/tasks/{task.id}", "/login", "/setup")
    for path in (*paths, f"/patients/{site.ward.patient.id}"):
        await page.goto(f"{site.url}/staff{path}")
        width = await page.evaluate("document.documentElement.scrollWidth")
        assert width <= size[0], path
