"""A questionnaire by SMS with a phone nobody has proven: who, the year, then the illness."""

from datetime import date

import pytest

from dialogs.checking.fault import WORDS
from models.care import TaskStatus
from models.conversation import Outgoing
from models.people import Consent, ContactPoint, ContactStatus, RespondentRole, ResponderRole
from models.response import Answer, Response
from tests.handlers.texting import Texting, a_phone

pytestmark = pytest.mark.usefixtures("sqlite_database")
MONDAY = "2026-11-23T11:30"
STOPPED = '已停止发送,看病不受影响。可回复1只停打分 2只停随访提问 3全部停;恢复请回复"恢复"'


async def asked() -> Texting:
    """The third-day questionnaire has asked for permission."""
    phone = await a_phone()
    await phone.until(MONDAY)
    return phone


async def test_the_whole_questionnaire_goes_by_sms_and_asks_the_year_before_the_illness() -> None:
    phone = await asked()
    for words in ("1", "1", "1970", "1", "1", "9", "1", "1", "1", "1", "无"):
        await phone.say(words)
    assert phone.texts[0] == "您好,示例医院出院回访。现在方便回答几个问题吗?1开始 2晚点 3不用"
    assert phone.texts[1] == "请问您是王小明本人吗?回复1本人 2家属 3打错了"
    assert "出生年份" in phone.texts[2]
    assert phone.texts[3].startswith("出院后现在在哪?")
    assert phone.texts[4].startswith("和出院那天比")
    assert phone.texts[-1].startswith("谢谢您,祝您早日康复")
    task = await phone.ward.task(1)
    assert (task.status, task.outcome) == (TaskStatus.COMPLETED, "completed")
    response = await Response.get(task_id=task.id, form="fu-d3")
    kept = {a.item: a.value for a in await Answer.filter(response_id=response.id)}
    assert (kept["feel"], kept["red"], kept["med"]) == (["better"], ["none"], ["all"])


async def test_every_text_of_it_fits_the_segments_it_was_written_for() -> None:
    phone = await asked()
    for words in ("1", "1", "1970", "1", "1", "9", "1", "1", "1", "1", "无"):
        await phone.say(words)
    long = [text for text, count in zip(phone.texts, phone.segments, strict=True) if count > 1]
    assert len(phone.texts) > 10
    assert [text[:5] for text in long] == ["这几天有没"]


async def test_before_the_year_no_text_says_anything_of_an_illness() -> None:
    phone = await asked()
    for words in ("随便", "1", "1", "不记得了"):
        await phone.say(words)
    for text in phone.texts:
        assert not [word for word in WORDS["stigma"] if word in text]
    assert "出生年份" in phone.texts[-1]


async def test_two_wrong_years_lead_to_a_person_and_to_no_question() -> None:
    phone = await asked()
    for words in ("1", "1", "1955", "1960"):
        await phone.say(words)
    assert (await phone.ward.task(1)).phone_reason == "human"
    assert not any("和出院那天比" in text for text in phone.texts)


async def test_after_two_wrong_years_whatever_is_written_has_an_answer() -> None:
    phone = await asked()
    for words in ("1", "1", "1955", "1960"):
        await phone.say(words)
    for words in ("我是他爱人", "1971", "1"):
        assert any("已经帮您叫人了" in text for text in await phone.answers(words))


async def test_the_right_year_after_wrong_ones_goes_on_where_it_was_asked() -> None:
    phone = await asked()
    for words in ("1", "1", "1955", "1960", "1961"):
        await phone.say(words)
    (question,) = await phone.answers("1970")
    assert "出院后现在在哪" in question
    assert (await phone.ward.task(1)).status is TaskStatus.ANSWERING


async def test_a_year_that_is_found_by_guessing_opens_nothing() -> None:
    phone = await asked()
    for words in ("1", "1", "1955", "1960", "1961", "1962"):
        await phone.say(words)
    assert "已经帮您叫人了" in (await phone.answers("1970"))[0]


async def test_family_who_answer_an_unproven_number_say_the_patients_year_first() -> None:
    phone = await asked()
    await phone.say("1")
    thanks, question = await phone.answers("2")
    assert "家属代答" in thanks
    assert "请回复患者的出生年份" in question
    assert "出院后现在在哪" in (await phone.answers("1970"))[0]


async def test_a_number_shared_by_many_is_not_written_to() -> None:
    phone = await a_phone()
    await ContactPoint.filter(id=phone.point.id).update(status=ContactStatus.SHARED)
    await phone.until(MONDAY)
    assert phone.texts == []
    assert (await phone.ward.task(1)).status is TaskStatus.PHONE_LIST


async def test_without_the_channel_a_phone_on_file_is_called_and_not_written_to() -> None:
    phone = await a_phone()
    phone.ward.desk.channels = frozenset({"web"})
    await phone.until(MONDAY)
    assert await Outgoing.all().count() == 0
    assert (await phone.ward.task(1)).status is TaskStatus.PHONE_LIST


async def test_of_a_child_the_guardian_is_written_to() -> None:
    phone = await a_phone(born=date(2018, 5, 1))
    roles = RespondentRole.filter(respondent_id=phone.point.respondent_id)
    await roles.update(role=ResponderRole.GUARDIAN, authorised=True)
    await phone.until(MONDAY)
    assert len(phone.texts) == 1
    await roles.update(role=ResponderRole.SELF)
    later = await a_phone_again(phone)
    assert later == []


async def a_phone_again(phone: Texting) -> list[str]:
    """The next round, with the number on file as the child's own."""
    before = len(phone.texts)
    await phone.until("2026-11-30T10:30")
    return phone.texts[before:]


# ---- stopping


@pytest.mark.parametrize(
    "words",
    ["T", "td", "TD。", "R", "退订", "【退订】", "退 订", "回复TD", "拒收", "STOP", "0000", "Ｔ"],
)
async def test_a_whole_message_of_a_stop_word_stops_all_we_would_start(words: str) -> None:
    phone = await asked()
    answers = await phone.answers(words)
    assert answers == [STOPPED]
    stopped = await ContactPoint.get(id=phone.point.id)
    assert stopped.opted_out_at == phone.ward.now
    assert (await Consent.get(patient_id=phone.ward.patient.id)).withdrawn_at is not None
    await phone.until("2026-11-30T10:30")
    assert phone.texts[-1] == answers[0]


@pytest.mark.parametrize("words", ["1", "T恤忘在病房了", "取消", "TDP"])
async def test_what_only_holds_a_stop_word_or_is_an_answer_stops_nothing(words: str) -> None:
    phone = await asked()
    await phone.say(words)
    assert (await ContactPoint.get(id=phone.point.id)).opted_out_at is None


async def test_what_was_waiting_when_the_stop_came_is_not_sent() -> None:
    phone = await asked()
    row = await Outgoing.first()
    assert row is not None
    again = Outgoing(
        **{
            name: getattr(row, name)
            for name in ("conversation_id", "contact_point_id", "purpose", "delivery_class")
        },
        content=row.content,
        occurrence="test:waiting",
        channel="sms",
        patient_id=phone.ward.patient.id,
        not_before=phone.ward.now,
        status="queued",
        rank=1,
        created_at=phone.ward.now,
    )
    await again.save()
    await phone.say("退订")
    await again.refresh_from_db()
    assert again.status == "suppressed"


@pytest.mark.parametrize("words", ["恢复", "START"])
async def test_a_word_brings_the_messages_back(words: str) -> None:
    phone = await asked()
    await phone.say("退订")
    (answer,) = await phone.answers(words)
    assert answer == "好的,以后继续给您发随访和提醒"
    assert (await ContactPoint.get(id=phone.point.id)).opted_out_at is None


async def test_after_a_stop_danger_is_still_answered() -> None:
    phone = await asked()
    await phone.say("退订")
    answers = await phone.answers("我胸口痛得喘不上气")
    assert any("120" in text for text in answers)
