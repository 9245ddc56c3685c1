"""What people ask about filing itself: whether it helps, who looks into it, who gets to know."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any, Final

from dialogs.reading import wording
from dialogs.reading.normal import bare, normalise

_LONGEST: Final = 20  # characters; who writes more has more to say than a question
_WORDS: Final[dict[str, Any]] = wording.load(__file__, "questions.toml")


class Question(StrEnum):
    """What is asked about filing; each has one answer of the catalog."""

    USE = "use"
    CARE = "care"  # whether the treatment suffers from it
    SECRET = "secret"  # noqa: S105 (a topic, no password)
    WHO = "who"
    WHEN = "when"

    @property
    def answer(self) -> str:
        """The message that answers it."""
        return f"M-CMP-Q-{self.name}"


_PLAIN: Final = {q: re.compile(_WORDS[q]["plain"]) for q in Question if _WORDS[q]["plain"]}
_ELSEWHERE: Final = re.compile(_WORDS["elsewhere"])
_NEAR: Final = {q: re.compile(_WORDS[q]["near"]) for q in Question}


def question_in(text: str, *, near: bool) -> Question | None:
    """Find what is asked about filing; `near`: filing is what the talk is about just now."""
    if len(bare(text)) > _LONGEST:
        return None
    plain = normalise(text).lower().strip()
    found = [q for q, pattern in _PLAIN.items() if pattern.search(plain)]
    if near and not _ELSEWHERE.search(plain):
        found += [q for q, pattern in _NEAR.items() if pattern.search(plain)]
    return found[0] if found else None
