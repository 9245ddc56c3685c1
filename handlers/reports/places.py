"""Which departments a report is about, as a filter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tortoise.expressions import Q


def in_departments(departments: Sequence[str] | None, path: str = "department") -> Q:
    """Select by the codes of departments; the empty code is what belongs to none; None is all.

    `path` leads from the rows to their department.
    """
    if departments is None:
        return Q()
    named: dict[str, Any] = {f"{path}__code__in": [code for code in departments if code]}
    nameless: dict[str, Any] = {f"{path}_id__isnull": True}
    return Q(**named) | Q(**nameless) if "" in departments else Q(**named)
