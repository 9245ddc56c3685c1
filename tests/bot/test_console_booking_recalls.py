"""The list of missed reviews on a page: looked at first, taken by those who may, named faults."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import FormData

from models.office import ConsultReason, ConsultTask
from tests.bot.book_scene import Outpatients, a_person, the_outpatients
from tests.bot.staff_site import StaffSite, a_colleague, a_site

HEAD = "姓名,联系电话,应复诊日期,医生"
PAGE = "/staff/book/recalls"


@pytest.fixture
async def out(sqlite_database: str) -> Outpatients:
    """Wednesday's session, on Monday morning."""
    assert sqlite_database
    return await the_outpatients()


@pytest.fixture
async def site(out: Outpatients, tmp_path: Path) -> AsyncIterator[StaffSite]:
    """The pages of that morning."""
    async with a_site(out.ward, tmp_path) as found:
        yield found


async def hand_in(
    site: StaffSite, role: str, do: str, *rows: str, head: str = HEAD
) -> tuple[int, str]:
    """Hand a list in as somebody of this role."""
    desktop = await site.desktop(await a_colleague(site.ward, role, ""))
    form = FormData({"csrf": desktop.csrf, "do": do})
    content = "\n".join((head, *rows)).encode()
    form.add_field("list", content, filename="list.csv", content_type="text/csv")
    return await desktop.send(PAGE, form)


async def test_a_list_is_looked_at_first_and_then_taken_once(
    site: StaffSite, out: Outpatients
) -> None:
    await a_person("何九", "13900000109")
    row = "何九,13900000109,2026-11-20,陈医生"
    stranger = "查无此人,13900009999,2026-11-20,"
    status, shown = await hand_in(site, "consult_room", "try", row, stranger)
    assert (status, "还没有通知任何人" in shown, "第 3 行" in shown) == (200, True, True)
    assert "13900009999" not in shown
    tasks = ConsultTask.filter(reason=ConsultReason.NO_REVIEW)
    assert await tasks.count() == 0
    for _ in range(2):
        status, shown = await hand_in(site, "consult_room", "take", row, stranger)
        assert (status, "已导入" in shown) == (200, True)
        assert await tasks.count() == 1


@pytest.mark.parametrize("role", ["guide_desk", "registration", "it"])
async def test_who_does_not_see_to_consultations_hands_no_list_in(
    site: StaffSite, role: str
) -> None:
    assert (await hand_in(site, role, "take"))[0] == 404


async def test_what_is_no_list_is_said_and_tells_nobody(site: StaffSite) -> None:
    desktop = await site.desktop(await a_colleague(site.ward, "outpatient_office", ""))
    assert (await desktop.post(PAGE, do="take"))[1].endswith("said=file_needed")
    status, shown = await hand_in(site, "outpatient_office", "take", "1,2", head="甲,乙")
    assert (status, "没有导入" in shown) == (422, True)
