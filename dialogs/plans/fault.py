"""A fault of a file of plans: in which file, plan and round it is, and what it is."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from typing import Any, Final

from dialogs.reading import wording

_WORDS: Final[dict[str, Any]] = wording.load(__file__, "faults.toml")
_PLACES: Final[dict[str, str]] = _WORDS["places"]
_PART: Final = re.compile(r"([a-z_]+)(?: (\d+))?")
_LINE: Final = re.compile(r"line (\d+), column (\d+)")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: the file, the table in it (plan, rule, risk), and the part of it."""

    file: str
    table: str = ""
    part: str = ""

    def at(self, part: str) -> Place:
        """Name a place further in."""
        return replace(self, part=f"{self.part} {part}".strip())

    def __str__(self) -> str:
        """Write it as people call it, with the names by which it is found in the file."""
        kind, _, name = self.table.partition(" ")
        inner = " ".join(filter(None, (_PLACES.get(kind, kind), name, _said(self.part))))
        return f"{self.file} [{inner}]" if inner else self.file


def _said(part: str) -> str:
    """Name the parts of a table: `round 2 high_risk` is 第2轮 高危."""
    return _PART.sub(lambda found: _PLACES.get(found[1], found[1]).format(n=found[2] or ""), part)


def line_of(fault: tomllib.TOMLDecodeError) -> str:
    """Say where a file cannot be read; empty where it ends too early."""
    found = _LINE.search(str(fault))
    return _PLACES["line"].format(line=found[1], column=found[2]) if found else ""


@dataclass(frozen=True, slots=True)
class PlanFault:
    """One thing that is wrong; `detail` is what was found there, under the name `key`."""

    place: Place
    code: str
    detail: str = ""
    key: str = ""

    @property
    def text(self) -> str:
        """Say it to the person who wrote the file."""
        said: str = _WORDS["faults"][self.code]
        return ":".join(filter(None, (f"{self.place} {said}", self._found)))

    @property
    def _found(self) -> str:
        label = f"{_WORDS['keys'].get(self.key, '')}({self.key})" if self.key else ""
        return " = ".join(filter(None, (label, self.detail)))


class BadPlans(ValueError):
    """Plans that cannot be used; `faults` are all of them."""

    def __init__(self, faults: tuple[PlanFault, ...]) -> None:
        """Name every fault, one a line."""
        super().__init__("\n".join(fault.text for fault in faults))
        self.faults = faults
