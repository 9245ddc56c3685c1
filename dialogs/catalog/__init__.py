"""The wording: questionnaires and messages as TOML, keyed by language, versioned."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

from dialogs.conditions import parse_condition
from dialogs.form import Form, Item, ItemType, Option, Rule
from dialogs.message import Message

LANGUAGES: Final = ("zh", "en")
_MESSAGES: Final = frozenset({"messages", "cards", "appointments", "complaints", "channels"})
_NOT_FORMS: Final = frozenset(
    {
        "messages",
        "cards",
        "staff",
        "times",
        "slip",
        "page",
        "console",
        "demo",
        "talk",
        "desk",
        "titles",
    }
)


@dataclass(frozen=True, slots=True)
class Catalog:
    """All forms and messages of one language."""

    language: str
    forms: Mapping[str, Form]
    messages: Mapping[str, Message]


class CatalogFault(ValueError):
    """A file of the catalog cannot be read; the text says which and where."""


@cache
def load_catalog(language: str = "zh") -> Catalog:
    """Read the catalog of a language; what it lacks is taken from the Chinese one."""
    found = read_catalog(files(__package__).joinpath(language), language)
    if language == LANGUAGES[0]:
        return found
    base = load_catalog(LANGUAGES[0])
    return Catalog(language, {**base.forms, **found.forms}, {**base.messages, **found.messages})


@cache
def _words(name: str, language: str) -> dict[str, Any]:
    file = files(__package__).joinpath(language, f"{name}.toml")
    return dict(tomllib.loads(file.read_text(encoding="utf-8")))


def load_tables(name: str, language: str = "zh") -> dict[str, Any]:
    """Read a file of the catalog that holds tables."""
    return dict(_words(name, language))


def load_words(name: str, language: str = "zh") -> dict[str, str]:
    """Read a flat file of words of the catalog."""
    return dict(_words(name, language))


def read_catalog(folder: Traversable, language: str) -> Catalog:
    """Read every TOML file of a folder; raises CatalogFault naming the file and the place."""
    forms: dict[str, Form] = {}
    messages: dict[str, Message] = {}
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        name = file.name.removesuffix(".toml")
        if name in _MESSAGES:
            messages |= _fresh(_read(file, _messages), messages, file.name)
        elif file.name.endswith(".toml") and name not in _NOT_FORMS:
            form = _read(file, lambda raw: read_form(raw, language))
            forms[form.id] = form
    return Catalog(language, forms, messages)


def _fresh(
    found: dict[str, Message], known: Mapping[str, Message], file: str
) -> dict[str, Message]:
    """Return what a file adds; raises CatalogFault where it would replace another file's text."""
    if twice := sorted(found.keys() & known.keys()):
        raise CatalogFault(f"{file}: told twice: {', '.join(twice)}")
    return found


def _read(file: Traversable, build: Any) -> Any:
    try:
        return build(tomllib.loads(file.read_text(encoding="utf-8")))
    except (KeyError, TypeError, ValueError) as fault:
        raise CatalogFault(f"{file.name}: {fault}") from fault


def read_form(raw: Mapping[str, Any], language: str) -> Form:
    """Build a form from its TOML; a KeyError or ValueError names what is wrong."""
    plain = {
        key: value for key, value in raw.items() if key not in ("item", "rule", "sms_banned_by")
    }
    items = tuple(_item(item, raw["id"]) for item in raw["item"])
    rules = tuple(_rule(rule, rule["id"]) for rule in raw.get("rule", ()))
    banned = tuple(raw.get("sms_banned_by", ()))
    return Form(language=language, items=items, rules=rules, sms_banned_by=banned, **plain)


def _item(raw: Mapping[str, Any], form_id: str) -> Item:
    name = f"{form_id.upper()}.{raw['id']}"
    fields = {key: value for key, value in raw.items() if key not in ("rule", "min", "max")}
    fields["type"] = ItemType(raw["type"])
    fields["options"] = _options(raw)
    fields["enable_when"] = tuple(parse_condition(text) for text in raw.get("enable_when", ()))
    fields["rules"] = tuple(_rule(rule, name) for rule in raw.get("rule", ()))
    fields["merged_without"] = tuple(raw.get("merged_without", ()))
    fields["covers"] = tuple(raw.get("covers", ()))
    return Item(minimum=raw.get("min"), maximum=raw.get("max"), **fields)


def _rule(raw: Mapping[str, Any], name: str) -> Rule:
    conditions = tuple(parse_condition(text) for text in raw["when"])
    fields = {key: value for key, value in raw.items() if key not in ("when", "id")}
    return Rule(id=raw.get("id", name), conditions=conditions, **fields)


def _options(raw: Mapping[str, Any]) -> tuple[Option, ...]:
    return tuple(
        Option(
            option["key"],
            option["label"],
            tuple(option.get("synonyms", ())),
            option.get("number", ""),
        )
        for option in raw.get("options", ())
    )


def _messages(raw: Mapping[str, Any]) -> dict[str, Message]:
    return {key: _message(key, fields) for key, fields in raw.items()}


def _message(key: str, raw: Mapping[str, Any]) -> Message:
    return Message(
        id=key,
        text=raw.get("text", ""),
        sms=raw.get("sms", ""),
        elder=raw.get("elder", ""),
        options=_options(raw),
        elder_options=tuple(raw.get("elder_options", ())),
        sms_options=tuple(raw.get("sms_options", ())),
        optional=tuple(raw.get("optional", ())),
        segments=raw.get("segments", 1),
        sms_banned_by=tuple(raw.get("sms_banned_by", ())),
    )
