"""The import command, run as a clerk runs it: files in, a readable report and an exit code out."""

import asyncio
import csv
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import SecretStr
from rich.console import Console

from benchmarks.big_list import as_csv
from bot.imports import import_file
from bot.intake.discharges import read_discharges
from bot.settings import Settings
from handlers.discharges import ROWS_AT_ONCE
from models.care import Encounter, FollowUpPlan
from models.database import close_database, open_database
from models.hospital import Department, StaffMember, StaffSession
from models.keys import KeyRing
from models.people import Patient, RespondentRole, ResponderRole
from models.row import Row

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal wide enough not to break lines, and no .env of whoever runs the tests."""
    monkeypatch.setenv("COLUMNS", "200")


class Clerk:
    """Runs the command against one installation."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.said = ""

    def imports(self, kind: Any, path: Path, **options: Any) -> int:
        """Run the command; what it printed is in `said`."""
        page = StringIO()
        console = Console(file=page, width=200)
        code = import_file(kind, path, self.settings, at=NOW, console=console, **options)
        self.said = page.getvalue()
        return code

    def example(self, kind: Any, name: str = "", **options: Any) -> int:
        """Run the command on one of the examples."""
        return self.imports(kind, EXAMPLES / (name or f"{kind}.csv"), **options)

    def rows(self, table: type[Row], **named: Any) -> list[Any]:
        """Read rows from the installation's database."""
        return cast("list[Any]", asyncio.run(self._rows(table, named)))

    async def _rows(self, table: type[Row], named: dict[str, Any]) -> list[Row]:
        url = self.settings.database_url.get_secret_value()
        await open_database(url, self.settings.key_file)
        try:
            return list(await table.filter(**named))
        finally:
            await close_database()


@pytest.fixture
def clerk(url: str, tmp_path: Path, key_ring: KeyRing) -> Clerk:
    """An installation with an empty database, once of each kind."""
    keys = tmp_path / "keys.json"
    key_ring.write_new(keys)
    return Clerk(
        Settings(
            database_url=SecretStr(url), key_file=keys, hospital_name="示例医院", _env_file=None
        )
    )


def test_the_examples_go_in_and_are_summed_up(clerk: Clerk) -> None:
    assert clerk.example("departments") == 0
    assert clerk.example("staff") == 0
    assert clerk.example("discharges") == 0
    assert "新建随访计划" in clerk.said
    assert "不随访：选择性随访科室" in clerk.said
    assert len(clerk.rows(Encounter)) == 24
    assert len(clerk.rows(FollowUpPlan)) == 20


def test_the_examples_twice_change_nothing(clerk: Clerk) -> None:
    for kind in ("departments", "staff", "discharges"):
        clerk.example(kind)
    for kind in ("departments", "staff", "discharges"):
        assert clerk.example(kind) == 0
        assert (
            "│ 新建     │    0 │" in clerk.said or "│ 新建                   │    0 │" in clerk.said
        )
    assert len(clerk.rows(Encounter)) == 24
    assert len(clerk.rows(Department)) == 6


def test_a_dry_run_shows_the_same_numbers_and_keeps_nothing(clerk: Clerk) -> None:
    clerk.example("departments")
    assert clerk.example("discharges", dry_run=True) == 0
    tried = [line for line in clerk.said.splitlines() if line.startswith("│")]
    assert "没有写入任何内容" in clerk.said
    assert clerk.rows(Encounter) == []
    clerk.example("discharges")
    assert [line for line in clerk.said.splitlines() if line.startswith("│")] == tried


def test_a_dry_run_of_staff_and_departments_keeps_nothing(clerk: Clerk) -> None:
    for kind in ("departments", "staff"):
        assert clerk.example(kind, dry_run=True) == 0
    assert clerk.rows(Department) == []
    assert clerk.rows(StaffMember) == []


def test_good_rows_go_in_and_every_fault_is_in_the_csv(clerk: Clerk, tmp_path: Path) -> None:
    faults = tmp_path / "faults.csv"
    clerk.example("departments")
    assert clerk.example("discharges", "discharges_dirty.csv", report=faults) == 0
    with faults.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["行", "级别", "列", "说明"]
    assert ["9", "未导入", "出院日期", "第 9 行出院日期 2027-11-15 晚于今天，未导入。"] in rows
    assert len(clerk.rows(Encounter)) == 14


def test_nothing_of_a_patient_stands_in_the_report(clerk: Clerk, tmp_path: Path) -> None:
    faults = tmp_path / "faults.csv"
    clerk.example("discharges", "discharges_dirty.csv", report=faults)
    shown = clerk.said + faults.read_text(encoding="utf-8-sig")
    content = (EXAMPLES / "discharges_dirty.csv").read_bytes()
    rows = read_discharges(content, "list.csv", today=NOW.date()).rows
    assert rows
    secrets = [row.name for row in rows] + [row.id_no for row in rows if row.id_no]
    secrets += [phone.number for row in rows for phone in row.phones if phone.number]
    assert not [place for place, secret in enumerate(secrets) if secret in shown]


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), b"a,b\n1,2\n"])
def test_a_file_that_is_no_list_ends_with_1(clerk: Clerk, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    assert clerk.imports("discharges", path) == 1
    assert "文件没有导入" in clerk.said


def test_a_missing_file_ends_with_1_and_its_name(clerk: Clerk, tmp_path: Path) -> None:
    assert clerk.imports("discharges", tmp_path / "出院.csv") == 1
    assert "找不到文件：出院.csv" in clerk.said


def test_a_list_of_which_no_row_goes_in_ends_with_1(clerk: Clerk, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("住院号,姓名,出院日期\nZ1,测试甲,2027-01-01\n", encoding="utf-8")
    assert clerk.imports("discharges", path) == 1


def test_a_day_without_discharges_is_no_failure(clerk: Clerk, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("住院号,姓名,出院日期\n", encoding="utf-8")
    assert clerk.imports("discharges", path) == 0


def test_a_list_without_any_admin_is_refused_as_a_whole(clerk: Clerk, tmp_path: Path) -> None:
    clerk.example("departments")
    clerk.example("staff")
    path = tmp_path / "staff.csv"
    path.write_text(
        "工号,姓名,角色,状态\nA0004,孔信息,信息科,在岗\nN0999,新护士,护士,在岗\n", encoding="utf-8"
    )
    assert clerk.imports("staff", path) == 1
    assert "没有在岗的管理员" in clerk.said
    assert clerk.rows(StaffMember, username="N0999") == []


def test_staff_see_their_departments_whatever_the_list_calls_them(
    clerk: Clerk, tmp_path: Path
) -> None:
    """An alias opens the department; a name nobody knows opens nothing, and never everything."""
    clerk.example("departments")
    path = tmp_path / "staff.csv"
    path.write_text(
        "工号,姓名,角色,科室\nN1,张示例,护士,内一科\nM1,李示例,科主任,妇产科\nA1,王示例,医务科,医务科\n",
        encoding="utf-8",
    )
    assert clerk.imports("staff", path) == 0
    found = {row.username: row.departments for row in clerk.rows(StaffMember)}
    assert found == {"N1": ["0101"], "M1": ["妇产科"], "A1": []}
    assert "妇产科" in clerk.said


def test_who_has_left_is_signed_out(clerk: Clerk, tmp_path: Path) -> None:
    clerk.example("staff")
    asyncio.run(_sign_in(clerk, "N0101"))
    path = tmp_path / "staff.csv"
    path.write_text("工号,姓名,角色,状态\nN0101,刘责护,责任护士,离职\n", encoding="utf-8")
    assert clerk.imports("staff", path) == 0
    assert [session.revoked_at for session in clerk.rows(StaffSession)] == [NOW]


async def _sign_in(clerk: Clerk, username: str) -> None:
    url = clerk.settings.database_url.get_secret_value()
    await open_database(url, clerk.settings.key_file)
    staff = await StaffMember.get(username=username)
    await StaffSession.create(
        token_hash="a" * 64,
        staff_id=staff.id,
        csrf_token="b",
        created_at=NOW,
        seen_at=NOW,
        expires_at=NOW,
    )
    await close_database()


def test_a_department_without_code_keeps_the_one_it_has(clerk: Clerk, tmp_path: Path) -> None:
    clerk.example("departments")
    path = tmp_path / "departments.csv"
    path.write_text("名称,值班电话\n心内科,0510-88880999\n康复科,0510-88880998\n", encoding="utf-8")
    assert clerk.imports("departments", path) == 0
    found = {row.name: (row.code, row.tel) for row in clerk.rows(Department)}
    assert found["心内科"] == ("0101", "0510-88880999")
    assert found["康复科"] == ("康复科", "0510-88880998")


def test_two_departments_under_one_code_are_named(clerk: Clerk, tmp_path: Path) -> None:
    path = tmp_path / "departments.csv"
    path.write_text("编码,名称\n01,心内科\n01,骨科\n", encoding="utf-8")
    clerk.imports("departments", path)
    assert [row.name for row in clerk.rows(Department)] == ["心内科"]
    assert "第 3 行科室编码与第 2 行相同" in clerk.said


LIST = "病案号,住院号,姓名,出院日期,联系电话,诊断编码,出院诊断,出院带药,标签\n"


@pytest.mark.parametrize(
    ("cells", "tag"),
    [
        ("Z51.102,结肠恶性肿瘤,,", "chemo"),
        (",肺癌化疗后,,", "chemo"),
        (",,,粒缺", "neutropenia"),
        (",,华法林钠片,", "anticoagulant"),
        (",,门冬胰岛素注射液,", "high-risk-drug"),
    ],
)
def test_what_makes_fever_or_a_stopped_drug_dangerous_is_tagged(
    clerk: Clerk, tmp_path: Path, cells: str, tag: str
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"{LIST}B1,Z1,测试甲,2026-11-20,13900001001,{cells}\n", encoding="utf-8")
    clerk.imports("discharges", path)
    [patient] = clerk.rows(Patient)
    assert tag in patient.tags


def test_a_plain_diagnosis_is_not_tagged(clerk: Clerk, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    row = "B1,Z1,测试甲,2026-11-20,13900001001,I10.x00,高血压病,氨氯地平片,高血压\n"
    path.write_text(LIST + row, encoding="utf-8")
    clerk.imports("discharges", path)
    [patient] = clerk.rows(Patient)
    assert patient.tags == ["高血压"]


def test_a_childs_number_in_the_patients_column_is_the_childs(clerk: Clerk, tmp_path: Path) -> None:
    """R218: what a note ascribes to a relative is not taken for the patient's own."""
    path = tmp_path / "list.csv"
    row = "B1,Z1,测试甲,2026-11-20,13900001001/13900001002 儿子,,,,\n"
    path.write_text(LIST + row, encoding="utf-8")
    clerk.imports("discharges", path)
    roles = {row.role: (row.relation, row.authorised) for row in clerk.rows(RespondentRole)}
    assert roles == {
        ResponderRole.SELF: ("", True),
        ResponderRole.RELATIVE: ("儿子", False),
    }


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    """The command line itself, on SQLite in a folder of its own."""
    path = tmp_path / "list.csv"
    path.write_bytes(as_csv(1500))
    return [sys.executable, str(ROOT / "main.py"), "import", "discharges", str(path)]


def test_an_import_that_is_killed_is_run_again_without_doing_anything_twice(
    command: list[str], tmp_path: Path
) -> None:
    """SIGKILL in the middle: whole chunks are there, and the second run adds the rest."""
    file = tmp_path / "suifang.db"
    settings = {
        "SUIFANG_DATABASE_URL": f"sqlite://{file}",
        "SUIFANG_KEY_FILE": str(tmp_path / "keys.json"),
    }
    options: dict[str, Any] = {"env": os.environ | settings, "cwd": tmp_path}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, **options)  # noqa: S603 - our own program
    while process.poll() is None and _count(file, "encounter") < 400:
        time.sleep(0.02)
    process.kill()
    process.wait()
    taken = _count(file, "encounter")
    assert 400 <= taken < 1500
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **options)  # noqa: S603 - as above
    assert _count(file, "encounter") == _count(file, "follow_up_plan") == 1500
    assert _count(file, "follow_up_task") == 4500
    assert _count(file, "patient") == 1500


def test_others_can_write_while_a_long_list_goes_in(command: list[str], tmp_path: Path) -> None:
    """SQLite has one writer: a patient's answer may wait for a chunk, never for the list."""
    file = tmp_path / "suifang.db"
    settings = {
        "SUIFANG_DATABASE_URL": f"sqlite://{file}",
        "SUIFANG_KEY_FILE": str(tmp_path / "keys.json"),
    }
    options: dict[str, Any] = {"env": os.environ | settings, "cwd": tmp_path}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, **options)  # noqa: S603 - ours
    while process.poll() is None and _count(file, "encounter") < 1:
        time.sleep(0.02)
    before = _count(file, "encounter")
    with closing(sqlite3.connect(file, timeout=60, isolation_level=None)) as database:
        database.execute("UPDATE number_series SET last_number = last_number WHERE name = 'none'")
    # the chunk under way, and at most the one that began in the meantime
    assert _count(file, "encounter") <= before + 2 * ROWS_AT_ONCE
    assert process.wait() == 0


def _count(file: Path, table: str) -> int:
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
            counted = database.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - our tables
            return int(counted.fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def test_a_department_has_the_plan_its_list_names_and_an_unknown_one_is_told(
    clerk: Clerk, tmp_path: Path
) -> None:
    file = tmp_path / "departments.csv"
    rows = ("0101,心内科,集中4-7工作日", "0102,内分泌科,chronic_monthly", "0103,骨科,没有")
    file.write_text("\n".join(("编码,名称,随访方案", *rows)), encoding="utf-8")
    assert clerk.imports("departments", file) == 0
    plans = {row.name: row.plan for row in clerk.rows(Department)}
    assert plans == {"心内科": "central", "内分泌科": "chronic_monthly", "骨科": None}
    assert "第 4 行的随访方案“没有”没有" in clerk.said
