"""Transcripts of the booking desk: one file a subject, talks written as they are to go.

A talk begins with `## title` and `@ channel key=value ...` (`at=11-24T16:00`, `elderly=yes`,
`breaches=2`, `suspended=05-23`, `consented=no`, `real=no`, `family=yes`, `usual=xn`,
`grabbed=yes`, `refused=twice`, `waits=yk,pf:11-26`). Lines `+ clinic MM-DD HH:MM key=value` are
visits in the book; `book.toml` holds clinics and slots. Then `> ` is what the patient writes,
`< ` what the desk says, `* ` what is done to the book; `…` stands for any words. In brackets is
what is not written:
`[prompt confirm v1]`, `[press key]`, `[press key before 1]`, `[after 12m]`, `[lapse]`,
`[drop v1]` (the visit is gone).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.rendering import render
from dialogs.actions import Ask, Say
from dialogs.appointments import actions as do
from dialogs.appointments.engine import step
from dialogs.appointments.events import Event, Lapsed, Prompt, Prompted, WhyNot
from dialogs.appointments.facts import Facts, Person
from dialogs.appointments.state import State, from_json, to_json
from dialogs.case import Case
from dialogs.catalog import load_catalog
from dialogs.events import Chose, Said
from dialogs.timing.spans import HOSPITAL_ZONE
from tests.dialogs.appointments.book import Book, at

FOLDER = Path(__file__).with_name("transcripts")
MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=HOSPITAL_ZONE)
EVENT = re.compile(r"> .*|\[(prompt|press|after|lapse|drop)\b.*\]")
WORDS = {"hosp": "示例医院", "phone": "0394-12345678", "switchboard": "0394-12345670"}
ROUNDS = 8
SHOWN: dict[type[do.Action], tuple[str, ...]] = {
    do.Book: ("slot", "patient"),
    do.Move: ("visit", "slot"),
    do.Cancel: ("visit", "reason"),
    do.HandOver: ("reason",),
    do.AskHospital: ("clinic", "visit"),
    do.TakeFreed: ("entry",),
    do.PassFreed: ("entry", "leave"),
    do.KeepConsent: ("granted",),
    do.RemindAgain: ("prompt", "at"),
    do.NoteElsewhere: ("clinic",),
}


@dataclass(frozen=True, slots=True)
class Written:
    """A talk as written down: how it starts, the visits there are, and what happens."""

    file: str
    title: str
    start: str
    visits: tuple[str, ...]
    lines: tuple[str, ...]

    def talk(self) -> DeskTalk:
        """Set the talk up."""
        channel, *settings = self.start.split()
        chosen = dict(setting.split("=", 1) for setting in settings)
        began = chosen.pop("at", "")
        now = at(began.replace("T", " ")) if began else MONDAY
        talk = DeskTalk(now, channel, chosen)
        for number, line in enumerate(self.visits, 1):
            talk.put(number, line)
        return talk


@dataclass(slots=True)
class DeskTalk:
    """One conversation with the booking desk; its state is saved and read before every step."""

    now: datetime
    channel: str = "web"
    settings: dict[str, str] = field(default_factory=dict)
    book: Book = field(default_factory=Book.standard)
    asked: str = ""  # the last question, as it was read
    deeds: list[tuple[str, do.Action]] = field(default_factory=list)  # with the question before
    _state: str = field(default_factory=lambda: to_json(State()))

    def __post_init__(self) -> None:
        self.book.grabbed = self._is("grabbed")
        self.book.breaches = int(self.settings.get("breaches", "0"))
        refused = self.settings.get("refused")
        for number, wait in enumerate(filter(None, self.settings.get("waits", "").split(",")), 1):
            self.book.wait(number, *wait.split(":"))
        self.book.refusal = WhyNot(refused) if refused else None

    def _is(self, name: str) -> bool:
        return self.settings.get(name, "no") == "yes"

    def put(self, number: int, line: str) -> None:
        """Write a visit of the header into the book."""
        clinic, day, clock, *more = line.split()
        facts: dict[str, Any] = dict(pair.split("=", 1) for pair in more)
        flags = {k: v == "yes" for k, v in facts.items() if v in ("yes", "no")}
        self.book.visit(number, clinic, f"{day} {clock}", **{**facts, **flags})

    @property
    def state(self) -> State:
        """The state as it would be read from the database."""
        return from_json(self._state)

    @property
    def facts(self) -> Facts:
        """What the desk knows."""
        visits = sorted(self.book.visits.values(), key=lambda visit: visit.starts)
        return Facts(
            channel=self.channel,
            elderly=self._is("elderly"),
            visits=tuple(visits),
            persons=tuple(self._persons()),
            clinics=() if self._is("closed") else self.book.names,
            usual_clinic=self.settings.get("usual", ""),
            words=WORDS,
            last_turn=int(self.settings.get("turn", "0")),
        )

    def _persons(self) -> Iterator[Person]:
        until = self.settings.get("suspended", "")
        yield Person(
            id="p1",
            whose="王**" if self._is("family") else "",
            breaches=int(self.settings.get("breaches", "0")),
            may_book_from=date.fromisoformat(f"2027-{until}") if until else None,
            consented=self.settings.get("consented", "yes") == "yes",
            real_name=self.settings.get("real", "yes") == "yes",
        )
        if self._is("family"):
            yield Person(id="p2", whose="李**")

    def hear(self, text: str) -> Iterator[str]:
        """Take what the patient writes."""
        return self.take(Said(self.now, text))

    def press(self, key: str, before: int = 0) -> Iterator[str]:
        """Press a button of the open question, or of one before it."""
        return self.take(Chose(self.now, key, self.state.turn - before))

    def prompt(self, name: str, *words: str) -> Iterator[str]:
        """Let the hospital begin; `words` are a visit and key=value of Prompted."""
        facts: dict[str, Any] = dict(word.split("=", 1) for word in words if "=" in word)
        visits = [word for word in words if "=" not in word]
        if visits:
            facts["visit"] = self.book.visits[visits[0]]
        if "on" in facts:
            facts["on"] = date.fromisoformat(f"2026-{facts['on']}")
        if "offer" in facts:
            facts |= {"offer": self.book.slots[facts["offer"]], "entry": "e1", "patient": "p1"}
            facts["until"] = self.now + timedelta(hours=1)
        return self.take(Prompted(self.now, Prompt(name), **facts))

    def take(self, event: Event) -> Iterator[str]:
        """Take an event and everything the book answers, eight rounds at most."""
        events = [event]
        for _ in range(ROUNDS):
            if not events:
                return
            event = events.pop(0)
            state, actions = step(load_catalog(), self.facts, self.state, event)
            self._state = to_json(state)
            assert self.state == state, "a state must be the same after it was stored"
            self.deeds += [(self.asked, action) for action in actions]
            for action in actions:
                yield from self.show(action)
                answer = self.book.answer(action, self.now)
                events += [answer] if answer else []
        assert not events, "the talk never ends"

    def show(self, action: do.Action) -> Iterator[str]:
        """Write an action down."""
        if isinstance(action, Say | Ask):
            case = Case(channel=self.channel, elderly=self._is("elderly"))
            line = render(action, load_catalog(), case, WORDS).line
            self.asked = line if isinstance(action, Ask) else self.asked
            yield f"< {line}"
        elif not isinstance(action, do.Find | do.FindHours | do.FindWaiting | do.LetGo | do.Done):
            yield f"* {deed(action)}"


def deed(action: do.Action) -> str:
    """Name a deed and what tells it from others."""
    name = re.sub(r"(?<!^)(?=[A-Z])", " ", type(action).__name__).lower()
    if isinstance(action, do.Wait):
        return f"{name} {action.search.clinic}"
    told = [str(getattr(action, field, "")) for field in SHOWN.get(type(action), ("visit",))]
    return " ".join(filter(None, [name, *told]))


def written() -> Iterator[Written]:
    """Read every talk of every file."""
    for path in sorted(FOLDER.glob("*.txt")):
        for piece in re.split(r"(?m)^## ", path.read_text("utf-8"))[1:]:
            title, *lines = [line.rstrip() for line in piece.splitlines() if line.strip()]
            start = lines[0].removeprefix("@ ")
            visits = tuple(line[2:] for line in lines[1:] if line.startswith("+ "))
            rest = tuple(line for line in lines[1:] if not line.startswith("+ "))
            yield Written(path.stem, title, start, visits, rest)


def play(talk: DeskTalk, lines: tuple[str, ...]) -> Iterator[str]:
    """Let happen what is written and yield everything as it really went."""
    for line in lines:
        if EVENT.fullmatch(line):
            yield line
            yield from _happen(talk, line)


def _happen(talk: DeskTalk, line: str) -> Iterator[str]:
    if line.startswith(">"):
        return talk.hear(line[2:])
    name, *words = line.strip("[]").split()
    match name:
        case "press":
            return talk.press(words[0], int(words[2]) if words[1:] else 0)
        case "prompt":
            return talk.prompt(*words)
        case "after":
            talk.now += timedelta(minutes=float(words[0].removesuffix("m")))
            return iter(())
        case "drop":
            del talk.book.visits[words[0]]
            return iter(())
        case _:
            return talk.take(Lapsed(talk.now))
