"""Typed reading of one record's cells, noting what cannot be read."""

import datetime as dt
import re
from dataclasses import dataclass

from bot.intake.body import Row
from bot.intake.cells import is_damaged
from bot.intake.dates import parse_moment
from bot.intake.faults import FaultLog, masked
from bot.intake.phones import Phone, PhoneStatus, parse_phones
from bot.intake.words import says_nothing, yes_or_no

_LIST = re.compile(r"[、,，;；/|\s]+")
_PHONE_FAULTS = {
    PhoneStatus.MALFORMED: "phone_malformed",
    PhoneStatus.DAMAGED: "phone_damaged",
    PhoneStatus.PLACEHOLDER: "phone_placeholder",
    PhoneStatus.LANDLINE: "phone_landline",
}


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one row with the log their faults go to."""

    row: Row
    log: FaultLog

    def note(self, code: str, column: str | None = None, **values: object) -> None:
        """Note a fault of this row."""
        self.log.add(code, self.row.line, column, **values)

    def text(self, column: str) -> str:
        """Return a text; a word for nothing counts as blank."""
        text = self.row[column]
        return "" if says_nothing(text) else text

    def number(self, column: str) -> str:
        """Return a number kept as text, blank when Excel has destroyed it."""
        text = self.row[column]
        if is_damaged(text):
            self.note("number_lost", column)
            return ""
        return text

    def required(self, column: str) -> str | None:
        """Return a text without which the row is worthless, else None."""
        text = self.row[column]
        if not text:
            self.note("value_missing", column)
        elif is_damaged(text):
            self.note("number_damaged", column)
        else:
            return text
        return None

    def required_moment(self, column: str) -> dt.datetime | None:
        """Return a moment without which the row is worthless, else None."""
        text = self.row[column]
        moment = parse_moment(text)
        if not moment:
            self.note("date_invalid" if text else "value_missing", column)
        return moment

    def day(self, column: str) -> dt.date | None:
        """Return a day that may be missing."""
        text = self.text(column)
        moment = parse_moment(text) if text else None
        if text and not moment:
            self.note("date_ignored", column)
        return moment.date() if moment else None

    def flag(self, column: str) -> bool | None:
        """Return a yes or no, None when neither is said."""
        text = self.row[column]
        answer = yes_or_no(text) if text else None
        if text and answer is None:
            self.note("word_unknown", column)
        return answer

    def items(self, column: str) -> tuple[str, ...]:
        """Return the items of a cell, each once."""
        return tuple(dict.fromkeys(item for item in _LIST.split(self.text(column)) if item))

    def phones(self, column: str, *, for_messages: bool = True) -> tuple[Phone, ...]:
        """Return the numbers of a cell; what is wrong with them is noted masked.

        A landline is worth a note only where messages should go.
        """
        phones = parse_phones(self.row[column])
        for status in dict.fromkeys(phone.status for phone in phones):
            code = _PHONE_FAULTS.get(status)
            if code and (for_messages or status is not PhoneStatus.LANDLINE):
                self.note(code, column, masked=masked(self.row[column]))
        return phones
