"""The booking rules: every clock to the second before and after its edge."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.identity import check_character, is_identity_number
from dialogs.timing.booking import (
    BookingRules,
    breaches_counted,
    check_in_by,
    earliest_day,
    first_open_day,
    free_until,
    last_open_day,
    may_book_until,
    move_until,
    substitute_until,
    suspending_breach,
    suspension_end,
)
from dialogs.timing.spans import HOSPITAL_ZONE

RULES = BookingRules()
A_SECOND = timedelta(seconds=1)


def at(text: str) -> datetime:
    """A local instant such as 2026-11-24T14:59:59."""
    return datetime.fromisoformat(text).replace(tzinfo=HOSPITAL_ZONE)


def test_a_booking_is_for_the_day_after_tomorrow_at_the_earliest() -> None:
    assert earliest_day(at("2026-11-22T00:00"), RULES) == date(2026, 11, 24)
    assert earliest_day(at("2026-11-22T23:59:59"), RULES) == date(2026, 11, 24)
    assert earliest_day(at("2026-11-23T00:00"), RULES) == date(2026, 11, 25)


def test_the_day_turns_at_midnight_in_shanghai_not_in_london() -> None:
    assert earliest_day(datetime.fromisoformat("2026-11-22T16:00+00:00"), RULES) == date(
        2026, 11, 25
    )


def test_one_may_book_for_a_day_until_two_the_day_before() -> None:
    assert may_book_until(date(2026, 11, 25), RULES) == at("2026-11-24T14:00")


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-11-24T13:59:59", date(2026, 11, 25)),
        ("2026-11-24T14:00:00", date(2026, 11, 26)),
        ("2026-11-24T23:59:59", date(2026, 11, 26)),
    ],
)
def test_moves_and_staff_know_the_cut_off_alone(now: str, day: date) -> None:
    assert first_open_day(at(now), RULES, lead=False) == day


def test_with_a_lead_of_one_day_the_cut_off_binds_patients_too() -> None:
    rules = BookingRules(min_lead_days=1)
    assert first_open_day(at("2026-11-24T13:59:59"), rules, lead=True) == date(2026, 11, 25)
    assert first_open_day(at("2026-11-24T14:00:00"), rules, lead=True) == date(2026, 11, 26)


def test_a_clinic_without_lead_takes_bookings_on_the_day_itself() -> None:
    rules = BookingRules(min_lead_days=0)
    assert first_open_day(at("2026-11-24T23:59:59"), rules, lead=True) == date(2026, 11, 24)
    assert may_book_until(date(2026, 11, 24), rules) == at("2026-11-25T00:00")


def test_what_is_published_ends_with_the_horizon() -> None:
    assert last_open_day(at("2026-11-22T10:00"), RULES) == date(2026, 12, 20)


def test_giving_up_is_free_until_three_the_day_before() -> None:
    limit = free_until(at("2026-11-25T08:00"), RULES)
    assert limit == at("2026-11-24T15:00")
    assert at("2026-11-24T14:59:59") < limit <= at("2026-11-24T15:00:00")


def test_the_limit_of_a_visit_just_after_midnight_is_of_its_local_day() -> None:
    assert free_until(at("2026-11-25T00:10"), RULES) == at("2026-11-24T15:00")


def test_a_visit_may_be_moved_until_its_day_is_over() -> None:
    assert move_until(at("2026-11-25T08:00"), RULES) == at("2026-11-26T00:00")


def test_a_session_may_be_substituted_until_four_the_day_before() -> None:
    assert substitute_until(date(2026, 11, 25), RULES) == at("2026-11-24T16:00")


@pytest.mark.parametrize(
    ("starts", "deadline"),
    [
        ("08:00", "10:00"),
        ("09:30", "10:00"),
        ("09:45", "10:00"),
        ("09:46", "10:01"),
        ("10:00", "10:15"),
        ("11:30", "11:45"),
        ("11:59", "12:14"),
        ("12:00", "15:30"),
        ("14:30", "15:30"),
        ("15:00", "15:30"),
        ("15:15", "15:30"),
        ("15:30", "15:45"),
        ("17:00", "17:15"),
        ("17:29", "17:44"),
        ("17:30", "17:45"),
        ("18:30", "18:45"),
    ],
)
def test_check_in_is_the_later_of_the_sessions_and_the_slots(starts: str, deadline: str) -> None:
    found = check_in_by(at(f"2026-11-25T{starts}"), RULES)
    assert found == at(f"2026-11-25T{deadline}")


def test_a_clinic_may_set_its_own_check_in() -> None:
    rules = BookingRules(morning_check_in=time(9), check_in_slack_minutes=0)
    assert check_in_by(at("2026-11-25T08:00"), rules) == at("2026-11-25T09:00")
    assert check_in_by(at("2026-11-25T11:00"), rules) == at("2026-11-25T11:00")


def test_a_breach_counts_for_less_than_thirty_days() -> None:
    broken = at("2026-11-01T09:00")
    assert breaches_counted([broken], broken + timedelta(days=30) - A_SECOND, RULES) == 1
    assert breaches_counted([broken], broken + timedelta(days=30), RULES) == 0


def test_a_breach_counts_from_its_own_instant_on() -> None:
    broken = at("2026-11-01T09:00")
    assert breaches_counted([broken], broken - A_SECOND, RULES) == 0
    assert breaches_counted([broken], broken, RULES) == 1


def test_rolling_days_pass_the_end_of_a_month_and_a_calendar_month_does_not() -> None:
    broken = [at("2026-10-30T09:00"), at("2026-10-31T23:59:59"), at("2026-11-01T00:00")]
    now = at("2026-11-02T09:00")
    assert breaches_counted(broken, now, RULES) == 3
    assert breaches_counted(broken, now, BookingRules(calendar_month=True)) == 1


def test_a_calendar_month_is_that_of_people_not_of_utc() -> None:
    broken = [datetime.fromisoformat("2026-10-31T16:30+00:00")]
    rules = BookingRules(calendar_month=True)
    assert breaches_counted(broken, at("2026-11-30T12:00"), rules) == 1
    assert breaches_counted(broken, at("2026-10-31T23:00"), rules) == 0


def test_a_calendar_month_of_another_year_does_not_count() -> None:
    rules = BookingRules(calendar_month=True)
    assert breaches_counted([at("2025-11-10T09:00")], at("2026-11-10T09:00"), rules) == 0


def test_the_third_breach_in_thirty_days_suspends() -> None:
    days = [at("2026-11-01T09:00"), at("2026-11-20T09:00"), at("2026-11-30T09:00")]
    assert suspending_breach(days[:2], RULES, days[0]) is None
    assert suspending_breach(days, RULES, days[0]) == days[2]


def test_three_breaches_in_thirty_one_days_do_not_suspend() -> None:
    days = [at("2026-11-01T09:00"), at("2026-11-20T09:00"), at("2026-12-01T09:00")]
    assert suspending_breach(days, RULES, days[0]) is None


def test_a_breach_that_became_known_late_counts_on_its_own_day() -> None:
    days = [at("2026-11-20T09:00"), at("2026-11-01T09:00"), at("2026-11-10T09:00")]
    assert suspending_breach(days, RULES, days[2]) == days[0]


def test_a_strict_clinic_suspends_at_the_first() -> None:
    broken = at("2026-11-01T09:00")
    assert suspending_breach([broken], BookingRules(breach_limit=1), broken) == broken


@pytest.mark.parametrize(
    ("third", "ends"),
    [
        ("2026-11-25T09:00", date(2027, 5, 25)),
        ("2026-06-30T09:00", date(2026, 12, 30)),
        ("2026-07-01T00:00", date(2027, 1, 1)),
        ("2026-08-31T09:00", date(2027, 2, 28)),
        ("2027-08-31T09:00", date(2028, 2, 29)),
        ("2026-12-31T23:59:59", date(2027, 6, 30)),
    ],
)
def test_half_a_year_is_six_calendar_months(third: str, ends: date) -> None:
    assert suspension_end(at(third), RULES) == ends


def test_a_clinic_may_suspend_for_a_year_and_more() -> None:
    rules = BookingRules(suspension_months=14)
    assert suspension_end(at("2026-11-25T09:00"), rules) == date(2028, 1, 25)


def test_rules_are_read_from_what_a_clinic_overrides() -> None:
    rules = BookingRules.from_mapping(
        {"cutoff": "13:30", "min_lead_days": 1, "late_cancel_counts": False}
    )
    assert rules == BookingRules(cutoff=time(13, 30), min_lead_days=1, late_cancel_counts=False)


def test_every_faulty_override_is_named_at_once() -> None:
    faulty = {
        "cutoff": "25:00",
        "min_lead_days": -1,
        "breach_limit": 0,
        "grace_minutes": True,
        "calendar_month": "yes",
        "colour": 3,
    }
    with pytest.raises(ValueError, match="cutoff") as caught:
        BookingRules.from_mapping(faulty)
    assert all(name in str(caught.value) for name in faulty)


YEARS = st.datetimes(
    datetime(2024, 1, 1),  # noqa: DTZ001 - hypothesis wants naive bounds
    datetime(2030, 1, 1),  # noqa: DTZ001 - as above
)


@given(YEARS)
def test_the_clocks_of_a_visit_are_always_in_their_order(starts: datetime) -> None:
    visit = starts.replace(tzinfo=HOSPITAL_ZONE)
    cut_off = may_book_until(visit.date(), RULES)
    assert cut_off < free_until(visit, RULES) < visit < check_in_by(visit, RULES)
    assert visit < move_until(visit, RULES)


@given(st.lists(st.integers(0, 60 * 24), max_size=12))
def test_who_was_never_over_the_limit_is_never_suspended(hours: list[int]) -> None:
    known = [at("2026-01-01T00:00") + timedelta(hours=hour) for hour in hours]
    full = any(
        sum(1 for other in known if timedelta(0) <= one - other < timedelta(days=30)) >= 3
        for one in known
    )
    assert (suspending_breach(known, RULES, at("2026-01-01T00:00")) is not None) == full


@given(st.integers(0, 10**8 - 1), st.integers(0, 999))
def test_one_wrong_digit_of_an_identity_number_is_always_noticed(seed: int, sequence: int) -> None:
    first17 = f"199999198{seed % 10}0{seed % 9 + 1}{seed % 28 + 1:02}{sequence:03}"
    number = first17 + check_character(first17)
    assert is_identity_number(number)
    place = seed % 17
    wrong = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
    assert not is_identity_number(wrong)


@pytest.mark.parametrize("number", ["", "123456", "19999919801301001X", "199999198001010018"])
def test_what_is_no_identity_number_is_refused(number: str) -> None:
    assert not is_identity_number(number)
