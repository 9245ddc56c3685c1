"""Measured numbers, birth years and satisfaction."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.reading import numerals
from dialogs.reading.numbers import read_number
from dialogs.reading.scales import read_scale
from dialogs.reading.years import read_birth_year


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("36.8", 36.8),
        ("３６．８", 36.8),
        ("36度8", 36.8),
        ("三十六度八", 36.8),
        ("36。8", 36.8),
        ("36,8", 36.8),
        ("三十六点八", 36.8),
        ("38度5", 38.5),
        ("三十八度半", 38.5),
        ("36.8℃", 36.8),
        ("体温36.8", 36.8),
        ("早上7点量的36.5", 36.5),
        ("今天8点半量了36度5", 36.5),
        ("11月20日36.9", 36.9),
        ("6点5", 6.5),
        ("血糖6.5", 6.5),
        ("餐后2小时9.3", 9.3),
        ("两小时测的,九点三", 9.3),
        ("昨天没量,今天36.5", 36.5),
        ("六十二千克,比上月轻了两千克", 62),
        ("七点零", 7.0),
        ("120", 120),
    ],
)
def test_a_decimal_is_read_as_people_write_it(text: str, value: float) -> None:
    reading = read_number(text, decimal=True)
    assert (reading.values, reading.clear) == ((value,), True)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十", 10),
        ("10", 10),
        ("3分", 3),
        ("三分吧", 3),
        ("0", 0),
        ("零", 0),
        ("7", 7),
        ("七分吧晚上更疼", 7),
        ("昨天五今天三", 3),
        ("13", 13),
        ("一百三", 130),
        ("高压135", 135),
        ("一万二", 12000),
    ],
)
def test_a_whole_number_is_read_as_people_write_it(text: str, value: float) -> None:
    reading = read_number(text, decimal=False)
    assert (reading.values, reading.clear) == ((value,), True)


@pytest.mark.parametrize(
    "text",
    [
        *("135/85", "高压135低压85", "135 85", "135-85", "135,85", "高压一百三十五,低压八十五"),
        *(
            "低压85高压135",
            "低的八十五高的一百三十五",
            "一百三十五,八十五",
            "135/85mmHg",
            "血压135/85",
        ),
    ],
)
def test_a_blood_pressure_is_two_numbers_the_upper_first(text: str) -> None:
    reading = read_number(text, decimal=False)
    assert (reading.values, reading.clear) == ((135, 85), True)


@pytest.mark.parametrize("text", ["85/135", "高压85低压135"])
def test_an_upside_down_blood_pressure_is_not_clear(text: str) -> None:
    reading = read_number(text, decimal=False)
    assert (reading.values, reading.clear) == ((85, 135), False)


@pytest.mark.parametrize("text", ["7-8分", "7到8", "七八分", "3.5", "5或者6"])
def test_a_range_or_a_half_is_no_clear_score(text: str) -> None:
    assert not read_number(text, decimal=False).clear


@pytest.mark.parametrize(
    "text", ["没量", "没测", "忘了量", "还没量呢", "没有血压计", "不会量", "冇量", "莫得量", "沒量"]
)
def test_not_measured_is_an_answer(text: str) -> None:
    reading = read_number(text, decimal=True)
    assert (reading.not_measured, reading.clear, reading.values) == (True, True, ())


@pytest.mark.parametrize(
    ("text", "meter"),
    [
        *(
            ("LO", "LO"),
            ("lo", "LO"),
            ("ＬＯ", "LO"),
            ("显示LO", "LO"),
            ("低", "LO"),
            ("Low", "LO"),
        ),
        *(("HI", "HI"), ("hi", "HI"), ("显示HI", "HI"), ("显示高", "HI"), ("血糖仪显示 HI", "HI")),
    ],
)
def test_a_meter_that_shows_a_word_is_read(text: str, meter: str) -> None:
    assert read_number(text, decimal=True).meter == meter


@pytest.mark.parametrize(
    "text", ["", "好的", "早上7点", "11月20日", "表在桌上", "正常", "跟上次一样", "一直都好"]
)
def test_no_number_is_no_answer(text: str) -> None:
    reading = read_number(text, decimal=True)
    assert (reading.values, reading.clear) == ((), False)


@pytest.mark.parametrize(
    ("text", "unit"),
    [("62公斤", "kg"), ("118斤", "斤"), ("36度8", "℃"), ("120mg/dl", "mg/dl"), ("6.5", "")],
)
def test_the_unit_is_told(text: str, unit: str) -> None:
    assert read_number(text, decimal=True).unit == unit


@pytest.mark.parametrize(
    ("run", "value"),
    [
        *(
            ("三十六", 36),
            ("十", 10),
            ("一百零五", 105),
            ("一百四", 140),
            ("一百四十", 140),
            ("一二零", 120),
        ),
        *(
            ("两千零二十", 2020),
            ("一万二", 12000),
            ("一万零二十", 10020),
            ("〇", 0),
            ("一九五六", 1956),
        ),
        *(("十二万", 120000), ("七八十", None)),
    ],
)
def test_chinese_numerals_have_their_value(run: str, value: int | None) -> None:
    assert numerals.value(run) == value


@pytest.mark.parametrize(
    ("text", "year"),
    [
        *(
            ("1956", 1956),
            ("56年", 1956),
            ("一九五六年", 1956),
            ("1956年3月", 1956),
            ("五六年的", 1956),
        ),
        *(
            ("１９５６", 1956),
            ("我是1956年生的", 1956),
            ("19560312", 1956),
            ("五十六年", 1956),
            ("2019年", 2019),
        ),
        *(
            ("56", 1956),
            ("05年", 2005),
            ("零五年", 2005),
            ("不告诉你", None),
            ("13900000001", None),
            ("6", None),
        ),
        *(
            ("1 1 1948", 1948),
            ("48 1 1", 1948),
            ("480101", 1948),
            ("01011948", 1948),
            ("1 9 4 8", 1948),
            ("民国37年", 1948),
            ("110101194801011237", 1948),
        ),
    ],
)
def test_a_birth_year_is_read(text: str, year: int | None) -> None:
    assert read_birth_year(text) == year


@pytest.mark.parametrize(
    ("text", "score"),
    [
        *(
            ("5", 5),
            ("五", 5),
            ("⑤", 5),
            ("很满意", 5),
            ("非常满意!", 5),
            ("满分", 5),
            ("⭐⭐⭐⭐⭐", 5),
        ),
        *(("五分都嫌少", 5), ("👍👍👍👍👍", 5), ("5分", 5), ("五颗星", 5), ("5!等了3小时但值", 5)),
        *(
            ("满意", 4),
            ("蛮好", 4),
            ("不错", 4),
            ("4分", 4),
            ("打四分,扣一分给停车场", 4),
            ("选4", 4),
        ),
        *(
            ("一般", 3),
            ("还行吧", 3),
            ("凑合", 3),
            ("三颗星吧,中不溜", 3),
            ("可以", 3),
            ("★★★☆☆", 3),
        ),
        *(("不满意", 2), ("不太好", 2), ("俩星", 2), ("倒数第二档", 2), ("不太满意", 2)),
        *(
            ("很不满意", 1),
            ("太差了", 1),
            ("差评,1", 1),
            ("一分都不想给", 1),
            ("最低那档", 1),
            ("非常不满意", 1),
        ),
        *(
            ("6", None),
            ("0", None),
            ("3到4之间", None),
            ("1或者2", None),
            ("哈哈", None),
            ("", None),
            ("10", None),
        ),
        *(("上回给2,这次4", 4), ("滿意", 4), ("唔滿意", 2)),
    ],
)
def test_a_satisfaction_answer_is_read_with_five_as_best(text: str, score: int | None) -> None:
    assert read_scale(text) == score


@given(st.text(), st.booleans())
def test_nothing_that_can_be_typed_breaks_the_readers(text: str, decimal: bool) -> None:
    reading = read_number(text, decimal=decimal)
    assert reading == read_number(text, decimal=decimal)
    assert reading.clear or not reading.not_measured
    assert read_scale(text) in {None, 1, 2, 3, 4, 5}
    year = read_birth_year(text)
    assert year is None or 1880 <= year <= 2099


@given(st.text("0123456789.,/-点度高低压半 十百千万", max_size=400))
def test_any_row_of_figures_is_read_without_a_fault(text: str) -> None:
    assert all(value >= 0 for value in read_number(text, decimal=True).values)


@pytest.mark.parametrize("char", ["1", "一", "1.", "十"])
def test_ten_thousand_numerals_are_no_number(char: str) -> None:
    assert not read_number(char * 10_000, decimal=True).clear
    assert read_birth_year(char * 10_000) is None
    assert read_scale(char * 10_000) is None
