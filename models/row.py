"""The row every table is made of: a UUID known before the insert, and sealed columns that work."""

from collections.abc import Awaitable, Iterable
from typing import Any, ClassVar, Self, TypeVar
from uuid import UUID, uuid4

from tortoise import Model, fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.manager import Manager
from tortoise.queryset import BulkCreateQuery, BulkUpdateQuery, QuerySet, UpdateQuery

from models.loading import load
from models.sealed import (
    BlindIndexAttribute,
    BlindIndexField,
    EncryptedColumn,
    LoadedIndex,
    SealedAttribute,
    SealedField,
    Stored,
)
from models.texts import KeptSelect

RowT = TypeVar("RowT", bound="Row")


class RowSet(KeptSelect[RowT]):
    """A queryset that keeps its texts and refuses to write sealed columns behind the rows' back."""

    model: type[RowT]

    def update(self, **kwargs: Any) -> UpdateQuery:
        """As in Tortoise; EncryptedColumn for sealed columns and their indexes."""
        self._refuse(kwargs)
        return super().update(**kwargs)

    def bulk_update(
        self, objects: Iterable[RowT], fields: Iterable[str], batch_size: int | None = None
    ) -> BulkUpdateQuery[RowT]:
        """As in Tortoise; EncryptedColumn for sealed columns and their indexes."""
        names = list(fields)
        self._refuse(names)
        return super().bulk_update(objects, names, batch_size)

    def bulk_create(
        self,
        objects: Iterable[RowT],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,  # noqa: FBT001, FBT002 - Tortoise's signature
        update_fields: Iterable[str] | None = None,
        on_conflict: Iterable[str] | None = None,
    ) -> BulkCreateQuery[RowT]:
        """As in Tortoise; EncryptedColumn when a conflict would overwrite a sealed column."""
        names = None if update_fields is None else list(update_fields)
        self._refuse(names or ())
        return super().bulk_create(objects, batch_size, ignore_conflicts, names, on_conflict)

    def _refuse(self, names: Iterable[str]) -> None:
        for name in names:
            if name in self.model.sealed_columns or name in self.model.blind_indexes:
                raise EncryptedColumn(
                    f"{self.model.__name__}.{name} is encrypted: change it on a loaded row"
                )


class RowManager(Manager):
    """Gives each table its RowSet."""

    def get_queryset(self) -> QuerySet[Any]:
        """A fresh RowSet over the table."""
        return RowSet(self._model)


class Row(Model):
    """One record; its `id` is made before the insert, because sealed values are bound to it."""

    id: UUID = fields.UUIDField(primary_key=True, default=uuid4)

    sealed_columns: ClassVar[dict[str, SealedField[Any]]] = {}
    blind_indexes: ClassVar[dict[str, BlindIndexField]] = {}

    class Meta:
        """Row itself has no table."""

        abstract = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        columns = cls._meta.fields_map.items()
        cls._meta.manager = RowManager(cls)
        # or Tortoise would copy the docstring, and each polished sentence would be a migration
        cls._meta.table_description = cls._meta.db_table
        cls.sealed_columns = {name: f for name, f in columns if isinstance(f, SealedField)}
        cls.blind_indexes = {name: f for name, f in columns if isinstance(f, BlindIndexField)}
        for name, sealed in cls.sealed_columns.items():
            setattr(cls, name, SealedAttribute(name, sealed))
        for name, index in cls.blind_indexes.items():
            setattr(cls, name, BlindIndexAttribute(name, index))

    @classmethod
    def _init_from_db(cls, **kwargs: Any) -> Self:
        row_id = kwargs.get("id")
        for name in cls.sealed_columns.keys() & kwargs.keys():
            kwargs[name] = Stored(kwargs[name], None if row_id is None else str(row_id))
        for name in cls.blind_indexes.keys() & kwargs.keys():
            if kwargs[name] is not None:
                kwargs[name] = LoadedIndex(kwargs[name])
        row = load(cls, kwargs)
        return super()._init_from_db(**kwargs) if row is None else row

    def _set_kwargs(self, kwargs: dict[str, Any]) -> set[str]:
        for name in self.blind_indexes.keys() & kwargs.keys():
            raise EncryptedColumn(f"{name} is computed; give the value it follows")
        plain = {name: value for name, value in kwargs.items() if name not in self.sealed_columns}
        passed = super()._set_kwargs(plain)
        for name in self.sealed_columns.keys() & kwargs.keys():
            if kwargs[name] is None and not self.sealed_columns[name].null:
                raise ValueError(f"{name} cannot be empty")
            setattr(self, name, kwargs[name])
        return passed | (self.sealed_columns.keys() & kwargs.keys()) | self.blind_indexes.keys()

    async def save(
        self,
        using_db: BaseDBAsyncClient | None = None,
        update_fields: Iterable[str] | None = None,
        force_create: bool = False,  # noqa: FBT001, FBT002 - Tortoise's signature
        force_update: bool = False,  # noqa: FBT001, FBT002 - Tortoise's signature
    ) -> None:
        """As in Tortoise; a blind index is always written together with its column."""
        names = None if update_fields is None else self._with_indexes(list(update_fields))
        await super().save(using_db, names, force_create, force_update)

    @classmethod
    def _with_indexes(cls, names: list[str]) -> list[str]:
        followers = [
            index
            for index, field in cls.blind_indexes.items()
            if index not in names and {field.of, field.purpose.lstrip(".")} & set(names)
        ]
        return names + followers


async def related(row: Row, name: str) -> Any:
    """Return the row that `name` refers to, or None; no statement where it came with `row`."""
    known = getattr(row, name)
    return await known if isinstance(known, Awaitable) else known
