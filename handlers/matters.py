"""What a message is about: the dialog with its patient, stay, round and the address it came by."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from dialogs.appointments.facts import Facts
from dialogs.case import Case
from dialogs.state import Stage, State, from_json
from dialogs.tagging.tags import UrgentType
from dialogs.timing.spans import local
from dialogs.timing.staffed import staffed
from handlers.desk import Desk
from models.alert import Alert, AlertLevel
from models.care import Encounter, FollowUpTask, TaskKind
from models.conversation import Conversation, Dialog, DialogStatus
from models.people import Consent, ConsentPurpose, ContactPoint, Patient, ResponderRole, System
from models.people import RespondentRole as RoleRow

CHILD = 14
_RECENT = timedelta(days=14)


@dataclass(slots=True)
class Matter:
    """Everything a step needs, loaded once; `dialog` is None for words outside any dialog."""

    desk: Desk
    conversation: Conversation
    contact_point: ContactPoint
    now: datetime
    dialog: Dialog | None = None
    patient: Patient | None = None
    encounter: Encounter | None = None
    task: FollowUpTask | None = None
    case: Case = field(default_factory=Case)
    state: State = field(default_factory=lambda: State((), stage=Stage.CLOSED))
    # what the tagger heard of danger in the message it is about
    urgent: tuple[UrgentType, ...] = ()
    # what the booking desk knows, once it was looked up to tell whether the words are for it
    at_desk: Facts | None = None

    @property
    def dialog_id(self) -> UUID | None:
        """Id of the dialog, if there is one."""
        return self.dialog.id if self.dialog else None

    @property
    def patient_id(self) -> UUID | None:
        """Id of the patient, if one is known."""
        return self.patient.id if self.patient else None


async def matter_of(
    desk: Desk,
    conversation: Conversation,
    contact_point: ContactPoint,
    dialog: Dialog | None,
    now: datetime,
) -> Matter:
    """Load what a step needs to know."""
    matter = Matter(desk, conversation, contact_point, now, dialog)
    if dialog is None:
        roles = await RoleRow.filter(respondent_id=conversation.respondent_id, active=True)
        ids = [role.patient_id for role in roles]
        matter.patient = await Patient.get(id=ids[0]) if len(ids) == 1 else None
        matter.encounter = await _latest_stay(ids)
        tags = _tags(matter, matter.patient) if matter.patient else frozenset()
        matter.case = Case(
            channel=contact_point.system.channel, tags=tags, last_turn=conversation.turn
        )
        return matter
    matter.patient = await Patient.get(id=dialog.patient_id)
    matter.encounter = await Encounter.get_or_none(id=dialog.encounter_id)
    matter.task = await FollowUpTask.get_or_none(id=dialog.task_id)
    matter.case = await _case(matter, matter.patient)
    matter.state = _standing(dialog)
    return matter


async def matter_about(
    desk: Desk,
    conversation: Conversation,
    contact_point: ContactPoint,
    patient: Patient,
    now: datetime,
) -> Matter:
    """Load what a step about a patient needs who has had no questions here yet."""
    matter = Matter(desk, conversation, contact_point, now, patient=patient)
    matter.encounter = await _latest_stay([patient.id])
    matter.case = await _case(matter, patient)
    return matter


def _standing(dialog: Dialog) -> State:
    """Read the state; a dialog that was ended from outside has ended, whatever it was asking."""
    state = from_json(dialog.state)
    if dialog.status is not DialogStatus.CLOSED or state.closed:
        return state
    return state.but(stage=Stage.CLOSED, outcome=dialog.outcome)


async def _latest_stay(patient_ids: list[UUID]) -> Encounter | None:
    """Words outside any dialog belong to the ward that sent the patient home last."""
    stays = Encounter.filter(patient_id__in=patient_ids)
    open_stays = stays.filter(withdrawn_at__isnull=True)
    return await open_stays.order_by("-discharged_on", "-created_at").first()


async def _case(matter: Matter, patient: Patient) -> Case:
    roles = await RoleRow.filter(respondent_id=matter.conversation.respondent_id)
    role = next((role for role in roles if role.patient_id == patient.id), None)
    today = local(matter.now).date()
    contact = role is not None and role.role is not ResponderRole.SELF
    age = age_on(patient, today.toordinal())
    return replace(
        _of_patient(matter, patient),
        bound=_is_bound(matter.contact_point),
        consented=_asks_of_a_visit(matter) or await has_consent(patient),
        contact=contact,
        # on the patient's own phone a relative is nobody on the list, whatever the phone may do
        authorised=contact and role is not None and role.authorised,
        age=age,
        overdue=_is_overdue(matter),
        core_only=_asks_core_only(matter),
        recent_alert=await _recent_alert(patient, matter.now),
        previous_concerns=await _concerns(matter),
        several=sum(role.active for role in roles) > 1,
        asked_before=await _asked_before(matter),
    )


def _is_overdue(matter: Matter) -> bool:
    dialog = matter.dialog
    deadline = dialog.deadline_at if dialog is not None else None
    return deadline is not None and deadline <= matter.now


def _asks_core_only(matter: Matter) -> bool:
    """A report of every day is three questions (R021)."""
    return matter.task is not None and matter.task.kind is TaskKind.DAILY_REPORT


async def _asked_before(matter: Matter) -> bool:
    """Tell whether this conversation had a contact of the same plan before today's report."""
    task = matter.task
    if task is None or task.kind is not TaskKind.DAILY_REPORT:
        return False
    earlier = Dialog.filter(
        conversation_id=matter.conversation.id,
        task__plan_id=task.plan_id,
        task__due_at__lt=task.due_at,
        task__attempted_at__isnull=False,
    )
    return await earlier.exists()


def _is_bound(point: ContactPoint) -> bool:
    """Who reads a telephone number is asked each time: it may be somebody else's by now (T05)."""
    return point.verified_at is not None and point.system is not System.PHONE


def _asks_of_a_visit(matter: Matter) -> bool:
    """Why a visit was missed is asked on the ground reminders stand on, not following up."""
    return matter.dialog is not None and matter.dialog.appointment_id is not None


def _of_patient(matter: Matter, patient: Patient) -> Case:
    desk, now = matter.desk, matter.now
    return Case(
        channel=matter.contact_point.system.channel,
        birth_year=patient.birth_date.year if patient.birth_date else None,
        elderly=desk.hours.is_elderly(patient.birth_date, local(now).date()),
        staffed=staffed(now, desk.calendar, desk.staffed_hours),
        tags=_tags(matter, patient),
        last_turn=matter.conversation.turn,
    )


def _tags(matter: Matter, patient: Patient) -> frozenset[str]:
    age = age_on(patient, local(matter.now).date().toordinal())
    child = {"child"} if age is not None and age < CHILD else set[str]()
    return tags_of(patient, matter.encounter) | child


def tags_of(patient: Patient, encounter: Encounter | None) -> frozenset[str]:
    """Return the patient's tags with those that follow from the stay."""
    operated = {"surgery"} if encounter is not None and encounter.operation else set[str]()
    return frozenset(patient.tags) | operated


def age_on(patient: Patient, day: int) -> int | None:
    """Return the age in whole years on a day (ordinal)."""
    born = patient.birth_date
    if born is None:
        return None
    return int((day - born.toordinal()) / 365.2425)


async def has_consent(patient: Patient) -> bool:
    """Tell whether following up is covered: the newest row about it grants and stands (PIPL 13)."""
    rows = Consent.filter(patient_id=patient.id, purpose=ConsentPurpose.FOLLOW_UP)
    newest = await rows.order_by("-at").first()
    return newest is not None and newest.granted and newest.withdrawn_at is None


async def _recent_alert(patient: Patient, now: datetime) -> bool:
    grave = (AlertLevel.L1, AlertLevel.L2)
    found = Alert.filter(patient_id=patient.id, level__in=grave, raised_at__gte=now - _RECENT)
    return await found.exists()


async def _concerns(matter: Matter) -> frozenset[str]:
    """Return the items that raised L3 in the round before (RC9)."""
    if matter.task is None:
        return frozenset()
    before = await FollowUpTask.get_or_none(
        plan_id=matter.task.plan_id, round=matter.task.round - 1
    )
    if before is None:
        return frozenset()
    rules = await Alert.filter(task_id=before.id, level=AlertLevel.L3).values_list(
        "rule", flat=True
    )
    return frozenset(str(rule).partition(".")[2] for rule in rules)
