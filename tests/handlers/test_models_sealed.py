"""Sealed columns: they read as plain text, and nothing else can read or swap them."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tortoise.connection import get_connection
from tortoise.expressions import F, Q
from tortoise.functions import Count, Lower
from tortoise.queryset import QuerySet

from models.alert import Alert
from models.hospital import StaffMember
from models.keys import SealBroken
from models.people import ContactPoint, Patient, Respondent, RespondentRole, System
from models.seal import blind_index
from models.sealed import EncryptedColumn
from tests.handlers.people import a_contact_point, a_patient


async def raw(table: str, column: str, row_id: object) -> str | None:
    """What the database itself holds."""
    query = f"SELECT {column} AS value FROM {table} WHERE id = '{row_id}'"  # noqa: S608 - test
    value: str | None = (await get_connection("default").execute_query_dict(query))[0]["value"]
    return value


async def overwrite(table: str, column: str, row_id: object, value: str | None) -> None:
    """Change the database behind the program's back."""
    client = get_connection("default")
    mark = "?" if client.capabilities.dialect == "sqlite" else "$1"
    query = f"UPDATE {table} SET {column} = {mark} WHERE id = '{row_id}'"  # noqa: S608 - test
    await client.execute_query(query, [value])


def file_and_log(url: str) -> bytes:
    """Every byte of a SQLite database."""
    path = url.removeprefix("sqlite://")
    return Path(path).read_bytes() + Path(f"{path}-wal").read_bytes()


async def test_a_sealed_column_reads_as_plain_text_and_is_stored_as_ciphertext(
    database: str, now: datetime
) -> None:
    patient = await a_patient(now, name="测试甲", id_no="11010119900307001x")
    loaded = await Patient.get(id=patient.id)
    stored = await raw("patient", "name", patient.id)
    assert (patient.name, loaded.name, loaded.id_no) == ("测试甲", "测试甲", "11010119900307001x")
    assert stored is not None
    assert stored.startswith("e1:")
    assert "测试" not in stored


async def test_an_assigned_value_is_saved_with_its_index(database: str, now: datetime) -> None:
    contact = await a_contact_point(now, "13900000001")
    loaded = await ContactPoint.get(id=contact.id)
    loaded.value = "13900000002"
    assert loaded.value_index == blind_index("phone", "13900000002")
    await loaded.save(update_fields=["value"])
    new, old = blind_index("phone", "139 0000 0002"), blind_index("phone", "13900000001")
    assert await ContactPoint.filter(value_index=new).count() == 1
    assert await ContactPoint.filter(value_index=old).count() == 0


async def test_the_index_follows_the_system_as_well(database: str, now: datetime) -> None:
    contact = await a_contact_point(now, "13900000001")
    contact.system = System.WEB
    await contact.save(update_fields=["system"])
    found = await ContactPoint.get(value_index=blind_index("web", "13900000001"))
    assert found.id == contact.id


async def test_bulk_create_seals_and_indexes(database: str, now: datetime) -> None:
    respondent = await Respondent.create(created_at=now)
    points = [
        ContactPoint(
            respondent=respondent, system="phone", value=f"1390000010{digit}", kind="mobile"
        )
        for digit in range(3)
    ]
    await ContactPoint.bulk_create(points)
    found = await ContactPoint.get(value_index=blind_index("phone", "13900000101"))
    assert found.value == "13900000101"


async def test_saving_an_unchanged_row_keeps_its_ciphertext(database: str, now: datetime) -> None:
    patient = await Patient.get(id=(await a_patient(now)).id)
    before = await raw("patient", "name", patient.id)
    patient.tags = ["chemo"]
    await patient.save()
    assert await raw("patient", "name", patient.id) == before


async def test_an_empty_sealed_column_is_null_and_reads_as_none(
    database: str, now: datetime
) -> None:
    patient = await Patient.get(id=(await a_patient(now)).id)
    assert (patient.id_no, patient.id_no_index) == (None, None)
    assert await raw("patient", "id_no", patient.id) is None


async def test_words_that_look_sealed_are_only_words(database: str, now: datetime) -> None:
    alert = await Alert.create(
        number="1", level="L1", rule="r", words="e1:abc:def", raised_at=now, due_at=now
    )
    assert (await Alert.get(id=alert.id)).words == "e1:abc:def"


async def test_only_needs_the_id_to_open_a_value(database: str, now: datetime) -> None:
    await a_patient(now)
    assert (await Patient.all().only("id", "name"))[0].name == "测试甲"
    with pytest.raises(EncryptedColumn, match="id"):
        _ = (await Patient.all().only("name"))[0].name


async def test_a_value_moved_to_another_row_is_detected(database: str, now: datetime) -> None:
    first, second = await a_patient(now, name="测试甲"), await a_patient(now, name="测试乙")
    await overwrite("patient", "name", first.id, await raw("patient", "name", second.id))
    with pytest.raises(SealBroken, match=r"patient\.name"):
        _ = (await Patient.get(id=first.id)).name


async def test_a_value_moved_to_another_column_is_detected(database: str, now: datetime) -> None:
    patient = await a_patient(now, id_no="110101199003070011")
    await overwrite("patient", "name", patient.id, await raw("patient", "id_no", patient.id))
    with pytest.raises(SealBroken):
        _ = (await Patient.get(id=patient.id)).name


async def test_an_index_lost_in_the_database_is_computed_again(
    database: str, now: datetime
) -> None:
    contact = await a_contact_point(now, "13900000001")
    await overwrite("contact_point", "value_index", contact.id, None)
    loaded = await ContactPoint.get(id=contact.id)
    assert loaded.value_index == blind_index("phone", "13900000001")


REFUSED: dict[str, Callable[[], Any]] = {
    "filter": lambda: Patient.filter(name="测试甲"),
    "filter in": lambda: Patient.filter(name__in=["测试甲"]),
    "filter contains": lambda: Patient.filter(name__icontains="测").count(),
    "filter is null": lambda: Patient.filter(id_no__isnull=True),
    "filter Q": lambda: Patient.filter(Q(mrn="1") | Q(name="测试甲")).exists(),
    "filter F": lambda: Patient.filter(mrn=F("name")),
    "exclude": lambda: Patient.exclude(name="测试甲"),
    "get": lambda: Patient.get(name="测试甲"),
    "get_or_create": lambda: Patient.get_or_create(name="测试甲"),
    "filter across a relation": lambda: RespondentRole.filter(patient__name="测试甲"),
    "order_by": lambda: Patient.all().order_by("-name"),
    "order_by across a relation": lambda: RespondentRole.all().order_by("patient__name"),
    "values": lambda: Patient.all().values("name"),
    "values of an empty column": lambda: Patient.all().values("id_no"),
    "values_list": lambda: Patient.all().values_list("mrn", "name"),
    "values across a relation": lambda: RespondentRole.all().values("patient__name"),
    "annotate": lambda: Patient.annotate(lower=Lower("name")).values("lower"),
    "count": lambda: Patient.annotate(n=Count("name")),
    "update": lambda: Patient.all().update(name="测试乙"),
    "update to an expression": lambda: Patient.all().update(name=F("mrn")),
    "update of a plain queryset": lambda: QuerySet(Patient).update(name="测试乙"),
    "update the index": lambda: Patient.all().update(id_no_index="0"),
    "delete by name": lambda: Patient.filter(name="测试甲").delete(),
}


@pytest.mark.parametrize("query", REFUSED.values(), ids=REFUSED.keys())
async def test_a_query_on_a_sealed_column_is_refused(
    sqlite_database: str, now: datetime, query: Callable[[], Any]
) -> None:
    patient = await a_patient(now)
    await RespondentRole.create(
        respondent=await Respondent.create(created_at=now), patient=patient, role="self"
    )
    with pytest.raises(EncryptedColumn, match="encrypted"):
        await query()


async def test_a_filter_on_a_sealed_column_is_refused_on_postgresql(
    postgres_database: str, now: datetime
) -> None:
    await a_patient(now)
    with pytest.raises(EncryptedColumn):
        await Patient.filter(name="测试甲")


async def test_bulk_writes_that_would_leave_an_index_behind_are_refused(
    sqlite_database: str, now: datetime
) -> None:
    contact = await a_contact_point(now)
    contact.value = "13900000009"
    with pytest.raises(EncryptedColumn):
        await ContactPoint.bulk_update([contact], ["value"])
    with pytest.raises(EncryptedColumn):
        await ContactPoint.bulk_create([contact], update_fields=["value"], on_conflict=["id"])


async def test_an_index_cannot_be_written_by_hand(sqlite_database: str, now: datetime) -> None:
    contact = await a_contact_point(now)
    with pytest.raises(EncryptedColumn):
        contact.value_index = "0" * 32
    with pytest.raises(EncryptedColumn):
        ContactPoint(respondent_id=contact.respondent_id, value_index="0")


async def test_a_required_sealed_column_cannot_be_empty(
    sqlite_database: str, now: datetime
) -> None:
    with pytest.raises(ValueError, match="name"):
        Patient(name=None, created_at=now, updated_at=now)


async def test_related_rows_open_their_own_values(database: str, now: datetime) -> None:
    respondent = await Respondent.create(name="测试丙", created_at=now)
    await RespondentRole.create(respondent=respondent, patient=await a_patient(now), role="self")
    joined = await RespondentRole.all().select_related("patient", "respondent").get()
    fetched = await RespondentRole.all().prefetch_related("patient").get()
    assert (joined.patient.name, joined.respondent.name) == ("测试甲", "测试丙")
    assert fetched.patient.name == "测试甲"


async def test_a_refreshed_row_holds_what_the_database_holds(database: str, now: datetime) -> None:
    mine = await a_contact_point(now)
    theirs = await ContactPoint.get(id=mine.id)
    theirs.value = "13900000077"
    await theirs.save()
    await mine.refresh_from_db()
    assert mine.value == "13900000077"
    assert mine.value_index == blind_index("phone", "13900000077")


async def test_no_plain_text_stands_in_the_database_file(
    sqlite_database: str, now: datetime
) -> None:
    await StaffMember.create(
        username="nurse", name="护士", role="nurse", phone="13900000042", created_at=now
    )
    await a_patient(now, name="罕见姓名", id_no="110101199003079999")
    await a_contact_point(now, "13900000043")
    content = file_and_log(sqlite_database)
    for secret in ("罕见姓名", "110101199003079999", "13900000042", "13900000043"):
        assert secret.encode() not in content
    assert b"e1:" in content
