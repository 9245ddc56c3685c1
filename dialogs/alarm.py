"""Danger: the alert first, the safety text at once, then the end of the questions (content 1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dialogs.actions import Outcome
from dialogs.endings import hand_over, opt_out, wrong_number
from dialogs.form import Rule
from dialogs.levels import Level
from dialogs.rules import Finding
from dialogs.state import Stage
from dialogs.tagging.blame import is_blame
from dialogs.tagging.danger import Danger
from dialogs.turn import Turn

SAFETY: Final = frozenset({"M-RF1", "M-RF-DRUG", "M-RFC", "M-HYPO", "M-CRISIS", "M-RF2"})
_SOON: Final = 60


def sound(turn: Turn, question: str, found: Sequence[Finding], *, digits: str) -> Turn:
    """Raise what the rules found about an answer; the gravest decides how the dialog goes on.

    `digits` is the reply when it was made of digits or buttons only: such an answer that raises
    L1, or a lone "1", is echoed so that a slip of the finger can be taken back.
    """
    levels = [Level(finding.rule.level) for finding in found if finding.rule.level]
    for finding in found:
        turn = _raise(turn, finding)
    turn = _several(turn)
    if Level.L1 in levels or (digits == "1" and any(f.rule.echo for f in found)):
        slip = digits and any(f.rule.echo for f in found)
        return echo(turn, question) if slip else stop(turn, levels)
    return _finish(turn, [finding.rule for finding in found])


def _raise(turn: Turn, finding: Finding) -> Turn:
    rule = finding.rule
    fresh = turn
    if rule.level:
        within = _SOON if rule.id == "RC4" else 0
        words = ",".join(finding.cause)
        fresh = turn.alert(Level(rule.level), rule.id, words, within=within)
        if fresh is turn:
            return turn
    if rule.adds and rule.adds not in fresh.state.forms:
        fresh = fresh.but(forms=(*fresh.state.forms, rule.adds))
    return fresh.say_once(rule.message, safety=rule.message in SAFETY)


def _several(turn: Turn) -> Turn:
    """Two different L2 in one dialog want a call within the hour (RC7)."""
    grave = {key.split(":")[1] for key in turn.state.raised if key.startswith("L2:")}
    return turn.alert(Level.L2, "RC7", within=_SOON) if len(grave - {"RC7"}) > 1 else turn


def _finish(turn: Turn, rules: Sequence[Rule]) -> Turn:
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


def stop(turn: Turn, levels: Sequence[Level]) -> Turn:
    """End the automatic questions after L1; the rest is asked by a nurse."""
    return turn.close(Outcome.DANGER, "answer") if Level.L1 in levels else turn


def echo(turn: Turn, question: str) -> Turn:
    """Ask whether the digit was meant (M-RF-ECHO)."""
    item = turn.item(question)
    given = turn.state.given[question].value
    labels = "、".join(o.label for o in item.options if o.key in given)
    opt = labels.replace("{fever}", turn.own_values()["fever"])
    return turn.but(question=question).ask_message(Stage.ECHO, "M-RF-ECHO", opt=opt)


def hear(turn: Turn, dangers: Sequence[Danger], text: str) -> Turn:
    """Raise what the lexicon found in somebody's words; L1 stops the form (R056)."""
    for danger in dangers:
        if danger.level:
            turn = turn.alert(Level(danger.level), danger.rule, danger.words)
        turn = turn.say_once(danger.message, safety=danger.message in SAFETY)
    turn = _several(turn)
    if is_blame(text) and (turn.state.raised or turn.case.recent_alert):
        return dispute(turn, text)
    worst = [Level(danger.level) for danger in dangers if danger.level]
    if any(danger.check for danger in dangers) and Level.L1 not in worst:
        return turn.but(before=turn.state.stage).ask_message(Stage.CHECK, "M-RF-CHECK")
    return stop(turn, worst)


def dispute(turn: Turn, text: str) -> Turn:
    """Danger and blame together: people take over, automatic answers stop (RC10, R142)."""
    return hand_over(turn.alert(Level.DISP, "RC10", text), "dispute")
