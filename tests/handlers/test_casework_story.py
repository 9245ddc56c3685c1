"""A complaint from its first words in the chat to a bad rating, both sides in turn."""

from datetime import date, datetime

from handlers.casework.claims import claim_complaint
from handlers.casework.closing import close_complaint
from handlers.casework.telling import Result, tell_interim, tell_result
from models.complaint import Complaint, ComplaintState
from tests.handlers.complaining import an_officer, events
from tests.handlers.ward import a_ward


async def test_a_complaint_is_heard_answered_closed_and_opened_again(database: str) -> None:
    assert database
    ward = await a_ward(plan=False)
    ward.now = datetime.fromisoformat("2026-11-23T09:00+08:00")
    await ward.say("我要投诉,收费处的人吼我")
    await ward.say("还乱收费")
    case, staff = await Complaint.get(), await an_officer()
    assert (await claim_complaint(case.id, staff, ward.now)).taken
    until = date(2026, 11, 30)
    told = await tell_interim(case.id, staff, until, "等财务核对", ward.desk, ward.now)
    assert told is None
    await ward.outbox.drain(ward.now)
    result = Result("确有口角", "已道歉并培训", "valid")
    assert await tell_result(case.id, staff, result, ward.desk, ward.now) is None
    await ward.outbox.drain(ward.now)
    await ward.say("1")
    assert (await Complaint.get()).patient_answer == "accept"
    ended = await close_complaint(case.id, staff, "accepted", "conduct", ward.desk, ward.now)
    assert ended is None
    await ward.until("2026-11-24T09:30")
    await ward.say("1")
    case = await Complaint.get()
    assert (case.state, case.satisfaction) == (ComplaintState.INVESTIGATING, 1)
    assert case.contact_due_at == datetime.fromisoformat("2026-11-24T16:00:01+08:00")
    assert [event for event in await events(case) if event != "tagged"] == [
        "filed",
        "patient_added",
        "claimed",
        "interim_told",
        "answered",
        "accepted",
        "closed",
        "rated",
        "reopened",
    ]
    shown = "\n".join(await ward.shown())
    assert "核实情况:确有口角" in shown
    assert "最晚11月30日答复您" in shown
    assert staff.name not in shown
