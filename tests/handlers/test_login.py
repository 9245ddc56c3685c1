"""Signing in: one-time codes, lockout, sessions that end; and lists of staff."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from handlers.login import (
    LoginRefusal,
    Newcomer,
    first_setup_code,
    invite,
    log_in,
    set_up,
    waiting_code,
)
from handlers.sessions import IDLE, LONGEST, SignedIn, end_sessions, log_out, open_session, visitor
from handlers.staff import (
    NO_ADMIN,
    DepartmentEntry,
    StaffEntry,
    deactivate,
    take_departments,
    take_staff,
)
from models.audit import AuditEntry, verify_chain
from models.hospital import Department, LoginAttempt, StaffMember, StaffRole, StaffSession

PASSWORD = "correct horse battery"
HERE = "10.0.0.7"


async def an_admin(now: datetime) -> StaffMember:
    """The first administrator, set up with the printed code."""
    code = await first_setup_code(now)
    assert code is not None
    done = await set_up(Newcomer(code, PASSWORD, "admin", "管理员"), HERE, now)
    assert isinstance(done, SignedIn)
    return done.staff


async def a_colleague(now: datetime, **values: Any) -> StaffMember:
    """A nurse without a password."""
    known = {"username": "nurse", "name": "李护士", "role": StaffRole.NURSE, "created_at": now}
    return await StaffMember.create(**{**known, **values})


async def test_the_first_code_makes_an_administrator_and_is_then_spent(
    database: str, now: datetime
) -> None:
    assert database
    code = await first_setup_code(now)
    assert code is not None
    done = await set_up(Newcomer(f" {code.upper()} ", PASSWORD, "admin", "管理员"), HERE, now)
    assert isinstance(done, SignedIn)
    assert done.staff.role == StaffRole.ADMIN
    assert await set_up(Newcomer(code, PASSWORD, "second", "乙"), HERE, now) is (
        LoginRefusal.BAD_CODE
    )
    assert await first_setup_code(now) is None


async def test_a_restart_before_setting_up_ends_the_code_printed_before(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    first, second = await first_setup_code(now), await first_setup_code(now)
    assert first is not None
    assert second is not None
    assert await waiting_code(first, now + timedelta(seconds=1)) is None
    assert await waiting_code(second, now + timedelta(seconds=1)) is not None


async def test_a_code_used_twice_at_once_makes_one_administrator(
    database: str, now: datetime
) -> None:
    assert database
    code = await first_setup_code(now) or ""
    done = await asyncio.gather(
        *(set_up(Newcomer(code, PASSWORD, f"admin{n}", "甲"), HERE, now) for n in range(3))
    )
    assert sum(isinstance(one, SignedIn) for one in done) == 1
    assert await StaffMember.all().count() == 1


@pytest.mark.parametrize(
    ("newcomer", "refusal"),
    [
        ({"password": "short"}, LoginRefusal.WEAK),
        ({"password": "administrator", "username": "administrator"}, LoginRefusal.WEAK),
        ({"password": "x" * 257}, LoginRefusal.WEAK),
        ({"username": " "}, LoginRefusal.INCOMPLETE),
        ({"name": ""}, LoginRefusal.INCOMPLETE),
        ({"code": "00000-00000-00000-00000"}, LoginRefusal.BAD_CODE),
    ],
)
async def test_a_refused_setting_up_leaves_the_code_good(
    sqlite_database: str, now: datetime, newcomer: dict[str, str], refusal: LoginRefusal
) -> None:
    assert sqlite_database
    code = await first_setup_code(now) or ""
    known: dict[str, Any] = {"password": PASSWORD, "username": "admin", "name": "甲", "code": code}
    assert await set_up(Newcomer(**{**known, **newcomer}), HERE, now) is refusal
    assert isinstance(await set_up(Newcomer(**known), HERE, now), SignedIn)


async def test_an_invited_colleague_sets_a_password_and_nothing_else(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    admin, nurse = await an_admin(now), await a_colleague(now)
    code = await invite(nurse.id, admin, now) or ""
    done = await set_up(Newcomer(code, PASSWORD, "somebody", "else", licensed=True), HERE, now)
    assert isinstance(done, SignedIn)
    stored = await StaffMember.get(id=nurse.id)
    assert (stored.username, stored.name, stored.role, stored.licensed) == (
        "nurse",
        "李护士",
        StaffRole.NURSE,
        False,
    )
    assert isinstance(await log_in("nurse", PASSWORD, HERE, now), SignedIn)


async def test_a_code_is_good_for_three_days(sqlite_database: str, now: datetime) -> None:
    assert sqlite_database
    admin, nurse = await an_admin(now), await a_colleague(now)
    code = await invite(nurse.id, admin, now) or ""
    assert await waiting_code(code, now + timedelta(hours=71)) is not None
    assert await waiting_code(code, now + timedelta(hours=73)) is None


async def test_five_misses_lock_an_account_for_a_quarter_of_an_hour(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    await an_admin(now)
    tried = [await log_in("admin", f"wrong {n}", HERE, now) for n in range(7)]
    assert tried == [LoginRefusal.WRONG] * 5 + [LoginRefusal.LOCKED] * 2
    assert await log_in("admin", PASSWORD, HERE, now) is LoginRefusal.LOCKED
    later = now + timedelta(minutes=16)
    assert isinstance(await log_in("admin", PASSWORD, HERE, later), SignedIn)


async def test_misses_elsewhere_lock_nobody_out(sqlite_database: str, now: datetime) -> None:
    assert sqlite_database
    await an_admin(now)
    for n in range(7):
        await log_in("admin", f"wrong {n}", "10.0.0.66", now)
    assert await log_in("admin", PASSWORD, "10.0.0.66", now) is LoginRefusal.LOCKED
    assert isinstance(await log_in("admin", PASSWORD, HERE, now), SignedIn)


async def test_tries_made_at_once_are_counted_one_after_the_other(
    database: str, now: datetime
) -> None:
    assert database
    tried = await asyncio.gather(*(log_in("nobody", f"x{n}", HERE, now) for n in range(30)))
    assert tried.count(LoginRefusal.WRONG) == 5
    assert tried.count(LoginRefusal.LOCKED) == 25


async def test_one_source_cannot_try_many_accounts(sqlite_database: str, now: datetime) -> None:
    assert sqlite_database
    tried = [await log_in(f"user{n}", "guess", HERE, now) for n in range(22)]
    assert tried.count(LoginRefusal.WRONG) == 20
    await a_colleague(now)
    assert await log_in("nurse", "x", "10.0.0.8", now) is LoginRefusal.WRONG


async def test_a_success_makes_earlier_misses_forgotten(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    await an_admin(now)
    for round_ in range(3):
        at = now + timedelta(minutes=round_)
        for _ in range(3):
            await log_in("admin", "slip", HERE, at)
        assert isinstance(
            await log_in("admin", PASSWORD, HERE, at + timedelta(seconds=1)), SignedIn
        )


async def test_names_are_not_kept_as_typed(sqlite_database: str, now: datetime) -> None:
    assert sqlite_database
    await log_in(PASSWORD, "whatever", HERE, now)
    (attempt,) = await LoginAttempt.all()
    assert PASSWORD not in attempt.account


async def test_somebody_without_a_password_or_no_longer_here_cannot_sign_in(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    admin = await an_admin(now)
    await a_colleague(now)
    assert await log_in("nurse", "", HERE, now) is LoginRefusal.WRONG
    await StaffMember.filter(id=admin.id).update(active=False)
    assert await log_in("admin", PASSWORD, HERE, now) is LoginRefusal.WRONG


async def test_a_session_idles_out_unless_somebody_does_something(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    token = (await open_session(await a_colleague(now), now)).token
    at = now
    for _ in range(3):
        at += IDLE - timedelta(minutes=1)
        assert await visitor(token, at) is not None
    for _ in range(2):
        at += IDLE - timedelta(minutes=10)
        found = await visitor(token, at, active=False)
    assert found is None


async def test_a_session_ends_after_twelve_hours_whatever_is_done(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    token = (await open_session(await a_colleague(now), now)).token
    at = now
    while at < now + LONGEST - timedelta(minutes=20):
        assert await visitor(token, at) is not None
        at += timedelta(minutes=20)
    assert await visitor(token, now + LONGEST) is None


async def test_a_token_is_worth_nothing_after_signing_out(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    nurse = await a_colleague(now)
    first, second = await open_session(nurse, now), await open_session(nurse, now)
    await log_out(first.token, now)
    assert await visitor(first.token, now) is None
    assert await visitor(second.token, now) is not None
    await end_sessions(nurse.id, now)
    assert await visitor(second.token, now) is None


async def test_the_database_knows_no_token(sqlite_database: str, now: datetime) -> None:
    assert sqlite_database
    token = (await open_session(await a_colleague(now), now)).token
    (session,) = await StaffSession.all()
    assert token not in (session.token_hash, session.csrf_token)
    assert await visitor(session.token_hash, now) is None


async def test_an_invitation_ends_open_sessions(sqlite_database: str, now: datetime) -> None:
    assert sqlite_database
    admin, nurse = await an_admin(now), await a_colleague(now)
    token = (await open_session(nurse, now)).token
    await invite(nurse.id, admin, now)
    assert await visitor(token, now) is None


@pytest.mark.parametrize(
    ("account", "may"),
    [
        ({"role": StaffRole.IT}, True),
        ({"role": StaffRole.IT, "licensed": True}, False),
        ({"role": StaffRole.IT, "password_hash": "in use"}, False),
        ({"role": StaffRole.NURSE}, False),
        ({"role": StaffRole.MARKET_CENTRE}, False),
        ({"role": StaffRole.COMPLAINT_OFFICE}, False),
        ({"role": StaffRole.ADMIN}, False),
    ],
)
async def test_the_it_office_hands_out_no_rights_that_it_has_not(
    sqlite_database: str, now: datetime, account: dict[str, Any], *, may: bool
) -> None:
    assert sqlite_database
    admin = await an_admin(now)
    clerk = await a_colleague(now, username="clerk", role=StaffRole.IT)
    other = await a_colleague(now, **account)
    token = (await open_session(other, now)).token
    assert (await invite(other.id, clerk, now) is not None) is may
    assert (await visitor(token, now) is None) is may
    assert await invite(other.id, admin, now) is not None
    assert await visitor(token, now) is None


async def test_a_nurse_invites_nobody(sqlite_database: str, now: datetime) -> None:
    assert sqlite_database
    nurse = await a_colleague(now)
    assert await invite(nurse.id, nurse, now) is None


async def test_a_reset_is_on_record_with_both_names(sqlite_database: str, now: datetime) -> None:
    assert sqlite_database
    admin = await an_admin(now)
    nurse = await a_colleague(now)
    await invite(nurse.id, admin, now)
    await StaffMember.filter(id=nurse.id).update(password_hash="in use")
    await invite(nurse.id, admin, now)
    entries = await AuditEntry.filter(subject=nurse.id).order_by("sequence")
    assert [(entry.actor, entry.action, entry.reason) for entry in entries] == [
        ("admin", "staff.invited", "nurse by admin"),
        ("admin", "staff.reset", "nurse by admin"),
    ]


ROWS = (
    StaffEntry("n1", "甲", StaffRole.NURSE, ("心内科",), licensed=True, phone="13900000001"),
    StaffEntry("d1", "乙", StaffRole.DOCTOR, ("XN", "GK")),
)


async def test_the_same_list_twice_changes_nothing(database: str, now: datetime) -> None:
    assert database
    wards = [DepartmentEntry("XN", "心内科", ("心血管内科",), tel="0394-12345679")]
    assert (await take_departments(wards, "admin", now)).created == 1
    assert (await take_departments(wards, "admin", now)).unchanged == 1
    assert (await Department.get(code="XN")).aliases == ["心血管内科"]
    assert (await take_staff(ROWS, "admin", now)).created == 2
    assert (await take_staff(ROWS, "admin", now)).unchanged == 2
    nurse = await StaffMember.get(username="n1")
    assert (nurse.departments, nurse.phone) == (["XN"], "13900000001")
    assert (await verify_chain()).whole


async def test_a_list_that_leaves_no_administrator_is_refused_as_a_whole(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    await an_admin(now)
    demoted = StaffEntry("admin", "管理员", StaffRole.NURSE)
    assert (await take_staff([*ROWS, demoted], "admin", now)).refused == NO_ADMIN
    assert await StaffMember.all().count() == 1
    successor = StaffEntry("it1", "丙", StaffRole.ADMIN)
    # who has never signed in can let nobody in
    assert (await take_staff([*ROWS, demoted, successor], "admin", now)).refused == NO_ADMIN
    assert not (await take_staff([*ROWS, successor], "admin", now)).refused
    await StaffMember.filter(username="it1").update(password_hash="set")
    assert not (await take_staff([*ROWS, demoted, successor], "admin", now)).refused


async def test_who_changes_roles_signs_in_anew(sqlite_database: str, now: datetime) -> None:
    assert sqlite_database
    await take_staff(ROWS, "admin", now)
    token = (await open_session(await StaffMember.get(username="n1"), now)).token
    await take_staff([StaffEntry("n1", "甲", StaffRole.HEAD_NURSE, ("XN",))], "admin", now)
    assert await visitor(token, now) is None


async def test_the_last_administrator_cannot_be_shut_out(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    admin, nurse = await an_admin(now), await a_colleague(now)
    assert await deactivate(admin.id, admin, now) is None
    assert await deactivate(nurse.id, admin, now) is not None
    assert (await StaffMember.get(id=admin.id)).active
    assert await AuditEntry.filter(action="staff.left").count() == 1
