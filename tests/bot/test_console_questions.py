"""The pages of patients' questions: the board, each step, who may not see them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from models.duty import LiaisonDoctor
from models.ward_week import QuestionTicket
from tests.bot.staff_site import Desktop, StaffSite, a_colleague, a_site
from tests.handlers.ward import a_ward


@pytest.fixture
async def site(sqlite_database: str, tmp_path: Path) -> AsyncIterator[StaffSite]:
    """A ward whose patient has asked something."""
    assert sqlite_database
    ward = await a_ward()
    doctor = await a_colleague(ward, "doctor", "XN", name="陈医生")
    await LiaisonDoctor.create(
        department_id=ward.encounter.department_id, staff=doctor, place="first"
    )
    await ward.until("2026-11-23T11:00")
    for words in ("1", "1", "1", "阿司匹林饭前吃还是饭后吃?"):
        await ward.say(words)
    async with a_site(ward, tmp_path) as found:
        yield found


async def of(site: StaffSite, role: str, *departments: str) -> Desktop:
    """Somebody's browser."""
    return await site.desktop(await a_colleague(site.ward, role, *departments))


async def test_a_question_goes_from_the_board_to_the_patient_s_yes(site: StaffSite) -> None:
    nurse, ticket = await of(site, "nurse", "XN"), await QuestionTicket.get()
    doctor = await of(site, "doctor", "XN")
    here = f"/staff/questions/{ticket.id}"
    _, board = await nurse.get("/staff/questions")
    assert ticket.number in board
    assert "王小明" not in board
    assert "阿司匹林" not in board
    _, shown = await nurse.get(here)
    assert "阿司匹林饭前吃还是饭后吃?" in shown
    assert "等医生填写意见" in shown
    assert await nurse.post(f"{here}/urgent") == (303, here)
    assert await nurse.post(f"{here}/opinion", text="空腹") == (303, f"{here}?said=doctors_answer")
    assert await doctor.post(f"{here}/opinion", text="空腹", disposition="answer") == (303, here)
    assert await nurse.post(f"{here}/tell", text="饭前半小时吃。", by="message") == (303, here)
    assert "饭前半小时吃。" in "\n".join(await site.ward.shown())
    assert await nurse.post(f"{here}/ask-back") == (303, here)
    assert await nurse.post(f"{here}/read-back", understood="yes") == (303, here)
    _, shown = await nurse.get(here)
    assert "听明白了" in shown
    assert (await QuestionTicket.get()).solved is True
    assert await nurse.post(f"{here}/close") == (303, f"{here}?said=question_moved_on")


async def test_a_no_on_the_phone_goes_back_and_a_doctor_is_chosen_anew(site: StaffSite) -> None:
    doctor, ticket = await of(site, "doctor", "XN"), await QuestionTicket.get()
    here = f"/staff/questions/{ticket.id}"
    await doctor.post(f"{here}/opinion", text="请来复查", disposition="review")
    assert await doctor.post(f"{here}/tell", text="请回院复查", by="phone") == (303, here)
    assert await doctor.post(f"{here}/read-back", understood="no") == (303, here)
    assert doctor.staff is not None
    assert await doctor.post(f"{here}/pass-on", to=doctor.staff.username) == (303, here)
    ticket = await QuestionTicket.get()
    assert (ticket.state, ticket.liaison_id) == ("with_department", doctor.staff.id)
    _, mine = await doctor.get("/staff/questions?mine=1")
    assert ticket.number in mine


async def test_another_ward_and_the_offices_see_no_question(site: StaffSite) -> None:
    ticket = await QuestionTicket.get()
    here = f"/staff/questions/{ticket.id}"
    far = await of(site, "nurse", "GK")
    assert ticket.number not in (await far.get("/staff/questions"))[1]
    assert (await far.get(here))[0] == 404
    assert await far.post(f"{here}/urgent") == (303, f"{here}?said=not_allowed")
    office = await site.desktop(await a_colleague(site.ward, "registration", "", licensed=False))
    assert (await office.get("/staff/questions"))[0] == 404
    assert (await far.post(f"{here}/nonsense"))[0] == 404
