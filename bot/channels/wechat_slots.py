"""Answers within WeChat's open request: free of any quota, one text, for four seconds."""

from __future__ import annotations

import asyncio
from collections import deque


class Slot:
    """One held request: `filled` is set once somebody has put a text into it."""

    __slots__ = ("_text", "_usable", "filled")

    def __init__(self) -> None:
        self.filled = asyncio.Event()
        self._text = ""
        self._usable = True

    def put(self, text: str) -> bool:
        """Take a text to answer with; False when there is one, or the request was answered."""
        if not self._usable:
            return False
        self._text, self._usable = text, False
        self.filled.set()
        return True

    @property
    def result(self) -> str:
        """The text to answer with, empty while there is none."""
        return self._text

    def close(self) -> str:
        """Take nothing any longer; returns the text to answer with, or nothing."""
        self._usable = False
        return self._text


def closed_slot() -> Slot:
    """Return the slot of a request that takes no text."""
    slot = Slot()
    slot.close()
    return slot


class PassiveSlots:
    """The requests of this process that WeChat is waiting on, by the openid that wrote."""

    def __init__(self) -> None:
        self._held: dict[str, deque[Slot]] = {}

    def open(self, openid: str) -> Slot:
        """Hold a request; whoever opens it closes it by `close`."""
        slot = Slot()
        self._held.setdefault(openid, deque()).append(slot)
        return slot

    def offer(self, openid: str, text: str) -> bool:
        """Answer the oldest request of a person that has no answer yet; False if none is held."""
        return any(slot.put(text) for slot in self._held.get(openid, ()))

    def close(self, openid: str, slot: Slot) -> str:
        """Let go of a request; returns the text to answer with, or nothing."""
        held = self._held.get(openid)
        if held is not None and slot in held:
            held.remove(slot)
            if not held:
                del self._held[openid]
        return slot.close()
