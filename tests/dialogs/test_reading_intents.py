"""What a reply means: intents in their context, wishes, evidence, the rules above every score."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.reading.intents import Context, Intent, Reading, read_reply
from dialogs.reading.pinyin import in_characters
from dialogs.reading.wishes import Wish, first_wish

SHANGHAI: Final = timezone(timedelta(hours=8))
MONDAY: Final = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
THURSDAY: Final = datetime(2026, 11, 26, 8, 30, tzinfo=SHANGHAI)
ROWS: Final[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("reply_phrases.toml").read_text("utf-8")
)
REPLIES: Final = [
    (entry["context"], text, entry["intent"]) for entry in ROWS["reply"] for text in entry["words"]
]
ANSWERS: Final = [
    (entry["context"], entry["question"], text, value)
    for entry in ROWS["answer"]
    for text, value in entry["values"].items()
]


def read(text: str, context: str = "reminder", question: str = "") -> Reading:
    """Read a reply of that Monday; only a reminder has an appointment."""
    booked = THURSDAY if context == "reminder" else None
    return read_reply(text, Context(context), now=MONDAY, appointment=booked, question=question)


@pytest.mark.parametrize(("context", "text", "intent"), REPLIES)
def test_a_reply_means_what_people_mean_by_it(context: str, text: str, intent: str) -> None:
    assert read(text, context).intent == intent


@pytest.mark.parametrize(("context", "question", "text", "value"), ANSWERS)
def test_an_answer_has_the_value_the_question_gives_it(
    context: str, question: str, text: str, value: Any
) -> None:
    reading = read(text, context, question)
    got = list(reading.value) if isinstance(reading.value, tuple) else reading.value
    assert (got if reading.intent is not Intent.UNCLEAR else "unclear") == value


@pytest.mark.parametrize(
    ("text", "intent"),
    [("1", Intent.CONFIRM), ("2", Intent.CANCEL), ("3", Intent.RESCHEDULE), ("0", Intent.HUMAN)],
)
def test_a_number_of_the_menu_counts_only_after_a_reminder(text: str, intent: Intent) -> None:
    assert read(text).intent is intent
    assert read(text, "none").intent is Intent.UNCLEAR


@pytest.mark.parametrize("text", ["1,来不了", "2,我会来的", "1或者2", "12", "4", "1,看情况"])
def test_a_number_against_its_own_words_is_asked_back(text: str) -> None:
    assert read(text).intent is Intent.UNCLEAR


def test_coming_at_another_time_is_a_wish_for_that_time() -> None:
    reading = read("会来,但想换到下周三下午两点")
    assert reading.intent is Intent.RESCHEDULE
    assert reading.when is not None
    assert (reading.when.date, reading.when.time) == (date(2026, 12, 2), time(14, 0))


def test_repeating_the_booked_day_is_no_wish_for_another() -> None:
    assert read("好的,周四见").intent is Intent.CONFIRM
    assert read("周四八点半,准时到").intent is Intent.CONFIRM


def test_a_day_that_only_tells_why_is_no_wish() -> None:
    reading = read("周三要出差,来不了了")
    assert (reading.intent, reading.when) == (Intent.CANCEL, None)


def test_evidence_is_in_the_patients_own_words() -> None:
    assert "唔嚟" in "".join(read("我唔嚟喇").evidence)
    assert read("quxiao").evidence == ("quxiao",)


DENIALS: Final = (
    *("我没说", "没说过", "不可能", "不会", "怎么会", "哪能", "难道", "谁说我", "没打算", "没理由"),
    *(
        "并没有",
        "不至于",
        "我哪里说",
        "什么时候说过",
        "怎么舍得",
        "绝不会",
        "不想",
        "千万别",
        "没必要",
    ),
)
REFUSALS: Final = ("不来", "不去了", "来不了", "去不成", "取消", "退号", "爽约", "放弃")
REASONS: Final = (
    "我",
    "真的",
    "只好",
    "只能",
    "恐怕",
    "我妈",
    "抱歉,",
    "因为有事",
    "要不",
    "还是",
    "这次",
)


@pytest.mark.parametrize("denial", DENIALS)
def test_a_refusal_that_is_denied_never_cancels(denial: str) -> None:
    replies = [denial + refusal + end for refusal in REFUSALS for end in ("", "啊", ",放心")]
    assert [text for text in replies if read(text).intent is Intent.CANCEL] == []


@pytest.mark.parametrize("reason", REASONS)
def test_a_refusal_never_confirms(reason: str) -> None:
    replies = [
        reason + refusal + end for refusal in REFUSALS for end in ("", "啊", ",谢谢", ",好的")
    ]
    assert [text for text in replies if read(text).intent is Intent.CONFIRM] == []


@pytest.mark.parametrize("text", ["取消", "QX", "N", "n", "不同意", "退号", "取消预约"])
def test_cancelling_never_stops_the_messages(text: str) -> None:
    for context in Context:
        assert read(text, context.value).intent is not Intent.OPT_OUT


@pytest.mark.parametrize("text", ["TCT", "T恤", "退烧了", "别发烧就好", "没退订", "CT做完了"])
def test_a_word_that_only_contains_one_does_not_stop_them(text: str) -> None:
    assert first_wish(text, tuple(Wish)) is not Wish.OPT_OUT


@pytest.mark.parametrize("text", ["我爸走了", "人走了", "走了"])
def test_an_ambiguous_departure_is_never_acted_upon(text: str) -> None:
    assert read(text).intent is Intent.UNCLEAR


def test_a_reversed_scale_is_turned_and_words_are_not() -> None:
    question = "1=非常满意 2=满意 3=一般 4=不满意 5=非常不满意"
    assert read("1", "scale5", question).value == 5
    assert read("很满意", "scale5", question).value == 5
    assert read("4分", "scale5", question).value == 2


def test_the_unit_is_the_writers_if_it_measures_the_same() -> None:
    question = "现在体重多少?"
    assert (read("118斤", "number", question).value, read("118斤", "number", question).unit) == (
        118,
        "斤",
    )
    assert read("59", "number", question).unit == "kg"
    assert read("两小时测的,9.3", "number", "餐后两小时血糖多少?").unit == "mmol/L"


@pytest.mark.parametrize("context", list(Context))
def test_a_letter_is_left_to_a_person(context: Context) -> None:
    assert read("好" * 501, context.value) == Reading(Intent.UNCLEAR)


def test_pinyin_is_read_only_if_every_letter_belongs_to_a_word() -> None:
    assert in_characters("gai dao xia zhou er") == "改到下周二"
    assert in_characters("cancel pls") == "cancel pls"


@given(st.text(max_size=80), st.sampled_from(list(Context)))
def test_any_text_is_read_without_fault_and_twice_the_same(text: str, context: Context) -> None:
    reading = read(text, context.value, "伤口有没有渗液?")
    assert reading == read(text, context.value, "伤口有没有渗液?")
    assert all(isinstance(words, str) for words in reading.evidence)
