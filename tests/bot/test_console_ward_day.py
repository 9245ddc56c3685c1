"""The pages of the day before and of who works here, as far as HTTP goes."""

from collections.abc import AsyncIterator
from datetime import time, timedelta
from pathlib import Path

import pytest

from dialogs.timing import local
from handlers.discharges import Source, import_discharges
from models.care import BedsideCheck, Encounter
from models.channel import GroupDelivery
from models.conversation import Outgoing, OutgoingStatus
from models.hospital import Department, StaffMember
from models.people import Consent
from models.room import GroupPost, PostKind
from tests.bot.staff_site import StaffSite, a_colleague, a_site
from tests.handlers.discharge_lists import discharge, own
from tests.handlers.ward import a_ward


@pytest.fixture
async def site(sqlite_database: str, tmp_path: Path) -> AsyncIterator[StaffSite]:
    """The staff's pages, with somebody who leaves tomorrow."""
    assert sqlite_database
    ward = await a_ward()
    leaves = ward.now.date() + timedelta(days=1)
    entry = discharge(
        name="测试丁",
        inpatient_no="ZT1",
        mrn="BT1",
        department="心内科",
        bed="6床",
        discharged_on=leaves,
        numbers=(own("13900004001"),),
    )
    await import_discharges(ward.desk, [entry], Source("t"), ward.now, expected=True)
    async with a_site(ward, tmp_path) as found:
        yield found


async def the_stay() -> Encounter:
    """Who leaves tomorrow."""
    return await Encounter.get(inpatient_no="ZT1")


async def test_a_nurse_settles_everything_on_one_page(site: StaffSite) -> None:
    nurse = await site.desktop(await a_colleague(site.ward, "nurse", "XN"))
    stay = await the_stay()
    here = f"/staff/bedside/{stay.id}"
    status, shown = await nurse.get("/staff/bedside")
    assert status == 200
    assert here in shown
    assert "测试丁" not in shown
    status, shown = await nurse.get(here)
    assert status == 200
    assert "测试丁" in shown
    assert "<svg" in shown
    fields = {
        "tried": "ok",
        "channel": "web",
        "best_time": "afternoon",
        "others_may_know": "no",
        "c:follow_up": "yes",
        "explained": "on",
        "note": "听力不好",
    }
    assert await nurse.post(here, **fields) == (303, f"{here}?said=did_settle")
    check = await BedsideCheck.get(encounter_id=stay.id)
    assert (check.phone_tried, check.others_may_know, check.explained) == ("ok", False, True)
    assert (check.pack_given, check.note) == (False, "听力不好")
    assert await Consent.filter(patient_id=stay.patient_id, granted=True).count() == 1
    _, shown = await nurse.get(f"{here}?said=did_settle")
    assert 'value="听力不好"' in shown


async def test_what_is_no_number_is_not_taken_for_one(site: StaffSite) -> None:
    nurse = await site.desktop(await a_colleague(site.ward, "nurse", "XN"))
    here = f"/staff/bedside/{(await the_stay()).id}"
    fields = {"number": "不知道", "note": "听力不好", "tried": "wrong", "best_time": "evening"}
    status, shown = await nurse.post(here, **fields, **{"c:survey": "no", "pack_given": "on"})
    assert status == 422
    assert not await BedsideCheck.exists()
    for kept in (
        'value="不知道" inputmode="tel" autocomplete="off" maxlength="40" aria-invalid="true"',
        'value="听力不好"',
        'name="tried" value="wrong" checked',
        'value="evening" selected',
        'name="c:survey" value="no" checked',
        'name="pack_given" checked',
    ):
        assert kept in shown, kept


async def test_an_empty_page_is_not_said_to_be_saved(site: StaffSite) -> None:
    nurse = await site.desktop(await a_colleague(site.ward, "nurse", "XN"))
    here = f"/staff/bedside/{(await the_stay()).id}"
    status, shown = await nurse.post(here, dialled="", channel="", best_time="", note=" ")
    assert (status, "没有保存:还什么都没有填。" in shown) == (422, True)
    assert not await BedsideCheck.exists()
    assert await nurse.post(here, explained="on") == (303, f"{here}?said=did_settle")
    assert await nurse.post(here) == (303, f"{here}?said=did_settle")


async def test_a_test_without_a_bound_phone_says_what_is_missing(site: StaffSite) -> None:
    nurse = await site.desktop(await a_colleague(site.ward, "nurse", "XN"))
    here = f"/staff/bedside/{(await the_stay()).id}"
    assert await nurse.post(f"{here}/test") == (303, f"{here}?said=no_address")
    status, shown = await nurse.get(f"{here}/way")
    assert status == 200
    assert "<html" not in shown
    assert not await Outgoing.filter(occurrence__startswith="bedside-test").exists()


async def test_the_slip_is_a_pdf(site: StaffSite) -> None:
    nurse = await site.desktop(await a_colleague(site.ward, "nurse", "XN"))
    here = f"/staff/bedside/{(await the_stay()).id}/slip"
    async with nurse.http.post(f"{site.url}{here}", data={"csrf": nurse.csrf}) as answer:
        assert (answer.status, answer.content_type) == (200, "application/pdf")
        assert (await answer.read()).startswith(b"%PDF")


@pytest.mark.parametrize(("role", "department"), [("nurse", "GK"), ("it", ""), ("guide_desk", "")])
async def test_nobody_else_opens_the_bedside(site: StaffSite, role: str, department: str) -> None:
    other = await site.desktop(await a_colleague(site.ward, role, department, licensed=False))
    here = f"/staff/bedside/{(await the_stay()).id}"
    assert (await other.get(here))[0] == 404
    assert (await other.get(f"{here}/way"))[0] == 404
    assert (await other.post(here, note="x"))[0] == 404
    assert (await other.post(f"{here}/slip"))[0] == 404


async def test_it_is_told_on_the_pages_that_the_list_is_missing(site: StaffSite) -> None:
    site.ward.desk.list_due = time(0, 0)
    clerk = await site.desktop(await a_colleague(site.ward, "it", "", licensed=False))
    nurse = await site.desktop(await a_colleague(site.ward, "nurse", "XN"))
    for path in ("/staff", "/staff/files", "/staff/channels"):
        assert "出院名单还没有收到" in (await clerk.get(path))[1]
    post = await GroupPost.create(
        occurrence=f"discharge-list:{local(site.ward.now).date()}:due",
        kind=PostKind.WARNING,
        message="S-LIST-MISSING",
        at=site.ward.now,
    )
    delivery = await GroupDelivery.create(
        post=post,
        group="IT",
        channel="wecom",
        not_before=site.ward.now,
        created_at=site.ward.now,
    )
    for path in ("/staff", "/staff/phone-list"):
        assert "请打电话告诉他们" in (await nurse.get(path))[1]
    await GroupDelivery.filter(id=delivery.id).update(status=OutgoingStatus.ACCEPTED)
    assert "出院名单还没有收到" not in (await nurse.get("/staff"))[1]
    assert "出院名单还没有收到" in (await clerk.get("/staff/people"))[1]
    status, shown = await nurse.get("/staff/files")
    assert (status, "由系统管理员、信息科查看" in shown) == (403, True)
    assert "页面可能已过期" not in shown
    assert 'href="/staff/files"' in (await clerk.get("/staff"))[1]
    assert 'href="/staff/files"' not in shown


async def test_a_department_is_added_and_changed_on_its_page(site: StaffSite) -> None:
    admin = await site.desktop(await a_colleague(site.ward, "admin", "", licensed=False))
    fields = {"code": "0301", "name": "肾内科", "aliases": "肾病科、肾脏科", "tel": "0100-8800003"}
    status, there = await admin.post("/staff/departments/new", **fields, policy="selective")
    row = await Department.get(code="0301")
    assert (status, there) == (303, f"/staff/departments/{row.id}?said=did_save")
    assert (row.aliases, row.follow_up_policy) == (["肾病科", "肾脏科"], "selective")
    changed = {**fields, "channel": "web", "neutral": "on", "active": "on", "tel": ""}
    await admin.post(f"/staff/departments/{row.id}", **changed)
    row = await Department.get(code="0301")
    assert (row.channel, row.neutral, row.tel, row.active) == ("web", True, "", True)
    assert (await admin.post("/staff/departments/new", **fields))[0] == 422
    nonsense = {**fields, "code": "0302", "tel": "夜里打"}
    assert (await admin.post("/staff/departments/new", **nonsense))[0] == 422


async def test_a_colleague_is_added_changed_and_let_go(site: StaffSite) -> None:
    boss = await a_colleague(site.ward, "admin", "", licensed=False, password_hash="x")
    admin = await site.desktop(boss)
    fields = {"username": "n77", "name": "赵样例", "role": "nurse", "departments": "XN"}
    status, there = await admin.post("/staff/people/new", **fields, skills="粤语、en")
    row = await StaffMember.get(username="n77")
    here = f"/staff/people/{row.id}"
    assert (status, there) == (303, f"{here}?said=did_save")
    assert (row.skills, row.departments, row.licensed) == (["粤语", "en"], ["XN"], False)
    assert (await admin.post("/staff/people/new", **fields))[0] == 422
    await admin.post(here, name="赵样例", role="head_nurse", departments="XN", licensed="on")
    row = await StaffMember.get(username="n77")
    assert (row.role, row.licensed) == ("head_nurse", True)
    assert await admin.post(f"{here}/leave") == (303, f"{here}?said=confirm")
    assert await admin.post(f"{here}/leave", confirm="on") == (303, f"{here}?said=did_leave")
    assert not (await StaffMember.get(username="n77")).active
    assert await admin.post(f"{here}/active") == (303, f"{here}?said=did_back")
    own_page = f"/staff/people/{boss.id}"
    assert await admin.post(f"{own_page}/leave", confirm="on") == (303, f"{own_page}?said=last_one")
    assert (await admin.get(own_page))[0] == 200


async def test_a_refused_form_shows_what_was_sent_and_not_what_is_on_record(
    site: StaffSite,
) -> None:
    admin = await site.desktop(await a_colleague(site.ward, "admin", "", licensed=False))
    nurse = await a_colleague(site.ward, "nurse", "XN")
    sent = {"name": "孙样例", "role": "nurse", "phone": "夜里打", "departments": ""}
    status, shown = await admin.post(f"/staff/people/{nurse.id}", **sent)
    assert status == 422
    assert 'value="孙样例"' in shown
    assert 'name="licensed" checked' not in shown
    assert 'value="XN" checked' not in shown
    ward = await Department.get(code="XN")
    status, shown = await admin.post(f"/staff/departments/{ward.id}", name="心内", tel="夜里打")
    assert (status, 'value="心内"' in shown) == (422, True)
    assert 'name="active" checked' not in shown


async def test_it_makes_nobody_an_administrator(site: StaffSite) -> None:
    boss = await a_colleague(site.ward, "admin", "", licensed=False)
    clerk = await site.desktop(await a_colleague(site.ward, "it", "", licensed=False))
    fields = {"username": "n78", "name": "钱样例", "role": "admin"}
    assert (await clerk.post("/staff/people/new", **fields))[0] == 422
    here = f"/staff/people/{boss.id}"
    assert (await clerk.post(here, name="x", role="nurse"))[0] == 422
    assert (await clerk.post(f"{here}/leave", confirm="on"))[0] == 403
    assert (await StaffMember.get(id=boss.id)).active


@pytest.mark.parametrize("path", ["people/new", "departments", "departments/new"])
async def test_nobody_else_keeps_accounts_or_departments(site: StaffSite, path: str) -> None:
    nurse = await site.desktop(await a_colleague(site.ward, "head_nurse", "XN"))
    assert (await nurse.get(f"/staff/{path}"))[0] == 404
    assert (await nurse.post(f"/staff/{path}", name="x"))[0] in {404, 405}
