"""The check command: settings, approvals, content; all faults at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import typer

from bot.approvals import BadApprovals, read_approvals
from bot.channel_checking import warnings_of_channels
from bot.channels.sms_templates import BadTemplates
from bot.channels.telegram_settings import TelegramSettings
from bot.channels.telegram_words import warnings_of
from bot.command_words import tell
from bot.own_plans import load_plans
from bot.settings import BadSettings, Settings, load_settings
from dialogs.catalog import LANGUAGES, CatalogFault, load_catalog
from dialogs.checker import Severity, check_catalog
from dialogs.plans.fault import BadPlans
from handlers.form_header import BadHeader, read_fields
from models.database import BadDatabaseUrl, is_postgres, sqlite_path
from models.keys import KeyFault, KeyRing

_LOCAL = ("127.0.0.1", "localhost", "::1")
# said once for each form, with the hospital's approvals taken into account
_SAID_HERE = ("unapproved",)
Found = tuple[Severity, str]


def check_everything() -> int:
    """Print every fault and warning; returns the exit code, 1 when there is a fault."""
    found = sorted(_all(), key=lambda entry: entry[0] is Severity.WARNING)
    for severity, text in found:
        typer.echo(f"{tell('check', severity.value)} {text}")
    errors = sum(severity is Severity.ERROR for severity, _ in found)
    typer.echo(tell("check", "sum", errors=errors, warnings=len(found) - errors))
    return 1 if errors else 0


def faults_of_content() -> list[str]:
    """Return what is so wrong with the forms and texts that they must not be used."""
    return [text for severity, text in _content() if severity is Severity.ERROR]


def _all() -> Iterator[Found]:
    yield from _content()
    try:
        settings = load_settings()
    except BadSettings as fault:
        yield from ((Severity.ERROR, line) for line in str(fault).splitlines())
        return
    yield from _settings(settings)
    yield from _channels(settings)
    yield from _plans(settings)
    yield from _approvals(settings.approvals_file)
    yield from _header(settings.header_file)


def _content() -> Iterator[Found]:
    for language in LANGUAGES:
        try:
            faults = check_catalog(load_catalog(language))
        except CatalogFault as fault:
            yield Severity.ERROR, f"{language}/{fault}"
            continue
        for found in faults:
            # warnings about a translation would only repeat those about the Chinese form
            own = language == LANGUAGES[0] or found.severity is Severity.ERROR
            if own and found.code not in _SAID_HERE:
                yield found.severity, f"{language}/{found.text}"


def _settings(settings: Settings) -> Iterator[Found]:
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
        yield Severity.WARNING, tell("check", "public_url")
    if "telegram" in settings.channels:
        warned = warnings_of(TelegramSettings(), settings.language)
        yield from ((Severity.WARNING, text) for text in warned)
    if not settings.switchboard:
        yield Severity.WARNING, tell("check", "switchboard")
    if not settings.legal_basis:
        yield Severity.WARNING, tell("check", "legal_basis")


def _channels(settings: Settings) -> Iterator[Found]:
    try:
        yield from ((Severity.WARNING, text) for text in warnings_of_channels(settings))
    except (BadTemplates, BadDatabaseUrl) as fault:
        yield Severity.ERROR, str(fault)


def _header(file: Path | None) -> Iterator[Found]:
    try:
        if file is not None:
            read_fields(file)
    except (BadHeader, OSError) as fault:
        yield from ((Severity.ERROR, f"SUIFANG_HEADER_FILE: {n}") for n in str(fault).split("\n"))


def _plans(settings: Settings) -> Iterator[Found]:
    try:
        load_plans(settings)
    except BadPlans as fault:
        yield from ((Severity.ERROR, found.text) for found in fault.faults)
    except CatalogFault:  # said already, with its place
        return


def _approvals(file: Path) -> Iterator[Found]:
    try:
        signed = read_approvals(file)
    except BadApprovals as fault:
        yield Severity.ERROR, f"SUIFANG_APPROVALS_FILE: {fault}"
        return
    try:
        forms = {f"{form.id}@{form.version}": form for form in load_catalog().forms.values()}
    except CatalogFault:  # said already, with its place
        return
    for entry in sorted(signed - forms.keys()):
        yield Severity.WARNING, tell("check", "not_shipped", form=entry)
    for key, form in forms.items():
        if key not in signed and not form.approved:
            yield Severity.WARNING, tell("check", "unapproved", form=key)
