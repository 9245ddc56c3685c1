"""A questionnaire as data: items, options, conditions and rules (FHIR Questionnaire, reduced)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ItemType(StrEnum):
    """What kind of answer an item takes."""

    CHOICE = "choice"
    MULTI = "multi"
    INTEGER = "integer"
    DECIMAL = "decimal"
    TEXT = "text"
    SCALE = "scale"  # five points, 5 is best
    PHOTO = "photo"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a closed question; its number is its place in the list, unless it has one."""

    key: str
    label: str
    synonyms: tuple[str, ...] = ()
    number: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison of one answer or fact: `red = chest|bleed`, `temp >= 38.5`, `@age < 3`.

    `subject` is an item id or `@fact`; `operator` one of `= != < <= > >= exists declined`. Of
    several values one is enough; `a..b` is a range with both ends.
    """

    subject: str
    operator: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """What an answer, or several together, mean for the ward.

    All of `conditions` must hold. `level` names the alert (empty: the rule only speaks);
    `message` goes to the patient at once; `echo` asks back whether a bare digit was meant;
    `adds` is a form that joins the session; `ends` an outcome that closes it; `books`: the patient
    wants to book, which the booking desk sees to when the questions are over (R082).
    """

    id: str
    conditions: tuple[Condition, ...]
    level: str = ""
    message: str = ""
    echo: bool = False
    adds: str = ""
    ends: str = ""
    books: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a form."""

    id: str
    type: ItemType
    text: str
    sms: str = ""
    options: tuple[Option, ...] = ()
    required: bool = True
    minimum: float | None = None
    maximum: float | None = None
    enable_when: tuple[Condition, ...] = ()
    enable_any: bool = False
    rules: tuple[Rule, ...] = ()
    not_sms: bool = False
    staffed_only: bool = False
    self_only: bool = False
    core: bool = False
    red_flags: bool = False
    dimension: str = ""
    segments: int = 1
    merged_without: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A questionnaire in one version and language.

    `names_illness`: its questions give the illness away, so they wait for the patient or an
    authorised contact. `survey`: nobody is asked who answers. `elderly`: short and plain.
    """

    id: str
    version: str
    language: str
    title: str
    opening: str
    minutes: int
    items: tuple[Item, ...]
    rules: tuple[Rule, ...] = ()
    approved_by: str = ""
    approved_on: str = ""
    sms_banned_by: tuple[str, ...] = ()
    names_illness: bool = False
    survey: bool = False
    elderly: bool = False

    @property
    def approved(self) -> bool:
        """Tell whether a named person of the hospital has signed this version."""
        return bool(self.approved_by and self.approved_on)

    def item(self, item_id: str) -> Item:
        """Return the item with this id; a KeyError names a fault of the caller."""
        for item in self.items:
            if item.id == item_id:
                return item
        raise KeyError(item_id)
