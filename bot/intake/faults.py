"""What is wrong with a file, in the words a clerk is shown."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Severity(StrEnum):
    """How much a fault matters."""

    ERROR = "error"  # the row (or the file) is left out
    WARNING = "warning"  # the row is taken, a person should look
    INFO = "info"  # worth knowing


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding. `line` counts from 1 as Excel does; `column` is the canonical name.

    The message is Chinese and never holds a full name, phone or identity number.
    """

    line: int | None
    column: str | None
    severity: Severity
    code: str
    message: str


_CATALOGUE: dict[str, tuple[Severity, str]] = {
    code: (Severity(severity), message)
    for code, (severity, message) in tomllib.loads(
        Path(__file__).with_name("faults.toml").read_text(encoding="utf-8")
    ).items()
}


def fault(code: str, line: int | None = None, column: str | None = None, **values: object) -> Fault:
    """Build the fault `code`; `values` fill the message of faults.toml."""
    severity, message = _CATALOGUE[code]
    return Fault(line, column, severity, code, message.format(line=line, **values))


class FaultLog:
    """Faults of one file in the order of finding; knows what people call each column."""

    def __init__(self, labels: dict[str, str]) -> None:
        self._labels = labels
        self._faults: list[Fault] = []

    def add(
        self, code: str, line: int | None = None, column: str | None = None, **values: object
    ) -> None:
        """Note a fault; the column's Chinese name is put into the message."""
        label = self._labels.get(column or "", "")
        self._faults.append(fault(code, line, column, label=label, **values))

    def all(self) -> tuple[Fault, ...]:
        """Return the faults sorted by line, those of the whole file first."""
        return tuple(sorted(self._faults, key=lambda found: found.line or 0))


def masked(text: str) -> str:
    """Hide the middle of a number; show a hint of its ends only when it is long."""
    shown = text.strip()
    if len(shown) >= 11:  # noqa: PLR2004 - a mobile number has 11 digits
        return f"{shown[:3]}****{shown[-4:]}"
    return shown[:1] + "*" * min(len(shown) - 1, 6) if shown else ""
