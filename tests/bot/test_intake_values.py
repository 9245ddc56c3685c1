"""Ages, dates, identity numbers, dispositions and cells."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake.ages import parse_age
from bot.intake.cells import as_seen, clean, is_damaged
from bot.intake.dates import SHANGHAI, parse_day, parse_moment
from bot.intake.dispositions import Disposition, parse_disposition, says_died
from bot.intake.identity import parse_identity, was_rounded
from bot.intake.names import tidy_name
from dialogs.identity import check_character

UNASSIGNED_AREA = "199999"


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("56", 56),
        ("５６岁", 56),
        ("3岁2月", 3 + 2 / 12),
        ("3岁2个月", 3 + 2 / 12),
        ("28天", 28 / 365.25),
        ("15/30", 15 / 365.25),
        ("2月15/30", 2 / 12 + 15 / 365.25),
        ("5个月12天", 5 / 12 + 12 / 365.25),
        ("1岁零3个月", 1.25),
        ("6月", 0.5),
        ("2周", 14 / 365.25),
        ("D28", 28 / 365.25),
        ("Y56", 56),
        ("3小时", 3 / 24 / 365.25),
    ],
)
def test_an_age_is_read_as_the_wards_write_it(text: str, years: float) -> None:
    assert parse_age(text) == pytest.approx(years)


@pytest.mark.parametrize("text", ["", "成人", "200", "-1", "31/30", "15/28", "岁"])
def test_what_is_no_age_gives_none(text: str) -> None:
    assert parse_age(text) is None


@given(st.integers(0, 130), st.integers(0, 11), st.sampled_from(["月", "个月"]))
def test_years_and_months_add_up(years: int, months: int, word: str) -> None:
    read = parse_age(f"{years}岁{months}{word}")
    assert read == (pytest.approx(years + months / 12) if years + months / 12 <= 130 else None)


@given(st.text(max_size=20))
def test_no_text_breaks_the_reading_of_an_age(text: str) -> None:
    years = parse_age(text)
    assert years is None or 0 <= years <= 130


@pytest.mark.parametrize(
    "text",
    [
        "2026/6/3",
        "2026-06-03",
        "2026.6.3",
        "20260603",
        "2026年6月3日",
        "2026-06-03T10:00:00",
        "2026-06-03 10:05:33.000",
        "2026/6/3 下午2:30",
        "20260603143000",
        "46176",
        "46176.604",
        "2026-6-3 星期三",
        "2026-06-02T20:00:00Z",
    ],
)
def test_a_date_is_read_however_it_is_written(text: str) -> None:
    assert parse_day(text) == dt.date(2026, 6, 3)


@pytest.mark.parametrize("text", ["", "26-6-3", "6/3/2026", "2026-13-01", "2026-02-30", "明天"])
def test_an_ambiguous_or_impossible_date_is_refused(text: str) -> None:
    assert parse_day(text) is None


def test_a_time_of_day_is_kept() -> None:
    half_past_two = dt.datetime(2026, 6, 3, 14, 30, tzinfo=SHANGHAI)
    assert parse_moment("2026/6/3 下午2:30") == half_past_two
    assert parse_moment("2026年6月3日 14时30分") == half_past_two


@given(st.text(max_size=20))
def test_no_text_breaks_the_reading_of_a_date(text: str) -> None:
    moment = parse_moment(text)
    assert moment is None or moment.tzinfo is SHANGHAI


def _identity(birth: str, sequence: str, area: str = UNASSIGNED_AREA) -> str:
    first17 = area + birth + sequence
    return first17 + check_character(first17)


def test_birth_and_sex_are_read_from_an_identity_number() -> None:
    identity = parse_identity(_identity("19580314", "003").lower())
    assert identity
    assert (identity.birth, identity.is_male) == (dt.date(1958, 3, 14), True)


@pytest.mark.parametrize(
    ("area", "kind"),
    [
        (UNASSIGNED_AREA, "resident_card"),
        ("810000", "hmt_residence"),
        ("830000", "hmt_residence"),
        ("911999", "foreign_residence"),
    ],
)
def test_permits_of_eighteen_digits_are_identity_numbers_too(area: str, kind: str) -> None:
    identity = parse_identity(_identity("19800101", "002", area))
    assert identity
    assert identity.id_type == kind


def test_an_old_number_of_fifteen_digits_is_lengthened() -> None:
    identity = parse_identity(UNASSIGNED_AREA + "580314" + "003")
    assert identity
    assert identity.number == _identity("19580314", "003")


def test_a_wrong_last_character_or_an_impossible_birth_is_refused() -> None:
    right = _identity("19580314", "003")
    wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
    assert parse_identity(wrong) is None
    assert parse_identity(_identity("19581314", "003")) is None


@given(st.integers(0, 16), st.integers(1, 9))
def test_any_single_wrong_digit_is_noticed(place: int, shift: int) -> None:
    right = _identity("19580314", "003")
    wrong = right[:place] + str((int(right[place]) + shift) % 10) + right[place + 1 :]
    assert parse_identity(wrong) is None


def test_a_number_rounded_by_excel_is_recognised() -> None:
    assert was_rounded("199999195803140000")
    assert as_seen(199999195803140034) == "1.99999E+17"
    assert is_damaged(as_seen(199999195803140034))
    assert is_damaged("4.10327E+17")
    assert not is_damaged("13900001234")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (13900001234.0, "13900001234"),
        (5, "5"),
        (0.5, "0.5"),
        (True, "TRUE"),
        (dt.date(2026, 11, 15), "2026-11-15"),
        (dt.datetime(2026, 11, 15, 9, 30), "2026-11-15 09:30:00"),  # noqa: DTZ001 - a cell
        (None, ""),
    ],
)
def test_a_typed_cell_is_shown_as_a_person_sees_it(value: float | None, text: str) -> None:
    assert as_seen(value) == text


def test_a_text_loses_what_only_machines_see() -> None:
    assert clean("\u00a0王\u200b小\n明\u3000") == "王小 明"
    assert clean("１３９") == "139"
    assert clean("低盐，少油。") == "低盐，少油。"
    assert clean("NULL") == ""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1", Disposition.DISCHARGED),
        ("医嘱转院", Disposition.TRANSFERRED),
        ("转社区", Disposition.COMMUNITY),
        ("自动出院", Disposition.AGAINST_ADVICE),
        ("4 非医嘱离院", Disposition.AGAINST_ADVICE),
        ("4", Disposition.AGAINST_ADVICE),
        ("5", Disposition.DIED),
        ("临床死亡", Disposition.DIED),
        ("9", Disposition.OTHER),
    ],
)
def test_a_disposition_is_read_from_code_or_word(text: str, code: Disposition) -> None:
    assert parse_disposition(text) is code


def test_an_unknown_disposition_is_not_guessed() -> None:
    assert parse_disposition("7") is None


def test_a_denied_death_is_no_death() -> None:
    assert not says_died("未死亡")
    assert says_died("住院第3天死亡")


@pytest.mark.parametrize("dot", ["•", "‧", "・", "·", ".", " · "])
def test_the_dot_of_a_minority_name_becomes_the_standard_one(dot: str) -> None:
    assert tidy_name(f"阿依{dot}示例") == "阿依·示例"


def test_rare_characters_and_latin_names_are_kept() -> None:
    assert tidy_name("施 𠮷 样") == "施𠮷样"
    assert tidy_name("Sample Person") == "Sample Person"
