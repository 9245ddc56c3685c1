"""Who answers for a discharged patient, by which number, and what was agreed to."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from handlers.desk import Desk
from handlers.matters import has_consent
from handlers.reach import reach
from handlers.tasks import PhoneReason
from models.care import Encounter, FollowUpTask
from models.people import (
    Consent,
    ConsentBasis,
    ConsentPurpose,
    ContactKind,
    ContactPoint,
    ContactStatus,
    HospitalPhone,
    HospitalPhoneRole,
    HospitalPhoneStatus,
    Patient,
    Respondent,
    RespondentRole,
    ResponderRole,
)
from tests.handlers.discharge_lists import (
    LEFT,
    OWN,
    discharge,
    no_number,
    own,
    relative,
    take,
    the_plan,
    the_point,
)

pytestmark = pytest.mark.usefixtures("database")
OTHER = "13900001002"
LAWFUL = Desk(hospital="示例医院", legal_basis="《医疗机构随访管理规定》第三条")


async def _role(number: str = OWN) -> RespondentRole:
    return await RespondentRole.get(respondent_id=(await the_point(number)).respondent_id)


async def test_the_patients_own_number_is_the_patients(now: datetime) -> None:
    await take(now, discharge())
    point, role = await the_point(), await _role()
    assert (point.status, point.kind, point.verified_at) == (ContactStatus.OK, "mobile", None)
    assert (role.role, role.authorised) == (ResponderRole.SELF, True)
    respondent = await Respondent.get(id=point.respondent_id)
    assert respondent.name == "测试甲"


async def test_a_landline_is_kept_for_calling(now: datetime) -> None:
    number = own("0510-88880001", status=HospitalPhoneStatus.LANDLINE, kind=ContactKind.LANDLINE)
    await take(now, discharge(numbers=(number,)))
    point = await the_point("0510-88880001")
    assert (point.kind, point.status) == (ContactKind.LANDLINE, ContactStatus.LANDLINE)


async def test_a_missing_number_makes_no_address_but_is_noted(now: datetime) -> None:
    await take(now, discharge(numbers=(no_number(),)))
    assert await ContactPoint.all().count() == 0
    assert (await HospitalPhone.get()).status == HospitalPhoneStatus.MISSING


@pytest.mark.parametrize(("said", "authorised"), [(True, True), (False, False), (None, False)])
async def test_a_relative_is_told_nothing_unless_the_list_says_so(
    now: datetime,
    said: bool | None,
    authorised: bool,
) -> None:
    await take(now, discharge(numbers=(own(), relative(OTHER, said, relation="儿子"))))
    role = await _role(OTHER)
    assert (role.role, role.relation) == (ResponderRole.RELATIVE, "儿子")
    assert role.authorised is authorised


async def test_leave_given_or_taken_back_later_is_followed(now: datetime) -> None:
    for said, expected in ((True, True), (None, True), (False, False)):
        await take(now, discharge(numbers=(own(), relative(OTHER, said))))
        assert (await _role(OTHER)).authorised is expected


async def test_leave_that_staff_noted_is_not_taken_back_by_a_list(now: datetime) -> None:
    await take(now, discharge(numbers=(own(), relative(OTHER))))
    role = await _role(OTHER)
    await RespondentRole.filter(id=role.id).update(authorised=True, authorised_by="N0101")
    await take(now, discharge(numbers=(own(), relative(OTHER, authorised=False))))
    assert (await _role(OTHER)).authorised


async def test_the_contact_of_a_child_under_14_is_the_guardian(now: datetime) -> None:
    """PIPL 31: the guardian answers, and is whom we write to."""
    child = discharge(birth_date=date(2015, 3, 1), numbers=(relative(OTHER, relation="母亲"),))
    await take(now, child)
    role = await _role(OTHER)
    assert (role.role, role.authorised) == (ResponderRole.GUARDIAN, True)


async def test_a_named_guardian_goes_before_the_contact(now: datetime) -> None:
    guardian = replace(relative(OWN), role=ResponderRole.GUARDIAN)
    child = discharge(birth_date=date(2015, 3, 1), numbers=(relative(OTHER), guardian))
    await take(now, child)
    assert (await _role(OWN)).role == ResponderRole.GUARDIAN
    assert (await _role(OTHER)).role == ResponderRole.RELATIVE
    phone = await HospitalPhone.get(role=HospitalPhoneRole.CONTACT)
    assert phone.number == OWN


async def test_the_contact_of_a_patient_of_14_stays_a_relative(now: datetime) -> None:
    grown = discharge(birth_date=date(2012, 11, 1), numbers=(relative(OTHER),))
    await take(now, grown)
    assert (await _role(OTHER)).role == ResponderRole.RELATIVE


async def test_patients_with_one_number_share_who_answers(now: datetime) -> None:
    await take(now, discharge(), discharge(3, name="测试乙", mrn="B2", inpatient_no="Z2"))
    point = await the_point()
    assert await RespondentRole.filter(respondent_id=point.respondent_id).count() == 2
    assert await ContactPoint.all().count() == 1


async def test_a_number_at_more_than_three_patients_is_suspect(now: datetime) -> None:
    rows = [discharge(n, mrn=f"B{n}", inpatient_no=f"Z{n}", name=f"测试{n}") for n in range(2, 5)]
    await take(now, *rows)
    assert (await the_point()).status == ContactStatus.OK
    await take(now, discharge(9, mrn="B9", inpatient_no="Z9", name="测试9"))
    assert (await the_point()).status == ContactStatus.SHARED


async def test_one_number_for_patient_and_contact_is_the_patients(now: datetime) -> None:
    await take(now, discharge(numbers=(own(), relative(OWN))))
    assert (await _role()).role == ResponderRole.SELF


async def test_a_number_staff_found_wrong_stays_wrong_while_the_hospital_repeats_it(
    now: datetime,
) -> None:
    await take(now, discharge())
    await ContactPoint.all().update(status=ContactStatus.WRONG_NUMBER, wrong_at=now)
    await take(now, discharge(bed="2床"))
    await take(now, discharge(inpatient_no="Z2"))
    assert (await the_point()).status == ContactStatus.WRONG_NUMBER


async def test_a_number_staff_corrected_stays_while_the_hospital_repeats_the_old_one(
    now: datetime,
) -> None:
    await take(now, discharge())
    point = await the_point()
    point.value = OTHER
    await point.save()
    await take(now, discharge(bed="2床"))
    assert await ContactPoint.all().count() == 1
    assert (await the_point(OTHER)).id == point.id


async def test_a_new_number_of_the_hospital_takes_the_place_of_an_unproven_one(
    now: datetime,
) -> None:
    await take(now, discharge())
    point = await the_point()
    await ContactPoint.all().update(status=ContactStatus.WRONG_NUMBER, wrong_at=now)
    await take(now, discharge(numbers=(own(OTHER),)))
    taken = await the_point(OTHER)
    assert (taken.id, taken.status, taken.wrong_at) == (point.id, ContactStatus.OK, None)
    assert (await HospitalPhone.get()).number == OTHER


async def test_a_number_somebody_answered_from_is_kept_beside_the_new_one(now: datetime) -> None:
    await take(now, discharge())
    await ContactPoint.all().update(verified_at=now)
    await take(now, discharge(numbers=(own(OTHER),)))
    old, new = await the_point(), await the_point(OTHER)
    assert old.respondent_id == new.respondent_id
    assert (old.verified_at, new.verified_at) == (now, None)


async def test_moving_to_a_number_of_somebody_else_lets_go_of_the_old_one(now: datetime) -> None:
    other = discharge(3, name="测试乙", mrn="B2", inpatient_no="Z2", numbers=(own(OTHER),))
    await take(now, discharge(), other)
    await take(now, discharge(numbers=(own(OTHER),)))
    patient = await Patient.get(mrn="B1")
    active = await RespondentRole.filter(patient_id=patient.id, active=True)
    assert [r.respondent_id for r in active] == [(await the_point(OTHER)).respondent_id]


async def test_a_number_wrong_for_one_patient_comes_to_the_next_without_the_old_talk(
    now: datetime,
) -> None:
    """A mistyped number belongs to a stranger, who may be our patient one day."""
    await take(now, discharge())
    first = (await the_point()).respondent_id
    await ContactPoint.all().update(status=ContactStatus.WRONG_NUMBER, wrong_at=now)
    await take(now, discharge(3, name="测试乙", mrn="B2", inpatient_no="Z2"))
    point = await the_point()
    assert point.respondent_id != first
    assert (point.status, point.wrong_at) == (ContactStatus.OK, None)
    roles = await RespondentRole.filter(respondent_id=point.respondent_id)
    assert [role.patient_id for role in roles] == [(await Patient.get(mrn="B2")).id]


async def test_the_list_of_an_earlier_stay_does_not_change_the_number(now: datetime) -> None:
    await take(now, discharge())
    early = discharge(
        3, inpatient_no="Z0", discharged_on=LEFT - timedelta(90), numbers=(own(OTHER),)
    )
    await take(now, early)
    assert (await the_point()).status == ContactStatus.OK
    assert await ContactPoint.all().count() == 1


async def test_every_number_of_a_cell_can_be_dialled(now: datetime) -> None:
    numbers = (own("0510-88880001", status=HospitalPhoneStatus.LANDLINE), own())
    await take(now, discharge(numbers=numbers))
    assert await ContactPoint.all().count() == 2
    assert await Respondent.all().count() == 1
    # what is written down as the hospital's is the one that takes messages
    assert (await HospitalPhone.get()).number == OWN


async def test_consent_signed_on_the_ward_is_recorded(now: datetime) -> None:
    await take(now, discharge(consent=True))
    consent = await Consent.get()
    assert (consent.purpose, consent.basis, consent.granted) == (
        ConsentPurpose.FOLLOW_UP,
        ConsentBasis.CONSENT,
        True,
    )
    assert await has_consent(await Patient.get())


async def test_who_refused_is_never_followed_up(now: datetime) -> None:
    report = await take(now, discharge(consent=False), desk=LAWFUL)
    assert (report.excluded, report.planned) == ({"F24": 1}, 0)
    assert not await has_consent(await Patient.get())


async def test_a_refusal_that_comes_later_stops_the_plan(now: datetime) -> None:
    await take(now, discharge(consent=True))
    await take(now, discharge(consent=False))
    assert (await the_plan()).stop_reason == "F24"


async def test_where_nothing_is_said_the_legal_basis_is_recorded_once_a_patient(
    now: datetime,
) -> None:
    await take(now, discharge(), desk=LAWFUL)
    await take(now, discharge(3, inpatient_no="Z2", bed="2床"), desk=LAWFUL)
    consent = await Consent.get()
    assert (consent.basis, consent.legal_basis) == (ConsentBasis.LEGAL_BASIS, LAWFUL.legal_basis)


async def test_without_consent_and_basis_a_person_calls(now: datetime) -> None:
    await take(now, discharge())
    stay, task = await Encounter.get(), await FollowUpTask.filter(round=1).get()
    found = await reach(LAWFUL, stay, await Patient.get(), task, now)
    assert found.reason is PhoneReason.NO_CONSENT


async def test_an_opt_out_after_the_discharge_outweighs_what_was_signed_before(
    now: datetime,
) -> None:
    await take(now, discharge(consent=True))
    await Consent.all().update(withdrawn_at=now)
    await take(now, discharge(consent=True, bed="2床"))
    assert not await has_consent(await Patient.get())


async def test_consent_at_a_later_stay_counts_again(now: datetime) -> None:
    await take(now, discharge(consent=True))
    await Consent.all().update(withdrawn_at=now)
    later = now + timedelta(days=30)
    left = date(2026, 12, 20)
    await take(later, discharge(3, inpatient_no="Z2", discharged_on=left, consent=True))
    assert await has_consent(await Patient.get())


async def test_a_corrected_consent_of_the_hospital_replaces_its_own(now: datetime) -> None:
    await take(now, discharge(consent=False))
    report = await take(now + timedelta(minutes=1), discharge(consent=True))
    assert await has_consent(await Patient.get())
    assert report.planned == 1


async def test_of_the_dead_no_number_and_no_consent_is_taken(now: datetime) -> None:
    await take(now, discharge(disposition="5", consent=True), desk=LAWFUL)
    assert await ContactPoint.all().count() == 0
    assert await HospitalPhone.all().count() == 0
    assert await Consent.all().count() == 0
    assert (await Patient.get()).deceased_at == now.astimezone(UTC)
