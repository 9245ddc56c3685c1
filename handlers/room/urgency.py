"""Which posts cannot wait, and which stand in front."""

from __future__ import annotations

from typing import Final

from models.alert import AlertLevel, AlertStatus
from models.room import GroupPost, PostKind

_INVITING: Final = frozenset(
    {
        PostKind.ALERT,
        PostKind.ESCALATION,
        PostKind.DISPUTE,
        PostKind.QUESTION,
        PostKind.EMERGENCY_CONTACT,
    }
)
_URGENT: Final = _INVITING - {PostKind.QUESTION}
_GRAVE: Final = frozenset({AlertLevel.L1, AlertLevel.L2, AlertLevel.DISP})
_DIGESTS: Final = frozenset({PostKind.DIGEST, PostKind.HANDOVER})


def is_urgent(post: GroupPost) -> bool:
    """Tell whether a post is of danger or a dispute and somebody has to act on it."""
    return post.alert is not None and post.alert.level in _GRAVE and post.kind in _URGENT


def is_red(post: GroupPost) -> bool:
    """Tell whether a life may be in danger."""
    return is_urgent(post) and post.alert is not None and post.alert.level == AlertLevel.L1


def is_digest(post: GroupPost) -> bool:
    """Tell whether a post sums up and can wait for everything else."""
    return post.kind in _DIGESTS


def is_over(post: GroupPost) -> bool:
    """Tell whether a post asks for what has been done."""
    closed = post.alert is not None and post.alert.status == AlertStatus.CLOSED
    return closed and post.kind in _INVITING


def weight(post: GroupPost) -> int:
    """Say how far in front a post stands: red, other danger, the day's work, digests."""
    if is_urgent(post):
        return 0 if is_red(post) else 1
    return 3 if is_digest(post) else 2
