"""The same account several times at once, on both databases: one binding, one alarm, one hint."""

import asyncio

import pytest

from handlers.address_claims import hear_unproven, open_by_link
from handlers.address_codes import read_code
from handlers.contents import content_of
from handlers.slips import issue
from models.alert import Alert
from models.channel import AddressClaim
from models.conversation import Outgoing
from models.people import (
    ContactKind,
    ContactPoint,
    ContactStatus,
    RespondentRole,
    System,
)
from models.seal import keyring
from tests.handlers.ward import Ward, a_ward

pytestmark = pytest.mark.usefixtures("database")
OPENID = "oSeveral-at-once-000000000001"
PHONE = "13900000022"
COPIES = 6


async def at_once(ward: Ward, text: str) -> list[str]:
    """Write the same several times at once; what was answered, in order of the words."""
    answers = await asyncio.gather(
        *(hear_unproven(ward.desk, System.WECHAT, OPENID, text, ward.now) for _ in range(COPIES))
    )
    return sorted(answers, reverse=True)


async def test_a_year_sent_several_times_binds_once() -> None:
    ward = await a_ward(bound=False)
    (slip,) = await issue([ward.encounter.id], ward.now, "http://h", keyring())
    token = slip.link.rpartition("/")[2]
    await open_by_link(ward.desk, System.WECHAT, OPENID, token, ward.now)
    answers = await at_once(ward, "1970")
    assert sum("绑定好了" in answer for answer in answers) == 1
    assert await ContactPoint.filter(system=System.WECHAT).count() == 1
    assert await RespondentRole.filter(patient=ward.patient).count() == 1
    assert await Outgoing.filter(occurrence__startswith="welcome:").count() == 1


async def test_a_code_asked_for_and_given_several_times_binds_once() -> None:
    ward = await a_ward(bound=False)
    ward.desk.channels = frozenset({"sms", "wechat"})
    await ContactPoint.create(
        respondent_id=ward.contact_point.respondent_id,
        system=System.PHONE,
        kind=ContactKind.MOBILE,
        value=PHONE,
        status=ContactStatus.OK,
    )
    ward.now = ward.now.replace(microsecond=0)
    await hear_unproven(ward.desk, System.WECHAT, OPENID, f"{PHONE} 1970", ward.now)
    row = await Outgoing.get(occurrence__startswith="bind-code:")
    code = read_code(content_of(row).values["code"])
    answers = await at_once(ward, code)
    assert sum("绑定好了" in answer for answer in answers) == 1
    assert await ContactPoint.filter(system=System.WECHAT).count() == 1


async def test_danger_written_several_times_is_one_alarm_and_answered_each_time() -> None:
    ward = await a_ward(bound=False)
    answers = await at_once(ward, "胸口疼得厉害,喘不上气")
    assert all("请马上打120" in answer for answer in answers)
    assert await Alert.all().count() == 1


async def test_a_greeting_several_times_is_answered_once() -> None:
    ward = await a_ward(bound=False)
    first, *rest = await at_once(ward, "你好")
    assert "请先" in first
    assert set(rest) == {""}
    assert await AddressClaim.all().count() == 1
