"""What the staff group is told of a complaint: number, ward, tags, clock and link (T07)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from dialogs.catalog import load_tables
from handlers.casework.access import is_accused, office
from handlers.desk import Desk
from handlers.duty import liaisons_of
from handlers.room.posts import DUE_AT, LIAISONS, Post, post
from handlers.staff_words import staff_words
from models.complaint import Complaint, ComplaintEntry, FactRequest
from models.hospital import Department, StaffMember, StaffRole
from models.room import PostKind

_FACTS_PAGE: Final = "/staff/facts"
_HEADS: Final = (StaffRole.DIRECTOR.value, StaffRole.HEAD_NURSE.value)


async def post_filed(complaint: Complaint, desk: Desk, now: datetime) -> None:
    """Tell the offices that answer for it of a new complaint; never the department concerned."""
    once = f"complaint:{complaint.id}:filed"
    words = staff_words(desk.language)
    values = {
        "tags": words.room["comma"].join(words.complaint_tags[tag] for tag in complaint.tags),
        "lv": complaint.grade,
        **await _liaisons(complaint),
        DUE_AT: complaint.contact_due_at.isoformat(),
        "link": link(complaint, desk),
    }
    await _post(complaint, PostKind.COMPLAINT, "S-CMP", once, now, **values)


async def post_claimed(
    complaint: Complaint, entry: ComplaintEntry, staff: StaffMember, now: datetime
) -> None:
    """Tell who has taken it."""
    once = f"complaint-entry:{entry.id}"
    await _post(complaint, PostKind.CLAIMED, "S-CMP-CLAIMED", once, now, name=staff.name)


async def post_returned(
    complaint: Complaint, entry: ComplaintEntry, staff: StaffMember | None, now: datetime
) -> None:
    """Tell that it is free again: given back by somebody, or by itself for being silent."""
    message, name = ("S-CMP-BACK", staff.name) if staff else ("S-CMP-SILENT", "")
    await _post_waiting(complaint, entry, message, now, name=name)


async def post_moved(complaint: Complaint, entry: ComplaintEntry, now: datetime) -> None:
    """Tell which office answers for it now."""
    role = staff_words().roles[complaint.owner_role]
    await _post_waiting(complaint, entry, "S-CMP-MOVED", now, role=role)


async def post_reopened(complaint: Complaint, entry: ComplaintEntry, now: datetime) -> None:
    """Tell that it is open again."""
    await _post_waiting(complaint, entry, "S-CMP-AGAIN", now)


async def post_urged(complaint: Complaint, desk: Desk, now: datetime) -> None:
    """Tell that the complainant presses for what was promised; once an hour is enough."""
    due = complaint.result_due_at if complaint.contacted_at else complaint.contact_due_at
    once = f"complaint:{complaint.id}:urged:{now:%Y%m%d%H}"
    values = {DUE_AT: due.isoformat(), "link": link(complaint, desk)}
    await _post(complaint, PostKind.WARNING, "S-CMP-URGED", once, now, **values)


async def post_closed(complaint: Complaint, entry: ComplaintEntry, now: datetime) -> None:
    """Tell that it has ended."""
    once = f"complaint-entry:{entry.id}"
    await _post(complaint, PostKind.CLOSED, "S-CMP-CLOSED", once, now)


async def post_warning(
    complaint: Complaint, clock: str, at: datetime, desk: Desk, now: datetime
) -> bool:
    """Warn that a clock is about to run out; False when that was said before."""
    values = _of_clock(complaint, clock, at, desk)
    once = f"complaint:{complaint.id}:warn:{clock}:{at.isoformat()}"
    return await _post(complaint, PostKind.WARNING, "S-CMP-WARN", once, now, **values)


async def post_quiet(complaint: Complaint, at: datetime, desk: Desk, now: datetime) -> bool:
    """Say that the patient has not answered the result; False when that was said before."""
    once = f"complaint:{complaint.id}:quiet:{at.isoformat()}"
    address = link(complaint, desk)
    return await _post(complaint, PostKind.WARNING, "S-CMP-QUIET", once, now, link=address)


async def post_late(
    complaint: Complaint, clock: str, at: datetime, roles: Iterable[str], desk: Desk, now: datetime
) -> bool:
    """Tell that a clock has run out, and to whom it has climbed; False when said before."""
    wanted = list(roles)
    values = _of_clock(complaint, clock, at, desk)
    values["role"] = staff_words(desk.language).role_names(wanted)
    once = f"complaint:{complaint.id}:late:{clock}:{at.isoformat()}"
    return await _post(
        complaint, PostKind.ESCALATION, "S-CMP-LATE", once, now, roles=wanted, **values
    )


async def post_facts_wanted(request: FactRequest, complaint: Complaint, now: datetime) -> None:
    """Ask a department's heads, or an office, for the facts; the post says nothing of the case."""
    department = await Department.get_or_none(id=request.department_id)
    words = staff_words()
    values = {
        "tick": complaint.number,
        "asked": department.name if department else words.roles[request.asked],
        DUE_AT: request.due_at.isoformat(),
        "link": _FACTS_PAGE,
    }
    said = Post(
        PostKind.COMPLAINT,
        "S-CMP-FACTS",
        values,
        f"facts:{request.id}:{request.asked_at.isoformat()}",
        department_id=request.department_id,
        roles=_HEADS if department else (request.asked,),
        complaint_id=complaint.id,
    )
    await post(said, now)


def link(complaint: Complaint, desk: Desk | None = None) -> str:
    """Return the address of the case's page; only who may open it is let in."""
    start = desk.public_url.rstrip("/") if desk else ""
    return f"{start}/staff/complaints/{complaint.number}"


def _of_clock(complaint: Complaint, clock: str, at: datetime, desk: Desk) -> dict[str, str]:
    what = staff_words(desk.language).complaint_clocks[clock]
    return {"what": what, DUE_AT: at.isoformat(), "link": link(complaint, desk)}


async def _post_waiting(
    complaint: Complaint, entry: ComplaintEntry, message: str, now: datetime, **values: str
) -> None:
    """Tell that somebody has to take it, until the next clock runs out."""
    due = complaint.result_due_at if complaint.contacted_at else complaint.contact_due_at
    known = {DUE_AT: due.isoformat(), "link": link(complaint)}
    once = f"complaint-entry:{entry.id}"
    await _post(complaint, PostKind.COMPLAINT, message, once, now, **{**known, **values})


async def _post(
    complaint: Complaint,
    kind: PostKind,
    message: str,
    occurrence: str,
    now: datetime,
    *,
    roles: Iterable[str] = (),
    **values: str,
) -> bool:
    known = {"tick": complaint.number, "ward": await _ward(complaint)}
    said = Post(
        kind,
        message,
        {**known, **values},
        occurrence,
        roles=_offices(complaint) | set(roles),
        complaint_id=complaint.id,
    )
    return await post(said, now)


def _offices(complaint: Complaint) -> set[str]:
    """The roles that follow a case: its owner's, the complaint office, medical affairs.

    One that the case is about is left out.
    """
    both = (StaffRole.COMPLAINT_OFFICE, StaffRole.MEDICAL_AFFAIRS)
    followed = {role.value for role in both if office(role) not in complaint.accused}
    return followed | {complaint.owner_role.value}


async def _ward(complaint: Complaint) -> str:
    department = await Department.get_or_none(id=complaint.department_id)
    return department.name if department else ""


async def _liaisons(complaint: Complaint) -> dict[str, str]:
    """Name the doctors its department has named, whom the office may ask; not who is accused."""
    if complaint.department_id is None:
        return {}
    doctors = await liaisons_of(complaint.department_id)
    names = [doctor.name for doctor in doctors if not is_accused(doctor, complaint)]
    template: str = load_tables("staff")["S-CMP-LIAISON"]["text"]
    comma = staff_words().room["comma"]
    return {LIAISONS: template.format(names=comma.join(names))} if names else {}
