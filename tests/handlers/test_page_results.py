"""What came of a complaint, by SMS: that there is a result, a code, and the text on the page."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.channel import Invalid, Letter
from bot.outbox import Outbox
from dialogs.complaints.events import Prompt
from handlers.code_page import PageState, open_page
from handlers.complaints.prompting import prompt
from models.complaint import Complaint, ComplaintEntry, ComplaintEvent, ComplaintState
from models.conversation import Conversation
from models.people import ContactPoint, Patient
from models.unit import unit_of_work
from tests.handlers.at_the_page import YEAR, code_in, on_the_page
from tests.handlers.texting import PhoneOfTests, Texting, a_phone
from tests.handlers.ward import ScreenOfTests

pytestmark = pytest.mark.usefixtures("sqlite_database")
FOUND = {"fact": "当晚饭菜没有保温", "act": "已换保温车"}


async def complained(*, proven: bool = True) -> Texting:
    """Somebody filed a complaint by SMS; the office has a result."""
    phone = await a_phone()
    ward = phone.ward
    ward.outbox = Outbox(ward.desk, {"sms": phone.network, "web": ScreenOfTests()})
    await phone.say("我要投诉食堂,饭是冷的")
    if proven:
        await ContactPoint.filter(id=phone.point.id).update(verified_at=ward.now)
    await Complaint.all().update(state=ComplaintState.ANSWERED)
    return phone


async def told(phone: Texting) -> bool:
    """Tell the result."""
    case, ward = await Complaint.get(), phone.ward
    done = await unit_of_work(lambda: prompt(ward.desk, case, Prompt.RESULT, FOUND, ward.now))
    await phone.send()
    return done


async def test_the_sms_says_that_there_is_a_result_and_not_which() -> None:
    phone = await complained()
    assert await told(phone)
    number = (await Complaint.get()).number
    code = code_in(phone.texts[-1])
    assert phone.texts[-1].startswith(
        f"{number}已有结果,请打开http://127.0.0.1:8080/p 输入{code}看"
    )
    assert not [words for words in FOUND.values() if words in phone.texts[-1]]


async def test_the_page_shows_it_in_full_and_takes_the_answer() -> None:
    phone = await complained()
    await told(phone)
    opening = await open_page(code_in(phone.texts[-1]), YEAR, phone.ward.now)
    assert opening.state is PageState.OPENED
    await phone.send()
    shown = (await on_the_page(phone))[-1]
    assert all(words in shown for words in FOUND.values())
    talk = await Conversation.get(respondent_id=phone.point.respondent_id)
    assert opening.contact_point_id is not None
    phone.point = await ContactPoint.get(id=opening.contact_point_id)
    await phone.say("2")
    assert (await Complaint.get()).patient_answer == "refuse"
    assert talk.id == (await Complaint.get()).conversation_id


async def test_who_answered_by_sms_may_still_read_what_was_found() -> None:
    phone = await complained()
    await told(phone)
    code = code_in(phone.texts[-1])
    await phone.say("2")
    assert (await open_page(code, YEAR, phone.ward.now)).state is PageState.OPENED
    await phone.send()
    assert FOUND["fact"] in (await on_the_page(phone))[-1]


async def test_a_phone_nobody_has_proven_is_not_told_that_there_is_a_result() -> None:
    phone = await complained(proven=False)
    sent = len(phone.texts)
    assert not await told(phone)
    assert len(phone.texts) == sent


async def test_a_phone_that_was_silent_for_half_a_year_is_not_told() -> None:
    """The number may be somebody else's by then (T05)."""
    phone = await complained()
    phone.ward.now += timedelta(days=190)
    assert not await told(phone)


async def test_whose_year_of_birth_is_not_on_file_is_called() -> None:
    phone = await complained()
    await Patient.all().update(birth_date=None)
    assert not await told(phone)


class NotFiled(PhoneOfTests):
    """A provider with whom none of our texts is filed."""

    async def send(self, letter: Letter) -> str:
        """Refuse."""
        raise Invalid(f"not filed: {letter.shape}")


async def test_a_result_the_provider_does_not_take_is_noted_in_the_case() -> None:
    """The office would think that the patient has read it."""
    phone = await complained()
    phone.ward.outbox.add(NotFiled())
    assert await told(phone)
    last = await ComplaintEntry.all().order_by("-position").first()
    assert last is not None
    assert (last.event, "请打电话" in last.detail) == (ComplaintEvent.NOTED, True)
