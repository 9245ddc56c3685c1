"""Answers as staff read them: the question, the words of the options, who gave them and when."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from tortoise.queryset import QuerySet

from dialogs.catalog import Catalog
from dialogs.conditions import DECLINED
from dialogs.form import Form, Item, ItemType
from handlers.phone_record import as_keys
from handlers.staff_words import staff_words
from models.response import Answer, Response

_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer; `media` are ids of photos."""

    form: str
    question: str
    value: str
    words: str
    by: str
    at: datetime
    media: tuple[UUID, ...] = ()


async def answers_of(catalog: Catalog, responses: QuerySet[Response]) -> list[AnswerLine]:
    """List the answers that count, form by form in the order they were given."""
    rows = {row.id: row for row in await responses.order_by("started_at")}
    answers = Answer.filter(response_id__in=list(rows), superseded_at=None).order_by("at")
    found = [(rows[answer.response_id], answer) for answer in await answers]
    order = list(rows)
    found.sort(key=lambda pair: order.index(pair[0].id))
    return [line for row, answer in found for line in _lines(catalog, row.form, answer)]


async def answers_by_task(catalog: Catalog, tasks: Sequence[UUID]) -> dict[UUID, list[AnswerLine]]:
    """List the answers of many tasks, each in the order they were given."""
    found: dict[UUID, list[AnswerLine]] = defaultdict(list)
    for start in range(0, len(tasks), _AT_ONCE):
        some = list(tasks[start : start + _AT_ONCE])
        answers = Answer.filter(response__task_id__in=some, superseded_at=None).order_by("at")
        for answer in await answers.prefetch_related("response"):
            row = answer.response
            if row.task_id is not None:
                found[row.task_id] += _lines(catalog, row.form, answer)
    return found


def cause_words(catalog: Catalog, rule: str, words: str) -> str:
    """Say what raised an alert: option keys become their labels, the patient's words stay."""
    form_id, dot, item_id = rule.lower().partition(".")
    form = catalog.forms.get(form_id)
    if not dot or form is None or item_id not in {item.id for item in form.items}:
        return words
    item = form.item(item_id)
    keys = tuple(words.split(",")) if words else ()
    return f"{plain(item.text)} {labels(item, keys)}" if keys else plain(item.text)


def labels(item: Item, keys: Iterable[str]) -> str:
    """Write the values of an item in words."""
    words = staff_words()
    known = {**words.marks, **{option.key: option.label for option in item.options}}
    return plain("、".join(known.get(key, key) for key in keys))


def plain(text: str, **values: str) -> str:
    """Fill what a question names: the patient, the fever that counts."""
    known = {**staff_words().stand_ins, **values}
    return re.sub(r"\{(\w+)\}", lambda found: known.get(found[1], ""), text)


def _lines(catalog: Catalog, form_id: str, answer: Answer) -> list[AnswerLine]:
    form = catalog.forms.get(form_id)
    if form is None or answer.item not in {item.id for item in form.items}:
        return []
    return [_line(form, form.item(answer.item), answer)]


def _line(form: Form, item: Item, answer: Answer) -> AnswerLine:
    keys = as_keys(answer.value)
    photo = item.type is ItemType.PHOTO
    return AnswerLine(
        form=form.title,
        question=plain(item.text),
        value="" if photo and keys != (DECLINED,) else labels(item, keys),
        words=answer.text,
        by=answer.by,
        at=answer.at,
        media=tuple(UUID(key) for key in keys) if photo and keys != (DECLINED,) else (),
    )
