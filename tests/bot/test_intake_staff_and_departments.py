"""Lists of departments and staff."""

from pathlib import Path

import pytest

from bot.intake.departments import FollowUp, read_departments
from bot.intake.staff import StaffRole, read_staff

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_the_example_departments_are_read() -> None:
    found = read_departments((EXAMPLES / "departments.csv").read_bytes(), "departments.csv")
    by_name = {row.name: row for row in found.rows}
    assert len(by_name) == 6
    assert found.faults == ()
    assert by_name["心内科"].aliases == ("心血管内科", "内一科")
    assert by_name["心内科"].duty_phones[0].number == "0510-88880191"
    assert by_name["精神科"].follow_up is FollowUp.SELECTIVE
    assert by_name["精神科"].hide_name_at_first
    assert by_name["儿科"].code == "0401"


def test_a_department_without_a_duty_phone_is_a_warning() -> None:
    found = read_departments("名称,工作电话\n心内科,0510-88880101".encode(), "a.csv")
    assert [fault.code for fault in found.faults] == ["duty_phone_missing"]
    assert found.rows[0].follow_up is FollowUp.ALL


def test_the_last_of_two_departments_of_one_name_counts() -> None:
    content = "编码,名称,值班电话\n1,心内科,0510-88880191\n2,心内科,0510-88880192".encode()
    found = read_departments(content, "a.csv")
    assert [row.code for row in found.rows] == ["2"]
    assert [fault.code for fault in found.faults] == ["record_repeated"]


def test_the_example_staff_are_read() -> None:
    found = read_staff((EXAMPLES / "staff.csv").read_bytes(), "staff.csv")
    by_number = {row.number: row for row in found.rows}
    assert len(by_number) == 33
    assert found.faults == ()
    assert {role for row in found.rows for role in row.roles} == set(StaffRole)
    assert by_number["D0102"].departments == ("心内科", "内分泌科")
    assert by_number["D0601"].roles == (StaffRole.DOCTOR, StaffRole.DIRECTOR)
    assert not by_number["A0005"].is_active
    assert not by_number["A0004"].is_licensed


def test_an_unknown_role_gives_no_rights() -> None:
    found = read_staff("工号,姓名,角色\n1,刘示例,院长\n2,陈示例,护士长".encode(), "a.csv")
    assert [row.number for row in found.rows] == ["2"]
    assert [fault.code for fault in found.faults] == ["role_unknown"]


@pytest.mark.parametrize(
    ("text", "active"), [("在岗", True), ("", True), ("离职", False), ("待定", False)]
)
def test_only_a_known_status_keeps_somebody_active(text: str, *, active: bool) -> None:
    found = read_staff(f"工号,姓名,角色,状态\n1,刘示例,责任护士,{text}".encode(), "a.csv")
    assert found.rows[0].is_active is active


def test_a_member_of_staff_is_not_shown_when_printed() -> None:
    found = read_staff("工号,姓名,角色,手机\n1,刘示例,责任护士,13900001001".encode(), "a.csv")
    assert "刘示例" not in repr(found)
    assert "13900001001" not in repr(found)
