"""A patient's card: one story, only what the reader may see, and what may be done about it."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from handlers.casework.access import visible_complaints
from handlers.patient_story import Known, story_of
from handlers.staff_words import staff_words
from handlers.story_page import Chapter, Part, page_of
from models.audit import AuditEntry
from models.care import Encounter, FollowUpPlan, FollowUpTask
from models.complaint import Complaint
from models.people import ContactPoint, Patient
from tests.bot.staff_site import Desktop, StaffSite, a_colleague, a_site
from tests.browser.staff_scene import a_call
from tests.handlers.ward import a_ward


@pytest.fixture
async def site(sqlite_database: str, tmp_path: Path) -> AsyncIterator[StaffSite]:
    """A ward whose patient answered, asked, and wrote of danger."""
    assert sqlite_database
    ward = await a_ward()
    await ward.until("2026-11-23T11:00")
    for words in ("1", "1", "1", "伤口什么时候拆线?", "胸口像压了块石头"):
        await ward.say(words)
    async with a_site(ward, tmp_path) as found:
        yield found


@pytest.fixture
async def nurse(site: StaffSite) -> Desktop:
    """A nurse of the ward, signed in."""
    return await site.desktop(await a_colleague(site.ward, "nurse", "XN"))


def card(site: StaffSite) -> str:
    """The address of the patient's card."""
    return f"/staff/patients/{site.ward.patient.id}"


async def test_the_whole_story_stands_in_one_line_of_time(site: StaffSite, nurse: Desktop) -> None:
    task = await site.ward.task(1)
    await nurse.post(f"/staff/tasks/{task.id}/result", result="no_answer")
    status, shown = await nurse.get(card(site))
    assert status == 200
    for part in ("心内科", "胸口像压了块石头", "红色 紧急", "WT-20261123-001", "无人接听"):
        assert part in shown, part
    _, record = await nurse.get(f"{card(site)}?part=record")
    assert "胸口像压了块石头" not in record
    assert await AuditEntry.filter(action="patient.opened").count() == 2


async def test_who_looked_is_one_line_a_day_with_names(site: StaffSite, nurse: Desktop) -> None:
    for _ in range(2):
        await nurse.get(card(site))
    await nurse.get(f"/staff/tasks/{(await site.ward.task(1)).id}")
    site.ward.now += timedelta(days=1)
    _, shown = await nurse.get(f"{card(site)}?part=record")
    assert re.findall(r"<summary>(查看 \d 次)</summary>", shown) == ["查看 1 次", "查看 3 次"]
    assert nurse.staff is not None
    story = shown.partition('class="day"')[2].partition('class="narrow"')[0]
    assert story.count(nurse.staff.name) == 4
    assert nurse.staff.username not in story


async def test_another_ward_finds_no_card_and_changes_nothing(site: StaffSite) -> None:
    far = await site.desktop(await a_colleague(site.ward, "nurse", "GK"))
    plan = await FollowUpPlan.get(encounter_id=site.ward.encounter.id)
    stay = str(site.ward.encounter.id)
    assert (await far.get(card(site)))[0] == 404
    asked: tuple[tuple[str, dict[str, Any]], ...] = (
        ("edit", {"needs": "粤语"}),
        ("visit", {"day": "2026-11-25", "reason": "看"}),
    )
    for act, fields in asked:
        status, leads_to = await far.post(f"{card(site)}/{act}", **fields)
        assert (status, leads_to) == (303, f"{card(site)}?said=not_allowed")
    for act, fields in (
        ("risk", {"stay": stay, "tier": "high"}),
        ("choose", {"stay": stay}),
        ("plan/pause", {"plan": str(plan.id), "reason": "away"}),
    ):
        assert (await far.post(f"{card(site)}/{act}", **fields))[0] == 404, act
    assert (await Patient.get(id=site.ward.patient.id)).needs == []
    assert (await Encounter.get(id=site.ward.encounter.id)).risk == "normal"
    assert (await FollowUpPlan.get(id=plan.id)).status == "active"


async def test_the_card_is_put_right_and_the_plan_is_steered(
    site: StaffSite, nurse: Desktop
) -> None:
    here, plan = card(site), await FollowUpPlan.get(encounter_id=site.ward.encounter.id)
    assert nurse.staff is not None
    acts: tuple[tuple[str, dict[str, str], str], ...] = (
        ("edit", {"number": "139 0000 0077"}, "did=edit"),
        ("edit", {"number": "12"}, "said=number_unreadable"),
        ("edit", {"needs": "粤语、听力"}, "did=edit"),
        ("edit", {"usual_caller": nurse.staff.username}, "did=edit"),
        ("edit", {"usual_caller": "nobody"}, "said=no_such_caller"),
        ("risk", {"stay": str(site.ward.encounter.id), "tier": "high"}, "did=risk"),
        ("plan/pause", {"plan": str(plan.id), "reason": "away"}, "did=pause"),
        ("plan/pause", {"plan": str(plan.id), "reason": "away"}, "said=plan_not_running"),
        ("plan/resume", {"plan": str(plan.id)}, "did=resume"),
        ("visit", {"day": "2026-11-25", "reason": "独居"}, "did=visit"),
    )
    for act, fields, leads_to in acts:
        assert await nurse.post(f"{here}/{act}", **fields) == (303, f"{here}?{leads_to}"), act
    patient = await Patient.get(id=site.ward.patient.id)
    assert (patient.needs, patient.usual_caller) == (["粤语", "听力"], nurse.staff.username)
    _, shown = await nurse.get(here)
    for part in ("13900000077", "高危", "上门回访", "粤语"):
        assert part in shown, part
    edits = AuditEntry.filter(action="patient.edited", subject=patient.id)
    assert {entry.reason for entry in await edits} == {"number", "needs", "usual_caller"}


async def test_a_number_two_patients_have_is_shared_and_the_page_says_so(
    site: StaffSite, nurse: Desktop
) -> None:
    await a_call(site.ward, "测试乙", "13900000002")
    assert await nurse.post(f"{card(site)}/edit", number="13900000002") == (
        303,
        f"{card(site)}?did=edit",
    )
    assert await ContactPoint.filter(system="phone").count() == 1
    assert "同号: 2 位患者" in (await nurse.get(card(site)))[1]


async def test_a_visit_at_home_is_closed_on_its_page(site: StaffSite, nurse: Desktop) -> None:
    await nurse.post(f"{card(site)}/visit", day="2026-11-23", reason="独居")
    task = await FollowUpTask.get(kind="home_visit")
    here = f"/staff/tasks/{task.id}"
    assert "上门看到的情况" in (await nurse.get(here))[1]
    refused = await nurse.post(f"{here}/visited", outcome="visited", note="")
    assert refused == (303, f"{here}?said=visit_note_needed")
    status, _ = await nurse.post(f"{here}/visited", outcome="visited", note="伤口干燥")
    assert status == 303
    assert (await FollowUpTask.get(id=task.id)).outcome == "visited"
    assert (await nurse.post(f"{here}/visited", outcome="flown", note="x"))[0] == 400


async def test_a_ward_reads_of_no_complaint_and_an_office_only_of_its_own(
    site: StaffSite,
) -> None:
    ward = site.ward
    nurse = await a_colleague(ward, "nurse", "XN")
    office = await a_colleague(ward, "medical_affairs", "")
    await ward.say("我要投诉,护士态度很差")
    await ward.say("1")
    case = await Complaint.all().first()
    assert case is not None
    await Complaint.filter(id=case.id).update(patient_id=ward.patient.id, mode="named")
    known = Known(ward.patient.id, [], [], [], [], [])
    words = staff_words()
    told = [line.chapter for line in await story_of(known, nurse, words)]
    assert Chapter.COMPLAINT not in told
    assert await visible_complaints(office).exists()
    told = [line.chapter for line in await story_of(known, office, words)]
    assert Chapter.COMPLAINT in told
    await Complaint.filter(id=case.id).update(mode="anonymous")
    told = [line.chapter for line in await story_of(known, office, words)]
    assert Chapter.COMPLAINT not in told


async def test_a_long_story_is_cut_into_pages(site: StaffSite, nurse: Desktop) -> None:
    for _ in range(3):
        await nurse.get(card(site))
    assert nurse.staff is not None
    known = Known(site.ward.patient.id, [], [], [], [], [])
    lines = await story_of(known, nurse.staff, staff_words())
    two_years = [
        replace(line, at=line.at - timedelta(days=n)) for line in lines[:1] for n in range(730)
    ]
    first, last = page_of(two_years, None, 1), page_of(two_years, None, 99)
    assert (first.number, first.last, last.number) == (1, 19, 19)
    assert sum(len(lines) for _, lines in first.days) == len(first.days) == 40
    assert first.months["2026-11"] == 1
    beginning = page_of(two_years, None, first.months["2025-06"])
    assert any(f"{day:%Y-%m}" == "2025-06" for day, _ in beginning.days)
    assert page_of(two_years, Part.FOLLOW_UP, 1).days == []
