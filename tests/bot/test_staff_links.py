"""The link of a post: through the sign-in to the case, on record, and over after a day."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.staff_links import LASTS, Unopened, board_link, page_of, signed_link
from dialogs.levels import Level
from handlers.alerts import RaisedAlert, raise_alert
from models.alert import Alert
from models.audit import AuditEntry, verify_chain
from models.unit import unit_of_work
from tests.bot.staff_site import StaffSite, a_colleague, a_site
from tests.handlers.ward import Ward, a_ward

HOST = "https://followup.example.cn/"


@pytest.fixture
async def ward(sqlite_database: str) -> Ward:
    """A ward with nothing to do."""
    assert sqlite_database
    return await a_ward(plan=False)


@pytest.fixture
async def site(ward: Ward, tmp_path: Path) -> AsyncIterator[StaffSite]:
    """Its pages."""
    async with a_site(ward, tmp_path) as found:
        yield found


async def an_alert(ward: Ward) -> Alert:
    """A red alert of the ward's patient."""
    stay = ward.encounter
    finding = RaisedAlert(
        Level.L1,
        "RC6",
        "x",
        encounter_id=stay.id,
        patient_id=ward.patient.id,
        department_id=stay.department_id,
    )
    return await unit_of_work(lambda: raise_alert(ward.desk, finding, ward.now))


def path_of(ward: Ward, page: str) -> str:
    """Where the link of a post leads, on this very machine."""
    return urlsplit(signed_link(HOST, f"http://elsewhere{page}", ward.now)).path


async def opened(ward: Ward) -> list[AuditEntry]:
    """The openings on record."""
    assert ward
    assert (await verify_chain()).whole
    return await AuditEntry.filter(action="link.opened").order_by("sequence")


async def test_a_link_leads_through_the_sign_in_to_its_case_and_is_recorded(
    ward: Ward, site: StaffSite
) -> None:
    alert = await an_alert(ward)
    colleague = await a_colleague(ward, "nurse", "XN", password_hash=None)
    path = path_of(ward, f"/staff/alerts/{alert.number}")
    async with site.visitor().http.get(f"{site.url}{path}", allow_redirects=False) as answer:
        assert answer.status == 303
        assert answer.headers["Location"] == f"/staff/login?next={path}"
        assert answer.headers["Cache-Control"] == "no-store"
    assert await opened(ward) == []
    nurse = await site.desktop(colleague)
    async with nurse.http.get(f"{site.url}{path}", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (
            303,
            f"/staff/alerts/{alert.number}",
        )
    (entry,) = await opened(ward)
    assert (entry.actor, entry.subject_type, entry.subject) == (
        colleague.username,
        "alert",
        alert.id,
    )


async def test_the_sign_in_goes_on_to_a_link(ward: Ward, site: StaffSite) -> None:
    path = path_of(ward, "/staff/talks")
    _, shown = await site.visitor().get(f"/staff/login?next={path}")
    assert f'value="{path}"' in shown


@pytest.mark.parametrize("page", ["/staff", "/staff/handover?day=2026-11-22", "/staff/facts"])
async def test_every_page_a_post_leads_to_can_be_signed(
    ward: Ward, site: StaffSite, page: str
) -> None:
    nurse = await site.desktop(await a_colleague(ward))
    sent = nurse.http.get(f"{site.url}{path_of(ward, page)}", allow_redirects=False)
    async with sent as answer:
        assert answer.headers["Location"] == page
    assert [entry.subject_type for entry in await opened(ward)] == ["page"]


async def test_after_a_day_one_is_told_kindly_and_shown_the_way(
    ward: Ward, site: StaffSite
) -> None:
    path = path_of(ward, "/staff/alerts/A20261120-001")
    nurse = await site.desktop(await a_colleague(ward))
    ward.now += LASTS + timedelta(seconds=1)
    status, shown = await nurse.get(path)
    assert status == 410
    assert "链接已过期" in shown
    assert 'href="/staff"' in shown
    assert await opened(ward) == []


async def test_what_nobody_signed_leads_nowhere(ward: Ward, site: StaffSite) -> None:
    nurse = await site.desktop(await a_colleague(ward))
    good = path_of(ward, "/staff/alerts/A20261120-001")
    for path in (
        good[:-1],
        f"{good}x",
        good.replace("/go/W", "/go/V"),
        "/staff/go/A20261120-001",
        f"/staff/go/{'x' * 3000}",
        "/staff/go/%00",
    ):
        status, _ = await nurse.get(path)
        assert status == 404, path
    assert await opened(ward) == []


async def test_a_token_names_a_page_of_ours_alone(ward: Ward) -> None:
    link = signed_link(HOST, "http://old.example/staff/alerts/A1", ward.now)
    assert link.startswith("https://followup.example.cn/staff/go/")
    token = link.rpartition("/")[2]
    assert page_of(token, ward.now) == "/staff/alerts/A1"
    assert page_of(token, ward.now + LASTS) == "/staff/alerts/A1"
    assert page_of(token, ward.now + LASTS + timedelta(seconds=1)) is Unopened.EXPIRED
    assert page_of("", ward.now) is Unopened.FORGED
    assert signed_link(HOST, "https://evil.example/", ward.now) == ""
    assert signed_link(HOST, "", ward.now) == ""
    assert board_link(HOST) == "https://followup.example.cn/staff"
