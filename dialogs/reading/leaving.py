"""Whether somebody who asked for a person wants the bot back."""

from __future__ import annotations

import re
from functools import cache

from dialogs.reading import wording
from dialogs.reading.normal import bare

# what people put before and after it
_POLITE = re.compile(
    r"^(?:那|好的?|谢谢|请|麻烦|我要?|我想要?|还是)+|(?:谢谢(?:你们?|您|啊)?|吧|了?哈)+$"
)


def leaves(text: str, *, taken: bool) -> bool:
    """Tell whether the whole message says so; "不用了" does only while nobody has `taken` it."""
    words = _words("back") if taken else _words("back") | _words("not_needed")
    whole = bare(text)
    return bool({whole, bare(_POLITE.sub("", whole))} & words)


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(map(bare, wording.load(__file__, "leaving.toml")[name]))
