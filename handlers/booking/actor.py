"""Who acts on the book."""

from __future__ import annotations

from dataclasses import dataclass

PATIENT = "patient"
SYSTEM = "system"
HOSPITAL = "hospital"


@dataclass(frozen=True, slots=True)
class Actor:
    """patient, system, hospital or a user name; the channel by which it was said."""

    name: str = PATIENT
    channel: str = ""
