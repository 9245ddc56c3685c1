"""What the complaint desk's talk knows; nothing in it names the patient or tells of an illness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Writer(StrEnum):
    """Who writes; anybody's complaint is taken, and nobody is told anything about the patient."""

    SELF = "self"
    FAMILY = "family"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Registered:
    """A complaint this conversation has filed, as it stands.

    `state` is a name of ComplaintState, `owner` the role of the office that answers, `mode` a name
    of ComplaintMode. `result_due` is the later day that was told, once one was.
    """

    number: str
    state: str
    owner: str
    filed_at: datetime
    contact_due: datetime
    result_due: datetime
    categories: tuple[str, ...] = ()
    mode: str = "back_to_back"
    contacted: bool = False
    ended: bool = False

    @property
    def closed(self) -> bool:
        """Tell whether it has come to its end, or the patient has taken it back."""
        return self.ended or self.state == "closed"


@dataclass(frozen=True, slots=True)
class Facts:
    """Read afresh before every step and never stored with the talk.

    `open` are the complaints that are not closed, newest first; `closed` those that are.
    `disputed`: people have taken a dispute over, so nothing is asked. `led`: a person leads the
    talk, so nothing is said but what was filed.
    `fresh`: one of them was filed here less than two hours ago.
    `answering`: a question of the nurses' side waits. `unnamed`: what is open is a survey that
    promised to keep the name from the wards. `mourning`: a death was told in this talk.
    `last_turn`: the last one that anything in this conversation was asked with. `remembers`: there
    is a patient to keep the talk with, so that something can be asked at all.
    """

    channel: str = "web"
    elderly: bool = False
    last_turn: int = 0
    open: tuple[Registered, ...] = ()
    closed: tuple[Registered, ...] = ()
    writer: Writer = Writer.SELF
    disputed: bool = False
    led: bool = False
    fresh: bool = False
    answering: bool = False
    unnamed: bool = False
    mourning: bool = False
    staffed: bool = True
    remembers: bool = True
    words: Mapping[str, str] = field(default_factory=dict)

    def known(self, number: str) -> Registered | None:
        """Look a complaint of this conversation up, open or closed."""
        return next((case for case in (*self.open, *self.closed) if case.number == number), None)
