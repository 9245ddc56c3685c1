"""A busy morning on the board: alerts of every level in several wards, calls to make."""

from __future__ import annotations

from datetime import date, timedelta

from dialogs.levels import Level
from handlers.alerts import RaisedAlert, add_patient_words, raise_alert
from handlers.escalation import escalate_due
from handlers.tasks import PhoneReason, to_phone_list
from models.alert import Alert
from models.care import Encounter, FollowUpPlan, FollowUpTask
from models.conversation import Conversation
from models.hospital import Department, StaffMember
from models.people import (
    ContactKind,
    ContactPoint,
    ContactStatus,
    Patient,
    Respondent,
    RespondentRole,
    ResponderRole,
    System,
)
from models.unit import unit_of_work
from tests.handlers.ward import Ward, a_ward

_OTHERS = (
    (Level.L2, "FU-D3.med", "GK", "骨科", 55),
    (Level.L3, "WOUND.look", "GK", "骨科", 130),
    (Level.Q, "human:asked", "ER", "儿科", 34),
    (Level.DISP, "RC10", "XN", "心内科", 3),
)


async def a_morning() -> Ward:
    """A patient who answered and then wrote of chest pain, and what else is going on."""
    ward = await a_ward(
        diagnosis_name="冠状动脉粥样硬化性心脏病",
        operation="经皮冠状动脉支架植入术",
        attending="陈医生",
        nurse="李护士",
    )
    await ward.until("2026-11-23T11:00")
    for words in ("1", "1", "1"):
        await ward.say(words)
    await ward.say("早上起来胸口像压了块石头,出汗")
    ward.now += timedelta(minutes=11)
    conversation = await Conversation.get(respondent_id=ward.contact_point.respondent_id)
    await unit_of_work(
        lambda: add_patient_words("一个人在家,走不动", ward.now, conversation_id=conversation.id)
    )
    for level, rule, code, name, minutes in _OTHERS:
        await _raise(ward, level, rule, code, name, minutes)
    await escalate_due(ward.desk, ward.now)
    await _calls(ward)
    return ward


async def newest_red(ward: Ward) -> Alert:
    """The patient's red alert."""
    return await Alert.filter(patient_id=ward.patient.id, level="L1").first() or await Alert.get(
        patient_id=ward.patient.id
    )


async def _raise(ward: Ward, level: Level, rule: str, code: str, name: str, minutes: int) -> None:
    department, _ = await Department.get_or_create(code=code, defaults={"name": name})
    finding = RaisedAlert(level, rule, f"scene:{rule}", department_id=department.id)
    at = ward.now - timedelta(minutes=minutes)
    await unit_of_work(lambda: raise_alert(ward.desk, finding, at))


async def _calls(ward: Ward) -> None:
    reasons = (PhoneReason.NO_ANSWER, PhoneReason.DANGER, PhoneReason.ELDERLY_ROUND)
    for number, reason in enumerate(reasons, 1):
        task = await a_call(ward, f"测试{'甲乙丙'[number - 1]}", f"1390000000{number}")
        await to_phone_list(task, reason, ward.now)


async def a_call(ward: Ward, name: str, phone: str) -> FollowUpTask:
    """A round of another patient of the ward, with a number to call."""
    now = ward.now
    patient = await Patient.create(
        name=name, sex="female", birth_date=date(1958, 3, 2), created_at=now, updated_at=now
    )
    respondent = await Respondent.create(created_at=now)
    await RespondentRole.create(respondent=respondent, patient=patient, role=ResponderRole.SELF)
    await ContactPoint.create(
        respondent=respondent,
        system=System.PHONE,
        value=phone,
        kind=ContactKind.MOBILE,
        status=ContactStatus.OK,
    )
    stay = await Encounter.create(
        patient=patient,
        department_id=ward.encounter.department_id,
        inpatient_no=f"Z9{phone[-6:]}",
        admitted_on=date(2026, 11, 9),
        discharged_on=date(2026, 11, 20),
        diagnosis_name="慢性心力衰竭",
        attending="陈医生",
        nurse="李护士",
        created_at=now,
        updated_at=now,
    )
    plan = await FollowUpPlan.create(encounter=stay, template="three_rounds", created_at=now)
    return await FollowUpTask.create(
        plan=plan,
        encounter=stay,
        round=1,
        forms=["fu-d3"],
        owner_role="nurse",
        due_at=now,
        deadline_at=now + timedelta(hours=5),
    )


async def everybody(ward: Ward) -> StaffMember:
    """The head of the department, who sees every ward."""
    return await StaffMember.create(
        username="demo",
        name="周主任",
        role="director",
        licensed=True,
        departments=[],
        created_at=ward.now,
    )
