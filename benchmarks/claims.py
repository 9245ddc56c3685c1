"""500 alerts and complaints, two processes of eight staff each: one owner each, on both databases.

    python -m benchmarks.claims
    python -m benchmarks.claims postgres

Everybody tries to take everything. Ends with an error when something has no owner, two, or two
lines of a claim in its history.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from benchmarks.ground import NOW, Ground, postgres, run, sqlite
from benchmarks.race_scene import the_desk
from benchmarks.race_worker import TASKS
from dialogs.levels import Level
from dialogs.tagging.tags import Category, Severity, Tags
from handlers.alerts import RaisedAlert, raise_alert
from handlers.casework.filing import Filing, file_complaint
from models.alert import Alert, AlertEntry, AlertEvent
from models.complaint import Complaint, ComplaintEntry, ComplaintEvent, FiledBy
from models.hospital import StaffMember, StaffRole
from models.unit import unit_of_work

CLAIMS: Final = 500
_TAGS: Final = Tags(is_complaint=True, categories=(Category.ATTITUDE,), severity=Severity.MEDIUM)


@dataclass(frozen=True, slots=True)
class Owned:
    """What stands in the database after the race."""

    owners: int
    claims: Counter[UUID]

    @property
    def doubles(self) -> int:
        """Things claimed more than once."""
        return sum(count > 1 for count in self.claims.values())


async def prepare() -> None:
    """Make sixteen people who may take anything, 250 alerts and 250 complaints."""
    for number in range(2 * TASKS):
        await StaffMember.create(
            username=f"n{number:02}",
            name=f"护士{number}",
            role=StaffRole.MEDICAL_AFFAIRS,
            licensed=True,
            created_at=NOW,
        )
    desk = the_desk()

    async def fill() -> None:
        for number in range(CLAIMS // 2):
            await raise_alert(desk, RaisedAlert(Level.L2, "RC6", f"race:{number}"), NOW)
            filing = Filing(f"race:{number}", FiledBy.STAFF, words="等太久", tags=_TAGS)
            await file_complaint(desk, filing, NOW)

    await unit_of_work(fill)


async def count() -> Owned:
    """Count owners, and the claims in each history."""
    taken = await Alert.filter(claimed_by_id__isnull=False).count()
    owned = await Complaint.filter(owner_id__isnull=False).count()
    alerts = AlertEntry.filter(event=AlertEvent.CLAIMED).values_list("alert_id", flat=True)
    cases = ComplaintEntry.filter(event=ComplaintEvent.CLAIMED)
    ids = [*await alerts, *await cases.values_list("complaint_id", flat=True)]
    return Owned(taken + owned, Counter(UUID(str(each)) for each in ids))


def race(ground: Ground) -> str:
    """Let everybody try, and check what came of it."""
    asyncio.run(ground.within(prepare))
    result = run(ground, [["take", str(first)] for first in (0, TASKS)])
    after = asyncio.run(ground.within(count))
    won = result.outcomes["won"]
    if won != CLAIMS or after.owners != CLAIMS or after.doubles or len(after.claims) != CLAIMS:
        raise SystemExit(f"{ground.name}: {after.owners} owners, {dict(result.outcomes)}")
    tries = len(result.milliseconds)
    faults = sum(result.outcomes.values()) - won - result.outcomes["lost"]
    return (
        f"| {ground.name} | {CLAIMS} | {tries} | {after.owners} | {after.doubles} | {faults} "
        f"| {result.percentile(50):.0f} | {result.percentile(99):.0f} | {result.seconds:.1f} |"
    )


def main() -> None:
    """Race on both databases and print the table."""
    head = ("database", "to take", "tries", "owners", "doubles", "errors", "p50 ms", "p99 ms", "s")
    sys.stdout.write(f"| {' | '.join(head)} |\n|{'---|' * len(head)}\n")
    grounds = {"sqlite": sqlite, "postgres": postgres}
    for name in sys.argv[1:] or grounds:
        with grounds[name]() as fresh:
            sys.stdout.write(race(fresh()) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
