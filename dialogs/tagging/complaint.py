"""Tags a patient's message: dissatisfaction and its kinds, weight, urgency, dispute, praise."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from dialogs.reading.wishes import tells_of_death
from dialogs.tagging import decision
from dialogs.tagging.blame import says_who_killed
from dialogs.tagging.evidence import Seen, words_behind
from dialogs.tagging.features import features_of
from dialogs.tagging.message import Message, glance_at, look_at
from dialogs.tagging.model import Model, Scores, shipped
from dialogs.tagging.own_tags import with_own_words
from dialogs.tagging.own_words import NO_WORDS, OwnLexicon
from dialogs.tagging.people import department, named_staff, staff_role
from dialogs.tagging.pieces import is_read_whole, joined, pieces_of
from dialogs.tagging.tags import HEARD, Category, Evidence, Severity, Tags, UrgentType
from dialogs.tagging.tokens import Cut
from dialogs.tagging.urgency import urgent_kinds, urgent_words

__all__ = ["Category", "Evidence", "Severity", "Tags", "UrgentType", "tag"]

_WEIGHT_TARGETS: Final = {Severity.HIGH: "high", Severity.MEDIUM: "medium"}


def tag(
    text: str,
    *,
    lexicon: OwnLexicon = NO_WORDS,
    cut: Cut | None = None,
    model: Model | None = None,
) -> Tags:
    """Return everything the message is tagged with, each tag with the words that caused it.

    `lexicon` are the hospital's own words; `cut` another engine that cuts words (rjieba);
    `model` other weights than the shipped ones. A very long text is looked at in pieces.
    """
    if cut is None and model is None:
        return _as_shipped(text, lexicon)
    return _tag_pieces(text, lexicon, cut, model or shipped())


# what is heard is tagged again where it is filed
@lru_cache(maxsize=8)
def _as_shipped(text: str, lexicon: OwnLexicon) -> Tags:
    return _tag_pieces(text, lexicon, None, shipped())


def _tag_pieces(text: str, lexicon: OwnLexicon, cut: Cut | None, model: Model) -> Tags:
    """Tag every piece; who repeats a sentence says it once."""
    pieces = list(dict.fromkeys(pieces_of(text)))
    return joined(
        [
            _tag_piece(piece, lexicon, cut, model)
            if is_read_whole(place, len(pieces))
            else _only_danger(piece, lexicon)
            for place, piece in enumerate(pieces)
        ]
    )


def _only_danger(text: str, lexicon: OwnLexicon) -> Tags:
    message = glance_at(text)
    kinds, blame = urgent_kinds(message.dangers), message.blame
    disputed = (Evidence("dispute_risk", blame),) if blame else ()
    tags = Tags(
        urgent=bool(kinds),
        urgent_type=kinds,
        dispute_risk=bool(blame),
        evidence=(*urgent_words(message.dangers), *disputed),
    )
    return with_own_words(tags, message, lexicon)


def _tag_piece(text: str, lexicon: OwnLexicon, cut: Cut | None, model: Model) -> Tags:
    message = look_at(text, cut)
    features = features_of(message)
    scores = model.scores(features)
    seen = Seen(message, features, model)
    return with_own_words(_tagged(message, scores, seen), message, lexicon)


def _tagged(message: Message, scores: Scores, seen: Seen) -> Tags:
    complains = decision.is_complaint(scores)
    categories = decision.categories(scores) if complains else ()
    severity = decision.severity(scores) if complains else Severity.NONE
    urgent = decision.urgency(message, scores)
    disputes = decision.is_dispute(message, scores) or _lays_death_at_door(message)
    praises = decision.is_praise(message, scores)
    return Tags(
        is_complaint=complains,
        categories=categories,
        severity=severity,
        urgent=bool(urgent),
        urgent_type=urgent,
        dispute_risk=disputes,
        praise=praises,
        praised=named_staff(message) if praises else (),
        department=department(message),
        staff_role=staff_role(message),
        evidence=(
            *_urgent_evidence(urgent, seen),
            *(_dispute_evidence(seen) if disputes else ()),
            *(piece for category in categories for piece in _behind(category, seen)),
            *(_weight_evidence(severity, seen) if complains else ()),
            *(_behind("praise", seen) if praises else ()),
        ),
    )


def _lays_death_at_door(message: Message) -> bool:
    """A death and whose fault it was: the gravest dispute, however it is worded."""
    blames = bool(message.blame) or says_who_killed(message.traced)
    return blames and tells_of_death(message.traced.source)


def _behind(tag_name: str, seen: Seen) -> Iterator[Evidence]:
    target = "complaint" if tag_name == Category.OTHER else tag_name
    return words_behind(str(tag_name), target, seen)


def _urgent_evidence(kinds: tuple[UrgentType, ...], seen: Seen) -> Iterator[Evidence]:
    told = [piece for piece in urgent_words(seen.message.dangers) if piece.tag in kinds]
    yield from told
    for kind in kinds:
        if all(piece.tag != kind for piece in told):
            yield from words_behind(kind, HEARD.get(kind, kind), seen)


def _dispute_evidence(seen: Seen) -> Iterator[Evidence]:
    if seen.message.blame:
        yield Evidence("dispute_risk", seen.message.blame)
    else:
        yield from words_behind("dispute_risk", "dispute_risk", seen)


def _weight_evidence(severity: Severity, seen: Seen) -> Iterator[Evidence]:
    if severity in _WEIGHT_TARGETS:
        yield from words_behind("severity", _WEIGHT_TARGETS[severity], seen)
