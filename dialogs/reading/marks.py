"""Marks what a message says, piece by piece, so that no piece is read twice."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dialogs.reading import wording

_READ = "\x00"  # stands where a piece has been read; no pattern of words takes it for text


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece of a text, from `start` up to `end`, and what it says."""

    sign: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Marked:
    """The marks of a text in the order of their places, and the text that no mark explains."""

    marks: tuple[Mark, ...]
    rest: str

    def __contains__(self, sign: object) -> bool:
        return any(mark.sign == sign for mark in self.marks)

    def of(self, signs: Collection[str]) -> tuple[Mark, ...]:
        """Return the marks with one of these signs."""
        return tuple(mark for mark in self.marks if mark.sign in signs)

    def has(self, signs: Collection[str]) -> bool:
        """Tell whether one of these signs was seen."""
        return any(mark.sign in signs for mark in self.marks)

    def last(self, signs: Collection[str]) -> Mark | None:
        """Return the last mark with one of these signs."""
        return next((mark for mark in reversed(self.marks) if mark.sign in signs), None)

    def left(self, start: int = 0, end: int | None = None) -> str:
        """Return what no mark explains between two places, without what had been read."""
        return self.rest[start:end].replace(_READ, "").strip()


class Marker:
    """Ordered word lists: what an earlier list has read, a later one does not see."""

    def __init__(self, lists: Iterable[Mapping[str, Any]], words: Mapping[str, str]) -> None:
        self._steps = [
            (str(entry["sign"]), wording.alternatives(entry["words"], words)) for entry in lists
        ]

    def mark(self, text: str) -> Marked:
        """Read a normalised, lower-case text."""
        found: list[Mark] = []
        for sign, pattern in self._steps:
            pieces = [
                Mark(sign, *piece.span()) for piece in pattern.finditer(text) if piece.group()
            ]
            for piece in pieces:
                blank = _READ * (piece.end - piece.start)
                text = text[: piece.start] + blank + text[piece.end :]
            found += pieces
        return Marked(tuple(sorted(found, key=lambda mark: mark.start)), text)


def load_marker(module_file: str, name: str) -> Marker:
    """Load the lists `[[mark]]` and the groups `[words]` of the TOML file beside a module."""
    lists = wording.load(module_file, name)
    return Marker(lists["mark"], lists.get("words", {}))
