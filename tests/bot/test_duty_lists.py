"""Rosters and liaison doctors: as hospitals write them, and as a clerk brings them."""

from pathlib import Path

import pytest

from bot.intake.duty import DutyList, read_duty
from bot.intake.headers import DUTY, LIAISONS
from bot.intake.liaisons import read_liaisons
from models.duty import DutyShift, LiaisonDoctor, LiaisonPlace
from models.hospital import StaffRole
from tests.bot.test_imports import EXAMPLES, ROOT, Clerk, clerk, terminal

__all__ = ("clerk", "terminal")
HEAD = "工号,姓名,角色,科室,日期,班次,开始,结束,次序"


def _read(*rows: str, head: str = HEAD, encoding: str = "utf-8") -> DutyList:
    return read_duty("\n".join((head, *rows)).encode(encoding), "list.csv")


def _span(found: DutyList) -> str:
    [row] = found.rows
    return f"{row.starts:%d %H:%M}-{row.ends:%d %H:%M}"


@pytest.mark.parametrize(
    ("row", "span"),
    [
        ("D1,陈示例,值班医生,心内科,2026-11-23,白班,,,", "23 08:00-23 20:00"),
        ("D1,陈示例,值班医生,心内科,2026年11月23日,夜班,,,", "23 20:00-24 08:00"),
        ("D1,陈示例,值班医生,心内科,20261123,24小时,,,", "23 08:00-24 08:00"),
        ("D1,陈示例,值班医生,心内科,2026/11/23,17:30-8:00,,,", "23 17:30-24 08:00"),
        ("D1,陈示例,值班医生,心内科,2026-11-23,,17:30,8:00,", "23 17:30-24 08:00"),
        ("D1,陈示例,,,,,2026-11-23 17:30,2026-11-24 08:00,", "23 17:30-24 08:00"),
        ("D1,陈示例,,,２０２６-11-23,夜 班,,,", "23 20:00-24 08:00"),
    ],
)
def test_a_shift_is_read_however_it_is_written(row: str, span: str) -> None:
    assert _span(_read(row)) == span
    assert _span(_read(row, encoding="gb18030")) == span


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (",陈示例,值班医生,心内科,2026-11-23,白班,,,", "value_missing"),
        ("D1,,值班医生,心内科,2026-11-23,白班,,,", "value_missing"),
        ("D1,陈示例,宇航员,心内科,2026-11-23,白班,,,", "role_unknown"),
        ("D1,陈示例,值班医生,心内科,2026-11-23,早中晚班,,,", "shift_unknown"),
        ("D1,陈示例,值班医生,心内科,,,,,", "shift_missing"),
        ("D1,陈示例,值班医生,心内科,2026-02-31,白班,,,", "date_invalid"),
        ("D1,陈示例,值班医生,心内科,,,2026-11-23 20:00,2026-11-23 08:00,", "shift_reversed"),
        ("D1,陈示例,值班医生,心内科,,,2026-11-23 20:00,2026-12-23 08:00,", "shift_too_long"),
        ("D1,陈示例,值班医生,心内科,,,2026-11-23 20:00,晚上,", "shift_time_invalid"),
        ("D1,陈示例,值班医生,心内科,2026-11-23,白班,,,五线", "place_unknown"),
    ],
)
def test_a_bad_shift_is_named_with_its_reason_and_the_next_goes_on(row: str, code: str) -> None:
    found = _read(row, "D2,钱示例,值班医生,心内科,2026-11-25,白班,,,")
    assert code in {fault.code for fault in found.faults}
    assert [kept.line for kept in found.rows] == [3]
    assert all(fault.line == 2 for fault in found.faults)
    assert "示例" not in " ".join(fault.message for fault in found.faults)


def test_departments_places_and_the_whole_house_are_read() -> None:
    found = _read(
        "D1,陈示例,值班医生,心内科、骨科,2026-11-23,白班,,,二线",
        "A1,吕示例,医务科,全院,2026-11-23,总值班,,,",
    )
    first, second = found.rows
    assert (first.departments, first.place, first.role) == (
        ("心内科", "骨科"),
        2,
        StaffRole.DUTY_DOCTOR,
    )
    assert (second.departments, second.whole_house) == ((), True)


def test_the_places_of_liaison_doctors_are_read() -> None:
    rows = "科室,工号,姓名,次序\n心内科,D1,陈示例,第一\n,D2,钱示例,替补\n,D3,孙示例,第九\n"
    found = read_liaisons(rows.encode(), "list.csv")
    assert [(row.department, row.place) for row in found.rows] == [
        ("心内科", LiaisonPlace.FIRST),
        ("心内科", LiaisonPlace.DEPUTY),
    ]
    assert "place_unknown" in {fault.code for fault in found.faults}


def test_the_example_roster_goes_in_once(clerk: Clerk) -> None:
    clerk.example("departments")
    clerk.example("staff")
    assert clerk.example("duty", dry_run=True) == 0
    assert clerk.rows(DutyShift) == []
    assert clerk.example("duty") == 0
    assert len(clerk.rows(DutyShift)) == 13
    assert "│ 未导入   │    0 │" in clerk.said
    assert clerk.example("duty") == 0
    assert "│ 新建     │    0 │" in clerk.said
    assert len(clerk.rows(DutyShift)) == 13


def test_the_example_of_liaison_doctors_goes_in_once(clerk: Clerk) -> None:
    clerk.example("departments")
    clerk.example("staff")
    assert clerk.example("liaisons") == 0
    assert len(clerk.rows(LiaisonDoctor)) == 8
    assert clerk.example("liaisons") == 0
    assert "│ 未变     │    8 │" in clerk.said


def test_bad_rows_of_a_roster_are_named_and_the_good_go_in(clerk: Clerk, tmp_path: Path) -> None:
    clerk.example("departments")
    clerk.example("staff")
    path = tmp_path / "roster.csv"
    text = (EXAMPLES / "duty.csv").read_text(encoding="utf-8")
    more = (
        "X999,外人,值班医生,心内科,2026-11-25,白班,,,\n"
        "N0101,张冠李,责任护士,心内科,2026-11-25,白班,,,\n"
        "A0005,曹离岗,责任护士,普外科,2026-11-25,白班,,,\n"
        "N0101,刘责护,责任护士,心内科,2026-11-23,12:00-22:00,,,\n"
    )
    path.write_text(text + more, encoding="utf-8")
    assert clerk.imports("duty", path) == 0
    assert len(clerk.rows(DutyShift)) == 13
    for words in ("不在职工名单中", "姓名不同", "已离岗", "时间重叠"):
        assert words in clerk.said


def test_the_docs_name_every_column() -> None:
    text = (ROOT / "docs" / "lists.md").read_text(encoding="utf-8")
    for headers in (DUTY, LIAISONS):
        for name in headers.labels.values():
            assert name in text, name
