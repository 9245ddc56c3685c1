"""The checker: each fault of a form or a text is found and its place is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dialogs.catalog import CatalogFault, load_catalog, read_catalog
from dialogs.checker import Severity, check_catalog

HEAD = """
id = "fu-x"
version = "1"
title = "试用"
opening = "M-OPEN"
minutes = 2
approved_by = "张医生"
approved_on = "2026-11-20"
"""
FEEL = """
[[item]]
id = "feel"
type = "choice"
text = "现在感觉怎么样?"
sms = "现在感觉怎么样?回复1好些 2更差"
covers = ["health", "adherence", "drugs", "lifestyle", "satisfaction", "review"]
options = [{ key = "better", label = "好些" }, { key = "worse", label = "更差" }]
"""
PAIN = """
[[item]]
id = "nrs"
type = "integer"
text = "几分痛?"
sms = "几分痛?请回复0到10"
min = 0
max = 10
"""
OPENING = """
[M-OPEN]
text = "您好,现在方便吗?"
sms = "您好,现在方便吗?1开始 2不用"
options = [{ key = "start", label = "开始" }, { key = "no", label = "不用" }]
"""


def codes(folder: Path, form: str, messages: str = OPENING) -> set[str]:
    """Write a small catalog, read it as the product does, and return its faults."""
    (folder / "fu-x.toml").write_text(form, "utf-8")
    (folder / "messages.toml").write_text(messages, "utf-8")
    return {fault.code for fault in check_catalog(read_catalog(folder, "zh"))}


def test_a_sound_form_has_no_fault(tmp_path: Path) -> None:
    assert codes(tmp_path, HEAD + FEEL + PAIN) == set()


def test_the_catalog_that_is_shipped_has_no_error() -> None:
    for language in ("zh", "en"):
        faults = check_catalog(load_catalog(language))
        assert [fault.text for fault in faults if fault.severity is Severity.ERROR] == []


def test_every_form_that_is_shipped_waits_for_a_doctors_signature() -> None:
    unsigned = {f.file for f in check_catalog(load_catalog("zh")) if f.code == "unapproved"}
    assert unsigned == {f"{form}.toml" for form in load_catalog("zh").forms}


def test_a_fault_names_file_item_and_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "fu-x.toml").write_text(HEAD + FEEL + PAIN.replace("max = 10\n", ""), "utf-8")
    (tmp_path / "messages.toml").write_text(OPENING, "utf-8")
    (fault,) = check_catalog(read_catalog(tmp_path, "zh"))
    assert (fault.severity, fault.file, fault.item) == (Severity.ERROR, "fu-x.toml", "nrs")
    assert fault.text == "fu-x.toml [nrs] 数字题没有上下限"


RULE = '[[item.rule]]\nwhen = ["feel = worse"]\n'
WHEN = PAIN + "enable_when = [{}]\n"


@pytest.mark.parametrize(
    ("code", "form"),
    [
        ("item_twice", FEEL + FEEL),
        ("no_text", FEEL.replace("现在感觉怎么样?", "", 1)),
        ("no_sms", re.sub('sms = ".*"\n', "", FEEL)),
        ("no_options", re.sub(r"options = .*\n", "", FEEL)),
        ("odd_options", PAIN + 'options = [{ key = "a", label = "好" }]\n'),
        ("no_range", PAIN.replace("min = 0\n", "")),
        ("key_twice", FEEL.replace('"worse"', '"better"')),
        ("shared_word", FEEL.replace('label = "更差"', 'label = "更差", synonyms = ["好些了"]')),
        ("unknown_item", FEEL + WHEN.format('"sleep = bad"')),
        ("unknown_fact", FEEL + WHEN.format('"@weight > 80"')),
        ("unknown_tag", FEEL + WHEN.format('"@tag = chemotherapy"')),
        ("unknown_key", FEEL + WHEN.format('"feel = awful"')),
        ("later_item", PAIN + 'enable_when = ["feel = worse"]\n' + FEEL),
        ("later_item", PAIN + 'enable_when = ["nrs > 3"]\n' + FEEL),
        ("not_a_number", FEEL + PAIN + '[[item.rule]]\nwhen = ["nrs = high"]\nlevel = "L2"\n'),
        ("foreign_rule", FEEL + PAIN + RULE + 'level = "L2"\n'),
        ("unknown_level", FEEL + RULE + 'level = "L9"\n'),
        ("unknown_message", FEEL + RULE + 'message = "M-NONE"\n'),
        ("unknown_form", FEEL + RULE + 'adds = "fu-y"\n'),
        ("unknown_outcome", FEEL + RULE + 'ends = "vanished"\n'),
        ("sms_long", FEEL.replace("回复1", "请您仔细想一想这几天的情况,再告诉我们" * 3 + "回复1")),
        ("sms_numbers", FEEL.replace("1好些 2更差", "1好些 3更差")),
        ("sms_numbers", FEEL.replace("1好些 2更差", "1好些")),
        ("sms_numbers", FEEL.replace("1好些 2更差", "1好些 2更差 3不知道")),
        ("sms_numbers", FEEL.replace("1好些 2更差", "2更差 1好些")),
        ("jargon", FEEL.replace("感觉", "依从性")),
        ("forbidden", FEEL.replace("现在感觉怎么样?", "不用担心,感觉怎么样?")),
        ("unknown_variable", FEEL.replace("现在感觉", "{colour}感觉")),
        ("contents_missing", FEEL.replace('"review"', '"health"')),
    ],
)
def test_a_bad_item_is_found(tmp_path: Path, code: str, form: str) -> None:
    assert code in codes(tmp_path, HEAD + form)


def test_ten_options_are_too_many(tmp_path: Path) -> None:
    labels = "甲乙丙丁戊己庚辛壬癸"
    many = ", ".join(f'{{ key = "k{n}", label = "{label}" }}' for n, label in enumerate(labels))
    form = re.sub(r"options = .*", f"options = [{many}]", FEEL)
    assert "too_many" in codes(tmp_path, HEAD + form)


def test_an_unsigned_form_is_a_warning_not_an_error(tmp_path: Path) -> None:
    form = HEAD.replace("张医生", "") + FEEL
    (tmp_path / "fu-x.toml").write_text(form, "utf-8")
    (tmp_path / "messages.toml").write_text(OPENING, "utf-8")
    (fault,) = check_catalog(read_catalog(tmp_path, "zh"))
    assert (fault.code, fault.severity) == ("unapproved", Severity.WARNING)


def test_two_segments_are_right_where_they_are_allowed(tmp_path: Path) -> None:
    long = FEEL.replace("回复1", "请您仔细想一想这几天的情况,再告诉我们" * 3 + "回复1")
    assert codes(tmp_path, HEAD + long + "segments = 2\n") == set()


@pytest.mark.parametrize(
    ("code", "sms"),
    [
        ("stigma", "您好,肿瘤科回访,现在方便吗?1开始 2不用"),
        ("stigma", "您好,{dept}回访,现在方便吗?1开始 2不用"),
        ("sms_numbers", "您好,现在方便吗?"),
    ],
)
def test_a_first_message_gives_nothing_away(tmp_path: Path, code: str, sms: str) -> None:
    opening = OPENING.replace("您好,现在方便吗?1开始 2不用", sms)
    assert code in codes(tmp_path, HEAD + FEEL, opening)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("no_text", '[M-X]\nsms = "好"\n'),
        ("turning", '[M-X]\ntext = "很抱歉,但是这是规定。"\n'),
        ("unknown_variable", '[M-X]\ntext = "{nobody}您好"\n'),
        ("lead_without_question", '[M-UNK]\ntext = "没看明白。"\n'),
        ("elder_long", f'[M-X]\ntext = "好"\nelder = "{"好" * 31}"\n'),
        ("elder_long", f'[M-RF1]\ntext = "好"\nelder = "{"好" * 46}"\n'),
        (
            "elder_choices",
            '[M-X]\ntext = "好"\nelder = "1甲 2乙 3丙 4丁"\noptions = ['
            + ", ".join(f'{{ key = "{n}", label = "{n}号" }}' for n in "abcd")
            + "]\n",
        ),
    ],
)
def test_a_bad_message_is_found(tmp_path: Path, code: str, message: str) -> None:
    assert code in codes(tmp_path, HEAD + FEEL, OPENING + message)


def test_a_safety_text_for_the_elderly_may_be_longer(tmp_path: Path) -> None:
    message = f'[M-RF1]\ntext = "好"\nelder = "{"好" * 45}"\n'
    assert codes(tmp_path, HEAD + FEEL, OPENING + message) == set()


def test_an_elderly_form_keeps_its_questions_short(tmp_path: Path) -> None:
    form = (
        HEAD + "elderly = true\n" + FEEL.replace("现在感觉", "这几天在家里吃饭睡觉走路各方面感觉")
    )
    assert codes(tmp_path, form.replace("怎么样?回复", "怎么样,好不好?回复")) == {"elder_long"}


def test_an_opening_without_a_start_is_found(tmp_path: Path) -> None:
    opening = OPENING.replace('"start"', '"begin"')
    assert "no_start" in codes(tmp_path, HEAD + FEEL, opening)


def test_an_unknown_opening_is_found(tmp_path: Path) -> None:
    assert "unknown_message" in codes(tmp_path, HEAD.replace("M-OPEN", "M-NONE") + FEEL)


def test_a_condition_that_cannot_be_read_is_refused_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "fu-x.toml").write_text(HEAD + PAIN + 'enable_when = ["feel"]\n', "utf-8")
    with pytest.raises(CatalogFault, match=r"fu-x\.toml: not a condition: 'feel'"):
        read_catalog(tmp_path, "zh")


def test_a_translation_asks_the_same(tmp_path: Path) -> None:
    form = HEAD.replace("fu-x", "dm") + FEEL
    (tmp_path / "dm.toml").write_text(form, "utf-8")
    (tmp_path / "messages.toml").write_text(OPENING, "utf-8")
    (fault,) = [f for f in check_catalog(read_catalog(tmp_path, "en")) if f.code == "other_items"]
    assert fault.file == "en/dm.toml"


def test_every_message_the_dialogs_name_is_in_the_catalog() -> None:
    folder = Path(__file__).parents[2] / "dialogs"
    named = {
        name
        for path in folder.glob("*.py")
        for name in re.findall(r'"((?:M|CARD)-[A-Z0-9-]+)"', path.read_text("utf-8"))
    }
    prefixes = {"M-RF"}
    assert named - prefixes - set(load_catalog("zh").messages) == set()
    assert len(named) > 30


def test_two_files_may_not_tell_a_text_of_one_name(tmp_path: Path) -> None:
    for name in ("messages", "channels"):
        (tmp_path / f"{name}.toml").write_text('[M-X]\ntext = "x"\n', encoding="utf-8")
    with pytest.raises(CatalogFault, match=r"messages\.toml: told twice: M-X"):
        read_catalog(tmp_path, "zh")
