"""What a dialog may know about the stay it asks about; nothing in it names the patient."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """Facts of the stay, read afresh before every step and never stored with the dialog.

    `bound`: this address has proven to be the patient's or the contact's. `authorised`: a family
    member on the list of people who may be told. `staffed`: somebody is on duty now (R106).
    `last_turn`: the last one that anything in this conversation was asked with.
    `previous_concerns`: items that raised L3 in the round before (RC9). `overdue`: the time to
    answer is over. `several`: the address answers for other patients too. `asked_before`: it is
    a report of today, and a contact of the same plan was here on an earlier day.
    """

    channel: str = "web"
    bound: bool = True
    consented: bool = True
    birth_year: int | None = None
    age: int | None = None
    elderly: bool = False
    contact: bool = False
    authorised: bool = False
    staffed: bool = True
    core_only: bool = False
    last_turn: int = 0
    overdue: bool = False
    recent_alert: bool = False
    tags: frozenset[str] = frozenset()
    previous_concerns: frozenset[str] = frozenset()
    several: bool = False
    asked_before: bool = False

    @property
    def rich(self) -> bool:
        """Tell whether the channel shows buttons and pictures."""
        return self.channel != "sms"
