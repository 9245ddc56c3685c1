"""Whole talks with the complaint desk: see `transcript` for how they are written."""

from __future__ import annotations

import pytest

from tests.dialogs.complaints.transcript import Written, play, written
from tests.dialogs.transcript import matches

TALKS = tuple(written())


@pytest.mark.parametrize("talk", TALKS, ids=[f"{talk.file}: {talk.title}" for talk in TALKS])
def test_a_talk_with_the_complaint_desk_goes_as_it_is_written(talk: Written) -> None:
    """Every line comes, in its order, and no other."""
    real = list(play(talk.talk(), talk.lines))
    wrong = [
        f"{place}: expected {expected!r}, got {got!r}"
        for place, (expected, got) in enumerate(zip(talk.lines, real, strict=False), 1)
        if not matches(expected, got)
    ]
    assert not wrong, "\n".join([*wrong, "", *real])
    assert len(real) == len(talk.lines), "\n".join(real)


def test_no_two_talks_with_the_complaint_desk_have_the_same_title() -> None:
    """A title is how a talk is found again."""
    titles = [(talk.file, talk.title) for talk in TALKS]
    assert len(titles) == len(set(titles))


def test_there_are_talks_enough_to_tell() -> None:
    """Forty talks at least: an empty folder would pass otherwise."""
    assert len(TALKS) >= 40
