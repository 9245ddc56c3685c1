"""Where the booking desk's talk stands: a frozen value, stored as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from dialogs.appointments.facts import Offer, Search
from dialogs.reading.when import When


class Stage(StrEnum):
    """What the open question is about; at rest nothing is asked."""

    REST = "rest"
    VISIT = "visit"  # a reminder or another text about one visit: come, cancel, move
    CANCEL = "cancel"  # M-CANCEL?
    OFFER = "offer"  # free slots
    CHOSEN = "chosen"  # one slot, echoed
    DOCTOR = "doctor"  # which of several doctors of one surname
    LAPSED = "lapsed"  # the slots are no longer held
    WHICH = "which"  # which of several visits
    WHOSE = "whose"  # which of several patients
    CLINIC = "clinic"
    WISH = "wish"  # for what day
    FULL = "full"  # nothing is free: the waiting list
    FREED = "freed"  # a place from the waiting list
    WAITS = "waits"  # which place of the waiting list is given up
    REVIEW = "review"  # a review or recall: book or not
    CONSENT = "consent"
    MEDICINES = "medicines"
    PENDING = "pending"  # asked of the hospital's system
    APPEAL = "appeal"  # the reasons are awaited


class Doing(StrEnum):
    """What the patient is about, across the questions it takes."""

    NOTHING = ""
    CONFIRM = "confirm"
    CANCEL = "cancel"
    MOVE = "move"
    BOOK = "book"
    TELL = "tell"  # a question about a visit


@dataclass(frozen=True, slots=True)
class State:
    """The whole memory of the desk's talk.

    `message`, `options` and `values` are the open question, so that it can be repeated. `about` is
    the visit it is about. `wishes`, `words`, `clinic`, `doctor`, `skip` belong to what the patient
    is `doing`; `words` are the patient's own, as they began it `since`. `offers` are the slots
    shown last, held `held_until`, `picked` the one that is echoed. `choices` are the ids behind
    the numbers of a list, `clinics` and `doctors` those the words may have meant. `warned`: the
    open question says that it will be a breach. `next` are questions that follow, `told` is why a
    person goes on (a HandOverReason, "silent"). `given_up` is the place given up last: patient,
    clinic, doctor, when it was, and when it was given up.
    """

    stage: Stage = Stage.REST
    turn: int = 0
    asked_at: str = ""
    message: str = ""
    options: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    misreadings: int = 0
    prompt: str = ""
    about: str = ""
    doing: Doing = Doing.NOTHING
    patient: str = ""
    clinic: str = ""
    doctor: str = ""
    wishes: tuple[When, ...] = ()
    words: str = ""
    since: str = ""
    query: str = ""
    offers: tuple[Offer, ...] = ()
    held_until: str = ""
    skip: tuple[str, ...] = ()
    picked: str = ""
    choices: tuple[str, ...] = ()
    clinics: tuple[str, ...] = ()
    doctors: tuple[str, ...] = ()
    entry: str = ""
    warned: bool = False
    next: tuple[str, ...] = ()
    told: str = ""
    given_up: tuple[str, ...] = ()

    @property
    def asked(self) -> datetime | None:
        """When the open question was asked."""
        return datetime.fromisoformat(self.asked_at) if self.asked_at else None

    @property
    def resting(self) -> bool:
        """Tell whether nothing is asked."""
        return self.stage is Stage.REST

    @property
    def search(self) -> Search:
        """Which slots the patient wants."""
        moves = self.about if self.doing is Doing.MOVE else ""
        return Search(self.clinic, self.patient, self.doctor, self.wishes, moves, self.skip)

    def but(self, **changes: Any) -> State:
        """Return a copy with these fields changed."""
        return replace(self, **changes)


def to_json(state: State) -> str:
    """Write a state as JSON text."""
    return json.dumps(asdict(state), ensure_ascii=False, separators=(",", ":"), default=_written)


def from_json(text: str) -> State:
    """Read what `to_json` wrote; raises ValueError on anything else."""
    try:
        raw = json.loads(text)
        lists = {key: tuple(value) for key, value in raw.items() if isinstance(value, list)}
        whole = {
            "stage": Stage(raw["stage"]),
            "doing": Doing(raw["doing"]),
            "wishes": tuple(map(_wish, raw["wishes"])),
            "offers": tuple(map(_offer, raw["offers"])),
            "values": dict(raw["values"]),
        }
        return State(**{**raw, **lists, **whole})
    except (KeyError, TypeError, AttributeError) as fault:
        raise ValueError("not the state of the booking desk's talk") from fault


def _written(value: object) -> str:
    if isinstance(value, date | time):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} does not belong into a state")


def _wish(raw: Mapping[str, Any]) -> When:
    days = {key: _day(raw[key]) for key in ("date", "date_end")}
    times = {key: _time(raw[key]) for key in ("time", "time_end")}
    exclude = tuple(date.fromisoformat(day) for day in raw["exclude"])
    return When(**{**raw, **days, **times, "exclude": exclude})


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _time(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


def _offer(raw: Mapping[str, Any]) -> Offer:
    return Offer(**{**raw, "starts": datetime.fromisoformat(raw["starts"])})
