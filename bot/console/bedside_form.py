"""What the page beside the bed sends, and what it shows: what was kept, or what was typed."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from multidict import MultiMapping

from bot.console.phone_entry import number_of
from handlers.bedside import ASKED, BedsideCard
from handlers.bedside_numbers import Tried
from handlers.bedside_settling import BestTime, Settled
from models.people import ConsentPurpose

_ANSWERS: Final = {"yes": True, "no": False}
_SAID: Final = {True: "yes", False: "no", None: ""}


def kept(card: BedsideCard) -> dict[str, str]:
    """Return the fields as they would be sent to say what is on record."""
    check = card.check
    dialled = [one.contact_point_id for one in card.person.numbers if one.contact_point_id]
    fields = {
        "dialled": str(dialled[0]) if dialled else "",
        "tried": check.phone_tried,
        "channel": check.channel,
        "best_time": check.best_time,
        "others_may_know": _SAID[check.others_may_know],
        "explained": "on" if check.explained else "",
        "pack_given": "on" if check.pack_given else "",
        "note": check.note,
    }
    fields |= {f"r:{one.role_id}": _SAID[one.authorised] for one in card.relations}
    fields |= {f"c:{purpose}": _SAID[card.consents.get(purpose)] for purpose in ASKED}
    return fields | {f"h:{line.key}": line.value for line in card.header}


def typed(form: MultiMapping[Any]) -> dict[str, str]:
    """Return the fields as they were sent."""
    return {name: str(form[name]) for name in form}


def settled_of(form: MultiMapping[Any]) -> Settled | None:
    """Read the form; None where the corrected number is none."""
    written = str(form.get("number", "")).strip()
    number = number_of(written)
    if written and number is None:
        return None
    tried, best = str(form.get("tried", "")), str(form.get("best_time", ""))
    return Settled(
        tried=Tried(tried) if tried in set(Tried) else None,
        dialled=_known_id(str(form.get("dialled", ""))),
        number=number,
        channel=str(form.get("channel", ""))[:16],
        best_time=BestTime(best) if best in set(BestTime) else None,
        others_may_know=_ANSWERS.get(str(form.get("others_may_know", ""))),
        authorised=dict(_authorised(form)),
        consents=dict(_consents(form)),
        header={key[2:]: str(form[key]) for key in form if key.startswith("h:")},
        explained="explained" in form,
        pack_given="pack_given" in form,
        note=str(form.get("note", "")),
    )


def _authorised(form: MultiMapping[Any]) -> list[tuple[UUID, bool]]:
    named = ((_known_id(key[2:]), str(form[key])) for key in form if key.startswith("r:"))
    return [(role, _ANSWERS[said]) for role, said in named if role and said in _ANSWERS]


def _consents(form: MultiMapping[Any]) -> list[tuple[ConsentPurpose, bool]]:
    said = ((purpose, str(form.get(f"c:{purpose}", ""))) for purpose in ASKED)
    return [(purpose, _ANSWERS[answer]) for purpose, answer in said if answer in _ANSWERS]


def _known_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
