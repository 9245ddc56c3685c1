"""Who answers for a discharged patient, and by which telephone (PIPL 31, R218)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from handlers.discharge_entry import NumberEntry
from handlers.hospital_phones import note_phone, numbers_by_role
from handlers.import_batch import Batch
from handlers.known_records import Known
from handlers.matters import CHILD, age_on
from models.care import Encounter
from models.draft import drafted
from models.people import (
    ContactPoint,
    ContactStatus,
    HospitalPhoneStatus,
    Patient,
    Respondent,
    RespondentRole,
    ResponderRole,
    System,
)

HOSPITAL: Final = "hospital"
# patients who may have one number between them before it is suspect (R001)
MANY: Final = 3
_RELATION_WIDTH: Final = 32
_STATUS: Final = {
    HospitalPhoneStatus.LANDLINE: ContactStatus.LANDLINE,
    HospitalPhoneStatus.SHARED: ContactStatus.SHARED,
}


@dataclass(slots=True)
class Circle:
    """The people around one patient while a row is taken."""

    known: Known
    batch: Batch
    patient: Patient
    now: datetime

    def put(self, stay: Encounter, numbers: Sequence[NumberEntry]) -> None:
        """Take the numbers of a stay; one the hospital said before is left to the staff."""
        grouped = numbers_by_role(capacities(numbers, self.patient, stay))
        for role, ranked in grouped.items():
            is_new, previous = note_phone(self.known, self.batch, stay, role, ranked[0])
            if is_new:
                self._take_over(ranked[0], previous)
            for number in ranked[1:]:
                self._add(number)
            for number in ranked:
                self._authorise(number)

    def add(self, numbers: Sequence[NumberEntry]) -> None:
        """Take the numbers of a list that knows of no stay; no former number is let go of."""
        for number in numbers:
            self._add(number)

    def _take_over(self, number: NumberEntry, previous: str | None) -> None:
        """Take a number the hospital states anew, in place of what it said before."""
        old = self.known.points.get(previous or "")
        point = self._point_of(number) or self._new_point(number, old)
        if point.wrong_at is not None:
            self._right_again(point, number)
        self._answer(point, number)
        if old is not None and old.respondent_id != point.respondent_id:
            self._leave(old)

    def _add(self, number: NumberEntry) -> None:
        """Take a further number, unless it is known to be wrong."""
        if number.number is None:
            return
        point = self._point_of(number) or self._new_point(number, None)
        if point.wrong_at is None:
            self._answer(point, number)

    def _point_of(self, number: NumberEntry) -> ContactPoint | None:
        return self.known.points.get(self._index(number))

    def _new_point(self, number: NumberEntry, old: ContactPoint | None) -> ContactPoint:
        """Put the number in place of one that nobody has answered from, else beside the others."""
        respondent = self._own_respondent(number) or self._new_respondent(number)
        if old is not None and old.respondent_id == respondent.id and old.verified_at is None:
            self.known.points.pop(old.value_index or "", None)
            old.value, old.kind = number.number or "", number.kind
            old.status, old.wrong_at = _status(number), None
            self.known.points[self._index(number)] = old
            self.batch.touch(old)
            return old
        point = drafted(
            ContactPoint,
            respondent_id=respondent.id,
            system=System.PHONE,
            value=number.number,
            kind=number.kind,
            status=_status(number),
        )
        self.known.keep_point(point, self._index(number))
        self.batch.add(point)
        return point

    def _own_respondent(self, number: NumberEntry) -> Respondent | None:
        """Find the person who already answers in this capacity, and for nobody else."""
        for role in self.known.roles.get(self.patient.id, []):
            respondent = self.known.respondents[role.respondent_id]
            is_self = number.role is ResponderRole.SELF
            if not role.active or role.role != number.role or self._shared(respondent):
                continue
            if is_self or number.owner in {"", respondent.name}:
                return respondent
        return None

    def _shared(self, respondent: Respondent) -> bool:
        roles = self.known.answered_for.get(respondent.id, [])
        return any(role.active and role.patient_id != self.patient.id for role in roles)

    def _new_respondent(self, number: NumberEntry) -> Respondent:
        is_self = number.role is ResponderRole.SELF
        name = self.patient.name if is_self else number.owner or None
        respondent = drafted(Respondent, name=name, created_at=self.now)
        self.known.respondents[respondent.id] = respondent
        self.batch.add(respondent)
        return respondent

    def _right_again(self, point: ContactPoint, number: NumberEntry) -> None:
        """Believe the hospital's new value; a number wrong for somebody else changes hands.

        The talk with whoever had it before stays with them.
        """
        answered_for = self.known.answered_for.get(point.respondent_id, [])
        if all(role.patient_id != self.patient.id for role in answered_for):
            owner = self._own_respondent(number) or self._new_respondent(number)
            self.known.points_of[point.respondent_id].remove(point)
            self.known.points_of.setdefault(owner.id, []).append(point)
            point.respondent_id = owner.id
        point.status, point.wrong_at, point.verified_at = _status(number), None, None
        self.batch.touch(point)

    def _answer(self, point: ContactPoint, number: NumberEntry) -> None:
        role = self._role_at(point)
        if role is None:
            role = drafted(
                RespondentRole,
                respondent_id=point.respondent_id,
                patient_id=self.patient.id,
                role=number.role,
                relation=number.relation[:_RELATION_WIDTH],
            )
            self.known.keep_role(role)
            self.batch.add(role)
        else:
            self.batch.touch(role)
        role.active = True
        if role.role != ResponderRole.SELF:
            role.role = number.role
        if number.role is not ResponderRole.RELATIVE:
            role.authorised, role.authorised_by = True, HOSPITAL
        self._suspect(point)

    def _suspect(self, point: ContactPoint) -> None:
        roles = self.known.answered_for[point.respondent_id]
        own = sum(role.active and role.role == ResponderRole.SELF for role in roles)
        if own > MANY and point.status == ContactStatus.OK and point.verified_at is None:
            point.status = ContactStatus.SHARED
            self.batch.touch(point)

    def _authorise(self, number: NumberEntry) -> None:
        """Take or take back the leave to be told; what staff noted is theirs to change."""
        point = self._point_of(number)
        role = self._role_at(point) if point else None
        if role is None or number.authorised is None or role.role != ResponderRole.RELATIVE:
            return
        if role.authorised_by not in {"", HOSPITAL}:
            return
        role.authorised = number.authorised
        role.authorised_by = HOSPITAL if number.authorised else ""
        self.batch.touch(role)

    def _index(self, number: NumberEntry) -> str:
        return self.known.index("phone", number.number or "")

    def _role_at(self, point: ContactPoint) -> RespondentRole | None:
        roles = self.known.roles.get(self.patient.id, [])
        return next((role for role in roles if role.respondent_id == point.respondent_id), None)

    def _leave(self, old: ContactPoint) -> None:
        """Let go of whoever had the former number, unless an address of theirs is proven."""
        role = self._role_at(old)
        points = self.known.points_of.get(old.respondent_id, [])
        if role is not None and all(point.verified_at is None for point in points):
            role.active = False
            self.batch.touch(role)


def capacities(
    numbers: Sequence[NumberEntry], patient: Patient, stay: Encounter
) -> list[NumberEntry]:
    """Let the contact stand in as the guardian of a child under 14 who has none on file."""
    age = age_on(patient, stay.discharged_on.toordinal())
    guarded = any(n.role is ResponderRole.GUARDIAN and n.number for n in numbers)
    if age is None or age >= CHILD or guarded:
        return list(numbers)
    return [
        replace(number, role=ResponderRole.GUARDIAN)
        if number.role is ResponderRole.RELATIVE
        else number
        for number in numbers
    ]


def _status(number: NumberEntry) -> ContactStatus:
    return _STATUS.get(number.status, ContactStatus.OK)
