"""The staff group's page: its feed by ward and role, orders without scripts, the hand-over."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from dialogs.levels import Level
from handlers.alerts import RaisedAlert, raise_alert
from handlers.claims import claim
from handlers.emergency import note_unreached
from models.alert import Alert, AlertEntry, AlertStatus
from models.audit import AuditEntry
from models.hospital import Department
from models.people import ContactKind, ContactPoint, RespondentRole, ResponderRole, System
from models.people import Respondent as Person
from models.room import RoomCommand
from models.unit import unit_of_work
from scheduler.due import run_due
from tests.bot.staff_site import Desktop, StaffSite, a_colleague, a_site
from tests.handlers.ward import Ward, a_ward

WORDS = "胸口像压了块石头"
_ONCE = re.compile(r'name="once" value="([^"]+)"')


@pytest.fixture
async def ward(sqlite_database: str) -> Ward:
    """A ward whose patient wrote of danger."""
    assert sqlite_database
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    for words in ("1", "1", "1", WORDS):
        await ward.say(words)
    return ward


@pytest.fixture
async def site(ward: Ward, tmp_path: Path) -> AsyncIterator[StaffSite]:
    """The pages of that ward."""
    async with a_site(ward, tmp_path) as found:
        yield found


@pytest.fixture
async def nurse(site: StaffSite) -> Desktop:
    """A licensed nurse of the ward, signed in."""
    return await site.desktop(await a_colleague(site.ward, "nurse", "XN"))


async def order(desktop: Desktop, text: str) -> str:
    """Write an order on the page; what it answers."""
    _, shown = await desktop.get("/staff/group")
    once = _ONCE.search(shown)
    assert once
    status, shown = await desktop.post("/staff/group/order", text=text, once=once[1])
    assert status == 200
    return shown


async def test_the_feed_shows_the_own_ward_s_posts_and_nothing_of_the_patient(
    site: StaffSite, nurse: Desktop
) -> None:
    alert = await Alert.get(level="L1")
    _, shown = await nurse.get("/staff/group")
    assert f"🔴红色 {alert.number} 心内科" in shown
    assert f'href="/staff/alerts/{alert.number}"' in shown
    assert "现在没有排班" in shown
    for secret in (WORDS, site.ward.patient.name, site.ward.encounter.inpatient_no):
        assert secret not in shown
    other = await site.desktop(await a_colleague(site.ward, "nurse", "GK"))
    for path in ("/staff/group", "/staff/group/feed"):
        assert alert.number not in (await other.get(path))[1]


async def test_a_stranger_sees_no_feed_and_orders_nothing(site: StaffSite) -> None:
    stranger = site.visitor()
    assert (await stranger.get("/staff/group"))[0] == 303
    assert (await stranger.post("/staff/group/order", text="认领 001"))[0] == 401
    assert await RoomCommand.all().count() == 0


async def test_an_order_is_done_and_answered_without_scripts(
    site: StaffSite, nurse: Desktop
) -> None:
    alert = await Alert.get(level="L1")
    shown = await order(nurse, "认领 001 10")
    assert "已由您认领" in shown
    found = await Alert.get(id=alert.id)
    assert nurse.staff is not None
    assert found.claimed_by_id == nurse.staff.id
    assert "李护士已看到您的情况" in (await site.ward.shown())[-1]
    assert "✅" in (await nurse.get("/staff/group/feed"))[1]


async def test_a_page_sent_again_orders_nothing_again(nurse: Desktop) -> None:
    for expected in ("已由您认领", "已经办过"):
        _, shown = await nurse.post("/staff/group/order", text="认领 001", once="same")
        assert expected in shown
    assert await RoomCommand.all().count() == 1


async def test_an_order_needs_our_own_form(nurse: Desktop) -> None:
    assert (await nurse.send("/staff/group/order", {"text": "认领 001"}))[0] == 403
    fields = {"text": "认领 001", "csrf": nurse.csrf}
    headers = {"Origin": "https://evil.example"}
    assert (await nurse.send("/staff/group/order", fields, headers))[0] == 403
    assert (await Alert.get(level="L1")).status == AlertStatus.OPEN


async def test_markup_in_an_order_is_text(nurse: Desktop) -> None:
    shown = await order(nurse, "转 001 <script>alert(1)</script>")
    assert "<script>alert" not in shown
    shown = await order(nurse, "<img src=x onerror=alert(1)>")
    assert "没看懂" in shown
    assert "<img src=x" not in shown


async def test_a_button_of_the_feed_takes_the_alert(nurse: Desktop) -> None:
    alert = await Alert.get(level="L1")
    _, shown = await nurse.get("/staff/group/feed")
    assert f'value="认领 {alert.number}"' in shown
    await order(nurse, f"认领 {alert.number}")
    assert f'value="认领 {alert.number}"' not in (await nurse.get("/staff/group/feed"))[1]


async def test_a_new_post_changes_what_open_pages_are_told(site: StaffSite, nurse: Desktop) -> None:
    _, before = await nurse.get("/staff/pulse")
    finding = RaisedAlert(Level.Q, "message", "q", department_id=site.ward.encounter.department_id)
    await unit_of_work(lambda: raise_alert(site.ward.desk, finding, site.ward.now))
    _, after = await nurse.get("/staff/pulse")
    assert re.search(r'"version": "\w+"', before) != re.search(r'"version": "\w+"', after)
    assert before.split(",")[0] != after.split(",")[0]


async def test_the_hand_over_shows_the_night_with_outcomes_and_no_patient(
    site: StaffSite, nurse: Desktop
) -> None:
    alert = await Alert.get(level="L1")
    night = site.ward.now - timedelta(hours=6)
    await Alert.filter(id=alert.id).update(
        raised_at=night, status=AlertStatus.CLOSED, outcome="emergency", closed_at=site.ward.now
    )
    status, shown = await nurse.get("/staff/handover?day=2026-11-23")
    assert status == 200
    assert alert.number in shown
    assert "去急诊或打120" in shown
    assert site.ward.patient.name not in shown
    assert alert.number not in (await nurse.get("/staff/handover?day=2026-11-20"))[1]
    assert (await nurse.get("/staff/handover?day=nonsense"))[0] == 200
    other = await site.desktop(await a_colleague(site.ward, "nurse", "GK"))
    assert alert.number not in (await other.get("/staff/handover?day=2026-11-23"))[1]


async def a_daughter(ward: Ward) -> None:
    """Somebody to call when the patient is not to be had, beside the patient's own number."""
    for role, phone in (
        (ResponderRole.SELF, "13900000011"),
        (ResponderRole.RELATIVE, "13900000012"),
    ):
        person = await Person.create(created_at=ward.now)
        await RespondentRole.create(respondent=person, patient=ward.patient, role=role)
        await ContactPoint.create(
            respondent=person, system=System.PHONE, value=phone, kind=ContactKind.MOBILE
        )


async def test_the_contact_s_number_comes_first_once_the_patient_was_not_reached(
    site: StaffSite, nurse: Desktop
) -> None:
    await a_daughter(site.ward)
    alert = await Alert.get(level="L1")
    _, shown = await nurse.get(f"/staff/alerts/{alert.number}")
    assert shown.index("13900000011") < shown.index("13900000012")
    assert await AuditEntry.filter(action="contact.opened").count() == 0
    assert nurse.staff is not None
    await claim(alert.id, nurse.staff, None, site.ward.desk, site.ward.now)
    await nurse.post(f"/staff/alerts/{alert.number}/unreached")
    _, shown = await nurse.get(f"/staff/alerts/{alert.number}")
    assert shown.index("13900000012") < shown.index("13900000011")
    assert "请先打家属或紧急联系人" in shown
    assert await AuditEntry.filter(action="contact.opened").count() == 1
    assert "13900000012" not in (await nurse.get("/staff/group"))[1]


async def test_ten_minutes_without_a_call_put_the_contact_first(
    site: StaffSite, nurse: Desktop
) -> None:
    await a_daughter(site.ward)
    alert = await Alert.get(level="L1")
    site.ward.now += timedelta(minutes=11)
    await run_due(site.ward.desk, site.ward.now)
    _, shown = await nurse.get(f"/staff/alerts/{alert.number}")
    assert shown.index("13900000012") < shown.index("13900000011")
    assert "☎️" in (await nurse.get("/staff/group"))[1]


async def test_a_card_sends_an_alert_on_and_puts_it_off(site: StaffSite, nurse: Desktop) -> None:
    bones = await Department.create(code="GK", name="骨科")
    alert = await Alert.get(level="L1")
    path = f"/staff/alerts/{alert.number}"
    assert (await nurse.post(f"{path}/snooze", minutes="30"))[1] == path
    assert (await nurse.post(f"{path}/snooze", minutes="4000"))[1].endswith("said=too_long")
    assert (await nurse.post(f"{path}/move", department="nowhere"))[1].endswith(
        "said=no_such_department"
    )
    assert (await nurse.post(f"{path}/move", department="GK")) == (303, "/staff")
    found = await Alert.get(id=alert.id)
    assert (found.department_id, found.status) == (bones.id, AlertStatus.OPEN)
    events = {entry.event for entry in await AlertEntry.filter(alert_id=alert.id)}
    assert {"snoozed", "moved"} <= events
    surgeon = await site.desktop(await a_colleague(site.ward, "nurse", "GK"))
    _, shown = await surgeon.get(path)
    assert WORDS in shown
    assert "转到 骨科" in shown


async def test_note_unreached_is_for_who_has_the_alert(site: StaffSite, nurse: Desktop) -> None:
    alert = await Alert.get(level="L1")
    assert nurse.staff is not None
    refusal = await note_unreached(alert.id, nurse.staff, site.ward.desk, site.ward.now)
    assert refusal == "claim_first"
