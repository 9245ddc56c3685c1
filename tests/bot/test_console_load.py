"""Who has how much in hand: for who leads a ward, and for the sharing out of calls (R255)."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from handlers.distribution import give_out
from handlers.load_board import load_board
from handlers.tasks import PhoneReason, complete_task, to_phone_list
from models.alert import Alert, AlertStatus
from models.care import FollowUpTask, TaskStatus
from models.duty import DutyShift
from models.hospital import StaffRole
from tests.bot.staff_site import StaffSite, a_colleague, a_site
from tests.browser.staff_scene import a_call
from tests.handlers.ward import a_ward


@pytest.fixture
async def site(sqlite_database: str, tmp_path: Path) -> AsyncIterator[StaffSite]:
    """A ward in the morning, with nobody at work yet."""
    assert sqlite_database
    ward = await a_ward(plan=False)
    async with a_site(ward, tmp_path) as found:
        yield found


async def in_hand(site: StaffSite, name: str) -> tuple[int, int, int]:
    """All, calls and alerts somebody has, as the head nurse sees it."""
    leader = await a_colleague(site.ward, StaffRole.HEAD_NURSE, "XN", name="护士长样例")
    rows = (await load_board(leader, site.ward.now)).rows
    load = next(row.load for row in rows if row.name == name)
    return load.all, load.calls, load.alerts


async def test_calls_alerts_and_what_was_done_stand_beside_the_name(site: StaffSite) -> None:
    ward = site.ward
    nurse = await a_colleague(ward, "nurse", "XN", name="王样例")
    for number in range(2):
        task = await a_call(ward, f"测试{number}", f"1390000100{number}")
        held = {"assigned_to_id": nurse.id, "status": TaskStatus.PHONE_LIST}
        await FollowUpTask.filter(id=task.id).update(**held)
    done = await a_call(ward, "测试9", "13900001009")
    await complete_task(done, "completed", ward.now)
    await FollowUpTask.filter(id=done.id).update(closed_by_id=nurse.id)
    await Alert.create(
        number="A1",
        level="L2",
        rule="words",
        status=AlertStatus.CLAIMED,
        claimed_by=nurse,
        raised_at=ward.now,
        due_at=ward.now,
    )
    starts, ends = ward.now - timedelta(hours=1), ward.now + timedelta(hours=7)
    await DutyShift.create(staff=nurse, role="nurse", starts_at=starts, ends_at=ends)
    assert await in_hand(site, "王样例") == (3, 2, 1)
    leader = await site.desktop(await a_colleague(ward, StaffRole.HEAD_NURSE, "XN"))
    status, shown = await leader.get("/staff/load")
    assert (status, "王样例" in shown, "14:00-22:00" in shown) == (200, True, True)
    assert "近7天:电话 1 次,线上答复 0 次" in shown
    assert "测试" not in shown


async def test_only_who_leads_sees_it_and_only_the_own_wards(site: StaffSite) -> None:
    await a_colleague(site.ward, "nurse", "XN", name="王样例")
    nurse = await site.desktop(await a_colleague(site.ward, "nurse", "XN"))
    assert (await nurse.get("/staff/load"))[0] == 404
    assert 'href="/staff/load"' not in (await nurse.get("/staff"))[1]
    far = await site.desktop(await a_colleague(site.ward, StaffRole.HEAD_NURSE, "GK"))
    assert "王样例" not in (await far.get("/staff/load"))[1]


async def test_who_is_busy_online_gets_the_call_of_the_other(site: StaffSite) -> None:
    ward = site.ward
    busy = await a_colleague(ward, "nurse", "XN", name="甲样例")
    free = await a_colleague(ward, "nurse", "XN", name="乙样例")
    await Alert.create(
        number="A1",
        level="L2",
        rule="words",
        status=AlertStatus.CLAIMED,
        claimed_by=busy,
        raised_at=ward.now,
        due_at=ward.now,
    )
    task = await a_call(ward, "测试1", "13900001001")
    await to_phone_list(task, PhoneReason.NO_ANSWER, ward.now)
    await give_out(task.id, ward.now)
    await task.refresh_from_db()
    assert task.assigned_to_id == free.id
