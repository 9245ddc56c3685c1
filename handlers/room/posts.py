"""Posting to the staff group: number, ward, level, clock and link, never a name or words (T07)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from dialogs.catalog import load_tables
from dialogs.timing import due_text
from handlers.staff_words import staff_words
from models.once import insert_once
from models.room import GroupPost, PostKind

# a value that is an instant: it is said in words when the post is read, since "tomorrow" ages
DUE_AT: Final = "due_at"
# the level of an alert, by its name in the code
LEVEL: Final = "level"
# the liaison doctors of a complaint's department, in words or empty
LIAISONS: Final = "liaisons"


@dataclass(frozen=True, slots=True)
class Post:
    """One line for a group; `message` is of staff.toml, `values` fill it.

    Without a department it is for the whole house, with roles for those alone.
    """

    kind: PostKind
    message: str
    values: Mapping[str, str]
    occurrence: str
    department_id: UUID | None = None
    roles: Iterable[str] = ()
    alert_id: UUID | None = None
    complaint_id: UUID | None = None


async def post(said: Post, now: datetime) -> bool:
    """Write a post, once an occurrence; every group channel sends it from there."""
    return await insert_once(
        GroupPost(
            occurrence=said.occurrence,
            kind=said.kind,
            department_id=said.department_id,
            roles=sorted(said.roles),
            message=said.message,
            values=dict(said.values),
            alert_id=said.alert_id,
            complaint_id=said.complaint_id,
            at=now,
        )
    )


@dataclass(frozen=True, slots=True)
class PostWords:
    """A post as people read it: the line, where it leads, the orders it invites to."""

    line: str
    link: str
    buttons: tuple[str, ...]


def words_of(post: GroupPost, now: datetime, language: str = "zh") -> PostWords:
    """Say a post; its second line in the catalog, [in brackets], names what can be done."""
    template = load_tables("staff")[post.message]["text"]
    words = staff_words(language)
    # posts of before these were told have none
    values = {LIAISONS: "", LEVEL: "", **post.values, "link": ""}
    values[LEVEL] = words.levels.get(values[LEVEL], "")
    if DUE_AT in values:
        due = datetime.fromisoformat(values[DUE_AT])
        values["due"] = due_text(due, now, language=language)
    if "rule" in values:
        values["rule"] = words.rule(values["rule"])
    # a line end in a value would make a line, or buttons, of its own
    flat = {name: " ".join(str(value).split()) for name, value in values.items()}
    lines = template.format_map(flat).splitlines()
    text = [line.strip() for line in lines if not line.startswith("[")]
    buttons = [part.strip("[]") for line in lines if line.startswith("[") for part in line.split()]
    return PostWords(" ".join(text), post.values.get("link", ""), tuple(buttons))
