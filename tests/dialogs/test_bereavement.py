"""A death laid at the hospital's door: mourned and disputed, never taken for a wish to die."""

from __future__ import annotations

import pytest

from dialogs.reading.wishes import tells_of_death
from dialogs.tagging.blame import blames_for_death
from dialogs.tagging.complaint import tag
from dialogs.tagging.danger import find_danger

BLAMED = (
    *(
        "我妈死在你们医院了",
        "我爸已经走了,就是你们护士不管才走的,我要投诉",
        "我爸去世了,是你们害死的",
    ),
    *("我妈被你们治死了", "你们把我爸害死了", "我老公死在你们手上", "我儿子死得冤"),
    *("昨天我妈没抢救过来,你们抢救太慢了", "我妈都死了,你们护士不管", "我老公是被你们害死的"),
)


@pytest.mark.parametrize("text", BLAMED)
def test_a_death_with_blame_is_a_dispute_and_no_crisis(text: str) -> None:
    """The words tell of a death, and whose fault it was."""
    assert tells_of_death(text)
    assert blames_for_death(text)
    assert tag(text).dispute_risk
    assert "crisis" not in {danger.kind for danger in find_danger(text)}


@pytest.mark.parametrize(
    "text", ["我爸死了", "人已经死了你们还好意思问", "他已经去世了", "谢谢,人没了"]
)
def test_a_death_alone_is_no_dispute(text: str) -> None:
    assert tells_of_death(text)
    assert not blames_for_death(text)


@pytest.mark.parametrize(
    "text",
    [
        *("我被你们气死了", "护士把我妈折腾死了", "我妈差点被你们治死", "我快被你们治死了"),
        *("我爸走了,你们护士态度差", "我怕他死在手术台上", "我爸堵死在路上", "我要把你们害死"),
    ],
)
def test_what_has_not_ended_in_death_is_no_death(text: str) -> None:
    assert not tells_of_death(text)


@pytest.mark.parametrize(
    "text",
    [
        "我要死在你们医院门口",
        "我就死在你们医院",
        "不想活了,死在你们医院算了",
        "他要死在你们医院门口",
    ],
)
def test_who_announces_it_is_still_heard_as_a_crisis(text: str) -> None:
    assert "M-CRISIS" in {danger.message for danger in find_danger(text)}


@pytest.mark.parametrize("text", ["差点死在你们医院", "我妈差点死在你们医院"])
def test_who_nearly_died_does_not_want_to(text: str) -> None:
    assert "crisis" not in {danger.kind for danger in find_danger(text)}
