"""Replies read against labels: intents, answers, and the mistakes that must not happen."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from dialogs.reading.intents import Context, Intent, Reading, read_reply

ACTIONS: Final = frozenset(
    {
        Intent.CONFIRM,
        Intent.CANCEL,
        Intent.RESCHEDULE,
        Intent.BOOK,
        Intent.OPT_OUT,
        Intent.STOP_COMPLAINT,
    }
)
_OPPOSITES: Final = ({"confirm", "cancel"},)
_YES_NO: Final = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled reply, as in tests/language/*.jsonl."""

    id: str
    text: str
    intent: str
    context: Context
    now: datetime
    appointment: datetime | None
    question: str
    value: Any
    unit: str
    fuzzy: frozenset[str]

    def read(self) -> Reading:
        """Read it with the product's own reader."""
        return read_reply(
            self.text,
            self.context,
            now=self.now,
            appointment=self.appointment,
            question=self.question,
        )


@dataclass(frozen=True, slots=True)
class Judged:
    """A row and what was read; `right` is the intent, `answered` the value as well."""

    row: Row
    reading: Reading

    @property
    def right(self) -> bool:
        """Tell whether the intent is the labelled one."""
        return self.reading.intent == self.row.intent

    @property
    def answered(self) -> bool:
        """Tell whether the value is the labelled one too; a fuzzy label accepts any."""
        same = "value" in self.row.fuzzy or _same(self.reading.value, self.row.value)
        return self.right and same

    @property
    def swapped(self) -> bool:
        """Tell whether coming was taken for not coming, or the other way round."""
        return {self.row.intent, self.reading.intent.value} in _OPPOSITES

    @property
    def acted_on_unclear(self) -> bool:
        """Tell whether something would be changed on a reply that is unclear."""
        return self.row.intent == Intent.UNCLEAR and self.reading.intent in ACTIONS


def rows_of(path: Path) -> tuple[Row, ...]:
    """Load the labelled replies of a file; none if it holds something else."""
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return tuple(_row(fields) for fields in lines if "intent" in fields and "context" in fields)


def judge(rows: Sequence[Row]) -> list[Judged]:
    """Read every row."""
    return [Judged(row, row.read()) for row in rows]


def classes(judged: Sequence[Judged]) -> Iterator[tuple[str, int, int]]:
    """Yield for each intent its name, how many rows have it, and how many were read so."""
    for intent in Intent:
        rows = [one for one in judged if one.row.intent == intent]
        if rows:
            yield intent.value, len(rows), sum(one.right for one in rows)


def _row(fields: dict[str, Any]) -> Row:
    appointment = fields.get("appointment")
    value = fields.get("value")
    return Row(
        id=str(fields["id"]),
        text=fields["text"],
        intent=fields["intent"],
        context=Context(fields["context"]),
        now=datetime.fromisoformat(fields["now"]),
        appointment=datetime.fromisoformat(appointment) if appointment else None,
        question=fields.get("question") or "",
        value=_YES_NO.get(value, value) if isinstance(value, str) else value,
        unit=fields.get("unit") or "",
        fuzzy=frozenset(fields.get("fuzzy", ())),
    )


def _same(read: Any, label: Any) -> bool:
    if isinstance(read, tuple):
        read = list(read)
    return bool(read == label) and isinstance(read, bool) == isinstance(label, bool)
