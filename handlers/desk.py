"""The follow-up desk of one hospital: what every use case must know of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import time

from dialogs.catalog import Catalog, load_catalog, load_words
from dialogs.plans.book import PlanBook
from dialogs.plans.reading import shipped_plans
from dialogs.tagging.own_words import NO_WORDS, OwnLexicon
from dialogs.timing.calendar import WorkingCalendar
from dialogs.timing.contact import ContactHours
from dialogs.timing.staffed import StaffedHours
from handlers.form_header import HeaderField, shipped_fields
from handlers.reports.follow_up_rules import FigureRules


@dataclass(slots=True)
class Desk:
    """Made at start from the settings; its calendar is read anew when the hospital edits it.

    `legal_basis` is stored as a consent row where a patient's own consent is not on file (R01 of
    the rules of law); empty means such patients are only phoned. `unapproved_forms`: questions
    nobody has signed may be asked, in the demo alone.
    """

    hospital: str
    switchboard: str = ""
    public_url: str = "http://127.0.0.1:8080"
    legal_basis: str = ""
    plan: str = "three_rounds"
    # our plans with the hospital's own; `plan` is the one of stays no rule claims
    plans: PlanBook = field(default_factory=shipped_plans)
    language: str = "zh"
    # what the hospital decided about its figures of follow-up
    figures: FigureRules = field(default_factory=FigureRules)
    unapproved_forms: bool = False
    approvals: frozenset[str] = frozenset()
    starts_a_day: int = 1
    # how many of each department are asked a week whether anybody was in touch (M13)
    sample_weekly: int = 0
    # the fields at the head of the follow-up form (R003)
    header: tuple[HeaderField, ...] = field(default_factory=shipped_fields)
    # by when today's list of discharges is to be in; None where no folder is watched (R009)
    list_due: time | None = None
    # the channels that run here, by name
    channels: frozenset[str] = frozenset({"web"})
    hours: ContactHours = field(default_factory=ContactHours)
    staffed_hours: StaffedHours = field(default_factory=StaffedHours)
    calendar: WorkingCalendar = field(default_factory=lambda: WorkingCalendar({}))
    # what the hospital added to the words of complaints; its file may change while we run
    own_words: Callable[[], OwnLexicon] = lambda: NO_WORDS

    def signed(self, form_id: str) -> bool:
        """Tell whether a named person has approved this form in its present version (R064).

        The signature stands in the form itself or, as `form@version`, in the hospital's approvals.
        """
        form = self.catalog.forms[form_id]
        return form.approved or f"{form.id}@{form.version}" in self.approvals

    @property
    def words(self) -> dict[str, str]:
        """What the texts say of the desk itself: who is told, when it is staffed."""
        return load_words("desk", self.language)

    @property
    def catalog(self) -> Catalog:
        """The wording in the desk's language."""
        return load_catalog(self.language)
