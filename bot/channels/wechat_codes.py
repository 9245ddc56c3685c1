"""WeChat's errcodes in the closed set of ways a send can fail; HTTP 200 says nothing; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from bot.channel import (
    ContactStopped,
    Invalid,
    Misconfigured,
    NotConnected,
    Rejected,
    SendError,
    Throttled,
    WindowClosed,
)

OK: Final = 0
# the token is not, or no longer, valid: fetched anew and tried once more
STALE_TOKEN: Final = frozenset({40001, 40014, 42001})
# menus below a text are for verified accounts
NO_MENUS: Final = 40200
# this account may not use the interface
NO_RIGHT: Final = frozenset({48001, 48004, 50002})
# the person refused, or has allowed fewer notices than were sent
NO_CONSENT: Final = 43101

FAULTS: Final[Mapping[int, type[SendError]]] = {
    -1: NotConnected,  # busy: try again
    -1000: Misconfigured,  # the list of allowed addresses is empty
    40001: NotConnected,  # after the token was fetched anew: not taken
    40014: NotConnected,
    42001: NotConnected,
    40002: Misconfigured,
    40003: Invalid,  # no such openid
    40008: Invalid,
    40013: Misconfigured,  # AppID
    40033: Invalid,  # characters
    40035: Invalid,
    40037: Misconfigured,  # template
    40125: Misconfigured,  # AppSecret
    40164: Misconfigured,  # our address is not on the list
    40165: Misconfigured,
    40200: Misconfigured,
    41001: NotConnected,
    43004: ContactStopped,  # does not follow
    43019: ContactStopped,  # on the account's blacklist
    48002: ContactStopped,  # refuses messages
    50005: ContactStopped,  # unfollowed
    43101: WindowClosed,
    44002: Invalid,
    44004: Invalid,
    45002: Invalid,  # too long
    45008: Invalid,
    45009: Throttled,
    45011: Throttled,
    45015: WindowClosed,  # 48 hours, or a minute, are over
    45047: WindowClosed,  # five, or three, are used
    47001: Invalid,
    47003: Invalid,  # a field of the notice
    48001: Misconfigured,
    48004: Misconfigured,
    48006: Throttled,
    50002: Misconfigured,
    87014: Rejected,  # content
}
# the day's quota may be cleared by hand, so it is asked again within the hour
_AFTER: Final[Mapping[int, timedelta]] = {
    45009: timedelta(hours=1),
    45011: timedelta(minutes=1),
    48006: timedelta(hours=1),
}
_LONGEST: Final = 120
# whoever it was about: an openid has 28 signs
_OPENID: Final = re.compile(r"[\w-]{20,}")


def fault_of(code: int, words: str) -> SendError | None:
    """Say what an errcode means for a message; None for success.

    A code we do not know is a refusal all the same. Of `words` nothing is kept that may name a
    person; our own address, as 40164 tells it, is.
    """
    if code == OK:
        return None
    said = f"{code} {_OPENID.sub('…', words)}".strip()[:_LONGEST]
    return FAULTS.get(code, Rejected)(said, after=_AFTER.get(code))
