"""Structured logs: only allowed fields pass, so that no name, phone or word of a patient can."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from pathlib import Path
from traceback import walk_tb
from typing import Any, Final

import structlog

ALLOWED: Final = frozenset(
    {
        "event", "level", "timestamp", "logger", "kind", "count", "seconds", "status", "method",
        "route", "channel", "alert", "due_id", "row_id", "task_id", "fault", "file", "line",
        "host", "port", "url", "version", "warnings", "years", "code", "database",
    }
)  # fmt: skip

_OURS: Final = frozenset({"main", "bot", "scheduler", "handlers", "models", "dialogs"})


class FaultsWithoutValues(logging.Handler):
    """Write what libraries log as one line of ours: the fault's type and place, never its words.

    A validator's message shows the value it refuses, and a traceback shows the message.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Write the pattern of the message without what was to be filled in."""
        level = max(logging.DEBUG, min(record.levelno, logging.CRITICAL)) // 10 * 10
        # further lines of asyncio's messages show the task with its fault
        event = str(record.msg).partition("\n")[0]
        fault = record.exc_info[1] if record.exc_info else None
        known = place_of(fault) if fault is not None else {}
        # a console that is gone must not keep anybody from an answer
        with suppress(OSError, ValueError):
            structlog.get_logger().log(level, event, logger=record.name, **known)


def place_of(fault: BaseException) -> dict[str, str | int]:
    """Return the type of a fault with file and line of the innermost step of our own program."""
    steps = [
        (str(frame.f_globals.get("__name__", "")), frame.f_code.co_filename, line)
        for frame, line in walk_tb(fault.__traceback__)
    ]
    own = [step for step in steps if step[0].partition(".")[0] in _OURS]
    kind: dict[str, str | int] = {"kind": type(fault).__name__}
    if not steps:
        return kind
    module, path, line = (own or steps)[-1]
    file = "/".join(Path(path).parts[-1 - module.count(".") :])
    return {**kind, "file": file, "line": line}


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
    _take_over(logging.getLogger())
    # the libraries' own debug lines show values
    for name in ("tortoise", "aiosqlite", "asyncpg", "apscheduler", "aiohttp.access"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _take_over(root: logging.Logger) -> None:
    """Let nothing else write to the console: another handler would print tracebacks in full."""
    for handler in root.handlers[:]:
        if type(handler) in (logging.StreamHandler, FaultsWithoutValues):
            root.removeHandler(handler)
    root.addHandler(FaultsWithoutValues())
