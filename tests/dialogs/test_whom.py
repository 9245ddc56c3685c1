"""Whom of several patients a message speaks of."""

import pytest

from dialogs.titles import titles
from dialogs.whom import Circle, Meant, Person, whom

FATHER = Person("father", "王小明", 78, "male", own=True)
CHILD = Person("child", "李小宝", 8, "female")
HUSBAND = Person("husband", "赵大山", 56, "male", own=True)
WIFE = Person("wife", "钱秀英", 54, "female", own=True)
SIGNS = ("胸口痛", "喘不上气", "烧到39度", "抽了")


def read(text: str, circle: Circle) -> Meant:
    """Read a message with the danger that stands in it."""
    return whom(text, [sign for sign in SIGNS if sign in text], circle)


@pytest.mark.parametrize("current", ["father", "child"])
@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("我爸胸口痛,喘不上气", "father"),
        ("老爷子胸口痛", "father"),
        ("我在外地,老人喘不上气", "father"),
        ("喘不上气了我爷爷", "father"),
        ("王小明胸口痛", "father"),
        ("孩子烧到39度5了", "child"),
        ("娃抽了", "child"),
        ("小宝喘不上气", "child"),
        ("孙女烧到39度", "child"),
        ("爸爸说孩子喘不上气", "child"),
        ("我爸在医院陪,闺女抽了", "child"),
    ],
)
def test_who_is_named_is_meant_whoever_is_being_asked_about(
    text: str, meant: str, current: str
) -> None:
    circle = Circle((FATHER, CHILD), current, asking=True)
    assert read(text, circle) == Meant(meant, sure=True)


def test_words_that_name_nobody_are_about_whom_we_ask() -> None:
    assert read("胸口痛", Circle((FATHER, CHILD), "child", asking=True)) == Meant(
        "child", sure=True
    )


def test_once_nobody_is_being_asked_about_such_words_are_asked_back() -> None:
    assert not read("胸口痛", Circle((FATHER, CHILD), "child")).sure


@pytest.mark.parametrize("text", ["我弟胸口痛", "我妈胸口痛", "邻居家老太太胸口痛"])
def test_somebody_who_is_none_of_our_patients_is_nobodys_surely(text: str) -> None:
    meant = read(text, Circle((FATHER, CHILD), "father", "family", asking=True))
    assert meant == Meant("father", sure=False)


@pytest.mark.parametrize(
    ("current", "by", "meant"),
    [
        ("husband", "self", "wife"),
        ("wife", "self", "husband"),
        ("husband", "family", "husband"),
        ("wife", "family", "wife"),
    ],
)
def test_which_of_a_couple_is_the_other_depends_on_who_writes(
    current: str, by: str, meant: str
) -> None:
    circle = Circle((HUSBAND, WIFE), current, by, asking=True)
    assert read("我老伴胸口痛", circle) == Meant(meant, sure=True)


def test_before_anybody_said_who_is_writing_one_of_a_couple_is_asked_for() -> None:
    circle = Circle((HUSBAND, WIFE), "wife", asking=True)
    assert read("我老伴胸口痛", circle) == Meant("wife", sure=False)
    assert read("我老公胸口痛", circle) == Meant("husband", sure=True)


def test_who_says_i_is_who_answers_for_himself() -> None:
    circle = Circle((HUSBAND, WIFE), "wife", "self", asking=True)
    assert read("我胸口痛", circle) == Meant("wife", sure=True)


def test_who_says_i_for_a_child_is_the_grown_up_whose_phone_it_is_but_not_surely() -> None:
    circle = Circle((FATHER, CHILD), "child", "family", asking=True)
    assert read("我胸口痛", circle) == Meant("father", sure=False)


def test_a_wife_is_not_her_husbands_mother() -> None:
    circle = Circle((HUSBAND, WIFE), "husband", "self", asking=True)
    assert not read("我妈胸口痛", circle).sure


@pytest.mark.parametrize("text", ["妈呀胸口痛", "他妈的胸口痛", "护士姐姐,胸口痛"])
def test_an_exclamation_names_nobody(text: str) -> None:
    circle = Circle((HUSBAND, WIFE), "husband", "self", asking=True)
    assert read(text, circle) == Meant("husband", sure=True)


def test_people_are_named_by_surname_and_title_and_by_age_where_that_is_one() -> None:
    assert titles((FATHER, CHILD)) == ("王先生", "李小朋友")
    son = Person("son", "王强", 50, "male")
    assert titles((FATHER, son)) == ("王先生(78岁)", "王先生(50岁)")
    assert titles((Person("x", "欧阳锋", 60),)) == ("欧阳先生/女士",)
