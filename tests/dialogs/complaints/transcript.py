"""Transcripts of the complaint desk: one file a subject, talks written as they are to go.

A talk begins with `## title` and `@ channel key=value ...` (`at=11-24T16:00`, `elderly=yes`,
`answering=yes`, `unnamed=yes`, `disputed=yes`, `led=yes`, `remembers=no`, `lang=en`). Lines
`+ number state hours` are complaints of this conversation, filed so many hours ago. Then `> ` is
what the patient writes (`>> ` words nobody else takes), `< ` what the desk says, `* ` what is done;
`…` stands for any words. In brackets is what is not written: `[press key]`, `[press key before 1]`,
`[prompt result TS-… fact=…]`, `[after 12m]`, `[lapse]`, `[freed]`, `[picture]`, `[beside words]`,
`[later words]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot.rendering import render
from dialogs.actions import Ask, Say
from dialogs.case import Case
from dialogs.catalog import Catalog, load_catalog, load_tables
from dialogs.complaints import actions as do
from dialogs.complaints import events as done
from dialogs.complaints.engine import step
from dialogs.complaints.facts import Facts
from dialogs.complaints.filing import ONE_CASE
from dialogs.complaints.state import State, from_json, to_json
from dialogs.events import Chose
from dialogs.tagging.complaint import tag
from dialogs.timing.spans import HOSPITAL_ZONE
from tests.dialogs.appointments.book import at
from tests.dialogs.complaints.office import Office

FOLDER = Path(__file__).with_name("transcripts")
MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=HOSPITAL_ZONE)
EVENT = re.compile(r">>? .*|\[(press|prompt|after|lapse|freed|picture|beside|later)\b.*\]")
WORDS = {
    "hosp": "示例医院",
    "phone": "0394-12345678",
    "switchboard": "0394-12345670",
    "role": load_tables("talk")["samples"]["role"],
}
ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Written:
    """A talk as written down: how it starts, the complaints there are, and what happens."""

    file: str
    title: str
    start: str
    cases: tuple[str, ...]
    lines: tuple[str, ...]

    def talk(self) -> DeskTalk:
        """Set the talk up."""
        channel, *settings = self.start.split()
        chosen = dict(setting.split("=", 1) for setting in settings)
        began = chosen.pop("at", "")
        talk = DeskTalk(at(began.replace("T", " ")) if began else MONDAY, channel, chosen)
        for line in self.cases:
            number, state, hours = line.split()
            talk.office.put(int(number), talk.now, state, int(hours))
        return talk


@dataclass(slots=True)
class DeskTalk:
    """One conversation with the complaint desk; its state is saved and read before every step."""

    now: datetime
    channel: str = "web"
    settings: dict[str, str] = field(default_factory=dict)
    office: Office = field(default_factory=Office)
    deeds: list[do.Action] = field(default_factory=list)
    _state: str = field(default_factory=lambda: to_json(State()))

    @property
    def state(self) -> State:
        """The state as it would be read from the database."""
        return from_json(self._state)

    @property
    def catalog(self) -> Catalog:
        """The wording of the talk's language."""
        return load_catalog(self.settings.get("lang", "zh"))

    @property
    def facts(self) -> Facts:
        """What the desk knows."""
        return Facts(
            channel=self.channel,
            elderly=self._is("elderly"),
            open=self.office.open,
            closed=self.office.closed,
            remembers=self._is("remembers", "yes"),
            words={"switchboard": WORDS["switchboard"]},
            answering=self._is("answering"),
            unnamed=self._is("unnamed"),
            disputed=self._is("disputed"),
            led=self._is("led"),
            fresh=self.office.filed_since(self.now - ONE_CASE),
        )

    def _is(self, name: str, otherwise: str = "no") -> bool:
        return self.settings.get(name, otherwise) == "yes"

    def hear(self, text: str, *, follows: bool = False) -> Iterator[str]:
        """Take what the patient writes."""
        return self.take(done.Said(self.now, text, tag(text), self._ref(text), follows=follows))

    def beside(self, text: str) -> Iterator[str]:
        """Take what was said beside something graver."""
        return self.take(done.Mentioned(self.now, text, tag(text), self._ref(text)))

    def later(self, text: str) -> Iterator[str]:
        """Take what was said beside a wish another desk is seeing to."""
        return self.take(done.Deferred(self.now, text, tag(text), self._ref(text)))

    def _ref(self, text: str) -> str:
        ref = f"m{len(self.office.words) + 1}"
        self.office.words[ref] = text
        return ref

    def press(self, key: str, before: int = 0) -> Iterator[str]:
        """Press a button of the open question, or of one before it."""
        return self.take(Chose(self.now, key, self.state.turn - before))

    def prompt(self, name: str, *words: str) -> Iterator[str]:
        """Let the office begin; `words` are a number and key=value of its own words."""
        values = dict(word.split("=", 1) for word in words if "=" in word)
        number = next((word for word in words if "=" not in word), "")
        return self.take(done.Prompted(self.now, done.Prompt(name), number, values))

    def take(self, event: done.Event) -> Iterator[str]:
        """Take an event and everything the office answers."""
        events = [event]
        for _ in range(ROUNDS):
            if not events:
                return
            state, actions = step(self.catalog, self.facts, self.state, events.pop(0))
            self._state = to_json(state)
            assert self.state == state, "a state must be the same after it was stored"
            self.deeds += actions
            for action in actions:
                yield from self.show(action)
                answer = self.office.answer(action, self.now)
                events += [answer] if answer else []
        assert not events, "the talk never ends"

    def show(self, action: do.Action) -> Iterator[str]:
        """Write an action down."""
        if isinstance(action, Say | Ask):
            case = Case(channel=self.channel, elderly=self._is("elderly"))
            yield f"< {render(action, self.catalog, case, WORDS).line}"
        elif not isinstance(action, do.Done):
            yield f"* {deed(action)}"


def deed(action: do.Action) -> str:
    """Name a deed and what tells it from others."""
    name = re.sub(r"(?<!^)(?=[A-Z])", " ", type(action).__name__).lower()
    told = []
    for part in ("number", "ref", "answer", "stars", "mode"):
        told += [str(getattr(action, part))] if hasattr(action, part) else []
    if hasattr(action, "refs"):
        told.append(",".join(action.refs))
    if isinstance(action, do.File):
        told += ["explicit" if action.explicit else "agreed"]
        told += ["anonymous"] if action.anonymous else []
    return " ".join([name, *told])


def written() -> Iterator[Written]:
    """Read every talk of every file."""
    for path in sorted(FOLDER.glob("*.txt")):
        for piece in re.split(r"(?m)^## ", path.read_text("utf-8"))[1:]:
            title, *lines = [line.rstrip() for line in piece.splitlines() if line.strip()]
            start = lines[0].removeprefix("@ ")
            cases = tuple(line[2:] for line in lines[1:] if line.startswith("+ "))
            rest = tuple(line for line in lines[1:] if not line.startswith("+ "))
            yield Written(path.stem, title, start, cases, rest)


def play(talk: DeskTalk, lines: tuple[str, ...]) -> Iterator[str]:
    """Let happen what is written and yield everything as it really went."""
    for line in lines:
        if EVENT.fullmatch(line):
            yield line
            yield from _happen(talk, line)


def _happen(talk: DeskTalk, line: str) -> Iterator[str]:
    if line.startswith(">"):
        return talk.hear(line.lstrip("> "), follows=line.startswith(">>"))
    name, *words = line[1:-1].split()
    match name:
        case "press":
            return talk.press(words[0], int(words[2]) if words[1:] else 0)
        case "prompt":
            return talk.prompt(*words)
        case "beside" | "later":
            return (talk.beside if name == "beside" else talk.later)(" ".join(words))
        case "after":
            talk.now += timedelta(minutes=float(words[0].removesuffix("m")))
            return iter(())
        case _:
            return talk.take(_plain(talk, name))


def _plain(talk: DeskTalk, name: str) -> done.Event:
    if name == "picture":
        return done.Pictured(talk.now, "picture")
    return done.Lapsed(talk.now) if name == "lapse" else done.Freed(talk.now)
