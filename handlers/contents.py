"""The neutral content of an outgoing message, and how it looked when it was sent, as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, Self

from dialogs.actions import Ask, Say
from models.conversation import Outgoing

_HIDDEN: Final = "******"


@dataclass(frozen=True, slots=True)
class Content:
    """What to say or ask; `values` are what the transaction knew (a due time, a number).

    `shown` is the bubble as the channel rendered it, empty until it was sent; `language` and
    `elderly` decide its variant.
    """

    body: Ask | Say
    values: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, Any] = field(default_factory=dict)
    elderly: bool = False

    def to_json(self) -> str:
        """Write as text."""
        kind = "ask" if isinstance(self.body, Ask) else "say"
        return json.dumps({"kind": kind, **asdict(self)}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote."""
        raw = json.loads(text)
        body = raw["body"]
        made: Ask | Say
        if raw["kind"] == "ask":
            made = Ask(**{**body, "options": tuple(body["options"])})
        else:
            made = Say(**body)
        return cls(made, raw["values"], raw["shown"], raw["elderly"])


def content_of(row: Outgoing) -> Content:
    """Read the content of a row."""
    return Content.from_json(row.content)


def show(row: Outgoing, shown: Mapping[str, Any], secret: str = "") -> None:
    """Note on the row how it looked to the person who got it; `secret` is for that person alone."""
    if secret and shown:
        shown = {**shown, "text": str(shown["text"]).replace(secret, _HIDDEN)}
    row.content = replace(content_of(row), shown=shown).to_json()
