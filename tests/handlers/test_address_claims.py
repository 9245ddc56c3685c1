"""An account nobody has proven: what binds it, what alarms, what it is never told."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from handlers.accounts import SILENCE, Account, proven
from handlers.address_claims import hear_claim, hear_unproven, open_by_link
from handlers.address_codes import Named, read_named
from handlers.contents import content_of
from handlers.inbound import InboundMessage, receive
from handlers.slips import issue
from models.alert import Alert, AlertEntry, AlertEvent
from models.audit import AuditEntry
from models.care import Encounter
from models.channel import AddressClaim
from models.conversation import DeliveryClass, Outgoing, OutgoingPurpose
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
from models.room import GroupPost
from models.seal import keyring
from tests.handlers.ward import Ward, a_ward

pytestmark = pytest.mark.usefixtures("sqlite_database")

OPENID = "oUnproven-of-the-tests_00001"
PHONE = "13900000021"
NOT_HERE = frozenset({"wechat"})


@dataclass(slots=True)
class Stranger:
    """Somebody with a WeChat account, before a ward."""

    ward: Ward
    openid: str = OPENID

    async def writes(self, text: str) -> str:
        """Write; a second passes."""
        self.ward.now += timedelta(seconds=1)
        return await hear_unproven(self.ward.desk, System.WECHAT, self.openid, text, self.ward.now)

    async def scans(self, token: str) -> str:
        """Scan a paper."""
        return await open_by_link(self.ward.desk, System.WECHAT, self.openid, token, self.ward.now)

    async def point(self) -> ContactPoint | None:
        """The proven address, if there is one."""
        return await proven(Account(System.WECHAT, self.openid), self.ward.now)


async def a_stranger(*, sms: bool = True, openid: str = OPENID) -> Stranger:
    """Somebody before a ward whose patient was born in 1970 and has a phone on file."""
    ward = await a_ward(bound=False)
    ward.desk.channels = frozenset({"wechat", "sms"}) if sms else NOT_HERE
    await a_phone(ward.contact_point.respondent_id, PHONE)
    return Stranger(ward, openid)


async def a_phone(respondent_id: UUID, number: str) -> ContactPoint:
    """A number on file of somebody who answers."""
    return await ContactPoint.create(
        respondent_id=respondent_id,
        system=System.PHONE,
        kind=ContactKind.MOBILE,
        value=number,
        status=ContactStatus.OK,
    )


async def a_token(ward: Ward, encounter_id: UUID | None = None) -> str:
    """The token of a fresh bedside slip."""
    (slip,) = await issue([encounter_id or ward.encounter.id], ward.now, "http://h", keyring())
    return slip.link.rpartition("/")[2]


async def the_code() -> str:
    """The code that waits to go out by SMS."""
    row = await Outgoing.filter(occurrence__startswith="bind-code:").order_by("-created_at").first()
    assert row is not None
    return content_of(row).values["code"]


async def test_a_scan_and_the_right_year_bind_the_account_and_greet() -> None:
    who = await a_stranger()
    assert "出生年份" in await who.scans(await a_token(who.ward))
    assert "绑定好了" in await who.writes("1970年")
    point = await who.point()
    assert point is not None
    assert (point.kind, point.status, point.verified_at) == ("openid", "ok", who.ward.now)
    assert point.respondent_id == who.ward.contact_point.respondent_id
    greeting = await Outgoing.get(occurrence__startswith="welcome:")
    assert (greeting.contact_point_id, greeting.channel) == (point.id, "wechat")
    assert not await AddressClaim.exclude(link_hash="").exists()
    assert await AuditEntry.filter(action="slip.bound").count() == 1


async def test_the_next_round_is_asked_in_the_bound_account() -> None:
    who = await a_stranger(sms=False)
    await who.scans(await a_token(who.ward))
    await who.writes("1970")
    await who.ward.until("2026-11-23T11:30")
    point = await who.point()
    assert point is not None
    opening = await Outgoing.get(purpose=OutgoingPurpose.INITIATED)
    assert (opening.contact_point_id, opening.channel) == (point.id, "wechat")


async def test_five_wrong_years_lock_the_paper_and_what_is_no_year_costs_nothing() -> None:
    who = await a_stranger()
    await who.scans(await a_token(who.ward))
    assert "4个数字" in await who.writes("您好")
    said = [await who.writes("1971") for _ in range(4)]
    assert ["还可以试4次" in said[0], "还可以试1次" in said[3]] == [True, True]
    assert "不能绑定" in await who.writes("1971")
    await who.writes("1970")
    assert await who.point() is None


async def test_forged_and_expired_papers_are_told_apart_by_nobody() -> None:
    who = await a_stranger()
    forged = await who.scans("A" * 22)
    late = await a_token(who.ward)
    who.ward.now += timedelta(days=61)
    assert forged == await who.scans(late)
    assert "失效" in forged


async def test_a_code_to_the_phone_on_file_binds_the_account() -> None:
    who = await a_stranger()
    assert "验证码已发到" in await who.writes(f"我的手机{PHONE},1970年生的")
    row = await Outgoing.get(occurrence__startswith="bind-code:")
    assert (row.channel, row.delivery_class) == ("sms", DeliveryClass.A)
    assert "绑定好了" in await who.writes(f"验证码 {await the_code()}")
    point = await who.point()
    assert point is not None
    assert point.respondent_id == who.ward.contact_point.respondent_id
    assert await AuditEntry.filter(action="account.bound", subject=point.id).count() == 1


async def test_an_unknown_number_and_a_wrong_year_get_the_same_answers_as_right_ones() -> None:
    who = await a_stranger()
    right = await who.writes(f"{PHONE} 1970")
    others = [
        await Stranger(who.ward, f"{OPENID}{place}").writes(text)
        for place, text in enumerate((f"{PHONE} 1971", "13900000029 1970"))
    ]
    assert others == [right, right]
    wrong = await who.writes("000000" if await the_code() != "000000" else "111111")
    unknown = await Stranger(who.ward, f"{OPENID}1").writes("000000")
    assert wrong == unknown
    assert await Outgoing.filter(occurrence__startswith="bind-code:").count() == 1


async def test_a_code_is_good_once_for_five_tries_and_a_quarter_of_an_hour() -> None:
    who = await a_stranger()
    await who.writes(f"{PHONE} 1970")
    code = await the_code()
    other = "000000" if code != "000000" else "111111"
    assert {await who.writes(other) for _ in range(5)} == {
        who.ward.desk.catalog.messages["M-BIND-CODE-AGAIN"].text
    }
    assert "不能绑定" in await who.writes(code)
    late = Stranger(who.ward, f"{OPENID}2")
    await late.writes(f"{PHONE} 1970")
    code = await the_code()
    who.ward.now += timedelta(minutes=15)
    assert "已过期" in await late.writes(code)
    assert await late.point() is None


async def test_nobody_gets_more_than_three_codes_a_day() -> None:
    who = await a_stranger()
    said = {
        await Stranger(who.ward, f"{OPENID}{place}").writes(f"{PHONE} 1970") for place in range(5)
    }
    assert len(said) == 1
    assert await Outgoing.filter(occurrence__startswith="bind-code:").count() == 3


async def test_a_code_that_was_never_sent_is_good_for_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Five accounts name one phone, three codes go out: the others cannot be guessed either."""
    monkeypatch.setattr(secrets, "randbelow", lambda _: 123456)
    who = await a_stranger()
    accounts = [Stranger(who.ward, f"{OPENID}{place}") for place in range(5)]
    for account in accounts:
        await account.writes(f"{PHONE} 1970")
    again = who.ward.desk.catalog.messages["M-BIND-CODE-AGAIN"].text
    assert [await account.writes("123456") for account in accounts[3:]] == [again, again]
    assert "绑定好了" in await accounts[2].writes("123456")


async def test_the_code_is_kept_nowhere_in_clear() -> None:
    who = await a_stranger()
    await who.writes(f"{PHONE} 1970")
    claim = await AddressClaim.get()
    assert await the_code() not in claim.code_hash
    assert len(claim.code_hash) == 32


async def test_without_sms_nobody_is_told_of_codes() -> None:
    who = await a_stranger(sms=False)
    assert "手机号" not in await who.writes("在吗")
    assert await who.writes(f"{PHONE} 1970") == ""
    assert await Outgoing.all().count() == 0


async def test_chatter_is_answered_once_a_day() -> None:
    who = await a_stranger()
    assert "请先绑定" in await who.writes("你好")
    assert [await who.writes(text) for text in ("在吗", "", "?")] == ["", "", ""]
    who.ward.now += timedelta(days=1)
    assert "请先绑定" in await who.writes("你好")


@pytest.mark.parametrize(
    ("text", "level", "said"),
    [
        ("胸口疼得厉害,喘不上气", "L1", "请马上打120"),
        ("我不想活了", "L1", "12356"),
        ("发烧39度两天了", "L2", "姓名和您的手机号"),
    ],
)
async def test_danger_from_a_stranger_alarms_and_is_answered_at_once(
    text: str, level: str, said: str
) -> None:
    who = await a_stranger()
    answer = await who.writes(text)
    assert said in answer
    assert "姓名和您的手机号" in answer
    alert = await Alert.get()
    assert (alert.level, alert.words, alert.patient_id) == (level, text, None)
    assert await GroupPost.filter(alert_id=alert.id).exists()


async def test_a_stranger_s_telephone_number_stands_beside_the_alert_and_an_account_does_not() -> (
    None
):
    who = await a_stranger()
    await who.writes("胸口疼得厉害,喘不上气")
    assert not await AlertEntry.filter(event=AlertEvent.NOTED).exists()
    ward = who.ward
    said = await hear_unproven(ward.desk, System.PHONE, PHONE, "喘不上气,胸口疼", ward.now)
    assert said.splitlines()[-1] == "打完120,请回复患者的姓名,值班的同事好打这个号码联系您"
    (entry,) = await AlertEntry.filter(event=AlertEvent.NOTED)
    assert entry.detail.endswith(PHONE)
    posts = [str(post.values) for post in await GroupPost.all()]
    assert not any(PHONE in values for values in posts)


async def test_what_a_stranger_adds_stands_beside_the_alert() -> None:
    who = await a_stranger()
    await who.writes("胸口疼得厉害,喘不上气")
    assert "已交给值班" in await who.writes("王小明,电话在住院单上")
    again = await who.writes("胸口疼得受不了")
    assert "请马上打120" in again
    assert await Alert.all().count() == 1
    entries = await AlertEntry.filter(event=AlertEvent.PATIENT_WROTE).order_by("at")
    assert [entry.detail for entry in entries] == ["王小明,电话在住院单上", "胸口疼得受不了"]


async def test_a_graver_danger_is_an_alert_of_its_own() -> None:
    who = await a_stranger()
    await who.writes("发烧39度两天了")
    await who.writes("现在胸口疼得厉害,喘不上气")
    assert sorted([alert.level for alert in await Alert.all()]) == ["L1", "L2"]


async def test_danger_goes_before_the_year_that_was_asked_for() -> None:
    who = await a_stranger()
    await who.scans(await a_token(who.ward))
    assert "请马上打120" in await who.writes("胸口疼得厉害,喘不上气")
    assert "绑定好了" in await who.writes("1970")


async def test_who_wants_no_messages_gets_none_but_may_alarm_and_bind_later() -> None:
    who = await a_stranger()
    assert "不再给您发消息" in await who.writes("退订")
    who.ward.now += timedelta(days=2)
    assert [await who.writes(text) for text in ("退订", "你好")] == ["", ""]
    assert await who.point() is None
    assert "请马上打120" in await who.writes("胸口疼得厉害,喘不上气")
    await who.scans(await a_token(who.ward))
    assert "绑定好了" in await who.writes("1970")
    point = await who.point()
    assert point is not None
    assert (point.opted_out_at, point.respondent_id) == (
        None,
        who.ward.contact_point.respondent_id,
    )


async def test_a_childs_paper_binds_the_guardian() -> None:
    ward = await a_ward(bound=False, birth_date=date(2019, 5, 1))
    guardian = await Respondent.create(created_at=ward.now)
    await RespondentRole.create(
        respondent=guardian, patient=ward.patient, role=ResponderRole.GUARDIAN
    )
    who = Stranger(ward)
    await who.scans(await a_token(ward))
    await who.writes("2019")
    point = await who.point()
    assert point is not None
    assert point.respondent_id == guardian.id


async def test_one_account_answers_for_a_second_patient_after_that_ones_year() -> None:
    who = await a_stranger()
    await who.scans(await a_token(who.ward))
    await who.writes("1970")
    father = await Patient.create(
        name="测试父", birth_date=date(1940, 1, 2), created_at=who.ward.now, updated_at=who.ward.now
    )
    stay = await Encounter.create(
        patient=father,
        inpatient_no="Z000002",
        discharged_on=date(2026, 11, 20),
        created_at=who.ward.now,
        updated_at=who.ward.now,
    )
    assert "出生年份" in await who.scans(await a_token(who.ward, stay.id))

    async def says(text: str) -> str | None:
        return await hear_claim(who.ward.desk, System.WECHAT, OPENID, text, who.ward.now)

    assert await says("伤口还有点疼") is None
    assert "绑定好了" in str(await says("1940"))
    point = await who.point()
    assert point is not None
    assert point.respondent_id == who.ward.contact_point.respondent_id
    role = await RespondentRole.get(respondent_id=point.respondent_id, patient=father)
    assert (role.role, role.active) == (ResponderRole.SELF, True)


async def test_a_further_paper_of_the_same_patient_needs_no_year() -> None:
    who = await a_stranger()
    token = await a_token(who.ward)
    await who.scans(token)
    await who.writes("1970")
    assert "绑定好了" in await who.scans(token)
    assert not await AddressClaim.exclude(link_hash="").exists()


async def test_after_half_a_year_of_silence_an_account_is_proven_anew() -> None:
    who = await a_stranger()
    token = await a_token(who.ward)
    await who.scans(token)
    await who.writes("1970")
    point = await who.point()
    assert point is not None
    who.ward.now += timedelta(days=100)
    message = InboundMessage("wechat", point.id, uuid4().hex, text="谢谢")
    await receive(who.ward.desk, message, who.ward.now)
    who.ward.now += SILENCE
    assert await who.point() is not None
    who.ward.now += timedelta(days=1)
    assert await who.point() is None


async def test_not_me_ends_the_binding() -> None:
    who = await a_stranger()
    await who.scans(await a_token(who.ward))
    await who.writes("1970")
    await ContactPoint.filter(system=System.WECHAT).update(
        wrong_at=who.ward.now, status=ContactStatus.WRONG_NUMBER
    )
    assert await who.point() is None
    who.ward.now += timedelta(days=1)
    assert "请先绑定" in await who.writes("你好")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("13900000021 1970", Named("13900000021", 1970)),
        ("1970年 139 0000 0021", Named("13900000021", 1970)),
        ("手机+86-139-0000-0021,一九七零年", Named("13900000021", 1970)),
        ("139000000211970", None),
        ("13900000021", Named("13900000021", None)),
        ("1970", None),
    ],
)
def test_number_and_year_are_read_as_people_write_them(text: str, named: Named | None) -> None:
    assert read_named(text) == named


@pytest.mark.parametrize("bad", ["", "\x00", "\ud800", "1" * 50_000, "<xml>", "%s" * 100])
async def test_odd_words_change_nothing(bad: str) -> None:
    who = await a_stranger()
    await who.scans(await a_token(who.ward))
    await who.writes(bad)
    assert await who.point() is None
    assert await Alert.all().count() == 0


async def test_no_answer_names_patient_or_ward() -> None:
    who = await a_stranger()
    token = await a_token(who.ward)
    acts: list[Callable[[], Awaitable[str]]] = [
        lambda: who.writes("你好"),
        lambda: who.scans(token),
        lambda: who.writes("1971"),
        lambda: who.writes(f"{PHONE} 1970"),
        lambda: who.writes("胸口疼得厉害"),
        lambda: who.writes("退订"),
    ]
    said = [await act() for act in acts]
    assert not [text for text in said if "王小明" in text or "心内科" in text]
