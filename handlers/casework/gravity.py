"""How grave a complaint is: more of it joins the tags, severity and grade only rise."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from dialogs.complaints.owners import OTHER, Route, route
from dialogs.tagging.tags import Severity, Tags
from models.complaint import Complaint

_OTHER_TAG: Final = "T19"
_RANKS: Final = tuple(Severity)


def route_of(tags: Tags, words: str) -> Route:
    """Find where the words of a patient lead."""
    return route(tags.categories, words, dispute=tags.dispute_risk)


def weigh(complaint: Complaint, tags: Tags, found: Route) -> None:
    """Put the tags of a message on a new complaint."""
    complaint.categories = [str(category) for category in tags.categories] or [OTHER]
    complaint.tags = list(found.tags)
    complaint.severity = str(tags.severity)
    complaint.grade = found.grade(tags.severity, filed=True)
    complaint.urgent = tags.urgent or tags.dispute_risk
    complaint.dispute = tags.dispute_risk
    complaint.joint = found.joint


def add_weight(complaint: Complaint, tags: Tags, words: Iterable[str]) -> bool:
    """Add what a later message is about; True when now several departments have to answer.

    `words` are all the patient has said. A second theme is a second tag; the clocks stand.
    """
    named = [str(category) for category in tags.categories if category != OTHER]
    if not named and not tags.dispute_risk:
        complaint.urgent = complaint.urgent or tags.urgent
        return False
    complaint.dispute = complaint.dispute or tags.dispute_risk
    complaint.urgent = complaint.urgent or tags.urgent or tags.dispute_risk
    complaint.categories = _joined(complaint.categories, named, OTHER)
    complaint.severity = max(complaint.severity, str(tags.severity), key=_rank)
    whole = route(_subjects(complaint), " ".join(words), dispute=complaint.dispute)
    complaint.tags = _joined(complaint.tags, whole.tags, _OTHER_TAG)
    complaint.grade = min(complaint.grade, whole.grade(complaint.severity, filed=True))
    return whole.joint and not complaint.joint


def _subjects(complaint: Complaint) -> list[str]:
    return [category for category in complaint.categories if category != OTHER]


def _joined(known: Iterable[str], more: Iterable[str], vague: str) -> list[str]:
    """Join in order, once each; the vague one gives way to any other."""
    both = list(dict.fromkeys([*known, *more]))
    return [one for one in both if one != vague] or both


def _rank(severity: str) -> int:
    return _RANKS.index(Severity(severity or Severity.NONE))
