"""A complaint while a person leads the talk: always heard, and not shown to whom it is about."""

import pytest

from handlers.human_talk_board import open_talk_card
from models.alert import AlertEntry, AlertEvent
from models.complaint import (
    Complaint,
    ComplaintEntry,
    ComplaintEvent,
    ComplaintMode,
    ComplaintState,
)
from models.hospital import StaffMember, StaffRole
from tests.handlers.talking import a_nurse, answers, asked_for_a_person, the_talk
from tests.handlers.ward import Ward

_SECRET = "我想匿名投诉护士长打人,别让科室知道是我"


async def _seen_by(ward: Ward, staff: StaffMember) -> str:
    talk = await the_talk()
    card = await open_talk_card(talk.id, staff, ward.now, on_record=True)
    assert card is not None
    return "\n".join(line.text for line in card.lines)


async def test_the_ward_does_not_read_a_complaint_in_the_talk(database: str) -> None:
    """Neither what was complained of nor its number; the rest of the talk is there."""
    ward = await asked_for_a_person()
    await ward.say("我想问问出院带的药怎么领")
    await ward.say(_SECRET)
    await ward.say("护士长姓李,打我妈")
    head = await a_nurse(ward, "周主任", role=StaffRole.DIRECTOR)
    seen = await _seen_by(ward, head)
    assert "药怎么领" in seen
    for kept_back in ("匿名", "TS-", "姓李"):
        assert kept_back not in seen


async def test_who_works_on_a_named_case_reads_it_in_the_talk(database: str) -> None:
    """Medical affairs does; of an unnamed one nobody does, since the talk shows whose it is."""
    ward = await asked_for_a_person()
    await ward.say("我要投诉,收费处乱收钱")
    office = await a_nurse(ward, "医务科甲", role=StaffRole.MEDICAL_AFFAIRS, departments=[])
    assert "TS-" in await _seen_by(ward, office)
    await Complaint.all().update(mode=ComplaintMode.ANONYMOUS)
    assert "TS-" not in await _seen_by(ward, office)


async def test_more_of_a_complaint_goes_to_the_case_and_not_to_the_ward(database: str) -> None:
    """Said right after its number, it is more of it, whoever leads the talk."""
    ward = await asked_for_a_person()
    await ward.say(_SECRET)
    assert await answers(ward, "护士长姓李,打我妈") == []
    added = await ComplaintEntry.get(event=ComplaintEvent.PATIENT_ADDED)
    assert added.detail == "护士长姓李,打我妈"
    noted = await AlertEntry.filter(event=AlertEvent.PATIENT_WROTE)
    assert not any("姓李" in entry.detail for entry in noted)


@pytest.mark.parametrize("words", ["{number}", "到哪一步了", "补充:那天是11月18号晚上8点"])
async def test_what_the_number_offers_is_heard_in_a_talk(database: str, words: str) -> None:
    """Asked about or added to, the case gets it, and the ward's alert does not."""
    ward = await asked_for_a_person()
    await ward.say("我要投诉,收费处乱收钱")
    case = await Complaint.get()
    told = await answers(ward, words.format(number=case.number))
    added = await ComplaintEntry.filter(event=ComplaintEvent.PATIENT_ADDED).exists()
    assert added or any(case.number in line for line in told)
    assert not await AlertEntry.filter(event=AlertEvent.PATIENT_WROTE).exists()


async def test_a_complaint_is_made_unnamed_in_a_talk(database: str) -> None:
    ward = await asked_for_a_person()
    await ward.say("我要投诉,收费处乱收钱")
    await answers(ward, "匿名")
    assert (await Complaint.get()).mode is ComplaintMode.ANONYMOUS
    assert not await AlertEntry.filter(event=AlertEvent.PATIENT_WROTE).exists()


@pytest.mark.parametrize("words", ["不投诉了", "撤销{number}"])
async def test_a_complaint_is_taken_back_in_a_talk(database: str, words: str) -> None:
    """Read back first, as ever."""
    ward = await asked_for_a_person()
    await ward.say("我要投诉,收费处乱收钱")
    told = await answers(ward, words.format(number=(await Complaint.get()).number))
    assert "撤回" in told[0]
    await answers(ward, "1")
    assert (await Complaint.get()).state is ComplaintState.CLOSED
