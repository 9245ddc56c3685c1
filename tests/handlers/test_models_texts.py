"""Kept texts: the second query of a shape says what Tortoise would have built for it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from tortoise.expressions import F, Q, Subquery

from models.conversation import Outgoing, OutgoingStatus
from models.people import ContactPoint, Patient
from models.texts import Text
from models.timetable import Due, DueStatus
from models.unit import lock, unit_of_work
from tests.handlers.people import a_contact_point, a_patient

pytestmark = pytest.mark.usefixtures("database")
EARLY, LATE = datetime(2026, 11, 23, 1, tzinfo=UTC), datetime(2026, 11, 23, 3, tzinfo=UTC)
ONE, OTHER = UUID(int=1), UUID(int=2)
KEPT: dict[str, Callable[[UUID, datetime, DueStatus], Any]] = {
    "compared": lambda one, at, status: Due.filter(id=one, due_at__lte=at, status=status),
    "negated": lambda one, at, status: Due.filter(due_at__gt=at).exclude(id=one, status=status),
    "among": lambda one, _, status: Due.filter(status__in=(status, "done"), subject__not_in=[one]),
    "of nothing": lambda one, _, __: Due.filter(status__in=(), subject=one),
    "either": lambda one, at, status: Due.filter(Q(subject=one) | Q(Q(due_at=at), status=status)),
    "neither": lambda one, at, _: Due.filter(~Q(Q(subject=one) | Q(due_at__lt=at))),
    "absent": lambda one, _, __: Due.filter(subject=one, done_at__isnull=True, stops_at=None),
    "ordered": lambda one, _, __: Due.filter(subject=one).order_by("-due_at", "id").limit(3),
    "page": lambda one, _, __: Due.filter(subject__not=one).order_by("id").offset(2).limit(3),
    "first": lambda one, _, __: Due.filter(subject=one).order_by("due_at").first(),
    "get_or_none": lambda one, _, __: Due.get_or_none(subject=one),
    "exists": lambda one, _, status: Due.filter(subject=one, status=status).exists(),
    "count": lambda one, _, status: Due.filter(subject=one, status=status).limit(2).count(),
    "columns": lambda one, at, _: Due.filter(subject=one, due_at=at).values_list("id", "due_at"),
    "flat": lambda one, _, __: Due.filter(subject=one).distinct().values_list("kind", flat=True),
    "some columns": lambda one, _, __: Due.filter(subject=one).only("id", "due_at"),
    "update": lambda one, at, status: Due.filter(subject=one).update(
        status=status, done_at=at, lease_until=None
    ),
    "related": lambda one, at, _: Outgoing.filter(
        conversation__respondent_id=one, not_before__lte=at
    ).select_related("patient", "contact_point"),
    "of related": lambda one, _, __: Outgoing.filter(dialog__task__encounter_id=one).values_list(
        "patient__birth_date", flat=True
    ),
}
BUILT: dict[str, Callable[[UUID], Any]] = {
    "a search": lambda one: Due.filter(key__startswith=str(one)),
    "an expression": lambda one: Due.filter(subject=one).update(attempts=F("attempts") + 1),
    "compared columns": lambda one: Due.filter(subject=one, due_at__lt=F("stops_at")),
    "a subquery": lambda one: Due.filter(id__in=Subquery(Due.filter(subject=one).values("id"))),
    "a long list": lambda one: Due.filter(id__in=[one, *(uuid4() for _ in range(60))]),
    "a star": lambda one: Due.filter(subject=one, kind="*"),
}


def said(query: Any) -> tuple[str, list[Any]]:
    """What an awaited query said to the database."""
    sql, values = query.query.get_parameterized_sql()
    return sql, list(values)


def served_from_kept(query: Any) -> bool:
    """Tell whether an awaited query took a text that was kept."""
    return isinstance(query.query, Text)


def built(query: Any) -> tuple[str, list[Any]]:
    """What Tortoise makes of a query."""
    query._choose_db_if_not_chosen()
    query._make_query()
    return said(query)


@pytest.mark.parametrize("name", KEPT)
async def test_a_kept_text_with_new_values_is_what_would_have_been_built(name: str) -> None:
    ask = KEPT[name]
    await ask(ONE, EARLY, DueStatus.PENDING)
    again = ask(OTHER, LATE, DueStatus.SKIPPED)
    await again
    assert served_from_kept(again)
    assert said(again) == built(ask(OTHER, LATE, DueStatus.SKIPPED))


@pytest.mark.parametrize("name", BUILT)
async def test_what_is_more_than_a_column_and_a_value_is_built(name: str) -> None:
    await BUILT[name](ONE)
    again = BUILT[name](OTHER)
    await again
    assert not served_from_kept(again)


async def test_none_and_a_value_are_two_texts() -> None:
    await Due.filter(stops_at=EARLY)
    query = Due.filter(stops_at=None)
    await query
    assert said(query) == built(Due.filter(stops_at=None))


async def test_a_text_kept_for_equal_values_serves_equal_values_alone() -> None:
    await Due.filter(due_at__lte=EARLY, stops_at__gte=EARLY)
    equal = Due.filter(due_at__lte=LATE, stops_at__gte=LATE)
    await equal
    assert served_from_kept(equal)
    assert said(equal) == built(Due.filter(due_at__lte=LATE, stops_at__gte=LATE))
    different = Due.filter(due_at__lte=EARLY, stops_at__gte=LATE)
    await different
    assert not served_from_kept(different)


async def test_two_queries_of_a_shape_find_their_own_rows() -> None:
    for subject, at in ((ONE, EARLY), (OTHER, LATE)):
        await Due.create(kind="k", key=str(subject), subject=subject, due_at=at)
    for subject, at in ((ONE, EARLY), (OTHER, LATE), (ONE, EARLY)):
        row = await Due.filter(subject=subject).order_by("-due_at").first()
        assert row is not None
        assert (row.subject, row.due_at) == (subject, at)
        assert await Due.filter(subject=subject, due_at__gt=at).exists() is False
        assert await Due.filter(subject=subject).values_list("due_at", flat=True) == [at]


async def test_an_update_by_a_kept_text_changes_its_own_row_alone() -> None:
    rows = [await Due.create(kind="k", key=str(n), subject=ONE, due_at=EARLY) for n in range(3)]
    for row, status in zip(rows, (DueStatus.DONE, DueStatus.SKIPPED, DueStatus.DONE), strict=True):
        assert await Due.filter(id=row.id).update(status=status, done_at=LATE) == 1
    stands = await Due.all().order_by("key").values_list("status", flat=True)
    assert [DueStatus(str(status)) for status in stands] == [
        DueStatus.DONE,
        DueStatus.SKIPPED,
        DueStatus.DONE,
    ]


async def test_rows_and_their_relations_come_whole_by_a_kept_text(now: datetime) -> None:
    for number in ("13900000011", "13900000012"):
        point = await a_contact_point(now, number)
        found = await ContactPoint.filter(id=point.id).select_related("respondent").get()
        assert (found.value, found.respondent.id) == (number, point.respondent_id)
        assert (await ContactPoint.get(value_index=point.value_index)).id == point.id


async def test_what_was_loaded_in_part_lacks_the_rest_each_time(now: datetime) -> None:
    for name in ("测试甲", "测试乙"):
        patient = await a_patient(now, name=name)
        part = await Patient.filter(id=patient.id).only("id", "name").get()
        assert part.name == name
        with pytest.raises(AttributeError):
            part.sex.upper()


async def test_a_lock_is_no_read_of_the_same_rows() -> None:
    row = await Due.create(kind="k", key="1", subject=ONE, due_at=EARLY)

    async def locked() -> tuple[str, str]:
        plain, held = Due.filter(id=row.id), lock(Due.filter(id=row.id))
        await plain
        await held
        return said(plain)[0], said(held)[0]

    assert await unit_of_work(locked) == (
        built(Due.filter(id=row.id))[0],
        built(Due.filter(id=row.id).select_for_update(no_key=True))[0],
    )


async def test_a_row_is_read_with_every_kind_of_value() -> None:
    held = await Due.create(
        kind="k", key="1", subject=ONE, due_at=EARLY, lease_until=LATE + timedelta(microseconds=7)
    )
    read = await Due.get(id=held.id)
    assert (read.id, read.subject, read.status) == (held.id, ONE, DueStatus.PENDING)
    assert (read.due_at, read.lease_until) == (EARLY, LATE + timedelta(microseconds=7))
    assert (read.stops_at, read.attempts, read.result) == (None, 0, "")
    read.status = DueStatus.DONE
    await read.save()
    assert await Due.get(id=held.id, status=DueStatus.DONE) == read


async def test_an_outgoing_message_is_counted_by_a_kept_text_with_its_limit() -> None:
    for most in (0, 1, None):
        queued = Outgoing.filter(status=OutgoingStatus.QUEUED)
        assert await (queued if most is None else queued.limit(most)).count() == 0
