"""How the SMS clouds sign: Aliyun's ACS3, Tencent's TC3, Twilio's X-Twilio-Signature; pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import quote

_ACS3: Final = "ACS3-HMAC-SHA256"
_TC3: Final = "TC3-HMAC-SHA256"
_UNRESERVED: Final = "-_.~"


@dataclass(frozen=True, slots=True)
class Key:
    """The two halves of an access key."""

    key_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Signable:
    """A POST as it goes out; `headers` are exactly those to be signed, in lower case."""

    headers: Mapping[str, str]
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def names(self) -> str:
        """The names of the signed headers."""
        return ";".join(sorted(self.headers))

    def canonical(self, *, lower: bool = False) -> str:
        """Return the canonical request both clouds agree on; TC3 wants the values in lower case."""
        lines = (f"{name}:{_value(self.headers[name], lower)}" for name in sorted(self.headers))
        headers = "".join(f"{line}\n" for line in lines)
        return "\n".join(["POST", "/", encoded(self.query), headers, self.names, digest(self.body)])


def digest(data: bytes) -> str:
    """Return the SHA-256 of some bytes in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def encoded(query: Mapping[str, str]) -> str:
    """Write a query sorted and escaped by RFC 3986, as it is signed and must be sent."""
    pairs = sorted(query.items())
    return "&".join(f"{_escaped(name)}={_escaped(value)}" for name, value in pairs)


def acs3(request: Signable, key: Key) -> str:
    """Return Aliyun's Authorization header (signature version 3)."""
    signed = _hmac(key.secret.encode(), f"{_ACS3}\n{digest(request.canonical().encode())}").hex()
    return f"{_ACS3} Credential={key.key_id},SignedHeaders={request.names},Signature={signed}"


def tc3(request: Signable, key: Key, service: str, at: datetime) -> str:
    """Return Tencent's Authorization header; `at` is the instant of X-TC-Timestamp (UTC)."""
    day = f"{at:%Y-%m-%d}"
    scope = f"{day}/{service}/tc3_request"
    hashed = digest(request.canonical(lower=True).encode())
    secret = f"TC3{key.secret}".encode()
    for part in (day, service, "tc3_request"):
        secret = _hmac(secret, part)
    signed = _hmac(secret, f"{_TC3}\n{int(at.timestamp())}\n{scope}\n{hashed}").hex()
    credential = f"{_TC3} Credential={key.key_id}/{scope}"
    return f"{credential}, SignedHeaders={request.names}, Signature={signed}"


def twilio_signature(url: str, form: Iterable[tuple[str, str]], token: str) -> str:
    """Return X-Twilio-Signature of a form posted to the public URL, query and all.

    A name that comes several times is signed with each of its different values, sorted.
    """
    signed = url + "".join(name + value for name, value in sorted(set(form)))
    mac = hmac.new(token.encode(), signed.encode(), hashlib.sha1)
    return base64.b64encode(mac.digest()).decode()


def _value(value: str, lower: bool) -> str:  # noqa: FBT001 - the one switch between the two clouds
    return value.strip().lower() if lower else value.strip()


def _escaped(text: str) -> str:
    return quote(text, safe=_UNRESERVED)


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
