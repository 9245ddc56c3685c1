"""A new column for a table that has rows already: they get the default the field has in Python."""

from typing import Any

from tortoise.fields.base import Field
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import State


class AddFilledField(ops.AddField):
    """AddField whose column is born with a default.

    Tortoise knows defaults in Python alone, and a column that may not be empty cannot be added
    without one to a table with rows. The database keeps the default; nothing relies on it.
    """

    async def database_forward(
        self,
        app_label: str,
        old_state: State,
        new_state: State,
        state_editor: BaseSchemaEditor | None = None,
    ) -> None:
        """Add the column, filled."""
        model = new_state.apps.get_model(f"{app_label}.{self.model_name}")
        field: Field[Any] = model._meta.fields_map[self.name]  # noqa: SLF001 - as AddField does
        if field.null or field.default is None:
            await super().database_forward(app_label, old_state, new_state, state_editor)
            return
        before = field.db_default
        field.db_default = field.default() if callable(field.default) else field.default
        try:
            await super().database_forward(app_label, old_state, new_state, state_editor)
        finally:
            field.db_default = before
