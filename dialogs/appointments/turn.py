"""One step of the desk's talk in the making: the state so far and what is to be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from dialogs.actions import Ask, Say
from dialogs.appointments.actions import Action, Done, HandOver, HandOverReason, LetGo
from dialogs.appointments.facts import ClinicName, Facts, Person, Visit
from dialogs.appointments.state import Doing, Stage, State
from dialogs.catalog import Catalog
from dialogs.message import Message
from dialogs.wording import variables

SILENT: Final = "silent"
# a wish written before the limit stays one while its questions are being answered
_UNDER_WAY: Final = timedelta(minutes=30)
_HOLDING: Final = frozenset({Stage.OFFER, Stage.CHOSEN})
_FRESH: Final[Mapping[str, Any]] = {
    "doing": Doing.NOTHING,
    "clinic": "",
    "doctor": "",
    "wishes": (),
    "words": "",
    "query": "",
    "offers": (),
    "skip": (),
    "picked": "",
    "choices": (),
    "clinics": (),
    "doctors": (),
    "warned": False,
}


@dataclass(frozen=True, slots=True)
class Turn:
    """Carries a step from one decision to the next; every method returns a new one."""

    catalog: Catalog
    facts: Facts
    state: State
    at: datetime
    actions: tuple[Action, ...] = ()

    def do(self, *actions: Action) -> Turn:
        """Add actions."""
        return replace(self, actions=(*self.actions, *actions))

    def but(self, **changes: Any) -> Turn:
        """Change fields of the state."""
        return replace(self, state=self.state.but(**changes))

    def message(self, message_id: str) -> Message:
        """Look a message up."""
        return self.catalog.messages[message_id]

    def say(self, message: str, values: Mapping[str, str] | None = None, **more: str) -> Turn:
        """Tell the patient a message of the catalog, with no more values than it names."""
        return self.do(Say(message, self._named(message, {**(values or {}), **more})))

    def ask(
        self,
        stage: Stage,
        message: str,
        values: Mapping[str, str],
        *,
        options: Sequence[str] = (),
        lead: str = "",
    ) -> Turn:
        """Ask and wait in `stage`; `options` are the keys offered, all by default."""
        number = max(self.state.turn, self.facts.last_turn) + 1
        keys = self._offered(message, options)
        named = self._named(message, values)
        asked = self.but(
            stage=stage,
            turn=number,
            asked_at=self.at.isoformat(),
            message=message,
            options=keys,
            values=named,
        )
        return asked.do(Ask(number, message, options=keys, lead=lead, values=named))

    def rest(self) -> Turn:
        """Ask nothing more; what the patient was about is over."""
        quiet = {"stage": Stage.REST, "message": "", "options": (), "values": {}}
        over = {"misreadings": 0, "next": (), "told": "", "entry": "", "prompt": ""}
        return self.but(**quiet, **_FRESH, **over).do(Done())

    def fresh(self, **changes: Any) -> Turn:
        """Begin something new: what was wished before is forgotten, what was held is let go."""
        kept = self.let_go() if self.state.stage in _HOLDING else self
        since = self.state.since if self._is_same(changes) else self.at.isoformat()
        return kept.but(**{**_FRESH, "misreadings": 0, "since": since, **changes})

    def _is_same(self, changes: Mapping[str, Any]) -> bool:
        """Tell whether it is what the patient was about already."""
        now = (changes.get("doing"), changes.get("about"))
        return bool(self.state.since) and now == (self.state.doing, self.state.about)

    @property
    def wished_at(self) -> datetime:
        """When the wish was written, as long as its questions are being answered (R097)."""
        began = datetime.fromisoformat(self.state.since) if self.state.since else self.at
        return began if self.at - began <= _UNDER_WAY else self.at

    def let_go(self) -> Turn:
        """Give up the slots that are held for this conversation."""
        return self.do(LetGo()).but(offers=(), picked="") if self.state.offers else self

    def hand_over(self, reason: HandOverReason, words: str = "", *, told: str = "") -> Turn:
        """Let a person of the consult room go on; the text follows when the task is made."""
        state = self.state
        task = HandOver(reason, words or state.words, state.about, state.patient)
        return self.let_go().but(told=told or reason.value).do(task)

    @property
    def settled(self) -> bool:
        """Tell whether this step already ended in a question."""
        return any(isinstance(action, Ask) for action in self.actions)

    @property
    def visit(self) -> Visit | None:
        """The visit the talk is about, if it is still to come."""
        return self.visit_of(self.state.about)

    def visit_of(self, visit_id: str) -> Visit | None:
        """Look a visit up."""
        return next((visit for visit in self.facts.visits if visit.id == visit_id), None)

    def person_of(self, patient_id: str) -> Person | None:
        """Look a patient up."""
        return next((person for person in self.facts.persons if person.id == patient_id), None)

    def clinic_of(self, clinic_id: str) -> ClinicName | None:
        """Look a clinic up."""
        return next((clinic for clinic in self.facts.clinics if clinic.id == clinic_id), None)

    def _offered(self, message_id: str, wanted: Sequence[str]) -> tuple[str, ...]:
        message = self.message(message_id)
        short = self.facts.elderly and bool(message.elder) and bool(message.elder_options)
        return tuple(
            option.key
            for option in message.options
            if (not wanted or option.key in wanted)
            and (not short or option.key in message.elder_options)
        )

    def _named(self, message_id: str, values: Mapping[str, str]) -> dict[str, str]:
        message = self.message(message_id)
        labels = "".join(option.label for option in message.options)
        named = variables(f"{message.text}{message.sms}{message.elder}{labels}")
        known = {**self.facts.words, **values}
        return {name: value for name, value in known.items() if name in named}
