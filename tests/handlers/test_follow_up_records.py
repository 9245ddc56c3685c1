"""What is behind the figures, and what data is missing, in the hand-computed month (R7, R204)."""

import pytest

from handlers.reports.data_quality import quality_total, report_quality
from handlers.reports.follow_up_figures import Share
from handlers.reports.follow_up_lines import PAGE, RecordLine
from handlers.reports.follow_up_month import report_follow_up
from handlers.reports.follow_up_records import (
    OF_ROUNDS,
    OF_STAYS,
    group_figure,
    reason_figure,
    records_behind,
    unfinished_rounds,
)
from handlers.reports.follow_up_rules import ReasonGroup, Unfinished
from handlers.reports.follow_up_signals import SignalLine
from handlers.reports.period import month_of
from models.care import Encounter
from models.complaint import Complaint, ComplaintClosing
from models.people import (
    ContactKind,
    ContactPoint,
    ContactStatus,
    Respondent,
    RespondentRole,
    ResponderRole,
    System,
)
from tests.handlers.follow_up_scene import (
    DECEMBER,
    House,
    a_house,
    lay_november,
    lay_signals,
)

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
        "untried": figures.attempted.whole - figures.attempted.part,
        "numbers": figures.numbers.whole - figures.numbers.part,
        **{why.value: figures.unfinished.get(why, 0) for why in Unfinished},
    }
    assert {figure: await _count(figure, departments) for figure in OF_STAYS} == said


async def _count(figure: str, departments: list[str] | None) -> int:
    page = await records_behind(figure, NOVEMBER, departments, DECEMBER)
    assert page is not None
    return page.total


@pytest.mark.parametrize("departments", [None, ["B"]])
async def test_every_figure_of_rounds_has_as_many_records_as_it_says(
    house: House, departments: list[str] | None
) -> None:
    figures = (await report_follow_up(NOVEMBER, departments, DECEMBER)).total.figures
    said = {f"round_{number}": row.completed.whole for number, row in figures.rounds.items()}
    deaths = figures.reasons.get("F41", 0) - ("a7" in house.stays and departments is None)
    # who died stands in the list, and in no denominator
    said["round_1"] += deaths
    said["succeeded"] = figures.succeeded.whole
    said["unrecorded"] = figures.recorded.whole - figures.recorded.part
    assert {figure: await _count(figure, departments) for figure in said} == said


async def test_every_reason_and_group_opens_the_stays_and_rounds_it_counts(house: House) -> None:
    figures = (await report_follow_up(NOVEMBER, None, DECEMBER)).total.figures
    assert figures.reasons
    for code, count in figures.reasons.items():
        assert await _count(reason_figure(code), None) == count
    for group in ReasonGroup:
        assert await _count(group_figure(group), None) == figures.group(group)
    for unknown in ("reason-X9", "group-x", "reason-"):
        assert await records_behind(unknown, NOVEMBER, None, DECEMBER) is None


async def test_alerts_complaints_and_answers_of_the_sample_are_listed(house: House) -> None:
    await lay_signals(house)
    figures = (await report_follow_up(NOVEMBER, None, DECEMBER)).total.figures
    counts = (figures.red, figures.orange, figures.complaints)
    assert counts == (1, 1, 1)
    names = ("red", "orange", "complaints")
    assert tuple([await _count(figure, None) for figure in names]) == counts
    alerts = await records_behind("red", NOVEMBER, ["B"], DECEMBER)
    assert alerts is not None
    assert [line.department for line in alerts.lines] == ["骨科"]
    assert await _count("orange", ["A"]) == 0
    complaints = await records_behind("complaints", NOVEMBER, None, DECEMBER)
    assert complaints is not None
    line = complaints.lines[0]
    # which patient complained is not told here
    assert isinstance(line, SignalLine)
    assert (line.number, line.state, line.patient) == ("TS-0", "received", "")
    sample = await records_behind("sample", NOVEMBER, None, DECEMBER)
    assert sample is not None
    assert sample.total == figures.verified.whole + figures.unsure == 3
    said = [line.said for line in sample.lines if isinstance(line, RecordLine)]
    assert sorted(said) == ["no", "unsure", "yes"]


async def test_a_complaint_that_was_closed_counts_and_one_registered_twice_does_not(
    house: House,
) -> None:
    await lay_signals(house)
    for closing, count in ((ComplaintClosing.ACCEPTED, 1), (ComplaintClosing.DUPLICATE, 0)):
        await Complaint.filter(number="TS-0").update(closing=closing)
        figures = (await report_follow_up(NOVEMBER, None, DECEMBER)).total.figures
        assert figures.complaints == count == await _count("complaints", None)


async def test_what_belongs_to_no_department_has_records_of_its_own(house: House) -> None:
    await Encounter.filter(id=house.stays["a1"].id).update(department_id=None)
    report = await report_follow_up(NOVEMBER, None, DECEMBER)
    nowhere = next(row for row in report.rows if not row.code)
    assert nowhere.figures.discharged == 1 == await _count("discharged", [""])
    assert await _count("rounds", [""]) == 2
    assert await _count("numbers", [""]) == 0
    alone = (await report_follow_up(NOVEMBER, [""], DECEMBER)).total.figures
    assert alone == nowhere.figures


async def test_rounds_are_listed_with_where_they_stand(house: House) -> None:
    second = await records_behind("round_2", NOVEMBER, None, DECEMBER)
    assert second is not None
    rounds = [line for line in second.lines if isinstance(line, RecordLine)]
    assert [(line.department, line.number, line.state) for line in rounds] == [
        ("心内科", 2, "completed"),
        ("心内科", 2, "completed"),
    ]
    every = await records_behind("rounds", NOVEMBER, None, DECEMBER)
    assert every is not None
    assert every.total == 17
    assert len(OF_ROUNDS) == 6
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
