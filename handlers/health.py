"""Whether the database answers."""

from __future__ import annotations

import asyncio

from models.care import Encounter

_PATIENCE = 3.0


async def database_answers() -> bool:
    """Ask for one row; a frozen or absent database is a no, not a wait."""
    try:
        async with asyncio.timeout(_PATIENCE):
            await Encounter.all().limit(1).values_list("id")
    except (OSError, TimeoutError, RuntimeError):
        return False
    return True
