"""A wish or an answer: what words mean while a question is open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dialogs.admission import WHO_ITEMS
from dialogs.answers import is_slip, read_answer
from dialogs.form import Item, ItemType
from dialogs.questionnaire import current, open_message
from dialogs.reading.normal import bare
from dialogs.reading.wishes import Wish, is_order
from dialogs.replies import choice
from dialogs.state import Stage
from dialogs.turn import Reply, Turn

_MEANT: Final[Mapping[tuple[Stage, Wish], str]] = {
    (Stage.OPENING, Wish.CONTINUE): "start",
    (Stage.WHO, Wish.FAMILY): "family",
    (Stage.WHO, Wish.WRONG_PERSON): "wrong",
    (Stage.ECHO, Wish.CORRECT): "mistake",
    (Stage.RESUME, Wish.CONTINUE): "continue",
}
_ALWAYS: Final = frozenset({Wish.OPT_OUT, Wish.BLAME, Wish.DECEASED, Wish.MAYBE_DECEASED})
_AT_ECHO: Final = frozenset({Wish.LATER, Wish.SKIP, Wish.CONTINUE})
_BRIEF: Final = 8


def answer_in(turn: Turn, text: str, wish: Wish | None) -> Reply | None:
    """Return the words as a reply to the open question, or None when they are a wish.

    "打错了" to "who are you" is an answer, elsewhere it is not; in the long answer to an open
    question a passing "later" or "nurse" is no wish.
    """
    stage = turn.state.stage
    if wish is None or _is_in_passing(turn, text, wish):
        return None if _is_human_zero(turn, text) else Reply(text)
    if wish in _ALWAYS:
        return None
    if (stage, wish) in _MEANT:
        return Reply(text, keys=(_MEANT[stage, wish],))
    if stage is Stage.ECHO and wish is Wish.WRONG_PERSON and is_slip(text):
        return Reply(text, keys=("mistake",))
    if stage is Stage.ITEM:
        return _to_item(current(turn).item, text, wish)
    return Reply(text) if _to_message(turn, text, wish) else None


def _is_in_passing(turn: Turn, text: str, wish: Wish) -> bool:
    """In the answer to an open question only plain orders stop us or call a person."""
    if wish not in (Wish.OPT_OUT, Wish.HUMAN) or turn.state.stage is not Stage.ITEM:
        return False
    return current(turn).item.type is ItemType.TEXT and not is_order(text, wish)


def _to_item(item: Item, text: str, wish: Wish) -> Reply | None:
    if item.id in WHO_ITEMS and wish in (Wish.FAMILY, Wish.WRONG_PERSON):
        return _about_the_writer(item, text, wish)
    if item.type is ItemType.TEXT:
        brief = len(bare(text)) <= _BRIEF and wish is not Wish.COMPLAINT
        return None if brief or wish is Wish.WRONG_PERSON else Reply(text)
    readable = bool(item.options) and read_answer(item, Reply(text)) is not None
    return Reply(text) if readable else None


def _about_the_writer(item: Item, text: str, wish: Wish) -> Reply | None:
    if read_answer(item, Reply(text)) is not None:
        return Reply(text)
    wanted = ("wrong",) if wish is Wish.WRONG_PERSON else ("family", "rel")
    key = next((option.key for option in item.options if option.key in wanted), None)
    return Reply(text, keys=(key,)) if key else None


def _to_message(turn: Turn, text: str, wish: Wish) -> bool:
    match turn.state.stage:
        case Stage.LATER:
            return wish is Wish.LATER
        case Stage.ECHO if wish in _AT_ECHO:
            return True
    message = open_message(turn)
    return bool(message) and choice(turn, Reply(text), turn.message(message)) is not None


def _is_human_zero(turn: Turn, text: str) -> bool:
    """0 finds a person wherever 0 is not itself an answer."""
    if bare(text) != "0":
        return False
    return turn.state.stage is not Stage.ITEM or current(turn).item.minimum != 0
