"""The booking rules of a clinic and the clocks that follow from them (R091-R104, C3-C7)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta

from dialogs.timing.spans import local, moment

NOON = time(12)
EVENING = time(17, 30)
_A_DAY = timedelta(days=1)
_MONTHS = 12
_AT_LEAST_ONE = frozenset(
    {
        "breach_limit",
        "breach_window_days",
        "slot_minutes",
        "hold_minutes",
        "horizon_days",
        "open_bookings",
    }
)


@dataclass(frozen=True, slots=True)
class BookingRules:
    """What a clinic may decide for itself; `Clinic.rules` overrides it by these names.

    Times are of the day before the visit unless they are check-in times. After a check-in
    deadline the place is kept `grace_minutes` for somebody who says to be on the way.
    """

    min_lead_days: int = 2
    cutoff: time = time(14)
    free_cancel: time = time(15)
    substitution_notice: time = time(16)
    morning_check_in: time = time(10)
    afternoon_check_in: time = time(15, 30)
    check_in_slack_minutes: int = 15
    grace_minutes: int = 30
    breach_limit: int = 3
    breach_window_days: int = 30
    calendar_month: bool = False
    suspension_months: int = 6
    late_cancel_counts: bool = True
    slot_minutes: int = 30
    hold_minutes: int = 10
    waiting_offer_minutes: int = 60
    horizon_days: int = 28
    # what a person may hold at a time, over all clinics
    open_bookings: int = 5
    # 0: the request to confirm goes at half past eight the day before (C8)
    confirm_hours_before: int = 0
    # the ladder ends with the patient's yes (R124)
    stop_when_confirmed: bool = False

    @classmethod
    def from_mapping(cls, overrides: Mapping[str, object]) -> BookingRules:
        """Read a clinic's overrides; times are written 14:00.

        Raises ValueError that names every fault at once.
        """
        kinds = {field.name: field.type for field in fields(cls)}
        read: dict[str, object] = {}
        faults = []
        for name, value in overrides.items():
            try:
                read[name] = _read(name, str(kinds[name]), value)
            except KeyError:
                faults.append(f"{name}: no such rule")
            except ValueError as fault:
                faults.append(f"{name}: {fault}")
        if faults:
            raise ValueError("; ".join(faults))
        return cls(**read)  # type: ignore[arg-type]  # each value was read by its field's kind


def _read(name: str, kind: str, value: object) -> object:
    match kind:
        case "time":
            return value if isinstance(value, time) else time.fromisoformat(str(value))
        case "bool" if isinstance(value, bool):
            return value
        case "int" if isinstance(value, int) and not isinstance(value, bool):
            least = 1 if name in _AT_LEAST_ONE else 0
            if value < least:
                raise ValueError(f"at least {least}")
            return value
        case _:
            raise ValueError("yes or no" if kind == "bool" else "a whole number")


def earliest_day(now: datetime, rules: BookingRules) -> date:
    """Return the first day a new booking may be for: today and the lead (R091)."""
    return local(now).date() + rules.min_lead_days * _A_DAY


def may_book_until(day: date, rules: BookingRules) -> datetime:
    """Return the cut-off for a visit on `day`, in UTC: before it one may still book (R092).

    A clinic without any lead takes bookings on the day itself, so that no cut-off of the day
    before can bind it (C3): there it is the end of the day.
    """
    if rules.min_lead_days == 0:
        return moment(day + _A_DAY, time(0))
    return moment(day - _A_DAY, rules.cutoff)


def first_open_day(now: datetime, rules: BookingRules, *, lead: bool) -> date:
    """Return the first day that can be booked now; moves and staff know the cut-off alone."""
    day = earliest_day(now, rules) if lead else local(now).date()
    while now >= may_book_until(day, rules):
        day += _A_DAY
    return day


def last_open_day(now: datetime, rules: BookingRules) -> date:
    """Return the last day that is published."""
    return local(now).date() + rules.horizon_days * _A_DAY


def free_until(starts: datetime, rules: BookingRules) -> datetime:
    """Return the limit of free cancellation in UTC; the limit itself is too late (R097)."""
    return moment(local(starts).date() - _A_DAY, rules.free_cancel)


def move_until(starts: datetime, rules: BookingRules) -> datetime:
    """Return until when a visit may be moved or given up, in UTC: the end of its day.

    The cut-off binds the day it is moved to. After `free_until` it counts as a late cancellation,
    and after the check-in deadline M-LATE still offers another time (R102).
    """
    del rules
    return moment(local(starts).date() + _A_DAY, time(0))


def substitute_until(day: date, rules: BookingRules) -> datetime:
    """Return until when a session of `day` may be stopped or substituted, in UTC (R104)."""
    return moment(day - _A_DAY, rules.substitution_notice)


def check_in_by(starts: datetime, rules: BookingRules) -> datetime:
    """Return the check-in deadline in UTC: the session's, or a little after a later slot (C7)."""
    wall = local(starts)
    own = starts.astimezone(UTC) + timedelta(minutes=rules.check_in_slack_minutes)
    if wall.time() >= EVENING:
        return own
    clock = rules.morning_check_in if wall.time() < NOON else rules.afternoon_check_in
    return max(moment(wall.date(), clock), own)


def breaches_counted(instants: Iterable[datetime], now: datetime, rules: BookingRules) -> int:
    """Count the breaches that stand at `now` (R098, C6).

    Rolling: less than thirty days old. By calendar month: of the month `now` lies in.
    """
    return sum(1 for at in instants if at <= now and _stands(at, now, rules))


def _stands(at: datetime, now: datetime, rules: BookingRules) -> bool:
    if rules.calendar_month:
        then, today = local(at), local(now)
        return (then.year, then.month) == (today.year, today.month)
    return at > now - rules.breach_window_days * _A_DAY


def suspending_breach(
    instants: Iterable[datetime], rules: BookingRules, since: datetime
) -> datetime | None:
    """Return the first breach from `since` on that fills a window, in whatever order they came."""
    known = sorted(instants)
    later = (at for at in known if at >= since)
    full = (at for at in later if breaches_counted(known, at, rules) >= rules.breach_limit)
    return next(full, None)


def suspension_end(third_breach_at: datetime, rules: BookingRules) -> date:
    """Return the first day on which booking is possible again: half a year is six months (C6).

    A day the month does not have becomes its last one.
    """
    day = local(third_breach_at).date()
    years, month = divmod(day.month - 1 + rules.suspension_months, _MONTHS)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
