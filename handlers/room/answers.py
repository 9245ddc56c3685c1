"""What an order is answered with: a message of the staff's catalog and its values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dialogs.catalog import load_tables
from handlers.claims import Claim, Refusal
from handlers.staff_words import StaffWords

DONE = "done"


@dataclass(frozen=True, slots=True)
class Answer:
    """Said to who gave the order; `result` is what the record of orders keeps of it."""

    message: str
    values: Mapping[str, str] = field(default_factory=dict)
    result: str = DONE

    @property
    def text(self) -> str:
        """Say it."""
        template: str = load_tables("staff")[self.message]["text"]
        return template.format_map(self.values)

    @property
    def refused(self) -> bool:
        """Tell whether nothing was done."""
        return self.result != DONE


def refused(number: str, refusal: Refusal, words: StaffWords) -> Answer:
    """Say why nothing was done."""
    values = {"number": number, "why": words.refusals[refusal]}
    return Answer("S-ORDER-REFUSED", values, refusal.value)


def claimed(number: str, claim: Claim, words: StaffWords) -> Answer:
    """Say who has it now."""
    if claim.taken:
        return Answer("S-ORDER-CLAIM", {"number": number})
    if claim.refusal is not None:
        return refused(number, claim.refusal, words)
    values = {"number": number, "name": claim.taken_by}
    return Answer("S-ORDER-TAKEN", values, Refusal.TAKEN.value)


def done(message: str, number: str, **values: str) -> Answer:
    """Say that it was done."""
    return Answer(message, {"number": number, **values})
