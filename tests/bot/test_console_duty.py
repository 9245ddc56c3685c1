"""The roster and the standard answers: read by everybody, changed by who may."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from handlers.knowledge import current
from handlers.knowledge_keeping import (
    Entry,
    take_entries,
)
from models.audit import AuditEntry
from models.duty import DutyShift
from models.hospital import Department
from models.knowledge import KnowledgeEntry
from tests.bot.staff_site import Desktop, StaffSite, a_colleague, a_site
from tests.handlers.ward import Ward, a_ward

MARKUP = '<script>alert(1)</script>"{{ 7*7 }}'
COPY = Entry(
    code="LC-02/病历",
    question="怎么复印病历",
    variants=("病历复印要带什么",),
    answer="请到病案室,带身份证。",
    approved_by="示例审核人",
    approved_on=date(2026, 11, 1),
    review_on=date(2027, 11, 1),
)


@pytest.fixture
async def ward(sqlite_database: str) -> Ward:
    """A ward on a Monday morning, with one standard answer."""
    assert sqlite_database
    ward = await a_ward(plan=False)
    await ward.until("2026-11-23T09:00")
    await take_entries([COPY], "cli", ward.now.date(), ward.now)
    return ward


@pytest.fixture
async def site(ward: Ward, tmp_path: Path) -> AsyncIterator[StaffSite]:
    """The pages of that ward."""
    async with a_site(ward, tmp_path) as found:
        yield found


@pytest.fixture
async def head(site: StaffSite) -> Desktop:
    """The head nurse, signed in."""
    return await site.desktop(await a_colleague(site.ward, "head_nurse", "XN", name="钱护长"))


def a_shift(person: str, **values: str) -> dict[str, str]:
    """The form for a shift of Monday's night."""
    known = {"person": person, "department": "XN", "day": "2026-11-23", "hours": "night"}
    return {**known, "place": "1", **values}


async def test_a_head_nurse_plans_her_ward_and_no_other(site: StaffSite, head: Desktop) -> None:
    await Department.create(code="GK", name="骨科")
    nurse = await a_colleague(site.ward, "nurse", "XN", name="李护士")
    assert await head.post("/staff/duty", **a_shift(nurse.username)) == (
        303,
        "/staff/duty?said=did_add",
    )
    shift = await DutyShift.get()
    assert (shift.staff_id, shift.role) == (nurse.id, "nurse")
    assert (shift.ends_at - shift.starts_at).total_seconds() == 12 * 3600
    _, shown = await head.get("/staff/duty?said=did_add")
    assert "班次已添加" in shown
    assert "20:00–次日08:00" in shown
    for department in ("GK", "*", ""):
        form = a_shift(nurse.username, department=department)
        assert (await head.post("/staff/duty", **form))[0] == 422
    status, shown = await head.post("/staff/duty", **a_shift(nurse.username, hours="full"))
    assert (status, "重叠" in shown) == (422, True)
    assert (await head.post("/staff/duty", **a_shift(nurse.username, day="x")))[0] == 422
    assert await DutyShift.all().count() == 1


async def test_other_hours_are_written_and_a_shift_is_taken_out(
    site: StaffSite, head: Desktop
) -> None:
    nurse = await a_colleague(site.ward, "nurse", "XN", name="李护士")
    form = a_shift(nurse.username, hours="other", starts="17:30", ends="08:00", place="2")
    await head.post("/staff/duty", **form)
    shift = await DutyShift.get()
    assert shift.place == 2
    assert "17:30–次日08:00" in (await head.get("/staff/duty"))[1]
    others = await site.desktop(await a_colleague(site.ward, "head_nurse", "GK"))
    here = f"/staff/duty/{shift.id}/remove"
    assert await others.post(here) == (303, "/staff/duty?said=gone")
    assert "不由您安排" in (await others.get("/staff/duty?said=gone"))[1]
    assert await head.post(here) == (303, "/staff/duty?said=did_remove")
    assert await DutyShift.all().count() == 0


@pytest.mark.parametrize(
    ("role", "department", "plans", "sees"),
    [
        ("nurse", "XN", False, True),
        ("nurse", "GK", False, False),
        ("medical_affairs", "", True, True),
    ],
)
async def test_a_week_is_read_by_whom_it_concerns(
    site: StaffSite, head: Desktop, role: str, department: str, *, plans: bool, sees: bool
) -> None:
    nurse = await a_colleague(site.ward, "nurse", "XN", name="孙护士")
    await head.post("/staff/duty", **a_shift(nurse.username))
    desktop = await site.desktop(await a_colleague(site.ward, role, department))
    status, shown = await desktop.get("/staff/duty")
    assert status == 200
    assert ("<b>孙护士</b>" in shown) is sees
    assert ('name="person"' in shown) is plans
    if not plans:
        assert (await desktop.post("/staff/duty", **a_shift(nurse.username)))[0] == 422


async def test_standard_answers_are_found_by_everybody_and_changed_by_editors(
    site: StaffSite, head: Desktop
) -> None:
    nurse = await site.desktop(await a_colleague(site.ward, "nurse", "XN"))
    _, shown = await nurse.get("/staff/knowledge?words=病历怎么复印")
    assert "请到病案室" in shown
    assert "/staff/knowledge/entry" not in shown
    here = "/staff/knowledge/entry?code=LC-02/%E7%97%85%E5%8E%86"
    assert (await nurse.get(here))[0] == 404
    assert (await nurse.post("/staff/knowledge/retire", code=COPY.code))[0] == 404
    _, shown = await head.get("/staff/knowledge")
    assert here in shown
    assert "请到病案室" in (await head.get(here))[1]
    assert (await head.get("/staff/knowledge/entry?code=none"))[0] == 404


async def test_a_change_makes_a_version_and_wants_an_approver(head: Desktop) -> None:
    form = {"question": MARKUP, "answer": "带身份证", "approved_on": "2026-11-20"}
    status, shown = await head.post("/staff/knowledge/entry", renews=COPY.code, **form)
    assert (status, "要有审核人" in shown) == (422, True)
    assert MARKUP not in shown
    form["approved_by"] = "示例审核人"
    assert await head.post("/staff/knowledge/entry", renews=COPY.code, **form) == (
        303,
        "/staff/knowledge?said=did_save",
    )
    assert (await current().get()).version == 2
    status, shown = await head.post("/staff/knowledge/entry", code=COPY.code, **form)
    assert (status, "已经用过" in shown) == (422, True)
    await head.post("/staff/knowledge/retire", code=COPY.code)
    assert await current().count() == 0
    assert await KnowledgeEntry.all().count() == 2
    assert await AuditEntry.filter(action="knowledge.retired").count() == 1
    assert MARKUP not in (await head.get("/staff/knowledge"))[1]


async def test_forms_without_their_token_do_nothing(head: Desktop) -> None:
    for path in ("/staff/duty", "/staff/knowledge/entry", "/staff/knowledge/retire"):
        assert (await head.send(path, {"csrf": "wrong", "code": COPY.code}))[0] == 403
    assert await current().count() == 1
