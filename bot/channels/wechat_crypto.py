"""Signing, opening and sealing of WeChat's message push (safe mode, AES-256-CBC)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK: Final = 32  # WeChat pads to 32, twice the block of AES
_AES_BLOCK: Final = 16
_PREFIX: Final = 16
_HEAD: Final = _PREFIX + 4


class UnreadableMessage(ValueError):
    """What came is not sealed with this key for this account; it is not said what is wrong."""


def sign(*parts: str) -> str:
    """Return the SHA-1 of the sorted parts: token, timestamp, nonce and the sealed text."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def is_signed(signature: str, *parts: str) -> bool:
    """Compare a signature without telling by the time it takes where it differs."""
    return hmac.compare_digest(sign(*parts).encode(), signature.encode())


@dataclass(frozen=True, slots=True)
class MessageKey:
    """One key of an account: `key` are the 32 bytes of EncodingAESKey, its IV is their beginning.

    The plain text is 16 random bytes, the length of the message in 4, the message, the AppID.
    """

    token: str = field(repr=False)
    key: bytes = field(repr=False)
    app_id: str

    def open(self, sealed: str) -> bytes:
        """Return the message; raises UnreadableMessage."""
        plain = _unpadded(self._decrypted(sealed))
        if len(plain) < _HEAD:
            raise UnreadableMessage
        end = _HEAD + int.from_bytes(plain[_PREFIX:_HEAD])
        if not hmac.compare_digest(plain[end:], self.app_id.encode()):
            raise UnreadableMessage
        return plain[_HEAD:end]

    def seal(self, message: bytes, prefix: bytes | None = None) -> str:
        """Seal an answer; `prefix` are the 16 random bytes before it."""
        plain = (prefix or os.urandom(_PREFIX)) + len(message).to_bytes(4) + message
        encryptor = self._cipher().encryptor()
        padded = _padded(plain + self.app_id.encode())
        return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()

    def sign(self, timestamp: str, nonce: str, sealed: str) -> str:
        """Return the signature of a sealed text."""
        return sign(self.token, timestamp, nonce, sealed)

    def _decrypted(self, sealed: str) -> bytes:
        try:
            raw = base64.b64decode(sealed, validate=True)
        except (binascii.Error, ValueError):
            raise UnreadableMessage from None
        if not raw or len(raw) % _AES_BLOCK:
            raise UnreadableMessage
        decryptor = self._cipher().decryptor()
        return decryptor.update(raw) + decryptor.finalize()

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self.key), modes.CBC(self.key[:_AES_BLOCK]))


def _padded(plain: bytes) -> bytes:
    count = _BLOCK - len(plain) % _BLOCK
    return plain + bytes([count]) * count


def _unpadded(padded: bytes) -> bytes:
    count = padded[-1]
    if not 1 <= count <= _BLOCK or padded[-count:] != bytes([count]) * count:
        raise UnreadableMessage
    return padded[:-count]
