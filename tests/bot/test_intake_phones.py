"""Telephone cells of real lists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake.phones import PhoneKind, PhoneStatus, parse_phones


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("13900001234", ["13900001234"]),
        ("+86 139 0000 1234", ["13900001234"]),
        ("0086-13900001234", ["13900001234"]),
        ("013900001234", ["13900001234"]),
        ("139-0000-1234", ["13900001234"]),
        ("13900001234 13900001235", ["13900001234", "13900001235"]),
        ("1390000123413900001235", ["13900001234", "13900001235"]),
        ("13900001234、13900001235", ["13900001234", "13900001235"]),
        ("13900001234/13900001234", ["13900001234"]),
        ("(0510)88880000", ["0510-88880000"]),
        ("0510-88880000-801", ["0510-88880000-801"]),
        ("0510-88880000转801", ["0510-88880000-801"]),
        ("010 88880000", ["010-88880000"]),
        ("88880000", ["88880000"]),
    ],
)
def test_every_way_of_writing_a_number_gives_the_number(text: str, numbers: list[str]) -> None:
    assert [phone.number for phone in parse_phones(text)] == numbers


def test_several_numbers_and_a_note_in_one_cell_are_told_apart() -> None:
    mobile, landline = parse_phones("13900000001/0510-88880000 儿子")
    assert (mobile.kind, mobile.status, mobile.note) == (PhoneKind.MOBILE, PhoneStatus.OK, "")
    assert (landline.kind, landline.status) == (PhoneKind.LANDLINE, PhoneStatus.LANDLINE)
    assert landline.note == "儿子"


def test_each_number_keeps_the_word_before_it() -> None:
    assert [phone.note for phone in parse_phones("本人13900001001 儿子13900001002")] == [
        "本人",
        "儿子",
    ]


@pytest.mark.parametrize("text", ["13800000000", "11111111111", "无", "不详", "0", "12345678901"])
def test_a_placeholder_is_no_number(text: str) -> None:
    (phone,) = parse_phones(text)
    assert phone.number is None
    assert phone.status is PhoneStatus.PLACEHOLDER


@pytest.mark.parametrize("text", ["1390000123", "139000012345", "3900001234", "电话欠费"])
def test_a_malformed_number_is_not_taken_for_another(text: str) -> None:
    (phone,) = parse_phones(text)
    assert phone.number is None
    assert phone.status is PhoneStatus.MALFORMED


def test_a_number_excel_destroyed_is_called_damaged() -> None:
    (phone,) = parse_phones("1.38E+10")
    assert phone.status is PhoneStatus.DAMAGED


def test_a_blank_cell_holds_no_phone() -> None:
    assert parse_phones("") == ()


def test_a_phone_does_not_show_its_number_when_printed() -> None:
    assert "13900001234" not in repr(parse_phones("13900001234 儿子"))


@given(st.integers(min_value=0, max_value=9999), st.sampled_from(["", "+86", "86-", "0086 "]))
def test_any_mobile_survives_any_prefix(tail: int, prefix: str) -> None:
    number = f"1390001{tail:04d}"
    assert [phone.number for phone in parse_phones(prefix + number)] == [number]


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_and_a_mobile_has_eleven_digits(text: str) -> None:
    for phone in parse_phones(text):
        if phone.kind is PhoneKind.MOBILE:
            assert phone.number is not None
            assert len(phone.number) == 11
            assert phone.number.isascii()
            assert phone.number.isdecimal()
        assert (phone.number is None) == (phone.kind is None)
