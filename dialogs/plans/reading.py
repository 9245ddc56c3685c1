"""Files of plans in TOML to a book of plans; a hospital's own file adds to ours or replaces."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any, Final

from dialogs.plans.book import PlanBook, Rule
from dialogs.plans.criteria_tables import OF, read_criteria, read_risk
from dialogs.plans.fault import BadPlans, Place, PlanFault, line_of
from dialogs.plans.plan_tables import read_plan
from dialogs.plans.table import Table
from dialogs.plans.template import PlanTemplate

SHIPPED: Final = "plans.toml"


@dataclass(frozen=True, slots=True)
class Source:
    """A file of plans: its name, by which faults are placed, and its text."""

    name: str
    text: str


@dataclass(slots=True)
class Draft:
    """What has been read so far; a later file replaces what has the same name."""

    faults: list[PlanFault] = field(default_factory=list)
    plans: dict[str, PlanTemplate] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    illnesses: dict[str, tuple[str, ...]] = field(default_factory=dict)
    risk: dict[str, Any] = field(default_factory=dict)
    risk_file: str = SHIPPED

    def take(self, sources: Sequence[Source]) -> None:
        """Read files; what one of them calls an illness is so for all of them."""
        tables = [top for source in sources if (top := self._parsed(source)) is not None]
        for top in tables:
            top.only("illness", "plan", "rule", "risk")
            illness = top.inner("illness")
            self.illnesses |= {name: illness.texts(name) for name in illness.values}
        for top in tables:
            self._take(top)

    def _parsed(self, source: Source) -> Table | None:
        place = Place(source.name)
        try:
            return Table(tomllib.loads(source.text), place, self.faults)
        except tomllib.TOMLDecodeError as fault:
            self.faults.append(PlanFault(place, "not_toml", line_of(fault)))
            return None

    def _take(self, top: Table) -> None:
        for name, table in _named(top, "plan"):
            self.plans[name] = read_plan(table, name, self.illnesses)
            self.files[name] = top.place.file
        for name, table in _named(top, "rule"):
            table.only("plan", *OF)
            of = read_criteria(table, self.illnesses)
            self.rules[name] = Rule(name, table.text("plan"), of, top.place.file)
        if "risk" in top.values:
            self._take_risk(top.inner("risk"))

    def _take_risk(self, table: Table) -> None:
        """A later file changes the signs it names and leaves the others."""
        weights = {**self.risk.get("weights", {}), **table.inner("weights").values}
        self.risk = {**self.risk, **table.values, "weights": weights}
        self.risk_file = table.place.file

    def book(self) -> PlanBook:
        """Make a book of what was read; what is wrong with the rules of risk is noted here."""
        risk = read_risk(Table(self.risk, Place(self.risk_file, "risk"), self.faults))
        return PlanBook(dict(self.plans), tuple(self.rules.values()), risk)


def read_plans(own: Sequence[Source] = ()) -> Draft:
    """Read our plans and then the hospital's own files, noting every fault."""
    draft = Draft()
    draft.take((_shipped(), *own))
    return draft


@cache
def shipped_plans() -> PlanBook:
    """Return the book of the plans that come with the product."""
    draft = read_plans()
    book = draft.book()
    if draft.faults:
        raise BadPlans(tuple(draft.faults))
    return book


@cache
def _shipped() -> Source:
    return Source(SHIPPED, files(__package__).joinpath(SHIPPED).read_text(encoding="utf-8"))


def _named(top: Table, key: str) -> Iterator[tuple[str, Table]]:
    """Yield the tables under a key with their names, each with its place."""
    for name, values in top.inner(key).values.items():
        place = replace(top.place, table=f"{key} {name}")
        if isinstance(values, Mapping):
            yield name, Table(values, place, top.faults)
        else:
            top.faults.append(PlanFault(place, "wrong_type"))
