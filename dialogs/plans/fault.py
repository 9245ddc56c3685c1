"""A fault of a file of plans: in which file, plan and round it is, and what it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from dialogs.reading import wording

_WORDS: Final[dict[str, Any]] = wording.load(__file__, "faults.toml")


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
        """Write it as whoever wrote the file looks for it."""
        inner = " ".join(filter(None, (self.table, self.part)))
        return f"{self.file} [{inner}]" if inner else self.file


@dataclass(frozen=True, slots=True)
class PlanFault:
    """One thing that is wrong; `detail` is what was found there."""

    place: Place
    code: str
    detail: str = ""

    @property
    def text(self) -> str:
        """Say it to the person who wrote the file."""
        said: str = _WORDS["faults"][self.code]
        return f"{self.place} {said}{':' if self.detail else ''}{self.detail}"


class BadPlans(ValueError):
    """Plans that cannot be used; `faults` are all of them."""

    def __init__(self, faults: tuple[PlanFault, ...]) -> None:
        """Name every fault, one a line."""
        super().__init__("\n".join(fault.text for fault in faults))
        self.faults = faults
