"""Spoken forms that many questions share: yes and no, none of these, better and worse."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from dialogs.form import Option
from dialogs.reading import wording
from dialogs.reading.normal import bare

_TABLES: Final[list[dict[str, Any]]] = wording.load(__file__, "spoken_options.toml")["table"]


def add_spoken(table: dict[str, set[str]], options: Sequence[Option]) -> None:
    """Add the shared forms that fit these options; what an option says itself goes before."""
    keys = {option.key for option in options}
    for shared in _TABLES:
        if set(shared.get("of", ())) <= keys and (
            not shared.get("only") or len(keys) == len(shared["of"])
        ):
            _add(table, options, shared)


def _add(table: dict[str, set[str]], options: Sequence[Option], shared: dict[str, Any]) -> None:
    label = re.compile(shared.get("label", ""))
    for names, words in shared["words"].items():
        wanted = names.split("|")
        for key in (o.key for o in options if o.key in wanted and label.match(o.label)):
            for word in map(bare, words):
                table.setdefault(word, {key})
