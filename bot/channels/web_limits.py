"""How much one visitor of the web chat may send; kept in the memory of the process."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

_REMEMBERED = 20_000


@dataclass(slots=True)
class RateLimit:
    """At most `allowed` in any `seconds`, for each key."""

    allowed: int
    seconds: float
    _taken: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict)

    def wait(self, key: str, at: float) -> float:
        """Take one at the instant `at` (seconds); 0, or how long to wait when it was refused."""
        taken = self._taken.setdefault(key, deque())
        self._taken.move_to_end(key)
        while taken and taken[0] <= at - self.seconds:
            taken.popleft()
        if len(taken) >= self.allowed:
            return taken[0] + self.seconds - at
        taken.append(at)
        if len(self._taken) > _REMEMBERED:
            self._taken.popitem(last=False)
        return 0.0

    def give_back(self, key: str) -> None:
        """Take back the last one: it turned out not to count."""
        if taken := self._taken.get(key):
            taken.pop()


@dataclass(slots=True)
class Limits:
    """The limits of the web chat (T21)."""

    links: RateLimit = field(default_factory=lambda: RateLimit(30, 60))
    # wrong tries on the page of codes: of one network, and of the whole world together, since who
    # has many addresses would else find one of a hundred codes, and its year, within days
    codes: RateLimit = field(default_factory=lambda: RateLimit(10, 600))
    all_codes: RateLimit = field(default_factory=lambda: RateLimit(100, 3600))
    # whatever a page sends, sense or nonsense: more than this is no page of ours
    frames: RateLimit = field(default_factory=lambda: RateLimit(120, 10))
    messages: RateLimit = field(default_factory=lambda: RateLimit(20, 10))
    marks: RateLimit = field(default_factory=lambda: RateLimit(60, 10))
    photos: RateLimit = field(default_factory=lambda: RateLimit(6, 60))


LIMITS: Final = web.AppKey("web_limits", Limits)
