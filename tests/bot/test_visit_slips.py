"""Booking cards: on paper, and as the page the counter prints."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
import segno
from pypdf import PdfReader

from bot.visit_slips import card_of, render_cards
from dialogs.timing import local
from handlers.desk import Desk
from handlers.visit_slips import PRINTED, AppointmentSlip
from models.audit import AuditEntry
from models.booking import Appointment, VisitSlip
from models.people import Patient
from tests.bot.book_scene import WEDNESDAY, Outpatients, at, the_outpatients
from tests.bot.staff_site import Desktop, StaffSite, a_colleague, a_site
from tests.bot.test_commands import ROOT, Terminal
from tests.bot.test_slips import modules, text_of

EXAMPLES = ROOT / "examples"
DESK = Desk("示例市第一人民医院", "0394-12345670")
CARD = AppointmentSlip(
    appointment_id=UUID(int=1),
    number="YY20261130-0001",
    patient_name="测*",
    link="https://follow.example.org/c/abcdefghijklmnopqrstuv",
    check_code="0482",
    expires_on=date(2027, 1, 21),
    starts_at=at(date(2026, 11, 30), 9, 30),
    check_in_by=at(date(2026, 11, 30), 10),
    free_until=at(date(2026, 11, 29), 15),
    clinic="皮肤科门诊",
    doctor="陈医生",
    room="门诊楼二层3诊室",
    guide_desk="二层导诊台",
    guide="卫导诊",
    phone="0394-12345678",
)


@pytest.fixture
async def out(sqlite_database: str) -> Outpatients:
    """Wednesday's session, on Monday morning."""
    assert sqlite_database
    return await the_outpatients()


@pytest.fixture
async def site(out: Outpatients, tmp_path: Path) -> AsyncIterator[StaffSite]:
    """The pages of that morning."""
    async with a_site(out.ward, tmp_path) as found:
        yield found


@pytest.fixture
async def guide(site: StaffSite) -> Desktop:
    """Somebody at the guide desk, signed in."""
    return await site.desktop(await a_colleague(site.ward, "guide_desk", "", name="卫导诊"))


def test_a_card_says_when_where_until_when_and_how_to_cancel() -> None:
    text = text_of(render_cards([CARD], DESK))
    for words in (
        "示例市第一人民医院",
        "预约卡",
        "YY20261130-0001",
        "核对码",
        "0482",
        "11月30日周一09:30测*",
        "皮肤科门诊陈医生门诊楼二层3诊室",
        "请按时到二层导诊台卫导诊报到",
        "11月29日周日15:00前取消或改时间不算违约",
        "打0394-12345678",
        "总机0394-12345670",
        "2027年1月21日前有效",
    ):
        assert words in text
    assert "出院" not in text
    assert "{" not in text


def test_the_code_on_the_card_is_its_link_module_for_module() -> None:
    code = segno.make(CARD.link, error="m", micro=False)
    expected = [list(row) for row in code.matrix_iter(border=0)]
    assert modules(render_cards([CARD], DESK), len(expected)) == expected


def test_what_is_not_known_is_left_out_of_a_card() -> None:
    bare = replace(
        CARD, clinic="", doctor="", room="", guide_desk="", guide="", phone="", free_until=None
    )
    text = text_of(render_cards([bare], Desk("示例医院")))
    assert "到导诊台报到" in text
    assert "来不了请尽早说。扫码说一声。" in text
    for words in ("总机", "违约", "{", "None"):
        assert words not in text


def test_the_english_card_has_english_words() -> None:
    paper = card_of(CARD, Desk("Example Hospital", language="en"))
    assert paper.title == "Booking card"
    assert any(line.startswith("Please report at") for line in paper.lines)


def test_four_cards_share_a_sheet() -> None:
    assert len(PdfReader(BytesIO(render_cards([CARD] * 4, DESK))).pages) == 1
    assert len(PdfReader(BytesIO(render_cards([CARD] * 5, DESK))).pages) == 2


def test_the_command_prints_the_cards_of_a_day_and_says_how_many(tmp_path: Path) -> None:
    terminal, day = Terminal(tmp_path), local(datetime.now(UTC)).date() + timedelta(days=7)
    for kind in ("clinics", "sessions", "appointments"):
        listed = (EXAMPLES / f"{kind}.csv").read_text("utf-8").replace("2026-11-30", f"{day}")
        (tmp_path / f"{kind}.csv").write_text(listed, "utf-8")
        assert terminal.run("import", kind, str(tmp_path / f"{kind}.csv")).returncode == 0, kind
    file = tmp_path / "cards.pdf"
    done = terminal.run("slips", str(file), "--visits", f"{day}")
    assert done.returncode == 0, done.stderr
    printed = text_of(file.read_bytes())
    assert f"已生成 {printed.count('预约卡')} 张预约卡" in done.stdout
    assert "心内科专家门诊" in printed
    assert "测试甲" not in printed
    nobody = terminal.run("slips", str(tmp_path / "none.pdf"), "--visits", "2031-01-01")
    assert nobody.returncode == 1
    assert not (tmp_path / "none.pdf").exists()


@pytest.mark.parametrize(
    "options", [("--visits", "soon"), ("--visits", "2026-11-30", "--ward", "x")]
)
def test_a_wrong_wish_for_cards_is_refused(tmp_path: Path, options: tuple[str, ...]) -> None:
    done = Terminal(tmp_path).run("slips", str(tmp_path / "x.pdf"), *options)
    assert done.returncode == 2
    assert "--visits" in done.stderr


async def test_the_counter_prints_a_card_with_its_code_and_it_is_on_record(
    guide: Desktop, out: Outpatients
) -> None:
    visit = out.visits["王小明"]
    _, shown = await guide.get(f"/staff/book/visits/{visit.number}")
    assert "打印预约卡" in shown
    status, card = await guide.post(f"/staff/book/visits/{visit.number}/slip")
    assert status == 200
    slip = await VisitSlip.get(appointment_id=visit.id)
    for words in (visit.number, slip.check_code, "陈医生", "门诊楼二层3诊室", "二层导诊台"):
        assert words in card
    assert "王小明" not in card
    assert "<svg" in card
    assert "style=" not in card
    assert not re.search(r"<script(?![^>]*src)", card)
    entry = await AuditEntry.get(action=PRINTED)
    assert guide.staff is not None
    assert (entry.actor, entry.subject) == (guide.staff.username, visit.id)


async def test_a_ward_nurse_neither_sees_the_button_nor_prints(
    site: StaffSite, out: Outpatients
) -> None:
    nurse = await site.desktop(await a_colleague(site.ward, "nurse", "XN"))
    path = f"/staff/book/visits/{out.visits['王小明'].number}"
    _, shown = await nurse.get(path)
    assert "打印预约卡" not in shown
    status, _ = await nurse.post(f"{path}/slip")
    assert status == 404
    assert await VisitSlip.all().count() == 0


async def test_a_past_visit_has_no_button_and_who_presses_an_old_one_is_told_why(
    guide: Desktop, out: Outpatients
) -> None:
    path = f"/staff/book/visits/{out.visits['王小明'].number}"
    out.ward.now = at(WEDNESDAY, 12)
    _, shown = await guide.get(path)
    assert "打印预约卡" not in shown
    _, where = await guide.post(f"{path}/slip")
    assert where == f"{path}?said=no_card"
    _, told = await guide.get(where)
    assert "不能打印预约卡" in told


async def test_who_could_prove_no_year_of_birth_gets_no_card(
    guide: Desktop, out: Outpatients
) -> None:
    visit: Appointment = out.visits["王小明"]
    await Patient.filter(id=visit.patient_id).update(birth_date=None)
    _, where = await guide.post(f"/staff/book/visits/{visit.number}/slip")
    assert where.endswith("said=no_card")
