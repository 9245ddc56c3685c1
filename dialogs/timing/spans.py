"""Spans of local clock time, and the way between wall clocks and UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

HOSPITAL_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Span:
    """A part of the day, start included and end excluded; 20:30-08:00 passes midnight."""

    start: time
    end: time

    @classmethod
    def parse(cls, text: str) -> Span:
        """Read "20:30-08:00", the form settings use; ValueError when it is not one."""
        start, separator, end = text.partition("-")
        if not separator:
            raise ValueError(f"a span is written 08:00-12:00, not {text!r}")
        return cls(time.fromisoformat(start.strip()), time.fromisoformat(end.strip()))

    def __post_init__(self) -> None:
        if self.start == self.end:
            raise ValueError(f"a span cannot start and end at {self.start:%H:%M}")

    def covers(self, clock: time) -> bool:
        """Tell whether this local clock time lies in the span."""
        if self.start < self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end


NIGHT = Span(time(20, 30), time(8))
NOON = Span(time(12), time(14))
MORNING = Span(time(9), time(11))


def local(at: datetime, zone: ZoneInfo = HOSPITAL_ZONE) -> datetime:
    """Return the wall clock of people; an instant without a zone is a fault of the caller."""
    if at.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return at.astimezone(zone)


def moment(day: date, clock: time, zone: ZoneInfo = HOSPITAL_ZONE) -> datetime:
    """Return the UTC instant at which people's clocks show this day and time."""
    return datetime.combine(day, clock, zone).astimezone(UTC)
