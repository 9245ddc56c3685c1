"""Where the complaint desk's talk stands: a frozen value, stored as JSON with its version."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

_VERSION: Final = 1


class Stage(StrEnum):
    """What the open question is about; at rest nothing is asked."""

    REST = "rest"
    ASKED = "asked"  # M-CMP0: file it, keep it as an opinion, or neither
    STORY = "story"  # M-CMP1-BARE: only the word was said, and it is asked what happened
    RESULT = "result"  # M-CMP4
    RATE = "rate"  # M-CMP5
    WITHDRAW = "withdraw"
    IDENTITY = "identity"
    SURVEY_CALL = "survey_call"


@dataclass(frozen=True, slots=True)
class State:
    """The whole memory of the desk's talk; the patient's words are not in it.

    `message`, `options` and `values` are the open question, so that it can be repeated; `about` is
    the complaint it is about. `heard` are the ids of the messages that make one case and are not
    filed, the first `since`; `theme` is ours for them, `pending` that they are still to be asked
    about. `themes` tells when each theme was asked, `spoken` when each text that is said only now
    and then was said last. `filed` is the complaint filed last, at `filed_at`; `anonymous`: the
    next one is to be. `told` is the complaint whose handling was told last, at `told_at`;
    `calling`: a call was agreed to after a survey. `wordless`: what is being filed has said nothing
    of what it is about.
    """

    stage: Stage = Stage.REST
    turn: int = 0
    asked_at: str = ""
    message: str = ""
    options: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    misreadings: int = 0
    about: str = ""
    heard: tuple[str, ...] = ()
    since: str = ""
    theme: str = ""
    owner: str = ""
    pending: bool = False
    themes: Mapping[str, str] = field(default_factory=dict)
    spoken: Mapping[str, str] = field(default_factory=dict)
    filed: str = ""
    filed_at: str = ""
    anonymous: bool = False
    told: str = ""
    told_at: str = ""
    calling: bool = False
    wordless: bool = False
    version: int = _VERSION

    @property
    def asked(self) -> datetime | None:
        """When the open question was asked."""
        return datetime.fromisoformat(self.asked_at) if self.asked_at else None

    @property
    def resting(self) -> bool:
        """Tell whether nothing is asked."""
        return self.stage is Stage.REST

    def spoke(self, what: str, at: datetime, within: timedelta) -> bool:
        """Tell whether a text was said within a time before `at`."""
        return _recent(self.spoken.get(what, ""), at, within)

    def asked_about(self, theme: str, at: datetime, within: timedelta) -> bool:
        """Tell whether a theme was asked about within a time before `at`."""
        return _recent(self.themes.get(theme, ""), at, within)

    def asked_at_all(self, at: datetime, within: timedelta) -> bool:
        """Tell whether anything was asked about within a time before `at`."""
        return any(_recent(asked, at, within) for asked in self.themes.values())

    def told_lately(self, at: datetime, within: timedelta) -> str:
        """Return the complaint whose handling was told within a time before `at`."""
        return self.told if _recent(self.told_at, at, within) else ""

    def but(self, **changes: Any) -> State:
        """Return a copy with these fields changed."""
        return replace(self, **changes)


def _recent(said: str, at: datetime, within: timedelta) -> bool:
    return bool(said) and at - datetime.fromisoformat(said) < within


def to_json(state: State) -> str:
    """Write a state as JSON text."""
    return json.dumps(asdict(state), ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> State:
    """Read what `to_json` wrote; raises ValueError on anything else."""
    try:
        raw = json.loads(text)
        if raw["version"] != _VERSION:
            raise ValueError("a state of another version of the complaint desk's talk")
        lists = {key: tuple(value) for key, value in raw.items() if isinstance(value, list)}
        return State(**{**raw, **lists, "stage": Stage(raw["stage"])})
    except (KeyError, TypeError, AttributeError) as fault:
        raise ValueError("not the state of the complaint desk's talk") from fault
