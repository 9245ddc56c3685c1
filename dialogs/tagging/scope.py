"""Does a symptom in a text hold: is it denied, over, long ago, supposed, or somebody else's?

Every question takes the normalised text and the place of the symptom in it. In doubt the answer is
no, and the symptom holds: a false alarm costs a click, a missed one a life (`content` section 5).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from dialogs.reading import wording

_SENTENCE_ENDS = "。!?\n"
_CLAUSE_END = re.compile(r"[,。;!?\n~]|但|就是|不过(?!气|来|去)|可是|只是")
_REACH = 80  # characters; a sentence without punctuation may be a whole message


def denied(text: str, start: int, *, crisis: bool = False) -> bool:
    """Rules 1 and 2: a negator directly before it, or before the list it stands in."""
    before = text[max(0, start - _REACH) : start]
    patterns = _patterns()
    negator = patterns["crisis" if crisis else "negation"].search(before)
    if negator:
        return not patterns["doubled"].search(before[: negator.start()])
    joint = patterns["joint"].search(before)
    if not joint:
        return False
    listed = patterns["ailment"].search(before[: joint.start()])
    return listed is not None and denied(before, listed.start())


def gone(text: str, end: int) -> bool:
    """The symptom is told as over: 胸痛好了, 胸闷, 现在没事了."""
    after = text[end : end + 24]
    patterns = _patterns()
    over = patterns["gone"].search(after) or patterns["gone_later"].search(after)
    return over is not None and not patterns["again"].search(after[over.end() :])


def past(text: str, start: int, end: int) -> bool:
    """The symptom belongs to another time: 以前胸痛, 胸痛是去年的事."""
    patterns = _patterns()
    clause = text[_clause_start(text, start) : start]
    told = patterns["past"].search(clause)
    if not told and not patterns["past_after"].search(text[end : end + 16]):
        return False
    rest = clause[told.end() :] if told else ""
    return not patterns["now"].search(rest) and not patterns["still"].search(text[end : end + 30])


def sentence(text: str, start: int, end: int) -> str:
    """Return the sentence, or of a long one 80 characters on either side."""
    return text[_sentence_start(text, start) : _sentence_end(text, end)]


def supposed(text: str, start: int, end: int) -> bool:
    """A plain supposition: 如果以后胸痛. Question words alone never are one."""
    patterns = _patterns()
    sentence = text[_sentence_start(text, start) : start]
    if not patterns["supposed"].search(sentence):
        return False
    return not patterns["supposed_now"].search(sentence + text[end : _sentence_end(text, end)])


def a_tale(text: str, start: int, end: int) -> bool:
    """Despair that was overcome, or despair and violence of a film or old news: 判了三年."""
    patterns = _patterns()
    whole = sentence(text, start, end)
    told = patterns["tale_over"].search(whole) or patterns["tale_deed"].search(whole)
    if not told and not patterns["tale_seen"].search(text[_sentence_start(text, start) : start]):
        return False
    return not patterns["tale_now"].search(whole)


def asked_in_general(text: str, start: int, end: int) -> bool:
    """A disease is asked about by name, as of nobody in particular: 心梗一般有什么前兆."""
    patterns = _patterns()
    if not patterns["general_names"].search(text[start:end]):
        return False
    whole = sentence(text, start, end)
    return bool(patterns["general"].search(whole)) and not patterns["general_now"].search(whole)


def of_a_stranger(text: str, start: int, end: int) -> bool:
    """The one who is ill is nobody we follow, or the symptom is only heard of."""
    patterns = _patterns()
    if patterns["stranger_after"].search(text[end : end + 12]):
        return True
    clause = text[_clause_start(text, start) : start]
    last = _last(patterns["stranger"], clause)
    if last is None or _last_place(patterns["ours"], clause) >= last.end():
        return False
    return (
        not (
            patterns["speaker"].search(clause[: last.start()])
            or patterns["with"].search(clause[: last.start()])
            or patterns["not_ill"].match(clause[last.end() :])
        )
        or patterns["heard"].fullmatch(last.group()) is not None
    )


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    last = None
    for found in pattern.finditer(text):
        last = found
    return last


def _last_place(pattern: re.Pattern[str], text: str) -> int:
    last = _last(pattern, text)
    return -1 if last is None else last.start()


def _clause_start(text: str, start: int) -> int:
    first = max(0, start - _REACH)
    return max((end.end() for end in _CLAUSE_END.finditer(text, first, start)), default=first)


def _sentence_start(text: str, start: int) -> int:
    first = max(0, start - _REACH)
    return max(first, *(text.rfind(end, first, start) + 1 for end in _SENTENCE_ENDS))


def _sentence_end(text: str, end: int) -> int:
    last = min(len(text), end + _REACH)
    ends = [place for mark in _SENTENCE_ENDS if (place := text.find(mark, end, last)) >= 0]
    return min(ends, default=last)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    lists: dict[str, Any] = wording.load(__file__, "scope.toml")
    negation, others = lists["negation"], lists["others"]
    sources = {
        "negation": negation["before"],
        "crisis": negation["before"].removesuffix("$") + negation["crisis_fill"] + "$",
        "doubled": negation["doubled"],
        "joint": negation["joint"],
        "ailment": f"(?:{negation['ailments']})$",
        "gone": lists["gone"]["after"],
        "gone_later": lists["gone"]["later"],
        "again": lists["gone"]["again"],
        "past": lists["past"]["before"],
        "past_after": lists["past"]["after"],
        "now": lists["past"]["now"],
        "still": lists["past"]["still"],
        "supposed": lists["supposed"]["before"],
        "supposed_now": lists["supposed"]["now"],
        "tale_over": lists["tale"]["over"],
        "tale_deed": lists["tale"]["deed"],
        "tale_seen": lists["tale"]["seen"],
        "tale_now": lists["tale"]["now"],
        "general_names": lists["general"]["names"],
        "general": lists["general"]["question"],
        "general_now": lists["general"]["now"],
        "stranger": f"{others['strangers']}|{others['heard']}",
        "stranger_after": wording.expand(others["after"], others),
        "heard": others["heard"],
        "speaker": others["speaker"],
        "with": others["with"],
        "not_ill": others["not_ill"],
        "ours": others["ours"],
    }
    return {name: re.compile(source) for name, source in sources.items()}
