"""Which clinic a list means: by code, by name, by an alias, or by department and kind."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from handlers.department_names import DepartmentNames, load_department_names
from models.booking import Clinic, ClinicKind
from models.draft import drafted

CODE_WIDTH: Final = 32
NAME_WIDTH: Final = 64


@dataclass(slots=True)
class ClinicNames:
    """All ways to name a clinic; one that several share as an alias names none of them."""

    departments: DepartmentNames
    clinics: list[Clinic] = field(default_factory=list)
    created: list[Clinic] = field(default_factory=list)
    _by_name: dict[str, Clinic] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._index()

    def find(self, text: str, kind: ClinicKind | None = None) -> Clinic | None:
        """Return the clinic a cell names; `kind` tells the clinics of one department apart."""
        exact = self._by_name.get(_folded(text))
        if kind is None or (exact is not None and exact.kind is kind):
            return exact
        return self._of_department(text, exact, kind) or exact

    def find_or_draft(self, text: str, kind: ClinicKind | None) -> Clinic:
        """Return the clinic a cell names, made anew (and kept in `created`) when there is none."""
        found = self.find(text, kind)
        if found is not None:
            return found
        department = self.departments.find(text)
        clinic = drafted(
            Clinic,
            code=text[:CODE_WIDTH],
            name=text[:NAME_WIDTH],
            kind=kind or ClinicKind.ORDINARY,
            department_id=department.id if department else None,
            rules={},
        )
        self.created.append(clinic)
        self.clinics.append(clinic)
        self._index()
        return clinic

    def _of_department(self, text: str, exact: Clinic | None, kind: ClinicKind) -> Clinic | None:
        department = self.departments.find(text)
        wanted = department.id if department else exact.department_id if exact else None
        fitting = [
            clinic
            for clinic in self.clinics
            if wanted and clinic.department_id == wanted and clinic.kind is kind
        ]
        return fitting[0] if len(fitting) == 1 else None

    def _index(self) -> None:
        aliases: dict[str, list[Clinic]] = {}
        for clinic in self.clinics:
            for alias in {_folded(alias) for alias in clinic.aliases}:
                aliases.setdefault(alias, []).append(clinic)
        self._by_name = (
            {alias: found[0] for alias, found in aliases.items() if len(found) == 1}
            | _named(self.clinics, "name")
            | _named(self.clinics, "code")
        )


async def load_clinic_names() -> ClinicNames:
    """Read the clinics as they are now."""
    return ClinicNames(await load_department_names(), await Clinic.all().order_by("code"))


async def write_created(names: ClinicNames) -> None:
    """Write the clinics that lists named and nobody knew, inside the caller's unit of work."""
    await Clinic.bulk_create(names.created)


def _named(clinics: Iterable[Clinic], column: str) -> dict[str, Clinic]:
    return {_folded(str(getattr(clinic, column))): clinic for clinic in clinics}


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()
