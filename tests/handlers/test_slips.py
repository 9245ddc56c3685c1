"""Slips are issued once, printed again, and known only by a hash."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from handlers.printed_links import LIFETIME, find_link, link_token, token_hash
from handlers.slips import issue
from models.care import BedsideSlip, Encounter, FollowUpPlan, FollowUpTask
from models.hospital import Department
from models.keys import KeyRing
from tests.handlers.people import a_patient, an_encounter

pytestmark = pytest.mark.usefixtures("database")

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
URL = "https://follow.example.org/"


async def a_stay(**values: Any) -> Encounter:
    """A saved stay with these values."""
    stay = await an_encounter(NOW)
    await stay.update_from_dict(values).save()
    return stay


async def test_a_slip_carries_a_link_of_128_bits_and_a_check_code(key_ring: KeyRing) -> None:
    stay = await a_stay()
    (slip,) = await issue([stay.id], NOW, URL, key_ring)
    start, _, token = slip.link.rpartition("/")
    assert start == "https://follow.example.org/c"
    assert len(token) == 22
    assert len(slip.check_code) == 4
    assert slip.check_code.isdecimal()
    assert slip.expires_on == date(2027, 1, 21)
    assert slip.patient_name == "测试甲"


async def test_the_database_knows_a_link_by_its_hash_only(key_ring: KeyRing) -> None:
    stay = await a_stay()
    (slip,) = await issue([stay.id], NOW, URL, key_ring)
    token = slip.link.rpartition("/")[2]
    row = await BedsideSlip.get(encounter_id=stay.id)
    assert row.link_hash == token_hash(token)
    assert token not in str(await BedsideSlip.all().values())
    found = await find_link(token, NOW)
    assert found is not None
    assert found.id == row.id
    assert await find_link(row.link_hash, NOW) is None


async def test_a_lost_sheet_is_printed_again_with_the_same_link(key_ring: KeyRing) -> None:
    stay = await a_stay()
    first = await issue([stay.id], NOW, URL, key_ring)
    again = await issue([stay.id, stay.id], NOW + timedelta(days=30), URL, key_ring)
    assert again == first
    assert await BedsideSlip.all().count() == 1


async def test_an_expired_slip_is_replaced_by_a_new_one(key_ring: KeyRing) -> None:
    stay = await a_stay()
    (old,) = await issue([stay.id], NOW, URL, key_ring)
    later = NOW + LIFETIME
    assert await find_link(old.link.rpartition("/")[2], later) is None
    (new,) = await issue([stay.id], later, URL, key_ring)
    assert new.link != old.link
    assert await BedsideSlip.filter(expires_at__gt=later).count() == 1


async def test_a_changed_signing_key_ends_the_old_slip(key_ring: KeyRing) -> None:
    stay = await a_stay()
    (old,) = await issue([stay.id], NOW, URL, key_ring)
    (new,) = await issue([stay.id], NOW, URL, KeyRing.new())
    assert await find_link(old.link.rpartition("/")[2], NOW) is None
    assert await find_link(new.link.rpartition("/")[2], NOW) is not None


async def test_slips_come_in_the_order_asked_for(key_ring: KeyRing) -> None:
    stays = [await a_stay() for _ in range(5)]
    wanted = [stay.id for stay in reversed(stays)]
    assert [slip.encounter_id for slip in await issue(wanted, NOW, URL, key_ring)] == wanted


@pytest.mark.parametrize(
    "values", [{"withdrawn_at": NOW}, {"disposition": "5"}, {"exclusion": "F44"}]
)
async def test_stays_outside_follow_up_get_no_slip(
    values: dict[str, Any], key_ring: KeyRing
) -> None:
    assert await issue([(await a_stay(**values)).id], NOW, URL, key_ring) == []


async def test_the_dead_get_no_slip(key_ring: KeyRing) -> None:
    stay = await an_encounter(NOW, await a_patient(NOW, deceased_at=NOW))
    assert await issue([stay.id], NOW, URL, key_ring) == []
    assert await BedsideSlip.all().count() == 0


async def test_a_slip_names_the_ward_and_a_neutral_ward_only_by_its_phone(
    key_ring: KeyRing,
) -> None:
    open_ward = await Department.create(code="XN", name="心内科", phone="0394-12345678")
    quiet_ward = await Department.create(
        code="JS", name="精神科", tel="0394-12345679", neutral=True
    )
    stays = [await a_stay(department_id=ward.id) for ward in (open_ward, quiet_ward)]
    shown, hidden = await issue([stay.id for stay in stays], NOW, URL, key_ring)
    assert (shown.department, shown.phone, shown.tel) == ("心内科", "0394-12345678", "")
    assert (hidden.department, hidden.phone, hidden.tel) == ("", "", "0394-12345679")


async def test_a_slip_says_the_days_of_its_own_plan(key_ring: KeyRing) -> None:
    planned, unplanned = await a_stay(), await a_stay()
    plan = await FollowUpPlan.create(encounter=planned, template="one_three_seven", created_at=NOW)
    for number, day in enumerate((1, 3, 7), 1):
        due = datetime(2026, 11, 20, 2, 0, tzinfo=UTC) + timedelta(days=day)
        await FollowUpTask.create(
            plan=plan, encounter=planned, round=number, due_at=due, deadline_at=due
        )
    slips = await issue([planned.id, unplanned.id], NOW, URL, key_ring)
    assert [slip.days for slip in slips] == [(1, 3, 7), (3, 8, 25)]


async def test_a_token_says_nothing_about_the_next_one(key_ring: KeyRing) -> None:
    stays = [(await a_stay()).id for _ in range(3)]
    await issue(stays, NOW, URL, key_ring)
    rows = await BedsideSlip.all()
    tokens = {link_token(key_ring, BedsideSlip, row.id) for row in rows}
    assert len(tokens) == 3
    assert tokens.isdisjoint(link_token(KeyRing.new(), BedsideSlip, row.id) for row in rows)


async def test_two_prints_at_once_share_one_slip(key_ring: KeyRing) -> None:
    stay = await a_stay()
    one, other = await asyncio.gather(
        issue([stay.id], NOW, URL, key_ring), issue([stay.id], NOW, URL, key_ring)
    )
    assert one == other
    assert await BedsideSlip.all().count() == 1
