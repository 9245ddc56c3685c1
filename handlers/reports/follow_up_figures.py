"""The figures of follow-up, each from the facts of a month by its definition (M1-M6, M13, M22-M24).

Pure: no database, no clock. `docs/figures.md` says the same in words people sign.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeVar

from handlers.reports.follow_up_rules import DIED, FigureRules, Unfinished, group_of
from models.ward_week import Verified

Fact = TypeVar("Fact")


@dataclass(frozen=True, slots=True)
class StayFacts:
    """One stay: `exclusion` is the code it is left out for; `rounds` counts those of its plan.

    `reason` is the one its last round ended with; `waiting` and `overdue` tell of rounds without
    an end: their deadline is still to come, or has passed.
    """

    id: str
    department: str
    discharged_on: date
    exclusion: str = ""
    deliverable: bool = True
    attempted: bool = False
    reached: bool = False
    rounds: int = 0
    reason: str = ""
    waiting: bool = False
    overdue: bool = False

    @property
    def tried(self) -> bool:
        """Somebody at least tried to be in touch."""
        return self.attempted or self.reached

    @property
    def left_out(self) -> bool:
        """Left out for good: who was reached before that counts as reached."""
        return bool(self.exclusion) and not self.reached

    @property
    def died_on_ward(self) -> bool:
        """Died in hospital, so that no plan was ever made."""
        return self.exclusion == DIED and not self.rounds

    @property
    def died(self) -> bool:
        """Died before anybody had been in touch."""
        return self.left_out and self.exclusion == DIED


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """One round whose deadline has passed; `completed` means it has its answers.

    A completed round with a `reason` lacks required items, and the reason excuses them. That of a
    `headless` one lacks fields at the head of its form.
    """

    id: str
    stay: str
    department: str
    number: int
    deadline_at: datetime
    completed: bool = False
    closed: bool = False
    reason: str = ""
    festival: bool = False
    attempted: bool = False
    closed_at: datetime | None = None
    headless: bool = False

    @property
    def complete(self) -> bool:
        """All required items are answered."""
        return self.completed and not self.reason

    @property
    def tried(self) -> bool:
        """Somebody at least tried to be in touch."""
        return self.attempted or self.completed

    @property
    def ended(self) -> bool:
        """It has its answers, or was closed without them."""
        return self.completed or self.closed

    @property
    def recorded(self) -> bool:
        """It ended with head and required items filled in, or with a reason."""
        return self.ended and (bool(self.reason) or (self.complete and not self.headless))

    @property
    def in_time(self) -> bool:
        """Completed by its deadline."""
        at = self.closed_at
        return self.completed and at is not None and at <= self.deadline_at


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, kept as two counts so that departments add up to the house."""

    part: int = 0
    whole: int = 0

    def __add__(self, other: Share) -> Share:
        """Add counts, never percentages."""
        return Share(self.part + other.part, self.whole + other.whole)

    @property
    def percent(self) -> float | None:
        """In percent; None without a denominator."""
        return 100 * self.part / self.whole if self.whole else None

    @property
    def each(self) -> float | None:
        """As a mean; None without a denominator."""
        return self.part / self.whole if self.whole else None


NOBODY: Final = Share()


def followed_up(stays: Iterable[StayFacts], rules: FigureRules) -> Share:
    """出院患者随访比例 (M1): stays with an effective contact / stays discharged.

    A stay counts once however often it was reached (国卫办医政函〔2023〕313号, indicator 21).
    Deaths leave the denominator unless `rules.deaths_count`; no other exclusion does.
    """
    counted = [stay for stay in stays if rules.deaths_count or not stay.died]
    return _share(counted, lambda stay: stay.reached)


def rounds_completed(rounds: Iterable[RoundFacts], rules: FigureRules) -> Share:
    """轮次完成率 (M2): rounds completed / rounds due; rounds ended by a death as in M1."""
    return _share(_due(rounds, rules), lambda row: row.completed)


def attempted(stays: Iterable[StayFacts]) -> Share:
    """回访覆盖率 (M3): stays with an attempt / stays to be followed up (none left out)."""
    wanted = [stay for stay in stays if not stay.left_out]
    return _share(wanted, lambda stay: stay.tried)


def succeeded(rounds: Iterable[RoundFacts]) -> Share:
    """回访成功率 (M4): rounds completed with all required items / rounds attempted."""
    return _share([row for row in rounds if row.tried], lambda row: row.complete)


def in_time(rounds: Iterable[RoundFacts], rules: FigureRules) -> Share:
    """回访及时率 (M5): rounds completed by the deadline / rounds due, but for festivals (C16)."""
    clocked = [row for row in _due(rounds, rules) if not row.festival]
    return _share(clocked, lambda row: row.in_time)


def recorded(rounds: Iterable[RoundFacts]) -> Share:
    """记录完整率 (M6): ended rounds with head and required items, or a reason / ended rounds."""
    return _share([row for row in rounds if row.ended], lambda row: row.recorded)


def genuine(answers: Iterable[Verified]) -> Share:
    """真实率 (M13): "yes, contacted" / asked with an answer; who is unsure counts nowhere."""
    sure = [answer for answer in answers if answer is not Verified.UNSURE]
    return _share(sure, lambda answer: answer is Verified.YES)


def reasons(stays: Iterable[StayFacts], rounds: Iterable[RoundFacts]) -> Mapping[str, int]:
    """无法完成原因构成 (M22): reason codes of rounds not completed, and of stays without rounds.

    An empty code counts the rounds nobody has given a reason for. Shares are of the sum.
    """
    return dict(Counter(code for code, _ in with_reason(stays, rounds)))


def with_reason(
    stays: Iterable[StayFacts], rounds: Iterable[RoundFacts]
) -> Iterator[tuple[str, StayFacts | RoundFacts]]:
    """Name the reason of each round not completed, and of each stay left without a round."""
    for row in rounds:
        if not row.completed:
            yield row.reason, row
    for stay in stays:
        if not stay.rounds and (stay.left_out or stay.reason):
            yield stay.exclusion or stay.reason, stay


def numbers_valid(stays: Iterable[StayFacts]) -> Share:
    """号码有效率 (M23): stays with at least one deliverable number / discharged alive.

    Of who died on the ward no number is taken over, so that none can be said to be missing.
    """
    alive = [stay for stay in stays if not stay.died_on_ward]
    return _share(alive, lambda stay: stay.deliverable)


def daily_load(calls: Iterable[tuple[str, date]]) -> Share:
    """人均日处理量 (M24): tasks ended by a caller / days on which a caller ended any."""
    ended = list(calls)
    return Share(len(ended), len(set(ended)))


def exclusions(stays: Iterable[StayFacts]) -> Mapping[str, int]:
    """Count the stays left out by their code: no denominator shrinks unseen."""
    return dict(Counter(stay.exclusion for stay in stays if stay.left_out))


def unfinished(stays: Iterable[StayFacts]) -> Mapping[Unfinished, int]:
    """Say of each stay that should have had a contact and had none, why: they add up."""
    open_stays = [stay for stay in stays if not stay.left_out and not stay.reached]
    return dict(Counter(why_unfinished(stay) for stay in open_stays))


def why_unfinished(stay: StayFacts) -> Unfinished:
    """Say why a stay had no contact; what can still be done comes before what is over."""
    if stay.waiting:
        return Unfinished.WAITING
    if stay.overdue:
        return Unfinished.OVERDUE
    if stay.reason:
        group = group_of(stay.reason).value
        return Unfinished(group) if group in set(Unfinished) else Unfinished.OVERDUE
    return Unfinished.UNPLANNED if not stay.rounds else Unfinished.OVERDUE


def _due(rounds: Iterable[RoundFacts], rules: FigureRules) -> list[RoundFacts]:
    return [row for row in rounds if rules.deaths_count or row.reason != DIED]


def _share(rows: Collection[Fact], counts: Callable[[Fact], bool]) -> Share:
    return Share(sum(counts(row) for row in rows), len(rows))
