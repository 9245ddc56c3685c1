"""Chinese numerals as people write them: 三十六, 一百四, 一二零, 一万二, 两百零五."""

from __future__ import annotations

import re

DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "俩": 2,
    "仨": 3,
    "壹": 1,
    "贰": 2,
    "叁": 3,
    "肆": 4,
    "伍": 5,
    "陆": 6,
    "柒": 7,
    "捌": 8,
    "玖": 9,
    "幺": 1,
}
_LONGEST = 12  # characters; no year, price or pressure is longer
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "万": 10000}
RUN = re.compile("[" + "".join([*DIGITS, *_UNITS]) + "]+")


def value(run: str) -> int | None:
    """Return the value of a run of numerals; None if it is no number (二三十, 十百)."""
    if len(run) > _LONGEST:
        return None
    if all(char in DIGITS for char in run):
        return int("".join(str(DIGITS[char]) for char in run)) if run else None
    return _composed(run)


def _composed(run: str) -> int | None:
    total, section, digit, last_unit = 0, 0, None, 1
    for char in run:
        if char in DIGITS:
            if digit:
                return None
            digit = DIGITS[char]
            last_unit = 1 if digit == 0 else last_unit
        elif char == "万":
            total, section, digit = (total + section + (digit or 0)) * 10000, 0, None
            last_unit = 10000
        else:
            section += (1 if digit is None else digit) * _UNITS[char]
            digit, last_unit = None, _UNITS[char]
    # 一百四 is 140 and 一万二 is 12000: the last digit takes the place after the last unit
    return total + section + (digit or 0) * max(last_unit // 10, 1)
