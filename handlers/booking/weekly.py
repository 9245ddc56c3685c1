"""The weekly report of bookings: rows, reasons, curve and what changed most (R2, M17-M20)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from dialogs.timing.spans import local, moment
from handlers.booking.hospital_withdrawals import LateWithdrawal, late_withdrawals
from handlers.booking.notices import notify
from handlers.booking.tally import Cell, Figure, Tally, tally
from handlers.desk import Desk
from models.booking import Appointment, AppointmentStatus
from models.conversation import Dialog
from models.office import NoticeKind, OfficeDesk
from models.response import Answer
from models.timetable import Due

WEEKS: Final = 12
REASONS: Final = ("forgot", "eased", "busy", "traffic", "wait", "elsewhere", "other")
UNANSWERED: Final = "unanswered"
_DAYS: Final = 7
_LARGEST: Final = 3


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts of one row; a rate without a denominator is None."""

    counts: Mapping[Figure, int]

    def __getitem__(self, figure: Figure) -> int:
        """Return a count."""
        return self.counts.get(figure, 0)

    def rate(self, part: Figure, whole: Figure) -> float | None:
        """Return a share in percent."""
        return 100 * self[part] / self[whole] if self[whole] else None

    @property
    def converted(self) -> float | None:
        """咨询预约率 (M17)."""
        return self.rate(Figure.BOOKED, Figure.CONSULTED)

    @property
    def attended(self) -> float | None:
        """预约到诊率 (M18)."""
        return self.rate(Figure.ARRIVED, Figure.DUE)

    @property
    def missed(self) -> float | None:
        """爽约率 (M19)."""
        return self.rate(Figure.MISSED, Figure.DUE)

    @property
    def late(self) -> float | None:
        """晚退率 (M19)."""
        return self.rate(Figure.LATE, Figure.DUE)

    @property
    def delivered(self) -> float | None:
        """提醒送达率."""
        return self.rate(Figure.DELIVERED, Figure.REMINDED)

    @property
    def confirmed(self) -> float | None:
        """提醒确认率 (M20)."""
        return self.rate(Figure.ANSWERED, Figure.TOLD)


@dataclass(frozen=True, slots=True)
class Line:
    """A row with the same row of the week before; `day` is None in a row by clinic or a total."""

    day: date | None
    name: str
    now: Figures
    before: Figures


@dataclass(frozen=True, slots=True)
class Change:
    """Something that differs much from the week before; the cause is for people to write."""

    clinic: str
    measure: str
    before: float
    now: float

    @property
    def size(self) -> float:
        """In points of a percentage; a count as a share of what it was."""
        if self.measure == Figure.BOOKED:
            return 100 * abs(self.now - self.before) / max(self.before, 1)
        return abs(self.now - self.before)


@dataclass(frozen=True, slots=True)
class WeekReport:
    """A week's figures, all that its sheets show."""

    monday: date
    made_at: datetime
    by_source: tuple[Line, ...]
    by_clinic: tuple[Line, ...]
    total: Line
    reasons: tuple[tuple[str, int], ...]
    unanswered: int
    withdrawn: tuple[LateWithdrawal, ...]
    curve: tuple[tuple[date, Figures], ...]
    changes: tuple[Change, ...]

    @property
    def empty(self) -> bool:
        """Tell whether nothing was booked nor due."""
        return not any(self.total.now.counts.values())


def monday_of(week: str) -> date:
    """Read an ISO week such as 2026-W47; ValueError when it is none."""
    return datetime.strptime(f"{week}-1", "%G-W%V-%u").date()  # noqa: DTZ007 - a date alone


def week_name(monday: date) -> str:
    """Write an ISO week: 2026-W47."""
    return f"{monday:%G-W%V}"


async def report_on(monday: date, now: datetime) -> WeekReport:
    """Count a week, the one before, and the twelve that end with it."""
    first = monday - (WEEKS - 1) * timedelta(days=_DAYS)
    counted = await tally(first, WEEKS * _DAYS, now)
    weeks = [first + number * timedelta(days=_DAYS) for number in range(WEEKS)]
    split = {start: _of_week(counted, start) for start in weeks}
    this, last = split[monday], split[monday - timedelta(days=_DAYS)]
    reasons = await _reasons(monday, now)
    by_clinic = _lines(this, last, lambda cell: (None, cell.clinic))
    return WeekReport(
        monday=monday,
        made_at=now,
        by_source=_lines(this, last, lambda cell: (cell.day, cell.source)),
        by_clinic=by_clinic,
        total=Line(None, "", _figures(this), _figures(last)),
        reasons=_pareto(reasons),
        unanswered=reasons[UNANSWERED],
        withdrawn=await _withdrawn(monday, now),
        curve=tuple((start, _figures(split[start])) for start in weeks),
        changes=_changes(by_clinic),
    )


def _of_week(counted: Tally, monday: date) -> Tally:
    end = monday + timedelta(days=_DAYS)
    return Counter({cell: n for cell, n in counted.items() if monday <= cell.day < end})


def _figures(counted: Mapping[Cell, int]) -> Figures:
    counts: Counter[Figure] = Counter()
    for cell, number in counted.items():
        counts[cell.figure] += number
    return Figures(counts)


def _lines(
    this: Tally, last: Tally, key: Callable[[Cell], tuple[date | None, str]]
) -> tuple[Line, ...]:
    """A row that is empty this week is shown if it was not the week before."""
    week = timedelta(days=_DAYS)
    now = _grouped(this, key)
    shifted = Counter(
        {Cell(c.day + week, c.source, c.clinic, c.figure): n for c, n in last.items()}
    )
    before = _grouped(shifted, key)
    keys = sorted(now.keys() | before.keys(), key=lambda k: (k[0] or date.min, k[1]))
    nothing = Figures({})
    return tuple(
        Line(day, name, now.get((day, name), nothing), before.get((day, name), nothing))
        for day, name in keys
    )


def _grouped(
    counted: Tally, key: Callable[[Cell], tuple[date | None, str]]
) -> dict[tuple[date | None, str], Figures]:
    groups: dict[tuple[date | None, str], Tally] = {}
    for cell, number in counted.items():
        groups.setdefault(key(cell), Counter())[cell] += number
    return {name: _figures(group) for name, group in groups.items()}


async def _reasons(monday: date, now: datetime) -> Counter[str]:
    """Why the visits of the week were missed; who never said is counted as unanswered (NS9)."""
    begins = moment(monday, time())
    ends = min(moment(monday + timedelta(days=_DAYS), time()), now)
    rows = Appointment.filter(
        status=AppointmentStatus.NO_SHOW, starts_at__gte=begins, starts_at__lt=ends
    )
    missed = [row.id for row in await rows.only("id")]
    asked = {d.id: d.appointment_id for d in await Dialog.filter(appointment_id__in=missed)}
    answers = Answer.filter(
        response__dialog_id__in=list(asked), item="why", superseded_at__isnull=True
    )
    given = [str(answer.value[0]) for answer in await answers if answer.value]
    counted = Counter(given)
    counted[UNANSWERED] = len(missed) - len(given)
    return counted


async def _withdrawn(monday: date, now: datetime) -> tuple[LateWithdrawal, ...]:
    """What the hospital itself gave up late counts for nobody's rate, and is shown all the same."""
    ends = min(moment(monday + timedelta(days=_DAYS), time()), now)
    return await late_withdrawals(moment(monday, time()), ends)


def _pareto(counted: Counter[str]) -> tuple[tuple[str, int], ...]:
    """All seven reasons, the most frequent first; those alike in the order of the form."""
    return tuple(sorted(((r, counted[r]) for r in REASONS), key=lambda pair: -pair[1]))


def _changes(lines: Collection[Line]) -> tuple[Change, ...]:
    found = [change for line in lines for change in _of_clinic(line)]
    moved = [change for change in found if change.size > 0]
    return tuple(sorted(moved, key=lambda c: (-c.size, c.clinic, c.measure))[:_LARGEST])


def _of_clinic(line: Line) -> list[Change]:
    booked = Change(line.name, Figure.BOOKED, line.before[Figure.BOOKED], line.now[Figure.BOOKED])
    rates = {
        "attended": (line.before.attended, line.now.attended),
        "missed": (line.before.missed, line.now.missed),
        "late": (line.before.late, line.now.late),
        "confirmed": (line.before.confirmed, line.now.confirmed),
    }
    known = [
        Change(line.name, measure, before, now)
        for measure, (before, now) in rates.items()
        if before is not None and now is not None
    ]
    return [booked, *known]


async def report_week(desk: Desk, due: Due, now: datetime) -> str:
    """Tell the outpatient office on Monday that the report on the week before is there."""
    del desk
    monday = local(due.due_at).date() - timedelta(days=_DAYS)
    report = await report_on(monday, now)
    figures = report.total.now
    attended = figures.attended
    values = {
        "week": week_name(monday),
        "n": str(figures[Figure.BOOKED]),
        "due": str(figures[Figure.DUE]),
        "rate": "-" if attended is None else f"{attended:.1f}",
        "missed": str(figures[Figure.MISSED]),
    }
    await notify(
        OfficeDesk.OUTPATIENT_OFFICE,
        NoticeKind.WEEK,
        monday,
        "S-WEEK",
        values,
        occurrence=f"week:{monday}",
        now=now,
    )
    return "empty" if report.empty else "reported"
