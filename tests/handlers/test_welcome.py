"""A slip is opened: a word of welcome, and the round that had waited for a phone."""

from datetime import timedelta

import pytest

from handlers.binding import bind
from handlers.slips import issue
from handlers.welcome import welcome
from models.care import BedsideSlip, TaskStatus
from models.people import ContactPoint
from models.seal import keyring
from tests.handlers.ward import Ward, a_ward

pytestmark = pytest.mark.usefixtures("database")


async def opened(ward: Ward) -> None:
    """Scan the slip and give the right year."""
    (slip,) = await issue([ward.encounter.id], ward.now, "http://h", keyring())
    await bind(slip.link.rsplit("/", 1)[1], "1970", ward.now)
    row = await BedsideSlip.get(encounter_id=ward.encounter.id)
    assert row.contact_point_id is not None
    ward.contact_point = await ContactPoint.get(id=row.contact_point_id)
    await welcome(ward.desk, row.contact_point_id, ward.now)
    await welcome(ward.desk, row.contact_point_id, ward.now)
    await ward.tick()


async def test_who_went_home_as_advised_is_congratulated_once_and_told_the_days() -> None:
    ward = await a_ward(bound=False)
    await opened(ward)
    (greeting,) = await ward.shown()
    assert greeting.startswith("< 祝贺您出院!")
    assert "第3、8、25天" in greeting


async def test_nobody_else_is_congratulated() -> None:
    ward = await a_ward(bound=False, disposition="9")
    await opened(ward)
    assert (await ward.shown())[0].startswith("< 您已离院")


async def test_a_patient_to_be_spared_is_not_congratulated() -> None:
    ward = await a_ward(bound=False, protective_disclosure=True)
    await opened(ward)
    assert all("祝贺" not in line for line in await ward.shown())


async def test_a_round_that_waited_for_a_phone_begins_when_the_slip_is_opened() -> None:
    ward = await a_ward(bound=False)
    (slip,) = await issue([ward.encounter.id], ward.now, "http://h", keyring())
    assert slip.check_code
    await ward.until("2026-11-23T11:30")
    assert (await ward.task(1)).phone_reason == "unopened_slip"
    ward.now += timedelta(hours=4)
    await opened(ward)
    assert (await ward.task(1)).status is TaskStatus.CONTACTING
    assert any("随访助手" in line for line in await ward.shown())
