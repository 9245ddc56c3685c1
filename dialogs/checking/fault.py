"""A fault of the catalog: how bad, in which file, at which item, and what it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from dialogs.catalog import load_tables
from dialogs.reading import wording

_DESKS: Final = ("appointments", "complaints", "channels")
WORDS: Final[dict[str, Any]] = wording.load(__file__, "words.toml")


class Severity(StrEnum):
    """An error keeps a catalog from being used, a warning is put before the one who signs."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong; `item` is an item or a message, `detail` what was found there."""

    severity: Severity
    file: str
    item: str
    code: str
    detail: str = ""

    @property
    def text(self) -> str:
        """Say it to the person who wrote the file."""
        said: str = WORDS["faults"][self.code]
        place = f"{self.file} [{self.item}]" if self.item else self.file
        return f"{place} {said}{':' if self.detail else ''}{self.detail}"


def error(file: str, item: str, code: str, detail: str = "") -> Fault:
    """Make an error."""
    return Fault(Severity.ERROR, file, item, code, detail)


def warning(file: str, item: str, code: str, detail: str = "") -> Fault:
    """Make a warning."""
    return Fault(Severity.WARNING, file, item, code, detail)


def file_of_form(form_id: str) -> str:
    """Name the file of a form."""
    return f"{form_id}.toml"


def file_of_message(message_id: str) -> str:
    """Name the file of a message."""
    if message_id.startswith("CARD-"):
        return "cards.toml"
    desks = (name for name in _DESKS if message_id in load_tables(name))
    return f"{next(desks, 'messages')}.toml"
