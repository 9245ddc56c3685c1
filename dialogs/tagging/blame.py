"""Words of a dispute: compensation, court, media, regulators, blame for harm (level DISP)."""

from __future__ import annotations

import re
from functools import cache

from dialogs.reading import wording
from dialogs.reading.normal import normalise


def is_blame(text: str) -> bool:
    """Say whether the writer blames the hospital for harm or threatens legal or public steps."""
    blame, disclaimed = _patterns()
    return bool(blame.search(disclaimed.sub(" ", normalise(text).lower())))


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    lists = wording.load(__file__, "blame.toml")
    groups = [
        pattern for name, group in lists["blame"].items() if name != "unless" for pattern in group
    ]
    return (
        wording.alternatives(groups, lists["words"]),
        wording.alternatives(lists["blame"]["unless"], lists["words"]),
    )
