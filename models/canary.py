"""Prove at start that the key file is the one this database was written with."""

import hmac
from pathlib import Path
from typing import Final

from models.key_check import KeyCheck
from models.keys import KeyFileMissing, KeyRing, SealBroken, UnknownKey, WrongKey
from models.once import insert_once

NAME: Final = "canary"
TEXT: Final = "随访"


async def fitting_keyring(keys: KeyRing | Path) -> KeyRing:
    """The key ring that opens this database; on a new database one is made and remembered.

    Raises WrongKey if it does not fit, and KeyFileMissing if the database was written with keys
    that are not there: a second key file is never made for it.
    """
    check = await KeyCheck.get_or_none(name=NAME)
    ring = keys if isinstance(keys, KeyRing) else _read(keys, check)
    if check is None:
        await insert_once(_canary(ring))
        check = await KeyCheck.get(name=NAME)
    _refuse_stranger(ring, check)
    return ring


def _read(path: Path, check: KeyCheck | None) -> KeyRing:
    if check is None:
        return KeyRing.load_or_create(path)
    try:
        return KeyRing.load(path)
    except KeyFileMissing:
        raise KeyFileMissing(
            f"no key file at {path}; this database needs key {check.key_id}"
        ) from None


def _canary(ring: KeyRing) -> KeyCheck:
    return KeyCheck(
        name=NAME,
        key_id=ring.current,
        sealed=ring.seal(TEXT, NAME),
        blind=ring.blind_index(NAME, TEXT),
        signed=ring.signing_key(NAME).hex()[:32],
    )


def _refuse_stranger(ring: KeyRing, check: KeyCheck) -> None:
    wrong = WrongKey(
        f"the key file (current key {ring.current}) does not fit this database, "
        f"which was made with key {check.key_id}"
    )
    try:
        opens = ring.open(check.sealed, NAME) == TEXT
    except (UnknownKey, SealBroken):
        raise wrong from None
    same_index = hmac.compare_digest(check.blind, ring.blind_index(NAME, TEXT))
    same_signing = hmac.compare_digest(check.signed, ring.signing_key(NAME).hex()[:32])
    if not (opens and same_index and same_signing):
        raise wrong
