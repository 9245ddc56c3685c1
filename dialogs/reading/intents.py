"""What a patient's reply means, read in the light of what was asked last."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final

from dialogs.reading import wording
from dialogs.reading.attendance import read_attendance
from dialogs.reading.marks import Mark
from dialogs.reading.normal import Traced, normalise, trace
from dialogs.reading.pinyin import in_characters
from dialogs.reading.quantities import read_quantity
from dialogs.reading.ratings import read_rating
from dialogs.reading.reply import Context, Intent, Reading
from dialogs.reading.requests import read_request
from dialogs.reading.said import Wished
from dialogs.reading.when import Heard, When, hear, read_when
from dialogs.reading.wishes import Wish, wish_in
from dialogs.reading.withdrawals import names_complaint, read_withdrawal
from dialogs.reading.yes_no import read_yes_no
from dialogs.timing import local
from dialogs.timing.calendar import WorkingCalendar

__all__ = ["Context", "Intent", "Reading", "read_reply"]

_LONGEST: Final = 500  # characters; a longer message is a letter, and a person reads it
_WORDS: Final = wording.load(__file__, "intents.toml")
_ASKED: Final = {Wish(name): re.compile(words) for name, words in _WORDS["asks_about"].items()}
_SAID: Final = {Wish(name): re.compile(words) for name, words in _WORDS["answers"].items()}
_ENDS_COMPLAINT: Final = re.compile(_WORDS["ends_complaint"]["opt_out"])
_ANSWERED: Final = (Context.YESNO, Context.SCALE5)
_PERIODS: Final = {
    "early": (time(0), time(9)),
    "morning": (time(5), time(12, 1)),
    "noon": (time(11), time(14)),
    "afternoon": (time(12), time(18, 30)),
    "evening": (time(17), time.max),
}
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
    context: Context
    now: datetime
    appointment: datetime | None
    question: str
    unit: str
    calendar: WorkingCalendar | None

    @property
    def whole(self) -> str:
        """Return the whole message as it was written."""
        return self.traced.source.strip()

    def heard(self) -> Heard:
        """Return the days and times wished for, and the words about them."""
        return hear(self.text, self.now, appointment=self.appointment, calendar=self.calendar)

    def words(self, marks: Sequence[Mark]) -> tuple[str, ...]:
        """Return the writer's own words behind the marks; the whole message after pinyin."""
        if self.plain != self.traced.text.lower():
            return (self.whole,) if marks else ()
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
        context,
        _local(now),
        _local(appointment) if appointment else None,
        question,
        unit,
        calendar,
    )
    if len(text) > _LONGEST:
        return Reading(Intent.UNCLEAR)
    return _global(reply) or _READERS[context](reply)


def _local(moment: datetime) -> datetime:
    return local(moment) if moment.tzinfo else moment


def _global(reply: _Reply) -> Reading | None:
    wish = wish_in(reply.plain, _GLOBAL)
    if wish is not None and _answers(reply, wish):
        return None
    if wish is Wish.WRONG_PERSON and names_complaint(reply.plain):
        return None  # 投诉收回,是我弄错人了
    return None if wish is None else Reading(_GLOBAL[wish], evidence=(reply.whole,))


def _answers(reply: _Reply, wish: Wish) -> bool:
    """Tell whether words of a wish only answer the question: 可以打给我 to one about calls."""
    if reply.context is Context.COMPLAINT and wish is Wish.OPT_OUT:
        return bool(_ENDS_COMPLAINT.match(reply.plain))
    asked, said = _ASKED.get(wish), _SAID.get(wish)
    if reply.context not in _ANSWERED or not asked or not said:
        return False
    return bool(asked.search(reply.question) and said.search(reply.plain))


def _reminder(reply: _Reply) -> Reading:
    heard = reply.heard()
    changes = any(_changes(wish, reply.appointment) for wish in heard.wishes)
    days = tuple(_places(reply.plain, heard.words))
    wished = Wished(days, known=any(heard.wishes), changes=changes, again=_repeats(reply, heard))
    said = read_attendance(reply.plain, wished)
    evidence = reply.words(said.marks)
    if said.intent is Intent.RESCHEDULE:
        return _wished(said.intent, heard, evidence)
    return Reading(said.intent, evidence=evidence)


def _repeats(reply: _Reply, heard: Heard) -> bool:
    """Tell whether the message only says the booked day again: 周五能来的."""
    if heard.wishes or not heard.words or reply.appointment is None:
        return False
    booked = reply.appointment.date()
    read = (read_when(word, reply.now, calendar=reply.calendar) for word in heard.words)
    return all(wishes and wishes[0].date == booked for wishes in read)


def _places(plain: str, words: Iterable[str]) -> Iterator[Mark]:
    """Find the words about days in the text the other word lists read."""
    for word in words:
        spelled = normalise(word).lower()
        start = plain.find(spelled)
        if start >= 0:
            yield Mark("date", start, start + len(spelled))


def _changes(wish: When, appointment: datetime | None) -> bool:
    """Tell whether the wish is for another time than the one that is booked."""
    if not wish:
        return False
    if appointment is None or wish.mod:
        return True
    day, clock = appointment.date(), appointment.time().replace(tzinfo=None)
    same_day = wish.date is None or wish.date <= day <= (wish.date_end or wish.date)
    same_time = wish.time in (None, clock) and _within(wish.period, clock)
    return not (same_day and same_time)


def _within(period: str, clock: time) -> bool:
    """Tell whether a clock time lies in this part of the day."""
    first, last = _PERIODS.get(period, (time.min, time.max))
    return first <= clock < last


def _unasked(reply: _Reply) -> Reading:
    heard = reply.heard()
    if names_complaint(reply.plain):
        return Reading(Intent.STOP_COMPLAINT, evidence=(reply.whole,))
    intent, marks = read_request(reply.plain, timed=any(heard.wishes))
    evidence = reply.words(marks)
    if intent in (Intent.BOOK, Intent.RESCHEDULE):
        return _wished(intent, heard, evidence)
    return Reading(intent, evidence=evidence)


def _wished(intent: Intent, heard: Heard, evidence: tuple[str, ...]) -> Reading:
    first = heard.wishes[0] if heard.wishes else None
    words = tuple(dict.fromkeys((*evidence, *heard.words)))
    return Reading(intent, when=first, alternatives=heard.wishes[1:], evidence=words)


def _complaint(reply: _Reply) -> Reading:
    intent, marks = read_withdrawal(reply.plain)
    return Reading(intent, evidence=reply.words(marks))


def _rated(reply: _Reply) -> Reading:
    points = read_rating(reply.plain, reply.question)
    if points is None:
        return Reading(Intent.UNCLEAR)
    return Reading(Intent.ANSWER_SCALE, value=points, evidence=(reply.whole,))


def _yes_or_no(reply: _Reply) -> Reading:
    answer = read_yes_no(reply.plain, reply.question)
    if answer is None:
        return Reading(Intent.UNCLEAR)
    return Reading(Intent.ANSWER_YESNO, value=answer, evidence=(reply.whole,))


def _counted(reply: _Reply) -> Reading:
    found = read_quantity(reply.plain, reply.question, reply.unit)
    if found is None:
        return Reading(Intent.UNCLEAR)
    amount, unit = found
    evidence = (reply.whole,)
    return Reading(Intent.ANSWER_NUMBER, value=amount, unit=unit, evidence=evidence)


_READERS: Final = {
    Context.REMINDER: _reminder,
    Context.SCALE5: _rated,
    Context.YESNO: _yes_or_no,
    Context.NUMBER: _counted,
    Context.COMPLAINT: _complaint,
    Context.NONE: _unasked,
}
