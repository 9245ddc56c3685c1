"""What patients really say to a question: the answer that is kept and what it leads to."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.talk import Talk
from dialogs.actions import Action, Alert, Ask, Close, Keep, Reporter, Say
from dialogs.catalog import load_catalog
from dialogs.checker import Severity, check_catalog
from dialogs.engine import step
from dialogs.events import Said
from dialogs.levels import Level
from dialogs.state import Given, Stage, State
from tests.dialogs.transcript import MONDAY

ROWS = tomllib.loads(Path(__file__).with_name("spoken_answers.toml").read_text("utf-8"))
# what must have been answered before the question is asked at all
BEFORE = {
    "wound.size": ("wound.look", "red"),
    "wound.soak": ("wound.look", "ooze"),
    "fu-d10.mood2": ("fu-d10.mood", "low"),
    "fu-d3.side": ("fu-d3.med", "all"),
    "fu-d3.nrs": ("fu-d3.red", "pain"),
    "htn.side": ("htn.med", "all"),
    "fu-d30.area_txt": ("fu-d30.area", "env"),
    "noshow.elsewhere_txt": ("noshow.why", "elsewhere"),
}
GATES = ("who", "guard")


@dataclass(frozen=True, slots=True)
class Heard:
    """What one reply did."""

    kept: dict[str, str]
    level: str
    outcome: str
    messages: tuple[str, ...]

    def leads_to(self, expected: str) -> bool:
        """Compare with a column of the table."""
        return expected in ("*", self.level, self.outcome, *self.messages)


def standing_at(question: str) -> State:
    """Return the state of a talk that has just asked `question`."""
    form, _, item = question.partition(".")
    given = {}
    if question in BEFORE:
        before, key = BEFORE[question]
        given[before] = Given((key,), "", Reporter.SELF, MONDAY.isoformat())
    return State(
        forms=(form,),
        stage=Stage.ITEM,
        question=question,
        turn=3,
        by="" if item in GATES else "self",
        asked_at=MONDAY.isoformat(),
        told=("identified", "consented"),
        answers=given,
    )


def hear(question: str, *said: str, tags: str = "") -> Heard:
    """Say something to a question, or one thing after the other."""
    form = question.partition(".")[0]
    case = Talk(form, MONDAY, "web", "zh", {"tags": tags, "authorised": "yes"}).case
    state, actions = standing_at(question), list[Action]()
    for words in said:
        state, done = step(load_catalog("zh"), case, state, Said(MONDAY, words))
        actions += done
    return summed_up(actions)


def summed_up(actions: Iterable[Action]) -> Heard:
    """Reduce actions to what the table speaks of."""
    done = list(actions)
    kept = {a.item: ",".join(a.value) for a in done if isinstance(a, Keep)}
    levels = {a.level for a in done if isinstance(a, Alert)}
    order = (Level.L1, Level.L2, Level.DISP, Level.L3, Level.T, Level.Q)
    level = next((str(name.value) for name in order if name in levels), "-")
    outcome = next((a.outcome.value for a in done if isinstance(a, Close)), "")
    return Heard(kept, level, outcome, tuple(a.message for a in done if isinstance(a, Say)))


@pytest.mark.parametrize(
    "row", [pytest.param(row, id=f"{row[0]} {row[1]}") for rows in ROWS.values() for row in rows]
)
def test_what_is_said_is_understood(row: list[str]) -> None:
    question, said, value, leads_to, *tags = row
    heard = hear(question, said, tags="".join(tags))
    kept = heard.kept.get(question.partition(".")[2], "-")
    assert value in ("*", kept), heard
    assert heard.leads_to(leads_to), heard


@pytest.mark.parametrize("question", ["fu-e.r1", "fu-e.r3", "fu-d3.red", "wound.soak", "dm.hypo"])
def test_what_cannot_be_read_about_danger_becomes_a_matter_of_today(question: str) -> None:
    heard = hear(question, "鸡毛掸子", "鸡毛掸子")
    assert (heard.level, heard.outcome) == ("L2", "human")


def test_what_cannot_be_read_elsewhere_is_a_question_for_a_person() -> None:
    heard = hear("fu-e.med", "鸡毛", "鸡毛")
    assert (heard.level, heard.outcome) == ("Q", "human")


def test_both_pressures_are_kept_when_they_alarm() -> None:
    heard = hear("htn.sys", "高压一百八,低压一百一")
    assert (heard.kept["sys"], heard.kept["dia"]) == ("180", "110")


@pytest.mark.parametrize("said", ["是不是骗子", "你们是骗子吧", "收钱吗", "这个要钱吗", "收费吗"])
def test_a_doubt_about_us_is_answered_with_what_we_are(said: str) -> None:
    heard = hear("fu-d3.feel", said)
    assert (heard.level, heard.messages) == ("-", ("M-SAFE",))


@pytest.mark.parametrize("said", ["恢复得很好", "精神很好", "一切都好,谢谢关心"])
def test_good_news_is_no_concern(said: str) -> None:
    assert hear("fu-d3.clear", said).level == "-"


def test_ok_opens_the_talk() -> None:
    talk = Talk("fu-d3", MONDAY, "web", "zh", {})
    assert any(line.startswith("<") for line in talk.begin())
    state = State(forms=("fu-d3",), stage=Stage.OPENING, turn=1)
    state, done = step(load_catalog("zh"), talk.case, state, Said(MONDAY, "ok"))
    assert [action.item for action in done if isinstance(action, Ask)] == ["who"]


def test_no_two_options_share_a_spoken_form() -> None:
    faults = check_catalog(load_catalog("zh"))
    assert not [fault for fault in faults if fault.severity is Severity.ERROR]
