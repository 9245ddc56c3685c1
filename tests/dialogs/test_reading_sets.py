"""The development set of replies whose kinds were taught last: every row is read as labelled."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from benchmarks.score.replies import judge, rows_of

SET: Final = Path(__file__).parents[1] / "language" / "intents_dev6.jsonl"
JUDGED: Final = judge(rows_of(SET))


@pytest.mark.parametrize("intent", sorted({judged.row.intent for judged in JUDGED}))
def test_every_reply_of_the_set_is_read_as_it_is_labelled(intent: str) -> None:
    rows = [judged for judged in JUDGED if judged.row.intent == intent]
    assert not [judged.row.id for judged in rows if not judged.answered]


def test_coming_is_never_taken_for_staying_away() -> None:
    assert not [judged.row.id for judged in JUDGED if judged.swapped or judged.acted_on_unclear]
