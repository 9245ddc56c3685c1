"""The complaint pages in a real browser: at a desk of 1366 pixels and on a phone of 360."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from handlers.casework.claims import claim_complaint
from handlers.casework.filing import add_words
from handlers.casework.improvements import Improvement, add_improvement
from handlers.knowledge_keeping import (
    take_entries,
)
from models.complaint import Complaint, FactRequest
from models.unit import unit_of_work
from tests.bot.complaint_scene import Office, a_full_board, the_office
from tests.bot.staff_site import StaffSite, a_colleague, a_site
from tests.bot.test_console_duty import COPY
from tests.browser.test_staff_pages import a_window
from tests.handlers.complaining import FEES, NURSES

DESK_SIZE, SMALLEST = (1366, 768), (360, 740)
SHOTS = os.environ.get("SUIFANG_SHOTS", "")


@pytest.fixture
async def office(sqlite_database: str) -> Office:
    """A board with something in every column; time has passed."""
    assert sqlite_database
    office = await the_office()
    cases = await a_full_board(office)
    await unit_of_work(
        lambda: add_words(office.ward.desk, cases[1], "还有收费也不对", FEES, office.ward.now)
    )
    office.ward.now += timedelta(hours=8)
    return office


@pytest.fixture
async def site(office: Office, tmp_path: Path) -> AsyncIterator[StaffSite]:
    """The pages of that office."""
    async with a_site(office.ward, tmp_path) as found:
        yield found


async def fits(page: Page, width: int, name: str) -> None:
    """Nothing lies beside the screen; keep a picture where one is wanted."""
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)


@pytest.mark.parametrize("size", [DESK_SIZE, SMALLEST])
async def test_the_board_fits_and_a_claim_elsewhere_appears_by_itself(
    browser: Browser, site: StaffSite, office: Office, size: tuple[int, int]
) -> None:
    page = await a_window(browser, site, office.officer, size)
    await page.goto(f"{site.url}/staff/complaints")
    await expect(page.locator("[data-link]")).to_have_text("实时")
    waiting = page.locator(".lane.s-received .case")
    await expect(waiting).to_have_count(1)
    await fits(page, size[0], "board")
    other = await a_colleague(site.ward, "medical_affairs", "", name="吴医务", licensed=False)
    case = await Complaint.filter(state="received", dispute=False).first()
    assert case is not None
    assert (await claim_complaint(case.id, other, office.ward.now)).taken
    await expect(waiting).to_have_count(0)
    await expect(page.locator(".lane.s-investigating")).to_contain_text("吴医务")


@pytest.mark.parametrize("size", [DESK_SIZE, SMALLEST])
async def test_an_officer_leads_a_case_to_its_end_with_plain_forms(
    browser: Browser, site: StaffSite, office: Office, size: tuple[int, int]
) -> None:
    rant = await office.case("rant", NURSES, words="按铃半小时没人来,气死我了。" * 300)
    page = await a_window(browser, site, office.officer, size)
    await page.goto(f"{site.url}/staff/complaints/{rant.number}")
    await expect(page.locator(".long").first).not_to_have_attribute("open", "")
    await page.get_by_role("button", name="受理").click()
    await expect(page.get_by_role("status").filter(has_text="已受理")).to_be_visible()
    await fits(page, size[0], "case")
    await page.get_by_label("联系情况").fill("向患者致歉")
    await page.get_by_role("button", name="已联系").click()
    await page.get_by_text("告知结果", exact=True).click()
    await page.get_by_label("核实情况(患者会看到)").fill("当晚两次铃响")
    await page.get_by_label("处理措施(患者会看到)").fill("夜班加一人")
    await page.get_by_role("radio", name="部分属实").check()
    await page.get_by_role("button", name="告诉患者").last.click()
    await page.get_by_role("radio", name="接受", exact=True).check()
    await page.locator("form[action$='/answer'] button").click()
    await page.get_by_label("结案方式").select_option("accepted")
    await page.get_by_label("根本原因").select_option("staffing")
    await page.get_by_role("button", name="结案").click()
    await expect(page.locator(".case-state h2")).to_have_text("已结")
    await fits(page, size[0], "closed")


@pytest.mark.parametrize("size", [DESK_SIZE, SMALLEST])
async def test_a_complaint_is_taken_down_with_its_patient_and_told_its_number(
    browser: Browser, site: StaffSite, office: Office, size: tuple[int, int]
) -> None:
    nurse = await a_colleague(site.ward, "nurse", "XN")
    page = await a_window(browser, site, nurse, size)
    await page.goto(f"{site.url}/staff")
    await page.get_by_role("link", name="投诉").click()
    await page.get_by_label("投诉内容(尽量用原话)").fill("来电说收费处态度差")
    await page.get_by_label("住院号或电话").fill(office.ward.encounter.inpatient_no)
    await page.get_by_role("button", name="查找").click()
    await page.get_by_role("radio", name="王* ").check()
    await fits(page, size[0], "new")
    await page.get_by_role("button", name="登记").click()
    await expect(page.get_by_role("status").filter(has_text="已登记,编号 TS-")).to_be_visible()
    await fits(page, size[0], "filed")


@pytest.mark.parametrize("size", [DESK_SIZE, SMALLEST])
async def test_a_ward_tells_what_happened(
    browser: Browser, site: StaffSite, office: Office, size: tuple[int, int]
) -> None:
    head = await a_colleague(site.ward, "head_nurse", "XN", name="钱护长")
    page = await a_window(browser, site, head, size)
    await page.goto(f"{site.url}/staff")
    await page.get_by_role("link", name="投诉").click()
    await fits(page, size[0], "facts")
    await page.get_by_role("link", name="去说明").click()
    await page.get_by_role("textbox").fill("两次铃响,二十分钟有人到")
    await fits(page, size[0], "fact")
    await page.get_by_role("button", name="提交").click()
    await expect(page.get_by_role("status").filter(has_text="情况说明已提交")).to_be_visible()
    assert (await FactRequest.get()).answered_by_id == head.id
    plan = Improvement(
        "夜班人少",
        "加一人",
        "钱护长",
        office.ward.now.date(),
        None,
        office.ward.encounter.department_id,
    )
    assert await add_improvement(office.officer, plan, office.ward.now) is None
    await page.goto(f"{site.url}/staff/improvements")
    await fits(page, size[0], "improvements")


@pytest.mark.parametrize("size", [DESK_SIZE, SMALLEST])
async def test_a_head_nurse_plans_a_shift_and_changes_a_standard_answer(
    browser: Browser, site: StaffSite, size: tuple[int, int]
) -> None:
    head = await a_colleague(site.ward, "head_nurse", "XN", name="钱护长")
    await take_entries([COPY], "cli", site.ward.now.date(), site.ward.now)
    page = await a_window(browser, site, head, size)
    await page.goto(f"{site.url}/staff/group")
    await fits(page, size[0], "group")
    await page.get_by_role("link", name="值班表").click()
    await page.get_by_text("添加班次", exact=True).click()
    await page.get_by_label("人员").select_option(head.username)
    await page.get_by_label("班次").select_option("night")
    await page.get_by_role("button", name="添加").click()
    await expect(page.locator(".roster")).to_contain_text("次日08:00")
    await fits(page, size[0], "duty")
    await page.get_by_role("link", name="标准答复").click()
    await fits(page, size[0], "knowledge")
    await page.get_by_role("link", name="修改").click()
    await page.get_by_label("答案").fill("请到一楼病案室,带身份证。")
    await fits(page, size[0], "answer")
    await page.get_by_role("button", name="保存为新版本").click()
    await expect(page.locator(".measures")).to_contain_text("第2版")
