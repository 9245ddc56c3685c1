"""Praise for those who may read it; what also complains belongs to the complaint."""

from handlers.casework.praise import open_praise, praise_of
from handlers.reports.period import month_of
from models.complaint import Complaint, Opinion
from models.hospital import StaffMember, StaffRole
from tests.handlers.ward import Ward, a_ward

NOVEMBER = month_of("2026-11")
PURE = "李护士特别细心,真的很感谢她"
MIXED = "感谢李护士特别细心,可是你们科的医生态度太差了,我要投诉"


async def a_head_nurse(ward: Ward) -> StaffMember:
    """The head nurse of the ward that is praised and complained about."""
    return await StaffMember.create(
        username="head1",
        name="测试长",
        role=StaffRole.HEAD_NURSE,
        departments=["XN"],
        created_at=ward.now,
    )


async def test_words_that_praise_and_complain_are_not_shown_on_the_page_of_praise(
    database: str,
) -> None:
    """The ward would read who says what against it, though nobody has asked the patient."""
    ward = await a_ward(plan=False)
    await ward.say(PURE)
    await ward.say(MIXED)
    assert await Complaint.exists()
    assert await Opinion.filter(praise=True).count() == 2
    opened = await open_praise(NOVEMBER, await a_head_nurse(ward), ward.now)
    assert sorted(one.words for one in opened) == ["", PURE]


async def test_praise_is_listed_without_a_name_or_a_word_until_it_is_opened(database: str) -> None:
    ward = await a_ward(plan=False)
    await ward.say(PURE)
    (listed,) = await praise_of(NOVEMBER, await a_head_nurse(ward))
    assert (listed.words, listed.names, listed.named) == ("", (), True)
