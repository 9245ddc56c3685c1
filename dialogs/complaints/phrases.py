"""What people say to the complaint desk: 投诉 and what only looks like it, numbers, rage."""

from __future__ import annotations

import re
from typing import Any, Final

from dialogs.answers import is_greeting
from dialogs.reading import wording
from dialogs.reading.normal import bare, normalise
from dialogs.reading.reply import Intent
from dialogs.reading.withdrawals import names_complaint, read_withdrawal

_WORDS: Final[dict[str, Any]] = wording.load(__file__, "words.toml")
_NUMBER: Final = re.compile(_WORDS["number"])
_NOT_EXPLICIT: Final = wording.alternatives(_WORDS["not_explicit"])
_SMALL: Final = frozenset(map(bare, _WORDS["small"]))
_SEARCHED: Final = {
    name: re.compile(_WORDS[name])
    for name in (
        "abuse",
        "accept",
        "addition",
        "anew",
        "anonymous",
        "another",
        "back",
        "back_bare",
        "back_fresh",
        "back_open",
        "call",
        "explicit",
        "how",
        "lukewarm",
        "more",
        "named",
        "no_call",
        "nod",
        "not_accept",
        "not_abuse",
        "not_anonymous",
        "not_named",
        "progress",
        "refuse",
        "scolding",
        "thanks",
        "urging",
        "vague",
        "wordless",
    )
}
_DIGITS: Final = 3


def names_filing(text: str) -> bool:
    """Tell whether the writer plainly files: 投诉 or 举报, not denied, asked about or threatened.

    What a pattern explains is taken out and the rest is read again.
    """
    plain = _plain(text)
    if not _found("explicit", plain) or takes_back(text):
        return False
    return _found("explicit", _NOT_EXPLICIT.sub(" ", plain))


def takes_back(text: str) -> bool:
    """Tell whether a message takes a complaint back by its name: 不投诉了, 撤销投诉."""
    return names_complaint(_plain(text))


def speaks_of_complaints(text: str) -> bool:
    """Tell whether 投诉 or 举报 is said at all, meant or not."""
    return _found("explicit", _plain(text))


def gives_up(text: str) -> bool:
    """Tell whether a reply drops the matter, where a complaint is being talked about: 算了."""
    return read_withdrawal(_plain(text))[0] is Intent.STOP_COMPLAINT


def numbers_in(text: str) -> tuple[str, ...]:
    """Return the numbers of complaints in the words, in the one spelling: TS-20261122-001."""
    found = _NUMBER.finditer(_plain(text))
    spelled = (f"TS-{match['day']}-{int(match['no']):0{_DIGITS}}" for match in found)
    return tuple(dict.fromkeys(spelled))


def drops_filed(text: str, *, fresh: bool, alone: bool) -> bool:
    """Tell whether what is filed is dropped: 不追究了; just after filing also 撤销.

    `alone`: nobody else is asking, so that 算了 and 取消 are said of it too.
    """
    plain = _plain(text)
    said = fresh and (_found("back_fresh", plain) or (alone and _found("back_bare", plain)))
    return said or _found("back_open", plain)


def asks_how(text: str) -> bool:
    """Tell whether somebody asks how to complain."""
    return _found("how", _plain(text))


def asks_progress(text: str) -> bool:
    """Tell whether somebody asks where a complaint stands."""
    return _found("progress", _plain(text))


def urges(text: str) -> bool:
    """Tell whether somebody presses for what filing promised: the call, the answer."""
    return _found("urging", _plain(text))


def files_anew(text: str) -> bool:
    """Tell whether somebody says that a complaint is filed now."""
    return _found("anew", _plain(text))


def takes_back_numbered(text: str) -> bool:
    """Tell whether the complaint whose number is written is taken back."""
    return bool(numbers_in(text)) and (takes_back(text) or _found("back", _plain(text)))


def wants_secrecy(text: str) -> bool:
    """Tell whether the department is not to know who complains."""
    plain = _plain(text)
    return _found("anonymous", plain) and not _found("not_anonymous", plain)


def drops_secrecy(text: str) -> bool:
    """Tell whether who complained unnamed need not be any more."""
    plain = _plain(text)
    return _found("not_anonymous", plain) and not _found("not_named", plain)


def gives_name(text: str) -> bool:
    """Tell whether the department may know who complains: 实名吧."""
    plain = _plain(text)
    return _found("named", plain) and not _found("not_named", plain)


def is_addition(text: str) -> bool:
    """Tell whether words are plainly for the open case, however old: 补充, a witness, a camera."""
    return _found("addition", _plain(text))


def scolds(text: str) -> bool:
    """Tell whether staff are scolded in a way that is no question and no insult."""
    return _found("scolding", _plain(text))


def adds(text: str) -> bool:
    """Tell whether the words say themselves that they belong to what was said before."""
    return _found("more", _plain(text)) and not speaks_of_another(text)


def speaks_of_another(text: str) -> bool:
    """Tell whether the words are about another matter than the one that is filed."""
    return _found("another", _plain(text))


def is_abusive(text: str) -> bool:
    """Tell whether somebody insults; what others are reported to have said is no insult of ours."""
    plain = _plain(text)
    return _found("abuse", _SEARCHED["not_abuse"].sub(" ", plain))


def refuses(text: str) -> bool:
    """Tell whether words refuse a result."""
    return _found("refuse", _plain(text))


def accepts(text: str) -> bool:
    """Tell whether words take a result, and hold nothing against it."""
    plain = _plain(text)
    taken = _found("accept", plain) and not _found("refuse", plain)
    return taken and not _found("not_accept", plain)


def calls_off(text: str) -> bool:
    """Tell whether a call that was agreed to is not wanted any more."""
    return _found("no_call", _plain(text))


def wants_call(text: str) -> bool:
    """Tell whether words ask for a call."""
    return _found("call", _plain(text))


def more_than_thanks(text: str) -> bool:
    """Tell whether words say more than thanks and a courtesy."""
    return not _SEARCHED["thanks"].fullmatch(_plain(text))


def acknowledges(text: str) -> bool:
    """Tell whether words only say that something was read: 好的, 收到,谢谢."""
    plain = _plain(text)
    nodded = is_small(text) or (_found("nod", plain) and not more_than_thanks(text))
    return nodded and not (is_greeting(text) or bare(text).isdigit())


def is_lukewarm(text: str) -> bool:
    """Tell whether a whole message says neither yes nor no, and blames nobody: 还可以, 老样子."""
    return bool(_SEARCHED["lukewarm"].fullmatch(_plain(text)))


def nods_vaguely(text: str) -> bool:
    """Tell whether a whole message only nods, where a nod names none of the choices: 好, 行."""
    return bool(_SEARCHED["vague"].fullmatch(_plain(text)))


def says_only_the_word(text: str) -> bool:
    """Tell whether somebody files and says nothing of what it is about: 我要投诉."""
    return bool(_SEARCHED["wordless"].fullmatch(_plain(text)))


def is_small(text: str) -> bool:
    """Tell whether the words are thanks, a nod or a greeting, which add nothing."""
    said = bare(text)
    return not said or said in _SMALL or said.isdigit()


def _plain(text: str) -> str:
    return normalise(text).lower().strip()


def _found(name: str, plain: str) -> bool:
    return bool(_SEARCHED[name].search(plain))
