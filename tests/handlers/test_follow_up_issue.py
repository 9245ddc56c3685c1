"""The month as it was issued: on the first, once, unchanged, and anew when rounds fell due."""

from datetime import UTC, date, datetime, time
from uuid import uuid4

import pytest

from dialogs.timing.spans import moment
from handlers.desk import Desk
from handlers.reminders.days import begin_day, open_day
from handlers.reports.follow_up_figures import Share
from handlers.reports.follow_up_issue import issue_month, issued_month, report_month
from handlers.reports.follow_up_line import month_line
from handlers.reports.follow_up_month import report_follow_up, with_comments
from handlers.reports.follow_up_snapshot import from_json, to_json
from handlers.reports.period import month_of
from handlers.room.posts import words_of
from handlers.timers import DueKind
from models.audit import AuditEntry
from models.care import FollowUpTask, TaskStatus
from models.room import GroupPost
from models.timetable import Due
from models.ward_week import DepartmentMonth, IssuedMonth
from tests.handlers.follow_up_scene import DECEMBER, NEW_YEAR, House, a_house, lay_november

pytestmark = pytest.mark.usefixtures("database")

NOVEMBER = month_of("2026-11")
DESK = Desk(hospital="示例医院", public_url="https://sf.example.org")


@pytest.fixture
async def house() -> House:
    """November as in the table."""
    found = await a_house()
    await lay_november(found)
    return found


def _due(at: datetime) -> Due:
    return Due(kind=DueKind.REPORT_MONTH.value, key="k", subject=uuid4(), due_at=at)


async def test_a_report_is_the_same_after_it_was_stored(house: House) -> None:
    report = await report_follow_up(NOVEMBER, None, DECEMBER)
    await IssuedMonth.create(
        month=NOVEMBER.first, issue=1, made_at=DECEMBER, made_by="x", figures=to_json(report)
    )
    stored = await IssuedMonth.get(month=NOVEMBER.first)
    again = from_json(NOVEMBER, stored.figures, report.made_at, 0)
    assert again == report


async def test_what_was_issued_stays_whatever_happens_since(house: House) -> None:
    await issue_month(NOVEMBER, "li", DECEMBER)
    await FollowUpTask.filter(encounter_id=house.stays["b4"].id).update(
        status=TaskStatus.COMPLETED, reached_at=NEW_YEAR
    )
    shown = await issued_month(NOVEMBER, None)
    assert shown is not None
    assert (shown.issue, shown.made_at) == (1, DECEMBER)
    assert shown.total.figures.followed == Share(7, 18)
    present = await report_follow_up(NOVEMBER, None, NEW_YEAR)
    assert present.total.figures.followed == Share(8, 18)
    ward = await issued_month(NOVEMBER, ["B"])
    assert ward is not None
    assert ward.total.figures.followed == Share(3, 6)
    assert [row.code for row in ward.rows] == ["B"]
    assert await AuditEntry.filter(action="month.issued", actor="li").count() == 1
    assert await issued_month(month_of("2026-10"), None) is None


async def test_the_first_of_the_month_issues_the_month_before_and_tells_the_house(
    house: House,
) -> None:
    await open_day(moment(date(2026, 12, 1), time(0, 10)))
    await begin_day(DESK, await Due.get(kind=DueKind.BEGIN_DAY), DECEMBER)
    due = await Due.get(kind=DueKind.REPORT_MONTH)
    assert due.due_at == moment(date(2026, 12, 1), time(8, 30))
    assert await report_month(DESK, due, DECEMBER) == "issued, 0 renewed"
    post = await GroupPost.get(message="S-MONTH")
    # 7 of 18; A 3/7, B 3/6, C is selective; F14 is one of the eleven reasons
    said = words_of(post, DECEMBER)
    assert said.line == (
        "📈11月全院随访率38.9%;最高:骨科50.0%;最低:心内科42.9%;无法联系占未完成的9%。登录后查看和下载。"
    )
    assert said.link == "https://sf.example.org/staff/reports/follow-up?month=2026-11"
    assert await report_month(DESK, due, DECEMBER) == "issued before, 0 renewed"
    assert await GroupPost.filter(message="S-MONTH").count() == 1
    assert await IssuedMonth.all().count() == 1


async def test_only_the_first_of_a_month_plans_the_report() -> None:
    await open_day(moment(date(2026, 12, 2), time(0, 10)))
    await begin_day(
        DESK, await Due.get(kind=DueKind.BEGIN_DAY), moment(date(2026, 12, 2), time(0, 10))
    )
    assert not await Due.filter(kind=DueKind.REPORT_MONTH).exists()


async def test_a_preliminary_month_is_issued_anew_a_month_later(house: House) -> None:
    await report_month(DESK, _due(DECEMBER), DECEMBER)
    assert await report_month(DESK, _due(NEW_YEAR), NEW_YEAR) == "issued, 1 renewed"
    first, second = [await issued_month(NOVEMBER, None, issue) for issue in (1, 2)]
    assert first is not None
    assert second is not None
    assert (first.preliminary, second.preliminary) == (True, False)
    december = await issued_month(month_of("2026-12"), None)
    assert december is not None
    assert december.total.before == second.total.figures.followed
    # once final, it is not issued again
    february = datetime(2027, 2, 1, 0, 30, tzinfo=UTC)
    assert await report_month(DESK, _due(february), february) == "issued, 0 renewed"
    assert await IssuedMonth.filter(month=NOVEMBER.first).count() == 2


async def test_what_was_signed_stays_with_the_issue_it_was_signed_under(house: House) -> None:
    await issue_month(NOVEMBER, "li", DECEMBER)
    await DepartmentMonth.create(
        month=NOVEMBER.first,
        department=house.wards["a"],
        comment="两位患者换了号码",
        signed_by="张主任",
        signed_at=DECEMBER,
        issue=1,
    )
    signed = await issued_month(NOVEMBER, None)
    assert signed is not None
    assert signed.rows[0].signed_by == "张主任"
    await issue_month(NOVEMBER, "li", NEW_YEAR)
    old, new = [await issued_month(NOVEMBER, None, issue) for issue in (1, 2)]
    assert old is not None
    assert new is not None
    assert (old.rows[0].comment, old.rows[0].signed_by) == ("两位患者换了号码", "张主任")
    # the words are kept as a draft; they are to be signed again
    assert (new.rows[0].comment, new.rows[0].signed_by) == ("两位患者换了号码", "")
    await DepartmentMonth.all().update(comment="另写")
    again = await issued_month(NOVEMBER, None, 1)
    assert again is not None
    assert again.rows[0].comment == "两位患者换了号码"


async def test_the_line_compares_with_the_month_before_and_says_when_there_is_nothing(
    house: House,
) -> None:
    await house.stay("a81", date(2026, 10, 5))
    await house.done("a81")
    report = await with_comments(await report_follow_up(NOVEMBER, ["A"], DECEMBER))
    # 42.86 - 100 points; one ward alone has no best and worst
    assert month_line(report, "zh") == "11月全院随访率42.9%,环比-57.1;无法联系占未完成的25%"
    nothing = await report_follow_up(month_of("2026-02"), None, DECEMBER)
    assert month_line(nothing, "zh") == "2月没有出院患者可随访"
