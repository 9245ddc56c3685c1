"""The morning's posts: hand-over at half past seven, digest at eight, once, also after a pause."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from dialogs.levels import Level
from handlers.claims import Closing, claim, close_alert
from handlers.escalation import escalate_due
from handlers.reminders.days import open_day
from handlers.room.feed import feed
from handlers.room.handover import handover
from handlers.room.posts import words_of
from models.complaint import Complaint, ComplaintState, FiledBy
from models.hospital import StaffRole
from models.room import GroupPost, PostKind
from scheduler.due import run_due
from tests.handlers.test_alerts import DESK, a_department, a_nurse, an_alert

pytestmark = pytest.mark.usefixtures("database")


def at(text: str) -> datetime:
    """An instant by the clocks of Shanghai."""
    return datetime.fromisoformat(f"{text}+08:00")


async def morning(moment: str) -> None:
    """The program runs at this moment, as the ticker does."""
    await open_day(at(moment))
    await run_due(DESK, at(moment))


async def told(kind: PostKind, moment: str) -> list[str]:
    """The posts of a kind, as they are read."""
    rows = await GroupPost.filter(kind=kind).order_by("at", "occurrence")
    return [words_of(row, at(moment)).line for row in rows]


async def a_complaint(number: str, due: str, **values: Any) -> Complaint:
    """A complaint in the hand of its office."""
    known: dict[str, Any] = {
        "occurrence": number,
        "filed_by": FiledBy.EXPLICIT,
        "owner_role": StaffRole.COMPLAINT_OFFICE,
        "received_at": at("2026-11-20T09:00"),
        "contact_due_at": at(due),
        "result_due_at": at("2026-11-24T00:00"),
        "legal_due_at": at("2026-11-28T00:00"),
        **values,
    }
    return await Complaint.create(number=number, **known)


async def test_eight_o_clock_counts_the_yellow_ones_of_each_ward() -> None:
    bones = await a_department("GK", "骨科")
    for number in range(3):
        await an_alert(at("2026-11-22T21:00"), Level.L3, f"x{number}")
    await an_alert(at("2026-11-22T21:00"), Level.L3, "g", department_id=bones.id)
    await morning("2026-11-23T07:59")
    assert await told(PostKind.DIGEST, "2026-11-23T08:00") == []
    await morning("2026-11-23T08:00")
    lines = await told(PostKind.DIGEST, "2026-11-23T08:00")
    assert len(lines) == 2
    assert any("心内科 今日关注 3 例,17:00前处理" in line for line in lines)
    assert any("骨科 今日关注 1 例" in line for line in lines)


async def test_eight_o_clock_names_what_is_late_and_what_falls_due_by_five() -> None:
    late = await an_alert(at("2026-11-20T15:00"), Level.Q, "late")
    today = await an_alert(at("2026-11-22T21:00"), Level.Q, "today")
    await an_alert(at("2026-11-23T07:50"), Level.L3, "yellow")
    await morning("2026-11-23T08:00")
    (line,) = [one for one in await told(PostKind.DIGEST, "2026-11-23T08:00") if "⏰" in one]
    assert "已超时 1 例,今天17:00前到期 1 例" in line
    assert line.index(late.number) < line.index(today.number)


async def test_complaints_that_are_late_go_to_their_office_and_not_to_the_ward() -> None:
    await a_complaint("TS-20261120-001", "2026-11-20T15:00")
    await a_complaint("TS-20261120-002", "2026-11-23T15:00")
    await a_complaint("TS-20261120-003", "2026-11-24T09:00")
    await a_complaint("TS-20261120-004", "2026-11-20T09:00", state=ComplaintState.CLOSED)
    await a_complaint("TS-20261120-005", "2026-11-20T09:00", contacted_at=at("2026-11-20T10:00"))
    await morning("2026-11-23T08:00")
    (row,) = await GroupPost.filter(kind=PostKind.DIGEST)
    assert (row.roles, row.department_id) == (["complaint_office"], None)
    assert row.values["numbers"] == "TS-20261120-001 TS-20261120-002"
    office = await a_nurse(at("2026-11-20T09:00"), "o", role=StaffRole.COMPLAINT_OFFICE)
    nurse = await a_nurse(at("2026-11-20T09:00"))
    assert len(await feed(office, at("2026-11-23T09:00"))) == 1
    assert await feed(nurse, at("2026-11-23T09:00")) == []


async def test_half_past_seven_hands_the_night_over_with_its_outcomes() -> None:
    nurse = await a_nurse(at("2026-11-22T19:00"))
    await an_alert(at("2026-11-22T19:59"), Level.L1, "before")
    first = await an_alert(at("2026-11-22T20:00"), Level.L1, "first")
    second = await an_alert(at("2026-11-23T03:00"), Level.L2, "second")
    await an_alert(at("2026-11-23T07:29"), Level.Q, "third")
    await an_alert(at("2026-11-23T07:30"), Level.Q, "after")
    await claim(second.id, nurse, None, DESK, at("2026-11-23T07:00"))
    await close_alert(first.id, nurse, Closing("confirmed", "called"), at("2026-11-22T20:20"))
    await morning("2026-11-23T07:30")
    (line,) = await told(PostKind.HANDOVER, "2026-11-23T07:30")
    assert "心内科 夜间预警 3 例(红色 紧急1、橙色 当日1、咨询1)" in line
    assert "已结案 1,处理中 1,无人认领 1" in line
    page = await handover(nurse, at("2026-11-23T07:30").date())
    assert [row.level for row in page.night] == ["L1", "L2", "Q"]
    assert [row.status for row in page.night] == ["closed", "claimed", "open"]
    assert len(page.earlier) == 1


async def test_a_night_without_alerts_is_no_post() -> None:
    await morning("2026-11-23T07:30")
    assert await GroupPost.all().count() == 0


async def test_after_a_pause_the_morning_is_posted_once_and_never_for_a_day_that_is_over() -> None:
    await an_alert(at("2026-11-22T21:00"), Level.L3, "x")
    await morning("2026-11-23T11:40")
    await morning("2026-11-23T11:41")
    assert len(await told(PostKind.DIGEST, "2026-11-23T11:41")) == 1
    assert len(await told(PostKind.HANDOVER, "2026-11-23T11:41")) == 1
    await morning("2026-11-26T06:00")
    assert len(await told(PostKind.DIGEST, "2026-11-26T06:00")) == 1
    await morning("2026-11-26T08:00")
    assert len(await told(PostKind.DIGEST, "2026-11-26T08:00")) > 1


async def test_a_festival_holds_no_digest_back() -> None:
    await an_alert(at("2026-02-16T21:00"), Level.L3, "x")
    await morning("2026-02-17T08:00")
    assert len(await told(PostKind.DIGEST, "2026-02-17T08:00")) == 1


async def test_each_sees_the_posts_of_the_own_ward_and_role(now: datetime) -> None:
    bones = await a_department("GK", "骨科")
    await an_alert(now)
    await an_alert(now, Level.DISP, "g", department_id=bones.id)
    await escalate_due(DESK, now + timedelta(minutes=10))
    heart = await a_nurse(now)
    other = await a_nurse(now, "gk", departments=["GK"])
    guide = await a_nurse(now, "guide", role=StaffRole.GUIDE_DESK, departments=[])
    chief = await a_nurse(now, "chief", role=StaffRole.MEDICAL_AFFAIRS, departments=[])
    later = now + timedelta(minutes=10)
    seen = {one.username: len(await feed(one, later)) for one in (heart, other, guide, chief)}
    assert seen == {"nurse": 2, "gk": 1, "guide": 0, "chief": 3}
    assert await feed(chief, later + timedelta(days=4)) == []


async def test_the_feed_offers_what_can_still_be_taken(now: datetime) -> None:
    alert, nurse = await an_alert(now), await a_nurse(now)
    (line,) = await feed(nurse, now)
    assert (line.open_number, line.link) == (alert.number, f"/staff/alerts/{alert.number}")
    await claim(alert.id, nurse, None, DESK, now)
    assert {one.open_number for one in await feed(nurse, now)} == {""}


async def test_a_grave_complaint_taken_back_stands_in_the_digest_with_its_result() -> None:
    values = {"grade": "A", "patient_answer": "withdrawn", "result_due_at": at("2026-11-23T00:00")}
    await a_complaint("TS-20261120-001", "2026-11-20T15:00", **values)
    values["result_due_at"] = at("2026-11-24T00:00")
    await a_complaint("TS-20261120-002", "2026-11-20T15:00", **values)
    await morning("2026-11-23T08:00")
    (row,) = await GroupPost.filter(kind=PostKind.DIGEST)
    assert row.values["numbers"] == "TS-20261120-001"


async def test_calls_of_the_complaint_office_are_not_listed_to_the_ward() -> None:
    call = await an_alert(at("2026-11-20T15:00"), Level.T, "call")
    question = await an_alert(at("2026-11-20T15:00"), Level.Q, "question")
    await morning("2026-11-23T08:00")
    told = {
        tuple(row.roles): row.values["numbers"]
        for row in await GroupPost.filter(kind=PostKind.DIGEST)
    }
    assert told == {("complaint_office",): call.number, (): question.number}
