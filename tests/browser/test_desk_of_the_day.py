"""Working through the day's calls by keyboard on the smallest phone, and the pages beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from dialogs.levels import Level
from handlers.alerts import RaisedAlert, raise_alert
from handlers.assigning import assign
from models.care import FollowUpTask
from models.duty import LiaisonDoctor
from models.unit import unit_of_work
from models.ward_week import QuestionTicket
from tests.bot.staff_site import StaffSite, a_colleague, a_site
from tests.browser.staff_scene import a_morning, everybody
from tests.browser.test_staff_pages import DESK_SIZE, SMALLEST, a_window

pytestmark = pytest.mark.usefixtures("sqlite_database")


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[StaffSite]:
    """A busy morning; the patient of the ward has asked something too."""
    ward = await a_morning()
    doctor = await a_colleague(ward, "doctor", "XN", name="陈医生")
    await LiaisonDoctor.create(
        department_id=ward.encounter.department_id, staff=doctor, place="first"
    )
    asked = RaisedAlert(
        Level.Q,
        "question",
        "asked",
        words="阿司匹林饭前吃还是饭后吃?",
        patient_id=ward.patient.id,
        encounter_id=ward.encounter.id,
        department_id=ward.encounter.department_id,
    )
    await unit_of_work(lambda: raise_alert(ward.desk, asked, ward.now))
    async with a_site(ward, tmp_path) as found:
        yield found


async def test_a_call_takes_three_taps_and_no_mouse(browser: Browser, site: StaffSite) -> None:
    nurse = await everybody(site.ward)
    others = FollowUpTask.filter(status="phone_list").exclude(encounter_id=site.ward.encounter.id)
    for task in await others:
        await assign(task.id, nurse, "me", site.ward.now)
    page = await a_window(browser, site, nurse, SMALLEST)
    await page.goto(f"{site.url}/staff/phone-list")
    await expect(page.locator(".choices [aria-current]")).to_contain_text("我的")
    first = page.locator(".call").first
    await expect(first.locator(".tag")).to_have_text("危险")
    await first.get_by_role("link", name="打电话").focus()
    await page.keyboard.press("Enter")
    opened = page.url
    await expect(page.locator("a.tel").first).to_have_attribute("href", "tel:13900000002")
    await page.get_by_role("button", name="无人接听").focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**noted=no_answer")
    assert page.url.partition("?")[0] != opened.partition("?")[0]
    await expect(page.locator(".good")).to_have_text("上一位已记下:无人接听")
    await page.get_by_role("button", name="2小时后再打").focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**noted=call_later")
    await page.get_by_role("button", name="接通", exact=True).focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**#form")


@pytest.mark.parametrize("size", [DESK_SIZE, SMALLEST])
async def test_no_page_of_the_desk_is_wider_than_its_window(
    browser: Browser, site: StaffSite, size: tuple[int, int]
) -> None:
    page = await a_window(browser, site, await everybody(site.ward), size)
    ticket = await QuestionTicket.get()
    card = f"/patients/{site.ward.patient.id}"
    for path in ("/phone-list", "/questions", f"/questions/{ticket.id}", card):
        await page.goto(f"{site.url}/staff{path}")
        await page.evaluate(
            "document.querySelectorAll('main details').forEach(d => (d.open = true))"
        )
        width = await page.evaluate("document.documentElement.scrollWidth")
        assert width <= size[0], path
