"""Discharge lists: what goes on, what is left out, what is said about it."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.big_list import as_csv, as_xlsx
from bot.intake.discharge_row import DischargeList, Sex
from bot.intake.discharges import read_discharges
from bot.intake.dispositions import Disposition
from bot.intake.faults import Severity
from bot.intake.phones import PhoneStatus

TODAY = dt.date(2026, 11, 22)
EXAMPLES = Path(__file__).parents[2] / "examples"
GOOD = {
    "住院号": "0026000001",
    "姓名": "王小明",
    "出院日期": "2026-11-15",
    "科室": "心内科",
    "联系电话": "13900001001",
}
MAN_OF_1958 = "199999195803140034"


def _read(*records: dict[str, str]) -> DischargeList:
    columns = list(dict.fromkeys(column for record in records for column in record))
    lines = [columns, *([record.get(column, "") for column in columns] for record in records)]
    content = "\n".join("\t".join(line) for line in lines).encode()
    return read_discharges(content, "list.csv", today=TODAY)


def _with(**cells: str) -> dict[str, str]:
    return GOOD | cells


def _codes(found: DischargeList) -> list[str]:
    return [fault.code for fault in found.faults]


def _example(name: str) -> DischargeList:
    return read_discharges((EXAMPLES / name).read_bytes(), name, today=TODAY)


def test_a_good_row_goes_on_without_a_word() -> None:
    found = _read(GOOD)
    (row,) = found.rows
    assert (row.line, row.inpatient_no, row.visit_seq, row.name) == (2, "0026000001", 1, "王小明")
    assert row.discharged_on == dt.date(2026, 11, 15)
    assert row.discharged_at is None
    assert found.faults == ()


@pytest.mark.parametrize("column", ["住院号", "姓名", "出院日期"])
def test_a_row_without_what_is_required_is_left_out_and_the_others_go_on(column: str) -> None:
    other = _with(住院号="0026000002")
    found = _read(GOOD | {column: ""}, other)
    assert [row.line for row in found.rows] == [3]
    (fault,) = found.faults
    assert (fault.code, fault.line, fault.severity) == ("value_missing", 2, Severity.ERROR)
    assert column in fault.message
    assert found.total_rows == 2


def test_a_discharge_in_the_future_is_an_error_that_names_the_row() -> None:
    found = _read(_with(出院日期="2026-11-23"))
    assert found.rows == ()
    assert _codes(found) == ["discharge_in_future"]
    assert "第 2 行" in found.faults[0].message


def test_a_discharge_long_ago_is_a_warning() -> None:
    assert _codes(_read(_with(出院日期="2026-09-22"))) == ["discharge_long_ago"]
    assert _codes(_read(_with(出院日期="2026-09-23"))) == []


def test_a_damaged_inpatient_number_leaves_the_row_out() -> None:
    found = _read(_with(住院号="2.6E+15"))
    assert (found.rows, _codes(found)) == ((), ["number_damaged"])


def test_a_true_identity_number_gives_birth_sex_and_age() -> None:
    (row,) = _read(_with(身份证号=MAN_OF_1958)).rows
    assert (row.birth_date, row.sex) == (dt.date(1958, 3, 14), Sex.MALE)
    assert row.age_years == pytest.approx(68.67, abs=0.01)
    assert not row.birth_is_approximate


def test_a_wrong_identity_number_is_not_stored() -> None:
    found = _read(_with(身份证号=MAN_OF_1958[:-1] + "5"))
    assert (found.rows[0].id_no, _codes(found)) == ("", ["id_checksum"])


@pytest.mark.parametrize("text", ["4.10327E+17", "199999195803140000"])
def test_an_identity_number_excel_destroyed_is_not_stored(text: str) -> None:
    found = _read(_with(身份证号=text))
    assert found.rows[0].id_no == ""
    assert _codes(found) in (["number_lost"], ["id_damaged"])


def test_a_passport_is_stored_unchecked() -> None:
    (row,) = _read(_with(证件类型="护照", 证件号码="e00000000")).rows
    assert (row.id_type, row.id_no) == ("passport", "E00000000")


def test_birth_and_sex_that_contradict_the_identity_number_are_warnings() -> None:
    found = _read(_with(身份证号=MAN_OF_1958, 性别="女", 出生日期="1958-03-15"))
    assert sorted(_codes(found)) == ["birth_disagrees", "sex_disagrees"]


def test_a_birth_reckoned_from_an_age_is_marked() -> None:
    (row,) = _read(_with(年龄="3岁2月", 监护人电话="13900001002")).rows
    assert row.birth_is_approximate
    assert row.birth_date is not None
    assert row.birth_date.year == 2023


def test_nineteen_hundred_means_no_birth_date() -> None:
    (row,) = _read(_with(出生日期="1900-01-01", 年龄="60")).rows
    assert row.birth_is_approximate


def test_a_child_needs_a_guardian_to_be_reached() -> None:
    assert _codes(_read(_with(年龄="13"))) == ["guardian_missing"]
    assert _codes(_read(_with(年龄="13", 监护人="王样", 监护人电话="13900001002"))) == []


def test_a_guardian_with_a_mobile_is_enough_for_a_child_without_a_phone() -> None:
    found = _read(_with(年龄="28天", 联系电话="", 监护人电话="13900001002"))
    assert _codes(found) == []
    assert found.rows[0].phones[0].status is PhoneStatus.MISSING


@pytest.mark.parametrize(
    ("text", "code", "status"),
    [
        ("", "phone_missing", PhoneStatus.MISSING),
        ("无", "phone_placeholder", PhoneStatus.PLACEHOLDER),
        ("1390000100", "phone_malformed", PhoneStatus.MALFORMED),
        ("1.39E+10", "phone_damaged", PhoneStatus.DAMAGED),
        ("0510-88880000", "phone_landline", PhoneStatus.LANDLINE),
    ],
)
def test_a_patient_who_cannot_be_written_to_stays_in_the_list(
    text: str, code: str, status: PhoneStatus
) -> None:
    found = _read(_with(联系电话=text))
    assert sorted(_codes(found)) == sorted([code, "no_mobile"])
    assert found.rows[0].phones[0].status is status


def test_one_number_at_more_than_three_patients_is_suspect() -> None:
    three = [_with(住院号=str(number), 姓名=f"王示{number}") for number in range(1, 4)]
    assert _codes(_read(*three)) == []
    found = _read(*three, _with(住院号="4", 姓名="王示4"))
    assert _codes(found) == ["phone_shared"]
    assert {row.phones[0].status for row in found.rows} == {PhoneStatus.SHARED}


def test_several_stays_of_one_patient_do_not_make_a_number_shared() -> None:
    assert _codes(_read(*(_with(住院号=str(number)) for number in range(5)))) == []


def test_of_two_rows_of_one_stay_the_last_counts() -> None:
    found = _read(_with(联系电话="13900001009"), GOOD)
    assert [row.line for row in found.rows] == [3]
    assert _codes(found) == ["stay_repeated"]


def test_two_stays_under_one_number_are_kept_apart_by_their_count() -> None:
    first, second = _with(住院次数="1"), _with(住院次数="第2次")
    assert [row.visit_seq for row in _read(first, second).rows] == [1, 2]


def test_without_a_count_the_later_discharge_counts() -> None:
    found = _read(_with(出院日期="2026-11-20"), _with(出院日期="2026-11-10"))
    assert [row.discharged_on.day for row in found.rows] == [20]
    assert _codes(found) == ["stay_two_dates"]


def test_two_names_under_one_number_keep_neither() -> None:
    found = _read(GOOD, _with(姓名="李示例"), _with(住院号="2"))
    assert [row.line for row in found.rows] == [4]
    assert [fault.line for fault in found.faults] == [2, 3]


def test_an_unknown_person_is_left_out() -> None:
    found = _read(_with(姓名="无名氏"))
    assert (found.rows, _codes(found)) == ((), ["patient_unnamed"])


@pytest.mark.parametrize(
    "cells", [{"离院方式": "5"}, {"离院方式": "1", "转归": "死亡"}, {"出院情况": "抢救无效死亡"}]
)
def test_death_in_any_column_wins(cells: dict[str, str]) -> None:
    found = _read(GOOD | cells)
    assert found.rows[0].disposition is Disposition.DIED
    assert _codes(found) == ["patient_died"]


def test_a_bare_outcome_code_is_not_guessed() -> None:
    found = _read(_with(转归="4"))
    assert (found.rows[0].disposition, _codes(found)) == (None, ["outcome_code"])


@pytest.mark.parametrize(("text", "answer"), [("同意", True), ("拒绝", False), ("", None)])
def test_consent_is_yes_no_or_unknown(text: str, *, answer: bool | None) -> None:
    assert _read(_with(随访同意=text)).rows[0].consent is answer


def test_consent_nobody_understands_is_no_consent() -> None:
    found = _read(_with(随访同意="再说"))
    assert (found.rows[0].consent, _codes(found)) == (None, ["word_unknown"])


@pytest.mark.parametrize(
    ("text", "kept"), [("", False), ("否", False), ("是", True), ("不告知本人", True)]
)
def test_any_remark_on_protective_disclosure_is_honoured(text: str, *, kept: bool) -> None:
    assert _read(_with(保护性医疗=text)).rows[0].protective_disclosure is kept


def test_needs_and_tags_come_from_flags_and_texts() -> None:
    (row,) = _read(_with(耳聋="是", 语言="锡剧话", 高危="是", 标签="化疗、造口")).rows
    assert row.needs == ("听力障碍", "锡剧话")
    assert row.tags == ("高危", "化疗", "造口")


def test_a_contact_is_not_authorised_unless_the_list_says_so() -> None:
    assert _read(_with(联系人="王样")).rows[0].contact_authorised is None
    assert _read(_with(联系人="王样", 联系人授权="是")).rows[0].contact_authorised is True


def test_a_name_a_system_could_not_write_is_noticed() -> None:
    assert _codes(_read(_with(姓名="王?明"))) == ["name_damaged"]


def test_a_row_shows_only_its_line_when_printed() -> None:
    assert repr(_read(GOOD).rows[0]) == "DischargeRow(line=2)"


def test_the_clean_example_is_clean() -> None:
    found = _example("discharges.csv")
    assert len(found.rows) == found.total_rows == 24
    assert {fault.severity for fault in found.faults} == {Severity.INFO}
    assert all(row.id_no for row in found.rows if (row.age_years or 0) > 1)
    assert {"施𠮷样", "阿依·示例"} <= {row.name for row in found.rows}


def test_the_dirty_text_tells_each_fault_where_it_is() -> None:
    found = _example("discharges_dirty.csv")
    assert {(fault.line, fault.code) for fault in found.faults} >= {
        (7, "number_lost"),
        (7, "phone_damaged"),
        (8, "id_checksum"),
        (8, "phone_placeholder"),
        (9, "zeros_lost"),
        (9, "discharge_in_future"),
        (10, "stay_repeated"),
        (12, "stay_two_names"),
        (13, "stay_two_names"),
        (14, "patient_unnamed"),
        (15, "patient_died"),
        (17, "value_missing"),
        (18, "guardian_missing"),
        (20, "phone_shared"),
        (24, "discharge_long_ago"),
        (25, "date_invalid"),
        (26, "total_mismatch"),
    }
    assert len(found.rows) == 14
    assert found.total_rows == 21
    assert [row.diagnosis_name for row in found.rows if row.line in {20, 21}] == [
        "=1+1",
        "<b>抑郁发作</b>",
    ]


def test_no_message_holds_a_name_a_telephone_or_an_identity_number() -> None:
    for path in EXAMPLES.glob("discharges*"):
        found = _example(path.name)
        told = "".join(fault.message for fault in found.faults)
        assert not re.search(r"\d{7,}", told.replace("2026-11-15", ""))
        assert not [row.name for row in found.rows if row.name in told]


def test_the_dirty_workbook_is_read_through_merges_dates_and_numbers() -> None:
    found = _example("discharges_dirty.xlsx")
    assert [(row.line, row.name, row.ward) for row in found.rows] == [
        (4, "王小明", "心内一病区"),
        (5, "李示例", "心内一病区"),
        (7, "陈试用", "外一病区"),
        (8, "褚练习", "外一病区"),
    ]
    assert [row.discharged_on.day for row in found.rows] == [16, 16, 17, 18]
    assert found.rows[0].contact_phones[0].number == "13900003201"
    assert found.rows[0].phones[0].number == "13900001201"
    assert {(fault.line, fault.code) for fault in found.faults} == {
        (5, "number_lost"),
        (6, "value_missing"),
    }


def test_the_web_page_named_xls_is_read_through_its_spans() -> None:
    found = _example("discharges_html.xls")
    assert [(row.line, row.name, row.ward) for row in found.rows] == [
        (3, "韩示范", "肿瘤病区"),
        (4, "杨仿真", "肿瘤病区"),
        (5, "<i>何小试", "儿科病区"),
    ]
    assert [phone.number for phone in found.rows[1].phones] == ["13900001302", "0510-88881302"]
    assert found.rows[1].discharged_at is not None


def test_the_old_workbook_is_read() -> None:
    found = _example("discharges_old.xls")
    assert [(row.name, row.department, row.age_years) for row in found.rows] == [
        ("周范文", "内分泌科", 64),
        ("吴举例", "内分泌科", 45),
    ]
    assert found.faults == ()


@pytest.mark.parametrize("make", [as_csv, as_xlsx])
def test_a_long_list_is_read_whole(make: Callable[[int], bytes]) -> None:
    found = read_discharges(make(2000), "big", today=TODAY)
    assert len(found.rows) == found.total_rows == 2000
    assert not [fault for fault in found.faults if fault.severity is Severity.ERROR]
