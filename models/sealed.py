"""Sealed columns: plain text in Python, ciphertext bound to its row in the database."""

from dataclasses import dataclass
from typing import Any, Literal, NoReturn, TypeVar, overload

from tortoise import Model
from tortoise.fields import CharField
from tortoise.fields.base import Field

from models.keys import BLIND_INDEX_HEX
from models.seal import blind_index, keyring

SealedValue = TypeVar("SealedValue", str, str | None)


class EncryptedColumn(Exception):
    """A query asked the database to read or write a column that only this program can read."""


@dataclass(frozen=True, slots=True)
class Stored:
    """Ciphertext (or NULL) as it came from the database, with the id of the row it came from."""

    text: str | None
    row_id: str | None


class LoadedIndex(str):
    """A blind index as it came from the database."""

    __slots__ = ()


class SealedField(Field[SealedValue]):
    """A text column stored as `e1:<key id>:<base64>`, sealed for its table, column and row."""

    field_type = str
    SQL_TYPE = "TEXT"
    indexable = False

    @overload
    def __init__(
        self: "SealedField[str]", *, null: Literal[False] = False, **kwargs: Any
    ) -> None: ...

    @overload
    def __init__(
        self: "SealedField[str | None]", *, null: Literal[True], **kwargs: Any
    ) -> None: ...

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def to_db_value(self, value: Any, instance: type[Model] | Model | None) -> str | None:
        """Seal for the row; a query (which has no row) is refused."""
        if instance is None or isinstance(instance, type):
            self._refuse()
        held = instance.__dict__[self.model_field_name]
        if isinstance(held, Stored) and held.row_id == str(instance.pk):
            return held.text
        return None if value is None else keyring().seal(str(value), self.place(instance.pk))

    def to_python_value(self, value: Any) -> Any:
        """Let a row's own value through; `values()` and `values_list()` are refused."""
        if not isinstance(value, Stored):
            self._refuse()
        return value

    def get_for_dialect(self, dialect: str, key: str) -> Any:
        """Every filter, ordering and expression asks for a cast first; here it is refused."""
        if key == "function_cast":
            self._refuse()
        return super().get_for_dialect(dialect, key)

    def place(self, row_id: object) -> str:
        """What a value is bound to: table, column and row."""
        if row_id is None:
            raise EncryptedColumn(f"select id together with {self.model_field_name}")
        table = self.model._meta.db_table  # noqa: SLF001 - Tortoise's description of a table
        return f"{table}.{self.model_field_name}.{row_id}"

    def _refuse(self) -> NoReturn:
        name = f"{self.model.__name__}.{self.model_field_name}"
        raise EncryptedColumn(
            f"{name} is encrypted: look rows up by a blind index and change it on a loaded row"
        )


class BlindIndexField(CharField[str | None]):
    """Keyed fingerprint of a sealed column; computed from it, never written by hand.

    `purpose` names the index, or the attribute of the row that does when it starts with a dot.
    """

    def __init__(self, of: str, purpose: str, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", BLIND_INDEX_HEX)
        kwargs.setdefault("null", True)
        super().__init__(**kwargs)
        self.of = of
        self.purpose = purpose

    def to_db_value(self, value: Any, instance: type[Model] | Model | None) -> str | None:
        """A query may look for an index, only a row may write it."""
        if instance is None:
            raise EncryptedColumn(f"{self.model_field_name} follows {self.of}; it cannot be set")
        return None if value is None else str(value)

    def compute(self, row: Model) -> str | None:
        """The index of what the row holds now."""
        value = getattr(row, self.of)
        if value is None:
            return None
        is_attribute = self.purpose.startswith(".")
        purpose = getattr(row, self.purpose[1:]) if is_attribute else self.purpose
        return blind_index(str(purpose), value)


class SealedAttribute:
    """Opens a sealed column when it is read; keeps the ciphertext until it is assigned."""

    __slots__ = ("field", "name")

    def __init__(self, name: str, field: SealedField[Any]) -> None:
        self.name = name
        self.field = field

    def __get__(self, row: Model | None, owner: type[Model]) -> Any:
        if row is None:
            return self
        held = self._held(row)
        if not isinstance(held, Stored):
            return held
        if held.text is None:
            return None
        return keyring().open(held.text, self.field.place(held.row_id))

    def __set__(self, row: Model, value: Any) -> None:
        row.__dict__[self.name] = value

    def _held(self, row: Model) -> Any:
        try:
            return row.__dict__[self.name]
        except KeyError:
            raise AttributeError(f"{self.name} was not loaded") from None


class BlindIndexAttribute:
    """Follows its sealed column: there is no moment at which the two differ."""

    __slots__ = ("field", "name")

    def __init__(self, name: str, field: BlindIndexField) -> None:
        self.name = name
        self.field = field

    def __get__(self, row: Model | None, owner: type[Model]) -> Any:
        if row is None:
            return self
        held = row.__dict__.get(self.name)
        source = row.__dict__.get(self.field.of)
        if isinstance(source, Stored) and (held is not None or source.text is None):
            return held
        return held if self.field.of not in row.__dict__ else self.field.compute(row)

    def __set__(self, row: Model, value: Any) -> None:
        if value is not None and not isinstance(value, LoadedIndex):
            raise EncryptedColumn(f"{self.name} follows {self.field.of}; it cannot be set")
        row.__dict__[self.name] = value
