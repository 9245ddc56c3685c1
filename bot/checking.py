"""The check command: settings, approvals, content; all faults at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import typer
from dialogs.checker import Severity, check_catalog

from bot.approvals import BadApprovals, read_approvals
from bot.settings import BadSettings, Settings, load_settings
from dialogs.catalog import LANGUAGES, CatalogFault, load_catalog
from models.database import BadDatabaseUrl, is_postgres, sqlite_path
from models.keys import KeyFault, KeyRing

_LOCAL = ("127.0.0.1", "localhost", "::1")


def check_everything() -> int:
    """Print every fault and warning; returns the exit code, 1 when there is a fault."""
    found = list(_all())
    for severity, text in found:
        typer.echo(f"{severity:8} {text}")
    errors = sum(severity == Severity.ERROR for severity, _ in found)
    typer.echo(f"{errors} errors, {len(found) - errors} warnings")
    return 1 if errors else 0


def _all() -> Iterator[tuple[str, str]]:
    yield from _content()
    try:
        settings = load_settings()
    except BadSettings as fault:
        yield from ((Severity.ERROR, line) for line in str(fault).splitlines())
        return
    yield from _settings(settings)
    yield from _approvals(settings.approvals_file)


def _content() -> Iterator[tuple[str, str]]:
    for language in LANGUAGES:
        try:
            faults = check_catalog(load_catalog(language))
        except CatalogFault as fault:
            yield Severity.ERROR, f"{language}/{fault}"
            continue
        for found in faults:
            yield found.severity, f"{language}/{found}"


def _settings(settings: Settings) -> Iterator[tuple[str, str]]:
    url = settings.database_url.get_secret_value()
    try:
        _ = is_postgres(url) or sqlite_path(url)
    except BadDatabaseUrl as fault:
        yield Severity.ERROR, f"SUIFANG_DATABASE_URL: {fault}"
    if settings.key_file.exists():
        try:
            KeyRing.load(settings.key_file)
        except KeyFault as fault:
            yield Severity.ERROR, f"SUIFANG_KEY_FILE: {fault}"
    if urlsplit(settings.public_url).hostname in _LOCAL:
        yield Severity.WARNING, "SUIFANG_PUBLIC_URL: patients' phones cannot reach this machine"
    if not settings.switchboard:
        yield Severity.WARNING, "SUIFANG_SWITCHBOARD: texts and slips lack a number to call"
    if not settings.legal_basis:
        yield Severity.WARNING, "SUIFANG_LEGAL_BASIS: patients without consent are only phoned"


def _approvals(file: Path) -> Iterator[tuple[str, str]]:
    try:
        signed = read_approvals(file)
    except BadApprovals as fault:
        yield Severity.ERROR, f"SUIFANG_APPROVALS_FILE: {fault}"
        return
    forms = {f"{form.id}@{form.version}": form for form in load_catalog().forms.values()}
    for entry in sorted(signed - forms.keys()):
        yield Severity.WARNING, f"approved but not shipped: {entry}"
    for key, form in forms.items():
        if key not in signed and not form.approved:
            yield Severity.WARNING, f"nobody has approved {key}: its rounds go to the phone list"
