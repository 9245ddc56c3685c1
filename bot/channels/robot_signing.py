"""How posts to group robots are signed; pure."""

from __future__ import annotations

import base64
import hashlib
import hmac


def dingtalk_sign(milliseconds: int, secret: str) -> str:
    """Sign for DingTalk: stands in the address, encoded once; good for an hour."""
    said = f"{milliseconds}\n{secret}".encode()
    return _base64(hmac.digest(secret.encode(), said, hashlib.sha256))


def feishu_sign(seconds: int, secret: str) -> str:
    """Sign for Feishu: stands in the body; here the text is the key and nothing is signed."""
    key = f"{seconds}\n{secret}".encode()
    return _base64(hmac.digest(key, b"", hashlib.sha256))


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
