"""The complaint pages: who sees what, one case from claim to closing, words that stay words."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from handlers.casework.filing import add_words
from models.audit import AuditEntry
from models.complaint import Complaint, ComplaintEvent, ComplaintMode, ComplaintState
from models.conversation import Conversation
from models.unit import unit_of_work
from tests.bot.complaint_scene import Office, a_full_board, the_office
from tests.bot.staff_site import Desktop, StaffSite, a_colleague, a_site
from tests.handlers.complaining import FEES, LAWSUIT, events

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


def path(case: Complaint) -> str:
    """Where a case is."""
    return f"/staff/complaints/{case.number}"


async def test_the_board_shows_each_case_in_its_column_and_no_patient(
    office: Office, officer: Desktop
) -> None:
    cases = await a_full_board(office)
    status, shown = await officer.get("/staff/complaints")
    assert status == 200
    for case in cases:
        assert shown.count(f'data-complaint="{case.number}"') == 1
    for state in ("待受理", "调查中", "协商中", "落实中", "待患者反馈", "已结"):
        assert f"<h2>{state}" in shown
    assert "服务态度" in shown
    assert "王小明" not in shown
    assert "吼我" not in shown
    assert "纠纷(限阅)" in shown


@pytest.mark.parametrize(
    ("role", "status", "disputes"),
    [
        ("complaint_office", 200, True),
        ("medical_affairs", 200, True),
        ("nursing_office", 200, False),
        ("supervision_office", 200, False),
        ("admin", 404, False),
        ("it", 404, False),
        ("director", 404, False),
        ("head_nurse", 404, False),
        ("nurse", 404, False),
        ("finance", 404, False),
        ("consult_room", 404, False),
    ],
)
async def test_only_the_offices_that_follow_cases_have_the_board(
    office: Office, site: StaffSite, role: str, status: int, disputes: bool
) -> None:
    dispute = await office.case("d", LAWSUIT, words="我要去法院告你们")
    clerk = await site.desktop(await a_colleague(site.ward, role, "", licensed=False))
    found, shown = await clerk.get("/staff/complaints")
    assert found == status
    assert (dispute.number in shown) is disputes
    assert (await clerk.get(path(dispute)))[0] == (200 if disputes else 404)
    assert (await clerk.post(f"{path(dispute)}/claim"))[0] == (303 if disputes else 404)


async def test_the_board_is_narrowed_by_what_is_on_it(office: Office, officer: Desktop) -> None:
    cases = await a_full_board(office)
    fees, mine, waiting = cases[2], cases[1], cases[0]
    _, by_tag = await officer.get("/staff/complaints/board?tag=T12")
    assert fees.number in by_tag
    assert mine.number not in by_tag
    _, own = await officer.get("/staff/complaints/board?mine=1")
    assert mine.number in own
    assert waiting.number not in own
    _, late = await officer.get("/staff/complaints/board?overdue=1")
    assert "data-complaint" not in late
    office.ward.now += timedelta(hours=8)
    _, late = await officer.get("/staff/complaints/board?overdue=1")
    assert waiting.number in late
    _, whole = await officer.get(f"/staff/complaints?owner={MARKUP}")
    assert MARKUP not in whole


async def test_a_case_goes_from_claim_to_closing_by_plain_forms(
    office: Office, officer: Desktop
) -> None:
    case = await office.case("a")
    here = path(case)
    assert await officer.post(f"{here}/claim") == (303, f"{here}?said=did_claim")
    await officer.post(f"{here}/contacted", text="电话里听患者说了经过")
    await officer.post(f"{here}/ask", asked="XN", question="11月20日下午谁在窗口")
    await officer.post(f"{here}/investigate", text="看了排班")
    await officer.post(f"{here}/negotiate", text="道歉")
    await officer.post(f"{here}/carry-out", department="收费处", due="2026-11-30")
    await officer.post(f"{here}/interim", until="2026-11-27", why="还要看录像")
    result = {"facts": "语气生硬", "measures": "已道歉", "finding": "valid"}
    assert await officer.post(f"{here}/result", **result) == (303, f"{here}?said=did_result")
    await officer.post(f"{here}/answer", answer="accept", text="可以")
    closing = {"closing": "accepted", "root_cause": "conduct"}
    assert await officer.post(f"{here}/close", **closing) == (303, f"{here}?said=did_close")
    case = await office.seen(case)
    assert (case.state, case.root_cause) == (ComplaintState.CLOSED, "conduct")
    status, shown = await officer.get(f"{here}?said=did_close")
    assert status == 200
    for words in ("已结案。", "语气生硬", "患者接受", "服务意识与责任心", "还要看录像", "看了排班"):
        assert words in shown
    assert await officer.post(f"{here}/reopen", reason="患者来电") == (
        303,
        f"{here}?said=did_reopen",
    )
    assert (await office.seen(case)).reopened == 1


async def test_what_is_refused_is_said_and_what_was_typed_is_kept(
    office: Office, officer: Desktop
) -> None:
    case = await office.claimed("a")
    here = path(case)
    status, shown = await officer.post(f"{here}/interim", until="2027-01-31", why="慢慢查")
    assert status == 422
    assert "不能晚于法定期限" in shown
    assert "慢慢查</textarea>" in shown
    status, shown = await officer.post(f"{here}/close", closing="accepted", root_cause="other")
    assert (status, "还没有把结果告诉患者" in shown) == (422, True)
    status, shown = await officer.post(f"{here}/transfer", to="nursing_office", reason=" ")
    assert (status, "请写明原因" in shown) == (422, True)
    assert (await officer.post(f"{here}/carry-out", department="收费处", due="x"))[0] == 422
    assert (await officer.post(f"{here}/snooze", minutes="7"))[0] == 422
    assert (await officer.post(f"{here}/nothing"))[0] == 404
    assert (await office.seen(case)).state is ComplaintState.INVESTIGATING


async def test_who_comes_second_hears_who_has_it(
    office: Office, site: StaffSite, officer: Desktop
) -> None:
    case = await office.case("a")
    other = await site.desktop(
        await a_colleague(site.ward, "medical_affairs", "", name="吴医务", licensed=False)
    )
    await officer.post(f"{path(case)}/claim")
    status, shown = await other.post(f"{path(case)}/claim")
    assert status == 422
    assert "已由同事受理" in shown
    assert "周投诉" in shown
    status, shown = await other.post(f"{path(case)}/investigate", text="我来")
    assert (status, "请先受理" in shown) == (422, True)


async def test_who_complains_is_shown_on_record_and_never_of_an_anonymous_case(
    office: Office, officer: Desktop
) -> None:
    case = await office.case("a")
    hidden = await office.case("b", mode=ComplaintMode.ANONYMOUS)
    _, shown = await officer.get(path(case))
    assert "王小明" not in shown
    _, opened = await officer.post(f"{path(case)}/person")
    assert "王小明" in opened
    assert await AuditEntry.filter(action="complaint.identity_opened").count() == 1
    await officer.get(path(hidden))
    _, shown = await officer.post(f"{path(hidden)}/person")
    assert "王小明" not in shown
    assert "患者要求匿名" in shown
    assert await AuditEntry.filter(action="complaint.identity_opened").count() == 1


async def test_a_look_is_on_record_and_a_part_wants_one_first(
    office: Office, officer: Desktop
) -> None:
    case = await office.case("a")
    assert (await officer.get(f"{path(case)}/story"))[0] == 404
    assert (await officer.get(path(case)))[0] == 200
    for part in ("story", "state"):
        assert (await officer.get(f"{path(case)}/{part}"))[0] == 200
    assert await AuditEntry.filter(action="complaint.opened").count() == 1


async def test_a_rant_is_folded_and_markup_stays_words(office: Office, officer: Desktop) -> None:
    rant = MARKUP + "气死我了。" * 4000
    case = await office.case("a", words=rant[:20_000])
    await officer.post(f"{path(case)}/claim")
    await officer.post(f"{path(case)}/note", text=MARKUP)
    await officer.post(f"{path(case)}/ask", asked="XN", question=MARKUP)
    _, shown = await officer.get(path(case))
    assert MARKUP not in shown
    assert shown.count("&lt;script&gt;alert(1)") >= 4
    assert "全文 20000 字" in shown


async def test_tags_stand_beside_the_words_that_caused_them_and_are_corrected(
    office: Office, officer: Desktop
) -> None:
    case = await office.case("a", words="我要投诉,护士态度恶劣,还多收了我的钱")
    _, shown = await officer.get(path(case))
    assert "<mark>" in shown
    assert "标签待确认" in shown
    form = {"category": "billing", "severity": "low", "department": ""}
    assert await officer.post(f"{path(case)}/tags", **form) == (
        303,
        f"{path(case)}?said=did_tags",
    )
    case = await office.seen(case)
    assert (case.categories, case.severity, case.department_id) == (["billing"], "low", None)
    assert case.tags_confirmed_by_id == office.officer.id
    assert (await officer.post(f"{path(case)}/tags", severity="low"))[0] == 422


async def test_the_office_writes_to_the_patient_once_a_form(
    office: Office, officer: Desktop
) -> None:
    await office.ward.say("你好")
    talk = await Conversation.get(respondent_id=office.ward.contact_point.respondent_id)
    case = await office.claimed("a", conversation_id=talk.id)
    for _ in range(2):
        assert (await officer.post(f"{path(case)}/reply", text="正在核实。", once="1"))[0] == 303
    assert sum("正在核实。" in line for line in await office.ward.shown()) == 1


async def test_what_the_patient_adds_is_on_the_board(office: Office, officer: Desktop) -> None:
    case = await office.claimed("a")
    await unit_of_work(lambda: add_words(office.ward.desk, case, "还有", FEES, office.ward.now))
    _, shown = await officer.get("/staff/complaints")
    assert "患者又留言" in shown


async def test_a_form_without_its_token_does_nothing(office: Office, officer: Desktop) -> None:
    case = await office.case("a")
    for act in ("claim", "person", "pack"):
        assert (await officer.send(f"{path(case)}/{act}", {"csrf": "wrong"}))[0] == 403
    assert await events(case) == ["filed"]


async def test_no_case_is_found_under_a_number_that_is_none(officer: Desktop) -> None:
    for wrong in ("TS-1", "x", "TS-20261123-999", "TS-" + "9" * 60):
        assert (await officer.get(f"/staff/complaints/{wrong}"))[0] == 404
        assert (await officer.post(f"/staff/complaints/{wrong}/claim"))[0] == 404


async def test_who_is_accused_sees_nothing_of_it(office: Office, site: StaffSite) -> None:
    accused = await a_colleague(site.ward, "medical_affairs", "", name="郑医务", licensed=False)
    case = await office.case("a", words="我要投诉医务科的郑医务,态度太差")
    desktop = await site.desktop(accused)
    assert case.number not in (await desktop.get("/staff/complaints"))[1]
    assert (await desktop.get(path(case)))[0] == 404
    assert ComplaintEvent.FILED in await events(case)


async def test_the_patient_is_asked_whether_the_department_may_know_the_name(
    office: Office, officer: Desktop
) -> None:
    await office.ward.say("你好")
    case = await office.claimed("a")
    here = path(case)
    assert await officer.post(f"{here}/ask-name") == (303, f"{here}?said=did_ask-name")
    assert any("1" in line and line.startswith("<") for line in (await office.ward.screen())[-1:])
    await office.ward.say("1")
    assert (await office.seen(case)).mode is ComplaintMode.NAMED
    assert (await officer.post(f"{here}/ask-name"))[0] == 422
    _, shown = await officer.get(here)
    assert "科室可以知道投诉人是谁" in shown
    assert "已问患者是否愿意让科室知道姓名" in shown
