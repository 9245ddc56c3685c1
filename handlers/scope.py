"""Who may see and open what: one place, denied unless allowed (T15, R216, R249)."""

from __future__ import annotations

from typing import Any, Final, TypeVar

from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from models.alert import Alert, AlertLevel
from models.booking import Appointment
from models.care import Encounter, FollowUpTask
from models.hospital import StaffMember, StaffRole
from models.row import Row
from models.ward_week import QuestionTicket

RowT = TypeVar("RowT", bound=Row)

# these answer for the whole house, unless their departments are named
WIDE: Final = frozenset(
    {
        StaffRole.DIRECTOR,
        StaffRole.DUTY_DOCTOR,
        StaffRole.MEDICAL_AFFAIRS,
        StaffRole.MARKET_CENTRE,
        StaffRole.COMPLAINT_OFFICE,
        StaffRole.ADMIN,
    }
)
WARD: Final = frozenset(
    {
        StaffRole.NURSE,
        StaffRole.DOCTOR,
        StaffRole.HEAD_NURSE,
        StaffRole.DIRECTOR,
        StaffRole.DUTY_DOCTOR,
        StaffRole.MEDICAL_AFFAIRS,
    }
)
# these look after accounts, channels and the lists that come
ADMINISTRATORS: Final = (StaffRole.ADMIN, StaffRole.IT)
# these keep the whole book of appointments, and read nothing of an illness
OFFICES: Final = frozenset(
    {
        StaffRole.OUTPATIENT_OFFICE,
        StaffRole.REGISTRATION,
        StaffRole.GUIDE_DESK,
        StaffRole.CONSULT_ROOM,
    }
)
# these answer for facts or for a kind of complaint, and read nothing of an illness
HOUSE_OFFICES: Final = frozenset(
    {
        StaffRole.NURSING_OFFICE,
        StaffRole.SUPERVISION_OFFICE,
        StaffRole.LOGISTICS,
        StaffRole.FINANCE,
    }
)
BOOK_KEEPERS: Final = OFFICES | {StaffRole.ADMIN}
# who names substitutes, waives breaches and sets the rules of a clinic (R098, R104)
BOOK_DIRECTORS: Final = frozenset({StaffRole.OUTPATIENT_OFFICE, StaffRole.ADMIN})
DOCTORS: Final = frozenset({StaffRole.DOCTOR, StaffRole.DIRECTOR, StaffRole.DUTY_DOCTOR})
_NO_RECORDS: Final = OFFICES | HOUSE_OFFICES | {StaffRole.IT}
CLINICAL_LEVELS: Final = (AlertLevel.L1, AlertLevel.L2)
_CLINICAL: Final = (*CLINICAL_LEVELS, AlertLevel.L3, AlertLevel.Q)
_COMPLAINTS: Final = (AlertLevel.T, AlertLevel.DISP)
_LEVELS: Final = {
    **dict.fromkeys(WARD, (*_CLINICAL, AlertLevel.DISP)),
    StaffRole.MEDICAL_AFFAIRS: tuple(AlertLevel),
    StaffRole.ADMIN: tuple(AlertLevel),
    StaffRole.COMPLAINT_OFFICE: _COMPLAINTS,
}


def visible_alerts(staff: StaffMember) -> QuerySet[Alert]:
    """Select the alerts a member of staff may know of; test alarms are for everybody."""
    levels = _LEVELS.get(StaffRole(staff.role), ())
    place = _place(staff, "department__code__in")
    return Alert.filter(Q(drill=True) | (Q(level__in=list(levels)) & place))


def sees_alert(staff: StaffMember, alert: Alert) -> bool:
    """Tell the same of one alert that was loaded with its department, without a statement."""
    levels = _LEVELS.get(StaffRole(staff.role), ())
    if not staff.departments:
        here = staff.role in WIDE
    else:
        here = alert.department is not None and alert.department.code in staff.departments
    return alert.drill or (alert.level in levels and here)


def visible_tasks(staff: StaffMember) -> QuerySet[FollowUpTask]:
    """Select the rounds a member of staff may call about; the market centre sees its own."""
    place = _place(staff, "encounter__department__code__in")
    if staff.role == StaffRole.MARKET_CENTRE:
        return FollowUpTask.filter(place, owner_role=StaffRole.MARKET_CENTRE.value)
    return _among(FollowUpTask.filter(place), allowed=may_open(staff))


def visible_stays(staff: StaffMember) -> QuerySet[Encounter]:
    """Select the stays whose record a member of staff may read."""
    return _among(Encounter.filter(_place(staff, "department__code__in")), allowed=may_open(staff))


def visible_questions(staff: StaffMember) -> QuerySet[QuestionTicket]:
    """Select the questions of patients a member of staff may read."""
    place = _place(staff, "department__code__in")
    return _among(QuestionTicket.filter(place), allowed=may_open(staff))


def may_open(staff: StaffMember) -> bool:
    """Tell whether somebody takes part in the care, and so may read what patients write."""
    return staff.role in WARD or (staff.licensed and staff.role not in _NO_RECORDS)


def visible_appointments(staff: StaffMember) -> QuerySet[Appointment]:
    """Select the visits somebody may know of: all for the book's keepers, else one's own patients.

    A ward's own patients are those of its stays; a doctor's also those who come to the doctor's
    own sessions, known by staff number, or by name within the doctor's departments.
    """
    if keeps_book(staff):
        return Appointment.all()
    return _among(Appointment.filter(_own_visits(staff)), allowed=staff.role in WARD)


def sees_book(staff: StaffMember) -> bool:
    """Tell whether somebody has anything to see in the book."""
    return keeps_book(staff) or staff.role in WARD


def keeps_book(staff: StaffMember) -> bool:
    """Tell whether somebody books, moves and cancels for patients and notes who came."""
    return staff.role in BOOK_KEEPERS


def marks_visits(staff: StaffMember) -> bool:
    """Tell whether somebody notes who came: the desks, and doctors of whom they know (R090)."""
    return keeps_book(staff) or staff.role in DOCTORS


def directs_book(staff: StaffMember) -> bool:
    """Tell whether somebody may stop a session, waive a breach, set a clinic's rules."""
    return staff.role in BOOK_DIRECTORS


def consults(staff: StaffMember) -> bool:
    """Tell whether somebody takes the consult room's tasks, with what patients ask there."""
    return staff.role in {*BOOK_DIRECTORS, StaffRole.CONSULT_ROOM}


def registers(staff: StaffMember) -> bool:
    """Tell whether somebody answers requests to the hospital's own booking system."""
    return staff.role in {*BOOK_DIRECTORS, StaffRole.REGISTRATION}


def recalls(staff: StaffMember) -> bool:
    """Tell whether somebody may fill in a 回访单 (R090)."""
    return staff.role in WARD


def may_open_alert(staff: StaffMember, alert: Alert) -> bool:
    """Tell whether a visible alert may be opened; a complaint belongs to its office (T07)."""
    own = staff.role == StaffRole.COMPLAINT_OFFICE and alert.level in _COMPLAINTS
    return own or may_open(staff)


def may_close(staff: StaffMember, alert: Alert) -> bool:
    """Tell whether somebody may close an alert; L1 and L2 want a licence (R256)."""
    licensed = staff.licensed or alert.level not in CLINICAL_LEVELS
    return licensed and may_open_alert(staff, alert)


def administers(staff: StaffMember) -> bool:
    """Tell whether somebody may manage accounts and call a test alarm."""
    return staff.role in ADMINISTRATORS


def may_invite(by: StaffMember, staff: StaffMember) -> bool:
    """Tell whether somebody may give out the code that sets the password of an account.

    Who holds the code can act as the account: its rights are at most one's own, and only an
    administrator takes an account in use away from its password.
    """
    if by.role == StaffRole.ADMIN:
        return True
    alike = staff.role == StaffRole.IT and not staff.licensed
    return by.role == StaffRole.IT and alike and staff.password_hash is None


def _own_visits(staff: StaffMember) -> Q:
    stays = Subquery(visible_stays(staff).values("patient_id"))
    named = Q(doctor=staff.name, clinic__department__code__in=list(staff.departments))
    return Q(patient_id__in=stays) | Q(session__doctor_code=staff.username) | named


def _place(staff: StaffMember, path: str) -> Q:
    if staff.departments:
        named: dict[str, Any] = {path: list(staff.departments)}
        return Q(**named)
    return Q() if staff.role in WIDE else _NOTHING


_NOTHING: Final = Q(id__in=[])


def _among(rows: QuerySet[RowT], *, allowed: bool) -> QuerySet[RowT]:
    return rows if allowed else rows.filter(_NOTHING)
