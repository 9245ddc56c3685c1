"""Files a patient sends: which kinds are taken, and the row that vouches for each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from models.conversation import Media

LARGEST = 8 * 1024 * 1024
MOST_A_DAY: Final = 30
# what the disk keeps free for everything that matters more than a further photo
LEAST_FREE: Final = 500 * 1024 * 1024
SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "audio/amr": ".amr",
    "audio/ogg": ".ogg",
    "audio/mpeg": ".mp3",
}

_JPEG = b"\xff\xd8\xff"
_PNG = b"\x89PNG\r\n\x1a\n"
_RIFF, _WEBP = b"RIFF", b"WEBP"
_SPEECH: Final = {b"#!AMR": "audio/amr", b"OggS": "audio/ogg", b"ID3": "audio/mpeg"}


@dataclass(frozen=True, slots=True)
class Photo:
    """A file that lies in the media folder under `name`; `size` in bytes, `sha256` in hex."""

    name: str
    content_type: str
    size: int
    sha256: str


def photo_type(head: bytes) -> str | None:
    """Return the content type that the first 12 bytes prove; None for what is not taken."""
    if head.startswith(_JPEG):
        return "image/jpeg"
    if head.startswith(_PNG):
        return "image/png"
    is_webp = head[:4] == _RIFF and head[8:12] == _WEBP
    return "image/webp" if is_webp else None


def speech_type(head: bytes) -> str | None:
    """Return the content type of a recording; None for what is not taken."""
    return next((kind for begin, kind in _SPEECH.items() if head.startswith(begin)), None)


async def too_many_photos(conversation_id: UUID, now: datetime) -> bool:
    """Tell whether a conversation has sent all the photos of a day (24 hours)."""
    since = now - timedelta(days=1)
    sent = Media.filter(conversation_id=conversation_id, received_at__gt=since)
    return await sent.count() >= MOST_A_DAY


async def keep_photo(conversation_id: UUID, photo: Photo, now: datetime) -> UUID:
    """Write down a photo of a conversation and return the id a message refers to it by."""
    row = await Media.create(
        conversation_id=conversation_id,
        path=photo.name,
        content_type=photo.content_type,
        size=photo.size,
        sha256=photo.sha256,
        received_at=now,
    )
    return row.id


async def discard_photo(media_id: UUID) -> None:
    """Forget a photo to which no message refers, as when the same message came twice."""
    await Media.filter(id=media_id).delete()
