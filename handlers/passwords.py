"""Passwords: Argon2id in a thread, and as slow for nobody as for somebody (T12)."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

T = TypeVar("T")

SHORTEST: Final = 10
LONGEST: Final = 256
# each hash takes 64 MB: never more than two at once
_HASHING: Final = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
_HASHER: Final = PasswordHasher()


def acceptable(password: str, username: str) -> bool:
    """Tell whether a password may be set: long enough, and not the name."""
    return SHORTEST <= len(password) <= LONGEST and password.casefold() != username.casefold()


async def password_hash(password: str) -> str:
    """Hash a password for keeping."""
    return await _in_thread(_HASHER.hash, password)


async def fits(stored: str | None, password: str) -> bool:
    """Tell whether a password is the one stored; takes as long where nothing is."""
    return await _in_thread(_verify, stored or "", password[:LONGEST])


def _verify(stored: str, password: str) -> bool:
    nobodys = _nobodys_hash()
    try:
        return _HASHER.verify(stored or nobodys, password) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash(secrets.token_urlsafe(16))


async def _in_thread(work: Callable[..., T], *values: str) -> T:
    return await asyncio.get_running_loop().run_in_executor(_HASHING, work, *values)
