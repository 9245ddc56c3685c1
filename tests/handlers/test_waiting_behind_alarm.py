"""Behind a red flag nothing begins; what waited begins when the alarm is over."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from models.alert import Alert, AlertStatus
from models.care import Encounter
from models.hospital import Department
from models.people import Consent, Patient, RespondentRole, ResponderRole
from tests.handlers.texting import Texting, a_phone
from tests.handlers.ward import Ward, make_plan

pytestmark = pytest.mark.usefixtures("sqlite_database")
OPENING = "您好,示例医院回访{}出院后的情况。现在方便回答几个问题吗?1开始 2晚点 3不用"
BOTH = {OPENING.format("王先生/女士"), OPENING.format("李先生/女士")}
YEARS = {OPENING.format("王先生/女士"): "1970", OPENING.format("李先生/女士"): "1972"}


async def a_couple() -> tuple[Texting, Ward]:
    """Husband and wife, discharged on one day, with one mobile number."""
    phone = await a_phone()
    ward = phone.ward
    known: dict[str, Any] = {"created_at": ward.now, "updated_at": ward.now}
    wife = await Patient.create(name="李小红", birth_date=date(1972, 3, 3), **known)
    stay = await Encounter.create(
        patient=wife,
        department=await Department.get(code="XN"),
        disposition="1",
        discharged_on=ward.encounter.discharged_on,
        inpatient_no="Z000002",
        **known,
    )
    await _agrees_too(wife)
    await RespondentRole.create(
        respondent_id=phone.point.respondent_id, patient=wife, role=ResponderRole.SELF
    )
    hers = Ward(ward.desk, wife, stay, phone.point, ward.now)
    hers.plan = await make_plan(hers)
    return phone, hers


async def _agrees_too(wife: Patient) -> None:
    for consent in await Consent.all():
        hers = consent.clone(pk=uuid4())
        hers.patient_id = wife.id
        await hers.save()


async def in_danger() -> tuple[Texting, list[str]]:
    """The first questionnaire has met a red flag; what the phone showed then."""
    phone, _ = await a_couple()
    await phone.until("2026-11-23T11:30")
    for words in ("1", "2", YEARS[phone.texts[0]], "1"):
        await phone.say(words)
    return phone, await phone.answers("我老伴胸口疼得厉害")


async def test_no_questionnaire_opens_below_the_words_that_tell_somebody_to_call_120() -> None:
    _, shown = await in_danger()
    assert len(shown) == 1
    assert "打120" in shown[0]


async def test_as_long_as_the_alarm_stands_the_other_questionnaire_waits() -> None:
    phone, _ = await in_danger()
    before = len(phone.texts)
    await phone.say("好的")
    await phone.until("2026-11-23T12:35")
    await phone.until("2026-11-23T15:35")
    assert not BOTH & set(phone.texts[before:])


async def test_it_begins_when_the_alarm_is_over_and_is_not_lost() -> None:
    phone, _ = await in_danger()
    before = len(phone.texts)
    await Alert.all().update(status=AlertStatus.CLOSED, closed_at=phone.ward.now)
    await phone.until("2026-11-23T12:00")
    assert not BOTH & set(phone.texts[before:])
    await phone.until("2026-11-23T12:35")
    await phone.until("2026-11-23T15:35")
    await phone.until("2026-11-24T11:30")
    assert BOTH - {phone.texts[0]} <= set(phone.texts[before:])


async def test_after_thanks_for_one_the_other_is_asked_about_later_and_by_name() -> None:
    phone, _ = await a_couple()
    await phone.until("2026-11-23T11:30")
    assert phone.texts[0] in BOTH
    await phone.say("3")
    before = len(phone.texts)
    await phone.say("5")
    assert not BOTH & set(phone.texts[before:])
    await phone.until("2026-11-23T12:40")
    await phone.until("2026-11-23T15:35")
    assert set(phone.texts[before:]) & BOTH == BOTH - {phone.texts[0]}
