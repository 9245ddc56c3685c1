"""The month of follow-up on the staff's pages: who reads, issues, comments, signs (R186, R039)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from handlers.reports.follow_up_issue import issue_month
from handlers.reports.period import month_of
from models.audit import AuditEntry
from models.hospital import StaffRole
from models.ward_week import DepartmentMonth, IssuedMonth
from tests.bot.staff_site import Desktop, StaffSite, a_colleague, a_site
from tests.handlers.follow_up_scene import (
    DECEMBER,
    NEW_YEAR,
    House,
    a_house,
    lay_november,
    lay_signals,
)
from tests.handlers.ward import Ward, a_ward

pytestmark = pytest.mark.usefixtures("database")

NOVEMBER = month_of("2026-11")
PAGE = "/staff/reports/follow-up"


@pytest.fixture
async def ward() -> Ward:
    """A hospital on 1 December 2026."""
    found = await a_ward(plan=False)
    found.now = DECEMBER
    return found


@pytest.fixture
async def house(ward: Ward) -> House:
    """November as in the table; the stay of the ward of the tests is not of it."""
    ward.encounter.expected = True
    await ward.encounter.save()
    found = await a_house()
    await lay_november(found)
    return found


@pytest.fixture
async def site(ward: Ward, tmp_path: Path) -> AsyncIterator[StaffSite]:
    """The staff's pages."""
    async with a_site(ward, tmp_path) as running:
        yield running


@pytest.fixture
async def centre(site: StaffSite) -> Desktop:
    """The market centre, which issues."""
    return await site.desktop(
        await a_colleague(site.ward, StaffRole.MARKET_CENTRE, "", licensed=False)
    )


@pytest.fixture
async def head(site: StaffSite) -> Desktop:
    """The head nurse of ward A."""
    return await site.desktop(
        await a_colleague(site.ward, StaffRole.HEAD_NURSE, "A", name="赵护士长")
    )


async def test_the_house_is_shown_to_wide_roles_and_a_ward_to_itself(
    house: House, centre: Desktop, head: Desktop
) -> None:
    status, shown = await centre.get(f"{PAGE}?month=2026-11")
    assert status == 200
    # 7 of 18
    assert all(name in shown for name in ("心内科", "骨科", "精神科", "38.9×", "未出具"))
    status, own = await head.get(f"{PAGE}?month=2026-11")
    assert status == 200
    assert "心内科" in own
    assert "骨科" not in own
    # 3 of 7, and nothing of the house
    assert "42.9×" in own
    assert "38.9" not in own


async def test_others_do_not_find_the_page(site: StaffSite, house: House) -> None:
    for role in (StaffRole.IT, StaffRole.LOGISTICS, StaffRole.REGISTRATION, StaffRole.NURSE):
        stranger = await site.desktop(await a_colleague(site.ward, role, ""))
        for path in (PAGE, f"{PAGE}.xlsx", f"{PAGE}.pdf", "/staff/reports/unfinished.xlsx"):
            assert (await stranger.get(path))[0] == 404
        assert (await stranger.get(f"{PAGE}/records?figure=discharged"))[0] == 404
        assert (await stranger.post(f"{PAGE}/issue", month="2026-11"))[0] == 404
        fields = {"month": "2026-11", "department": "A", "comment": "x", "do": "save"}
        assert (await stranger.post(f"{PAGE}/comment", **fields))[0] == 404


async def test_another_department_is_not_found(head: Desktop, house: House) -> None:
    for path in (PAGE, f"{PAGE}/records", f"{PAGE}.xlsx", f"{PAGE}.pdf"):
        status, _ = await head.get(f"{path}?month=2026-11&department=B&figure=discharged")
        assert status == 404
    fields = {"month": "2026-11", "department": "B", "comment": "x", "do": "save"}
    assert (await head.post(f"{PAGE}/comment", **fields))[0] == 404
    assert (await head.post(f"{PAGE}/issue", month="2026-11"))[0] == 404
    assert await IssuedMonth.all().count() == 0


async def test_a_figure_leads_to_its_records_masked(
    house: House, centre: Desktop, head: Desktop
) -> None:
    _, shown = await centre.get(f"{PAGE}?month=2026-11")
    link = f'href="{PAGE}/records?month=2026-11&amp;department=A&amp;figure=missing"'
    assert link in shown
    status, records = await centre.get(f"{PAGE}/records?month=2026-11&department=A&figure=missing")
    assert status == 200
    assert "共 4 条" in records
    assert "测*" in records
    assert "测试" not in records
    # who takes part in no care opens no record
    assert "/staff/patients/" not in records
    _, own = await head.get(f"{PAGE}/records?month=2026-11&figure=round_2")
    assert "共 2 条" in own
    assert "/staff/patients/" in own
    assert (await head.get(f"{PAGE}/records?month=2026-11&figure=salary"))[0] == 404
    for month in ("2026-13", "abc", "2030-01"):
        assert (await head.get(f"{PAGE}?month={month}"))[0] == 404, month


async def test_alerts_complaints_and_answers_open_for_those_who_may_see_them(
    site: StaffSite, house: House, centre: Desktop, head: Desktop
) -> None:
    await lay_signals(house)
    _, shown = await centre.get(f"{PAGE}?month=2026-11")
    records = f"{PAGE}/records?month=2026-11&amp;department="
    assert f'{records}B&amp;figure=red"' in shown
    assert f'{records}A&amp;figure=sample"' in shown
    assert f'{records}&amp;figure=reason-F14"' in shown
    _, sample = await centre.get(f"{PAGE}/records?month=2026-11&figure=sample")
    assert all(words in sample for words in ("共 3 条", "联系过", "记不清"))
    _, reason = await centre.get(f"{PAGE}/records?month=2026-11&figure=reason-F14")
    assert "未完成原因:F14 无人接听或未读" in reason
    # a ward does not see who was asked about it
    _, own = await head.get(f"{PAGE}?month=2026-11")
    assert "figure=sample" not in own
    assert (await head.get(f"{PAGE}/records?month=2026-11&figure=sample"))[0] == 404
    bone = await site.desktop(await a_colleague(site.ward, StaffRole.HEAD_NURSE, "B"))
    _, complaints = await bone.get(f"{PAGE}/records?month=2026-11&figure=complaints")
    assert "TS-0" in complaints
    assert "/staff/complaints/TS-0" not in complaints
    _, alerts = await bone.get(f"{PAGE}/records?month=2026-11&figure=red")
    assert "/staff/alerts/Y-0" in alerts
    nurse = await site.desktop(await a_colleague(site.ward, StaffRole.NURSE, "B"))
    assert (await nurse.get(f"{PAGE}/records?month=2026-11&figure=complaints"))[0] == 404


async def test_a_month_is_issued_when_it_is_over_and_shown_as_it_was(
    site: StaffSite, house: House, centre: Desktop
) -> None:
    status, where = await centre.post(f"{PAGE}/issue", month="2026-12")
    assert (status, where) == (303, f"{PAGE}?month=2026-12&said=not_over")
    status, where = await centre.post(f"{PAGE}/issue", month="2026-11")
    assert (status, where) == (303, f"{PAGE}?month=2026-11&said=issued")
    site.ward.now = NEW_YEAR
    await house.done("c5")
    _, shown = await centre.get(f"{PAGE}?month=2026-11")
    assert "第 1 次出具" in shown
    assert "38.9×" in shown
    _, present = await centre.get(f"{PAGE}?month=2026-11&issue=-1")
    # 8 of 18
    assert "44.4×" in present
    assert "未出具" in present
    await centre.post(f"{PAGE}/issue", month="2026-11")
    _, again = await centre.get(f"{PAGE}?month=2026-11")
    assert "第 2 次出具" in again
    _, first = await centre.get(f"{PAGE}?month=2026-11&issue=1")
    assert "38.9×" in first


async def test_a_head_comments_and_signs_once_an_issue(
    site: StaffSite, house: House, head: Desktop
) -> None:
    fields = {"month": "2026-11", "department": "A", "comment": "两人换了号码"}
    _, where = await head.post(f"{PAGE}/comment", do="sign", **fields)
    assert where.endswith("said=not_issued")
    await issue_month(NOVEMBER, "system", DECEMBER)
    assert (await head.post(f"{PAGE}/comment", do="save", **fields))[1].endswith("said=saved")
    assert (await head.post(f"{PAGE}/comment", do="sign", **fields))[1].endswith("said=signed")
    changed = {**fields, "comment": "改一改"}
    assert (await head.post(f"{PAGE}/comment", do="save", **changed))[1].endswith("said=locked")
    kept = await DepartmentMonth.get(month=NOVEMBER.first)
    assert (kept.comment, kept.signed_by, kept.issue) == ("两人换了号码", "赵护士长", 1)
    assert await AuditEntry.filter(action="month.signed").count() == 1
    _, shown = await head.get(f"{PAGE}?month=2026-11")
    assert "两人换了号码" in shown
    assert "赵护士长" in shown
    await issue_month(NOVEMBER, "system", NEW_YEAR)
    assert (await head.post(f"{PAGE}/comment", do="sign", **changed))[1].endswith("said=signed")


@pytest.mark.parametrize("role", [StaffRole.NURSE, StaffRole.DOCTOR, StaffRole.MEDICAL_AFFAIRS])
async def test_nobody_else_signs_for_a_department(site: StaffSite, house: House, role: str) -> None:
    await issue_month(NOVEMBER, "system", DECEMBER)
    colleague = await site.desktop(await a_colleague(site.ward, role, "A"))
    fields = {"month": "2026-11", "department": "A", "comment": "好", "do": "sign"}
    assert (await colleague.post(f"{PAGE}/comment", **fields))[0] == 404
    assert await DepartmentMonth.all().count() == 0


async def test_a_comment_has_an_end_and_a_signature_words(house: House, head: Desktop) -> None:
    await issue_month(NOVEMBER, "system", DECEMBER)
    long = {"month": "2026-11", "department": "A", "comment": "长" * 501, "do": "save"}
    assert (await head.post(f"{PAGE}/comment", **long))[1].endswith("said=too_long")
    none = {"month": "2026-11", "department": "A", "comment": " ", "do": "sign"}
    assert (await head.post(f"{PAGE}/comment", **none))[1].endswith("said=empty")


async def test_files_hold_what_the_page_shows_and_are_on_record(
    house: House, head: Desktop
) -> None:
    async with head.http.get(f"{head.url}{PAGE}.xlsx?month=2026-11") as answer:
        book = openpyxl.load_workbook(BytesIO(await answer.read()))
    cells = [cell.value for row in book["随访月报"].iter_rows() for cell in row]
    assert "心内科" in cells
    assert "骨科" not in cells
    assert 42.9 in cells
    async with head.http.get(f"{head.url}{PAGE}.pdf?month=2026-11") as answer:
        assert (await answer.read())[:5] == b"%PDF-"
    async with head.http.get(f"{head.url}/staff/reports/unfinished.xlsx?month=2026-11") as answer:
        assert openpyxl.load_workbook(BytesIO(await answer.read())).sheetnames[0] == (
            "未完成与资料质量"
        )
    assert await AuditEntry.filter(subject_type="follow_up_month").count() == 3


async def test_no_month_named_is_last_month_and_one_without_data_says_so(
    centre: Desktop,
) -> None:
    _, shown = await centre.get(PAGE)
    assert "2026-11" in shown
    _, empty = await centre.get(f"{PAGE}?month=2026-03&issue=99999999999")
    assert "这个月没有出院,也没有到期的随访轮次" in empty
