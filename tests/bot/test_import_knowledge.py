"""The list of standard answers, as a clerk imports it."""

from datetime import UTC, datetime
from pathlib import Path

from bot.import_lists import ListFile
from bot.knowledge_lists import take_knowledge_list
from handlers.knowledge import Wanted, search

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
EXAMPLE = Path(__file__).parents[2] / "examples" / "knowledge.csv"
HEAD = "编号,主题,科室,疾病,问题,问法,答案,审核人,审核日期,复审日期\n"
FORBIDDEN = ("mg", "毫克", "片", "粒", "毫升", "您得了", "您患的是", "您这是")


def a_list(*rows: str) -> ListFile:
    """A file of these rows."""
    return ListFile("kb.csv", (HEAD + "\n".join(rows) + "\n").encode())


async def test_the_example_goes_in_whole_and_twice_changes_nothing(sqlite_database: str) -> None:
    assert sqlite_database
    file = ListFile(EXAMPLE.name, EXAMPLE.read_bytes())
    first = await take_knowledge_list(file, NOW, dry_run=False)
    again = await take_knowledge_list(file, NOW, dry_run=False)
    assert (first.read, first.taken, first.faults) == (25, 25, ())
    assert dict(again.counts)["未变"] == 25
    found = await search(Wanted("伤口能不能碰水"), NOW.date())
    assert found[0].code == "KF-01"


def test_the_example_names_no_dose_and_no_diagnosis() -> None:
    text = EXAMPLE.read_text("utf-8")
    assert [word for word in FORBIDDEN if word in text] == []


async def test_a_bad_row_is_named_and_the_good_ones_go_in(sqlite_database: str) -> None:
    assert sqlite_database
    file = a_list(
        "A,流程,,,怎么挂号,,在一楼窗口。,示例审核人,2026-11-01,2027-11-01",
        "B,流程,,,怎么退号,,在一楼窗口。,,2026-11-01,2027-11-01",
        "C,流程,,,怎么改号,,在一楼窗口。,示例审核人,2026-11-01,2026-11-01",
        "D,流程,不存在科,,怎么换号,,在一楼窗口。,示例审核人,2026-11-01,",
    )
    summary = await take_knowledge_list(file, NOW, dry_run=False)
    assert (summary.read, summary.taken) == (4, 1)
    assert [(fault.line, fault.code) for fault in summary.faults] == [
        (3, "value_missing"),
        (4, "knowledge_review_overdue"),
        (5, "knowledge_department_unknown"),
    ]


async def test_a_preview_keeps_nothing(sqlite_database: str) -> None:
    assert sqlite_database
    file = a_list("A,流程,,,怎么挂号,;,在一楼窗口。,示例审核人,2026-11-01,2027-11-01")
    summary = await take_knowledge_list(file, NOW, dry_run=True)
    assert summary.taken == 1
    assert await search(Wanted("挂号"), NOW.date()) == []
