"""Instants are compared as instants, whatever zone they were written in."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import uuid4

import pytest

from models.timetable import Due

pytestmark = pytest.mark.usefixtures("database")
SHANGHAI = timezone(timedelta(hours=8))


async def test_an_instant_of_another_zone_is_found_at_its_place_in_time() -> None:
    await Due.create(
        kind="k", key="1", subject=uuid4(), due_at=datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)
    )
    later = datetime(2026, 11, 23, 3, tzinfo=UTC)
    earlier = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)
    assert await Due.filter(due_at__lte=later).count() == 1
    assert await Due.filter(due_at__lte=earlier).count() == 0


async def test_a_row_is_read_back_in_utc() -> None:
    written = datetime(2026, 11, 23, 10, 0, 0, 5, tzinfo=SHANGHAI)
    await Due.create(kind="k", key="1", subject=uuid4(), due_at=written)
    read = (await Due.get()).due_at
    assert (read, read.utcoffset()) == (written, timedelta(0))
