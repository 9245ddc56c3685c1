"""Whether a catalog may be put before patients: every fault of its forms and texts, by place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dialogs.catalog import LANGUAGES, Catalog, load_catalog, load_tables
from dialogs.checking.conditions import check_conditions
from dialogs.checking.fault import WORDS, Fault, Severity, error, file_of_message
from dialogs.checking.forms import check_build, check_translation
from dialogs.checking.lengths import check_lengths
from dialogs.checking.texts import texts_of
from dialogs.checking.tone import check_tone, check_variables

__all__ = ["Fault", "Severity", "check_catalog"]

_CHINESE: Final = LANGUAGES[0]


def check_catalog(catalog: Catalog) -> tuple[Fault, ...]:
    """Return every fault, errors first; a catalog with an error must not be used.

    The wording rules (SMS, elderly, jargon) hold for Chinese; a translation must ask the same.
    """
    found = [*check_build(catalog), *check_conditions(catalog), *_messages(catalog)]
    if catalog.language == _CHINESE:
        found += _texts(catalog)
    else:
        found += check_translation(load_catalog(_CHINESE), catalog)
    return tuple(sorted(found, key=lambda fault: fault.severity is Severity.WARNING))


def _messages(catalog: Catalog) -> Iterator[Fault]:
    for message in catalog.messages.values():
        if not message.text:
            yield error(file_of_message(message.id), message.id, "no_text")


def _texts(catalog: Catalog) -> Iterator[Fault]:
    samples: dict[str, str] = load_tables("talk", catalog.language)["samples"]
    openings = {form.opening for form in catalog.forms.values()} | set(WORDS["first_contact"])
    for text in texts_of(catalog):
        yield from check_lengths(text, samples)
        yield from check_tone(text, first_contact=text.item in openings)
        yield from check_variables(text, {*samples, *WORDS["own"]})
