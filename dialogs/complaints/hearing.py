"""Free words, in order: a choice, what is plainly for the desk, what is more of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from dialogs.complaints import asking, filing, pressing, prompting, secrecy, telling, withdrawing
from dialogs.complaints.actions import AddWords, KeepOpinion, RaiseAbuse
from dialogs.complaints.choosing import choices, chosen, is_undecided, meant
from dialogs.complaints.events import Deferred, Mentioned, Said
from dialogs.complaints.owners import COMPLAINT_OFFICE
from dialogs.complaints.phrases import (
    is_small,
    numbers_in,
    takes_back_numbered,
    wants_secrecy,
)
from dialogs.complaints.precedence import Concern, concern_of, is_discontent, is_near
from dialogs.complaints.questions import Question, question_in
from dialogs.complaints.state import Stage
from dialogs.complaints.turn import Turn
from dialogs.reading.normal import bare

_A_DAY: Final = timedelta(days=1)
_HOURLY: Final = timedelta(hours=1)
_COLD: Final = timedelta(hours=48)
# what is said beside a choice of these belongs to the case they are about
_REASONED: Final = (Stage.RESULT, Stage.RATE)
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
    """Register what is plainly a complaint beside something graver; the rest is an opinion.

    Dissatisfaction that belongs to a case just filed goes there, without a word about it.
    """
    if concern_of(said.text, said.tags, turn.facts, turn.state) is Concern.FILES:
        return filing.file(turn, said)
    case = filing.continued(turn, said) if is_discontent(said.text, said.tags) else None
    if case is not None:
        return turn.do(AddWords(case.number, said.ref))
    kept = said.tags.is_complaint and not said.tags.dispute_risk
    return turn.do(KeepOpinion((said.ref,))) if kept else turn


def deferred(turn: Turn, said: Deferred) -> Turn:
    """Remember dissatisfaction until another desk has done."""
    return asking.discontent(turn, said)


def _choose(turn: Turn, key: str, said: Said) -> Turn:
    """Words beside an answer to a result, or beside the stars, are kept with it."""
    wordy = turn.state.stage in _REASONED and not is_small(said.text) and said.ref
    if wordy and not _is_plain(turn, said.text):
        turn = turn.do(AddWords(turn.state.about, said.ref))
    return pressing.press(turn, key)


def _is_plain(turn: Turn, text: str) -> bool:
    """Tell whether words are a choice and nothing besides."""
    options = choices(turn)
    plain = {bare(word) for o in options for word in (o.label, *o.synonyms)}
    by_words = turn.state.stage is Stage.RESULT and bool(chosen(turn, text))
    return by_words or bare(text) in plain


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
    """Call a person each time; what is said follows when it is known until when."""
    return turn.do(RaiseAbuse(said.text))


def _asks(turn: Turn, said: Said) -> Turn:
    """Answer a question about filing; what was being asked is asked again."""
    asked = question_in(said.text, near=is_near(turn.facts, turn.state))
    case = next(iter(turn.facts.open), None)
    if asked is None or (case is not None and asked is Question.WHEN):
        return _follow(turn, said) if case is None else telling.tell(turn, case)
    owner = turn.state.owner or (case.owner if case else COMPLAINT_OFFICE)
    office = turn.part(f"M-OFFICE-{owner.upper()}")
    return turn.say(asked.answer, owner=office).repeat()


def _addition(turn: Turn, said: Said) -> Turn:
    return filing.add(turn, turn.facts.open[0], said.ref)


def _no_call(turn: Turn, said: Said) -> Turn:
    return prompting.call_off(turn, said.text)


def _praise(turn: Turn, said: Said) -> Turn:
    del said
    return turn.say_rarely("M-PRAISE", _A_DAY)


def _how(turn: Turn, said: Said) -> Turn:
    return turn.say("M-CMP-HOW-SECRET" if wants_secrecy(said.text) else "M-CMP-HOW")


def _follow(turn: Turn, said: Said) -> Turn:
    """Words that say nothing by themselves are more of what is being talked about."""
    if is_small(said.text) or is_undecided(turn, said.text):
        return _beside_the_buttons(turn, said.text)
    if not said.follows and turn.state.stage is not Stage.STORY:
        return turn
    match turn.state.stage:
        case Stage.ASKED:
            return asking.more(turn, said)
        case Stage.RESULT:
            case = turn.facts.known(turn.state.about)
            return filing.add(turn, case, said.ref) if case else turn
        case Stage.REST | Stage.STORY:
            return _after_filing(turn, said)
        case _:
            return _misread(_kept_beside(turn, said))


def _kept_beside(turn: Turn, said: Said) -> Turn:
    """Words that answer no question about a case are words about that case all the same."""
    case = turn.facts.known(turn.state.about)
    return turn.do(AddWords(case.number, said.ref)) if case else turn


def _after_filing(turn: Turn, said: Said) -> Turn:
    """M-CMP1 and M-CMP2 promise that more may be written, and name no end of it."""
    filed = turn.facts.known(turn.state.told or turn.state.filed)
    still = filed if filed and not filed.closed else next(iter(turn.facts.open), None)
    return filing.add(turn, still, said.ref) if still else turn


def _beside_the_buttons(turn: Turn, text: str) -> Turn:
    """A number nobody offered is asked back; one that comes too late is told how to go on."""
    if is_undecided(turn, text):
        return _misread(turn)
    if not bare(text).isdigit():
        return turn
    if not turn.state.message:
        return turn.say_rarely("M-CMP-HEARD", _HOURLY) if turn.state.heard else turn
    return _misread(turn)


def _misread(turn: Turn) -> Turn:
    """Ask once more; then leave it at the opinion that it is, since nobody has to answer."""
    if turn.state.misreadings + 1 < _MISREADINGS:
        return turn.but(misreadings=turn.state.misreadings + 1).repeat(lead="M-UNK")
    return asking.keep(turn) if turn.state.stage is Stage.ASKED else turn.rest()


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
    Concern.URGES: telling.urge,
    Concern.ASKS: _asks,
    Concern.ABUSE: _abuse,
    Concern.DISCONTENT: asking.discontent,
    Concern.SECRECY: secrecy.hide,
    Concern.OPENNESS: secrecy.open_up,
    Concern.ADDS: _addition,
    Concern.NO_CALL: _no_call,
    Concern.PRAISE: _praise,
    Concern.NOTHING: _follow,
}
