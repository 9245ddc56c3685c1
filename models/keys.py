"""The key file: data keys, the blind-index key and the signing key, kept outside the database."""

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
BLIND_INDEX_HEX = 32
SEAL_MARK = "e1"
_SEAL_PARTS = 3
_EXPOSED = 0o077


class KeyFault(Exception):
    """Something about the key file stops the program; the message names what and never a key."""


class KeyFileExposed(KeyFault):
    """The key file can be read by others than its owner."""


class KeyFileMissing(KeyFault):
    """The database holds sealed values, but the key file is not where it should be."""


class KeyFileDamaged(KeyFault):
    """The key file is not the JSON document this program writes."""


class WrongKey(KeyFault):
    """The key file does not belong to this database."""


class UnknownKey(KeyFault):
    """A value was sealed with a key that the key file does not hold."""


class SealBroken(KeyFault):
    """A sealed value was altered, or stands in another row or column than it was sealed for."""


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing:
    """All secrets of one installation; `current` names the data key that seals new values."""

    current: str
    data: Mapping[str, bytes]
    blind: bytes
    signing: bytes

    def __repr__(self) -> str:
        return f"<KeyRing current={self.current}>"

    @classmethod
    def new(cls) -> Self:
        """Make fresh random keys."""
        key_id = _new_key_id()
        return cls(
            current=key_id,
            data={key_id: secrets.token_bytes(KEY_BYTES)},
            blind=secrets.token_bytes(KEY_BYTES),
            signing=secrets.token_bytes(KEY_BYTES),
        )

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the key file; KeyFileMissing, KeyFileExposed or KeyFileDamaged if that is unsafe."""
        try:
            with path.open(encoding="ascii") as file:
                _refuse_exposed(file.fileno(), path)
                return cls._from_document(json.load(file))
        except FileNotFoundError:
            raise KeyFileMissing(f"there is no key file at {path}") from None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise KeyFileDamaged(f"the key file {path} cannot be understood") from None

    @classmethod
    def load_or_create(cls, path: Path) -> Self:
        """Read the key file, or make one with mode 0600; two starts at once end with one file."""
        if not path.exists():
            cls.new().write_new(path)
        return cls.load(path)

    def write_new(self, path: Path) -> None:
        """Write the file whole or not at all; a file already there stays as it is."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._write_draft(path)
        try:
            os.link(draft, path)
        except FileExistsError:
            return
        finally:
            draft.unlink()

    def write_over(self, path: Path) -> None:
        """Replace the file in one step, as after adding a key."""
        self._write_draft(path).replace(path)

    def with_new_key(self) -> Self:
        """The same ring with a fresh data key that seals from now on; older keys still open."""
        key_id = _new_key_id()
        fresh = {**self.data, key_id: secrets.token_bytes(KEY_BYTES)}
        return replace(self, current=key_id, data=fresh)

    def seal(self, text: str, place: str) -> str:
        """Encrypt `text` for one place ("table.column.rowid"): `e1:<key id>:<base64>`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        secret = AESGCM(self.data[self.current]).encrypt(nonce, text.encode(), place.encode())
        return f"{SEAL_MARK}:{self.current}:{base64.b64encode(nonce + secret).decode()}"

    def open(self, sealed: str, place: str) -> str:
        """Decrypt what was sealed for `place`; UnknownKey or SealBroken otherwise."""
        key_id, packed = _split(sealed, place)
        if key_id not in self.data:
            raise UnknownKey(f"{place} is sealed with key {key_id}, which the key file lacks")
        try:
            nonce, secret = packed[:NONCE_BYTES], packed[NONCE_BYTES:]
            return AESGCM(self.data[key_id]).decrypt(nonce, secret, place.encode()).decode()
        except (InvalidTag, ValueError):
            raise SealBroken(f"{place} does not hold what was sealed for it") from None

    def blind_index(self, purpose: str, value: str) -> str:
        """A keyed 128-bit fingerprint of an already normalised value, to look rows up by."""
        key = hmac.digest(self.blind, purpose.encode(), hashlib.sha256)
        return hmac.digest(key, value.encode(), hashlib.sha256).hex()[:BLIND_INDEX_HEX]

    def signing_key(self, purpose: str) -> bytes:
        """A 256-bit key of its own for each use: links, CSRF tokens, the audit chain."""
        return hmac.digest(self.signing, purpose.encode(), hashlib.sha256)

    @classmethod
    def _from_document(cls, document: dict[str, object]) -> Self:
        keys = document["data"]
        current = document["current"]
        if not isinstance(keys, dict) or current not in keys:
            raise ValueError(current)
        return cls(
            current=str(current),
            data={str(key_id): _key_bytes(key) for key_id, key in keys.items()},
            blind=_key_bytes(document["blind"]),
            signing=_key_bytes(document["signing"]),
        )

    def _document(self) -> dict[str, object]:
        return {
            "current": self.current,
            "data": {key_id: _key_text(key) for key_id, key in self.data.items()},
            "blind": _key_text(self.blind),
            "signing": _key_text(self.signing),
        }

    def _write_draft(self, path: Path) -> Path:
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            json.dump(self._document(), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        return draft


def _new_key_id() -> str:
    return secrets.token_hex(4)


def _key_text(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _key_bytes(text: object) -> bytes:
    key = base64.b64decode(str(text), validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError(len(key))
    return key


def _refuse_exposed(descriptor: int, path: Path) -> None:
    if os.fstat(descriptor).st_mode & _EXPOSED:
        raise KeyFileExposed(f"{path} can be read by others; run: chmod 600 {path}")


def _split(sealed: str, place: str) -> tuple[str, bytes]:
    parts = sealed.split(":")
    if len(parts) != _SEAL_PARTS or parts[0] != SEAL_MARK:
        raise SealBroken(f"{place} holds something that is not a sealed value")
    try:
        return parts[1], base64.b64decode(parts[2], validate=True)
    except ValueError:
        raise SealBroken(f"{place} holds something that is not a sealed value") from None
