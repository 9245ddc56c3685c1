"""Counting and cutting as the carriers do, and numbers as each provider writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.sms_numbers import digits_of, international, kept
from bot.channels.sms_segments import length, parts, signed, storable

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


def test_seventy_characters_are_one_sms_and_seventy_one_are_two() -> None:
    assert [len(part) for part in parts("疼" * 70)] == [70]
    assert [len(part) for part in parts("疼" * 71)] == [67, 4]
    assert [len(part) for part in parts("疼" * 160)] == [67, 67, 26]


def test_the_signature_counts_with_its_brackets() -> None:
    assert len(parts(signed("示例医院", "疼" * 64))) == 1
    assert len(parts(signed("示例医院", "疼" * 65))) == 2


def test_a_character_of_two_units_is_never_cut_in_two() -> None:
    cut = parts("疼" * 66 + "🙏" * 10)
    assert [length(part) for part in cut] == [66, 20]


@given(TEXTS)
def test_the_parts_are_the_text_and_none_is_too_long(text: str) -> None:
    cut = parts(text)
    assert "".join(cut) == text
    assert all(length(part) <= (70 if len(cut) == 1 else 67) for part in cut)
    assert all(part for part in cut[1:])


def test_half_of_a_pair_is_no_text() -> None:
    assert storable("好🙏")
    assert not storable("好\ud83d")


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        ("13900000001", "", "13900000001"),
        ("8613900000001", "", "13900000001"),
        ("+8613900000001", "", "13900000001"),
        ("008613900000001", "", "13900000001"),
        ("13900000001", "86", "13900000001"),
        ("90000001", "852", "+85290000001"),
        ("+85290000001", "", "+85290000001"),
        ("106900001", "", "106900001"),
    ],
)
def test_numbers_are_kept_in_one_way(written: str, country: str, number: str) -> None:
    assert kept(written, country) == number


@pytest.mark.parametrize("written", ["", "abc", "1", "139 0000 0001", "1" * 30, "+"])
def test_what_is_no_number_is_none(written: str) -> None:
    assert kept(written) is None


def test_numbers_go_out_as_each_provider_writes_them() -> None:
    assert international("13900000001") == "+8613900000001"
    assert digits_of("13900000001") == "8613900000001"
    assert digits_of("+85290000001") == "85290000001"
