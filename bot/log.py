"""Structured logs: only allowed fields pass, so that no name, phone or word of a patient can."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

import structlog

ALLOWED: Final = frozenset(
    {
        "event", "level", "timestamp", "logger", "kind", "count", "seconds", "status", "method",
        "route", "channel", "alert", "due_id", "row_id", "task_id", "fault", "file", "line",
        "host", "port", "url", "version", "warnings", "years", "code", "database",
    }
)  # fmt: skip


def allow_listed(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Drop every field that is not on the list; what is dropped is counted, not shown."""
    kept = {key: value for key, value in event.items() if key in ALLOWED}
    dropped = len(event) - len(kept)
    return {**kept, "dropped": dropped} if dropped else kept


def set_up_logs(*, verbose: bool = False) -> None:
    """Write one line an event to standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            allow_listed,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.DEBUG if verbose else logging.INFO
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    # the libraries' own debug lines show values
    for name in ("tortoise", "aiosqlite", "asyncpg", "apscheduler", "aiohttp.access"):
        logging.getLogger(name).setLevel(logging.WARNING)
