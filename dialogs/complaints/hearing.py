"""Free words, in order: a choice, what is plainly for the desk, what is more of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from dialogs.complaints import asking, filing, pressing, telling, withdrawing
from dialogs.complaints.actions import AddWords, KeepOpinion, RaiseAbuse, SetMode
from dialogs.complaints.choosing import chosen, meant
from dialogs.complaints.events import Deferred, Mentioned, Said
from dialogs.complaints.phrases import is_small, numbers_in, takes_back_numbered
from dialogs.complaints.precedence import Concern, concern_of, is_discontent, named
from dialogs.complaints.state import Stage
from dialogs.complaints.turn import Turn
from dialogs.reading.normal import bare

_A_DAY: Final = timedelta(days=1)
_HOURLY: Final = timedelta(hours=1)
_COLD: Final = timedelta(hours=48)
_ANONYMOUS: Final = "anonymous"
_MISREADINGS: Final = 2


def hear(turn: Turn, said: Said) -> Turn:
    """Take what somebody wrote."""
    if asking.is_overdue(turn):
        turn = asking.lapse(turn)
    if _went_cold(turn, said.text):
        return turn.repeat()
    key = chosen(turn, said.text) or meant(turn, said.text, said.tags)
    if key:
        return _choose(turn, key, said)
    concern = concern_of(said.text, said.tags, turn.facts, turn.state)
    return _DEEDS[concern](turn, said)


def mentioned(turn: Turn, said: Mentioned) -> Turn:
    """Register what is plainly a complaint beside something graver; the rest is an opinion."""
    if concern_of(said.text, said.tags, turn.facts, turn.state) is Concern.FILES:
        return filing.file(turn, said)
    kept = said.tags.is_complaint and not said.tags.dispute_risk
    return turn.do(KeepOpinion((said.ref,))) if kept else turn


def deferred(turn: Turn, said: Deferred) -> Turn:
    """Remember dissatisfaction until another desk has done."""
    return asking.discontent(turn, said)


def _choose(turn: Turn, key: str, said: Said) -> Turn:
    """Words that refuse a result are kept with the refusal."""
    wordy = turn.state.stage is Stage.RESULT and not is_small(said.text) and said.ref
    if wordy and not chosen(turn, said.text):
        turn = turn.do(AddWords(turn.state.about, said.ref))
    return pressing.press(turn, key)


def _number(turn: Turn, said: Said) -> Turn:
    """A number says which complaint; one that is not known here tells nothing, whoever's it is."""
    if takes_back_numbered(said.text) and turn.facts.known(numbers_in(said.text)[0]):
        return withdrawing.take_back(turn, said)
    told = telling.numbered(turn, said)
    known = any(turn.facts.known(number) for number in numbers_in(said.text))
    if known or not is_discontent(said.text, said.tags):
        return told
    return asking.discontent(told, said)


def _abuse(turn: Turn, said: Said) -> Turn:
    """Say once a day that it was heard, and call a person each time."""
    raised = turn.do(RaiseAbuse(said.text))
    return raised.say_rarely("M-ABUSE", _A_DAY)


def _secrecy(turn: Turn, said: Said) -> Turn:
    """Make the open case anonymous, or the one that is being asked about."""
    if turn.state.stage is Stage.ASKED:
        return turn.but(anonymous=True).repeat(lead="M-CMP-SECRET")
    case = next(iter(turn.facts.open), None)
    if case is None:
        return _follow(turn, said)
    if named(said.tags):
        turn = turn.do(AddWords(case.number, said.ref))
    return turn.do(SetMode(case.number, _ANONYMOUS)).say("M-CMP-ANON", tick=case.number)


def _praise(turn: Turn, said: Said) -> Turn:
    del said
    return turn.say_rarely("M-PRAISE", _A_DAY)


def _how(turn: Turn, said: Said) -> Turn:
    del said
    return turn.say("M-CMP-HOW")


def _follow(turn: Turn, said: Said) -> Turn:
    """Words that say nothing by themselves are more of what is being talked about."""
    if is_small(said.text):
        return _beside_the_buttons(turn, said.text)
    if not said.follows:
        return turn
    match turn.state.stage:
        case Stage.ASKED:
            return asking.more(turn, said)
        case Stage.RESULT:
            case = turn.facts.known(turn.state.about)
            return filing.add(turn, case, said.ref) if case else turn
        case Stage.REST:
            return _after_filing(turn, said)
        case _:
            return _misread(turn)


def _after_filing(turn: Turn, said: Said) -> Turn:
    case = turn.facts.known(turn.state.filed)
    fresh = case is not None and said.at - case.filed_at < filing.ONE_CASE
    return filing.add(turn, case, said.ref) if case and fresh and not case.closed else turn


def _beside_the_buttons(turn: Turn, text: str) -> Turn:
    """A number nobody offered is asked back; one that comes too late is told how to go on."""
    if not bare(text).isdigit():
        return turn
    if turn.state.resting:
        return turn.say_rarely("M-CMP-HEARD", _HOURLY) if turn.state.heard else turn
    return _misread(turn)


def _misread(turn: Turn) -> Turn:
    """Ask once more; then leave it, since nobody has to answer."""
    if turn.state.misreadings + 1 < _MISREADINGS:
        return turn.but(misreadings=turn.state.misreadings + 1).repeat(lead="M-UNK")
    return asking.lapse(turn) if turn.state.stage is Stage.ASKED else turn.rest()


def _went_cold(turn: Turn, text: str) -> bool:
    """After two days a bare digit may answer anything: the question is asked again first."""
    asked = turn.state.asked
    cold = asked is not None and not turn.state.resting and turn.at - asked > _COLD
    return cold and bare(text).isdigit()


_DEEDS: Final[Mapping[Concern, Callable[[Turn, Said], Turn]]] = {
    Concern.NUMBER: _number,
    Concern.TAKES_BACK: withdrawing.take_back,
    Concern.FILES: filing.file,
    Concern.HOW: _how,
    Concern.PROGRESS: telling.progress,
    Concern.ABUSE: _abuse,
    Concern.DISCONTENT: asking.discontent,
    Concern.SECRECY: _secrecy,
    Concern.PRAISE: _praise,
    Concern.NOTHING: _follow,
}
