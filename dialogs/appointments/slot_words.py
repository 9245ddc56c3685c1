"""Free words while slots are on offer: another wish, a yes, other times, leave it as it is."""

from __future__ import annotations

from typing import Final

from dialogs.appointments import offering, pressing, waiting
from dialogs.appointments.actions import HandOverReason
from dialogs.appointments.doctors import note_doctor, say_unknown, unknown_doctor
from dialogs.appointments.phrases import odd_day, orders
from dialogs.appointments.repeating import repeat
from dialogs.appointments.showing import echo
from dialogs.appointments.state import Doing, Stage
from dialogs.appointments.turn import Turn
from dialogs.appointments.understanding import read_days, wants_booking, wishes_of
from dialogs.appointments.visits import named_doctors, named_visits
from dialogs.reading.intents import Intent, Reading
from dialogs.reading.normal import bare
from dialogs.reading.when import When
from dialogs.timing.spans import local

SLOT_STAGES: Final = frozenset({Stage.OFFER, Stage.CHOSEN, Stage.FULL, Stage.WISH, Stage.LAPSED})
_WISHED: Final = (Intent.RESCHEDULE, Intent.BOOK, Intent.CONFIRM)
_A_DAY: Final = 7  # characters beside figures; a day and its hour are said in as many
_BRIEF: Final = 12  # characters; a longer message that is unclear is not just a day


def hear_about_slots(turn: Turn, text: str, reading: Reading) -> Turn | None:
    """Take words about the slots on offer; None when they are about something else."""
    if wants_booking(turn, text):
        return None
    return (
        _ordered(turn, text, reading)
        or _another_day(turn, text, reading)
        or _another_doctor(turn, text)
        or _other_times(turn, text)
        or (_yes(turn) if reading.intent is Intent.CONFIRM else None)
    )


def _ordered(turn: Turn, text: str, reading: Reading) -> Turn | None:
    if turn.state.doing is Doing.MOVE and _gives_visit_up(text, reading):
        return None
    if orders(text, "abandon") or _gives_booking_up(turn, text, reading) or _stays(turn, text):
        return offering.abandon(turn)
    if orders(text, "wait"):
        return waiting.join(turn)
    return _left_to_us(turn, text)


def _left_to_us(turn: Turn, text: str) -> Turn | None:
    """最早的, 最早哪天, 随便: read back, looked for, or asked for a number."""
    anew = turn.but(wishes=(), skip=(), misreadings=0)
    match turn.state.stage:
        case Stage.OFFER if orders(text, "earliest"):
            return echo(turn, turn.state.offers[0])
        case Stage.OFFER if orders(text, "any"):
            return _pick_one(turn, text)
        case Stage.WISH if orders(text, "any") or orders(text, "earliest"):
            return offering.look(anew)
    return offering.look(anew) if orders(text, "how_early") else None


def _stays(turn: Turn, text: str) -> bool:
    """不,还是周四: the day it has already is no other one."""
    visit = turn.visit if turn.state.doing is Doing.MOVE else None
    days = read_days(turn, text, of_list=True)
    if visit is None or not days or not orders(text, "stays"):
        return False
    at = local(visit.starts)
    return all(d.date == at.date() and not d.mod and d.time in (None, at.time()) for d in days)


def _pick_one(turn: Turn, text: str) -> Turn:
    """Ask for a number once; who leaves it to us again is called."""
    if turn.state.misreadings:
        return turn.hand_over(HandOverReason.UNBOOKED, text)
    return repeat(turn.but(misreadings=1), lead="M-PICK")


def _gives_visit_up(text: str, reading: Reading) -> bool:
    """不改了,我直接取消吧: the visit itself is not wanted any more."""
    return reading.intent is Intent.CANCEL and orders(text, "gives_up")


def _gives_booking_up(turn: Turn, text: str, reading: Reading) -> bool:
    """取消 while a booking is being made gives that up, not some other visit."""
    booking = turn.state.doing is Doing.BOOK
    return booking and reading.intent is Intent.CANCEL and not named_visits(turn, text)


def _another_day(turn: Turn, text: str, reading: Reading) -> Turn | None:
    """A day that names one slot shown chooses it, to be echoed; another one is looked for."""
    wishes = wishes_of(reading) if reading.intent in _WISHED else ()
    if reading.intent is Intent.UNCLEAR and len(bare(text)) <= _BRIEF:
        wishes = read_days(turn, text)
    if wishes:
        return _picked(turn, text) or look_anew(turn, text, wishes)
    return look_anew(turn, text, ()) if _is_odd_day(turn, text) else None


def _is_odd_day(turn: Turn, text: str) -> bool:
    """昨天, 32号: no day one can come on; in a longer message something else may be told."""
    words = [mark for mark in bare(text) if not mark.isdigit()]
    brief = len(words) <= _A_DAY or turn.state.stage is Stage.WISH
    return brief and bool(odd_day(text, local(turn.at).date()))


def _another_doctor(turn: Turn, text: str) -> Turn | None:
    """换张医生: the one slot of that doctor, or other hours at the same wish."""
    clinic = turn.clinic_of(turn.state.clinic)
    if clinic is None or len(bare(text)) > _BRIEF or orders(text, "hedge"):
        return None
    named = named_doctors(clinic, text)
    shown = [offer for offer in turn.state.offers if offer.doctor in named]
    if len(shown) == 1 and len(named) == 1 and turn.state.stage is Stage.OFFER:
        return echo(turn, shown[0])
    asked = named or unknown_doctor(turn, text, clinic)
    return look_anew(turn, text, turn.state.wishes) if asked else None


def _picked(turn: Turn, text: str) -> Turn | None:
    """周三那个, 三点的: the one slot of the list that the words name."""
    days = read_days(turn, text, of_list=True)
    return offering.pick_by_day(turn, days[0]) if days else None


def look_anew(turn: Turn, text: str, wishes: tuple[When, ...]) -> Turn:
    """Look for slots that fit a new wish."""
    clinic = turn.clinic_of(turn.state.clinic)
    changed = turn.but(wishes=wishes, skip=(), offers=(), words=text, misreadings=0)
    noted = note_doctor(changed, clinic, text, otherwise=turn.state.doctor)
    told = say_unknown(noted, text, clinic)
    return offering.look(say_odd_day(told, text, wishes))


def say_odd_day(turn: Turn, text: str, wishes: tuple[When, ...]) -> Turn:
    """Say it kindly when the day that was named does not exist or is past."""
    odd = "" if wishes else odd_day(text, local(turn.at).date())
    return turn.say(f"M-NOT-{odd.upper()}") if odd else turn


def _other_times(turn: Turn, text: str) -> Turn | None:
    stage = turn.state.stage
    if not orders(text, "more") or stage is Stage.WISH:
        return None
    return pressing.press(turn, "again" if stage is Stage.LAPSED else "more", text)


def _yes(turn: Turn) -> Turn | None:
    """A yes takes the one slot that was echoed; where several stand open it says nothing."""
    if turn.state.stage is Stage.CHOSEN:
        return offering.take(turn)
    if turn.state.stage is Stage.OFFER and len(turn.state.offers) == 1:
        return offering.pick(turn, 1)
    return None
