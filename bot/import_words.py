"""The words of the import command, and its own findings as faults in a clerk's words."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from bot.intake.faults import Fault, Severity
from handlers.import_report import Finding

_CATALOGUE: Final[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("imports.toml").read_text(encoding="utf-8")
)
WORDS: Final[Mapping[str, str]] = _CATALOGUE["report"]
KINDS: Final[Mapping[str, str]] = _CATALOGUE["kinds"]
SEVERITIES: Final[Mapping[str, str]] = _CATALOGUE["severities"]
ROLES: Final[Mapping[str, str]] = _CATALOGUE["roles"]
REASONS: Final[Mapping[str, str]] = _CATALOGUE["reasons"]
OWN_PHONE_NOTES: Final = frozenset(_CATALOGUE["own_phone_notes"])


def fault_of(finding: Finding, labels: Mapping[str, str]) -> Fault:
    """Say what was found out about a row when it met the database."""
    return row_fault(finding.trouble.value, finding.line, finding.column, labels, text=finding.text)


def row_fault(
    code: str, line: int, column: str, labels: Mapping[str, str], *, text: object = ""
) -> Fault:
    """Build a fault of a row from the catalogue."""
    severity, message = _CATALOGUE["faults"][code]
    label = labels.get(column, "")
    shown = message.format(line=line, column=label, text=text)
    return Fault(line, column or None, Severity(severity), code, shown)


def list_fault(code: str, **values: object) -> Fault:
    """Build a fault of the whole list from the catalogue."""
    severity, message = _CATALOGUE["faults"][code]
    return Fault(None, None, Severity(severity), code, message.format(**values))
