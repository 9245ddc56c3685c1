"""Where a complaint stands, for the one who filed it and nobody else (M-CMP2)."""

from __future__ import annotations

from typing import Final

from dialogs.complaints.actions import AddWords, Urge
from dialogs.complaints.events import Said
from dialogs.complaints.facts import Registered
from dialogs.complaints.filing import add, last_day
from dialogs.complaints.phrases import adds, asks_progress, numbers_in
from dialogs.complaints.precedence import named
from dialogs.complaints.turn import Turn
from dialogs.reading.normal import bare
from dialogs.timing.words import due_text

_BARE_QUESTION: Final = 10  # characters; who writes more says more than that
_BESIDE_A_NUMBER: Final = 6  # characters; as many say more than "how is it going"


def progress(turn: Turn, said: Said) -> Turn:
    """Tell how the newest complaint stands; words that complain again are put into it."""
    newest = next(iter((*turn.facts.open, *turn.facts.closed)), None)
    if newest is None:
        return turn.say("M-CMP-NONE")
    told = tell(turn, newest)
    more = bool(named(said.tags)) or len(bare(said.text)) > _BARE_QUESTION
    return _entered(turn, newest, said) if more and not newest.closed else told


def urge(turn: Turn, said: Said) -> Turn:
    """Tell how the newest complaint stands, truly, and keep in it that the patient waits."""
    newest = turn.facts.open[0]
    return _entered(turn.do(Urge(newest.number)), newest, said)


def numbered(turn: Turn, said: Said) -> Turn:
    """Tell how the complaint with this number stands, or take the words beside it as more of it."""
    number = numbers_in(said.text)[0]
    case = turn.facts.known(number)
    if case is None:
        return turn.say("M-CMP-NOT-FOUND", tick=number)
    if not case.closed and _says_more(said):
        return add(turn, case, said.ref)
    return tell(turn, case)


def tell(turn: Turn, case: Registered) -> Turn:
    """Say the state, who answers and until when."""
    if case.closed:
        return turn.say("M-CMP-GONE" if case.ended else "M-CMP-ENDED", tick=case.number)
    noted = turn.but(told=case.number, told_at=turn.at.isoformat())
    return noted.say(
        "M-CMP2",
        tick=case.number,
        state=turn.part(f"M-CMP-STATE-{case.state.upper()}"),
        owner=turn.part(f"M-OFFICE-{case.owner.upper()}"),
        promise=_promise(turn, case),
    )


def _promise(turn: Turn, case: Registered) -> str:
    """The next thing that is due: a word from a person, then the result; what is late is said."""
    if not case.contacted and case.contact_due > turn.at:
        due = due_text(case.contact_due, turn.at, language=turn.catalog.language)
        return turn.part("M-CMP-BY-CONTACT").replace("{contact_due}", due)
    if case.state == "answered":
        return turn.part("M-CMP-BY-ANSWER")
    if case.result_due <= turn.at:
        return turn.part("M-CMP-BY-LATE")
    part = "M-CMP-BY-RESULT" if case.contacted else "M-CMP-BY-LATE-CALL"
    return turn.part(part).replace("{date}", last_day(turn, case.result_due))


def _says_more(said: Said) -> bool:
    beside = bare(said.text)
    long = len(beside) - sum(len(bare(number)) for number in numbers_in(said.text))
    more = said.tags.is_complaint or adds(said.text)
    return more or (long >= _BESIDE_A_NUMBER and not asks_progress(said.text))


def _entered(turn: Turn, case: Registered, said: Said) -> Turn:
    """Put words into a case; how it stands is told rather than that they are there."""
    return tell(turn.do(AddWords(case.number, said.ref)), case)
