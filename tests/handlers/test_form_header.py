"""The head of the follow-up form: eleven fields, filled by the lists or by a nurse (R003)."""

from datetime import date
from pathlib import Path

import pytest

from dialogs.turn import Reply
from handlers.form_header import (
    BadHeader,
    HeaderField,
    header_lines,
    header_of,
    read_fields,
    shipped_fields,
    write_header,
)
from models.audit import AuditEntry
from models.care import Encounter, TaskStatus
from models.people import Patient, Sex
from tests.handlers.test_phone_list import ALL_WELL, a_nurse, fill, to_call
from tests.handlers.ward import a_ward


def test_there_are_eleven_fields_as_shipped() -> None:
    assert [one.label for one in shipped_fields()] == [
        "姓名",
        "性别",
        "年龄",
        "住院号",
        "科室",
        "出院诊断",
        "入院日期",
        "出院日期",
        "主管医生",
        "责任护士",
        "联系电话",
    ]


def test_what_no_list_brings_is_missing_until_it_is_written_down() -> None:
    stay = Encounter(discharged_on=date(2026, 11, 20), header={"insurance": "职工医保"})
    fields = (
        HeaderField("sex", "性别", "sex"),
        HeaderField("doctor", "主管医生", "attending"),
        HeaderField("insurance", "费别"),
        HeaderField("phone", "电话", "phone"),
    )
    lines = header_lines(fields, stay, Patient(sex=Sex.MALE), phone=False)
    assert [(line.key, line.given, line.missing) for line in lines] == [
        ("sex", True, False),
        ("doctor", False, True),
        ("insurance", False, False),
        ("phone", False, True),
    ]


def test_a_file_of_fields_that_cannot_be_used_is_refused_with_every_place(tmp_path: Path) -> None:
    file = tmp_path / "header.toml"
    file.write_text(
        '[[field]]\nkey = "a"\nlabel = "甲"\n[[field]]\nkey = "a"\nlabel = "乙"\n'
        '[[field]]\nkey = "b"\n[[field]]\nkey = "c"\nlabel = "丙"\nfrom = "salary"\n',
        encoding="utf-8",
    )
    with pytest.raises(BadHeader) as refused:
        read_fields(file)
    assert str(refused.value).splitlines() == [
        "header.toml: field 2: a stands twice",
        "header.toml: field 3: key and label are needed",
        "header.toml: field 4: nothing brings salary",
    ]
    file.write_text("field = 3", encoding="utf-8")
    with pytest.raises(BadHeader, match="no \\[\\[field\\]\\]"):
        read_fields(file)


async def test_a_round_is_not_completed_by_phone_before_its_head_is_filled_in(
    sqlite_database: str,
) -> None:
    assert sqlite_database
    ward = await a_ward(plan=False)
    task, nurse = await to_call(ward), await a_nurse(ward)
    await Encounter.filter(id=task.encounter_id).update(attending="", admitted_on=None)
    done = await fill(ward, task.id, nurse, ALL_WELL, complete=True)
    assert (done.completed, done.missing, done.headless) == (False, (), ("入院日期", "主管医生"))
    written = {"attending": " 陈医生 ", "admitted_on": "2026-11-09", "salary": "9000"}
    done = await fill(ward, task.id, nurse, ALL_WELL, header=written, complete=True)
    assert done.completed
    await task.refresh_from_db()
    assert task.status is TaskStatus.COMPLETED
    stay = await Encounter.get(id=task.encounter_id)
    assert stay.header == {"attending": "陈医生", "admitted_on": "2026-11-09"}
    assert await AuditEntry.filter(action="header.written", subject=stay.id).count() == 1


async def test_a_reason_excuses_a_head_that_cannot_be_filled_in(sqlite_database: str) -> None:
    assert sqlite_database
    ward = await a_ward(plan=False)
    task = await to_call(ward)
    await Encounter.filter(id=task.encounter_id).update(nurse="")
    replies: dict[str, Reply] = dict(ALL_WELL)
    done = await fill(
        ward, task.id, await a_nurse(ward), replies, complete=True, reason="F53", note="名单没有"
    )
    assert done.completed


async def test_what_was_written_down_can_be_emptied_again(sqlite_database: str) -> None:
    assert sqlite_database
    ward = await a_ward(plan=False)
    task, nurse = await to_call(ward), await a_nurse(ward)
    fields = (HeaderField("insurance", "费别"),)
    await write_header(fields, task.encounter_id, {"insurance": "自费"}, nurse, ward.now)
    stay = await Encounter.get(id=task.encounter_id)
    assert [line.value for line in await header_of(fields, stay)] == ["自费"]
    await write_header(fields, task.encounter_id, {"insurance": "  "}, nurse, ward.now)
    stay = await Encounter.get(id=task.encounter_id)
    assert [line.missing for line in await header_of(fields, stay)] == [True]
