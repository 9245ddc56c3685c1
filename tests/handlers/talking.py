"""A patient who asked for a person, and colleagues who may answer."""

from __future__ import annotations

from itertools import count
from typing import Any

from models.hospital import StaffMember, StaffRole
from models.room import HumanTalk
from tests.handlers.ward import Ward, a_ward

_numbers = count(1)
MONDAY = "2026-11-23T11:00"


async def a_nurse(ward: Ward, name: str = "李护士", **values: Any) -> StaffMember:
    """A nurse of the cardiology ward."""
    known: dict[str, Any] = {
        "role": StaffRole.NURSE,
        "departments": ["XN"],
        "licensed": True,
        **values,
    }
    return await StaffMember.create(
        username=f"talk{next(_numbers):04}", name=name, created_at=ward.now, **known
    )


async def asked_for_a_person(**stay: Any) -> Ward:
    """The third-day questionnaire has begun on Monday morning; then the patient wrote 人工."""
    ward = await answering(**stay)
    await ward.say("人工")
    return ward


async def answering(**stay: Any) -> Ward:
    """The third-day questionnaire has begun on Monday morning and waits for its first answer."""
    ward = await a_ward(**stay)
    await ward.until(MONDAY)
    for words in ("1", "1", "1"):
        await ward.say(words)
    return ward


async def answers(ward: Ward, words: str) -> list[str]:
    """The patient writes; what the screen answers."""
    before = len(await ward.shown())
    await ward.say(words)
    return [line for line in (await ward.shown())[before:] if line.startswith("<")]


async def the_talk() -> HumanTalk:
    """The one talk there is."""
    return await HumanTalk.get()
