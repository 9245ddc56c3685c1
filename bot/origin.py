"""The Origin header, which anybody can write as they like."""

from __future__ import annotations

from urllib.parse import urlsplit


def host_of(origin: str) -> str:
    """Return the host and port of an origin on the web; empty for what is none."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return ""
    return parts.netloc if parts.scheme in ("http", "https") else ""
