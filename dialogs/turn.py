"""One step in the making: the state so far and what is to be done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from dialogs.actions import Action, Alert, Ask, Close, Outcome, Say, WishBooking
from dialogs.case import Case
from dialogs.catalog import Catalog
from dialogs.form import Item, Option
from dialogs.levels import Level
from dialogs.message import Message
from dialogs.state import Stage, State
from dialogs.wording import variables

# kept among what was told, since it too is seen to only once
WANTS_TO_BOOK: Final = "wants to book"


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody answered: words, or the keys of pressed buttons."""

    text: str = ""
    keys: tuple[str, ...] = ()
    media: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """Carries a step from one decision to the next; every method returns a new one."""

    catalog: Catalog
    case: Case
    state: State
    at: datetime
    actions: tuple[Action, ...] = ()

    def do(self, *actions: Action) -> Turn:
        """Add actions."""
        return replace(self, actions=(*self.actions, *actions))

    def but(self, **changes: Any) -> Turn:
        """Change fields of the state."""
        return replace(self, state=self.state.but(**changes))

    def say(self, message: str, *, safety: bool = False, **values: str) -> Turn:
        """Tell the patient a message of the catalog."""
        wording = self.message(message)
        named = variables(f"{wording.text}{wording.sms}{wording.elder}")
        own = {name: value for name, value in self.own_values().items() if name in named}
        return self.do(Say(message, {**own, **values}, safety))

    def say_once(self, message: str, *, safety: bool = False) -> Turn:
        """Tell the message unless this dialog has told it before."""
        if not message or message in self.state.told:
            return self
        return self.but(told=(*self.state.told, message)).say(message, safety=safety)

    def alert(
        self,
        level: Level,
        rule: str,
        words: str = "",
        *,
        kind: str = "",
        within: int = 0,
        cause: str = "",
    ) -> Turn:
        """Put something before the ward, once for each rule and cause (its words by default)."""
        key = f"{level}:{rule}:{cause or words}"
        if key in self.state.raised:
            return self
        return self.but(raised=(*self.state.raised, key)).do(
            Alert(level, rule, words, kind, within)
        )

    def ask_message(self, stage: Stage, message: str, *, lead: str = "", **values: str) -> Turn:
        """Ask the question of a message and wait in `stage`."""
        turn = self._next_turn()
        keys = tuple(option.key for option in self.options_of(self.message(message)))
        asked = self.but(stage=stage, turn=turn, asked_at=self.at.isoformat())
        said = {**self.own_values(), **values}
        return asked.do(Ask(turn, message, options=keys, lead=lead, values=said))

    def last_ask(self, message: str) -> Ask:
        """Return the question of a message as it stands."""
        keys = tuple(option.key for option in self.options_of(self.message(message)))
        return Ask(self.state.turn, message, options=keys, values=self.own_values())

    def own_values(self) -> dict[str, str]:
        """What the texts of this dialog say that depends on the case: fever limit and length."""
        minutes = max((self.catalog.forms[form].minutes for form in self.state.forms), default=2)
        neutropenic = {"chemo", "neutropenia"} & self.case.tags
        return {"min": str(minutes), "fever": "38.0" if neutropenic else "38.5"}

    def again(self, ask: Ask, *, lead: str = "") -> Turn:
        """Ask the same question anew; its old buttons go stale."""
        turn = self._next_turn()
        asked = self.but(turn=turn, asked_at=self.at.isoformat())
        return asked.do(replace(ask, turn=turn, lead=lead))

    def _next_turn(self) -> int:
        """Number a question so that no other question of the conversation has its number."""
        return max(self.state.turn, self.case.last_turn) + 1

    @property
    def spoke(self) -> bool:
        """Tell whether this step has told the patient something already."""
        return any(isinstance(action, Say) for action in self.actions)

    def raised_at(self, *levels: Level) -> bool:
        """Tell whether this dialog has raised one of these levels."""
        return any(key.partition(":")[0] in levels for key in self.state.raised)

    @property
    def settled(self) -> bool:
        """Tell whether this step already ended in a question or in an end."""
        return self.state.closed or any(isinstance(action, Ask) for action in self.actions)

    def close(self, outcome: Outcome, reason: str = "") -> Turn:
        """End the dialog; what has ended stays ended as it did."""
        if self.state.closed:
            return self
        ended = self.but(stage=Stage.CLOSED, outcome=outcome.value).do(Close(outcome, reason))
        wanted = WANTS_TO_BOOK in self.state.told
        return ended.do(WishBooking(outcome is Outcome.COMPLETED)) if wanted else ended

    def want_to_book(self) -> Turn:
        """Remember that the patient asked to book; it is seen to when this dialog ends."""
        if WANTS_TO_BOOK in self.state.told:
            return self
        return self.but(told=(*self.state.told, WANTS_TO_BOOK))

    def message(self, message_id: str) -> Message:
        """Look a message up."""
        return self.catalog.messages[message_id]

    def options_of(self, message: Message) -> tuple[Option, ...]:
        """Options of a message as this patient sees them."""
        if self.case.elderly and message.elder and message.elder_options:
            return tuple(o for o in message.options if o.key in message.elder_options)
        if not self.case.rich and message.sms_options:
            return tuple(o for o in message.options if o.key in message.sms_options)
        return message.options

    def item(self, question: str) -> Item:
        """Look the item `form.item` up."""
        form, _, item = question.partition(".")
        return self.catalog.forms[form].item(item)
