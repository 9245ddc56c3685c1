"""A follow-up plan as data: its rounds, its daily reports, its contacts at turning points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from dialogs.plans.criteria import Criteria, StayFacts, Tier
from dialogs.timing.attempts import AttemptTiming
from dialogs.timing.rounds import RoundTiming
from dialogs.timing.spans import Span

FIRST_DAILY = 100
BEFORE_REVIEW = 201
AFTER_CHANGE = 202


class RepeatBy(StrEnum):
    """By which channel it is asked again, where no channel is named."""

    OTHER = "other"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class FormChoice:
    """A questionnaire and whom it is asked of."""

    form: str
    of: Criteria = field(default_factory=Criteria)


@dataclass(frozen=True, slots=True)
class Course:
    """Who answers for a contact, how it is tried, and on whose phone list it ends.

    `repeat_by`: a channel, or a member of RepeatBy.
    """

    owner: str
    attempts: AttemptTiming = field(default_factory=AttemptTiming)
    repeat_by: str = RepeatBy.OTHER
    calls: str = ""

    @property
    def caller(self) -> str:
        """The role on whose phone list it is put when messages were not enough."""
        return self.calls or self.owner


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact of a plan: what is asked of whom, and its course for either kind of risk."""

    title: str
    forms: tuple[FormChoice, ...]
    ordinary: Course
    high_risk: Course

    def course(self, tier: str) -> Course:
        """Return how it is done for a patient of this tier."""
        return self.high_risk if tier == Tier.HIGH else self.ordinary

    def forms_for(self, stay: StayFacts) -> tuple[str, ...]:
        """Return what is asked of this patient; nothing where a person calls instead."""
        return tuple(choice.form for choice in self.forms if choice.of.claim(stay))


@dataclass(frozen=True, slots=True)
class PlanRound:
    """A round: its number and days, and the contact itself."""

    timing: RoundTiming
    contact: Contact

    @property
    def number(self) -> int:
        """The number it has in every figure and on every list."""
        return self.timing.round


@dataclass(frozen=True, slots=True)
class DailyReport:
    """What the family reports every day, in the evening; both days are included (R021)."""

    first_day: int
    last_day: int
    window: Span
    contact: Contact

    def numbered_days(self, discharged_on: date) -> Iterator[tuple[int, date]]:
        """Yield each report's number within the plan, from 101 on, and its day."""
        for day in range(self.first_day, self.last_day + 1):
            yield FIRST_DAILY + day, discharged_on + timedelta(days=day)


@dataclass(frozen=True, slots=True)
class BeforeReview:
    """A contact some days before the day of the review (R045)."""

    days: int
    contact: Contact


@dataclass(frozen=True, slots=True)
class AfterChange:
    """A contact some days after the medicines were changed, and until when (R045)."""

    days: int
    within: int
    contact: Contact


@dataclass(frozen=True, slots=True)
class PlanTemplate:
    """A plan: `name` is how data calls it, `title` how people do."""

    name: str
    title: str
    rounds: tuple[PlanRound, ...]
    daily: DailyReport | None = None
    before_review: BeforeReview | None = None
    after_change: AfterChange | None = None

    def contact(self, number: int) -> Contact | None:
        """Return the contact with this number within the plan."""
        if self.before_review is not None and number == BEFORE_REVIEW:
            return self.before_review.contact
        if self.after_change is not None and number == AFTER_CHANGE:
            return self.after_change.contact
        if self.daily is not None and FIRST_DAILY < number < BEFORE_REVIEW:
            return self.daily.contact
        return next((each.contact for each in self.rounds if each.number == number), None)

    def contacts(self) -> Iterator[tuple[str, Contact]]:
        """Yield every contact with the place where it stands in a file of plans."""
        for each in self.rounds:
            yield f"round {each.number}", each.contact
        if self.daily is not None:
            yield "daily", self.daily.contact
        if self.before_review is not None:
            yield "before_review", self.before_review.contact
        if self.after_change is not None:
            yield "after_change", self.after_change.contact
