"""An afternoon at the complaint office: cases in every state, of people who are not real."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from dialogs.tagging.tags import Tags
from handlers.casework.claims import claim_complaint
from handlers.casework.facts import ask_for_facts
from handlers.casework.progress import carry_out, negotiate, note_contact
from handlers.casework.telling import Result, tell_result
from models.complaint import Complaint, ComplaintMode
from models.hospital import StaffMember
from tests.bot.staff_site import a_colleague
from tests.handlers.complaining import FEES, LAWSUIT, NURSES, RUDE, a_complaint
from tests.handlers.ward import Ward, a_ward

WORDS = "我要投诉,收费处的人吼我"
FOUND = Result("当时窗口只有一人,语气生硬", "已向患者道歉,加派一人", "valid")


@dataclass(slots=True)
class Office:
    """The ward's patient has complained; an officer has the cases in hand."""

    ward: Ward
    officer: StaffMember

    async def case(
        self, once: str, tags: Tags = RUDE, words: str = WORDS, **values: object
    ) -> Complaint:
        """A complaint of the ward's patient."""
        known = {"patient_id": self.ward.patient.id, "encounter_id": self.ward.encounter.id}
        return await a_complaint(
            self.ward.desk, tags, words, self.ward.now, once, **{**known, **values}
        )

    async def claimed(self, once: str, tags: Tags = RUDE, **values: object) -> Complaint:
        """One the officer has taken and talked about with the patient."""
        case = await self.case(once, tags, **values)  # type: ignore[arg-type]
        now = self.ward.now + timedelta(minutes=5)
        assert (await claim_complaint(case.id, self.officer, now)).taken
        assert await note_contact(case.id, self.officer, "打通了", now) is None
        return case

    async def seen(self, case: Complaint) -> Complaint:
        """A case as it stands in the database."""
        return await Complaint.get(id=case.id)


async def the_office() -> Office:
    """The complaint office on a Monday morning, with nothing to do yet."""
    ward = await a_ward(plan=False, diagnosis_name="冠状动脉粥样硬化性心脏病")
    await ward.until("2026-11-23T09:00")
    officer = await a_colleague(ward, "complaint_office", "", name="周投诉", licensed=False)
    return Office(ward, officer)


async def a_full_board(office: Office) -> list[Complaint]:
    """One case in every column, late ones, and a dispute."""
    cases = [
        await office.case("a"),
        await office.claimed("b", NURSES, words="投诉病房,按铃没人来"),
        await office.claimed("c", FEES, words="多收了我的钱,要求退"),
        await office.claimed("d", RUDE, words="医生爱理不理", mode=ComplaintMode.NAMED),
        await office.claimed("e", FEES, words="报销比例说不清"),
        await office.case("f", LAWSUIT, words="我要去法院告你们"),
    ]
    ward, staff = office.ward, office.officer
    assert await negotiate(cases[2].id, staff, "退还多收的费用", ward.now) is None
    assert await carry_out(cases[3].id, staff, "心内科", date(2026, 11, 30), ward.now) is None
    assert await tell_result(cases[4].id, staff, FOUND, ward.desk, ward.now) is None
    question = "11月21日夜间按铃的情况"
    assert await ask_for_facts(cases[1].id, staff, "XN", question, ward.now) is None
    return cases
