"""The plans of this hospital: those that come with the product and its own file beside them."""

from __future__ import annotations

from bot.settings import Settings
from dialogs.catalog import load_catalog
from dialogs.plans.book import PlanBook
from dialogs.plans.checking import Vocabulary, checked_plans
from dialogs.plans.fault import BadPlans, Place, PlanFault
from dialogs.plans.reading import Source
from models.hospital import StaffRole
from models.people import System


def load_plans(settings: Settings) -> PlanBook:
    """Read and check the plans; raises BadPlans naming every fault with its place.

    A hospital without a file of its own has ours.
    """
    book = checked_plans(_vocabulary(settings), _own(settings))
    if settings.plan not in book.plans:
        raise BadPlans((PlanFault(Place("SUIFANG_PLAN"), "unknown_plan", settings.plan),))
    return book


def _own(settings: Settings) -> list[Source]:
    path = settings.plans_file
    if not path.exists():
        return []
    try:
        return [Source(path.name, path.read_text(encoding="utf-8"))]
    except UnicodeDecodeError:
        raise BadPlans((PlanFault(Place(path.name), "not_utf8"),)) from None


def _vocabulary(settings: Settings) -> Vocabulary:
    return Vocabulary(
        forms=frozenset(load_catalog().forms),
        roles=frozenset(StaffRole),
        channels=frozenset(system.channel for system in System),
        hours=settings.hours,
    )
