"""Words, notions, the hospital's own lexicon, the corpus and the training."""

from __future__ import annotations

import pytest

from dialogs.tagging.complaint import Category, Severity, UrgentType, tag
from dialogs.tagging.corpus import (
    BadRow,
    Labelled,
    ordinary_messages,
    read_corpus,
    shipped_corpus,
)
from dialogs.tagging.model import loaded, shipped
from dialogs.tagging.notions import find_notions
from dialogs.tagging.own_words import OwnLexicon, read_own_words
from dialogs.tagging.tokens import jieba_cut, rjieba_cut, tokenise
from dialogs.tagging.training import train, written

ORDINARY = ordinary_messages()


def own(text: str) -> OwnLexicon:
    """Read a lexicon as the hospital would have written it."""
    return read_own_words(text, ORDINARY)


def test_both_engines_cut_the_shipped_corpus_alike() -> None:
    plain, fast = jieba_cut(), rjieba_cut()
    assert all(plain(row.text.lower()) == fast(row.text.lower()) for row in shipped_corpus())


def test_words_of_a_hospital_are_not_cut_apart() -> None:
    assert jieba_cut()("胸口痛喘不过气") == ["胸口痛", "喘不过气"]


def test_tokens_know_their_places() -> None:
    text = "药房少给我一盒药"
    assert all(text[token.start : token.end] == token.word for token in tokenise(text))


def test_a_single_character_counts_only_as_a_word() -> None:
    assert any(notion.name == "rude" for notion in find_notions("医生很凶", tokenise("医生很凶")))
    risky = find_notions("病情凶险", tokenise("病情凶险"))
    assert not any(notion.name == "rude" for notion in risky)


def test_a_negator_denies_a_notion() -> None:
    text = "护士没有不耐烦"
    assert any(notion.denied for notion in find_notions(text, tokenise(text)))


def test_own_words_add_tags_and_show_their_words() -> None:
    tags = tag("又叫我去黑風洞拿片", lexicon=own("黑风洞 process high"))
    assert Category.PROCESS in tags.categories
    assert tags.severity is Severity.HIGH
    assert any(piece.source == "own" and piece.words == "黑風洞" for piece in tags.evidence)


def test_own_words_can_be_urgent() -> None:
    tags = tag("今晚去望江石坐坐", lexicon=own("望江石 self_harm"))
    assert tags.urgent_type == (UrgentType.SELF_HARM,)
    assert not tags.is_complaint


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("谢谢 attitude", "too_common"),
        ("坏 environment", "too_short"),
        ("黑风洞", "no_tag"),
        ("黑风洞 环境", "unknown_tag"),
    ],
)
def test_a_bad_line_is_named_and_the_good_ones_hold(line: str, code: str) -> None:
    lexicon = own(f"# 本院的词\n望江石 self_harm\n{line}\n")
    assert [word.word for word in lexicon.words] == ["望江石"]
    assert [(fault.line, fault.code) for fault in lexicon.faults] == [(3, code)]


def test_a_word_of_everyday_is_refused_with_examples() -> None:
    fault = own("谢谢 attitude").faults[0]
    assert 1 <= len(fault.examples) <= 3
    assert all("谢谢" in example or "謝謝" in example for example in fault.examples)


def test_the_same_word_twice_is_a_fault() -> None:
    assert [fault.code for fault in own("黑风洞 process\n黑風洞 low").faults] == ["twice"]


def test_the_shipped_corpus_is_whole() -> None:
    rows = shipped_corpus()
    assert len(ORDINARY) >= 1000
    assert len({row.text for row in rows}) == len(rows)
    assert {category for row in rows for category in row.categories} == set(Category)
    assert all(
        row.categories == {Category.OTHER} for row in rows if Category.OTHER in row.categories
    )


@pytest.mark.parametrize(
    "line",
    ["只有一栏", "词\t没有\tn\t-\t-\t-", "词\t-\tx\t-\t-\t-", "词\twaiting\tn\t-\t-\t-"],
)
def test_a_broken_line_of_the_corpus_is_named_by_number(line: str) -> None:
    with pytest.raises(BadRow, match="line 1"):
        list(read_corpus([line]))


def test_training_twice_gives_the_same_bytes() -> None:
    corpus = shipped_corpus()[:150]
    assert written(train(corpus)) == written(train(corpus))


def test_a_model_learns_what_it_is_shown() -> None:
    corpus = [
        *(
            Labelled(f"厕所脏{n}号", frozenset({Category.ENVIRONMENT}), Severity.LOW)
            for n in "甲乙丙"
        ),
        *(Labelled(f"谢谢{n}号医生", frozenset(), Severity.NONE, praise=True) for n in "甲乙丙"),
    ]
    model = loaded(train(corpus))
    assert tag("厕所脏", model=model).is_complaint
    assert not tag("谢谢医生", model=model).is_complaint


def test_the_shipped_model_can_be_looked_into() -> None:
    assert shipped().weight("%fault attitude", "attitude") > 1
    assert shipped().weight("没有这个特征", "attitude") == 0
