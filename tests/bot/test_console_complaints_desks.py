"""Facts, complaints taken down, measures, praise and reports: each for whom it is."""

from collections.abc import AsyncIterator
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from dialogs.levels import Level
from handlers.alerts import RaisedAlert, raise_alert
from handlers.casework.facts import ask_for_facts
from models.audit import AuditEntry
from models.complaint import (
    Complaint,
    ComplaintEntry,
    ComplaintMode,
    FactRequest,
    FiledBy,
    ImprovementAction,
    Opinion,
    OpinionStatus,
)
from models.conversation import Conversation, Inbound
from models.people import ContactKind, ContactPoint, System
from models.unit import unit_of_work
from tests.bot.complaint_scene import WORDS, Office, the_office
from tests.bot.staff_site import Desktop, StaffSite, a_colleague, a_site
from tests.handlers.complaining import LAWSUIT, NURSES, events

MARKUP = '<script>alert(1)</script>"{{ 7*7 }}'


@pytest.fixture
async def office(sqlite_database: str) -> Office:
    """The complaint office."""
    assert sqlite_database
    return await the_office()


@pytest.fixture
async def site(office: Office, tmp_path: Path) -> AsyncIterator[StaffSite]:
    """Its pages."""
    async with a_site(office.ward, tmp_path) as found:
        yield found


@pytest.fixture
async def officer(site: StaffSite, office: Office) -> Desktop:
    """The officer, signed in."""
    return await site.desktop(office.officer)


@pytest.fixture
async def head(site: StaffSite) -> Desktop:
    """The head nurse of the ward complained about, signed in."""
    return await site.desktop(await a_colleague(site.ward, "head_nurse", "XN", name="钱护长"))


async def asked(office: Office, whom: str = "XN", **values: object) -> FactRequest:
    """Somebody is asked what happened."""
    case = await office.claimed("a", NURSES, words="按铃没人来", **values)
    now = office.ward.now
    assert await ask_for_facts(case.id, office.officer, whom, "夜间按铃", now) is None
    return await FactRequest.get(complaint_id=case.id)


async def book_of(desktop: Desktop, path: str) -> dict[str, str]:
    """The sheets of a workbook, each as one text."""
    async with desktop.http.get(f"{desktop.url}{path}") as answer:
        assert answer.status == 200
        book = load_workbook(BytesIO(await answer.read()))
    return {
        sheet.title: "\n".join(str(cell) for row in sheet.values for cell in row) for sheet in book
    }


async def test_a_ward_tells_the_facts_and_reads_neither_who_nor_what_was_said(
    office: Office, head: Desktop
) -> None:
    request = await asked(office)
    here = f"/staff/facts/{request.id}"
    _, listed = await head.get("/staff/facts")
    assert here in listed
    status, shown = await head.get(here)
    assert status == 200
    assert "夜间按铃" in shown
    assert "按铃没人来" not in shown
    assert "王小明" not in shown
    assert await AuditEntry.filter(action="complaint.facts_opened").count() == 1
    assert (await head.post(here, answer=" "))[0] == 422
    assert await head.post(here, answer="两次铃响,20分钟有人到") == (
        303,
        "/staff/facts?said=did_told",
    )
    assert (await FactRequest.get(id=request.id)).answer == "两次铃响,20分钟有人到"
    case = await Complaint.get(id=request.complaint_id)
    assert (await head.get(f"/staff/complaints/{case.number}"))[0] == 404


async def test_in_a_named_case_the_ward_reads_the_words(office: Office, head: Desktop) -> None:
    request = await asked(office, mode=ComplaintMode.NAMED)
    _, shown = await head.get(f"/staff/facts/{request.id}")
    assert "按铃没人来" in shown
    assert "王小明" not in shown


@pytest.mark.parametrize(
    ("role", "department", "listed", "opened"),
    [
        ("head_nurse", "GK", 200, 404),
        ("director", "XN", 200, 200),
        ("nursing_office", "", 200, 404),
        ("finance", "", 200, 404),
        ("nurse", "XN", 404, 404),
        ("admin", "", 404, 404),
    ],
)
async def test_facts_are_told_by_who_is_asked(
    office: Office, site: StaffSite, role: str, department: str, listed: int, opened: int
) -> None:
    request = await asked(office)
    desktop = await site.desktop(await a_colleague(site.ward, role, department, licensed=False))
    assert (await desktop.get("/staff/facts"))[0] == listed
    assert (await desktop.get(f"/staff/facts/{request.id}"))[0] == opened
    taken = (await desktop.post(f"/staff/facts/{request.id}", answer="好"))[0]
    assert taken == (303 if opened == 200 else 404)


@pytest.mark.parametrize("role", ["nurse", "guide_desk", "it", "admin", "finance"])
async def test_everybody_of_staff_takes_a_complaint_down_once(site: StaffSite, role: str) -> None:
    desktop = await site.desktop(await a_colleague(site.ward, role, "", licensed=False))
    _, form = await desktop.get("/staff")
    assert "/staff/" in form
    assert (await desktop.get("/staff/complaints/new"))[0] == 200
    fields = {"words": "来电反映收费处态度差", "once": "1", "way": "letter", "mode": "anonymous"}
    for _ in range(2):
        status, shown = await desktop.post("/staff/complaints/new", **fields)
        assert status == 200
        assert "已登记,编号 TS-20261123-001" in shown
        assert "11月26日 周四 24:00" in shown
    case = await Complaint.get()
    assert (case.filed_by, case.mode, case.patient_id) == (FiledBy.STAFF, "anonymous", None)
    assert await events(case) == ["filed", "noted"]
    assert (await ComplaintEntry.get(complaint_id=case.id, event="noted")).detail == "来信"
    assert (await desktop.get(f"/staff/complaints/{case.number}"))[0] == 404


@pytest.mark.parametrize("by_phone", [True, False])
async def test_a_patient_is_found_by_a_whole_number_and_shown_masked(
    office: Office, site: StaffSite, *, by_phone: bool
) -> None:
    ward = office.ward
    await ContactPoint.create(
        respondent_id=ward.contact_point.respondent_id,
        system=System.PHONE,
        value="13900000001",
        kind=ContactKind.MOBILE,
    )
    told = "13900000001" if by_phone else ward.encounter.inpatient_no
    desktop = await site.desktop(await a_colleague(site.ward, "guide_desk", "", licensed=False))
    form = {"words": "收费处吼我", "once": "1"}
    status, shown = await desktop.post("/staff/complaints/new/patient", number=told, **form)
    assert status == 200
    assert "王*" in shown
    assert "王小明" not in shown
    assert "收费处吼我</textarea>" in shown
    assert await AuditEntry.filter(action="complaint.patient_searched").count() == 1
    await desktop.post("/staff/complaints/new", patient=str(ward.patient.id), **form)
    assert (await Complaint.get()).patient_id == ward.patient.id
    _, shown = await desktop.post("/staff/complaints/new/patient", number=told[:-1], **form)
    assert "没有找到" in shown


async def test_an_empty_form_is_refused_and_markup_stays_words(officer: Desktop) -> None:
    status, shown = await officer.post("/staff/complaints/new", words=" ", number=MARKUP)
    assert status == 422
    assert "请写下内容" in shown
    assert MARKUP not in shown
    assert await Complaint.all().count() == 0


async def test_a_measure_is_registered_done_and_seen_to_work(
    office: Office, officer: Desktop, head: Desktop
) -> None:
    case = await office.claimed("a", NURSES, words="按铃没人来")
    department = str(office.ward.encounter.department_id)
    form = {
        "problem": MARKUP,
        "measure": "夜班加一人",
        "responsible": "钱护长",
        "due": "2026-11-30",
        "department": department,
    }
    assert (await officer.post(f"/staff/complaints/{case.number}/improve", **form))[0] == 303
    assert (await head.post("/staff/improvements", **form))[0] == 404
    assert (await officer.post("/staff/improvements", **{**form, "due": ""}))[0] == 422
    row = await ImprovementAction.get()
    _, shown = await head.get("/staff/improvements")
    assert MARKUP not in shown
    assert case.number in shown
    assert f'href="/staff/complaints/{case.number}"' not in shown
    here = f"/staff/improvements/{row.id}"
    assert await officer.post(f"{here}/verify", verification="合格") == (
        303,
        "/staff/improvements?said=not_open",
    )
    assert await head.post(f"{here}/done") == (303, "/staff/improvements?said=did_done")
    await officer.post(f"{here}/verify", verification="抽查合格")
    assert (await ImprovementAction.get()).verification == "抽查合格"


async def test_measures_of_another_ward_are_not_found(
    office: Office, officer: Desktop, site: StaffSite
) -> None:
    case = await office.claimed("a", NURSES, words="按铃没人来")
    form = {"problem": "a", "measure": "b", "responsible": "c", "due": "2026-11-30"}
    department = str(office.ward.encounter.department_id)
    await officer.post(f"/staff/complaints/{case.number}/improve", department=department, **form)
    row = await ImprovementAction.get()
    other = await site.desktop(await a_colleague(site.ward, "head_nurse", "GK"))
    nurse = await site.desktop(await a_colleague(site.ward, "nurse", "XN"))
    assert case.number not in (await other.get("/staff/improvements"))[1]
    assert (await other.post(f"/staff/improvements/{row.id}/done"))[0] == 404
    assert (await nurse.get("/staff/improvements"))[0] == 404


async def praised(office: Office, *, unnamed: bool = False, once: str = "1") -> None:
    """The patient praises a nurse."""
    await office.ward.say("你好")
    talk = await Conversation.get(respondent_id=office.ward.contact_point.respondent_id)

    async def heard() -> None:
        message = await Inbound.create(
            channel="web",
            external_id=f"praise-{once}",
            conversation=talk,
            text="测试丙护士特别耐心",
            received_at=office.ward.now,
        )
        await Opinion.create(
            inbound=message,
            conversation=talk,
            patient=office.ward.patient,
            department_id=office.ward.encounter.department_id,
            status=OpinionStatus.PRAISE,
            praise=True,
            praised="测试丙",
            unnamed=unnamed,
            at=office.ward.now,
        )

    await unit_of_work(heard)


async def test_praise_is_counted_and_names_are_opened_on_record(
    office: Office, officer: Desktop, head: Desktop, site: StaffSite
) -> None:
    await praised(office)
    await praised(office, unnamed=True, once="2")
    _, shown = await officer.get("/staff/praise")
    assert "共 2 条" in shown
    assert "测试丙" not in shown
    _, opened = await officer.post("/staff/praise", month="2026-11")
    assert opened.count("测试丙护士特别耐心") == 2
    assert "王小明" not in opened
    _, opened = await head.post("/staff/praise", month="2026-11")
    assert opened.count("测试丙护士特别耐心") == 1
    assert await AuditEntry.filter(action="praise.opened").count() == 2
    assert "共 0 条" in (await officer.get("/staff/praise?month=2026-10"))[1]
    other = await site.desktop(await a_colleague(site.ward, "head_nurse", "GK"))
    assert "共 0 条" in (await other.get("/staff/praise"))[1]
    nurse = await site.desktop(await a_colleague(site.ward, "nurse", "XN"))
    assert (await nurse.get("/staff/praise"))[0] == 404


async def test_the_month_is_downloaded_with_disputes_for_who_sees_them(
    office: Office, officer: Desktop, site: StaffSite
) -> None:
    dispute = await office.case("d", LAWSUIT, words="我要去法院告你们")
    await office.case("a", words=WORDS)
    whole = await book_of(officer, "/staff/complaints/month.xlsx?month=2026-11")
    assert dispute.number in whole["纠纷(限阅)"]
    nursing = await site.desktop(await a_colleague(site.ward, "nursing_office", "", licensed=False))
    assert "纠纷(限阅)" not in await book_of(nursing, "/staff/complaints/month.xlsx?month=2026-11")
    nurse = await site.desktop(await a_colleague(site.ward, "nurse", "XN"))
    assert (await nurse.get("/staff/complaints/month.xlsx"))[0] == 404
    assert await AuditEntry.filter(action="export").count() == 2


async def test_alerts_are_downloaded_by_who_may_open_them(office: Office, site: StaffSite) -> None:
    ward = office.ward
    for level, rule in ((Level.L1, "RC6"), (Level.T, "complaint")):
        finding = RaisedAlert(
            level, rule, f"test:{rule}", department_id=ward.encounter.department_id
        )
        await unit_of_work(partial(raise_alert, ward.desk, finding, ward.now))
    path = "/staff/alerts/handled.xlsx?period=2026-11-23"
    nurse = await site.desktop(await a_colleague(site.ward, "nurse", "XN"))
    own = (await book_of(nurse, path))["逐条"]
    assert "RC6" in own
    assert "患者不满" not in own
    other = await site.desktop(await a_colleague(site.ward, "nurse", "GK"))
    assert "RC6" not in (await book_of(other, path))["逐条"]
    affairs = await site.desktop(await a_colleague(site.ward, "medical_affairs", ""))
    assert "患者不满" in (await book_of(affairs, path))["逐条"]
    for role in ("complaint_office", "registration", "it"):
        clerk = await site.desktop(await a_colleague(site.ward, role, "", licensed=False))
        assert (await clerk.get(path))[0] == 404
    assert (await nurse.get("/staff/alerts/handled.xlsx?period=x"))[0] == 303
