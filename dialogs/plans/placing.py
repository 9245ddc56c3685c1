"""The contacts of a plan laid on the days after one discharge: rounds, daily reports, review."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dialogs.plans.template import (
    AFTER_CHANGE,
    BEFORE_REVIEW,
    AfterChange,
    BeforeReview,
    Contact,
    DailyReport,
    PlanTemplate,
)
from dialogs.timing.calendar import WorkingCalendar
from dialogs.timing.rounds import Offset, RoundTiming, days_of
from dialogs.timing.spans import MORNING, Span


class ContactKind(StrEnum):
    """What a contact of a plan is; only rounds are counted by number."""

    ROUND = "round"
    DAILY_REPORT = "daily_report"
    BEFORE_REVIEW = "before_review"
    AFTER_CHANGE = "after_change"


@dataclass(frozen=True, slots=True)
class Placed:
    """A contact on its days, counted from the discharge."""

    kind: ContactKind
    timing: RoundTiming
    contact: Contact
    window: Span = MORNING

    @property
    def number(self) -> int:
        """The number of its task within the plan."""
        return self.timing.round


def placed(
    plan: PlanTemplate,
    discharged_on: date,
    calendar: WorkingCalendar,
    *,
    review_on: date | None = None,
    medicine_changed_on: date | None = None,
) -> tuple[Placed, ...]:
    """Lay out a plan for one discharge.

    No daily report is asked for on a festival (C16), nor on the day of a round, which is the
    report of that day: nobody is written to twice a day.
    """
    found = [Placed(ContactKind.ROUND, each.timing, each.contact) for each in plan.rounds]
    taken = {days_of(each.timing, discharged_on, calendar)[0] for each in found}
    if plan.daily is not None:
        found += _daily(plan.daily, discharged_on, taken, calendar)
    if plan.before_review is not None and review_on is not None:
        found += _before(plan.before_review, discharged_on, review_on)
    if plan.after_change is not None and medicine_changed_on is not None:
        changed_on = max(medicine_changed_on, discharged_on)
        found.append(_after(plan.after_change, discharged_on, changed_on))
    return tuple(found)


def _daily(
    daily: DailyReport, discharged_on: date, taken: set[date], calendar: WorkingCalendar
) -> Iterator[Placed]:
    for number, day in daily.numbered_days(discharged_on):
        if day not in taken and not calendar.is_festival(day):
            timing = _between(number, discharged_on, day, day)
            yield Placed(ContactKind.DAILY_REPORT, timing, daily.contact, daily.window)


def _before(before: BeforeReview, discharged_on: date, review_on: date) -> Iterator[Placed]:
    """A review so near that its contact would come before the patient is home needs none."""
    first = review_on - timedelta(days=before.days)
    if first > discharged_on:
        eve = review_on - timedelta(days=1)
        timing = _between(BEFORE_REVIEW, discharged_on, first, max(first, eve))
        yield Placed(ContactKind.BEFORE_REVIEW, timing, before.contact)


def _after(after: AfterChange, discharged_on: date, changed_on: date) -> Placed:
    """Medicines that were changed in hospital are new to the patient from the discharge on."""
    first, last = (changed_on + timedelta(days=n) for n in (after.days, after.within))
    timing = _between(AFTER_CHANGE, discharged_on, first, last)
    return Placed(ContactKind.AFTER_CHANGE, timing, after.contact)


def _between(number: int, discharged_on: date, first: date, last: date) -> RoundTiming:
    days = ((day - discharged_on).days for day in (first, last))
    return RoundTiming(number, *(Offset(n) for n in days))
