"""The evidence pack of a case: all of it, no more names than wanted, and that it was made."""

import csv
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from aiohttp import ClientResponse
from pypdf import PdfReader

from handlers.casework.progress import note_on
from models.audit import AuditEntry
from models.complaint import Complaint, ComplaintMode
from models.conversation import Conversation, Dialog, DialogKind, Inbound, Media
from models.unit import unit_of_work
from tests.bot.complaint_scene import Office, the_office
from tests.bot.staff_site import Desktop, StaffSite, a_colleague, a_site
from tests.handlers.complaining import FEES, events

MARKUP = "<b>=1+1</b>"


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


async def pack(desktop: Desktop, case: Complaint, **fields: str) -> tuple[ClientResponse, bytes]:
    """Ask for a pack; the answer and its body."""
    url = f"{desktop.url}/staff/complaints/{case.number}/pack"
    async with desktop.http.post(url, data={"csrf": desktop.csrf, **fields}) as answer:
        return answer, await answer.read()


def text_of(body: bytes) -> str:
    """What the pages say, lines joined."""
    pages = PdfReader(BytesIO(body)).pages
    return "".join(page.extract_text() for page in pages).replace("\n", "")


async def test_the_paper_holds_the_whole_case_and_masks_who_complains(
    office: Office, officer: Desktop
) -> None:
    case = await office.claimed("a", FEES, words=f"多收了我的钱 {MARKUP}")
    answer, body = await pack(officer, case, kind="pdf")
    assert answer.status == 200
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{case.number}.pdf"'
    said = text_of(body)
    for words in (case.number, "多收了我的钱", MARKUP, "打通了", "收费与报销", "生成材料包", "王*"):
        assert words in said
    assert "2026-11-26 24:00" in said
    assert "王小明" not in said
    assert (await events(case))[-1] == "packed"
    assert await AuditEntry.filter(action="complaint.packed", reason="pdf").count() == 1


async def test_the_name_stands_there_only_when_it_is_wanted_and_may_be_known(
    office: Office, officer: Desktop
) -> None:
    case = await office.claimed("a")
    _, body = await pack(officer, case, kind="pdf", names="1")
    assert "王小明" in text_of(body)
    assert await AuditEntry.filter(action="complaint.identity_opened").count() == 1
    hidden = await office.claimed("b", mode=ComplaintMode.ANONYMOUS)
    _, body = await pack(officer, hidden, kind="pdf", names="1")
    said = text_of(body)
    assert "王" not in said
    assert "匿名" in said


async def test_a_rant_fills_pages(office: Office, officer: Desktop) -> None:
    case = await office.claimed("a", words="气" * 20_000)
    assert await note_on(case.id, office.officer, "忆" * 4000, office.ward.now) is None
    _, body = await pack(officer, case, kind="pdf")
    said = text_of(body)
    assert (said.count("气"), said.count("忆")) == (20_000, 4000)
    assert len(PdfReader(BytesIO(body)).pages) > 5


async def test_the_zip_holds_paper_history_and_checksums(office: Office, officer: Desktop) -> None:
    case = await office.claimed("a", words="=1+1 多收了我的钱")
    _, body = await pack(officer, case, kind="zip")
    with ZipFile(BytesIO(body)) as packed:
        assert packed.namelist() == [f"{case.number}.pdf", "entries.csv", "SHA256SUMS"]
        history = packed.read("entries.csv")
        rows = list(csv.reader(StringIO(history.decode("utf-8-sig"))))
        assert [row[2] for row in rows] == ["事项", "登记", "受理", "联系患者", "生成材料包"]
        assert not rows[1][4].startswith("=")
        sums = packed.read("SHA256SUMS").decode()
    assert f"{hashlib.sha256(history).hexdigest()}  entries.csv" in sums


async def test_photos_go_in_for_who_may_see_them(
    office: Office, site: StaffSite, officer: Desktop, tmp_path: Path
) -> None:
    case, photo = await a_case_with_a_photo(office, tmp_path)
    doctor = await a_colleague(site.ward, "medical_affairs", "", name="吴医务")
    clinical = await site.desktop(doctor)
    _, body = await pack(clinical, case, kind="zip")
    with ZipFile(BytesIO(body)) as packed:
        assert packed.read("photos/01.jpg") == photo
    _, body = await pack(officer, case, kind="zip")
    with ZipFile(BytesIO(body)) as packed:
        assert "photos/01.jpg" not in packed.namelist()
    await Complaint.filter(id=case.id).update(mode=ComplaintMode.ANONYMOUS)
    _, body = await pack(clinical, case, kind="zip")
    with ZipFile(BytesIO(body)) as packed:
        assert "photos/01.jpg" not in packed.namelist()


async def test_a_pack_of_another_kind_is_refused(office: Office, officer: Desktop) -> None:
    case = await office.case("a")
    answer, _ = await pack(officer, case, kind="exe")
    assert answer.status == 400
    assert await events(case) == ["filed"]


async def a_case_with_a_photo(office: Office, folder: Path) -> tuple[Complaint, bytes]:
    """A complaint whose message came with a picture."""
    ward, photo = office.ward, b"\xff\xd8\xff a picture"
    (folder / "wound.jpg").write_bytes(photo)
    await ward.say("你好")
    talk = await Conversation.get(respondent_id=ward.contact_point.respondent_id)

    async def sent() -> Inbound:
        media = await Media.create(
            conversation=talk,
            path="wound.jpg",
            content_type="image/jpeg",
            size=len(photo),
            sha256=hashlib.sha256(photo).hexdigest(),
            received_at=ward.now,
        )
        return await Inbound.create(
            channel="web",
            external_id="photo-1",
            conversation=talk,
            text="换药后红肿",
            media=media,
            received_at=ward.now,
        )

    message = await unit_of_work(sent)
    case = await office.claimed("p", conversation_id=talk.id, inbound_id=message.id)
    return case, photo


async def test_the_case_page_shows_the_photos_and_each_look_is_on_record(
    site: StaffSite, office: Office, tmp_path: Path
) -> None:
    """What was sent to the complaint desk, to who may know who complains, and nothing else."""
    case, photo = await a_case_with_a_photo(office, tmp_path)
    officer, media = await site.desktop(office.officer), await Media.get()
    shown = await officer.get(f"/staff/complaints/{case.number}")
    assert f"/staff/media/{media.id}" not in shown[1]
    await sent_to_the_complaint_desk(office)
    page = await officer.get(f"/staff/complaints/{case.number}")
    assert f'src="/staff/media/{media.id}"' in page[1]
    async with officer.http.get(f"{site.url}/staff/media/{media.id}") as answer:
        assert (answer.status, await answer.read()) == (200, photo)
    assert await AuditEntry.filter(action="complaint.photo_opened", subject=media.id).count() == 1
    await Complaint.filter(id=case.id).update(mode=ComplaintMode.ANONYMOUS)
    page = await officer.get(f"/staff/complaints/{case.number}")
    assert f"/staff/media/{media.id}" not in page[1]
    assert (await officer.get(f"/staff/media/{media.id}"))[0] == 404
    nurse = await site.desktop(await a_colleague(office.ward, "nurse", "GK"))
    assert (await nurse.get(f"/staff/media/{media.id}"))[0] == 404


async def sent_to_the_complaint_desk(office: Office) -> None:
    """The picture was sent after the filing, not to the nurses."""
    message = await Inbound.get(external_id="photo-1")
    dialog = await Dialog.create(
        conversation_id=message.conversation_id,
        patient_id=office.ward.patient.id,
        kind=DialogKind.COMPLAINT,
        started_at=office.ward.now,
        updated_at=office.ward.now,
    )
    await Inbound.filter(id=message.id).update(dialog_id=dialog.id)


async def test_the_board_says_until_when_a_case_was_put_off(
    site: StaffSite, office: Office
) -> None:
    case = await office.claimed("a")
    now = office.ward.now
    await Complaint.filter(id=case.id).update(snoozed_until=now + timedelta(minutes=30))
    _, shown = await (await site.desktop(office.officer)).get("/staff/complaints")
    assert "提醒推后至 09:30" in shown
