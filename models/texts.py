"""The SQL of a query, kept by the query's shape: values change, the text does not.

Tortoise builds the text anew for every question, and that costs more than the database's answer.
A query whose filters only compare columns with plain values is built once; its like gets the same
text with its own values. Whatever is not understood here is built by Tortoise as ever.
"""

import operator
from collections.abc import Callable, Generator, Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, Final, TypeVar, cast
from uuid import UUID

from tortoise import Model, filters
from tortoise.expressions import Q
from tortoise.fields.base import Field
from tortoise.queryset import (
    AwaitableQuery,
    CountQuery,
    ExistsQuery,
    QuerySet,
    UpdateQuery,
    ValuesListQuery,
)

_COMPARING: Final[frozenset[Callable[..., Any]]] = frozenset(
    (operator.eq, operator.ge, operator.gt, operator.le, operator.lt, filters.not_equal)
)
_AMONG: Final[frozenset[Callable[..., Any]]] = frozenset((filters.is_in, filters.not_in))
_PRESENCE: Final[frozenset[Callable[..., Any]]] = frozenset((filters.is_null, filters.not_null))
_PLAIN: Final = (str, int, float, Decimal, UUID, date)
_SEVERAL: Final = (list, tuple, set, frozenset)
# longer lists are built each time, or the text of every length would be kept
_LONGEST: Final = 50
_MOST_KEPT: Final = 4_000


RowT = TypeVar("RowT", bound=Model)
QueryT = TypeVar("QueryT", bound=AwaitableQuery[Any])


class _Unfit(Exception):
    """A part of a query is more than a column and a plain value."""


@dataclass(frozen=True, slots=True)
class Text:
    """A statement and its values, standing where Tortoise looks for a query it has built.

    What is kept has only the last values, those that belong to the shape, as of LIMIT; `joined`
    tells which columns of a SELECT make which row.
    """

    sql: str
    values: list[Any]
    joined: Any = None

    def get_parameterized_sql(self) -> tuple[str, list[Any]]:
        """As of a query that was built."""
        return self.sql, self.values


_kept: dict[Hashable, Text | None] = {}


def forget() -> None:
    """Forget all texts, as when a database is opened or closed."""
    _kept.clear()
    _column.cache_clear()


class Kept(AwaitableQuery[Any]):
    """A query that is awaited with a kept text where there is one.

    Only awaiting looks there: a query that becomes a part of another one is built.
    """

    def __await__(self) -> Generator[Any, None, Any]:
        self._choose_db_if_not_chosen(self._writes())
        self._take_text()
        return self._execute().__await__()

    def _writes(self) -> bool:
        """Whether it needs a database that may be written to."""
        return False

    def _shape(self) -> Hashable:
        """What besides filters and written columns makes the text, values included."""
        return ()

    def _written(self) -> Mapping[str, Any]:
        """The columns an UPDATE sets."""
        return {}

    def _take_text(self) -> None:
        """Take the text of a like query, or have it built; keep it if it can serve its like."""
        values: list[Any] = []
        key = self._key_or_none(values)
        known = None if key is None else _kept.get(key)
        if known is not None:
            # of a query that was built, Tortoise asks for nothing else
            text: Any = Text(known.sql, values + known.values)
            self.query = text
            self._select_related_idx = known.joined
            return
        self._make_query()
        if key is not None and key not in _kept:
            self._keep(key, values)

    def _key_or_none(self, values: list[Any]) -> Hashable | None:
        try:
            return self._key(values)
        except _Unfit:
            return None

    def _key(self, values: list[Any]) -> Hashable:
        """Return what is the same in all queries of one text; collects the values in its order."""
        if self._annotations or self._custom_filters:
            raise _Unfit
        model = self.model
        sets = tuple([_set(model, name, one, values) for name, one in self._written().items()])
        wheres = tuple([_where(model, q, values) for q in self._q_objects])
        dialect = self._db.capabilities.dialect
        return type(self), model, dialect, self._shape(), sets, wheres, _alike(values)

    def _keep(self, key: Hashable, values: list[Any]) -> None:
        """Keep the text if its values are ours, in our order."""
        sql, given = self.query.get_parameterized_sql()
        number = len(values)
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        joined = getattr(self, "_select_related_idx", None)
        _kept[key] = Text(sql, given[number:], joined) if given[:number] == values else None


class KeptSelect(Kept, QuerySet[RowT]):
    """Rows of a table."""

    def _writes(self) -> bool:
        return self._select_for_update

    def _shape(self) -> Hashable:
        return (
            tuple(self._orderings),
            self._limit,
            self._offset,
            self._distinct,
            self._fields_for_select,
            frozenset(self._select_related),
            self._lock(),
        )

    def _lock(self) -> Hashable:
        return self._select_for_update and (
            self._select_for_update_nowait,
            self._select_for_update_skip_locked,
            frozenset(self._select_for_update_of),
            self._select_for_update_no_key,
        )

    def exists(self) -> ExistsQuery:
        """As in Tortoise."""
        return _kept_as(KeptExists, super().exists())

    def count(self) -> CountQuery:
        """As in Tortoise."""
        return _kept_as(KeptCount, super().count())

    def update(self, **kwargs: Any) -> UpdateQuery:
        """As in Tortoise."""
        return _kept_as(KeptUpdate, super().update(**kwargs))

    def values_list(self, *fields_: str, flat: bool = False) -> ValuesListQuery[Any]:
        """As in Tortoise."""
        return _kept_as(KeptValues, super().values_list(*fields_, flat=flat))


class KeptExists(Kept, ExistsQuery):
    """Whether there is such a row."""


class KeptCount(Kept, CountQuery):
    """How many rows there are."""

    def _shape(self) -> Hashable:
        return self._distinct


class KeptUpdate(Kept, UpdateQuery):
    """Columns set in all rows that fit."""

    def _writes(self) -> bool:
        return True

    def _written(self) -> Mapping[str, Any]:
        return self.update_kwargs


class KeptValues(Kept, ValuesListQuery[Any]):
    """Columns of rows."""

    def _shape(self) -> Hashable:
        return (
            tuple(self.fields.items()),
            tuple(self._orderings),
            self._limit,
            self._offset,
            self._distinct,
            tuple(self._group_bys),
        )


def _kept_as(kind: type[QueryT], query: AwaitableQuery[Any]) -> QueryT:
    """Let a query that Tortoise made be awaited as one of ours: nothing but its class differs."""
    query.__class__ = kind
    return cast("QueryT", query)


def _alike(values: list[Any]) -> tuple[int, ...]:
    """Which values are equal: among them nobody could tell whether the order is ours."""
    return () if len(set(values)) == len(values) else tuple(map(values.index, values))


def _set(model: type[Model], name: str, value: Any, values: list[Any]) -> Hashable:
    meta = model._meta  # noqa: SLF001 - Tortoise's documented description of a table
    if name not in meta.fields_db_projection:
        raise _Unfit
    values += _encoded(meta.fields_map[name], value, None)
    return name, type(value)


def _where(model: type[Model], q: Q, values: list[Any]) -> Hashable:
    if q.filters:
        parts = [_filter(model, key, value, values) for key, value in q.filters.items()]
    else:
        parts = [_where(model, child, values) for child in q.children]
    negated = q._is_negated  # noqa: SLF001 - Tortoise names it only there
    return q.join_type, negated, bool(q.filters), tuple(parts)


def _filter(model: type[Model], key: str, value: Any, values: list[Any]) -> Hashable:
    owner, field, compare = _column(model, key)
    if compare in _PRESENCE:
        return key, bool(value)
    if compare in _AMONG:
        if not isinstance(value, _SEVERAL) or len(value) > _LONGEST:
            raise _Unfit
        for one in value:
            values += _encoded(field, one, owner)
        return key, tuple(map(type, value))
    values += _encoded(field, value, owner)
    return key, type(value)


@cache
def _column(model: type[Model], key: str) -> tuple[type[Model], Field[Any], Callable[..., Any]]:
    """Return whose column a filter is about, the column, and how it is compared."""
    meta = model._meta  # noqa: SLF001 - Tortoise's documented description of a table
    head, _, rest = key.partition("__")
    if key not in meta.filters:
        if head not in meta.fetch_fields or not rest:
            raise _Unfit
        relation: Any = meta.fields_map[head]
        return _column(relation.related_model, rest)
    asked = meta.get_filter(key)
    compare = asked["operator"]
    if "table" in asked or compare not in _COMPARING | _AMONG | _PRESENCE:
        raise _Unfit
    return model, meta.fields_map[asked["field"]], compare


def _encoded(field: Any, value: Any, owner: type[Model] | None) -> tuple[Any, ...]:
    """Return a value as the database gets it; None stands in the text, as NULL."""
    if value is None:
        return ()
    if not isinstance(value, _PLAIN):
        raise _Unfit
    encoded = field.to_db_value(value, owner)
    # these would stand in the text as well
    if encoded is None or isinstance(encoded, Enum) or encoded == "*":
        raise _Unfit
    return (encoded,)
