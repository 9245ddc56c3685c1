"""Writing a case back: a new version, and the timers that belong to it."""

from __future__ import annotations

from datetime import datetime

from handlers.casework.clocks import renew_timers
from handlers.desk import Desk
from models.complaint import Complaint


async def keep(case: Complaint, desk: Desk, now: datetime) -> None:
    """Save a locked case whose clocks have changed; timers of older versions are called off."""
    case.version += 1
    await case.save()
    await renew_timers(case, desk, now)
