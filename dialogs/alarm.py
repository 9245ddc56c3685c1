"""Danger: the alert first, the safety text at once, then the end of the questions (content 1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from dialogs.actions import Outcome
from dialogs.carrying import join
from dialogs.endings import opt_out, wrong_number
from dialogs.form import ItemType, Rule
from dialogs.levels import Level
from dialogs.rules import Finding
from dialogs.state import Stage
from dialogs.tagging.blame import is_blame
from dialogs.tagging.danger import Danger
from dialogs.turn import Turn

URGENT: Final = frozenset({"M-RF1", "M-RF-DRUG", "M-RFC", "M-HYPO", "M-CRISIS"})
SAFETY: Final = URGENT | {"M-RF2", "M-VIOLENCE"}
_FOR_A_CHILD: Final = {"M-RF1": "M-RFC", "M-RF2": "M-RF2-CHILD"}
_SOON: Final = 60
_CARD: Final = "CARD-"
_MOST_CARDS: Final = 2
_SPOKEN_TO: Final = {"despair": "M-CARE"}


def sound(turn: Turn, question: str, found: Sequence[Finding], *, digits: str) -> Turn:
    """Raise what the rules found about an answer; the gravest decides how the dialog goes on.

    `digits` is the reply when it was made of digits or buttons only: such an answer that raises
    L1, or a lone "1", is echoed so that a slip of the finger can be taken back.
    """
    urgent = any(finding.rule.level == Level.L1 for finding in found)
    known = turn.state.raised
    turn = _several(_raise(turn, question, found if urgent else found[::-1]))
    may_slip = bool(digits) and any(finding.rule.echo for finding in found)
    if may_slip and digits == "1" and not urgent:
        # nobody is promised a nurse for a slip of the finger: that is said when it was meant
        return echo(turn, question)
    for finding in _fewer_cards(found):
        if not urgent or finding.rule.level == Level.L1:
            turn = _speak(turn, finding.rule, fresh=turn.state.raised != known)
    if urgent:
        return echo(turn, question) if may_slip else stop(turn)
    return _finish(turn, [finding.rule for finding in found])


def confirm(turn: Turn, found: Sequence[Finding]) -> Turn:
    """Say what was held back until a digit was known to be meant."""
    for finding in _fewer_cards(found):
        turn = tell(turn, finding.rule.message)
    return turn


def _fewer_cards(found: Sequence[Finding]) -> list[Finding]:
    """Three cards at once are read by nobody: then one says whom to call."""
    cards = [finding for finding in found if finding.rule.message.startswith(_CARD)]
    if len(cards) <= _MOST_CARDS:
        return list(found)
    return [
        replace(f, rule=replace(f.rule, message="CARD-PHONE")) if f in cards else f for f in found
    ]


def _raise(turn: Turn, question: str, found: Sequence[Finding]) -> Turn:
    """Raise every alert before a word is said: the last, the gravest, is what a text promises."""
    for finding in found:
        rule = finding.rule
        if rule.level:
            within = _SOON if rule.id == "RC4" else 0
            words = _words(turn, finding, question)
            turn = turn.alert(Level(rule.level), rule.id, words, within=within)
        if rule.adds:
            turn = join(turn, rule.adds)
        if rule.books:
            turn = turn.want_to_book().say_once("M-BOOK-NEXT")
    return turn


def _speak(turn: Turn, rule: Rule, *, fresh: bool) -> Turn:
    """Say what a rule has to say; a promise of a time needs an alert of this very step."""
    if rule.level and not fresh and rule.message not in URGENT:
        return turn
    return tell(turn, rule.message)


def tell(turn: Turn, message: str) -> Turn:
    """Say a text once, in the words for a child where there are some."""
    fitting = _FOR_A_CHILD.get(message, message) if "child" in turn.case.tags else message
    return turn.say_once(fitting, safety=message in SAFETY)


def _words(turn: Turn, finding: Finding, question: str) -> str:
    """Return the keys that were chosen, or what was written where nothing can be chosen."""
    item, given = turn.item(question), turn.state.given.get(question)
    if item.type is ItemType.PHOTO:
        return ""
    chosen = ",".join(finding.cause)
    return chosen if item.options or given is None else given.text or chosen


def _several(turn: Turn) -> Turn:
    """Two different L2 in one dialog want a call within the hour (RC7)."""
    raised = (key.split(":", 2)[1:] for key in turn.state.raised if key.startswith("L2:"))
    causes = {
        (rule, cause) for rule, words in raised if rule != "RC7" for cause in _causes(rule, words)
    }
    return turn.alert(Level.L2, "RC7", within=_SOON) if len(causes) > 1 else turn


def _causes(rule: str, words: str) -> list[str]:
    """A rule across items is one cause, an item's rule one for each option; a picture is none."""
    if "." in rule:
        return words.split(",") if words else []
    return ["" if rule.startswith("RC") else words]


def _finish(turn: Turn, rules: Iterable[Rule]) -> Turn:
    ends = next((rule.ends for rule in rules if rule.ends), "")
    match ends:
        case "":
            return turn
        case "wrong_number":
            return wrong_number(turn)
        case "opted_out":
            return opt_out(turn)
        case _:
            return turn.close(Outcome(ends), "answer")


def stop(turn: Turn) -> Turn:
    """End the automatic questions after L1; the rest is asked by a nurse."""
    return turn.close(Outcome.DANGER, "answer")


def echo(turn: Turn, question: str, *, lead: str = "") -> Turn:
    """Ask whether the digit was meant (M-RF-ECHO)."""
    item = turn.item(question)
    given = turn.state.given[question].value
    labels = "、".join(o.label for o in item.options if o.key in given)
    opt = labels.replace("{fever}", turn.own_values()["fever"])
    return turn.but(question=question).ask_message(Stage.ECHO, "M-RF-ECHO", lead=lead, opt=opt)


def hear(turn: Turn, dangers: Sequence[Danger], text: str) -> Turn:
    """Raise what the lexicon found in somebody's words; L1 stops the form (R056)."""
    turn = raise_dangers(turn, dangers)
    if is_blame(text) and (turn.raised_at(Level.L1, Level.L2) or turn.case.recent_alert):
        return dispute(turn, text)
    if is_urgent(dangers):
        return stop(turn)
    unsure = next((danger for danger in dangers if danger.check), None)
    return check(turn, unsure) if unsure else turn


def is_urgent(dangers: Iterable[Danger]) -> bool:
    """Tell whether one of them is a matter of minutes."""
    return any(danger.level == Level.L1 for danger in dangers)


def raise_dangers(turn: Turn, dangers: Sequence[Danger]) -> Turn:
    """Raise every danger first, then say what belongs to the gravest."""
    urgent, known = is_urgent(dangers), turn.state.raised
    for danger in dangers if urgent else dangers[::-1]:
        if danger.level:
            level = Level(danger.level)
            turn = turn.alert(level, danger.rule, danger.words, kind=danger.kind)
    turn = _several(turn)
    for danger in dangers:
        if not urgent or danger.level == Level.L1:
            turn = _answer_one(turn, danger, fresh=turn.state.raised != known)
    return turn


def _answer_one(turn: Turn, danger: Danger, *, fresh: bool) -> Turn:
    message = danger.message or ("" if danger.check else _SPOKEN_TO.get(danger.kind, ""))
    if danger.level and not fresh and message not in URGENT:
        return turn
    return tell(turn, message)


def check(turn: Turn, danger: Danger) -> Turn:
    """It may be over, or only feared: is it there now? The answer decides on the safety text."""
    if danger.level == Level.Q:
        turn = turn.say_once("M-Q")
    after = "M-RF-GONE" if danger.level == Level.L2 else ""
    held = f"{_alarm_for(danger)} {after}".strip()
    before = turn.state.before if turn.state.stage is Stage.CHECK else turn.state.stage
    return turn.but(before=before, held=held).ask_message(Stage.CHECK, "M-RF-CHECK")


def _alarm_for(danger: Danger) -> str:
    return "M-HYPO" if danger.kind == "hypo" else "M-RF1"


def dispute(turn: Turn, text: str) -> Turn:
    """Words of a dispute: people take over, automatic answers stop (R142).

    With danger now or lately it is RC10, without it D1. A safety text is never held back; after it
    nothing more is said.
    """
    urgent = turn.raised_at(Level.L1)
    grave = turn.raised_at(Level.L1, Level.L2) or turn.case.recent_alert
    alerted = turn.alert(Level.DISP, "RC10" if grave else "D1", text)
    if alerted is not turn and not alerted.spoke:
        alerted = alerted.say("M-HUMAN")
    return alerted.close(Outcome.DANGER if urgent else Outcome.HUMAN, "dispute")
