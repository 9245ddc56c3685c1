"""Which notice template carries which of our texts, and its fields filled as WeChat wants them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dialogs.catalog import Catalog
from dialogs.wording import MissingValue, fill

# what may be cut short, and to how many signs
_CUT: Final[Mapping[str, int]] = {"thing": 20, "keyword": 20, "name": 10, "phrase": 5}
# what is right or wrong as it stands
_EXACT: Final[Mapping[str, re.Pattern[str]]] = {
    "number": re.compile(r"\d{1,32}(\.\d{1,10})?"),
    "letter": re.compile(r"[A-Za-z]{1,32}"),
    "symbol": re.compile(r"[^\w\s]{1,5}"),
    "character_string": re.compile(r"[!-~]{1,32}"),
    "time": re.compile(r"[\d年月日号时分:~ -]{4,40}"),
    "date": re.compile(r"[\d年月日号时分:~ -]{4,40}"),
    "amount": re.compile(r"[¥$]?\d{1,10}(\.\d{1,2})?元?"),
    "phone_number": re.compile(r"[\d+()-]{3,17}"),
    "car_number": re.compile(r"\w{5,8}"),
    "const": re.compile(r"\S{1,20}"),
}
_NAME: Final = re.compile(r"([a-z_]+?)\d{1,2}")
_ELLIPSIS: Final = "…"


class BadNotices(ValueError):
    """The file of notice templates cannot be used; the message names every fault."""


class Kind(StrEnum):
    """By which interface a notice goes: with a consent, or to whoever follows."""

    SUBSCRIPTION = "subscription"
    TEMPLATE = "template"


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    shapes: Annotated[tuple[str, ...], Field(min_length=1)]
    template: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
    kind: Kind
    lasting: bool = False
    url: str = ""
    fields: Annotated[dict[str, str], Field(min_length=1, max_length=10)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1]
    notice: tuple[_Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Filled:
    """A notice ready to go: its template and the values of its fields."""

    template: str
    kind: Kind
    data: Mapping[str, str] = field(repr=False)
    url: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Notices:
    """The templates of the account, by the shape of our text they carry."""

    entries: Mapping[str, _Entry] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path | None, catalog: Catalog) -> Self:
        """Read the file; without one there are no notices. Raises BadNotices."""
        if path is None:
            return cls()
        try:
            file = _File.model_validate(tomllib.loads(path.read_text("utf-8")))
        except (OSError, ValueError) as fault:
            raise BadNotices("\n".join(_lines(path, fault))) from None
        faults = [f"{path.name}: {line}" for line in _faults(file.notice, catalog)]
        if faults:
            raise BadNotices("\n".join(faults))
        return cls({shape: entry for entry in file.notice for shape in entry.shapes})

    @property
    def lasting(self) -> frozenset[str]:
        """The templates a person allows until it is taken back."""
        return frozenset(one.template for one in self.entries.values() if one.lasting)

    def of_kind(self, kind: Kind) -> frozenset[str]:
        """The templates of a kind."""
        return frozenset(one.template for one in self.entries.values() if one.kind is kind)

    def filled(self, shape: str, values: Mapping[str, str]) -> Filled | None:
        """Fill the notice of a text; None where none is filed or a value does not fit its field."""
        entry = self.entries.get(shape)
        if entry is None:
            return None
        try:
            data = {name: _fitting(name, fill(text, values)) for name, text in entry.fields.items()}
            url = fill(entry.url, values)
        except (MissingValue, _Unfit):
            return None
        return Filled(entry.template, entry.kind, data, url)


class _Unfit(ValueError):
    """A value is not what its field takes, and cannot be cut to it."""


def _fitting(name: str, text: str) -> str:
    kind, line = _type_of(name), " ".join(text.split())
    if kind in _EXACT:
        if not _EXACT[kind].fullmatch(line):
            raise _Unfit
        return line
    most = _CUT[kind]
    if not line:
        raise _Unfit
    return line if len(line) <= most else line[: most - 1] + _ELLIPSIS


def _type_of(name: str) -> str:
    found = _NAME.fullmatch(name)
    return found[1] if found else ""


def _faults(entries: Sequence[_Entry], catalog: Catalog) -> Iterator[str]:
    seen: set[str] = set()
    for place, entry in enumerate(entries, 1):
        for shape in entry.shapes:
            if shape in seen:
                yield f"notice {place}: {shape} is there twice"
            if not _is_text(shape, catalog):
                yield f"notice {place}: no text is called {shape}"
            seen.add(shape)
        for name in entry.fields:
            if _type_of(name) not in {*_CUT, *_EXACT}:
                yield f"notice {place}: no field type {name}"


def _is_text(shape: str, catalog: Catalog) -> bool:
    """Tell whether the catalog has a text of this name: M-OPEN, fu-d3.pain, M-UNK+fu-d3.pain."""
    *leads, name = shape.split("+")
    form, _, item = name.partition(".")
    items = catalog.forms[form].items if form in catalog.forms else ()
    known = name in catalog.messages or any(one.id == item for one in items)
    return known and all(lead in catalog.messages for lead in leads)


def _lines(path: Path, fault: Exception) -> list[str]:
    if not isinstance(fault, ValidationError):
        return [f"{path.name}: {fault}"]
    return [f"{path.name}: {_where(one)}: {one['msg']}" for one in fault.errors()]


def _where(fault: Any) -> str:
    return ".".join(str(part) for part in fault["loc"])
