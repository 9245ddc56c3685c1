"""Which department a list means: by code, by name, or by a name it also goes by."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from models.hospital import Department


@dataclass(frozen=True, slots=True)
class DepartmentNames:
    """All ways to name a department; one that several share as an alias names none of them."""

    by_name: Mapping[str, Department]

    @classmethod
    def of(cls, departments: Iterable[Department]) -> DepartmentNames:
        """Build the index; a code wins over a name, a name over an alias."""
        rows = list(departments)
        aliases: dict[str, list[Department]] = {}
        for row in rows:
            for alias in {_folded(alias) for alias in row.aliases}:
                aliases.setdefault(alias, []).append(row)
        unique = {alias: found[0] for alias, found in aliases.items() if len(found) == 1}
        names = {_folded(row.name): row for row in rows}
        codes = {_folded(row.code): row for row in rows}
        return cls(unique | names | codes)

    def find(self, text: str) -> Department | None:
        """Return the department a cell names, None when there is none such."""
        return self.by_name.get(_folded(text)) if text else None

    def with_id(self, department_id: UUID | None) -> Department | None:
        """Return the department with this id."""
        found = (row for row in self.by_name.values() if row.id == department_id)
        return next(found, None) if department_id else None


async def load_department_names() -> DepartmentNames:
    """Read the departments as they are now."""
    return DepartmentNames.of(await Department.all())


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()
