"""What alarms people: the rules' red flags, and what only the tagger's weights hear."""

from datetime import UTC, datetime

import pytest

from dialogs.actions import Alert, Say
from dialogs.case import Case
from dialogs.catalog import load_catalog
from dialogs.engine import step
from dialogs.events import Began, Said
from dialogs.levels import Level
from dialogs.state import Stage, State, from_json, to_json
from dialogs.tagging.alarms import HEARD, alarms_in
from dialogs.tagging.complaint import tag
from dialogs.tagging.danger import find_danger
from dialogs.tagging.tags import UrgentType

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)


def test_what_no_rule_was_written_for_alarms_all_the_same() -> None:
    text = "那样的话没有哪条规则写过"
    assert not find_danger(text)
    (first,) = alarms_in(text, (UrgentType.SELF_HARM,))
    assert (first.level, first.kind, first.message) == ("L1", "crisis", "M-CRISIS")
    assert (first.rule, first.words) == (HEARD, text)


@pytest.mark.parametrize("text", ["1", "自己", "好了"])
def test_a_short_answer_alarms_nobody_by_its_weights_alone(text: str) -> None:
    assert alarms_in(text, tuple(UrgentType)) == ()


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (UrgentType.CLINICAL, "M-RF1"),
        (UrgentType.SELF_HARM, "M-CRISIS"),
        (UrgentType.VIOLENCE, "M-VIOLENCE"),
    ],
)
def test_the_safety_text_goes_out_with_the_alert(kind: UrgentType, message: str) -> None:
    state = from_json(to_json(State((), stage=Stage.CLOSED)))
    said = Said(NOW, "那样的话没有哪条规则写过", urgent=(kind,))
    _, actions = step(load_catalog("zh"), Case(), state, said)
    alerts = [action for action in actions if isinstance(action, Alert)]
    assert [(alert.level, alert.rule) for alert in alerts] == [(Level.L1, HEARD)]
    told = [action.message for action in actions if isinstance(action, Say)]
    assert told[0] == message


def test_violence_heard_by_a_rule_has_its_own_text() -> None:
    assert {danger.message for danger in find_danger("我明天拿刀来找那个医生")} == {"M-VIOLENCE"}


def test_an_option_of_the_open_question_is_an_answer_whatever_it_weighs() -> None:
    """我自己 says who answers; despair is not read into it."""
    catalog = load_catalog("zh")
    state, _ = step(catalog, Case(), State(("fu-d3",)), Began(NOW))
    state, _ = step(catalog, Case(), from_json(to_json(state)), Said(NOW, "1"))
    said = Said(NOW, "我自己", urgent=(UrgentType.SELF_HARM,))
    _, actions = step(catalog, Case(), from_json(to_json(state)), said)
    assert not [action for action in actions if isinstance(action, Alert)]


@pytest.mark.parametrize("text", ["撑够了", "不陪你们了", "让我走吧"])
def test_a_farewell_of_three_characters_is_long_enough(text: str) -> None:
    assert alarms_in(text, tag(text).urgent_type)[0].message == "M-CRISIS"
