"""The page of a call: what is saved, what is said, and the reasons to choose from."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from handlers.tasks import PhoneReason, to_phone_list
from models.care import FollowUpTask
from tests.bot.staff_site import Desktop, StaffSite, a_colleague, a_site
from tests.browser.staff_scene import a_call
from tests.handlers.ward import a_ward


@pytest.fixture
async def site(sqlite_database: str, tmp_path: Path) -> AsyncIterator[StaffSite]:
    """The staff's pages, with a call to make."""
    assert sqlite_database
    ward = await a_ward(plan=False)
    task = await a_call(ward, "测试甲", "13900000001")
    await to_phone_list(task, PhoneReason.NO_ANSWER, ward.now)
    async with a_site(ward, tmp_path) as found:
        yield found


async def a_nurse(site: StaffSite) -> Desktop:
    """A nurse of the ward at her desk."""
    return await site.desktop(await a_colleague(site.ward, "nurse", "XN"))


async def test_an_empty_questionnaire_is_not_said_to_be_saved(site: StaffSite) -> None:
    nurse, task = await a_nurse(site), await FollowUpTask.get()
    here = f"/staff/tasks/{task.id}/form"
    _, shown = await nurse.post(here, do="complete")
    assert "没有新填的内容,没有保存。还有" in shown
    assert "已保存" not in shown
    _, shown = await nurse.post(here, do="save", **{"k:fu-d3.who": "self"})
    assert "已保存。还有" in shown
    _, shown = await nurse.post(here, do="save", **{"k:fu-d3.who": "self"})
    assert "没有新填的内容" in shown


async def test_what_was_typed_and_not_understood_is_still_there(site: StaffSite) -> None:
    nurse, task = await a_nurse(site), await FollowUpTask.get()
    fields = {"t:fu-d3.nrs": "不好说", "reason": "F24", "note": "老伴接的"}
    status, shown = await nurse.post(f"/staff/tasks/{task.id}/form", do="save", **fields)
    assert status == 422
    assert 'value="不好说"' in shown
    assert '<option value="F24" selected>' in shown
    assert 'value="老伴接的"' in shown
    assert (await FollowUpTask.get()).reason_note == "老伴接的"


async def test_reasons_stand_under_headings_in_plain_words_with_the_code_last(
    site: StaffSite,
) -> None:
    nurse, task = await a_nurse(site), await FollowUpTask.get()
    _, shown = await nurse.get(f"/staff/tasks/{task.id}")
    chooser = shown.partition('name="reason-cannot"')[2].partition("</select>")[0]
    assert re.findall('<optgroup label="([^"]+)">', chooser)[:2] == ["联系不上", "患者拒绝"]
    told = re.findall(r'<option value="(F\d\d)">([^<]+)</option>', chooser)
    assert told[0] == ("F14", "无人接听或未读 · F14")
    assert len({code for code, _ in told}) == len(told) == 25
