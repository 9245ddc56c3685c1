"""The folder the hospital's system puts its lists in: each is taken once and put away (R009)."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog
from tortoise.exceptions import OperationalError

from bot.file_kinds import is_skipped, kind_of, place_of
from bot.import_lists import Kind, ListFile, Summary
from bot.import_view import write_faults
from bot.import_words import WORDS
from bot.imports import take_list
from bot.taken_lists import note_result
from dialogs.timing import local
from handlers.desk import Desk
from handlers.taken_files import Arrived, begin_taking, was_taken
from models.unit import CONNECTION_LOST

DONE: Final = "done"
REFUSED: Final = "refused"
LARGEST: Final = 200 * 1024 * 1024
_NO_LINKS: Final = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)
_DATABASE_IS_AWAY: Final = (OperationalError, TimeoutError, *CONNECTION_LOST)
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Sighting:
    """A file as it lay there: it is taken once it looks the same a tick later."""

    path: Path
    kind: Kind | None
    size: int
    changed: int


@dataclass(slots=True)
class WatchedFolder:
    """Looks into a folder again and again; any number of processes may watch the same one."""

    desk: Desk
    folder: Path
    _before: dict[Path, Sighting] = field(default_factory=dict)
    # dealt with, but it could not be moved away
    _stuck: set[Sighting] = field(default_factory=set)

    async def tick(self, now: datetime) -> int:
        """Take every file that has stopped growing; how many were dealt with."""
        seen = await asyncio.to_thread(self._look)
        still = [one for path, one in seen.items() if self._before.get(path) == one]
        self._before = seen
        self._stuck &= set(seen.values())
        waiting = [one for one in still if one not in self._stuck]
        waiting.sort(key=lambda one: (place_of(one.kind), one.changed, one.path.name))
        return sum([await self._deal_with(one, now) for one in waiting])

    def _look(self) -> dict[Path, Sighting]:
        try:
            return {one.path: one for one in _sightings(self.folder)}
        except OSError as fault:
            _log.error("inbox_unreadable", fault=type(fault).__name__)
            return {}

    async def _deal_with(self, one: Sighting, now: datetime) -> bool:
        if one.kind is None or one.size > LARGEST:
            why = "kind_unknown" if one.kind is None else "too_large"
            return await self._put_away(one, REFUSED, _refusal(why), now)
        try:
            content = await asyncio.to_thread(_read, one)
            if content is None:
                return False
            return await self._take(one, one.kind, ListFile(one.path.name, content), now)
        except OSError as fault:
            _log.error("inbox_file_unreadable", fault=type(fault).__name__)
        except _DATABASE_IS_AWAY as fault:
            _log.error("inbox_file_waits", fault=type(fault).__name__)
        return False

    async def _take(self, one: Sighting, kind: Kind, file: ListFile, now: datetime) -> bool:
        """Take a list that is new; one whose content went in before is only put away."""
        row = await begin_taking(Arrived(file.name, kind, file.sha256), now)
        if row is None:
            if not await was_taken(file.sha256, now):
                return False
            return await self._put_away(one, DONE, _refusal("taken_before"), now)
        summary = await self._summary(kind, file, now)
        await note_result(row, summary)
        return await self._put_away(one, REFUSED if summary.failed else DONE, summary, now)

    async def _summary(self, kind: Kind, file: ListFile, now: datetime) -> Summary:
        """Take a list; a file no reader foresaw is refused, the next one goes on."""
        try:
            return await take_list(self.desk, kind, file, now)
        except _DATABASE_IS_AWAY:
            raise
        except Exception as fault:  # noqa: BLE001 - one broken file must not stop the others
            _log.error("inbox_file_failed", kind=kind, fault=type(fault).__name__)
            return _refusal("unreadable")

    async def _put_away(self, one: Sighting, where: str, summary: Summary, now: datetime) -> bool:
        place = self.folder / where
        if where == DONE:
            place /= f"{local(now):%Y-%m-%d}"
        try:
            await asyncio.to_thread(_move, one.path, place, summary)
        except OSError as fault:
            self._stuck.add(one)
            _log.error("inbox_file_not_moved", fault=type(fault).__name__)
        return True


def _sightings(folder: Path) -> Iterator[Sighting]:
    """Find the files of the folder and of its sub-folders, never by a link out of it."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name in {DONE, REFUSED} or is_skipped(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _files(Path(entry.path), entry.name)
            elif entry.is_file(follow_symlinks=False):
                yield _sighting(entry, "")


def _files(folder: Path, name: str) -> Iterator[Sighting]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.is_file(follow_symlinks=False) or is_skipped(entry.name):
                continue
            # a folder of somebody's own is left alone but for what is plainly a list
            if (one := _sighting(entry, name)).kind is not None:
                yield one


def _sighting(entry: os.DirEntry[str], folder: str) -> Sighting:
    known = entry.stat(follow_symlinks=False)
    kind = kind_of(folder, entry.name)
    return Sighting(Path(entry.path), kind, known.st_size, known.st_mtime_ns)


def _read(one: Sighting) -> bytes | None:
    """Read a file that is still as it was seen; None where it grew meanwhile."""
    descriptor = os.open(one.path, _NO_LINKS)
    with os.fdopen(descriptor, "rb") as file:
        known = os.fstat(file.fileno())
        if not stat.S_ISREG(known.st_mode) or known.st_size != one.size:
            return None
        content = file.read(one.size + 1)
    same = len(content) == one.size and known.st_mtime_ns == one.changed
    return content if same else None


def _move(path: Path, place: Path, summary: Summary) -> None:
    """Move a file and lay its report beside it; nothing that lies there already is lost."""
    place.mkdir(parents=True, exist_ok=True)
    target = _free(place, path)
    path.rename(target)
    if summary.faults or summary.refused:
        write_faults(target.with_name(f"{target.name}.report.csv"), summary)


def _free(place: Path, path: Path) -> Path:
    target, number = place / path.name, 1
    while target.exists():
        number += 1
        target = place / f"{path.stem}-{number}{path.suffix}"
    return target


def _refusal(sentence: str) -> Summary:
    return Summary((), (), {}, refused=WORDS[sentence])
