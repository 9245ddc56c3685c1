"""What the numbers mean is the same in every text of the desk, on every channel."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.rendering import render
from dialogs.actions import Ask, Say
from dialogs.appointments.events import WhyNot
from dialogs.case import Case
from dialogs.catalog import load_catalog, load_tables
from dialogs.form import Option
from dialogs.message import Message
from dialogs.wording import numbers, put, segments

FOLDER = Path(__file__).parents[3] / "dialogs" / "appointments"
MANY = 50
CATALOG = load_catalog("zh")
DESK = [CATALOG.messages[name] for name in load_tables("appointments")]
ASKED = [message for message in DESK if message.options]
SAMPLES: dict[str, str] = load_tables("talk")["samples"]
MEANT = {
    "1": {
        "confirm",
        "accept",
        "on_way",
        "keep",
        "yes",
        "take",
        "wait",
        "book",
        "agree",
        "again",
        "stay",
    },
    "2": {"cancel", "give_up", "no", "pass", "refuse", "elsewhere", "withdraw", "unwait"},
    "3": {"move", "more", "later", "leave"},
}
LISTS = {
    *("M-MOVE", "M-OFFER", "M-WHICH", "M-WHOSE", "M-CLINIC", "M-WHICH-DOCTOR"),
    *("M-PREP-COLO-MED", "M-UNWAIT-WHICH"),
}


@pytest.mark.parametrize("message", ASKED, ids=lambda message: message.id)
def test_nought_is_a_person_and_nothing_else(message: Message) -> None:
    numbered = dict(zip(numbers(message.options), message.options, strict=True))
    assert "0" not in numbered or numbered["0"].key == "human"
    assert len(numbered) == len(message.options)


@pytest.mark.parametrize("message", ASKED, ids=lambda message: message.id)
def test_one_comes_two_cancels_three_is_another_time(message: Message) -> None:
    if message.id in LISTS:
        return
    for number, option in zip(numbers(message.options), message.options, strict=True):
        assert option.key in MEANT.get(number, {option.key})


def test_where_slots_are_offered_four_is_other_times_however_few_there_are() -> None:
    for name in ("M-MOVE", "M-OFFER"):
        options = {option.key: option for option in CATALOG.messages[name].options}
        few = [options[key] for key in ("s1", "more", "human")]
        assert numbers(few) == ("1", "4", "0")


def test_a_person_takes_no_place_among_the_numbers() -> None:
    options = [Option("a", "甲"), Option("human", "人工"), Option("b", "乙")]
    assert numbers(options) == ("1", "0", "2")


def test_what_is_not_known_leaves_no_gap() -> None:
    assert put("{day} {doc} {room}", {"day": "周三", "doc": "", "room": "301"}) == "周三 301"


def test_buttons_say_the_slots_they_stand_for() -> None:
    ask = Ask(3, "M-MOVE", options=("s1", "more", "human"), values={"s1": "周三9:30", "e1": "x"})
    bubble = render(ask, CATALOG, Case(channel="web"), {})
    assert [option.label for option in bubble.options] == ["周三9:30", "别的时间", "人工"]
    assert bubble.line.endswith("1.周三9:30 4.别的时间 0.人工")


def test_what_is_only_told_has_no_buttons_but_a_safety_text_has() -> None:
    told = render(Say("M-BOOK-OK"), CATALOG, Case(channel="web"), SAMPLES)
    assert told.options == ()
    urgent = render(Say("M-RF1", safety=True), CATALOG, Case(channel="web"), SAMPLES)
    assert [option.key for option in urgent.options] == ["called", "going", "cannot"]


@pytest.mark.parametrize("message", DESK, ids=lambda message: message.id)
def test_by_sms_a_text_takes_the_segments_it_may(message: Message) -> None:
    keys = tuple(option.key for option in message.options)
    ask = Ask(1, message.id, options=keys)
    for case in (Case(channel="sms"), Case(channel="sms", elderly=True)):
        if message.sms:
            bubble = render(ask, CATALOG, case, SAMPLES)
            assert segments(bubble.text, "示例医院") <= message.segments


@pytest.mark.parametrize("why", [why.value for why in WhyNot])
def test_every_reason_has_its_sentence(why: str) -> None:
    assert f"M-NOT-{why.upper()}" in CATALOG.messages


def _strings() -> Iterator[str]:
    """Every string of the desk's code that is no docstring."""
    for path in FOLDER.glob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and id(node) not in told:
                yield node.value if isinstance(node.value, str) else ""


def test_the_desk_has_no_words_of_its_own_outside_the_catalog() -> None:
    assert not [text for text in _strings() if any("一" <= char <= "鿿" for char in text)]


def test_every_message_the_desk_names_is_in_the_catalog() -> None:
    named = {text for text in _strings() if re.fullmatch(r"M-[A-Z0-9-]+[?]?(?<!-)", text)}
    assert named <= set(CATALOG.messages)
    assert len(named) > MANY
