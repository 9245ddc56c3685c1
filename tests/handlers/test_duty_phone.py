"""The duty phone: when it rings, where, once a step, and never for what somebody has taken."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from aiohttp import web

from bot.channel import (
    Capabilities,
    Fact,
    Invalid,
    Letter,
    NotConnected,
    OutcomeUnknown,
    SendError,
    Throttled,
)
from bot.duty_phone import DutyPhone
from bot.duty_settings import DutySettings
from dialogs.levels import Level
from handlers.claims import claim, hand_back
from handlers.drills import raise_drill
from handlers.duty_calls import LEASE, claim_calls
from handlers.receipts import note_receipt
from models.alert import AlertEntry, AlertEvent
from models.channel import CallKind, DutyCall, GroupDelivery, Receipt
from models.conversation import OutgoingStatus
from models.hospital import Department
from models.room import GroupPost
from tests.handlers.test_alerts import DESK, a_department, a_nurse, an_alert

HOUSE = "13900000090"
WARD = "13900000091"


@dataclass(slots=True)
class ShortMessages:
    """A provider of SMS that remembers what it took; `faults` are raised first."""

    name: str = "sms"
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(limit=500))
    sent: list[Letter] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)

    async def send(self, letter: Letter) -> str:
        """Take a message."""
        if self.faults:
            raise self.faults.pop(0)
        self.sent.append(letter)
        return f"sms-{len(self.sent)}"

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Nobody calls."""
        return ()

    async def start(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to close."""

    async def probe(self) -> Sequence[Fact]:
        """There is no provider."""
        return ()

    async def announce(self, conversation_id: UUID | None) -> None:
        """Nobody watches."""


@dataclass(slots=True)
class VoiceNotices:
    """A provider of calls that remembers them."""

    rung: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)

    async def call(self, number: str, template: str, values: Mapping[str, str], /) -> str:
        """Ring."""
        if self.faults:
            raise self.faults.pop(0)
        self.rung.append((number, template, values))
        return f"call-{len(self.rung)}"


@dataclass(slots=True)
class Phone:
    """A duty phone with both its providers."""

    sms: ShortMessages
    voice: VoiceNotices
    phone: DutyPhone

    async def minutes(self, now: datetime, first: int, last: int) -> None:
        """Let time pass."""
        for minute in range(first, last + 1):
            await self.phone.drain(now + timedelta(minutes=minute))

    @property
    def numbers(self) -> list[str]:
        """Where an SMS went."""
        return [letter.address for letter in self.sms.sent]


def a_phone(house: str = HOUSE, template: str = "TTS_1", **known: Any) -> Phone:
    """A duty phone of the house with SMS and voice, unless told otherwise."""
    sms, voice = ShortMessages(), VoiceNotices()
    settings = DutySettings(_env_file=None, phone=house, voice_template=template)
    return Phone(sms, voice, DutyPhone(DESK, settings, **{"sms": sms, "voice": voice, **known}))


async def notes(alert_id: UUID) -> list[str]:
    """What the alert's history says of the duty phone."""
    rows = AlertEntry.filter(alert_id=alert_id, event=AlertEvent.NOTED)
    return [row.detail for row in await rows.order_by("at")]


async def a_ward_s_phone(tel: str) -> Department:
    """The cardiology ward with a number answered day and night."""
    ward = await a_department()
    ward.tel = tel
    await ward.save()
    return ward


async def test_nobody_takes_a_red_alert_so_after_five_minutes_an_sms_and_after_ten_a_call(
    database: str, now: datetime
) -> None:
    assert database
    phone, alert = a_phone(), await an_alert(now)
    await phone.minutes(now, 0, 4)
    assert phone.sms.sent == []
    await phone.minutes(now, 5, 9)
    (letter,) = phone.sms.sent
    assert letter.bubble.text == f"随访预警{alert.number},级别红色 紧急,科室心内科,请登录处理"
    assert letter.shape == "S-DUTY"
    assert letter.urgent
    assert phone.voice.rung == []
    await phone.minutes(now, 10, 40)
    values = {"number": alert.number, "level": "红色 紧急", "ward": "心内科"}
    assert phone.voice.rung == [(HOUSE, "TTS_1", values)]
    assert len(phone.sms.sent) == 1
    assert await notes(alert.id) == ["短信已发到值班电话", "已语音呼叫值班电话"]


async def test_the_sms_has_no_link_no_name_and_no_word_of_the_patient(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    phone = a_phone()
    await an_alert(now, words="胸口闷,打13900000077")
    await phone.minutes(now, 5, 5)
    (letter,) = phone.sms.sent
    shown = f"{letter.bubble.line} {letter.values}"
    assert not any(word in shown for word in ("胸口", "http", "1390000", "/staff"))


async def test_what_somebody_has_taken_rings_nowhere_and_given_back_it_rings(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    phone, alert, nurse = a_phone(), await an_alert(now), await a_nurse(now)
    await claim(alert.id, nurse, None, DESK, now + timedelta(minutes=1))
    await phone.minutes(now, 1, 14)
    assert phone.sms.sent == []
    await hand_back(alert.id, nurse, now + timedelta(minutes=15))
    await phone.minutes(now, 15, 15)
    assert len(phone.sms.sent) == len(phone.voice.rung) == 1


async def test_taken_between_planning_and_ringing_the_call_is_off(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    phone, alert = a_phone(), await an_alert(now)
    phone.sms.faults.append(NotConnected())
    await phone.minutes(now, 5, 5)
    await claim(alert.id, await a_nurse(now), None, DESK, now + timedelta(minutes=5))
    await phone.minutes(now, 6, 30)
    assert phone.sms.sent == []
    assert (await DutyCall.get()).status is OutgoingStatus.SUPPRESSED


@pytest.mark.parametrize("level", [Level.L2, Level.Q, Level.DISP, Level.L3])
async def test_only_red_alerts_ring(sqlite_database: str, now: datetime, level: Level) -> None:
    assert sqlite_database
    phone = a_phone()
    await an_alert(now, level)
    await phone.minutes(now, 5, 40)
    assert phone.sms.sent == []


async def test_a_test_alarm_never_rings(sqlite_database: str, now: datetime) -> None:
    assert sqlite_database
    phone = a_phone()
    await raise_drill(DESK, await a_nurse(now), now)
    await phone.minutes(now, 5, 40)
    assert await DutyCall.all().count() == 0


@pytest.mark.parametrize(
    ("tel", "sms", "voice"),
    [
        (WARD, WARD, WARD),
        ("0731-85210000", HOUSE, "073185210000"),
        ("", HOUSE, HOUSE),
    ],
)
async def test_the_ward_s_own_number_comes_first_but_a_landline_gets_no_sms(
    sqlite_database: str, now: datetime, tel: str, sms: str, voice: str
) -> None:
    assert sqlite_database
    await a_ward_s_phone(tel)
    phone = a_phone()
    await an_alert(now)
    await phone.minutes(now, 5, 12)
    assert phone.numbers == [sms]
    assert [number for number, _, _ in phone.voice.rung] == [voice]


async def test_without_any_number_nothing_is_planned(sqlite_database: str, now: datetime) -> None:
    assert sqlite_database
    phone = a_phone(house="")
    await an_alert(now)
    await phone.minutes(now, 5, 12)
    assert await DutyCall.all().count() == 0


async def test_without_sms_the_call_comes_at_five_minutes(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    phone = a_phone(sms=None)
    await an_alert(now)
    await phone.minutes(now, 5, 5)
    assert len(phone.voice.rung) == 1


async def test_without_a_filed_notice_there_is_no_call(sqlite_database: str, now: datetime) -> None:
    assert sqlite_database
    phone = a_phone(template="")
    await an_alert(now)
    await phone.minutes(now, 5, 40)
    assert (len(phone.sms.sent), phone.voice.rung) == (1, [])


async def test_a_provider_that_is_not_reached_is_tried_until_it_is(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    phone, alert = a_phone(template=""), await an_alert(now)
    phone.sms.faults += [NotConnected(), Throttled(after=timedelta(hours=3)), NotConnected()]
    await phone.minutes(now, 5, 15)
    assert len(phone.sms.sent) == 1
    assert (await DutyCall.get()).attempt == 4
    assert await notes(alert.id) == ["短信已发到值班电话"]


async def test_after_two_hours_of_trying_it_is_written_down_that_nobody_was_reached(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    phone, alert = a_phone(template=""), await an_alert(now)
    phone.sms.faults += [NotConnected() for _ in range(500)]
    await phone.minutes(now, 5, 140)
    assert (await DutyCall.get()).status is OutgoingStatus.EXPIRED
    assert await notes(alert.id) == ["没能通知到值班电话"]


async def test_a_number_that_cannot_be_had_leads_to_the_house_s_then_to_a_call_at_once(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    await a_ward_s_phone(WARD)
    phone = a_phone()
    await an_alert(now)
    phone.sms.faults += [Invalid("no such number"), Invalid("not filed")]
    await phone.minutes(now, 5, 7)
    assert phone.numbers == []
    assert [number for number, _, _ in phone.voice.rung] == [WARD]
    assert await DutyCall.filter(status=OutgoingStatus.FAILED).count() == 2
    await phone.minutes(now, 8, 40)
    assert len(phone.voice.rung) == 1


@pytest.mark.parametrize("fault", [OutcomeUnknown(), RuntimeError("an adapter's mistake")])
async def test_what_may_have_arrived_is_sent_once_more_and_no_oftener(
    sqlite_database: str, now: datetime, fault: Exception
) -> None:
    assert sqlite_database
    phone = a_phone(template="")
    await an_alert(now)
    phone.sms.faults += [fault, OutcomeUnknown(), SendError()]
    await phone.minutes(now, 5, 30)
    row = await DutyCall.get()
    assert (row.attempt, row.status) == (2, OutgoingStatus.UNKNOWN)
    assert len(phone.sms.faults) == 1


async def test_a_call_of_a_process_that_died_is_made_by_another(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    phone = a_phone()
    await an_alert(now)
    phone.sms.faults.append(NotConnected())
    five = now + timedelta(minutes=5)
    await phone.phone.drain(five)
    assert len(await claim_calls(DESK, five + timedelta(seconds=20))) == 1
    await phone.phone.drain(five + timedelta(seconds=25))
    assert phone.sms.sent == []
    assert (await DutyCall.get()).status is OutgoingStatus.SENDING
    await phone.phone.drain(five + timedelta(seconds=20) + LEASE + timedelta(seconds=1))
    assert (await DutyCall.get(kind=CallKind.SMS)).status is OutgoingStatus.UNKNOWN


async def test_several_processes_ring_once_a_step(database: str, now: datetime) -> None:
    assert database
    phones = [a_phone() for _ in range(4)]
    for number in range(5):
        await an_alert(now, Level.L1, str(number))
    for minute in (5, 6, 10, 11):
        at = now + timedelta(minutes=minute)
        await asyncio.gather(*(phone.phone.drain(at) for phone in phones))
    assert sum(len(phone.sms.sent) for phone in phones) == 5
    assert sum(len(phone.voice.rung) for phone in phones) == 5


async def reported(provider_id: str, status: OutgoingStatus, at: datetime) -> str:
    """The SMS provider reports."""
    return await note_receipt(DESK, "sms", provider_id, status, "UNDELIV", at, at)


async def test_a_receipt_that_says_failed_goes_another_way_and_a_late_one_changes_nothing(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    phone = a_phone()
    await an_alert(now)
    await phone.minutes(now, 5, 5)
    six = now + timedelta(minutes=6)
    assert await reported("sms-1", OutgoingStatus.FAILED, six) == "parked"
    await phone.minutes(now, 6, 7)
    assert await reported("sms-1", OutgoingStatus.DELIVERED, six) == "parked"
    await phone.minutes(now, 8, 8)
    assert (await DutyCall.get(kind=CallKind.SMS)).error == "receipt: UNDELIV"
    assert len(phone.voice.rung) == 1


async def test_a_receipt_by_our_own_key_says_delivered_and_then_nothing_more_is_sent(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    phone = a_phone(template="")
    await an_alert(now)
    await phone.minutes(now, 5, 5)
    key = str((await DutyCall.get()).id)
    await reported(key, OutgoingStatus.DELIVERED, now)
    await reported("of-somebody-else", OutgoingStatus.FAILED, now)
    await phone.minutes(now, 6, 20)
    assert (await DutyCall.get()).status is OutgoingStatus.DELIVERED
    assert await Receipt.filter(matched_at__isnull=True).count() == 1


async def test_what_no_group_could_be_told_of_rings_at_once_orange_alerts_too(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    phone = a_phone(template="")
    for level in (Level.L1, Level.L2, Level.Q):
        await an_alert(now, level, level.value)
    for post in await GroupPost.all():
        await GroupDelivery.create(
            post=post,
            group="心内科",
            channel="wecom",
            status=OutgoingStatus.FAILED,
            error="connection",
            not_before=now,
            created_at=now,
        )
    await phone.minutes(now, 0, 20)
    assert sorted(letter.values["level"] for letter in phone.sms.sent) == ["橙色 当日", "红色 紧急"]


def test_the_duty_phone_is_a_telephone_number() -> None:
    with pytest.raises(ValueError, match="a telephone number"):
        DutySettings(_env_file=None, phone="ask at the desk")
    assert HOUSE not in repr(DutySettings(_env_file=None, phone=HOUSE))
    assert HOUSE not in repr(a_phone().phone.line)
