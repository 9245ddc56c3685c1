"""The labelled messages the model is trained on: lines of text, categories, weight, flags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from dialogs.tagging.tags import Category, Severity, UrgentType

_FIELDS: Final = 6
_SEVERITIES: Final = {
    "n": Severity.NONE,
    "l": Severity.LOW,
    "m": Severity.MEDIUM,
    "h": Severity.HIGH,
}


class BadRow(ValueError):
    """A line of the corpus that breaks its format; the message names the line, not its words."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message and what a person said of it."""

    text: str
    categories: frozenset[Category]
    severity: Severity
    urgent_type: frozenset[UrgentType] = frozenset()
    dispute_risk: bool = False
    praise: bool = False
    department: str = ""
    tags: frozenset[str] = frozenset()

    @property
    def is_complaint(self) -> bool:
        """Tell whether the writer is dissatisfied with the hospital."""
        return bool(self.categories)


def read_corpus(lines: Iterable[str]) -> Iterator[Labelled]:
    """Read lines of six fields separated by tabs; `#` opens a comment. Raises BadRow."""
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.startswith("#"):
            yield _labelled(number, line.rstrip("\n").split("\t"))


def _labelled(number: int, fields: list[str]) -> Labelled:
    if len(fields) != _FIELDS:
        raise BadRow(f"line {number} has {len(fields)} fields, not {_FIELDS}")
    text, categories, severity, flags, department, tags = fields
    marks = _listed(flags.replace(" ", ","))
    try:
        row = Labelled(
            text=text,
            categories=frozenset(Category(name) for name in _listed(categories)),
            severity=_SEVERITIES[severity],
            urgent_type=frozenset(UrgentType(mark[2:]) for mark in marks if mark[:2] == "u:"),
            dispute_risk="d" in marks,
            praise="p" in marks,
            department="" if department == "-" else department,
            tags=frozenset(_listed(tags)),
        )
    except (KeyError, ValueError):
        raise BadRow(f"line {number} has a label that does not exist") from None
    if row.is_complaint == (row.severity is Severity.NONE):
        raise BadRow(f"line {number}: a complaint has a weight, and nothing else has one")
    return row


def _listed(field: str) -> list[str]:
    return [name.strip() for name in field.split(",") if name.strip() not in ("", "-")]


@cache
def shipped_corpus() -> tuple[Labelled, ...]:
    """Return every labelled message that stands beside this module."""
    files = sorted(Path(__file__).with_name("corpus").glob("*.tsv"))
    return tuple(row for file in files for row in read_corpus(file.read_text("utf-8").splitlines()))


def ordinary_messages() -> tuple[str, ...]:
    """Return the texts of the corpus that nobody need look at: no complaint, nothing urgent."""
    return tuple(row.text for row in shipped_corpus() if not (row.is_complaint or row.urgent_type))
