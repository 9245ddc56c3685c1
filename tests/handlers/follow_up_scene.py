"""The hand-computed month of `test_follow_up_figures`, laid in a database: November 2026."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from itertools import count
from typing import Any

from dialogs.timing.spans import moment
from models.alert import Alert, AlertLevel
from models.care import Encounter, FollowUpPlan, FollowUpTask, TaskStatus
from models.complaint import Complaint, FiledBy
from models.conversation import Conversation
from models.hospital import Department, FollowUpPolicy, StaffRole
from models.people import (
    HospitalPhone,
    HospitalPhoneRole,
    HospitalPhoneStatus,
    Patient,
    Respondent,
)
from models.ward_week import Verification, Verified

NOVEMBER_DAY = date(2026, 11, 3)
NEW_YEAR = moment(date(2027, 1, 1), time(8, 30))
DECEMBER = moment(date(2026, 12, 1), time(8, 30))
_numbers = count(1)


@dataclass(slots=True)
class House:
    """Three departments and their stays by the names of the table."""

    wards: dict[str, Department]
    stays: dict[str, Encounter] = field(default_factory=dict)

    async def stay(self, name: str, day: date = NOVEMBER_DAY, **values: Any) -> Encounter:
        """A patient who went home; the first letter names the ward."""
        at = moment(day, time(10))
        number = next(_numbers)
        patient = await Patient.create(name=f"测试{number}", created_at=at, updated_at=at)
        phone = values.pop("phone", HospitalPhoneStatus.OK)
        ward = self.wards[name[0]]
        stay = await Encounter.create(
            patient=patient,
            inpatient_no=f"V{number:07}",
            department=ward,
            ward=ward.name,
            nurse="王护士",
            discharged_on=day,
            created_at=at,
            updated_at=at,
            **values,
        )
        await HospitalPhone.create(
            encounter=stay,
            role=HospitalPhoneRole.SELF,
            number=f"139{number:08}" if phone is HospitalPhoneStatus.OK else "",
            status=phone,
        )
        self.stays[name] = stay
        return stay

    async def round(self, name: str, number: int = 1, **values: Any) -> FollowUpTask:
        """A round of a stay; it is due on the sixth, and until the eighth."""
        stay = self.stays[name]
        plan, _ = await FollowUpPlan.get_or_create(
            encounter=stay, defaults={"template": "three_rounds", "created_at": stay.created_at}
        )
        day = values.pop("deadline", stay.discharged_on + timedelta(days=5 * number))
        return await FollowUpTask.create(
            plan=plan,
            encounter=stay,
            round=number,
            due_at=moment(day - timedelta(days=2), time(9)),
            deadline_at=moment(day + timedelta(days=1), time()),
            **values,
        )

    async def done(self, name: str, number: int = 1, **values: Any) -> FollowUpTask:
        """A round that has its answers, two days before its deadline unless `late`."""
        stay = self.stays[name]
        days = 5 * number + (3 if values.pop("late", False) else -2)
        at = moment(stay.discharged_on + timedelta(days=days), time(10))
        return await self.round(
            name,
            number,
            status=TaskStatus.COMPLETED,
            attempted_at=at,
            reached_at=at,
            closed_at=at,
            **values,
        )

    async def ended(self, name: str, reason: str, *, tried: bool = False) -> FollowUpTask:
        """A round that was closed without answers."""
        at = moment(NOVEMBER_DAY + timedelta(days=4), time(10))
        return await self.round(
            name,
            status=TaskStatus.CLOSED,
            reason=reason,
            closed_at=at,
            attempted_at=at if tried else None,
        )


async def a_house() -> House:
    """A hospital of three departments, one of them selective."""
    return House(
        {
            "a": await Department.create(code="A", name="心内科"),
            "b": await Department.create(code="B", name="骨科"),
            "c": await Department.create(
                code="C", name="精神科", follow_up_policy=FollowUpPolicy.SELECTIVE
            ),
        }
    )


async def lay_november(house: House) -> None:
    """The twenty stays and seventeen rounds of the table."""
    missing, malformed = HospitalPhoneStatus.MISSING, HospitalPhoneStatus.MALFORMED
    for name in ("a1", "a2", "a3", "a4", "b1", "b2", "b3", "b4", "b7", "c3", "c4", "c5"):
        await house.stay(name)
    await house.stay("a5", phone=missing)
    await house.stay("a6", phone=malformed)
    await house.stay("a7", phone=missing, exclusion="F41", disposition="5")
    await house.stay("a8", date(2026, 11, 28))
    await house.stay("b5", exclusion="F41")
    await house.stay("b6")
    for name in ("c1", "c2"):
        await house.stay(name, exclusion="F44")
    await _lay_rounds(house)


async def _lay_rounds(house: House) -> None:
    for name in ("a1", "a2", "b1", "c3"):
        await house.done(name)
    await house.done("a1", 2)
    await house.done("a2", 2, late=True)
    await house.done("a3", reason="F15")
    await house.done("b2", late=True, festival=True)
    await house.done("b3", festival=True)
    await house.round("a6", status=TaskStatus.PHONE_LIST)
    await house.round("a8")
    tried = {"a4": "F14", "a5": "F21", "b5": "F41"}
    untried = {"b4": "F31", "b6": "F42", "b7": "", "c4": "F51"}
    for name, reason in (tried | untried).items():
        await house.ended(name, reason, tried=name in tried)


async def lay_signals(house: House) -> None:
    """Two red alerts, one of them a drill, an orange one, a complaint out of a talk, a sample."""
    at = moment(date(2026, 11, 9), time(10))
    for number, level in enumerate((AlertLevel.L1, AlertLevel.L1, AlertLevel.L2, AlertLevel.L3)):
        await Alert.create(
            number=f"Y-{number}",
            level=level,
            rule="RC1",
            department=house.wards["b"],
            raised_at=at,
            due_at=at,
            drill=number == 1,
        )
    respondent = await Respondent.create(created_at=at)
    talk = await Conversation.create(respondent=respondent)
    for number, conversation in enumerate((talk, None)):
        await Complaint.create(
            number=f"TS-{number}",
            occurrence=f"TS-{number}",
            filed_by=FiledBy.AGREED,
            owner_role=StaffRole.COMPLAINT_OFFICE,
            conversation=conversation,
            department=house.wards["b"],
            received_at=at,
            contact_due_at=at,
            result_due_at=at,
            legal_due_at=at,
        )
    for name, answer in (("a1", Verified.YES), ("a2", Verified.NO), ("b1", Verified.UNSURE)):
        task = await FollowUpTask.get(encounter=house.stays[name], round=1)
        await Verification.create(
            task=task, month=NOVEMBER_DAY.replace(day=1), drawn_at=at, answer=answer
        )
