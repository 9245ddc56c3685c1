"""The outpatient side's pages in a real browser: at a desk of 1366 pixels and on a phone."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from handlers.booking.consult import consult
from handlers.sessions import open_session
from models.booking import AppointmentStatus, Breach, BreachKind, Session, SessionStatus, Suspension
from models.hospital import StaffMember
from models.office import ConsultReason, ConsultTask
from models.people import Patient
from models.unit import unit_of_work
from tests.bot.book_scene import TODAY, WEDNESDAY, Outpatients, a_busy_day, at, the_outpatients
from tests.bot.staff_site import COOKIE, StaffSite, a_colleague, a_site
from tests.bot.test_console_booking_desks import a_request

DESK_SIZE, SMALLEST = (1366, 768), (360, 740)
SHOTS = os.environ.get("SUIFANG_SHOTS", "")


@pytest.fixture
async def out(sqlite_database: str) -> Outpatients:
    """A day on which everything has happened."""
    assert sqlite_database
    out = await the_outpatients()
    await a_busy_day(out)
    return out


@pytest.fixture
async def site(out: Outpatients, tmp_path: Path) -> AsyncIterator[StaffSite]:
    """The pages of that day."""
    async with a_site(out.ward, tmp_path) as found:
        yield found


async def an_office(site: StaffSite) -> StaffMember:
    """Somebody who may do everything on this side."""
    return await a_colleague(site.ward, "admin", "", name="许门诊")


async def a_window(
    browser: Browser, site: StaffSite, staff: StaffMember, size: tuple[int, int] = DESK_SIZE
) -> Page:
    """A window of somebody who is signed in; faults of scripts fail the test."""
    context = await browser.new_context(viewport={"width": size[0], "height": size[1]})
    signed_in = await open_session(staff, site.wall)
    await context.add_cookies([{"name": COOKIE, "value": signed_in.token, "url": site.url}])
    page = await context.new_page()
    page.on("pageerror", _fail)
    return page


def _fail(fault: Exception) -> None:
    pytest.fail(f"a script of ours failed: {fault}")


async def a_full_house(out: Outpatients) -> dict[str, str]:
    """Something on every page; where each page is, by the name of its picture."""
    visit, asked = out.visits["赵一"], await a_request(out)
    tasks = [await _task(out, reason, n) for n, reason in enumerate(ConsultReason)]
    patient = await Patient.get(id=visit.patient_id)
    for name, kind in (("赵一", BreachKind.NO_SHOW), ("钱二", BreachKind.LATE_CANCEL)):
        await Breach.create(
            appointment_id=out.visits[name].id,
            patient_id=out.visits[name].patient_id,
            person=patient.id_no_index or "",
            kind=kind,
            at=out.ward.now - timedelta(days=3),
            appealed_at=out.ward.now,
        )
    await Suspension.create(
        person=patient.id_no_index or "",
        patient=patient,
        starts_at=out.ward.now - timedelta(days=3),
        ends_on=TODAY + timedelta(days=180),
    )
    slot = out.slots[5].id
    return {
        "day": "",
        "day-wednesday": f"?day={WEDNESDAY}",
        "empty-day": "?day=2026-12-20",
        "visit": f"/visits/{visit.number}",
        "move": f"/visits/{visit.number}/move?day={WEDNESDAY}",
        "slots": f"/new?clinic=PF&day={WEDNESDAY}",
        "new": f"/new?slot={slot}",
        "log": f"/log?day={WEDNESDAY}&clinic=PF",
        "session": f"/sessions/{out.session_id}",
        "consult": "/consult",
        "task": f"/consult/{tasks[0].number}",
        "breaches": "/breaches",
        "requests": "/requests",
        "request": f"/requests/{asked.number}",
        "waiting": "/waiting",
        "notices": "/notices",
        "clinics": "/clinics",
        "clinic": "/clinics/PF",
    }


async def _task(out: Outpatients, reason: ConsultReason, place: int) -> ConsultTask:
    visit = out.visits["赵一"]
    return await unit_of_work(
        lambda: consult(
            out.ward.desk,
            reason,
            occurrence=f"scene:{reason}",
            now=out.ward.now,
            due_at=out.ward.now + timedelta(minutes=30 * place - 20),
            patient_id=visit.patient_id,
            appointment_id=visit.id,
            words="那天要上班,下周哪天下午都行,能不能换个时间?最好还是陈医生。",
        )
    )


@pytest.mark.parametrize("size", [DESK_SIZE, SMALLEST])
async def test_no_page_is_wider_than_its_window(
    browser: Browser, site: StaffSite, out: Outpatients, size: tuple[int, int]
) -> None:
    page = await a_window(browser, site, await an_office(site), size)
    for name, path in (await a_full_house(out)).items():
        answer = await page.goto(f"{site.url}/staff/book{path}")
        assert answer is not None
        assert answer.status == 200, name
        if SHOTS:
            await page.screenshot(path=f"{SHOTS}/{name}-{size[0]}.png", full_page=True)
        width = await page.evaluate("document.documentElement.scrollWidth")
        assert width <= size[0], name


async def test_a_patient_is_checked_in_from_the_day(
    browser: Browser, site: StaffSite, out: Outpatients
) -> None:
    out.ward.now = at(WEDNESDAY, 8)
    guide = await a_colleague(site.ward, "guide_desk", "", name="卫导诊")
    page = await a_window(browser, site, guide)
    await page.goto(f"{site.url}/staff/book?day={WEDNESDAY}")
    row = page.locator("tr", has_text="王*")
    await row.get_by_role("button", name="到诊").click()
    await expect(page.get_by_role("status").first).to_be_visible()
    await expect(page.locator(".good")).to_have_text("已记下:到诊。")
    assert (await out.visit("王小明")).status is AppointmentStatus.ARRIVED


async def test_a_visit_is_moved_with_the_keyboard_alone(
    browser: Browser, site: StaffSite, out: Outpatients
) -> None:
    page = await a_window(browser, site, await an_office(site))
    visit = out.visits["赵一"]
    await page.goto(f"{site.url}/staff/book/visits/{visit.number}/move?day={WEDNESDAY}")
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.className") == "slot":
            break
    assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    await page.keyboard.press("Enter")
    await expect(page.locator(".good")).to_contain_text("已改期")
    assert (await out.visit("赵一")).version == 2


async def test_a_late_stop_asks_once_more(
    browser: Browser, site: StaffSite, out: Outpatients
) -> None:
    out.ward.now = at(WEDNESDAY - timedelta(days=1), 17)
    page = await a_window(browser, site, await an_office(site))
    await page.goto(f"{site.url}/staff/book/sessions/{out.session_id}")
    await page.get_by_label("确定停诊").check()
    await page.get_by_role("button", name="停诊,通知").click()
    if SHOTS:
        await page.screenshot(path=f"{SHOTS}/late-stop-1366.png", full_page=True)
    assert (await Session.get(id=out.session_id)).status is SessionStatus.OPEN
    await page.get_by_label("原因").fill("医生急病")
    await page.get_by_role("button", name="确认,通知患者").click()
    await expect(page.locator(".good")).to_contain_text("正在通知患者")
    if SHOTS:
        await page.screenshot(path=f"{SHOTS}/stopped-1366.png", full_page=True)
    assert (await Session.get(id=out.session_id)).status is SessionStatus.STOPPED


async def test_a_wrong_id_number_is_named_beside_its_field(
    browser: Browser, site: StaffSite, out: Outpatients
) -> None:
    page = await a_window(browser, site, await an_office(site), SMALLEST)
    await page.goto(f"{site.url}/staff/book/new?slot={out.slots[5].id}")
    await page.get_by_label("姓名").fill("测试")
    await page.get_by_label("证件号").fill("199999197001011111")
    await page.get_by_role("textbox", name="电话").fill("13900000123")
    await page.get_by_role("button", name="预约", exact=True).click()
    field = page.get_by_label("证件号")
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(page.locator("#fault-id_no")).to_contain_text("末位校验不符")
    await expect(page.get_by_label("姓名")).to_have_value("测试")
    if SHOTS:
        await page.screenshot(path=f"{SHOTS}/new-fault-360.png", full_page=True)


async def test_a_number_is_shown_on_demand(
    browser: Browser, site: StaffSite, out: Outpatients
) -> None:
    page = await a_window(browser, site, await an_office(site))
    await page.goto(f"{site.url}/staff/book/visits/{out.visits['赵一'].number}")
    await expect(page.get_by_text("13900000100")).to_have_count(0)
    await page.get_by_role("button", name="显示姓名和电话").click()
    await expect(page.get_by_role("link", name="13900000100")).to_be_visible()
    if SHOTS:
        await page.screenshot(path=f"{SHOTS}/visit-shown-1366.png", full_page=True)
