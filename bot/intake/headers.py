"""The names columns go by (headers.toml) and how a header cell is matched to them."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_NOTE = re.compile(r"[(\[{<【〔《].*?[)\]}>】〕》]")
_PUNCTUATION = re.compile(r"[\W_]+")
_COUNTER = re.compile(r"\d$")


def normalised(text: str) -> str:
    """Fold a header: NFKC, no case, letters, digits and Chinese only."""
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text).casefold())


@dataclass(frozen=True, slots=True)
class Headers:
    """The columns one kind of list may have, and what is done with them."""

    required: tuple[str, ...]
    fill_down: frozenset[str]
    fill_blanks: frozenset[str]
    ditto: frozenset[str]
    join: frozenset[str]
    text_codes: frozenset[str]
    labels: dict[str, str]
    aliases: Mapping[str, str]

    def canonical(self, text: str) -> str | None:
        """Return the canonical column of a header cell, or None when it is unknown.

        The whole text is tried before notes in brackets are dropped, so that "电话(家属)"
        never passes for the patient's own telephone.
        """
        folded = unicodedata.normalize("NFKC", text)
        without_note = normalised(_NOTE.sub("", folded))
        candidates = (normalised(folded), without_note, _COUNTER.sub("", without_note))
        return next((self.aliases[name] for name in candidates if name in self.aliases), None)

    def recognised(self, cells: Iterable[str]) -> list[str | None]:
        """Match a row of header cells."""
        return [self.canonical(cell) if cell else None for cell in cells]

    def required_labels(self) -> str:
        """Name the required columns as people call them."""
        return "、".join(self.labels[column] for column in self.required)


def _headers(section: Mapping[str, Any]) -> Headers:
    aliases: dict[str, list[str]] = section["aliases"]
    return Headers(
        required=tuple(section["required"]),
        fill_down=frozenset(section["fill_down"]),
        fill_blanks=frozenset(section["fill_blanks"]),
        ditto=frozenset(section["ditto"]),
        join=frozenset(section["join"]),
        text_codes=frozenset(section["text_codes"]),
        labels={column: names[0] for column, names in aliases.items()},
        aliases={normalised(name): column for column, names in aliases.items() for name in names},
    )


_CATALOGUE = tomllib.loads(Path(__file__).with_name("headers.toml").read_text(encoding="utf-8"))
DISCHARGES = _headers(_CATALOGUE["discharges"])
DEPARTMENTS = _headers(_CATALOGUE["departments"])
STAFF = _headers(_CATALOGUE["staff"])
CLINICS = _headers(_CATALOGUE["clinics"])
SESSIONS = _headers(_CATALOGUE["sessions"])
APPOINTMENTS = _headers(_CATALOGUE["appointments"])
RECALLS = _headers(_CATALOGUE["recalls"])
DUTY = _headers(_CATALOGUE["duty"])
LIAISONS = _headers(_CATALOGUE["liaisons"])
KNOWLEDGE = _headers(_CATALOGUE["knowledge"])
