"""The watched folder: lists are taken once, put away with their report, and missed when late."""

import asyncio
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from bot.file_kinds import kind_of
from bot.watched_folder import DONE, REFUSED, WatchedFolder
from handlers.desk import Desk
from handlers.missing_list import is_missing, watch_for_list
from handlers.room.feed import feed
from models.care import Encounter, FollowUpPlan
from models.hospital import Department, StaffMember
from models.room import GroupPost
from models.ward_week import TakenFile

HEAD = "住院号,姓名,出院日期,出院科室,联系电话,离院方式\n"
GOOD = "Z1,测试甲,2026-11-22,心内科,13900001001,1\n"
BAD = "Z2,,2026-11-22,心内科,13900001002,1\n"
EMPTY = HEAD
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder a hospital's job writes to."""
    place = tmp_path / "收件"
    place.mkdir()
    return place


def watching(folder: Path) -> WatchedFolder:
    """One process that watches."""
    return WatchedFolder(Desk(hospital="示例医院", list_due=time(7, 30)), folder)


def put(folder: Path, name: str, text: str) -> Path:
    """A file written to its end."""
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


async def look_twice(one: WatchedFolder, now: datetime) -> int:
    """See the files, and see a minute later that they have not changed."""
    return await one.tick(now) + await one.tick(now + A_MINUTE)


@pytest.mark.parametrize(
    ("folder_name", "name", "kind"),
    [
        ("", "出院名单20261122.csv", "discharges"),
        ("", "明日出院.xlsx", "tomorrow"),
        ("", "CYMD_1122.CSV", "discharges"),
        ("预约", "1122.csv", "appointments"),
        ("", "科室值班表.xls", "duty"),
        ("", "未复诊患者.csv", "recalls"),
        ("", "Departments.csv", "departments"),
        ("", "1122.csv", None),
    ],
)
def test_a_list_is_known_by_its_folder_or_its_name(
    folder_name: str, name: str, kind: str | None
) -> None:
    assert kind_of(folder_name, name) == kind


async def test_good_rows_go_in_bad_ones_are_named_and_the_file_is_put_away(
    database: str, folder: Path, now: datetime
) -> None:
    file = put(folder, "出院名单.csv", HEAD + GOOD + BAD)
    assert await look_twice(watching(folder), now) == 1
    assert await FollowUpPlan.all().count() == 1
    row = await TakenFile.get()
    assert (row.kind, row.result, row.good_rows, row.bad_rows) == ("discharges", "taken", 1, 1)
    assert not file.exists()
    away = folder / DONE / "2026-11-22"
    assert sorted(one.name for one in away.iterdir()) == ["出院名单.csv", "出院名单.csv.report.csv"]
    report = (away / "出院名单.csv.report.csv").read_text(encoding="utf-8-sig")
    assert "第 3 行" in report


async def test_a_file_that_still_grows_or_has_a_name_of_its_own_waits(
    sqlite_database: str, folder: Path, now: datetime
) -> None:
    one, file = watching(folder), put(folder, "出院.csv", HEAD)
    put(folder, "出院.csv.part", HEAD + GOOD)
    await one.tick(now)
    file.write_text(HEAD + GOOD, encoding="utf-8")
    assert await one.tick(now + A_MINUTE) == 0
    assert await one.tick(now + 2 * A_MINUTE) == 1
    assert (folder / "出院.csv.part").exists()


async def test_the_same_content_is_taken_once_whatever_its_name(
    sqlite_database: str, folder: Path, now: datetime
) -> None:
    one = watching(folder)
    put(folder, "出院.csv", HEAD + GOOD)
    await look_twice(one, now)
    put(folder, "出院(1).csv", HEAD + GOOD)
    later = now + timedelta(hours=1)
    assert await look_twice(one, later) == 1
    assert await TakenFile.all().count() == 1
    assert (folder / DONE / "2026-11-22" / "出院(1).csv.report.csv").exists()


async def test_two_processes_that_see_the_same_file_take_it_once(
    database: str, folder: Path, now: datetime
) -> None:
    first, second = watching(folder), watching(folder)
    put(folder, "出院.csv", HEAD + GOOD)
    await asyncio.gather(first.tick(now), second.tick(now))
    done = await asyncio.gather(first.tick(now + A_MINUTE), second.tick(now + A_MINUTE))
    assert sum(done) == 1
    assert await TakenFile.all().count() == 1
    assert await FollowUpPlan.all().count() == 1


async def test_what_no_list_is_and_what_cannot_be_read_is_refused_with_a_reason(
    sqlite_database: str, folder: Path, now: datetime
) -> None:
    put(folder, "1122.csv", HEAD + GOOD)
    put(folder, "出院.xlsx", "no workbook at all")
    assert await look_twice(watching(folder), now) == 2
    refused = {one.name for one in (folder / REFUSED).iterdir()}
    assert refused == {"1122.csv", "1122.csv.report.csv", "出院.xlsx", "出院.xlsx.report.csv"}
    assert (await TakenFile.get()).result == "refused"
    assert not await Encounter.exists()


async def test_a_refused_file_may_be_put_in_again(
    sqlite_database: str, folder: Path, now: datetime
) -> None:
    """Its content is the same, but what it needs may have come meanwhile."""
    one = watching(folder)
    text = "科室,工号,姓名\n心内科,D1,陈样例\n"
    put(folder, "联络医生.csv", text)
    await look_twice(one, now)
    assert (await TakenFile.get()).result == "refused"
    await Department.create(code="XN", name="心内科")
    await StaffMember.create(username="D1", name="陈样例", role="doctor", created_at=now)
    put(folder, "联络医生.csv", text)
    await look_twice(one, now + timedelta(hours=1))
    assert (await TakenFile.get()).result == "taken"


async def test_no_link_leads_out_of_the_folder(
    sqlite_database: str, folder: Path, tmp_path: Path, now: datetime
) -> None:
    secret = put(tmp_path, "elsewhere/出院.csv", HEAD + GOOD)
    (folder / "出院.csv").symlink_to(secret)
    (folder / "出院").symlink_to(secret.parent)
    assert await look_twice(watching(folder), now) == 0
    assert secret.exists()


async def test_a_file_that_cannot_be_moved_is_not_taken_again(
    sqlite_database: str, folder: Path, now: datetime
) -> None:
    one, file = watching(folder), put(folder, "出院.csv", HEAD + GOOD)
    (folder / DONE).write_text("a file where the folder should be")
    await look_twice(one, now)
    assert file.exists()
    assert await one.tick(now + 5 * A_MINUTE) == 0
    again = watching(folder)
    await look_twice(again, now + timedelta(hours=1))
    assert await TakenFile.all().count() == 1
    assert await FollowUpPlan.all().count() == 1


async def test_a_folder_of_the_day_goes_in_in_the_order_its_lists_rest_on_each_other(
    sqlite_database: str, folder: Path, now: datetime
) -> None:
    put(folder, "出院/1122.csv", HEAD + GOOD)
    put(folder, "科室.csv", "科室编码,科室名称,值班电话\nXN,心内科,0100-8800001\n")
    assert await look_twice(watching(folder), now) == 2
    stay = await Encounter.get().prefetch_related("department")
    assert stay.department is not None


async def test_a_missing_list_is_told_to_it_twice_and_ends_when_the_list_comes(
    database: str, folder: Path, now: datetime
) -> None:
    one = watching(folder)
    early, late = now.replace(hour=23, minute=29) - timedelta(days=1), now.replace(hour=4)
    assert await watch_for_list(one.desk, early) == 0
    assert not await is_missing(one.desk, early)
    for at in (early + A_MINUTE, early + 2 * A_MINUTE, late, late + A_MINUTE):
        assert await is_missing(one.desk, at)
        await watch_for_list(one.desk, at)
    assert await GroupPost.all().count() == 2
    put(folder, "出院.csv", HEAD + GOOD)
    await look_twice(one, late)
    assert not await is_missing(one.desk, late + 2 * A_MINUTE)
    await watch_for_list(one.desk, late + 2 * A_MINUTE)
    await watch_for_list(one.desk, late + 3 * A_MINUTE)
    it = await StaffMember.create(username="it", name="王样例", role="it", created_at=now)
    lines = [line.line for line in await feed(it, late + timedelta(minutes=4))]
    assert len(lines) == 3
    assert "收到了" in lines[0]
    nurse = await StaffMember.create(username="n", name="李样例", role="nurse", created_at=now)
    assert await feed(nurse, late + timedelta(minutes=4)) == []


async def test_a_day_without_discharges_is_a_list_that_came_and_yesterday_s_is_not(
    sqlite_database: str, folder: Path, now: datetime
) -> None:
    """A stuck job that sends yesterday's rows again must not keep the alarm quiet."""
    one = watching(folder)
    put(folder, "出院.csv", EMPTY)
    await look_twice(one, now)
    assert not await is_missing(one.desk, now)
    tomorrow = now + timedelta(days=1)
    assert await is_missing(one.desk, tomorrow)
    put(folder, "出院.csv", EMPTY)
    await look_twice(one, tomorrow)
    assert not await is_missing(one.desk, tomorrow)
    put(folder, "出院.csv", HEAD + GOOD)
    await look_twice(one, tomorrow + timedelta(hours=1))
    after = tomorrow + timedelta(days=1)
    put(folder, "出院.csv", HEAD + GOOD)
    await look_twice(one, after)
    assert await is_missing(one.desk, after)


async def test_without_a_watched_folder_nothing_is_missed(
    sqlite_database: str, now: datetime
) -> None:
    desk = Desk(hospital="示例医院")
    assert not await is_missing(desk, now)
    assert await watch_for_list(desk, now) == 0
