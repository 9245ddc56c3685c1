"""A form in the terminal: `< ` bot, `> ` patient, `! ` alert, `= ` answer, `# ` outcome."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

from bot.rendering import render
from dialogs.actions import Action, Alert, Ask, Close, Keep, Note, Say, WishBooking, Withdraw
from dialogs.case import Case
from dialogs.catalog import Catalog, load_catalog
from dialogs.engine import step
from dialogs.events import Began, Chose, Event, Lapsed, Reminded, Said, Sent
from dialogs.levels import Level
from dialogs.promises import due_of
from dialogs.state import State, from_json, to_json
from dialogs.timing.calendar import WorkingCalendar
from dialogs.timing.staffed import StaffedHours
from dialogs.timing.words import due_text, promise_text

ELDERLY = 65
PICTURE = ("[图片]", "[photo]")


JOIN = "+"
GATES = ("who", "consent")


class UnknownSetting(ValueError):
    """--set names something a conversation does not have."""


class UnknownForm(LookupError):
    """There is no form of this name."""


def keys() -> Mapping[str, str]:
    """Return the keys of --set with what each means."""
    found: Mapping[str, str] = _starting_point("zh")["help"]
    return found


@dataclass(slots=True)
class Talk:
    """One conversation; the state is written and read again before every step.

    `form` is a form, or several that are held in one session: `fu-d3+wound+dm`. The texts promise
    only what this step or one before it has raised, as they do in the hospital.
    """

    form: str
    at: datetime
    channel: str = "web"
    language: str = "zh"
    settings: Mapping[str, str] = field(default_factory=dict)
    _state: str = ""
    _raised: dict[str, str] = field(default_factory=dict)
    _stands: str = ""
    _open: bool = False

    def __post_init__(self) -> None:
        if unknown := set(self.settings) - set(keys()):
            raise UnknownSetting(", ".join(sorted(unknown)))
        if unknown := set(self.forms) - set(self._catalog.forms):
            raise UnknownForm(", ".join(sorted(unknown)))
        self._state = to_json(State(forms=self.forms))

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms of the session."""
        return tuple(self.form.split(JOIN))

    @property
    def closed(self) -> bool:
        """Tell whether the dialog has ended."""
        return from_json(self._state).closed

    def begin(self) -> Iterator[str]:
        """Open the conversation."""
        return self._take(Began(self.at))

    def hear(self, text: str) -> Iterator[str]:
        """Take a line the patient wrote; `[图片]` stands for a picture."""
        event: Event = Sent(self.at, "picture") if text in PICTURE else Said(self.at, text)
        return self._take(event)

    def press(self, key: str, *, before: int = 0, said: bool = False) -> Iterator[str]:
        """Press a button: of the open question, of one `before` it, or below a text `said`."""
        turn = 0 if said else from_json(self._state).turn - before
        return self._take(Chose(self.at, key, turn))

    def wait(self, time: timedelta) -> None:
        """Let time pass."""
        self.at += time

    def remind(self) -> Iterator[str]:
        """Let the hospital ask whether to go on."""
        return self._take(Reminded(self.at))

    def begin_again(self) -> Iterator[str]:
        """Let the time come that the patient had chosen."""
        return self._take(Began(self.at))

    def end(self) -> Iterator[str]:
        """Let the deadline pass."""
        return self._take(Lapsed(self.at)) if not self.closed else iter(())

    def _take(self, event: Event) -> Iterator[str]:
        before = from_json(self._state)
        state, actions = step(self._catalog, self.case, before, event)
        self._state = to_json(state)
        self._raised = {}
        asked = {*before.order, *state.order}
        for action in actions:
            if not _carried(action, asked):
                yield from self._line(action)

    def _line(self, action: Action) -> Iterator[str]:
        match action:
            case Say() | Ask():
                yield f"< {self._rendered(action)}"
            case Alert():
                yield self._alerted(action)
            case Note() if action.words:
                yield from self._noted(action)
            case Keep():
                yield f"= {action.item}={_value(action)}"
            case Withdraw():
                yield f"= {action.item}="
            case WishBooking():
                yield "# books" if action.now else "# books by phone"
            case Close():
                yield f"# {action.outcome}"

    def _alerted(self, alert: Alert) -> str:
        due = due_of(alert, self.at, WorkingCalendar({}), StaffedHours())
        self._raised = {
            "due": promise_text(due, self.at, language=self.language),
            "no": self._values()["no"],
        }
        self._stands = self._raised["due"]
        self._open = True
        return f"! {alert.level} {' '.join(f'{alert.rule} {alert.words}'.split())}"

    def _noted(self, note: Note) -> Iterator[str]:
        """Words go to the alert in hand; where there is none they become a question."""
        if note.urge:
            yield f"! L1 RC19 {note.words}"
        elif not self._open:
            yield self._alerted(Alert(Level.Q, "message", note.words))
            yield f"< {self._rendered(Say('M-HELLO'))}"

    def _rendered(self, action: Say | Ask) -> str:
        values = {**self._values(), "due": self._stands, "no": "", **self._raised}
        when = action.values.get("when")
        if when:
            said = due_text(datetime.fromisoformat(when), self.at, language=self.language)
            action = Say(action.message, {**action.values, "when": said})
        return render(action, self._catalog, self.case, values).line

    @property
    def _catalog(self) -> Catalog:
        return load_catalog(self.language)

    def _values(self) -> dict[str, str]:
        own = _starting_point(self.language)["values"]
        return {**own, **{key: value for key, value in self.settings.items() if key in own}}

    @property
    def case(self) -> Case:
        """The facts of the stay, as set."""
        start = _starting_point("zh")
        facts = {**start["case"], **start["forms"].get(self.forms[0], {})}
        facts |= {key: value for key, value in self.settings.items() if key in facts}
        age = int(facts["age"]) if facts["age"] else None
        return Case(
            channel=self.channel,
            bound=_yes(facts["bound"]),
            consented=_yes(facts["consent"]),
            birth_year=int(facts["birth_year"]) if facts["birth_year"] else None,
            age=age,
            elderly=age is not None and age >= ELDERLY,
            contact=_yes(facts["contact"]),
            authorised=_yes(facts["authorised"]) or _yes(facts["contact"]),
            staffed=_yes(facts["staffed"]),
            core_only=_yes(facts["core"]),
            recent_alert=_yes(facts["recent_alert"]),
            tags=_set(facts["tags"]),
            previous_concerns=_set(facts["concerns"]),
        )


def _carried(action: Action, asked: set[str]) -> bool:
    """An answer that a second form takes over from the first is not shown again."""
    if not isinstance(action, Keep | Withdraw) or action.item in GATES:
        return False
    return f"{action.form}.{action.item}" not in asked


def _value(kept: Keep) -> str:
    closed = kept.value and kept.value != ("text",)
    return ",".join(kept.value) if closed else " ".join(kept.text.split())


def _yes(text: str) -> bool:
    return text.lower() in ("yes", "y", "1", "true", "是")


def _set(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(",") if part.strip())


def _starting_point(language: str) -> dict[str, Any]:
    file = files("dialogs.catalog").joinpath(language, "talk.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))
