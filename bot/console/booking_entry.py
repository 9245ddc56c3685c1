"""What the counter types about a person, read and checked: the document's checksum, the phone."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final

from bot.discharge_entries import SHORT_ID_TYPES
from bot.intake.identity import compact, parse_identity
from bot.intake.names import tidy_name
from bot.intake.phones import PhoneKind, parse_phones
from handlers.booking.newcomers import Newcomer, PersonFault
from models.people import Sex

CARD: Final = "resident_card"
DOCUMENTS: Final = (CARD, "hmt_pass", "passport", "officer_card")
_SHORTEST: Final = 5
_LONGEST: Final = 64
# control and direction marks: they break a sheet, or turn a line of a page round
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def read_person(form: Mapping[str, str]) -> Newcomer | dict[str, PersonFault]:
    """Read a person from a form; otherwise the faults by field, all at once."""
    name = tidy_name(_seen(form.get("name", "")))[:_LONGEST]
    id_type = form.get("id_type", CARD)
    number = compact(form.get("id_no", ""))[:_LONGEST]
    identity = parse_identity(number) if id_type == CARD else None
    phones = parse_phones(form.get("phone", ""))
    phone = next((phone for phone in phones if phone.number), None)
    faults = {
        "name": None if name else PersonFault.NAME,
        "id_no": _id_fault(id_type, number, proved=identity is not None),
        "phone": None if phone else PersonFault.PHONE,
    }
    found = {field: fault for field, fault in faults.items() if fault is not None}
    if found or phone is None:
        return found
    male = identity is not None and identity.is_male
    known = Sex.MALE if male else Sex.FEMALE
    return Newcomer(
        name=name,
        id_type=SHORT_ID_TYPES.get(identity.id_type, identity.id_type) if identity else id_type,
        id_no=identity.number if identity else number,
        birth_date=identity.birth if identity else None,
        sex=known if identity else Sex.UNKNOWN,
        phone=phone.number or "",
        mobile=phone.kind is PhoneKind.MOBILE,
    )


def _seen(text: str) -> str:
    """Leave out what nobody sees and nobody typed."""
    return "".join(one for one in text if unicodedata.category(one) not in _UNSEEN)


def _id_fault(id_type: str, number: str, *, proved: bool) -> PersonFault | None:
    """Only a resident's number carries a checksum; others must at least look like a number."""
    if not number or id_type not in DOCUMENTS:
        return PersonFault.ID
    plausible = len(number) >= _SHORTEST and number.isalnum()
    return None if (proved if id_type == CARD else plausible) else PersonFault.ID_WRONG
