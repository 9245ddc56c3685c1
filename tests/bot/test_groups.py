"""The staff groups: who is told what, in what order, at what pace, and where else when deaf."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from bot.group_channel import PostLine
from bot.group_text import MOST_LINES, Waiting, compose
from bot.groups import GroupSender
from dialogs.catalog import load_tables
from dialogs.levels import Level
from handlers.alert_moves import move_alert
from handlers.alerts import RaisedAlert
from handlers.claims import Closing, claim, close_alert, hand_back
from handlers.drills import raise_drill
from handlers.emergency import note_unreached
from handlers.escalation import escalate_due
from handlers.room.groups import Group, unknown_departments
from handlers.room.posting import LEASE, PACE, claim_posts
from handlers.room.posts import words_of
from handlers.room.unposted import unheard_alerts
from models.alert import Alert
from models.channel import ChannelState, GroupDelivery
from models.duty import LiaisonDoctor, LiaisonPlace
from models.hospital import StaffRole
from models.room import GroupPost, PostKind
from tests.bot.channels.fake_robots import SECRET
from tests.bot.group_scene import ALL, BONES, HOUSE, OFFICE, WARD, Scene, a_post, a_scene, statuses
from tests.handlers.complaining import a_complaint, a_desk, an_officer
from tests.handlers.test_alerts import DESK, a_department, a_nurse, an_alert, raised

LONELY = Group("心内科", "wecom", "K", departments=frozenset({"XN"}))
KEYS = {"K", "K2", "T", "hook"}


@pytest.fixture
async def scene(sqlite_database: str, now: datetime) -> AsyncIterator[Scene]:
    """The four groups of a house."""
    assert sqlite_database
    async with a_scene(now) as found:
        yield found


async def test_an_alert_is_told_to_its_ward_with_number_ward_level_clock_and_signed_link(
    scene: Scene,
) -> None:
    alert = await an_alert(scene.now)
    assert await scene.drain() == 1
    (one,) = scene.fake.posted
    assert one.key == "K"
    assert one.everybody
    assert one.text.startswith(f"🔴红色 {alert.number} 心内科 规则RC6 10:30前处置")
    assert re.search(r" http://127\.0\.0\.1:8080/staff/go/[\w.-]+$", one.text)
    assert alert.number not in one.text.rpartition("/")[2]
    assert await scene.drain(10) == 0
    assert await statuses(WARD) == ["accepted"]


async def test_danger_is_told_where_anybody_may_know_of_it_the_rest_where_everybody_may(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    both = frozenset({StaffRole.MEDICAL_AFFAIRS, StaffRole.COMPLAINT_OFFICE})
    mixed = Group("院办", "dingtalk", "T", SECRET, roles=both)
    async with a_scene(now, mixed, OFFICE, LONELY) as scene:
        for level in (Level.L1, Level.Q, Level.DISP):
            await an_alert(now, level, level.value)
        await scene.drain()
        told = {key: "".join(scene.fake.texts(key)) for key in KEYS}
        assert [mark in told["T"] for mark in "🔴❓⚠"] == [True, False, True]
        assert [mark in told["hook"] for mark in "🔴❓⚠"] == [False, False, True]
        assert [mark in told["K"] for mark in "🔴❓⚠"] == [True, True, True]


async def test_an_alert_of_no_ward_is_for_no_ward_s_group(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    house = Group("医务科", "wecom", "K2", roles=frozenset({StaffRole.MEDICAL_AFFAIRS}))
    everybody = Group("全院", "dingtalk", "T", SECRET)
    async with a_scene(now, LONELY, house, everybody) as scene:
        await raised(RaisedAlert(Level.DISP, "abuse", "x"), now)
        await scene.drain()
        assert [one.key for one in scene.fake.posted] == ["K2"]
        await raised(RaisedAlert(Level.L1, "RC6", "y"), now)
        await scene.drain(4)
        assert {one.key for one in scene.fake.posted[1:]} == {"K2", "T"}


async def test_a_complaint_is_told_to_its_offices_alone_with_the_liaison_doctors_named(
    scene: Scene,
) -> None:
    ward = await a_department()
    for place, username in ((LiaisonPlace.SECOND, "d2"), (LiaisonPlace.FIRST, "d1")):
        doctor = await a_nurse(scene.now, username, name=f"联络{username}", role=StaffRole.DOCTOR)
        await LiaisonDoctor.create(department=ward, staff=doctor, place=place)
    await a_complaint(await a_desk(), now=scene.now, words="收费处的人吼我")
    await scene.drain()
    assert sorted(one.key for one in scene.fake.posted) == ["T", "hook"]
    one = scene.fake.posted[0]
    assert "前首次联系 联络医生联络d1、联络d2 http" in one.text
    assert "吼" not in one.text
    assert await statuses(WARD) == []


async def test_a_complaint_that_names_somebody_of_the_office_is_not_told_there(
    scene: Scene,
) -> None:
    await an_officer("named", name="周被投诉")
    complaint = await a_complaint(await a_desk(), now=scene.now)
    complaint.accused = ",named,"
    await complaint.save()
    await scene.drain()
    assert [one.key for one in scene.fake.posted] == ["T"]


async def test_what_is_for_no_group_is_looked_at_once(scene: Scene) -> None:
    await an_alert(scene.now, Level.Q, department_id=None)
    for _ in range(3):
        await scene.drain(4)
    assert scene.fake.posted == []
    assert (await GroupDelivery.get()).status == "suppressed"


async def test_a_test_alarm_is_told_to_every_group(scene: Scene) -> None:
    await raise_drill(DESK, await a_nurse(scene.now), scene.now)
    await scene.drain()
    assert {one.key for one in scene.fake.posted} == KEYS
    assert all("🧪测试警报" in one.text for one in scene.fake.posted)


async def test_many_that_wait_are_one_message_red_first_and_the_digest_last(scene: Scene) -> None:
    await a_post(scene.now, "digest", ward="全院")
    await an_alert(scene.now, Level.Q, "q")
    await an_alert(scene.now, Level.L2, "l2")
    await an_alert(scene.now, Level.L1, "l1")
    assert await scene.drain() > 3
    (text,) = scene.fake.texts("K")
    assert [line[0] for line in text.splitlines()] == list("🔴🟠❓🟡")


async def test_when_more_wait_than_fit_the_newest_red_are_listed_and_the_rest_counted(
    scene: Scene,
) -> None:
    for number in range(30):
        scene.now += timedelta(seconds=1)
        await an_alert(scene.now, Level.L1, f"red{number}")
        await an_alert(scene.now, Level.Q, f"q{number}")
    await scene.drain()
    (text,) = scene.fake.texts("K")
    lines = text.splitlines()
    assert len(text.encode()) <= 2048
    listed = [re.search(r"-(\d+) ", line) for line in lines[:-1]]
    numbers = [int(found[1]) for found in listed if found]
    assert numbers == sorted(numbers, reverse=True)
    assert numbers[0] == 59
    assert len(numbers) >= 5
    assert lines[-1] == (
        f"🔴另有 {60 - len(numbers)} 条,其中红色 {30 - len(numbers)} 条,请马上到预警台看 "
        "http://127.0.0.1:8080/staff"
    )
    assert set(await statuses(WARD)) == {"accepted"}


def test_composing_never_passes_the_limit_and_loses_nobody(now: datetime) -> None:
    for many in (1, 2, 19, 20, 21, 300):
        for limit in (250, 400, 2048, 9000):
            waiting = [
                Waiting(place % 4, now + timedelta(seconds=place), PostLine("字" * 30, "/x"))
                for place in range(many)
            ]
            lines = compose(waiting, limit, "http://127.0.0.1:8080/staff")
            assert len("\n".join(line.text for line in lines).encode()) <= limit
            assert len(lines) <= MOST_LINES
            if many == 1:
                assert lines == [waiting[0].line]
            listed = sum(line.link == "/x" for line in lines)
            counted = re.search(r"另有 (\d+) 条", lines[-1].line)
            assert listed + (int(counted[1]) if counted else 0) == many


async def test_no_robot_is_ever_posted_to_faster_than_its_maker_allows(
    sqlite_database: str, now: datetime
) -> None:
    """Two processes, five ticks a second, something new at each: the maker's own count judges."""
    assert sqlite_database
    both = (LONELY, Group("医务科", "dingtalk", "T", SECRET, departments=frozenset({"XN"})))
    async with a_scene(now, *both) as scene:
        second = await scene.another(*both)
        for tick in range(150):
            scene.now += timedelta(seconds=0.5)
            await an_alert(scene.now, Level.L2, f"a{tick}")
            await asyncio.gather(scene.sender.drain(scene.now), second.drain(scene.now))
        assert scene.fake.refused == []
        assert 40 <= len(scene.fake.posted) <= 2 * 25
        times = [one.at for one in scene.fake.posted if one.key == "T"]
        assert min(b - a for a, b in pairwise(times)) >= PACE
        await scene.drain(4)
        told = "".join(scene.fake.texts("K"))
        assert all(f"A20261122-{number:03} " in told for number in range(1, 151))


async def test_several_processes_post_each_post_once(database: str, now: datetime) -> None:
    assert database
    async with a_scene(now, LONELY, OFFICE) as scene:
        others = [await scene.another(LONELY, OFFICE) for _ in range(3)]
        for number in range(12):
            await an_alert(now, Level.L1, str(number))
        for _ in range(5):
            scene.now += timedelta(seconds=4)
            await asyncio.gather(*(one.drain(scene.now) for one in [scene.sender, *others]))
        told = " ".join(scene.fake.texts("K"))
        numbers = re.findall(r"A20261122-\d+", told)
        assert len(numbers) + sum(map(int, re.findall(r"另有 (\d+) 条", told))) == 12
        assert len(numbers) == len(set(numbers))


async def test_a_second_channel_is_told_at_once_what_is_urgent_when_the_first_fails(
    scene: Scene,
) -> None:
    scene.fake.down.add("wecom")
    await an_alert(scene.now)
    await an_alert(scene.now, Level.Q, "q")
    await scene.drain()
    await scene.drain(1)
    assert [one.key for one in scene.fake.posted] == ["T"]
    assert "🔴" in scene.fake.posted[0].text
    assert "❓" not in scene.fake.posted[0].text
    assert sorted(await statuses(WARD)) == ["failed", "queued"]
    scene.fake.down.clear()
    await scene.drain(30)
    assert "❓" in scene.fake.texts("K")[0]
    assert await unheard_alerts(scene.now) == set()


async def test_what_comes_while_a_robot_is_mute_does_not_wait_for_it(scene: Scene) -> None:
    """DingTalk's ten minutes: a new alert goes to the backup within a tick."""
    mute = Group("心内科", "dingtalk", "T2", SECRET, departments=frozenset({"XN"}), backup="院办")
    backup = Group("院办", "wecom", "K2", departments=frozenset({"YW"}))
    sender = await scene.another(mute, backup)
    scene.fake.answers.append({"errcode": 130101, "errmsg": "send too fast"})
    await an_alert(scene.now, Level.Q, "calm")
    await sender.drain(scene.now)
    scene.now += timedelta(minutes=1)
    await an_alert(scene.now)
    await sender.drain(scene.now)
    await sender.drain(scene.now + timedelta(seconds=1))
    assert [one.key for one in scene.fake.posted] == ["K2"]
    scene.now += timedelta(minutes=9, seconds=1)
    await sender.drain(scene.now)
    assert [one.text[0] for one in scene.fake.posted] == ["🔴", "❓"]


async def test_what_is_not_urgent_is_tried_four_times_then_told_elsewhere(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    ward = Group("心内科", "wecom", "K", departments=frozenset({"XN"}), backup="骨科")
    async with a_scene(now, ward, BONES) as scene:
        await an_alert(now, Level.Q)
        scene.fake.answers.extend([503] * 4)
        for _ in range(6):
            await scene.drain(31)
        assert [one.key for one in scene.fake.posted] == ["K2"]
        assert await statuses(ward) == ["failed"]


async def test_a_provider_that_is_down_is_asked_every_half_minute_and_nothing_is_lost(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    async with a_scene(now, LONELY) as scene:
        scene.fake.down.add("wecom")
        await an_alert(now, Level.Q)
        for _ in range(300):
            await scene.drain(2)
        row = await GroupDelivery.get(group=LONELY.name)
        assert 18 <= row.attempt <= 24
        state = await ChannelState.get(channel="group:心内科")
        assert state.error == "connection: HTTP 503"
        scene.fake.down.clear()
        await scene.drain(31)
        assert len(scene.fake.texts("K")) == 1


async def test_what_may_have_arrived_is_repeated_once_if_urgent_and_says_so(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    async with a_scene(now, LONELY) as scene:
        scene.fake.answers.extend(["drop", "drop"])
        await an_alert(now)
        await scene.drain()
        await scene.drain(10)
        assert await statuses(LONELY) == ["unknown"]
        await an_alert(now, Level.L1, "b")
        await an_alert(now, Level.Q, "c")
        scene.fake.answers.append("drop")
        await scene.drain(60)
        await scene.drain(60)
        (text,) = scene.fake.texts("K")
        assert text.startswith("(可能重复)🔴红色 A20261122-002")
        assert sorted(await statuses(LONELY)) == ["accepted", "unknown", "unknown"]


async def test_the_posts_of_a_process_that_died_are_taken_over(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    async with a_scene(now, LONELY) as scene:
        await an_alert(now)
        scene.fake.down.add("wecom")
        await scene.drain()
        later = now + timedelta(seconds=10)
        assert len((await claim_posts(LONELY, (LONELY,), later)).rows) == 1
        scene.fake.down.clear()
        scene.now = later + LEASE + timedelta(seconds=1)
        await scene.drain()
        assert await statuses(LONELY) == ["unknown"]
        await an_alert(scene.now, Level.L1, "b")
        assert len((await claim_posts(LONELY, (LONELY,), scene.now)).rows) == 0
        assert await scene.drain(4) == 1


async def test_nobody_is_asked_for_what_has_been_done_or_is_old(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    async with a_scene(now, LONELY) as scene:
        alert, nurse = await an_alert(now), await a_nurse(now)
        await an_alert(now, Level.Q, "q")
        await claim(alert.id, nurse, None, DESK, now)
        await close_alert(alert.id, nurse, Closing("confirmed", "called"), now)
        await scene.drain()
        (text,) = scene.fake.texts("K")
        assert "🔴" not in text
        assert "☑️" in text
        scene.fake.down.add("wecom")
        await an_alert(scene.now, Level.Q, "old")
        await scene.drain(4)
        scene.fake.down.clear()
        await scene.drain(12 * 3600)
        assert len(scene.fake.posted) == 1
        assert "expired" in await statuses(LONELY)


async def test_digests_do_not_go_to_feishu_at_the_full_hour_but_danger_does(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    ward = Group("心内科", "feishu", "hook", SECRET)
    async with a_scene(now, ward) as scene:
        await a_post(now, "digest")
        await an_alert(now)
        await scene.drain()
        await scene.drain(60)
        assert [one.text[0] for one in scene.fake.posted] == ["🔴"]
        await scene.drain(60)
        assert [one.text[0] for one in scene.fake.posted] == ["🔴", "🟡"]


async def test_when_no_group_could_be_told_the_alert_counts_as_unheard(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    async with a_scene(now, WARD, HOUSE) as scene:
        alert, orange = await an_alert(now), await an_alert(now, Level.L2, "b")
        await an_alert(now, Level.Q, "c")
        scene.fake.down.update(("wecom", "dingtalk"))
        await scene.drain()
        assert await unheard_alerts(scene.now) == set()
        await scene.drain(4)
        assert await unheard_alerts(scene.now) == {alert.id, orange.id}
        await claim(orange.id, await a_nurse(now), None, DESK, now)
        assert await unheard_alerts(scene.now) == {alert.id}


async def test_a_channel_nobody_set_up_is_a_fault_that_moves_posts_on(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    odd = Group("电报", "telegram", "-1", departments=frozenset({"XN"}), backup="骨科")
    async with a_scene(now, odd, BONES) as scene:
        await an_alert(now)
        await scene.drain()
        await scene.drain(1)
        assert [one.key for one in scene.fake.posted] == ["K2"]


async def test_a_robot_that_does_not_answer_holds_up_no_other_group(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    both = (LONELY, Group("医务科", "dingtalk", "T", SECRET, departments=frozenset({"XN"})))
    async with a_scene(now, *both) as scene:
        sender = GroupSender(DESK, both, scene.channels(), patience=0.01)
        await sender.start()
        scene.fake.held["wecom"] = asyncio.Event()
        await an_alert(now)
        while not scene.fake.posted:
            await sender.drain(now)
        assert [one.key for one in scene.fake.posted] == ["T"]
        scene.now += timedelta(seconds=4)
        await an_alert(scene.now, Level.L1, "b")
        while len(scene.fake.posted) < 2:
            await sender.drain(scene.now)
        assert [one.key for one in scene.fake.posted] == ["T", "T"]
        scene.fake.held["wecom"].set()
        await sender.close()
        assert len(scene.fake.texts("K")) == 1
        assert sorted(await statuses(LONELY)) == ["accepted", "queued"]


async def test_a_mistyped_department_is_told_of_at_the_start(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    await a_department()
    typo = Group("呼吸", "wecom", "K2", departments=frozenset({"XN", "HX", "hx"}))
    assert await unknown_departments([LONELY, typo, OFFICE]) == ["HX", "hx"]
    assert await unknown_departments([OFFICE]) == []


HOSTILE = '王"小明<at user_id="all"></at>\n[我来处理] [转交]\r\n{link}{0.__class__}\u202e%s@所有人'


@pytest.mark.parametrize("message", sorted(load_tables("staff")))
def test_no_value_makes_lines_buttons_or_fields_of_its_own(message: str, now: datetime) -> None:
    template: str = load_tables("staff")[message]["text"]
    names = set(re.findall(r"{(\w+)}", template)) - {"due", "rule", "link"}
    values = {**dict.fromkeys(names, HOSTILE), "due_at": now.isoformat(), "rule": HOSTILE}
    row = GroupPost(message=message, values=values, kind=PostKind.ALERT)
    words = words_of(row, now)
    assert words.line.splitlines() == [words.line]
    own = re.findall(r"\[([^\]]+)\]", template.partition("\n[")[2].join(("[", "")))
    assert list(words.buttons) == own


async def test_nothing_that_is_posted_says_a_name_a_phone_or_a_word_of_a_patient(
    sqlite_database: str, now: datetime
) -> None:
    """T07, judged by what the robots were shown: alerts in all their states, and a complaint."""
    assert sqlite_database
    secret = "机密的话13900000077"
    house = Group("全院", "wecom", "K2")
    async with a_scene(now, LONELY, house, OFFICE) as scene:
        nurse, bones = await a_nurse(now), await a_department("GK", "骨科")
        for level in Level:
            await an_alert(now, level, level.value, words=secret, kind="pain")
        for alert in await Alert.all():
            await claim(alert.id, nurse, None, DESK, now)
            await note_unreached(alert.id, nurse, DESK, now)
            await hand_back(alert.id, nurse, now)
        await escalate_due(DESK, now + timedelta(hours=9))
        for alert in await Alert.all():
            await move_alert(alert.id, nurse, bones, DESK, now)
        await a_complaint(await a_desk(), now=now, words=secret)
        for _ in range(5):
            await scene.drain(4)
        kinds = {one.kind for one in await GroupPost.all()}
        assert kinds >= {
            PostKind.ALERT,
            PostKind.ESCALATION,
            PostKind.DISPUTE,
            PostKind.QUESTION,
            PostKind.EMERGENCY_CONTACT,
            PostKind.CLAIMED,
            PostKind.COMPLAINT,
        }
        shown = "\n".join(one.text for one in scene.fake.posted)
        assert "机密" not in shown
        assert "1390000" not in shown
        assert "📝投诉" in shown


def test_the_scene_has_a_group_of_every_maker() -> None:
    assert {group.channel for group in ALL} == {"wecom", "dingtalk", "feishu"}
