"""The pages of talks: who waits, by role; one talk, live; standard answers beside it."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from handlers.knowledge_keeping import (
    Entry,
    take_entries,
)
from models.audit import AuditEntry
from models.conversation import Outgoing
from models.room import HumanTalk
from tests.bot.staff_site import Desktop, StaffSite, a_colleague, a_site
from tests.handlers.talking import asked_for_a_person
from tests.handlers.visiting import a_visit
from tests.handlers.ward import Ward

COPY = Entry(
    code="LC-02",
    question="怎么复印病历",
    variants=("病历复印要带什么",),
    answer="请到病案室,带身份证。",
    approved_by="示例审核人",
    approved_on=date(2026, 11, 1),
    review_on=date(2027, 11, 1),
)
MARKUP = '<script>alert(1)</script>"{{ 7*7 }}'


@pytest.fixture
async def ward(sqlite_database: str) -> Ward:
    """A ward whose patient waits for a person."""
    assert sqlite_database
    ward = await asked_for_a_person()
    await take_entries([COPY], "cli", ward.now.date(), ward.now)
    return ward


@pytest.fixture
async def site(ward: Ward, tmp_path: Path) -> AsyncIterator[StaffSite]:
    """The pages of that ward."""
    async with a_site(ward, tmp_path) as found:
        yield found


@pytest.fixture
async def nurse(site: StaffSite) -> Desktop:
    """A nurse of the ward, signed in."""
    return await site.desktop(await a_colleague(site.ward, "nurse", "XN"))


async def path() -> str:
    """Where the talk is."""
    return f"/staff/talks/{(await HumanTalk.get()).id}"


async def test_the_list_says_who_waits_and_names_nobody(site: StaffSite, nurse: Desktop) -> None:
    status, shown = await nurse.get("/staff/talks")
    assert status == 200
    assert "等人接手" in shown
    assert "心内科" in shown
    assert site.ward.patient.name not in shown
    assert await path() in shown


@pytest.mark.parametrize(
    ("role", "department", "listed", "opened"),
    [
        ("nurse", "GK", 200, 404),
        ("head_nurse", "XN", 200, 200),
        ("medical_affairs", "", 200, 200),
        ("consult_room", "", 200, 404),
        ("complaint_office", "", 200, 404),
        ("registration", "", 404, 404),
        ("guide_desk", "", 404, 404),
    ],
)
async def test_a_ward_sees_its_own_and_others_see_nothing(
    site: StaffSite, role: str, department: str, listed: int, opened: int
) -> None:
    licensed = role in ("nurse", "head_nurse")
    staff = await a_colleague(site.ward, role, department, licensed=licensed)
    desktop = await site.desktop(staff)
    status, shown = await desktop.get("/staff/talks")
    assert status == listed
    assert (await path() in shown) == (opened == 200)
    assert (await desktop.get(await path()))[0] == opened
    assert (await desktop.get(f"{await path()}/story"))[0] == opened


async def test_a_talk_of_the_consult_room_is_not_the_wards(
    sqlite_database: str, tmp_path: Path
) -> None:
    """Nor is the consult room shown the stay or a phone number."""
    assert sqlite_database
    scene = await a_visit()
    await scene.until("2026-11-25T08:30")
    await scene.say("0")
    async with a_site(scene.ward, tmp_path) as site:
        nurse = await site.desktop(await a_colleague(site.ward, "nurse", "XN"))
        clerk = await site.desktop(await a_colleague(site.ward, "consult_room", "", licensed=False))
        assert (await nurse.get(await path()))[0] == 404
        status, shown = await clerk.get(await path())
        assert status == 200
        assert "咨询室" in shown
        assert 'class="tel"' not in shown
        assert "/staff/patients/" not in shown


async def test_a_look_is_on_record_and_a_part_wants_one_first(
    site: StaffSite, nurse: Desktop
) -> None:
    assert (await nurse.get(f"{await path()}/story"))[0] == 404
    assert (await nurse.get(await path()))[0] == 200
    assert (await nurse.get(f"{await path()}/story"))[0] == 200
    assert await AuditEntry.filter(action="talk.opened").count() == 1
    assert site.ward.patient.id == (await HumanTalk.get()).patient_id


async def test_what_was_offered_is_read_beside_what_was_answered(
    site: StaffSite, nurse: Desktop
) -> None:
    """A colleague who reads 1 sees what 1 was."""
    _, shown = await nurse.get(await path())
    opening = (await site.ward.screen())[0]
    offered = opening[opening.index("[") + 1 : -1]
    assert "1.开始" in offered
    assert f"<small>{offered}</small>" in shown


async def test_a_page_that_has_all_of_a_talk_is_sent_none_of_it_again(
    site: StaffSite, nurse: Desktop
) -> None:
    await nurse.get(await path())
    story = f"{nurse.url}{await path()}/story"
    async with nurse.http.get(story) as first:
        seen = {"If-None-Match": first.headers["ETag"]}
    async with nurse.http.get(story, headers=seen) as again:
        assert (again.status, await again.text()) == (304, "")
    await site.ward.say("我还想问一下")
    async with nurse.http.get(story, headers=seen) as changed:
        assert changed.status == 200
        assert "我还想问一下" in await changed.text()


async def test_who_comes_second_is_told_and_sees_who_has_it(
    site: StaffSite, nurse: Desktop
) -> None:
    other = await site.desktop(await a_colleague(site.ward, "nurse", "XN", name="张护士"))
    await nurse.post(f"{await path()}/take")
    _, lead = await other.post(f"{await path()}/take")
    _, shown = await other.get(lead)
    assert "同事已先接手" in shown
    assert "李护士 在处理" in shown
    assert f'action="{await path()}/answer"' not in shown


async def test_a_standard_answer_is_put_beside_what_was_written_and_sent_as_edited(
    site: StaffSite, nurse: Desktop
) -> None:
    talk = await path()
    await nurse.get(talk)
    await nurse.post(f"{talk}/take")
    _, found = await nurse.post(f"{talk}/draft", text="您好!", words="病历怎么复印", department="")
    assert "请到病案室" in found
    assert "示例审核人" in found
    assert "您好!</textarea>" in found
    _, used = await nurse.post(f"{talk}/draft", text="您好!", use="LC-02")
    assert "您好!\n请到病案室,带身份证。</textarea>" in used
    await nurse.post(f"{talk}/answer", text="您好!请到病案室。", once="1")
    assert any("您好!请到病案室。" in line for line in await site.ward.shown())


async def test_an_answer_that_may_not_be_used_is_not_put_in(
    site: StaffSite, nurse: Desktop
) -> None:
    """Its review is overdue since somebody opened the page."""
    talk = await path()
    await nurse.get(talk)
    await nurse.post(f"{talk}/take")
    site.ward.now = site.ward.now.replace(year=2028)
    _, shown = await nurse.post(f"{talk}/draft", text="您好", use="LC-02")
    assert "请到病案室" not in shown


async def test_words_of_patients_and_staff_are_shown_as_words(
    site: StaffSite, nurse: Desktop
) -> None:
    await site.ward.say(MARKUP)
    talk = await path()
    await nurse.get(talk)
    await nurse.post(f"{talk}/take")
    await nurse.post(f"{talk}/answer", text=MARKUP, once="1")
    _, shown = await nurse.get(talk)
    assert MARKUP not in shown
    assert shown.count("&lt;script&gt;alert(1)") == 2


async def test_a_form_without_its_token_does_nothing(site: StaffSite, nurse: Desktop) -> None:
    status, _ = await nurse.send(f"{await path()}/take", {"csrf": "wrong"})
    assert status == 403
    assert (await HumanTalk.get()).staff_id is None
    assert site.ward.now is not None


async def test_the_talk_is_handed_on_and_given_to_the_bot(site: StaffSite, nurse: Desktop) -> None:
    talk = await path()
    other = await a_colleague(site.ward, "nurse", "XN", name="张护士")
    await nurse.post(f"{talk}/take")
    _, lead = await nurse.post(f"{talk}/hand-on", to="")
    assert "请选要转给谁" in (await nurse.get(lead))[1]
    await nurse.post(f"{talk}/hand-on", to=str(other.id))
    assert (await HumanTalk.get()).staff_id == other.id
    theirs = await site.desktop(other)
    assert await theirs.post(f"{talk}/end") == (303, "/staff/talks")
    assert await Outgoing.filter(occurrence__startswith="talk-end").count() == 1
    assert "已结束" in (await theirs.get(talk))[1]


async def test_what_is_no_talk_is_not_found(nurse: Desktop) -> None:
    for wrong in ("x", "00000000-0000-0000-0000-000000000000"):
        assert (await nurse.get(f"/staff/talks/{wrong}"))[0] == 404
        assert (await nurse.post(f"/staff/talks/{wrong}/draft", words="x"))[0] == 404


async def test_what_is_too_long_comes_back_as_it_was_written(
    site: StaffSite, nurse: Desktop
) -> None:
    talk = await path()
    await nurse.get(talk)
    await nurse.post(f"{talk}/take")
    status, shown = await nurse.post(f"{talk}/answer", text="字" * 501, once="1")
    assert status == 200
    assert "字" * 501 in shown
    assert "最多发 500 个字" in shown
    assert not await Outgoing.filter(occurrence__startswith="talk-staff").exists()
    assert site.ward.now is not None
