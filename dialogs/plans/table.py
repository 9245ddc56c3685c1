"""One table of a file of plans, read value by value; whatever is wrong is noted, never raised."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any, Final, TypeVar

from dialogs.plans.fault import Place, PlanFault
from dialogs.timing.rounds import Offset, OffsetUnit
from dialogs.timing.spans import Span

_OFFSET: Final = re.compile(r"(\d+) (day|working day|month)s?(?: \+ (\d+) days?)?")
_WAIT: Final = re.compile(r"(\d+) (day|hour|minute)s?")
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its place; `faults` is the list of the whole reading."""

    values: Mapping[str, Any]
    place: Place
    faults: list[PlanFault]

    def note(self, code: str, detail: str = "", key: str = "") -> None:
        """Note a fault of this table; `key` names the entry it is about."""
        self.faults.append(PlanFault(self.place, code, detail, key))

    def only(self, *keys: str) -> None:
        """Note every key that means nothing here: it is a slip of the pen."""
        for key in self.values:
            if key not in keys:
                self.note("unknown_key", key)

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text; without a default it must be there."""
        return str(self._value(key, str, "" if default is None else default, default is None))

    def number(self, key: str, default: int | None = None) -> int:
        """Return a whole number; without a default it must be there."""
        return int(self._value(key, int, 1 if default is None else default, default is None))

    def limit(self, key: str) -> int | None:
        """Return a number that need not be there."""
        return self.number(key) if key in self.values else None

    def flag(self, key: str) -> bool | None:
        """Return yes or no, None where nothing is said."""
        return self._value(key, bool, None) if key in self.values else None

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; one text alone is a list of one."""
        found = self.values.get(key, [])
        listed = [found] if isinstance(found, str) else found
        if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
            self.note("wrong_type", key=key)
            return ()
        return tuple(listed)

    def offset(self, key: str) -> Offset:
        """Return a distance from the day of discharge."""
        return self._written(key, _offset, "bad_offset") or Offset(1)

    def wait(self, key: str, default: timedelta) -> timedelta:
        """Return how long is waited."""
        return (self._written(key, _wait, "bad_wait") if key in self.values else None) or default

    def clock(self, key: str, default: time) -> time:
        """Return a local time of day."""
        if key not in self.values:
            return default
        return self._written(key, time.fromisoformat, "bad_clock") or default

    def span(self, key: str, default: Span) -> Span:
        """Return a part of the day."""
        return self._written(key, Span.parse, "bad_span") or default

    def inner(self, key: str) -> Table:
        """Return a table within this one, empty where there is none."""
        found = self.values.get(key, {})
        if not isinstance(found, Mapping):
            self.note("wrong_type", key=key)
            found = {}
        return Table(found, self.place.at(key), self.faults)

    def list_of(self, key: str) -> Iterator[Table]:
        """Yield the tables of a list, each under the number it stands at."""
        found = self.values.get(key, [])
        if not isinstance(found, list) or not all(isinstance(each, Mapping) for each in found):
            self.note("wrong_type", key=key)
            return
        for number, each in enumerate(found, 1):
            yield Table(each, self.place.at(f"{key} {number}"), self.faults)

    def _value(self, key: str, kind: type, default: Any, needed: bool = False) -> Any:  # noqa: FBT001, FBT002 - said once, here
        if key not in self.values:
            if needed:
                self.note("missing", key=key)
            return default
        found = self.values[key]
        if type(found) is not kind:
            self.note("wrong_type", key=key)
            return default
        return found

    def _written(self, key: str, read: Callable[[str], _Value], code: str) -> _Value | None:
        text = self.text(key)
        if not text:
            return None
        try:
            return read(text)
        except ValueError:
            self.note(code, text, key)
            return None


def _offset(text: str) -> Offset:
    found = _OFFSET.fullmatch(text)
    if found is None:
        raise ValueError(text)
    number, unit, days = found.groups()
    return Offset(int(number), OffsetUnit(unit.replace(" ", "_")), int(days or 0))


def _wait(text: str) -> timedelta:
    found = _WAIT.fullmatch(text)
    if found is None or not int(found[1]):
        raise ValueError(text)
    return timedelta(**{f"{found[2]}s": int(found[1])})
