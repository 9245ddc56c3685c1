"""The first card can be answered with: no more messages; by SMS its numbers stay (R236)."""

from datetime import date

import pytest

from dialogs.actions import Ask
from handlers.contents import content_of
from models.conversation import Outgoing
from models.people import ContactPoint, RespondentRole, ResponderRole, System
from tests.handlers.ward import a_ward

pytestmark = pytest.mark.usefixtures("sqlite_database")


async def test_the_first_card_has_a_button_that_ends_all_messages() -> None:
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    assert (await ward.screen())[-1].endswith("[1.开始 2.晚点 3.不用 4.不再打扰]")
    await ward.press("stop", 1)
    assert (await ContactPoint.get(id=ward.contact_point.id)).opted_out_at is not None
    assert (await ward.task(1)).reason == "F16"


async def test_by_sms_the_first_card_keeps_the_numbers_it_was_filed_with() -> None:
    ward = await a_ward(birth_date=date(2018, 5, 1))
    mother = RespondentRole.filter(respondent_id=ward.contact_point.respondent_id)
    await mother.update(role=ResponderRole.GUARDIAN, authorised=True)
    point = await ContactPoint.get(id=ward.contact_point.id)
    point.system, point.value, point.verified_at = System.PHONE, "13900000001", None
    await point.save()
    ward.desk.channels = frozenset({"web", "sms"})
    await ward.until("2026-11-23T11:30")
    (row,) = await Outgoing.all()
    body = content_of(row).body
    assert isinstance(body, Ask)
    assert (body.message, body.options) == ("M-OPEN-R", ("start", "later", "no", "wrong"))
