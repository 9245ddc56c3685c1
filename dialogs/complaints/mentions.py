"""Who of staff is meant by surname and title: 王护士, 姓王的护士, 护士姓王."""

from __future__ import annotations

import re
from typing import Any, Final

from dialogs.reading import wording
from dialogs.reading.normal import normalise

_WORDS: Final[dict[str, Any]] = wording.load(__file__, "mentions.toml")
_TITLES: Final[dict[str, str]] = _WORDS["titles"]
_COMPOUND: Final = tuple(_WORDS["compound"])


def surname_of(name: str) -> str:
    """Return the surname of a Chinese name, of two characters where it is a compound one."""
    return name[:2] if name.startswith(_COMPOUND) else name[:1]


def is_meant(words: str, name: str, role: str) -> bool:
    """Tell whether somebody of this name and role may be meant by surname and title."""
    title = _TITLES.get(role)
    surname = re.escape(surname_of(name))
    if not title or not surname:
        return False
    said = normalise(words)
    before = rf"(?<!{_WORDS['not_before']}){surname}(?:{title})"
    called = rf"姓{surname}的?[^,。!?]{{0,2}}?(?:{title})|(?:{title})[^,。!?]{{0,3}}姓{surname}"
    return bool(re.search(f"{before}|{called}", said))
