"""The sieve leaves out only patterns that cannot match."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.reading.normal import normalise
from dialogs.tagging.corpus import shipped_corpus
from dialogs.tagging.lexicon import lexicon
from dialogs.tagging.sieve import Sieve, alternatives_of, needed_by

PATTERNS = (
    "胸(?:口|部)?(?:很|好)*[痛闷疼]",
    "(?:喘|透)不过?气|呼吸(?:困难|费力)",
    "(?<!不)痛(?!快)",
    "没?有[^,。]{0,3}药",
    "[a-c]\\d+|(?i:PAIN)",
    "^$|.",
    "痛(?:口|)",
)


@pytest.mark.parametrize("pattern", PATTERNS)
@given(text=st.text(alphabet="胸口部很好痛闷疼喘透不过气呼吸困难费力快没有药,。a1pP", max_size=9))
def test_what_matches_always_passes(pattern: str, text: str) -> None:
    sieve = Sieve([("it", re.compile(pattern))])
    if re.search(pattern, text):
        assert list(sieve.passing(text)) == ["it"]


def test_what_lacks_a_needed_character_is_left_out() -> None:
    sieve = Sieve([("chest", re.compile("胸[痛闷]")), ("breath", re.compile("喘"))])
    assert list(sieve.passing("胸口好好的,就是喘")) == ["breath"]


def test_each_alternative_has_needs_of_its_own() -> None:
    assert list(needed_by(re.compile("胸痛|[喘憋]+"))) == [
        [frozenset("痛"), frozenset("胸")],
        [frozenset("喘憋")],
    ]


def test_a_pattern_falls_apart_where_it_offers_a_choice_and_nowhere_else() -> None:
    pattern = r"胸(?:痛|闷)|[|(]喘|\||气(?<!a|b)短"
    assert alternatives_of(pattern) == ["胸(?:痛|闷)", "[|(]喘", r"\|", "气(?<!a|b)短"]


def test_no_red_flag_of_the_corpus_is_lost() -> None:
    signs = lexicon().signs
    every = list(signs.every())
    for row in shipped_corpus()[::8]:
        text = normalise(row.text).lower()
        passing = list(signs.passing(text))
        assert all(one in passing for one in every if one[1].search(text))
