"""Rows of one person kept together, so that each unit of work decides about whole people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from handlers.discharge_entry import DischargeEntry

Rows = list[DischargeEntry]


def in_chunks(entries: Sequence[DischargeEntry], size: int) -> Iterator[Rows]:
    """Yield the rows in chunks of about `size`, never tearing a person's stays apart.

    Within a person the latest discharge comes first: whether a stay was followed by another is
    then known when its own turn comes.
    """
    chunk: Rows = []
    for group in people(entries):
        if chunk and len(chunk) + len(group) > size:
            yield chunk
            chunk = []
        chunk.extend(sorted(group, key=_place, reverse=True))
    if chunk:
        yield chunk


def people(entries: Sequence[DischargeEntry]) -> list[Rows]:
    """Group the rows that share a patient's number, a stay's number or an identity number."""
    heads = list(range(len(entries)))
    seen: dict[tuple[str, str], int] = {}
    for place, entry in enumerate(entries):
        for name in _names(entry):
            _join(heads, seen.setdefault(name, place), place)
    groups: dict[int, Rows] = {}
    for place, entry in enumerate(entries):
        groups.setdefault(_head(heads, place), []).append(entry)
    return list(groups.values())


def _names(entry: DischargeEntry) -> list[tuple[str, str]]:
    numbers = (
        ("mrn", entry.patient.mrn),
        ("id", entry.patient.id_no),
        ("stay", entry.stay.inpatient_no),
    )
    return [(kind, number) for kind, number in numbers if number]


def _join(heads: list[int], one: int, other: int) -> None:
    first, second = _head(heads, one), _head(heads, other)
    heads[max(first, second)] = min(first, second)


def _head(heads: list[int], place: int) -> int:
    while heads[place] != place:
        heads[place] = heads[heads[place]]
        place = heads[place]
    return place


def _place(entry: DischargeEntry) -> tuple[object, ...]:
    return entry.stay.discharged_on, entry.stay.visit_seq, entry.stay.inpatient_no
