"""What is handed to a channel at once, and how it looked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from bot.channel import Letter
from bot.rendering import Bubble
from dialogs.wording import numbers
from handlers.delivery import Sending

_BETWEEN: Final = "\n\n"


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is handed over at once: a message, or several of one conversation as one."""

    sendings: tuple[Sending, ...]
    bubbles: tuple[Bubble, ...]

    @property
    def letter(self) -> Letter:
        """As the channel gets it; merged, the last bubble has the choices."""
        last, bubble = self.sendings[-1], self.bubbles[-1]
        text = _BETWEEN.join(one.text for one in self.bubbles)
        return Letter(
            key=last.row_id,
            address=last.address,
            bubble=replace(bubble, text=text),
            shape=last.shape if len(self.sendings) == 1 else "",
            values={**last.content.values, **last.content.body.values, **last.values},
            urgent=any(sending.urgent for sending in self.sendings),
            extension=last.extension,
        )


def packed(rendered: Iterable[tuple[Sending, Bubble]], *, merged: bool) -> list[Parcel]:
    """Pack messages of one conversation; `merged`: as one, as far as the next choices."""
    parcels: list[Parcel] = []
    for sending, bubble in rendered:
        if merged and parcels and not parcels[-1].bubbles[-1].options:
            last = parcels.pop()
            parcels.append(Parcel((*last.sendings, sending), (*last.bubbles, bubble)))
        else:
            parcels.append(Parcel((sending,), (bubble,)))
    return parcels


def shown(bubble: Bubble) -> dict[str, Any]:
    """Return a bubble as it is stored and sent to a page."""
    raw = asdict(bubble)
    pairs = zip(numbers(bubble.options), bubble.options, strict=True)
    raw["options"] = [{"key": o.key, "label": o.label, "number": n} for n, o in pairs]
    return raw
