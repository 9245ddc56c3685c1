"""A coming moment in a patient's words, for "later" and not for bookings: 半小时后, 明早九点."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from dialogs.reading import wording
from dialogs.reading.normal import normalise
from dialogs.reading.when import When, hear

_WORDS = wording.load(__file__, "moments.toml")
_HOURS = [(re.compile(words), time(hour)) for words, hour in _WORDS["hours"].items()]
_LATER_TODAY = re.compile(_WORDS["later_today"])
_PAST = re.compile(_WORDS["past"])
_DEFAULT = time(9)
_A_DAY = timedelta(days=1)


def read_moment(text: str, now_local: datetime) -> datetime | None:
    """Return the moment meant, later than `now_local` (aware, local time), or None."""
    plain = normalise(text)
    if _PAST.search(plain):
        return None
    heard = hear(text, now_local)
    wish = heard.wishes[0] if heard.wishes else When()
    if not wish and _LATER_TODAY.search(plain):
        wish = When(period="evening")
    moment = _moment(wish, plain, now_local, keeps_hour=heard.counted)
    return moment if moment and moment > now_local else None


def _moment(wish: When, plain: str, now: datetime, *, keeps_hour: bool) -> datetime | None:
    if not wish or (wish.mod == "before" and not wish.time):
        return None
    hour = wish.time or (now.timetz().replace(tzinfo=None) if keeps_hour else _hour(wish, plain))
    day = wish.date or now.date()
    if wish.mod == "after" and not wish.time:
        day += _A_DAY
    moment = datetime.combine(day, hour, tzinfo=now.tzinfo)
    may_wait = wish.date is None or wish.date_end is not None
    return moment + _A_DAY if may_wait and moment <= now else moment


def _hour(wish: When, plain: str) -> time:
    if not wish.period:
        return _DEFAULT
    return next((hour for words, hour in _HOURS if words.search(plain)), _DEFAULT)
