"""What a message is tagged with: dissatisfaction, its kinds and weight, urgency, praise, names."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Category(StrEnum):
    """What a complaint is about, after HCAT (Gillespie & Reader), split by Chinese offices."""

    ATTITUDE = "attitude"
    COMMUNICATION = "communication"
    PRIVACY = "privacy"
    QUALITY = "quality"
    SAFETY = "safety"
    MEDICATION = "medication"
    ETHICS = "ethics"
    WAITING = "waiting"
    PROCESS = "process"
    APPOINTMENT = "appointment"
    BILLING = "billing"
    ENVIRONMENT = "environment"
    OTHER = "other"  # dissatisfied, and nobody can tell with what; never beside another


class Severity(StrEnum):
    """How much it weighs: NONE exactly where there is no complaint."""

    NONE = "none"
    LOW = "low"  # inconvenience, suggestion
    MEDIUM = "medium"  # care, time, money or dignity clearly affected
    HIGH = "high"  # harm or risk of it, gross disrespect, privacy breach, legal threat


WEIGHTS: Final = tuple(Severity)  # from lightest to heaviest


class UrgentType(StrEnum):
    """Why somebody must look within minutes."""

    CLINICAL = "clinical"
    SELF_HARM = "self_harm"
    VIOLENCE = "violence"


# what the weights hear by themselves, knowing nothing of what the rules found
HEARD: Final = {
    UrgentType.CLINICAL: "heard_clinical",
    UrgentType.SELF_HARM: "heard_self_harm",
    UrgentType.VIOLENCE: "heard_violence",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words that caused a tag, in the writer's own spelling.

    `tag` is a category, `severity`, `complaint`, an urgent type, `dispute_risk`, `praise`,
    `department` or `staff`; `source` is `rule`, `model` or `own` (the hospital's lexicon).
    """

    tag: str
    words: str
    source: str = "rule"


@dataclass(frozen=True, slots=True)
class Tags:
    """Everything a message is tagged with.

    `praised` are the names of staff who are praised, as written; `department` and `staff_role`
    are the writer's words, empty where none is named.
    """

    is_complaint: bool = False
    categories: tuple[Category, ...] = ()
    severity: Severity = Severity.NONE
    urgent: bool = False
    urgent_type: tuple[UrgentType, ...] = ()
    dispute_risk: bool = False
    praise: bool = False
    praised: tuple[str, ...] = ()
    department: str = ""
    staff_role: str = ""
    evidence: tuple[Evidence, ...] = ()

    def words_for(self, tag: str) -> tuple[str, ...]:
        """Return the words that caused one tag, the weightiest first."""
        return tuple(piece.words for piece in self.evidence if piece.tag == tag)
