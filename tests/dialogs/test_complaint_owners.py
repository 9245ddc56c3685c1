"""Who answers for a complaint: by category and words, never the one complained about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.complaints.owners import accused_offices, owner_beside, route
from dialogs.tagging.tags import Category, Severity
from models.hospital import StaffRole

OFFICES = {
    "complaint_office": "投诉办",
    "medical_affairs": "医务科",
    "nursing_office": "护理部",
    "supervision_office": "监察室",
}
WORDS = st.sampled_from(
    ["按铃没人来", "等了三个小时", "还是痛", "护士扎了五针", "病没治好", "客服骗我来", "厕所脏", ""]
)


@pytest.mark.parametrize(
    ("category", "words", "tag", "owner", "theme"),
    [
        ("waiting", "等了三个小时", "T1", "complaint_office", "等了那么久"),
        ("communication", "问病情不耐烦", "T2", "medical_affairs", "病情没讲清楚"),
        ("process", "楼上楼下做检查", "T3", "complaint_office", "检查来回跑"),
        ("process", "盖章跑了五趟窗口", "T3", "complaint_office", "检查来回跑"),
        ("process", "盖章盖了五次", "T3", "complaint_office", "手续让您来回折腾"),
        ("environment", "厕所脏", "T4", "complaint_office", "环境没弄好"),
        ("environment", "饭是冷的", "T14", "complaint_office", "饭菜后勤没跟上"),
        ("attitude", "凶得很", "T5", "complaint_office", "话说得让您难受"),
        ("quality", "按铃没人来", "T6", "nursing_office", "按铃没人来"),
        ("quality", "护士扎针扎了五次", "T6", "nursing_office", "护理没做好"),
        ("quality", "病没治好", "T7", "medical_affairs", "病没见好"),
        ("quality", "看了两分钟就打发", "T7", "medical_affairs", "看病没让您满意"),
        ("medication", "吃了吐", "T8", "medical_affairs", "吃药不舒服"),
        ("medication", "药发错了一盒", "T8", "medical_affairs", "用药的事没办好"),
        ("communication", "出院单看不懂", "T9", "nursing_office", "出院单看不懂"),
        ("communication", "电话打不通", "T10", "complaint_office", "电话打不通"),
        ("communication", "出院后没人管", "T11", "complaint_office", "出院后没人问"),
        ("billing", "乱收费", "T12", "complaint_office", "费用没说清楚"),
        ("appointment", "白跑一趟", "T13", "complaint_office", "约了号没看上"),
        ("privacy", "告诉别人了", "T15", "medical_affairs", "信息被别人知道了"),
        ("communication", "客服说的不一样", "T16", "complaint_office", "前后说的不一样"),
        ("safety", "差点摔下来", "T17", "medical_affairs", "让您担惊受怕了"),
        ("ethics", "要红包", "T18", "supervision_office", "让您不放心了"),
        ("other", "反正不满意", "T19", "complaint_office", "您不满意的事"),
    ],
)
def test_the_table_of_the_house(
    category: str, words: str, tag: str, owner: str, theme: str
) -> None:
    found = route([category], words)
    assert (found.tags, found.owner, found.theme) == ((tag,), owner, theme)


def test_without_a_category_somebody_is_still_responsible() -> None:
    assert route([], "不满意").tags == ("T19",)
    assert route([], "不满意").owner == "complaint_office"


def test_a_dispute_comes_first_and_has_no_theme_since_a_person_asks() -> None:
    found = route(["attitude"], "我要起诉", dispute=True)
    assert (found.tags, found.owner, found.theme) == (("D1", "T5"), "medical_affairs", "")
    assert route([], "我要起诉", dispute=True).tags == ("D1",)


def test_the_gravest_theme_names_the_owner_and_every_theme_who_knows() -> None:
    found = route(["waiting", "privacy"], "等了很久,还把我的病告诉别人")
    assert found.tags == ("T15", "T1")
    assert found.owner == "medical_affairs"
    assert found.facts == ("department", "it", "outpatient_office")
    assert found.joint


@pytest.mark.parametrize(
    ("category", "words", "owner"),
    [
        ("quality", "投诉护理部,按铃没人来", "complaint_office"),
        ("quality", "护理部和投诉办都不管,按铃没人来", "medical_affairs"),
        ("quality", "医务科不管,病没治好", "complaint_office"),
        ("attitude", "投诉办的人吼我", "medical_affairs"),
        ("ethics", "监察室的人收红包", "complaint_office"),
        ("attitude", "醫務科的人吼我", "complaint_office"),
    ],
)
def test_an_office_never_looks_into_itself(category: str, words: str, owner: str) -> None:
    assert route([category], words).owner == owner
    assert owner not in accused_offices(words)


@given(st.sets(st.sampled_from(list(Category))), WORDS, st.sets(st.sampled_from(sorted(OFFICES))))
def test_the_accused_never_owns_the_case(
    categories: set[Category], words: str, accused: set[str]
) -> None:
    """Only where both the complaint office and medical affairs are accused nobody else is left."""
    text = words + "".join(OFFICES[office] for office in sorted(accused))
    found = route(categories, text)
    assert found.owner in set(StaffRole)
    if not {"complaint_office", "medical_affairs"} <= accused:
        assert found.owner not in accused
        assert owner_beside(found.owner, text) == found.owner


@given(st.sets(st.sampled_from(list(Category)), min_size=1), WORDS, st.booleans())
def test_every_complaint_has_a_tag_an_owner_and_somebody_who_knows(
    categories: set[Category], words: str, dispute: bool
) -> None:
    found = route(categories, words, dispute=dispute)
    assert len(found.tags) == len(categories) + dispute
    assert set(found.facts) <= {*StaffRole, "department"}
    assert bool(found.theme) is not dispute


@pytest.mark.parametrize(
    ("categories", "severity", "dispute", "filed", "grade"),
    [
        (["safety"], Severity.HIGH, False, True, "A"),
        (["safety"], Severity.LOW, False, True, "B"),
        (["privacy"], Severity.LOW, False, True, "A"),
        (["attitude"], Severity.HIGH, True, True, "A"),
        (["attitude"], Severity.MEDIUM, False, True, "B"),
        (["attitude"], Severity.MEDIUM, False, False, "C"),
    ],
)
def test_grades(
    categories: list[str], severity: Severity, dispute: bool, filed: bool, grade: str
) -> None:
    assert route(categories, "话", dispute=dispute).grade(severity, filed=filed) == grade
