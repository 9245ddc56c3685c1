"""Files patients send: kept outside the web root, under random names, readable by us alone."""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
import shutil
from pathlib import Path

from handlers.media import LEAST_FREE, SUFFIXES, Photo


async def has_room(folder: Path) -> bool:
    """Tell whether the disk of the folder, or of where it will be made, has room."""
    return await asyncio.to_thread(_has_room, folder)


async def store(folder: Path, content: bytes, content_type: str) -> Photo:
    """Write a file whose type was proven by its content."""
    return await asyncio.to_thread(_store, folder, content, content_type)


def _has_room(folder: Path) -> bool:
    there = next(place for place in (folder, *folder.absolute().parents) if place.is_dir())
    return shutil.disk_usage(there).free >= LEAST_FREE


def _store(folder: Path, content: bytes, content_type: str) -> Photo:
    name = secrets.token_hex(16) + SUFFIXES[content_type]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f".{name}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(folder / name)
    return Photo(name, content_type, len(content), hashlib.sha256(content).hexdigest())
