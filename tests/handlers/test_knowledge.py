"""Standard answers: approved by somebody, in versions, found by words."""

import asyncio
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from handlers.knowledge import Wanted, entry_to_use, overdue, search, versions
from handlers.knowledge_keeping import (
    Entry,
    KnowledgeRefusal,
    add_entry,
    renew_entry,
    retire_entry,
    take_entries,
)
from models.audit import AuditEntry
from models.hospital import Department, StaffMember

TODAY = date(2026, 11, 22)
COPY = Entry(
    code="LC-02",
    topic="流程",
    question="怎么复印病历",
    variants=("病历复印要带什么", "复印住院病历"),
    answer="请到病案室,本人带身份证原件。",
    approved_by="示例审核人",
    approved_on=date(2026, 11, 1),
    review_on=date(2027, 11, 1),
)


def an_answer(code: str, question: str, **values: Any) -> Entry:
    """Another standard answer."""
    return replace(COPY, code=code, question=question, variants=(), **values)


async def a_head_nurse(now: datetime, role: str = "head_nurse") -> StaffMember:
    """Somebody who may write down what is answered, or not."""
    return await StaffMember.create(
        username=f"kb-{role}", name="王护士长", role=role, created_at=now
    )


async def test_the_same_list_twice_changes_nothing(database: str, now: datetime) -> None:
    taken = await take_entries([COPY], "cli", TODAY, now)
    again = await take_entries([COPY], "cli", TODAY, now)
    assert (taken.created, again.unchanged, len(await versions("LC-02"))) == (1, 1, 1)


async def test_a_change_is_a_new_version_and_the_old_one_stays_as_history(
    database: str, now: datetime
) -> None:
    await take_entries([COPY], "cli", TODAY, now)
    await take_entries([replace(COPY, answer="请到病案室,周末不开。")], "cli", TODAY, now)
    told = [(row.version, row.active) for row in await versions("LC-02")]
    assert told == [(2, True), (1, False)]
    row = await entry_to_use("LC-02", TODAY)
    assert row is not None
    assert row.answer == "请到病案室,周末不开。"


async def test_of_two_who_renew_an_answer_at_once_the_later_one_stands(
    database: str, now: datetime
) -> None:
    """Both are versions, one is shown."""
    head = await a_head_nurse(now)
    assert await add_entry(COPY, head, now) is None
    said = [replace(COPY, answer=f"请到病案室{window}号窗口。") for window in range(4)]
    done = await asyncio.gather(*(renew_entry(entry, head, now) for entry in said))
    assert done == [None] * 4
    told = [(row.version, row.active) for row in await versions("LC-02")]
    assert told == [(5, True), *((version, False) for version in (4, 3, 2, 1))]


async def test_what_nobody_approved_or_reviewed_in_time_stays_out(
    database: str, now: datetime
) -> None:
    faulty = [
        replace(COPY, code="A", approved_by=""),
        replace(COPY, code="B", approved_on=None),
        replace(COPY, code="C", review_on=date(2026, 11, 21)),
        replace(COPY, code="D", approved_on=date(2026, 12, 1)),
        replace(COPY, code="E", answer=""),
        replace(COPY, code="F", answer="长" * 501),
    ]
    taken = await take_entries([*faulty, COPY], "cli", TODAY, now)
    assert taken.created == 1
    assert dict(taken.refused) == {
        "A": KnowledgeRefusal.NOT_APPROVED,
        "B": KnowledgeRefusal.NOT_APPROVED,
        "C": KnowledgeRefusal.REVIEW_OVERDUE,
        "D": KnowledgeRefusal.APPROVED_LATER,
        "E": KnowledgeRefusal.INCOMPLETE,
        "F": KnowledgeRefusal.TOO_LONG,
    }


async def test_an_answer_whose_review_is_overdue_is_shown_to_nobody(
    database: str, now: datetime
) -> None:
    """It is listed for review instead."""
    await take_entries([COPY], "cli", TODAY, now)
    later = date(2027, 11, 2)
    assert await search(Wanted("复印病历"), later) == []
    assert await entry_to_use("LC-02", later) is None
    assert [row.code for row in await overdue(later)] == ["LC-02"]


async def test_answers_are_found_by_any_way_of_asking(database: str, now: datetime) -> None:
    """The best first; what has nothing to do with it not at all."""
    others = [
        an_answer("YB-01", "出院后怎么报销", topic="医保"),
        an_answer("KF-02", "什么时候可以洗澡"),
    ]
    await take_entries([COPY, *others], "cli", TODAY, now)
    for words in ("病历怎么复印啊", "我要复印住院的病历", "复印"):
        assert next(row.code for row in await search(Wanted(words), TODAY)) == "LC-02"
    assert await search(Wanted("今天天气真好"), TODAY) == []
    assert [row.code for row in await search(Wanted(topic="医保"), TODAY)] == ["YB-01"]


async def test_an_answer_of_another_department_is_not_offered(database: str, now: datetime) -> None:
    skin = await Department.create(code="PF", name="皮肤科")
    heart = await Department.create(code="XN", name="心内科")
    own = [an_answer("PF-01", "怎么涂药膏", department_id=skin.id), COPY]
    await take_entries(own, "cli", TODAY, now)
    found = await search(Wanted(department_id=heart.id), TODAY)
    assert [row.code for row in found] == ["LC-02"]


async def test_only_who_answers_for_it_writes_answers_and_it_is_on_record(
    database: str, now: datetime
) -> None:
    head, nurse = await a_head_nurse(now), await a_head_nurse(now, "nurse")
    assert await add_entry(COPY, nurse, now) is KnowledgeRefusal.NOT_ALLOWED
    assert await add_entry(COPY, head, now) is None
    assert await add_entry(COPY, head, now) is KnowledgeRefusal.KNOWN
    assert await renew_entry(an_answer("ZZ", "别的"), head, now) is KnowledgeRefusal.UNKNOWN
    assert await renew_entry(replace(COPY, answer="新的答复"), head, now) is None
    assert await retire_entry("LC-02", nurse, now) is KnowledgeRefusal.NOT_ALLOWED
    assert await retire_entry("LC-02", head, now) is None
    assert await entry_to_use("LC-02", TODAY) is None
    written = AuditEntry.filter(subject_type="knowledge_entry").order_by("id")
    assert await written.count() == 3


async def test_what_was_retired_stays_so_until_the_list_says_something_new(
    database: str, now: datetime
) -> None:
    head = await a_head_nurse(now)
    await take_entries([COPY], "cli", TODAY, now)
    await retire_entry("LC-02", head, now)
    assert (await take_entries([COPY], "cli", TODAY, now)).unchanged == 1
    assert await entry_to_use("LC-02", TODAY) is None
    await take_entries([replace(COPY, answer="新的答复")], "cli", TODAY, now)
    assert await entry_to_use("LC-02", TODAY) is not None
