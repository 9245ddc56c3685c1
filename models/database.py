"""Open and close the database: configuration, key ring, canary."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.context import TortoiseContext, get_current_context

from models import loading, texts, unit
from models.canary import fitting_keyring
from models.keys import KeyRing
from models.seal import use_keyring

CONNECTION: Final = "default"
APP: Final = "models"
TABLES: Final = (
    "models.hospital",
    "models.people",
    "models.care",
    "models.conversation",
    "models.response",
    "models.alert",
    "models.booking",
    "models.office",
    "models.complaint",
    "models.duty",
    "models.room",
    "models.channel",
    "models.knowledge",
    "models.ward_week",
    "models.timetable",
    "models.audit",
    "models.key_check",
)
MIGRATIONS: Final = "models.migrations"
APPLICATION: Final = "suifang"
_POSTGRES: Final = frozenset({"postgres", "postgresql", "asyncpg"})
_POSTGRES_OPTIONS: Final = frozenset({"host", "sslmode"})


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the database may take, in seconds, and how many connections one process holds."""

    command: float = 4.0
    connect: float = 4.0
    statement: float = 4.0
    idle_in_transaction: float = 30.0
    connections: int = 5


class BadDatabaseUrl(ValueError):
    """The database URL cannot be used; the message says why and never repeats a password."""


def is_postgres(url: str) -> bool:
    """Whether the URL names PostgreSQL (otherwise it is SQLite)."""
    return urlsplit(url).scheme in _POSTGRES


def sqlite_path(url: str) -> Path:
    """The file a `sqlite://` URL names: `sqlite://relative.db`, `sqlite:///absolute.db`."""
    scheme, _, path = url.partition("://")
    if scheme != "sqlite" or not path or "?" in path:
        raise BadDatabaseUrl("expected sqlite://<path> or postgres://<user>@<host>/<database>")
    return Path(path)


def tortoise_config(url: str, limits: Limits | None = None, **pragmas: str) -> dict[str, Any]:
    """What Tortoise.init wants; also the target of `tortoise -c models.database.TORTOISE`."""
    connection = _postgres(url, limits or Limits()) if is_postgres(url) else _sqlite(url, pragmas)
    return {
        "connections": {CONNECTION: connection},
        "apps": {
            APP: {
                "models": list(TABLES),
                "default_connection": CONNECTION,
                "migrations": MIGRATIONS,
            }
        },
        "use_tz": True,
        "timezone": "UTC",
    }


def _sqlite(url: str, pragmas: Mapping[str, str]) -> dict[str, Any]:
    credentials = {"file_path": str(sqlite_path(url)), **pragmas}
    return {"engine": "models.sqlite_engine", "credentials": credentials}


def _postgres(url: str, limits: Limits) -> dict[str, Any]:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    if unknown := options.keys() - _POSTGRES_OPTIONS:
        raise BadDatabaseUrl(f"unknown database option {', '.join(sorted(unknown))}")
    credentials: dict[str, Any] = {
        "host": options.get("host") or parts.hostname,
        "port": parts.port or 5432,
        "user": unquote(parts.username or "") or None,
        "password": unquote(parts.password or "") or None,
        "database": unquote(parts.path.lstrip("/")),
        "application_name": APPLICATION,
        "maxsize": limits.connections,
        "command_timeout": limits.command,
        "timeout": limits.connect,
        "server_settings": {
            "statement_timeout": str(round(limits.statement * 1000)),
            "idle_in_transaction_session_timeout": str(round(limits.idle_in_transaction * 1000)),
        },
    }
    if "sslmode" in options:
        credentials["ssl"] = options["sslmode"]
    return {"engine": "models.asyncpg_engine", "credentials": credentials}


async def open_database(
    url: str, keys: KeyRing | Path, *, limits: Limits | None = None
) -> TortoiseContext:
    """Connect, and prove that the keys fit; handlers may then run in any task of the process.

    The tables must be there (`models.migrate.migrate`). A new database gets a key file at `keys`
    and a canary. Raises WrongKey or KeyFileMissing, with nothing written, when database and key
    file do not belong together.
    """
    _forget_statements()
    context = TortoiseContext()
    with context:
        await context.init(tortoise_config(url, limits), _enable_global_fallback=True)
    try:
        use_keyring(await fitting_keyring(keys))
    except BaseException:
        await context.close_connections()
        raise
    return context


async def close_database() -> None:
    """Let units of work end, then close; closing twice is no fault."""
    await unit.settle()
    context = get_current_context()
    use_keyring(None)
    if context is not None:
        await context.close_connections()
    _forget_statements()


def _forget_statements() -> None:
    EXECUTOR_CACHE.clear()
    texts.forget()
    loading.forget()


TORTOISE: Final = tortoise_config("sqlite://suifang.db")
