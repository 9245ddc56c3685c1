"""What SQLite's planner knows of the tables, measured anew now and then."""

from __future__ import annotations

from tortoise.connection import get_connection

# rows of an index that are looked at: enough to tell a status from a key
_SAMPLE = 400


async def measure_tables() -> None:
    """Measure how well each index tells rows apart; PostgreSQL does so by itself.

    Without it SQLite takes "free places" for as rare as "places of this slot", and looks through
    all that are free.
    """
    client = get_connection("default")
    if client.capabilities.dialect != "sqlite":
        return
    await client.execute_query(f"PRAGMA analysis_limit={_SAMPLE}")
    await client.execute_query("ANALYZE")
