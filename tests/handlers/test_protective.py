"""The illness is kept from the patient: the authorised family is written to, in other words."""

from datetime import datetime

import pytest

from handlers.appointments.addresses import address_of
from models.care import TaskStatus
from models.conversation import Outgoing, OutgoingPurpose, OutgoingStatus
from models.people import (
    ContactKind,
    ContactPoint,
    ContactStatus,
    Respondent,
    RespondentRole,
    ResponderRole,
    System,
)
from tests.handlers.ward import Ward, a_ward

pytestmark = pytest.mark.usefixtures("database")
FIRST_MORNING = "2026-11-23T11:30"


async def a_daughter(ward: Ward, *, authorised: bool = True) -> ContactPoint:
    """A relative of the patient with a phone of her own."""
    respondent = await Respondent.create(created_at=ward.now)
    await RespondentRole.create(
        respondent=respondent,
        patient=ward.patient,
        role=ResponderRole.RELATIVE,
        relation="女儿",
        authorised=authorised,
    )
    return await ContactPoint.create(
        respondent=respondent,
        system=System.WEB,
        value="daughter",
        kind=ContactKind.LINK,
        status=ContactStatus.OK,
        verified_at=ward.now,
    )


async def test_the_authorised_relative_is_asked_and_the_patient_hears_nothing() -> None:
    ward = await a_ward(protective_disclosure=True)
    hers = await a_daughter(ward)
    await ward.until(FIRST_MORNING)
    (row,) = await Outgoing.all()
    assert row.contact_point_id == hers.id
    assert await ward.shown() == []


async def test_neither_the_illness_nor_the_ward_is_named() -> None:
    ward = await a_ward(protective_disclosure=True, diagnosis_code="E11.9", operation="胃癌根治术")
    ward.contact_point = await a_daughter(ward)
    await ward.until(FIRST_MORNING)
    assert (await ward.task(1)).forms == ["fu-d3"]
    for reply in ("1", "1", "1", "1"):
        await ward.say(reply)
    said = " ".join(await ward.shown())
    assert "联系人" in said
    for word in ("心内科", "糖尿病", "血糖", "伤口", "癌", "诊断是"):
        assert word not in said.replace("4.伤口", "").replace("伤口红肿、流脓或裂开", "")


async def test_without_an_authorised_relative_a_person_calls_and_the_reason_is_f17() -> None:
    ward = await a_ward(protective_disclosure=True)
    await a_daughter(ward, authorised=False)
    await ward.until(FIRST_MORNING)
    task = await ward.task(1)
    assert (task.status, task.phone_reason) == (TaskStatus.PHONE_LIST, "no_relative")
    assert await Outgoing.all().count() == 0


async def test_visits_are_told_to_the_relative_too() -> None:
    ward = await a_ward(protective_disclosure=True)
    assert await address_of(ward.desk, ward.patient, ward.now, must_arrive=True) is None
    hers = await a_daughter(ward)
    found = await address_of(ward.desk, ward.patient, ward.now)
    assert found is not None
    assert found.id == hers.id


async def test_what_was_queued_before_the_doctor_decided_so_is_not_sent() -> None:
    ward = await a_ward()
    await a_daughter(ward)
    await ward.until("2026-11-23T08:00")
    await ward.until(FIRST_MORNING)
    await Outgoing.all().update(status=OutgoingStatus.QUEUED, rank=1)
    ward.patient.protective_disclosure = True
    await ward.patient.save()
    await ward.outbox.drain(ward.now)
    row = await Outgoing.get()
    assert (row.purpose, row.status) == (OutgoingPurpose.INITIATED, OutgoingStatus.SUPPRESSED)
    assert row.reason == "family only"


async def test_the_patient_who_writes_is_answered() -> None:
    ward = await a_ward(protective_disclosure=True)
    ward.now = datetime.fromisoformat("2026-11-23T12:00+08:00")
    await ward.say("我胸口很痛,喘不上气")
    assert any("120" in line for line in await ward.shown())
