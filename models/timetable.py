"""What is due and when: occurrences, the hospital's calendar, running numbers."""

from datetime import date
from enum import StrEnum
from typing import Any, ClassVar

from tortoise import fields
from tortoise.expressions import F

from models.columns import choice
from models.once import insert_once
from models.row import Row


class DueStatus(StrEnum):
    """Where an occurrence stands."""

    PENDING = "pending"
    CLAIMED = "claimed"
    DONE = "done"
    SKIPPED = "skipped"


class DaySource(StrEnum):
    """Who said whether a day is a working day."""

    LIBRARY = "library"
    HOSPITAL = "hospital"


class Due(Row):
    """One thing to do at one time, once: `key` names the occurrence."""

    kind = fields.CharField(max_length=64)
    key = fields.CharField(max_length=160, unique=True)
    subject = fields.UUIDField(db_index=True)
    version = fields.IntField(default=1)
    due_at = fields.DatetimeField()
    stops_at = fields.DatetimeField(null=True)
    status = choice(DueStatus, default=DueStatus.PENDING)
    lease_until = fields.DatetimeField(null=True)
    attempts = fields.IntField(default=0)
    result = fields.CharField(max_length=256, default="")
    done_at = fields.DatetimeField(null=True)

    class Meta:
        """Table of occurrences."""

        table = "due"
        indexes: ClassVar[tuple[Any, ...]] = (("status", "due_at"),)


class CalendarDay(Row):
    """One day as the State Council or the hospital has it."""

    day: date = fields.DateField(unique=True)
    working = fields.BooleanField()
    name = fields.CharField(max_length=64, default="")
    festival = fields.BooleanField(default=False)
    source = choice(DaySource)

    class Meta:
        """Table of days."""

        table = "calendar_day"


class NumberSeries(Row):
    """A running number that starts anew each day."""

    name = fields.CharField(max_length=32)
    day: date = fields.DateField()
    last_number = fields.IntField(default=0)

    class Meta:
        """Table of running numbers."""

        table = "number_series"
        unique_together = (("name", "day"),)


async def next_number(name: str, day: date) -> int:
    """The next number of a series, from 1; inside a unit of work no two callers get the same.

    The series stays locked until the unit of work ends, so take numbers late in it.
    """
    return await next_numbers(name, day, 1)


async def next_numbers(name: str, day: date, count: int) -> int:
    """Take several numbers of a series at once and return the first of them."""
    series = NumberSeries.filter(name=name, day=day)
    if not await series.update(last_number=F("last_number") + count):
        await insert_once(NumberSeries(name=name, day=day))
        await series.update(last_number=F("last_number") + count)
    return (await series.get()).last_number - count + 1
