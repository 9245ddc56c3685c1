"""The talk command: lines in, lines out, flushed."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import typer

from bot.talk import Talk, UnknownForm, UnknownSetting, keys
from dialogs.catalog import LANGUAGES, load_catalog
from dialogs.timing.spans import HOSPITAL_ZONE

CHANNELS = ("sms", "web", "wechat", "telegram")


def list_talks(language: str) -> None:
    """Name the forms and the keys of --set."""
    for form in load_catalog(language).forms.values():
        typer.echo(f"{form.id:8} {form.title}")
    typer.echo("")
    for key, meaning in keys().items():
        typer.echo(f"--set {key}=…  {meaning}")


def run_talk(form: str, channel: str, at: str, settings: list[str], language: str) -> None:
    """Talk until the input ends; then the deadline passes, so that every talk has an outcome."""
    talk = _talk(form, channel, at, settings, language)
    _show(talk.begin())
    for text in _lines():
        _show(talk.hear(text))
    _show(talk.end())


def _talk(form: str, channel: str, at: str, settings: list[str], language: str) -> Talk:
    if language not in LANGUAGES:
        raise typer.BadParameter(f"one of {', '.join(LANGUAGES)}", param_hint="--lang")
    if channel not in CHANNELS:
        raise typer.BadParameter(f"one of {', '.join(CHANNELS)}", param_hint="--channel")
    try:
        return Talk(form, _instant(at), channel, language, dict(_pairs(settings)))
    except UnknownForm as fault:
        raise typer.BadParameter("talk --list names the forms", param_hint="FORM") from fault
    except UnknownSetting as fault:
        raise typer.BadParameter(f"no such key: {fault}", param_hint="--set") from fault
    except ValueError as fault:
        raise typer.BadParameter(str(fault), param_hint="--set") from fault


def _instant(text: str) -> datetime:
    if not text:
        return datetime.now(UTC)
    try:
        given = datetime.fromisoformat(text)
    except ValueError as fault:
        raise typer.BadParameter("an instant like 2026-11-22T09:30", param_hint="--at") from fault
    return given if given.tzinfo else given.replace(tzinfo=HOSPITAL_ZONE)


def _pairs(settings: Iterable[str]) -> Iterator[tuple[str, str]]:
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals:
            raise typer.BadParameter("write key=value", param_hint="--set")
        yield key.strip(), value.strip()


def _lines() -> Iterator[str]:
    """Read what the patient writes; a terminal shows it already, a pipe does not."""
    terminal = sys.stdin.isatty()
    while True:
        if terminal:
            sys.stdout.write("> ")
            sys.stdout.flush()
        raw = sys.stdin.buffer.readline()
        if not raw:
            return
        text = raw.decode("utf-8", errors="replace").rstrip("\r\n")
        if not terminal:
            _show([f"> {text}"])
        yield text


def _show(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
