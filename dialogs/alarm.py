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
SAFETY: Final = URGENT | {"M-RF2"}
_SOON: Final = 60
_CARD: Final = "CARD-"
_MOST_CARDS: Final = 2
_SPOKEN_TO: Final = {"despair": "M-CARE"}


def sound(turn: Turn, question: str, found: Sequence[Finding], *, digits: str) -> Turn:
    """Raise what the rules found about an answer; the gravest decides how the dialog goes on.

    `digits` is the reply when it was made of digits or buttons only: such an answer that raises
    L1, or a lone "1", is echoed so that a slip of the finger can be taken back.
    """
    urgent = [finding for finding in found if finding.rule.level == Level.L1]
    for finding in _fewer_cards(found):
        quiet = bool(urgent) and finding not in urgent
        turn = _raise(turn, finding, question, quiet=quiet)
    turn = _several(turn)
    may_slip = bool(digits) and any(finding.rule.echo for finding in found)
    if may_slip and (urgent or digits == "1"):
        return echo(turn, question)
    if urgent:
        return stop(turn)
    return _finish(turn, [finding.rule for finding in found])


def _fewer_cards(found: Sequence[Finding]) -> list[Finding]:
    """Three cards at once are read by nobody: then one says whom to call."""
    cards = [finding for finding in found if finding.rule.message.startswith(_CARD)]
    if len(cards) <= _MOST_CARDS:
        return list(found)
    return [
        replace(f, rule=replace(f.rule, message="CARD-PHONE")) if f in cards else f for f in found
    ]


def _raise(turn: Turn, finding: Finding, question: str, *, quiet: bool) -> Turn:
    """Raise what a rule found and say its message, unless something graver speaks."""
    rule = finding.rule
    told_before = False
    if rule.level:
        within = _SOON if rule.id == "RC4" else 0
        words = _words(turn, finding, question)
        alerted = turn.alert(Level(rule.level), rule.id, words, within=within)
        told_before, turn = alerted is turn, alerted
    if rule.adds:
        turn = join(turn, rule.adds)
    # a promise of a time needs the alert it comes from; urgent texts promise none
    if quiet or (told_before and rule.message not in URGENT):
        return turn
    return turn.say_once(rule.message, safety=rule.message in SAFETY)


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
        (rule, cause)
        for rule, words in raised
        if rule != "RC7"
        for cause in (words.split(",") if "." in rule else ["" if rule.startswith("RC") else words])
    }
    return turn.alert(Level.L2, "RC7", within=_SOON) if len(causes) > 1 else turn


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


def echo(turn: Turn, question: str) -> Turn:
    """Ask whether the digit was meant (M-RF-ECHO)."""
    item = turn.item(question)
    given = turn.state.given[question].value
    labels = "、".join(o.label for o in item.options if o.key in given)
    opt = labels.replace("{fever}", turn.own_values()["fever"])
    return turn.but(question=question).ask_message(Stage.ECHO, "M-RF-ECHO", opt=opt)


def hear(turn: Turn, dangers: Sequence[Danger], text: str) -> Turn:
    """Raise what the lexicon found in somebody's words; L1 stops the form (R056)."""
    urgent = any(danger.level == Level.L1 for danger in dangers)
    for danger in dangers:
        turn = _hear_one(turn, danger, quiet=urgent and danger.level != Level.L1)
    turn = _several(turn)
    if is_blame(text) and (turn.raised_at(Level.L1, Level.L2) or turn.case.recent_alert):
        return dispute(turn, text)
    if urgent:
        return stop(turn)
    unsure = next((danger for danger in dangers if danger.check), None)
    return check(turn, unsure) if unsure else turn


def _hear_one(turn: Turn, danger: Danger, *, quiet: bool) -> Turn:
    heard = turn
    if danger.level:
        heard = turn.alert(Level(danger.level), danger.rule, danger.words, kind=danger.kind)
    message = danger.message or ("" if danger.check else _SPOKEN_TO.get(danger.kind, ""))
    known = heard is turn and bool(danger.level)
    if quiet or (known and message not in URGENT):
        return heard
    return heard.say_once(message, safety=message in SAFETY)


def check(turn: Turn, danger: Danger) -> Turn:
    """It may be over, or only feared: is it there now? The answer decides on the safety text."""
    if danger.level == Level.Q:
        turn = turn.say_once("M-Q")
    after = "M-RF-GONE" if danger.level == Level.L2 else ""
    held = f"{_alarm_for(turn, danger)} {after}".strip()
    before = turn.state.before if turn.state.stage is Stage.CHECK else turn.state.stage
    return turn.but(before=before, held=held).ask_message(Stage.CHECK, "M-RF-CHECK")


def _alarm_for(turn: Turn, danger: Danger) -> str:
    if danger.kind == "hypo":
        return "M-HYPO"
    return "M-RFC" if "child" in turn.case.tags else "M-RF1"


def dispute(turn: Turn, text: str) -> Turn:
    """Danger and blame together: people take over, automatic answers stop (RC10, R142).

    A safety text is never held back; after it nothing more is said.
    """
    urgent = turn.raised_at(Level.L1)
    alerted = turn.alert(Level.DISP, "RC10", text)
    if alerted is not turn and not alerted.spoke:
        alerted = alerted.say("M-HUMAN")
    return alerted.close(Outcome.DANGER if urgent else Outcome.HUMAN, "dispute")
