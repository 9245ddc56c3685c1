"""Calling an API of Aliyun (version 3 signature): one action, its answer or its refusal."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from yarl import URL

from bot.channel import Unparseable
from bot.channels.http_call import Caller
from bot.channels.sms_codes import ALIYUN, meaning
from bot.channels.sms_signing import Key, Signable, acs3, digest, encoded

OK: Final = "OK"


@dataclass(frozen=True, slots=True)
class AliyunApi:
    """One of Aliyun's services at its endpoint."""

    url: str
    version: str
    key: Key
    caller: Caller
    clock: Callable[[], datetime]

    async def act(self, action: str, query: Mapping[str, str]) -> dict[str, Any]:
        """Return the answer whose Code is OK; raises SendError for every other."""
        url = URL(f"{self.url.rstrip('/')}/?{encoded(query)}", encoded=True)
        headers = self._headers(action, url)
        signed = acs3(Signable(headers, query), self.key)
        answer = await self.caller.call("POST", url, headers={**headers, "Authorization": signed})
        read = answer.json()
        code = read.get("Code")
        if code == OK:
            return read
        if not isinstance(code, str) or not code:
            raise answer.fault or Unparseable(f"{answer.status} no code")
        raise meaning(code, str(read.get("Message", "")), ALIYUN)

    def _headers(self, action: str, url: URL) -> dict[str, str]:
        return {
            "host": _host(url),
            "x-acs-action": action,
            "x-acs-content-sha256": digest(b""),
            "x-acs-date": f"{self.clock().astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "x-acs-signature-nonce": secrets.token_hex(16),
            "x-acs-version": self.version,
        }


def _host(url: URL) -> str:
    """Write the host as it stands in the request: a port only where it is not the usual one."""
    host = url.raw_host or ""
    return host if url.is_default_port() else f"{host}:{url.port}"
