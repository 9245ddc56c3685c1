"""What a patient's reply means, read in the light of what was asked last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dialogs.reading.attendance import Wished, read_attendance
from dialogs.reading.marks import Mark
from dialogs.reading.normal import Traced, trace
from dialogs.reading.pinyin import in_characters
from dialogs.reading.quantities import read_quantity
from dialogs.reading.ratings import read_rating
from dialogs.reading.reply import Context, Intent, Reading
from dialogs.reading.requests import read_request
from dialogs.reading.when import When, read_when
from dialogs.reading.wishes import Wish, first_wish
from dialogs.reading.withdrawals import names_complaint, read_withdrawal
from dialogs.reading.yes_no import read_yes_no
from dialogs.timing.calendar import WorkingCalendar

__all__ = ["Context", "Intent", "Reading", "read_reply"]

_LONGEST: Final = 500  # characters; a longer message is a letter, and a person reads it
_GLOBAL: Final = {
    Wish.DECEASED: Intent.DECEASED,
    Wish.MAYBE_DECEASED: Intent.UNCLEAR,
    Wish.OPT_OUT: Intent.OPT_OUT,
    Wish.HUMAN: Intent.HUMAN,
    Wish.WRONG_PERSON: Intent.WRONG_PERSON,
}


@dataclass(frozen=True, slots=True)
class _Reply:
    """A message and everything that bears upon it."""

    text: str
    traced: Traced
    plain: str
    now: datetime
    appointment: datetime | None
    question: str
    unit: str
    calendar: WorkingCalendar | None

    def wishes(self) -> tuple[When, ...]:
        """Return the days and times wished for."""
        return read_when(
            self.text, self.now, appointment=self.appointment, calendar=self.calendar
        )

    def words(self, marks: Sequence[Mark]) -> tuple[str, ...]:
        """Return the writer's own words behind the marks; the whole message after pinyin."""
        if self.plain != self.traced.text.lower():
            return (self.text.strip(),) if marks else ()
        return tuple(self.traced.original(mark.start, mark.end) for mark in marks)


def read_reply(
    text: str,
    context: Context,
    *,
    now: datetime,
    appointment: datetime | None = None,
    question: str = "",
    unit: str = "",
    calendar: WorkingCalendar | None = None,
) -> Reading:
    """Read one reply; `now` and `appointment` are wall-clock times of the hospital.

    What stops everything (a death, an opt-out, a person, a wrong number) is read before the answer.
    Anything less than certain is UNCLEAR, which never confirms, moves or cancels.
    """
    traced = trace(text[:_LONGEST])
    plain = in_characters(traced.text.lower())
    reply = _Reply(
        text if plain == traced.text.lower() else plain,
        traced,
        plain,
        now,
        appointment,
        question,
        unit,
        calendar,
    )
    if len(text) > _LONGEST:
        return Reading(Intent.UNCLEAR)
    return _global(reply) or _READERS[context](reply)


def _global(reply: _Reply) -> Reading | None:
    wish = first_wish(reply.plain, tuple(_GLOBAL))
    return None if wish is None else Reading(_GLOBAL[wish], evidence=(reply.text.strip(),))


def _reminder(reply: _Reply) -> Reading:
    wishes = reply.wishes()
    changes = any(_changes(wish, reply.appointment) for wish in wishes)
    said = read_attendance(reply.plain, Wished(changes=changes))
    evidence = reply.words(said.marks)
    if said.intent is Intent.RESCHEDULE:
        return _wished(said.intent, wishes, evidence)
    return Reading(said.intent, evidence=evidence)


def _changes(wish: When, appointment: datetime | None) -> bool:
    """Tell whether the wish is for another time than the one that is booked."""
    if not wish:
        return False
    if appointment is None:
        return True
    day = appointment.date()
    same_day = wish.date in (None, day) or bool(
        wish.date and wish.date_end and wish.date <= day <= wish.date_end
    )
    clock = appointment.time().replace(tzinfo=None)
    return not same_day or (wish.time is not None and wish.time != clock)


def _unasked(reply: _Reply) -> Reading:
    wishes = reply.wishes()
    if names_complaint(reply.plain):
        return Reading(Intent.STOP_COMPLAINT, evidence=(reply.text.strip(),))
    intent, marks = read_request(reply.plain, timed=any(wishes))
    evidence = reply.words(marks)
    if intent in (Intent.BOOK, Intent.RESCHEDULE):
        return _wished(intent, wishes, evidence)
    return Reading(intent, evidence=evidence)


def _wished(intent: Intent, wishes: tuple[When, ...], evidence: tuple[str, ...]) -> Reading:
    first = wishes[0] if wishes else None
    return Reading(intent, when=first, alternatives=wishes[1:], evidence=evidence)


def _complaint(reply: _Reply) -> Reading:
    intent, marks = read_withdrawal(reply.plain)
    return Reading(intent, evidence=reply.words(marks))


def _rated(reply: _Reply) -> Reading:
    points = read_rating(reply.plain, reply.question)
    if points is None:
        return Reading(Intent.UNCLEAR)
    return Reading(Intent.ANSWER_SCALE, value=points, evidence=(reply.text.strip(),))


def _yes_or_no(reply: _Reply) -> Reading:
    answer = read_yes_no(reply.plain, reply.question)
    if answer is None:
        return Reading(Intent.UNCLEAR)
    return Reading(Intent.ANSWER_YESNO, value=answer, evidence=(reply.text.strip(),))


def _counted(reply: _Reply) -> Reading:
    found = read_quantity(reply.plain, reply.question, reply.unit)
    if found is None:
        return Reading(Intent.UNCLEAR)
    amount, unit = found
    evidence = (reply.text.strip(),)
    return Reading(Intent.ANSWER_NUMBER, value=amount, unit=unit, evidence=evidence)


_READERS: Final = {
    Context.REMINDER: _reminder,
    Context.SCALE5: _rated,
    Context.YESNO: _yes_or_no,
    Context.NUMBER: _counted,
    Context.COMPLAINT: _complaint,
    Context.NONE: _unasked,
}
