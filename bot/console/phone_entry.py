"""A telephone number as staff write it on a page: one rule for every page."""

from __future__ import annotations

from bot.intake.phones import PhoneKind, parse_phones
from handlers.own_numbers import NewNumber
from models.people import ContactKind


def number_of(written: str) -> NewNumber | None:
    """Read the one number that was written; None where it is none, or several."""
    found = [phone for phone in parse_phones(written) if phone.number]
    if len(found) != 1 or found[0].number is None:
        return None
    landline = found[0].kind is PhoneKind.LANDLINE
    return NewNumber(found[0].number, ContactKind.LANDLINE if landline else ContactKind.MOBILE)
