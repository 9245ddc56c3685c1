"""A text to a patient in its variants: rich, SMS and elderly."""

from __future__ import annotations

from dataclasses import dataclass

from dialogs.form import Option


@dataclass(frozen=True, slots=True)
class Message:
    """A message of the catalog; `{name}` and the like are filled at send.

    A clause whose variable is in `optional` and has no value is left out. `elder_options` are the
    option keys the elderly variant offers, where it offers fewer, `sms_options` those of the SMS.
    """

    id: str
    text: str
    sms: str = ""
    elder: str = ""
    options: tuple[Option, ...] = ()
    elder_options: tuple[str, ...] = ()
    sms_options: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    segments: int = 1
    sms_banned_by: tuple[str, ...] = ()
