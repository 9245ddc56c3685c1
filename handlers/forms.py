"""Which questionnaires a contact asks of one patient, and which of them nobody has signed."""

from __future__ import annotations

from dialogs.plans.criteria import StayFacts
from dialogs.plans.template import Contact
from handlers.desk import Desk
from models.people import Patient


def forms_for(desk: Desk, contact: Contact, stay: StayFacts, patient: Patient) -> tuple[str, ...]:
    """Return the forms of a contact; empty where a person calls instead (the elderly's third).

    Where the illness is kept from the patient, nothing is asked that would name it (R043).
    """
    forms = contact.forms_for(stay)
    if not patient.protective_disclosure:
        return forms
    return tuple(form for form in forms if not desk.catalog.forms[form].names_illness)


def unsigned(desk: Desk, forms: tuple[str, ...]) -> tuple[str, ...]:
    """Return the forms nobody has signed; only the demo asks them."""
    if desk.unapproved_forms:
        return ()
    return tuple(form for form in forms if not desk.signed(form))
