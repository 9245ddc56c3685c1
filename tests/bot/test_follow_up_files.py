"""The month of follow-up as files: figures as computed by hand, in a form that can be signed."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader

from bot.follow_up_month import month_workbook, quality_workbook
from bot.follow_up_paper import month_paper
from handlers.desk import Desk
from handlers.reports.follow_up_pack import MonthPack, pack_month
from handlers.reports.follow_up_rules import FigureRules
from handlers.reports.period import month_of
from tests.handlers.follow_up_scene import DECEMBER, a_house, lay_november

pytestmark = pytest.mark.usefixtures("database")

NOVEMBER = month_of("2026-11")
DESK = Desk(hospital="示例医院")


@pytest.fixture
async def pack() -> MonthPack:
    """November as in the table."""
    await lay_november(await a_house())
    return await pack_month(DESK, NOVEMBER, None, DECEMBER)


def _book(body: bytes) -> Any:
    """A workbook; Any, since a cell may hold whatever Excel knows."""
    return openpyxl.load_workbook(BytesIO(body))


async def test_the_table_shows_the_figures_of_the_hand(pack: MonthPack) -> None:
    sheet = _book(month_workbook(DESK, pack))["随访月报"]
    rows: dict[Any, Any] = {row[0]: row for row in sheet.iter_rows(values_only=True)}
    heads = list(rows["科室"])
    total = dict(zip(heads, rows["合计"], strict=True))
    # 7/18; complete 8/12; round 1 7/14 and 5 of 12 in time, round 2 2/2 and 1/2
    assert (total["随访率%"], total["成功率%"]) == (38.9, 66.7)
    assert total["第1轮 完成/及时%"] == "50.0 / 41.7"
    assert total["第2轮 完成/及时%"] == "100.0 / 50.0"
    assert total["第3轮 完成/及时%"] == "-"
    split = ["无法联系", "拒绝", "科室未做", "超期", "技术", "未到期", "无计划"]
    assert total["未完成人次"] == 8 == sum(total[name] for name in split)
    assert total["应随访"] == total["已随访人次"] + total["未完成人次"]
    mind = dict(zip(heads, rows["精神科"], strict=True))
    assert mind["选择性随访"] == "选择性随访"
    words = "".join(str(row[0]) for row in sheet.iter_rows(values_only=True))
    assert all(part in words for part in ("科主任签字", "初步数据", "不计入随访率分母", "×"))
    assert sheet.page_setup.orientation == "landscape"


async def test_bands_show_as_colour_and_as_a_mark(pack: MonthPack) -> None:
    sheet = _book(month_workbook(DESK, pack))["随访月报"]
    rate = next(cell for row in sheet.iter_rows() for cell in row if cell.value == 38.9)
    assert rate.fill.fgColor.rgb.endswith("F6B8B8")
    assert "×" in rate.number_format


async def test_figures_of_the_sheet_lead_to_their_records(pack: MonthPack) -> None:
    sheet = _book(month_workbook(Desk("示例医院", public_url="https://follow.example.org/"), pack))
    cells = [cell for row in sheet["随访月报"].iter_rows() for cell in row if cell.hyperlink]
    links = {cell.hyperlink.target for cell in cells}
    records = "https://follow.example.org/staff/reports/follow-up/records?month=2026-11"
    assert f"{records}&department=A&figure=followed" in links
    assert f"{records}&department=&figure=missing" in links
    # there were no alerts, and nothing is behind a nought or a dash
    assert not any(link.endswith(("figure=red", "figure=round_3")) for link in links)
    assert {cell.value for cell in cells}.isdisjoint({0, "-"})


async def test_in_english_the_files_are_english(pack: MonthPack) -> None:
    desk = Desk("Example Hospital", language="en")
    book = _book(month_workbook(desk, pack))
    assert book.sheetnames[0] == "Month"
    assert "Rate %" in [cell.value for row in book["Month"].iter_rows() for cell in row]
    text = "".join(
        page.extract_text() for page in PdfReader(BytesIO(month_paper(desk, pack))).pages
    )
    assert "follow-up after discharge" in text


async def test_the_other_sheets_hold_curve_reasons_details_and_quality(pack: MonthPack) -> None:
    book = _book(month_workbook(DESK, pack))
    assert book.sheetnames == [
        "随访月报", "月度曲线", "未完成原因", "未完成明细", "未完成与资料质量", "口径",
    ]  # fmt: skip
    curve = [row[:2] for row in book["月度曲线"].iter_rows(min_row=2, max_row=13, values_only=True)]
    assert curve[10] == (11, 38.9)
    assert curve[9] == (10, None)
    reasons = [row[:3] for row in book["未完成原因"].iter_rows(min_row=2, values_only=True)]
    assert ("排除", None, 5) in reasons
    assert (None, "F44 选择性随访(精神科)", 2) in reasons
    details = list(book["未完成明细"].iter_rows(min_row=2, values_only=True))
    assert len(details) == 8
    assert {row[1] for row in details} == {"测*"}
    assert all(sheet.page_setup.orientation == "landscape" for sheet in book.worksheets[:-1])
    quality = list(book["未完成与资料质量"].iter_rows(values_only=True))
    assert quality[-1][:2] == ("合计", 8)
    alone = _book(quality_workbook(DESK, pack))
    assert alone.sheetnames == ["未完成与资料质量", "未完成明细"]


async def test_the_paper_holds_table_and_charts(pack: MonthPack) -> None:
    pages = PdfReader(BytesIO(month_paper(DESK, pack))).pages
    text = "".join(page.extract_text() for page in pages)
    assert all(part in text for part in ("出院患者随访月报", "心内科", "38.9", "未完成原因"))
    assert float(pages[0].mediabox.width) > float(pages[0].mediabox.height)
    resources: list[Any] = [page["/Resources"] for page in pages]
    fonts = [font.get_object() for found in resources for font in found["/Font"].values()]
    assert fonts
    assert all("/FontFile2" in font["/FontDescriptor"] for font in fonts)


async def test_the_footnote_says_whether_deaths_count() -> None:
    await lay_november(await a_house())
    desk = Desk(hospital="示例医院", figures=FigureRules(deaths_count=True))
    pack = await pack_month(desk, NOVEMBER, None, DECEMBER)
    words = [row[0] for row in _book(month_workbook(desk, pack))["口径"].values]
    assert any("按本院设置仍计入随访率分母" in str(line) for line in words)
    assert not any("不计入随访率分母;" in str(line) for line in words)
    assert pack.report.total.figures.followed.whole == 20


async def test_a_month_without_data_makes_files_that_say_so() -> None:
    pack = await pack_month(DESK, month_of("2026-03"), None, DECEMBER)
    sheet = _book(month_workbook(DESK, pack))["随访月报"]
    assert any("没有出院" in str(row[0]) for row in sheet.values)
    text = PdfReader(BytesIO(month_paper(DESK, pack))).pages[0].extract_text()
    assert "没有出院" in text
