"""The ward's check list and the auditors' sample over HTTP: who sees what, what a click does."""

from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from handlers.tasks import complete_task
from models.audit import AuditEntry
from models.care import Encounter
from models.hospital import StaffMember, StaffRole
from models.ward_week import Verification, Verified
from tests.bot.staff_site import Desktop, StaffSite, a_colleague, a_site
from tests.browser.staff_scene import a_call
from tests.handlers.ward import Ward, a_ward


@pytest.fixture
async def ward(sqlite_database: str) -> Ward:
    """A ward with nothing but what the tests put there."""
    assert sqlite_database
    return await a_ward(plan=False)


@pytest.fixture
async def site(ward: Ward, tmp_path: Path) -> AsyncIterator[StaffSite]:
    """The pages of that ward."""
    async with a_site(ward, tmp_path) as found:
        yield found


async def an_auditor(site: StaffSite) -> Desktop:
    """Somebody of the complaint office, signed in."""
    staff = await StaffMember.create(
        username="office",
        name="吴办事员",
        role=StaffRole.COMPLAINT_OFFICE,
        created_at=site.ward.now,
    )
    return await site.desktop(staff)


async def test_the_list_leads_to_the_gap_and_the_gap_can_be_filled(site: StaffSite) -> None:
    nurse = await site.desktop(await a_colleague(site.ward, "nurse", "XN"))
    task = await a_call(site.ward, "缺项甲", "13900000002")
    await complete_task(task, "completed", site.ward.now)
    await Encounter.filter(id=task.encounter_id).update(nurse="")
    _, shown = await nurse.get("/staff/check-list")
    assert "责任护士" in shown
    assert "缺*" in shown
    assert "缺项甲" not in shown
    here = f"/staff/tasks/{task.id}"
    assert here in shown
    _, shown = await nurse.get(here)
    assert 'name="h:nurse"' in shown
    fields = {"h:nurse": "李护士", "h:salary": "9000"}
    assert (await nurse.post(f"{here}/head", **fields))[0] == 303
    assert (await Encounter.get(id=task.encounter_id)).header == {"nurse": "李护士"}
    _, shown = await nurse.get("/staff/check-list")
    assert "缺*" not in shown


async def test_another_ward_and_other_offices_see_nothing_of_it(site: StaffSite) -> None:
    task = await a_call(site.ward, "迟迟", "13900000002")
    site.ward.now = task.deadline_at + timedelta(minutes=1)
    other = await site.desktop(await a_colleague(site.ward, "doctor", "GK"))
    _, shown = await other.get("/staff/check-list")
    assert "迟*" not in shown
    assert (await other.post(f"/staff/tasks/{task.id}/head"))[0] == 404
    auditor = await an_auditor(site)
    assert (await auditor.get("/staff/check-list"))[0] == 404


async def test_an_auditor_draws_calls_and_writes_down_what_was_said(site: StaffSite) -> None:
    task = await a_call(site.ward, "测试甲", "13900000002")
    await complete_task(task, "completed", site.ward.now)
    auditor = await an_auditor(site)
    status, there = await auditor.post("/staff/verification", month="2026-10")
    _, shown = await auditor.get(there)
    assert (status, "没有可以再抽的" in shown) == (303, True)
    assert (await auditor.post("/staff/verification", month="2026-11"))[0] == 303
    _, shown = await auditor.get("/staff/verification?month=2026-11")
    assert "139****0002" in shown
    drawn = await Verification.get()
    _, shown = await auditor.get(f"/staff/verification/{drawn.id}")
    assert 'href="tel:13900000002"' in shown
    assert "慢性心力衰竭" not in shown
    assert (await auditor.post(f"/staff/verification/{drawn.id}", answer="perhaps"))[0] == 400
    assert (await auditor.post(f"/staff/verification/{drawn.id}", answer="yes"))[0] == 303
    assert (await Verification.get()).answer is Verified.YES
    _, shown = await auditor.get("/staff/verification?month=2026-11")
    assert "真实率 100.0%" in shown


async def test_a_ward_may_not_verify_itself(site: StaffSite) -> None:
    task = await a_call(site.ward, "测试甲", "13900000002")
    await complete_task(task, "completed", site.ward.now)
    drawn = await Verification.create(
        task=task, month=site.ward.now.date().replace(day=1), drawn_at=site.ward.now
    )
    nurse = await site.desktop(await a_colleague(site.ward, "nurse", "XN"))
    for path in ("/staff/verification", f"/staff/verification/{drawn.id}"):
        assert (await nurse.get(path))[0] == 404, path
    assert (await nurse.post(f"/staff/verification/{drawn.id}", answer="yes"))[0] == 404
    assert (await Verification.get()).answered_at is None


@pytest.mark.parametrize("month", ["2026-13", "", "yesterday", "<script>"])
async def test_a_month_that_is_none_shows_the_last_one(site: StaffSite, month: str) -> None:
    auditor = await an_auditor(site)
    status, shown = await auditor.get(f"/staff/verification?month={month}")
    assert (status, 'value="2026-10"' in shown) == (200, True)


async def test_the_record_book_has_a_line_for_each_contact_of_the_month(site: StaffSite) -> None:
    ward = site.ward
    task = await a_call(ward, "测试甲", "13900000002")
    await complete_task(task, "completed", ward.now)
    nurse = await site.desktop(await a_colleague(ward, "nurse", "XN"))
    here = "/staff/check-list/record-book.xlsx"
    async with nurse.http.get(f"{nurse.url}{here}?month=2026-11") as answer:
        assert answer.status == 200
        sheet = load_workbook(BytesIO(await answer.read())).active
    assert sheet is not None
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert rows[0][0] == "示例医院 出院患者随访记录本 2026-11"
    line = dict(zip(rows[1], next(row for row in rows if "Z9000002" in row), strict=True))
    assert (line["姓名"], line["诊断"], line["随访"]) == ("测*", "慢性心力衰竭", "第1轮")
    assert line["结果"] == "已完成"
    assert await AuditEntry.filter(action="export").count() == 1
    assert (await nurse.get(f"{here}?month=soon"))[0] == 400
    auditor = await an_auditor(site)
    assert (await auditor.get(f"{here}?month=2026-11"))[0] == 404
