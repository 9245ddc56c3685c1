"""Which text is filed with the provider under which code; only such a text may be sent by it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.channel import Invalid, Letter
from bot.channels.sms_shapes import Shape, shapes
from dialogs.catalog import Catalog
from dialogs.wording import MissingValue, fill

JOIN: Final = "+"
# what is the same in every message may stand in the filed text itself
FIXED: Final = frozenset({"hosp", "fixed_url", "switchboard"})


class BadTemplates(ValueError):
    """The file of templates cannot be used; the message names the entry."""


@dataclass(frozen=True, slots=True)
class Filed:
    """A text with its code; a variable of the provider's may be several of ours in a row."""

    name: str
    words: str
    code: str
    variables: tuple[str, ...]

    def params(self, values: Mapping[str, str]) -> list[str]:
        """Return what fills the provider's variables, in order."""
        return ["".join(values[part] for part in name.split(JOIN)) for name in self.variables]

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the text as the provider will print it; empty where a value is missing."""
        try:
            return " ".join(fill(self.words, values).split())
        except MissingValue:
            return ""


class Templates:
    """All filed texts; `unknown` are entries no text of ours goes by any longer."""

    def __init__(self, filed: Sequence[Filed], unknown: Sequence[str] = ()) -> None:
        self._by_name: dict[str, list[Filed]] = {}
        for one in filed:
            self._by_name.setdefault(one.name, []).append(one)
        self.count = len(filed)
        self.names = frozenset(self._by_name)
        self.unknown = tuple(unknown)

    def saying(self, line: str, values: Mapping[str, str]) -> Filed | None:
        """Return the filed text that the provider would print so with these values."""
        every = (filed for some in self._by_name.values() for filed in some)
        return next((filed for filed in every if filed.filled(values) == line), None)

    def find(self, letter: Letter) -> Filed:
        """Return the filed text of a letter; raises Invalid where there is none.

        What the provider would print must be what our records show: another wording of the same
        question is not filed. Only what leads to a question may be left out.
        """
        line = letter.bubble.line
        for filed in self._by_name.get(letter.shape, ()):
            if filed.filled(letter.values) == line:
                return filed
        question = letter.shape.rpartition(JOIN)[2]
        for filed in self._by_name.get(question, ()) if question != letter.shape else ():
            asked = filed.filled(letter.values)
            if asked and asked in line:
                return filed
        raise Invalid(f"not filed: {letter.shape or 'free text'}")


def load_templates(path: Path, catalog: Catalog) -> Templates:
    """Read the file; where there is none, nothing is filed. Raises BadTemplates.

    An entry is `["M-OPEN"]` with its `code` and, in the order of the provider's variables,
    `variables`. Without a code it is not filed yet.
    """
    if not path.exists():
        return Templates(())
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise BadTemplates(f"{path.name}: {fault}") from None
    known = {shape.id: shape for shape in shapes(catalog)}
    filed = [
        _filed(name, entry, known[name])
        for name, entry in entries.items()
        if name in known and _has_code(name, entry)
    ]
    return Templates(filed, [name for name in entries if name not in known])


def _has_code(name: str, entry: Any) -> bool:
    if not isinstance(entry, dict) or not isinstance(entry.get("code", ""), str):
        raise BadTemplates(f"[{name}] code")
    return bool(entry.get("code"))


def _filed(name: str, entry: dict[str, Any], shape: Shape) -> Filed:
    variables = entry.get("variables", [])
    if not isinstance(variables, list) or not all(isinstance(one, str) for one in variables):
        raise BadTemplates(f"[{name}] variables")
    named = {part for one in variables for part in one.split(JOIN)}
    if not named <= shape.variables or not shape.variables - named <= FIXED:
        raise BadTemplates(f"[{name}] variables: {', '.join(sorted(shape.variables))}")
    return Filed(shape.name, shape.words, entry["code"], tuple(variables))
