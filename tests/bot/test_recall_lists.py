"""The list of who did not come for review: as wards write it, and as a clerk brings it."""

import asyncio
import datetime as dt
from datetime import UTC, datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from pydantic import SecretStr
from rich.console import Console

from bot.imports import import_file
from bot.intake.headers import RECALLS
from bot.intake.recalls import RecallList, read_recalls
from bot.settings import Settings
from models.conversation import Outgoing
from models.database import close_database, open_database
from models.keys import KeyRing
from models.office import ConsultTask

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "examples"
# Sunday morning
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
TODAY = dt.date(2026, 11, 22)
# border, word, number, border
COUNTS = 4
HEAD = "病案号,住院号,身份证,患者,手机,复查日期,主管医师,科室/门诊,备注"


def _read(*rows: str, head: str = HEAD, encoding: str = "utf-8") -> RecallList:
    return read_recalls("\n".join((head, *rows)).encode(encoding), "list.csv", today=TODAY)


def _codes(found: RecallList) -> list[str]:
    return [fault.code for fault in found.faults]


def test_a_row_says_who_should_have_come_when_to_whom_and_why() -> None:
    row = "B1,0020260010,,陈 试用,13900001010 / 13900003010,2026年11月20日,褚样例,普外科,换药"
    [found] = _read(row).rows
    assert (found.name, found.mrn, found.inpatient_no) == ("陈试用", "B1", "0020260010")
    assert found.phones == ("13900001010", "13900003010")
    assert found.due_on == dt.date(2026, 11, 20)
    assert (found.doctor, found.clinic, found.remark) == ("褚样例", "普外科", "换药")


def test_a_messy_sheet_is_read_all_the_same() -> None:
    """A title, merged wards, a ditto, serial dates, full-width digits, a footer, GB18030."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (
        ["十一月未复诊病人名单"],
        ["科室", "医生", "姓名", "住院号", "应复诊日期", "序"],
        ["普外科", "褚样例", "陈试用", "００２０２６００１０", dt.date(2026, 11, 20), 1],
        ["", "同上", "蒋草稿", "0020260013", 46347, 2],
        ["", "", "", "", "", ""],
        ["合计", "2人"],
    ):
        sheet.append(line)
    sheet.merge_cells("A3:A4")
    out = BytesIO()
    book.save(out)
    found = read_recalls(out.getvalue(), "未复诊.xls", today=TODAY)
    assert [(row.line, row.inpatient_no, row.clinic) for row in found.rows] == [
        (3, "0020260010", "普外科"),
        (4, "0020260013", "普外科"),
    ]
    assert [row.doctor for row in found.rows] == ["褚样例", "褚样例"]
    assert found.rows[1].due_on == dt.date(2026, 11, 21)
    assert _codes(found) == ["columns_ignored"]
    chinese = _read("B1,,,陈试用,,20261120,,,", encoding="gb18030")
    assert [row.name for row in chinese.rows] == ["陈试用"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("B1,,,,,2026-11-20,,,", "row_ignored"),
        ("B1,,,陈试用,,,,,", "value_missing"),
        ("B1,,,陈试用,,11月20日,,,", "date_invalid"),
        ("B1,,,陈试用,,2026-02-31,,,", "date_invalid"),
        ("B1,,,陈试用,,2026-11-23,,,", "recall_not_due"),
        ("B1,,,无名氏,,2026-11-20,,,", "patient_unnamed"),
        (",,,陈试用,,2026-11-20,,,", "recall_without_number"),
        (",,,陈试用,12345,2026-11-20,,,", "recall_without_number"),
        (",,199999198502030215,陈试用,,2026-11-20,,,", "recall_without_number"),
        ("2.6E+10,,,陈试用,,2026-11-20,,,", "recall_without_number"),
        ("B1,,,陈试用,,2026-11-20,,,,,错列", "row_shifted"),
    ],
)
def test_a_bad_row_is_named_and_the_next_one_goes_on(row: str, code: str) -> None:
    found = _read(row, "B2,,,钱测试,,2026-11-20,,,")
    assert code in _codes(found)
    assert [kept.line for kept in found.rows] == [3]


def test_a_review_of_today_may_have_been_missed() -> None:
    assert len(_read("B1,,,陈试用,,2026-11-22,,,").rows) == 1


def test_a_list_without_names_or_days_is_refused_as_a_whole() -> None:
    found = _read("B1,2026-11-20", head="病案号,应复诊日期")
    assert found.rows == ()
    assert "column_missing" in _codes(found)


def test_no_fault_and_no_row_shows_a_person() -> None:
    found = _read(",,199999198502030215,陈试用,1390000,2026-11-20,,,", "B2,,,钱测试,,20261120,,,")
    shown = " ".join(fault.message for fault in found.faults) + repr(found.rows)
    assert "陈试用" not in shown
    assert "钱测试" not in shown
    assert "19999919" not in shown


def test_the_docs_name_every_column() -> None:
    text = (ROOT / "docs" / "lists.md").read_text(encoding="utf-8")
    section = text.partition("## Reviews nobody came to")[2]
    assert [label for label in RECALLS.labels.values() if f"| {label} |" not in section] == []


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

    def ward(self) -> None:
        """The hospital whose patients the sample names."""
        for kind in ("departments", "clinics", "discharges"):
            assert self.imports(kind, SAMPLES / f"{kind}.csv") == 0

    def count(self, word: str) -> int:
        """The number beside a word of the summary."""
        rows = [line.split("│") for line in self.said.splitlines()]
        return int(next(row[2] for row in rows if len(row) == COUNTS and word in row[1]))

    def kept(self) -> tuple[int, int]:
        """How many tasks and messages there are."""
        return asyncio.run(self._kept())

    async def _kept(self) -> tuple[int, int]:
        await open_database(self.settings.database_url.get_secret_value(), self.settings.key_file)
        try:
            return await ConsultTask.all().count(), await Outgoing.all().count()
        finally:
            await close_database()


@pytest.fixture
def clerk(url: str, tmp_path: Path, key_ring: KeyRing, monkeypatch: pytest.MonkeyPatch) -> Clerk:
    """An installation with an empty database, once of each kind."""
    monkeypatch.setenv("COLUMNS", "200")
    keys = tmp_path / "keys.json"
    key_ring.write_new(keys)
    settings = Settings(
        database_url=SecretStr(url), key_file=keys, hospital_name="示例医院", _env_file=None
    )
    return Clerk(settings)


def test_the_sample_of_the_docs_is_previewed_taken_and_taken_again(clerk: Clerk) -> None:
    """Its people have shown no address yet, so they are phoned; one of them has died."""
    clerk.ward()
    assert clerk.imports("recalls", SAMPLES / "recalls.csv", dry_run=True) == 0
    assert (clerk.count("记录总数"), clerk.count("已交咨询室打电话")) == (5, 4)
    assert "没有写入任何内容" in clerk.said
    assert clerk.kept() == (0, 0)
    assert clerk.imports("recalls", SAMPLES / "recalls.csv") == 0
    assert (clerk.count("已交咨询室打电话"), clerk.count("已故")) == (4, 1)
    assert clerk.kept() == (4, 0)
    assert clerk.imports("recalls", SAMPLES / "recalls.csv") == 0
    assert clerk.count("此前已通知") == 4
    assert clerk.kept() == (4, 0)


def test_nobody_known_is_reported_and_ends_the_command_with_a_fault(
    clerk: Clerk, tmp_path: Path
) -> None:
    report = tmp_path / "faults.csv"
    assert clerk.imports("recalls", SAMPLES / "recalls.csv", report=report) == 1
    assert clerk.count("找不到的患者") == 5
    assert report.read_text(encoding="utf-8-sig").count("找不到这位患者") == 5
