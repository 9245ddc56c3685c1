"""Who gets which call: pure, the same for the same people and calls, each choice with its reason.

Suitable is who is there, answers for the ward, has the role the plan names, and speaks what the
patient speaks. Of those the usual caller keeps an elderly patient; somebody at high risk goes to a
specialist where there is one; then whoever has the least in hand (R024, R252, R255).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from uuid import UUID

SPECIALIST: Final = "specialist"


class Why(StrEnum):
    """Why a call went where it went; the words are in console.toml."""

    USUAL_CALLER = "usual_caller"
    LANGUAGE = "language"
    SPECIALIST = "specialist"
    FEWEST = "fewest"
    NOBODY_HERE = "nobody_here"
    NOBODY_SPEAKS = "nobody_speaks"


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who is there today; `load` counts what is theirs already, calls and others."""

    username: str
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    load: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """A call to be given out; `pool` names the people who may get it: a role in a ward."""

    id: UUID
    pool: str
    languages: frozenset[str] = frozenset()
    high_risk: bool = False
    usual_caller: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """To whom a call goes; an empty name leaves it with the whole ward."""

    call: UUID
    username: str
    why: Why


@dataclass(slots=True)
class _Loads:
    """How many calls each has, counted on while they are given out."""

    calls: dict[str, int] = field(default_factory=dict)

    def least(self, callers: Iterable[Caller]) -> Caller:
        return min(callers, key=lambda one: (self.calls[one.username], one.username))

    def add(self, username: str) -> None:
        self.calls[username] += 1


def share_out(calls: Sequence[Call], pools: Mapping[str, Sequence[Caller]]) -> list[Share]:
    """Give out calls; those that fewest can take go first, so that the rest can even it out.

    Among equals who began with as many calls, the loads differ by one at most, as far as no usual
    caller decides.
    """
    loads = _Loads({one.username: one.load for pool in pools.values() for one in pool})
    shares = {}
    for call in sorted(calls, key=_first_the_narrow):
        share = _choose(call, pools.get(call.pool, ()), loads)
        shares[call.id] = share
        if share.username:
            loads.add(share.username)
    return [shares[call.id] for call in calls]


def _first_the_narrow(call: Call) -> tuple[bool, bool, bool]:
    return not call.usual_caller, not call.languages, not call.high_risk


def _choose(call: Call, pool: Sequence[Caller], loads: _Loads) -> Share:
    able = [one for one in pool if call.languages <= one.languages]
    if not able:
        return Share(call.id, "", Why.NOBODY_SPEAKS if pool else Why.NOBODY_HERE)
    if any(one.username == call.usual_caller for one in able):
        return Share(call.id, call.usual_caller, Why.USUAL_CALLER)
    experts = [one for one in able if SPECIALIST in one.skills] if call.high_risk else []
    chosen = loads.least(experts or able)
    return Share(call.id, chosen.username, _why(call, able, pool, experts=bool(experts)))


def _why(call: Call, able: Sequence[Caller], pool: Sequence[Caller], *, experts: bool) -> Why:
    if experts:
        return Why.SPECIALIST
    return Why.LANGUAGE if call.languages and len(able) < len(pool) else Why.FEWEST
