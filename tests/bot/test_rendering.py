"""From neutral content to what a person sees: variants, numbers, options that fit the channel."""

from __future__ import annotations

import pytest

from bot.rendering import render
from dialogs.actions import Ask, Say
from dialogs.case import Case
from dialogs.catalog import load_catalog, load_tables
from dialogs.wording import MissingValue, segments

CATALOG = load_catalog("zh")
VALUES: dict[str, str] = load_tables("talk")["samples"]
SMS, WEB = Case(channel="sms"), Case(channel="web")


def test_by_sms_a_question_is_its_sms_text_and_needs_no_buttons() -> None:
    ask = Ask(3, form="fu-d3", item="feel", options=("better", "same", "worse"), number=3, total=8)
    bubble = render(ask, CATALOG, SMS, VALUES)
    assert bubble.text == "和出院那天比,现在感觉怎么样?回复1好一些 2差不多 3更差了"
    assert bubble.inline
    assert bubble.progress == ""


def test_with_buttons_a_question_shows_how_far_one_is() -> None:
    ask = Ask(3, form="fu-d3", item="feel", options=("better", "same", "worse"), number=3, total=8)
    bubble = render(ask, CATALOG, WEB, VALUES)
    assert bubble.line == "3/8 和出院那天比,现在感觉怎么样? 1.好一些 2.差不多 3.更差了"
    assert not bubble.inline


def test_choices_left_out_of_a_merged_question_are_numbered_anew_by_sms() -> None:
    ask = Ask(1, form="htn", item="symp", options=("head", "eye", "none"))
    bubble = render(ask, CATALOG, SMS, VALUES)
    assert bubble.text.endswith("1.剧烈头痛 2.看东西模糊 3.没有")
    assert bubble.inline


def test_a_lead_repeats_the_question_with_its_choices() -> None:
    ask = Ask(1, form="fu-d3", item="place", options=("home", "other", "readm"), lead="M-UNK")
    bubble = render(ask, CATALOG, SMS, VALUES)
    assert bubble.text.startswith("没看明白,再问一遍:出院后现在在哪?回复1已平安到家")
    assert bubble.text.endswith("找人回0")


def test_the_points_of_a_scale_are_their_own_numbers() -> None:
    options = tuple(option.key for option in CATALOG.forms["sat-ip"].item("s1").options)
    bubble = render(Ask(1, form="sat-ip", item="s1", options=options), CATALOG, WEB, VALUES)
    assert "5.很满意" in bubble.line
    assert "1.很不满意" in bubble.line


def test_the_elderly_read_the_short_text_on_every_channel() -> None:
    for channel in ("sms", "web"):
        bubble = render(Say("M-RF1"), CATALOG, Case(channel=channel, elderly=True), VALUES)
        assert bubble.text.startswith("马上打120!")


def test_a_clause_without_its_value_is_left_out() -> None:
    bubble = render(Say("M-THANKS"), CATALOG, WEB, {**VALUES, "date": ""})
    assert "复诊" not in bubble.text


def test_a_promise_without_its_time_is_not_sent() -> None:
    with pytest.raises(MissingValue, match="due"):
        render(Say("M-RF2"), CATALOG, WEB, {**VALUES, "due": ""})


@pytest.mark.parametrize("form", [form.id for form in CATALOG.forms.values()])
def test_every_question_by_sms_takes_the_segments_it_may(form: str) -> None:
    for item in CATALOG.forms[form].items:
        keys = tuple(option.key for option in item.options)
        bubble = render(Ask(1, form=form, item=item.id, options=keys), CATALOG, SMS, VALUES)
        assert item.not_sms or segments(bubble.text, "示例医院") <= item.segments
