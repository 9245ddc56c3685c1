"""The words behind each tag of a complaint, as the messages were read when they came in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from dialogs.tagging.complaint import tag
from dialogs.tagging.own_words import OwnLexicon
from models.complaint import Opinion


def words_behind(
    opinions: Iterable[Opinion], words: Sequence[str], lexicon: OwnLexicon
) -> Mapping[str, tuple[str, ...]]:
    """Return the words that caused each tag (a category, severity, dispute_risk, urgent types).

    What was taken down by staff was read by nobody yet, so `words` are read here, with the
    hospital's own words.
    """
    found: dict[str, dict[str, None]] = {}
    for name, said in _kept(opinions) or _read(words, lexicon):
        found.setdefault(name, {})[said] = None
    return {name: tuple(said) for name, said in found.items()}


def _kept(opinions: Iterable[Opinion]) -> list[tuple[str, str]]:
    pieces = [piece for row in opinions for piece in json.loads(row.evidence or "[]")]
    return [(piece["tag"], piece["words"]) for piece in pieces]


def _read(words: Iterable[str], lexicon: OwnLexicon) -> Iterator[tuple[str, str]]:
    for said in words:
        for piece in tag(said, lexicon=lexicon).evidence:
            yield piece.tag, piece.words
