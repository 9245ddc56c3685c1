"""A row of the monthly report: the figures of one department, or of all of them together (R1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import TypeVar

from handlers.reports import follow_up_figures as figures
from handlers.reports.follow_up_facts import MonthFacts
from handlers.reports.follow_up_figures import NOBODY, RoundFacts, Share, StayFacts
from handlers.reports.follow_up_rules import FigureRules, ReasonGroup, Unfinished, group_of
from models.ward_week import Verified

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class RoundFigures:
    """One round of the plans: completed of those due (M2), in time of those on the clock (M5)."""

    completed: Share = NOBODY
    in_time: Share = NOBODY

    def __add__(self, other: RoundFigures) -> RoundFigures:
        """Add counts."""
        return RoundFigures(self.completed + other.completed, self.in_time + other.in_time)


@dataclass(frozen=True, slots=True)
class FollowUpFigures:
    """Counts and shares that add up; `verified` is yes of sure answers, `asked` all who answered.

    `reasons` holds codes F11 to F53 of rounds not completed and of stays without rounds (M22);
    `unfinished` says of each stay without a contact why, and sums to it.
    """

    discharged: int = 0
    excluded: Mapping[str, int] = field(default_factory=dict)
    followed: Share = NOBODY
    attempted: Share = NOBODY
    rounds: Mapping[int, RoundFigures] = field(default_factory=dict)
    succeeded: Share = NOBODY
    recorded: Share = NOBODY
    unfinished: Mapping[Unfinished, int] = field(default_factory=dict)
    reasons: Mapping[str, int] = field(default_factory=dict)
    numbers: Share = NOBODY
    verified: Share = NOBODY
    unsure: int = 0
    drawn: int = 0
    red: int = 0
    orange: int = 0
    complaints: int = 0

    def __add__(self, other: FollowUpFigures) -> FollowUpFigures:
        """Add two departments: every count of one to the same of the other."""
        return FollowUpFigures(
            discharged=self.discharged + other.discharged,
            excluded=_added(self.excluded, other.excluded),
            followed=self.followed + other.followed,
            attempted=self.attempted + other.attempted,
            rounds=_added_rounds(self.rounds, other.rounds),
            succeeded=self.succeeded + other.succeeded,
            recorded=self.recorded + other.recorded,
            unfinished=_added(self.unfinished, other.unfinished),
            reasons=_added(self.reasons, other.reasons),
            numbers=self.numbers + other.numbers,
            verified=self.verified + other.verified,
            unsure=self.unsure + other.unsure,
            drawn=self.drawn + other.drawn,
            red=self.red + other.red,
            orange=self.orange + other.orange,
            complaints=self.complaints + other.complaints,
        )

    @property
    def left_out(self) -> int:
        """死亡/转院等排除."""
        return sum(self.excluded.values())

    @property
    def expected(self) -> int:
        """应随访: discharged and not left out."""
        return self.discharged - self.left_out

    @property
    def missing(self) -> int:
        """未完成人次: should have been followed up, and nobody was in touch."""
        return sum(self.unfinished.values())

    @property
    def not_completed(self) -> int:
        """What the reasons are shares of (M22)."""
        return sum(self.reasons.values())

    def group(self, group: ReasonGroup) -> int:
        """Count the reasons of a group, the first level of M22."""
        return sum(n for code, n in self.reasons.items() if group_of(code) is group)

    @property
    def empty(self) -> bool:
        """Tell whether nobody was discharged and no round was due."""
        return not self.discharged and not self.rounds


@dataclass(frozen=True, slots=True)
class Signals:
    """Alerts and complaints of a department in the month."""

    red: int = 0
    orange: int = 0
    complaints: int = 0


def figures_by_department(
    facts: MonthFacts, signals: Mapping[str, Signals], rules: FigureRules
) -> dict[str, FollowUpFigures]:
    """Count each department by its code; the empty code is what belongs to none."""
    stays = _by(facts.stays, lambda stay: stay.department)
    rounds = _by(facts.rounds, lambda row: row.department)
    proofs = _by(facts.proofs, lambda proof: proof.department)
    return {
        code: _figures(
            stays.get(code, []),
            rounds.get(code, []),
            [proof.answer for proof in proofs.get(code, [])],
            signals.get(code, Signals()),
            rules,
        )
        for code in sorted(stays.keys() | rounds.keys() | proofs.keys() | signals.keys())
    }


def total_of(rows: Iterable[FollowUpFigures]) -> FollowUpFigures:
    """Add departments up."""
    return reduce(FollowUpFigures.__add__, rows, FollowUpFigures())


def _figures(
    stays: Sequence[StayFacts],
    rounds: Sequence[RoundFacts],
    answers: Sequence[Verified | None],
    signals: Signals,
    rules: FigureRules,
) -> FollowUpFigures:
    told = [answer for answer in answers if answer is not None]
    verified = figures.genuine(told)
    by_number = _by(rounds, lambda row: row.number)
    return FollowUpFigures(
        discharged=len(stays),
        excluded=figures.exclusions(stays),
        followed=figures.followed_up(stays, rules),
        attempted=figures.attempted(stays),
        rounds={n: _of_round(by_number[n], rules) for n in sorted(by_number)},
        succeeded=figures.succeeded(rounds),
        recorded=figures.recorded(rounds),
        unfinished=figures.unfinished(stays),
        reasons=figures.reasons(stays, rounds),
        numbers=figures.numbers_valid(stays),
        verified=verified,
        unsure=len(told) - verified.whole,
        drawn=len(answers),
        red=signals.red,
        orange=signals.orange,
        complaints=signals.complaints,
    )


def _of_round(rows: Sequence[RoundFacts], rules: FigureRules) -> RoundFigures:
    return RoundFigures(figures.rounds_completed(rows, rules), figures.in_time(rows, rules))


FactT = TypeVar("FactT")


def _by(rows: Iterable[FactT], key: Callable[[FactT], Key]) -> dict[Key, list[FactT]]:
    found: dict[Key, list[FactT]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def _added(some: Mapping[Key, int], others: Mapping[Key, int]) -> Mapping[Key, int]:
    return dict(Counter(some) + Counter(others))


def _added_rounds(
    some: Mapping[int, RoundFigures], others: Mapping[int, RoundFigures]
) -> Mapping[int, RoundFigures]:
    nothing = RoundFigures()
    numbers = sorted(some.keys() | others.keys())
    return {n: some.get(n, nothing) + others.get(n, nothing) for n in numbers}
