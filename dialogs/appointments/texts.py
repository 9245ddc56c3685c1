"""What the desk's texts say of visits, slots and breaches; every part comes from the catalog."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from dialogs.appointments.events import Prompt
from dialogs.appointments.facts import Offer, Visit
from dialogs.appointments.turn import Turn
from dialogs.reading import wording
from dialogs.timing.spans import local
from dialogs.timing.words import date_text, due_text, promise_text, weekday_text
from dialogs.wording import put

_TITLED: Final = re.compile(wording.load(__file__, "words.toml")["titled"])
_HOSPITALS_DOING: Final = (Prompt.SUBSTITUTE, Prompt.STOPPED, Prompt.MOVED_BY_HOSPITAL)
_CARD: Final = "M-PREP-"


def part(turn: Turn, message_id: str, values: Mapping[str, str]) -> str:
    """Write a part of a text, as the channel and the reader need it."""
    message = turn.message(message_id)
    short = message.elder if turn.facts.elderly and message.elder else ""
    short = short or ("" if turn.facts.rich else message.sms)
    return put(short or message.text, values)


def day_values(turn: Turn, instant: datetime) -> dict[str, str]:
    """Say a moment: date, weekday, time."""
    at, language = local(instant), turn.catalog.language
    return {
        "date": date_text(at.date(), language=language),
        "dow": weekday_text(at.date(), language=language),
        "time": f"{at.hour}:{at.minute:02}",
    }


def visit_values(turn: Turn, visit: Visit) -> dict[str, str]:
    """Say a visit; what is not known is empty."""
    doctor = doctor_text(turn, visit.doctor)
    person = turn.person_of(visit.patient)
    anybody = doctor or part(turn, "M-DOCTOR-ANY", {})
    return {
        **day_values(turn, visit.starts),
        **({"phone": visit.phone} if visit.phone else {}),
        "no": visit.number,
        "dept": visit.clinic_name,
        "doc": anybody,
        "sub": doctor_text(turn, visit.substitute) or anybody,
        "clinic": f"{visit.clinic_name} {doctor}".strip(),
        "room": visit.room,
        "guide": visit.guide or part(turn, "M-GUIDE", {}),
        "route": visit.route,
        "checkin": clock(visit.check_in_by),
        "free_by": free_by(turn, visit),
        "cancel_until": said_in_full(turn, visit.free_until) if free_by(turn, visit) else "",
        "grace": str(visit.grace_minutes),
        "whose": visit.whose or (person.whose if person else ""),
        "prep": "" if is_card(turn, visit.preparation) else visit.preparation,
        "visit": visit_line(turn, visit),
        **count_values(turn, visit.patient),
    }


def visit_line(turn: Turn, visit: Visit) -> str:
    """Say a visit in a list."""
    values = {
        **day_values(turn, visit.starts),
        "whose": visit.whose,
        "dept": visit.clinic_name,
        "doc": doctor_text(turn, visit.doctor),
    }
    return part(turn, "M-CHOICE-VISIT", values)


def offer_values(turn: Turn, offer: Offer) -> dict[str, str]:
    """Say a slot that is offered."""
    doctor = doctor_text(turn, offer.doctor)
    values = {
        **day_values(turn, offer.starts),
        "dept": offer.clinic_name,
        "doc": doctor,
        "room": offer.room,
        "left": str(offer.left),
        "place": f"{doctor}{offer.room}",
    }
    return {**values, "slot": part(turn, "M-SLOT-NAMED", values)}


def offer_line(turn: Turn, offer: Offer) -> str:
    """Say a slot in a list, with the true number of places left (C19)."""
    return part(turn, "M-SLOT", offer_values(turn, offer))


def count_values(turn: Turn, patient: str) -> dict[str, str]:
    """Say how many breaches there would be with one more, and how many there may be."""
    person = turn.person_of(patient)
    return {
        "n": str((person.breaches if person else 0) + 1),
        "limit": str(turn.facts.breach_limit),
        "window": str(turn.facts.breach_window_days),
    }


def counts_as_breach(turn: Turn, visit: Visit) -> bool:
    """Tell whether giving this place up now is a late cancellation (R097)."""
    return visit.breach_if_late and not _excused(turn, visit) and turn.wished_at >= visit.free_until


def warning(turn: Turn, visit: Visit, message: str) -> str:
    """Say what it will count as, before it happens; `message` is that for too late."""
    if counts_as_breach(turn, visit):
        said = due_text(visit.free_until, turn.at, language=turn.catalog.language)
        return part(turn, message, {"cancel_by": said, **count_values(turn, visit.patient)})
    free = free_by(turn, visit)
    return part(turn, "M-WARN-FREE" if free else "M-WARN-NONE", {"free_by": free})


def breach_note(turn: Turn, breach: int) -> str:
    """Say what it did count as."""
    message = "M-NOTE-BREACH" if breach else "M-NOTE-FREE"
    return part(turn, message, {"n": str(breach)})


def free_by(turn: Turn, visit: Visit) -> str:
    """Say until when cancelling is free; empty when that is past or does not matter."""
    bound = visit.breach_if_late and not _excused(turn, visit)
    if not bound or turn.at > visit.free_until:
        return ""
    return due_text(visit.free_until, turn.at, language=turn.catalog.language)


def said_in_full(turn: Turn, instant: datetime) -> str:
    """Say a limit by its date, for texts that are kept: 11月24日15:00."""
    said = day_values(turn, instant)
    return f"{said['date']}{said['time']}"


def _excused(turn: Turn, visit: Visit) -> bool:
    asked = turn.state.prompt in _HOSPITALS_DOING and turn.state.about == visit.id
    return visit.excused or asked


def clock(instant: datetime) -> str:
    """Say a time of day."""
    at = local(instant)
    return f"{at.hour}:{at.minute:02}"


def due(turn: Turn, instant: datetime) -> str:
    """Say a promised time, in full five minutes."""
    return promise_text(instant, turn.at, language=turn.catalog.language)


def exactly(turn: Turn, instant: datetime) -> str:
    """Say a time something ends or begins at, which must not be said later than it is."""
    return due_text(instant, turn.at, language=turn.catalog.language)


def day_text(turn: Turn, day: date) -> str:
    """Say a day with its weekday."""
    language, this_year = turn.catalog.language, local(turn.at).year
    said = date_text(day, language=language, with_year=day.year != this_year)
    return said + weekday_text(day, language=language)


def doctor_text(turn: Turn, name: str) -> str:
    """Call a doctor by name and title."""
    if not name or _TITLED.search(name):
        return name
    return part(turn, "M-DOCTOR", {"doc": name})


def is_card(turn: Turn, preparation: str) -> bool:
    """Tell whether a preparation is a card of the catalog rather than words."""
    return preparation.startswith(_CARD) and preparation in turn.catalog.messages


def is_tomorrow(turn: Turn, visit: Visit) -> bool:
    """Tell whether the visit is on the next day."""
    return local(visit.starts).date() == local(turn.at).date() + timedelta(days=1)
