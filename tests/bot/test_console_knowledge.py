"""The page of standard answers: whose plain questions the bot answers is switched a department."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from models.audit import AuditEntry
from models.hospital import Department
from tests.bot.staff_site import StaffSite, a_colleague, a_site
from tests.handlers.ward import Ward, a_ward


@pytest.fixture
async def site(sqlite_database: str, tmp_path: Path) -> AsyncIterator[StaffSite]:
    """The pages of a ward."""
    assert sqlite_database
    async with a_site(await a_ward(), tmp_path) as found:
        yield found


async def own(ward: Ward) -> Department:
    """The ward's department as it stands."""
    return await Department.get(id=ward.encounter.department_id)


async def test_a_head_nurse_switches_her_own_department_on_record(site: StaffSite) -> None:
    """And no other one."""
    other = await Department.create(code="GK", name="骨科")
    head = await site.desktop(await a_colleague(site.ward, "head_nurse", "XN"))
    _, shown = await head.get("/staff/knowledge")
    assert "自动答复 · 0 / 1 个科室开启" in shown
    department = await own(site.ward)
    await head.post("/staff/knowledge/answering", department=str(department.id), on="1")
    assert (await own(site.ward)).self_answering
    await head.post("/staff/knowledge/answering", department=str(other.id), on="1")
    await other.refresh_from_db()
    assert not other.self_answering
    await head.post("/staff/knowledge/answering", department=str(department.id), on="0")
    assert not (await own(site.ward)).self_answering
    looked = await AuditEntry.filter(action__startswith="knowledge.answering").order_by("at")
    assert [one.action for one in looked] == ["knowledge.answering_on", "knowledge.answering_off"]


async def test_who_writes_down_no_answers_switches_nothing(site: StaffSite) -> None:
    nurse = await site.desktop(await a_colleague(site.ward, "nurse", "XN"))
    assert "自动答复" not in (await nurse.get("/staff/knowledge"))[1]
    department = str((await own(site.ward)).id)
    status, _ = await nurse.post("/staff/knowledge/answering", department=department, on="1")
    assert status == 404
    assert not (await own(site.ward)).self_answering


async def test_a_department_that_is_none_is_not_found(site: StaffSite) -> None:
    head = await site.desktop(await a_colleague(site.ward, "head_nurse", "XN"))
    assert (await head.post("/staff/knowledge/answering", department="x", on="1"))[0] == 404
