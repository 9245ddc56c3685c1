"""A clock that goes like any other and can be set forward, never back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class DemoClock:
    """Shows the demo's time; it runs with the real one from wherever it was set."""

    def __init__(self, start: datetime) -> None:
        self._ahead = start - datetime.now(UTC)

    def now(self) -> datetime:
        """Return the demo's instant in UTC."""
        return datetime.now(UTC) + self._ahead

    def forward(self, to: datetime) -> None:
        """Set the clock to a later instant; an earlier one leaves it as it is."""
        self._ahead += max(to - self.now(), timedelta(0))
