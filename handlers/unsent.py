"""Why a round could not be written to, in words a nurse understands; from unsent.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final
from uuid import UUID

from handlers.delivery import RANK
from models.conversation import Outgoing, OutgoingStatus

_RECEIPT: Final = "receipt: "


@dataclass(frozen=True, slots=True)
class _Said:
    words: str
    signs: re.Pattern[str]


def reason_of(error: str) -> str:
    """Say in plain words what a provider said; what nobody has explained yet as it is."""
    known = (said.words for said in _known() if said.signs.search(error))
    return next(known, error.removeprefix(_RECEIPT))


async def unsent_reasons(tasks: Collection[UUID]) -> Mapping[UUID, str]:
    """Return, for each round, why the last message of it did not go out."""
    ended = Outgoing.filter(task_id__in=list(tasks), rank=RANK[OutgoingStatus.FAILED])
    rows = ended.exclude(error="").order_by("created_at", "position")
    said = await rows.values_list("task_id", "error")
    return {UUID(str(task)): reason_of(str(error)) for task, error in said}


@cache
def _known() -> tuple[_Said, ...]:
    file = tomllib.loads(files(__package__).joinpath("unsent.toml").read_text("utf-8"))
    return tuple(_Said(raw["words"], _any_of(raw["signs"])) for raw in file["said"])


def _any_of(signs: Collection[str]) -> re.Pattern[str]:
    whole = (re.escape(sign) + (r"(?!\w)" if sign[-1].isalnum() else "") for sign in signs)
    return re.compile(rf"(?<!\w)(?:{'|'.join(whole)})", re.IGNORECASE)
