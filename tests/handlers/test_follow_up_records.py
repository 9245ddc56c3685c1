"""What is behind the figures, and what data is missing, in the hand-computed month (R7, R204)."""

import pytest

from handlers.reports.data_quality import quality_total, report_quality
from handlers.reports.follow_up_figures import Share
from handlers.reports.follow_up_month import report_follow_up
from handlers.reports.follow_up_records import (
    OF_ROUNDS,
    OF_STAYS,
    PAGE,
    records_behind,
    unfinished_rounds,
)
from handlers.reports.follow_up_rules import Unfinished
from handlers.reports.period import month_of
from models.people import (
    ContactKind,
    ContactPoint,
    ContactStatus,
    Respondent,
    RespondentRole,
    ResponderRole,
    System,
)
from tests.handlers.follow_up_scene import DECEMBER, House, a_house, lay_november

pytestmark = pytest.mark.usefixtures("database")

NOVEMBER = month_of("2026-11")


@pytest.fixture
async def house() -> House:
    """November as in the table."""
    found = await a_house()
    await lay_november(found)
    return found


@pytest.mark.parametrize("departments", [None, ["A"]])
async def test_every_figure_has_as_many_records_as_it_says(
    house: House, departments: list[str] | None
) -> None:
    figures = (await report_follow_up(NOVEMBER, departments, DECEMBER)).total.figures
    said = {
        "discharged": figures.discharged,
        "excluded": figures.left_out,
        "expected": figures.expected,
        "followed": figures.followed.part,
        "missing": figures.missing,
        "numbers": figures.numbers.whole - figures.numbers.part,
        **{why.value: figures.unfinished.get(why, 0) for why in Unfinished},
    }
    found = {}
    for figure in OF_STAYS:
        page = await records_behind(figure, NOVEMBER, departments, DECEMBER)
        assert page is not None
        found[figure] = page.total
    assert found == said


async def test_rounds_are_listed_with_where_they_stand(house: House) -> None:
    second = await records_behind("round_2", NOVEMBER, None, DECEMBER)
    assert second is not None
    assert [(line.department, line.number, line.state) for line in second.lines] == [
        ("心内科", 2, "completed"),
        ("心内科", 2, "completed"),
    ]
    every = await records_behind("rounds", NOVEMBER, None, DECEMBER)
    assert every is not None
    assert every.total == 17
    assert len(OF_ROUNDS) == 4
    assert await records_behind("salary", NOVEMBER, None, DECEMBER) is None


async def test_names_are_masked_and_pages_end(house: House) -> None:
    for number in range(PAGE):
        await house.stay(f"a1{number:02}")
    first = await records_behind("discharged", NOVEMBER, ["A"], DECEMBER)
    last = await records_behind("discharged", NOVEMBER, ["A"], DECEMBER, page=99)
    assert first is not None
    assert last is not None
    assert (len(first.lines), first.total, first.pages) == (PAGE, 8 + PAGE, 2)
    assert (last.page, len(last.lines)) == (2, 8)
    assert {line.patient for line in first.lines} == {"测*"}


async def test_unfinished_rounds_are_listed_with_reason_or_none(house: House) -> None:
    lines = await unfinished_rounds(NOVEMBER, None, DECEMBER)
    assert sorted(line.reason for line in lines) == [
        "", "", "F14", "F21", "F31", "F41", "F42", "F51",
    ]  # fmt: skip


async def test_quality_names_who_is_to_mend_what(house: House) -> None:
    heart, bone, mind = sorted(
        await report_quality(NOVEMBER, None, DECEMBER), key=lambda row: row.missing, reverse=True
    )
    assert heart.ward == "心内科"
    # a5 has no number, a6's is malformed, a7 died on the ward; a4 a5 a6 are unfinished
    assert (heart.missing, heart.malformed, heart.shared, heart.mended) == (1, 1, 0, 0)
    assert heart.nurses == {"王护士": 2}
    assert (heart.unfinished, heart.reasons) == (3, {"F14": 1, "F21": 1, "": 1})
    assert {bone.unfinished, mind.unfinished} == {4, 1}
    respondent = await Respondent.create(created_at=DECEMBER)
    await RespondentRole.create(
        respondent=respondent,
        patient_id=house.stays["a5"].patient_id,
        role=ResponderRole.SELF,
    )
    await ContactPoint.create(
        respondent=respondent,
        system=System.PHONE,
        value="13900012345",
        kind=ContactKind.MOBILE,
        status=ContactStatus.UNPROVEN,
    )
    mended = quality_total(await report_quality(NOVEMBER, ["A"], DECEMBER))
    assert (mended.missing, mended.mended, mended.nurses) == (1, 1, {"王护士": 1})
    figures = (await report_follow_up(NOVEMBER, ["A"], DECEMBER)).total.figures
    assert figures.numbers == Share(6, 7)
