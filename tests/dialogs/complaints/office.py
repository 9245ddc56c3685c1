"""A small complaint office that answers what the talk asks of it, as the transaction does."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from dialogs.complaints import actions as do
from dialogs.complaints import events as done
from dialogs.complaints.facts import Registered
from dialogs.complaints.owners import route
from dialogs.tagging.complaint import tag
from dialogs.timing.spans import local

CALL = timedelta(hours=4)
LOW = 2


@dataclass(slots=True)
class Office:
    """The complaints of one conversation, newest first, and the words behind each message."""

    cases: list[Registered] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)

    def put(self, number: int, now: datetime, state: str = "received", hours: int = 0) -> None:
        """Write a complaint into the office, filed `hours` ago."""
        self._add(f"TS-{local(now):%Y%m%d}-{number:03}", now - timedelta(hours=hours), state, ())

    def _add(
        self, number: str, at: datetime, state: str, categories: tuple[str, ...], owner: str = ""
    ) -> Registered:
        midnight = local(at).replace(hour=0, minute=0, second=0, microsecond=0)
        case = Registered(
            number=number,
            state=state,
            owner=owner or "complaint_office",
            filed_at=at,
            contact_due=at + CALL,
            result_due=midnight + timedelta(days=4),
            categories=categories,
            contacted=state != "received",
        )
        self.cases.insert(0, case)
        return case

    def filed_since(self, at: datetime) -> bool:
        """Tell whether an open case was filed after this."""
        return any(case.filed_at > at for case in self.open)

    @property
    def open(self) -> tuple[Registered, ...]:
        """The cases that are not closed."""
        return tuple(case for case in self.cases if not case.closed)

    @property
    def closed(self) -> tuple[Registered, ...]:
        """The others."""
        return tuple(case for case in self.cases if case.closed)

    def answer(self, action: do.Action, now: datetime) -> done.Event | None:
        """Carry an action out and answer it; None where it needs no answer."""
        match action:
            case do.File(refs=refs):
                return replace(self._file(refs, now), brief=action.brief)
            case do.RaiseAbuse():
                return done.AbuseRaised(now, now + CALL)
            case do.Answer(answer=answer):
                return done.Answered(now, answer, now + CALL)
            case do.CallMe():
                return done.Answered(now, "survey", now + CALL)
            case do.Rate(number=number, stars=stars):
                return done.Rated(now, stars <= LOW and self._is_closed(number), now + CALL)
            case do.Withdraw(number=number):
                self._change(number, ended=True)
            case do.SetMode(number=number, mode=mode):
                self._change(number, mode=mode)
        return None

    def _file(self, refs: tuple[str, ...], now: datetime) -> done.Filed:
        words = "\n".join(self.words[ref] for ref in refs)
        tags = tag(words)
        found = route(tags.categories, words)
        number = f"TS-{local(now):%Y%m%d}-{len(self.cases) + 1:03}"
        case = self._add(number, now, "received", tuple(map(str, tags.categories)), found.owner)
        return done.Filed(now, number, case.contact_due, case.result_due)

    def _is_closed(self, number: str) -> bool:
        return any(case.number == number and case.closed for case in self.cases)

    def _change(self, number: str, **changes: bool | str) -> None:
        self.cases = [
            replace(case, **changes) if case.number == number else case  # type: ignore[arg-type]
            for case in self.cases
        ]
