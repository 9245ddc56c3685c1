"""Where a dialog stands: a frozen value, stored as JSON with the forms' versions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from dialogs.actions import Outcome, Reporter


class Stage(StrEnum):
    """What the last question was about."""

    NEW = "new"
    OPENING = "opening"
    LATER = "later"
    REFUSAL = "refusal"
    WHO = "who"
    IDENTITY = "identity"
    CONSENT = "consent"
    ITEM = "item"
    ECHO = "echo"
    CHECK = "check"
    UNIT = "unit"
    SUGAR = "sugar"
    RESUME = "resume"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as kept: option keys or numbers as text, the words, by whom and when."""

    value: tuple[str, ...]
    text: str
    by: Reporter
    at: str


@dataclass(frozen=True, slots=True)
class State:
    """The whole memory of a dialog.

    `question` is the id `form.item` of the item asked or interrupted; `answers` are keyed the same
    way. `before` is the stage to return to after an interruption; `raised` the rules that have
    already alerted; `told` what is said or settled only once; `held` what an answer to the open
    question leads to: a number whose unit was asked, the safety text a check decides on.
    `correcting`: the question has an answer, which stands until there is another. `left`: the stage
    a person took over in, where the dialog goes on when it is handed back.
    """

    forms: tuple[str, ...]
    stage: Stage = Stage.NEW
    before: Stage = Stage.NEW
    question: str = ""
    turn: int = 0
    answers: Mapping[str, Given] | None = None
    order: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    by: str = ""
    misreadings: int = 0
    identity_misses: int = 0
    raised: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    held: str = ""
    correcting: bool = False
    asked_at: str = ""
    outcome: str = ""
    left: str = ""
    versions: Mapping[str, str] | None = None

    @property
    def given(self) -> Mapping[str, Given]:
        """Answers by `form.item`."""
        return self.answers or {}

    @property
    def reporter(self) -> Reporter:
        """Who is answering; the patient until somebody says otherwise."""
        return Reporter(self.by) if self.by else Reporter.SELF

    @property
    def asked(self) -> datetime | None:
        """When the last question went out."""
        return datetime.fromisoformat(self.asked_at) if self.asked_at else None

    @property
    def closed(self) -> bool:
        """Tell whether the dialog has ended."""
        return self.stage is Stage.CLOSED

    @property
    def ended_in(self) -> Outcome | None:
        """The outcome, once there is one."""
        return Outcome(self.outcome) if self.outcome else None

    def but(self, **changes: Any) -> State:
        """Return a copy with these fields changed."""
        return replace(self, **changes)


def to_json(state: State) -> str:
    """Write a state as JSON text."""
    return json.dumps(asdict(state), ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> State:
    """Read what `to_json` wrote; raises ValueError on anything else."""
    try:
        raw = json.loads(text)
        given = raw.pop("answers")
        answers = None if given is None else {key: _given(raw) for key, raw in given.items()}
        lists = {key: tuple(value) for key, value in raw.items() if isinstance(value, list)}
        stages = {"stage": Stage(raw["stage"]), "before": Stage(raw["before"])}
        return State(**{**raw, **lists, **stages, "answers": answers})
    except (KeyError, TypeError, AttributeError) as fault:
        raise ValueError("not the state of a dialog") from fault


def _given(raw: Mapping[str, Any]) -> Given:
    return Given(tuple(raw["value"]), raw["text"], Reporter(raw["by"]), raw["at"])
