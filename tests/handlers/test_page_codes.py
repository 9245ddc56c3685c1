"""The code of an SMS opens the page: who gets one, what it opens, when it is worth nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from bot.channel import Letter, OutcomeUnknown
from bot.outbox import Outbox
from handlers.binding import bound_by
from handlers.channel_events import forget_events
from handlers.code_page import TRIES, PageState, open_page
from handlers.contents import content_of
from handlers.inbound import InboundMessage, receive
from handlers.media import Photo, keep_photo
from handlers.page_codes import GOOD_FOR
from handlers.talk_shown import talk_in
from models.care import TaskStatus
from models.channel import PageCode
from models.conversation import Conversation, Dialog, Outgoing, OutgoingStatus
from models.people import ContactPoint, Patient
from models.response import Answer
from tests.handlers.at_the_page import (
    YEAR,
    asked_for_a_photo,
    code_in,
    on_the_page,
    other_than,
    texted,
)
from tests.handlers.texting import PhoneOfTests, Texting
from tests.handlers.ward import ScreenOfTests

pytestmark = pytest.mark.usefixtures("sqlite_database")


async def opened(phone: Texting, code: str = "", year: str = YEAR) -> PageState:
    """Try the page with a code, that of the last SMS unless told otherwise."""
    given = code or code_in(phone.texts[-1])
    return (await open_page(given, year, phone.ward.now)).state


async def test_the_sms_names_the_page_and_a_code_and_fits_one_segment() -> None:
    phone = await texted()
    code = code_in(phone.texts[-1])
    assert phone.texts[-1].startswith(f"请打开http://127.0.0.1:8080/p 输入{code},上传伤口照片")


async def test_code_and_year_make_a_web_chat_of_the_same_person() -> None:
    phone = await texted()
    opening = await open_page(code_in(phone.texts[-1]), YEAR, phone.ward.now)
    assert opening.state is PageState.OPENED
    point = await ContactPoint.get(id=opening.contact_point_id)
    assert (point.system, point.kind, point.status) == ("web", "link", "ok")
    assert (point.respondent_id, point.verified_at) == (phone.point.respondent_id, phone.ward.now)
    assert await bound_by(point.id) is not None


@pytest.mark.parametrize("year", ["1970年", "70年", "一九七零年", "19700501"])
async def test_code_and_year_are_read_as_people_write_them(year: str) -> None:
    phone = await texted()
    code = code_in(phone.texts[-1])
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    assert await opened(phone, f" {wide} ", year) is PageState.OPENED


async def test_the_question_is_asked_on_the_page_and_the_talk_goes_on_there() -> None:
    phone = await asked_for_a_photo()
    ward, sent = phone.ward, len(phone.texts)
    ward.outbox = Outbox(ward.desk, {"sms": phone.network, "web": ScreenOfTests()})
    opening = await open_page(code_in(phone.texts[-1]), YEAR, ward.now)
    await phone.send()
    assert (await on_the_page(phone))[-1].startswith("请拍一张伤口照片发过来")
    talk = await Conversation.get(respondent_id=phone.point.respondent_id)
    media = await keep_photo(talk.id, Photo("a.jpg", "image/jpeg", 9, "0" * 64), ward.now)
    assert opening.contact_point_id is not None
    photo = InboundMessage("web", opening.contact_point_id, uuid4().hex, media_id=media)
    await receive(ward.desk, photo, ward.now + timedelta(minutes=1))
    ward.now += timedelta(minutes=1)
    await phone.send()
    shown = await on_the_page(phone)
    assert shown[-2].startswith("照片收到了")
    assert (await Answer.get(item="photo")).value == [str(media)]
    assert shown[-1] in [item.text for item in ward.desk.catalog.forms["fu-d3"].items]
    assert len(phone.texts) == sent


async def test_after_an_answer_by_sms_the_page_asks_what_is_open_now() -> None:
    phone = await asked_for_a_photo()
    code = code_in(phone.texts[-1])
    await phone.say("不拍")
    assert await opened(phone, code) is PageState.OPENED
    by_sms, on_page = await Outgoing.all().order_by("-position").limit(2)
    bodies = [content_of(row).body for row in (by_sms, on_page)]
    assert bodies[0] == bodies[1]


async def test_when_nothing_is_open_any_more_the_page_asks_nothing() -> None:
    phone = await asked_for_a_photo()
    code = code_in(phone.texts[-1])
    await phone.say("退订")
    before = await Outgoing.all().count()
    assert await opened(phone, code) is PageState.OPENED
    assert await Outgoing.all().count() == before


async def test_a_code_is_good_once() -> None:
    phone = await texted()
    assert await opened(phone) is PageState.OPENED
    assert await opened(phone) is PageState.WRONG


async def test_a_code_is_good_for_a_day() -> None:
    phone = await texted()
    phone.ward.now += GOOD_FOR - timedelta(minutes=1)
    late = phone.ward.now + timedelta(minutes=1)
    code = code_in(phone.texts[-1])
    assert (await open_page(code, YEAR, late)).state is PageState.WRONG
    assert await opened(phone, code) is PageState.OPENED


async def test_a_wrong_code_and_a_wrong_year_are_answered_alike() -> None:
    phone = await texted()
    code = code_in(phone.texts[-1])
    wrong = [
        await open_page(other_than(code), YEAR, phone.ward.now),
        await open_page(other_than(code), "1971", phone.ward.now),
        await open_page(code, "1971", phone.ward.now),
    ]
    assert len(set(wrong)) == 1
    assert wrong[0].state is PageState.WRONG


async def test_after_five_wrong_years_the_right_one_opens_nothing() -> None:
    phone = await texted()
    for year in range(1980, 1980 + TRIES):
        assert await opened(phone, year=str(year)) is PageState.WRONG
    assert await opened(phone) is PageState.WRONG
    assert (await PageCode.get()).attempts == TRIES


@pytest.mark.parametrize(("code", "year"), [("12345", YEAR), ("", YEAR), ("123456", "不记得")])
async def test_what_is_no_code_or_no_year_is_not_counted(code: str, year: str) -> None:
    phone = await texted()
    assert (await open_page(code, year, phone.ward.now)).state is PageState.UNREADABLE
    assert (await PageCode.get()).attempts == 0


async def test_a_number_that_turned_out_wrong_opens_nothing() -> None:
    phone = await texted()
    await ContactPoint.filter(id=phone.point.id).update(wrong_at=phone.ward.now)
    assert await opened(phone) is PageState.WRONG


async def test_the_code_of_somebody_who_died_opens_nothing() -> None:
    phone = await texted()
    await Patient.filter(id=phone.ward.patient.id).update(deceased_at=phone.ward.now)
    assert await opened(phone) is PageState.WRONG


async def test_the_code_stands_nowhere_in_the_records_staff_read() -> None:
    phone = await texted()
    code = code_in(phone.texts[-1])
    said = await talk_in(await Dialog.all(), phone.ward.now)
    assert "输入******,上传" in said[-1].text
    assert not [row for row in await Outgoing.all() if code in row.content]
    assert code not in (await PageCode.get()).code_hash


class LineThatBreaks(PhoneOfTests):
    """A provider whose line breaks once it has the message."""

    async def send(self, letter: Letter) -> str:
        """Take it, and break."""
        self.letters.append(letter)
        raise OutcomeUnknown


async def test_a_code_that_may_have_arrived_opens_the_page_and_is_not_in_the_records() -> None:
    phone = await texted()
    row = await Outgoing.get(occurrence="test:photo")
    row.status, row.rank = OutgoingStatus.QUEUED, 1
    await row.save()
    phone.ward.outbox.add(line := LineThatBreaks())
    await phone.send()
    await row.refresh_from_db()
    code = code_in(line.letters[-1].bubble.text)
    assert (row.status, code in row.content) == (OutgoingStatus.UNKNOWN, False)
    assert await opened(phone, code) is PageState.OPENED


async def test_a_message_that_goes_once_more_has_a_new_code_and_the_old_one_ends() -> None:
    phone = await texted()
    first = code_in(phone.texts[-1])
    row = await Outgoing.all().order_by("-position").first()
    assert row is not None
    row.status, row.rank = OutgoingStatus.QUEUED, 1
    await row.save()
    await phone.send()
    second = code_in(phone.texts[-1])
    assert await PageCode.all().count() == 1
    assert first != second
    assert await opened(phone, first) is PageState.WRONG
    assert await opened(phone, second) is PageState.OPENED


async def test_without_a_year_of_birth_no_code_is_sent_and_a_person_calls() -> None:
    """Nobody could prove who opens the page."""
    phone = await asked_for_a_photo()
    row = await Outgoing.all().order_by("-position").first()
    assert row is not None
    await Patient.filter(id=phone.ward.patient.id).update(birth_date=None)
    row.status, row.rank = OutgoingStatus.QUEUED, 1
    await row.save()
    sent = len(phone.texts)
    await phone.send()
    assert len(phone.texts) == sent
    assert (await Outgoing.get(id=row.id)).error.startswith("template")
    assert (await phone.ward.task(1)).status is TaskStatus.PHONE_LIST


async def test_the_questions_on_the_next_sms_still_ask_who_reads_it() -> None:
    """A phone that opened the page is proven for results, and is nobody's for ever (T05)."""
    phone = await asked_for_a_photo()
    assert await opened(phone) is PageState.OPENED
    assert (await ContactPoint.get(id=phone.point.id)).verified_at is not None
    phone.ward.desk = replace(phone.ward.desk, channels=frozenset({"sms"}))
    await phone.until("2026-11-28T11:30")
    assert phone.texts[-1].startswith("您好,示例医院出院回访")


async def test_codes_are_forgotten_some_days_after_their_end() -> None:
    phone = await texted()
    await forget_events(phone.ward.now + GOOD_FOR)
    assert await PageCode.exists()
    await forget_events(phone.ward.now + GOOD_FOR + timedelta(days=3))
    assert not await PageCode.exists()
