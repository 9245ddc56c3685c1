"""The process-wide key ring, and the blind indexes computed with it."""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Final

from models.keys import KeyFault, KeyRing

_MOBILE_DIGITS: Final = 11
_PHONE_MARKS: Final = str.maketrans("", "", " -()\u00a0\u2010\u2011\u2012\u2013\u2014")


class NoKeyRing(KeyFault):
    """A sealed column was touched before the database was opened."""


class _Holder:
    """Where the one key ring of the process stands."""

    ring: KeyRing | None = None


def use_keyring(ring: KeyRing | None) -> None:
    """Set the key ring of this process; `models.database` alone calls it."""
    _Holder.ring = ring


def keyring() -> KeyRing:
    """The key ring of this process; NoKeyRing before the database is open."""
    if _Holder.ring is None:
        raise NoKeyRing("open the database before reading or writing sealed columns")
    return _Holder.ring


def normal_phone(value: str) -> str:
    """Mainland mobiles as 11 digits, foreign numbers as E.164; anything else is only trimmed."""
    text = unicodedata.normalize("NFKC", value).strip()
    digits = text.translate(_PHONE_MARKS)
    if not digits.removeprefix("+").isascii() or not digits.removeprefix("+").isdigit():
        return text
    for prefix in ("+86", "0086", "86"):
        local = digits.removeprefix(prefix)
        if local != digits and len(local) == _MOBILE_DIGITS and local.startswith("1"):
            return local
    return "+" + digits[2:] if digits.startswith("00") else digits


def normal_id_number(value: str) -> str:
    """Identity numbers in upper case without spaces: the check letter is written x or X."""
    return unicodedata.normalize("NFKC", value).replace(" ", "").upper()


NORMALISE: Final[Mapping[str, Callable[[str], str]]] = {
    "phone": normal_phone,
    "id_no": normal_id_number,
}


def blind_index(purpose: str, value: str) -> str:
    """What `value` looks like in the index of `purpose` ("phone", "id_no", "wechat", ...)."""
    return keyring().blind_index(purpose, NORMALISE.get(purpose, str.strip)(value))
