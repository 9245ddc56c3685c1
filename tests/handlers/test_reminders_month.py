"""A small simulated month: the benchmark's own checks hold on both databases."""

from uuid import UUID

import pytest

from benchmarks.month import simulate
from benchmarks.month_check import faults
from benchmarks.month_patients import Broken
from benchmarks.month_scene import START
from models.booking import Breach

pytestmark = pytest.mark.usefixtures("database")


async def test_every_reminder_is_in_its_window_and_every_breach_by_the_book() -> None:
    """Forty visits, of people who keep, move and break them."""
    outcome = await simulate(40)
    assert outcome.faults == []
    assert await Breach.all().count() == sum(
        outcome.figures["expected breaches"].values()  # type: ignore[attr-defined]  # a Counter
    )


async def test_the_check_finds_a_breach_that_is_missing() -> None:
    """A check that cannot fail proves nothing."""
    nobody = UUID(int=1)
    assert await faults([Broken(nobody, nobody, "no_show", START)]) == ["no breach: no_show"]
