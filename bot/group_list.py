"""The hospital's list of staff groups (TOML); keys come from the environment or from files."""

from __future__ import annotations

import os
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from handlers.room.groups import Group
from models.hospital import StaffRole

# the state of a group is kept under its name, which is no longer than that
LONGEST_NAME: Final = 24
_SIGNED: Final = frozenset({"dingtalk", "feishu"})
_FROM_ENV: Final = "env:"
_FROM_FILE: Final = "file:"
Environment = Mapping[str, str | None]


class BadGroups(ValueError):
    """The list of groups cannot be used; the message names every fault, and never a key."""


class _Listed(BaseModel):
    """A [[group]] as it stands in the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME, pattern=r"^[^\s:]+$")]
    channel: Literal["wecom", "dingtalk", "feishu", "telegram"]
    address: Annotated[str, Field(min_length=1)]
    secret: str = ""
    departments: frozenset[str] = frozenset()
    roles: frozenset[StaffRole] = frozenset()
    backup: str = ""
    mentions: bool = True


_LIST: Final = TypeAdapter(list[_Listed])


def load_groups(path: Path | None, environment: Environment | None = None) -> list[Group]:
    """Read the list; without a file there are no groups. Raises BadGroups naming every fault."""
    if path is None:
        return []
    known = {**dotenv_values(".env"), **os.environ} if environment is None else environment
    listed = _read(path)
    faults = list(_clashes(listed))
    groups = [_group(one, known, faults) for one in listed]
    faults += _twice("address", ((one.channel, one.address) for one in groups if one.address))
    if faults:
        raise BadGroups("\n".join(f"{path}: {fault}" for fault in faults))
    return groups


def _read(path: Path) -> list[_Listed]:
    try:
        raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as fault:
        raise BadGroups(f"{path}: {type(fault).__name__}: {_without_content(fault)}") from None
    try:
        return _LIST.validate_python(raw.get("group", []))
    except ValidationError as faults:
        lines = [f"{path}: {_place(fault['loc'])}: {fault['msg']}" for fault in faults.errors()]
        raise BadGroups("\n".join(lines)) from None


def _without_content(fault: OSError | ValueError) -> str:
    """Say what is wrong with the file; a decoder would quote it."""
    if isinstance(fault, tomllib.TOMLDecodeError):
        return str(fault)
    return fault.strerror or "" if isinstance(fault, OSError) else "not UTF-8"


def _place(loc: Sequence[int | str]) -> str:
    number, *names = loc
    return ".".join([f"group {int(number) + 1}", *map(str, names)])


def _clashes(listed: Sequence[_Listed]) -> Iterable[str]:
    names = {one.name for one in listed}
    yield from _twice("name", ((one.name,) for one in listed))
    for one in listed:
        if one.backup and (one.backup not in names or one.backup == one.name):
            yield f"{one.name}.backup: no other group is called {one.backup}"
        if one.channel in _SIGNED and not one.secret:
            yield f"{one.name}.secret: a robot of {one.channel} must be signed"


def _twice(what: str, values: Iterable[tuple[str, ...]]) -> list[str]:
    """Two lists of one robot would post too fast; a key is not repeated in the message."""
    found = [value for value, count in Counter(values).items() if count > 1]
    return [f"the same {what} twice ({value[0]})" for value in found]


def _group(one: _Listed, environment: Environment, faults: list[str]) -> Group:
    secret_address = one.channel != "telegram"
    address = _value(f"{one.name}.address", one.address, environment, faults, secret_address)
    secret = _value(f"{one.name}.secret", one.secret, environment, faults, secret=True)
    return Group(
        one.name,
        one.channel,
        address,
        secret,
        one.departments,
        one.roles,
        one.backup,
        one.mentions,
    )


def _value(
    place: str,
    said: str,
    environment: Environment,
    faults: list[str],
    secret: bool,  # noqa: FBT001 - private, and always named by its caller
) -> str:
    """Follow env:NAME or file:PATH; a key in the list itself would be copied about with it."""
    if said.startswith(_FROM_ENV):
        found = environment.get(said.removeprefix(_FROM_ENV)) or ""
    elif said.startswith(_FROM_FILE):
        found = _content(Path(said.removeprefix(_FROM_FILE)))
    elif secret and said:
        faults.append(f"{place}: write env:NAME or file:PATH, not the key itself")
        return ""
    else:
        return said
    if not found:
        faults.append(f"{place}: nothing there")
    return found


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""
