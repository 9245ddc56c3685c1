"""A webhook as the walks know it: what its provider sends, and how it proves itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Pairs = Sequence[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it goes out."""

    path: str
    body: bytes = b""
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook: what its provider sends, and how.

    `write` makes a proven call of fields (a name may stand there twice), `raw` one of any body.
    `forged` spoils what proves a call. Without the fields `needed` there is nothing to take.
    `typed`: a field may be of another type.
    """

    name: str
    fields: Callable[[], dict[str, Any]]
    write: Callable[[Pairs], Call]
    raw: Callable[[bytes], Call]
    forged: Callable[[Call], Iterator[Call]]
    needed: frozenset[str] = frozenset()
    typed: bool = True

    @property
    def usual(self) -> Call:
        """A call as it should be."""
        return self.write(list(self.fields().items()))


def jsons(pairs: Pairs) -> str:
    """Write an object as it is told, doubles and all."""
    told = (f"{json.dumps(name)}:{json.dumps(value)}" for name, value in pairs)
    return "{" + ",".join(told) + "}"


def strings(pairs: Pairs) -> list[tuple[str, str]]:
    """Every value as text."""
    return [(name, str(value)) for name, value in pairs]
