"""What Telegram refused, in the closed set of ways a send can fail."""

from __future__ import annotations

import re
from collections.abc import Awaitable
from datetime import timedelta
from typing import Final

import structlog
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    RestartingTelegram,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError, ConnectionTimeoutError

from bot.channel import (
    ContactStopped,
    Invalid,
    Misconfigured,
    NotConnected,
    OutcomeUnknown,
    Rejected,
    SendError,
    Throttled,
    Unexpected,
    Unparseable,
)

_log: Final = structlog.get_logger(__name__)
_LONGEST: Final = 120
# a description may name the chat it was about
_CHAT: Final = re.compile(r"-?\d{4,}")
# DNS, refused, TLS: no byte of the request has gone
_NEVER_GONE: Final = (ClientConnectorError, ConnectionTimeoutError)
# this chat, or this message, will never be taken
_NEVER: Final = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "is empty",
    "too long",
    "button_data_invalid",
    "user is deactivated",
)
_KINDS: Final[tuple[tuple[type[AiogramError], type[SendError]], ...]] = (
    (TelegramForbiddenError, ContactStopped),
    (TelegramUnauthorizedError, Misconfigured),
    (TelegramNotFound, Misconfigured),
    (TelegramConflictError, Misconfigured),
    (TelegramEntityTooLarge, Invalid),
    (RestartingTelegram, NotConnected),
    # a gateway's 502 says nothing of what stands behind it
    (TelegramServerError, OutcomeUnknown),
    (TelegramBadRequest, Rejected),
)


def send_error(fault: AiogramError) -> SendError:
    """Say in our words why Telegram did not take something; no address and no text is repeated.

    sendMessage has no key of ours, so after a broken line nobody knows (F01).
    """
    if isinstance(fault, TelegramRetryAfter):
        return Throttled("429", after=timedelta(seconds=fault.retry_after))
    if isinstance(fault, ClientDecodeError):
        return Unparseable()
    said = _said(fault)
    if isinstance(fault, TelegramBadRequest) and any(sign in said.lower() for sign in _NEVER):
        return Invalid(said)
    for kind, error in _KINDS:
        if isinstance(fault, kind):
            return error(said)
    if isinstance(fault, TelegramNetworkError):
        return _broken_line(fault)
    return Unexpected(said)


async def try_to(call: Awaitable[object]) -> None:
    """Do what is a courtesy only: what was done stays done, whether people are told or not."""
    try:
        await call
    except AiogramError as fault:
        _log.warning("not_told", channel="telegram", fault=send_error(fault).code)
    except SendError as fault:
        _log.warning("not_told", channel="telegram", fault=fault.code)


def _broken_line(fault: TelegramNetworkError) -> SendError:
    """Tell whether the request had gone; what the library says of it may name the URL."""
    cause = fault.__cause__
    kind = type(cause).__name__ if cause is not None else "network"
    return NotConnected(kind) if isinstance(cause, _NEVER_GONE) else OutcomeUnknown(kind)


def _said(fault: AiogramError) -> str:
    message = getattr(fault, "message", type(fault).__name__)
    return _CHAT.sub("…", str(message).partition("\n")[0])[:_LONGEST]
