"""One step of the complaint desk's talk in the making: the state so far and what is to be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from dialogs.actions import Ask, Say
from dialogs.catalog import Catalog
from dialogs.complaints.actions import Action, Done
from dialogs.complaints.facts import Facts
from dialogs.complaints.state import Stage, State
from dialogs.message import Message
from dialogs.wording import variables

_QUIET: Final[Mapping[str, Any]] = {
    "stage": Stage.REST,
    "message": "",
    "options": (),
    "values": {},
    "misreadings": 0,
    "about": "",
}
_UNHEARD: Final[Mapping[str, Any]] = {
    "heard": (),
    "since": "",
    "theme": "",
    "owner": "",
    "pending": False,
    "anonymous": False,
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

    def say(self, message: str, **values: str) -> Turn:
        """Tell the patient a message of the catalog, with no more values than it names."""
        return self.do(Say(message, self._named(message, values)))

    def say_rarely(self, message: str, within: timedelta, **values: str) -> Turn:
        """Tell it unless it was told a short while ago."""
        if self.state.spoke(message, self.at, within):
            return self
        return self.spoken(message).say(message, **values)

    def spoken(self, message: str) -> Turn:
        """Remember that a text was said just now."""
        return self.but(spoken={**self.state.spoken, message: self.at.isoformat()})

    def ask(self, stage: Stage, message: str, values: Mapping[str, str], *, lead: str = "") -> Turn:
        """Ask and wait in `stage`."""
        number = max(self.state.turn, self.facts.last_turn) + 1
        wording, named = self.message(message), self._named(message, values)
        keys = tuple(option.key for option in wording.options)
        asked = self.but(
            stage=stage,
            turn=number,
            asked_at=self.at.isoformat(),
            message=message,
            options=keys,
            values=named,
        )
        return asked.do(Ask(number, message, options=keys, lead=lead, values=named))

    def repeat(self, *, lead: str = "") -> Turn:
        """Ask the open question again; what happened is asked once, in the receipt."""
        state = self.state
        if not state.message:
            return self
        return self.ask(state.stage, state.message, state.values, lead=lead)

    def rest(self) -> Turn:
        """Ask nothing more."""
        return self.but(**_QUIET).do(Done())

    def settle(self) -> Turn:
        """Have done with what was heard: it is filed, kept or let be."""
        return self.but(**_UNHEARD)

    @property
    def settled(self) -> bool:
        """Tell whether this step already ended in a question."""
        return any(isinstance(action, Ask) for action in self.actions)

    def part(self, message_id: str) -> str:
        """Return a part of a text: the name of an office, the words for a state."""
        return self.message(message_id).text

    def _named(self, message_id: str, values: Mapping[str, str]) -> dict[str, str]:
        message = self.message(message_id)
        named = variables(f"{message.text}{message.sms}{message.elder}")
        known = {**self.facts.words, **values}
        return {name: value for name, value in known.items() if name in named}
