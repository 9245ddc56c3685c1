"""The booking rules of one clinic."""

from __future__ import annotations

from dialogs.timing.booking import BookingRules
from models.booking import Clinic


def rules_of(clinic: Clinic) -> BookingRules:
    """Return the defaults with what the clinic overrides.

    Raises ValueError naming every faulty override; whoever stores rules checks them first.
    """
    return BookingRules.from_mapping(clinic.rules)
