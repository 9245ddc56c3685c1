"""Opening a slip's link: who may, what it binds, and what it never tells."""

from datetime import UTC, date, datetime, timedelta

import pytest

from handlers.binding import ATTEMPTS, Bound, LinkState, bind, bound_by, open_link
from handlers.slips import issue
from models.audit import AuditEntry, verify_chain
from models.care import BedsideSlip, Encounter
from models.keys import KeyRing
from models.people import (
    ContactPoint,
    ContactStatus,
    Patient,
    Respondent,
    RespondentRole,
    ResponderRole,
)
from tests.handlers.people import a_patient, an_encounter

pytestmark = pytest.mark.usefixtures("database")

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
BORN = date(1956, 3, 12)


async def a_link(ring: KeyRing, patient: Patient | None = None) -> tuple[str, Encounter]:
    """A printed slip's token, and the stay it is about."""
    stay = await an_encounter(NOW, patient or await a_patient(NOW, birth_date=BORN))
    (slip,) = await issue([stay.id], NOW, "https://example.org", ring)
    return slip.link.rpartition("/")[2], stay


async def answers_for(patient: Patient, role: ResponderRole) -> Respondent:
    """Somebody who answers for a patient."""
    respondent = await Respondent.create(created_at=NOW)
    await RespondentRole.create(respondent=respondent, patient=patient, role=role)
    return respondent


async def test_opening_a_link_is_noted_once(key_ring: KeyRing) -> None:
    token, stay = await a_link(key_ring)
    assert (await open_link(token, NOW)).state is LinkState.OPEN
    await open_link(token, NOW + timedelta(hours=1))
    assert (await BedsideSlip.get(encounter_id=stay.id)).opened_at == NOW


async def test_the_right_year_binds_a_web_address_of_the_patient(key_ring: KeyRing) -> None:
    token, stay = await a_link(key_ring)
    link = await bind(token, "1956", NOW)
    assert link.state is LinkState.BOUND
    point = await ContactPoint.get(id=link.contact_point_id)
    assert (point.system, point.kind, point.status) == ("web", "link", "ok")
    assert point.verified_at == NOW
    role = await RespondentRole.get(respondent_id=point.respondent_id)
    assert (role.role, role.patient_id) == (ResponderRole.SELF, stay.patient_id)
    slip = await BedsideSlip.get(encounter_id=stay.id)
    assert (slip.bound_at, slip.opened_at, slip.contact_point_id) == (NOW, NOW, point.id)


@pytest.mark.parametrize(
    "year",
    ["1956", " 1956年 ", "\uff11\uff19\uff15\uff16", "一九五六年", "56年", "19560312"],
)
async def test_the_year_is_read_as_people_write_it(year: str, key_ring: KeyRing) -> None:
    token, _ = await a_link(key_ring)
    assert (await bind(token, year, NOW)).state is LinkState.BOUND


async def test_the_known_respondent_is_used_and_no_second_one_made(key_ring: KeyRing) -> None:
    patient = await a_patient(NOW, birth_date=BORN)
    respondent = await answers_for(patient, ResponderRole.SELF)
    token, _ = await a_link(key_ring, patient)
    link = await bind(token, "1956", NOW)
    point = await ContactPoint.get(id=link.contact_point_id)
    assert point.respondent_id == respondent.id
    assert await Respondent.all().count() == 1


async def test_a_childs_link_binds_the_guardian(key_ring: KeyRing) -> None:
    child = await a_patient(NOW, birth_date=date(2019, 5, 1))
    await answers_for(child, ResponderRole.SELF)
    guardian = await answers_for(child, ResponderRole.GUARDIAN)
    token, _ = await a_link(key_ring, child)
    link = await bind(token, "2019", NOW)
    assert (await ContactPoint.get(id=link.contact_point_id)).respondent_id == guardian.id


async def test_a_guardian_on_file_does_not_answer_for_a_grown_up(key_ring: KeyRing) -> None:
    patient = await a_patient(NOW, birth_date=BORN)
    own = await answers_for(patient, ResponderRole.SELF)
    await answers_for(patient, ResponderRole.GUARDIAN)
    token, _ = await a_link(key_ring, patient)
    link = await bind(token, "1956", NOW)
    assert (await ContactPoint.get(id=link.contact_point_id)).respondent_id == own.id


async def test_a_second_phone_and_a_second_stay_share_one_web_address(key_ring: KeyRing) -> None:
    patient = await a_patient(NOW, birth_date=BORN)
    first, _ = await a_link(key_ring, patient)
    second, _ = await a_link(key_ring, patient)
    ids = {(await bind(token, "1956", NOW)).contact_point_id for token in (first, first, second)}
    assert len(ids) == 1
    assert await ContactPoint.all().count() == 1


async def test_five_wrong_years_lock_the_link_even_for_the_right_one(key_ring: KeyRing) -> None:
    token, stay = await a_link(key_ring)
    left = [(await bind(token, "1957", NOW)).attempts_left for _ in range(ATTEMPTS - 1)]
    assert left == [4, 3, 2, 1]
    assert (await bind(token, "1957", NOW)).state is LinkState.LOCKED
    assert (await bind(token, "1956", NOW)).state is LinkState.LOCKED
    assert (await open_link(token, NOW)).state is LinkState.LOCKED
    assert (await BedsideSlip.get(encounter_id=stay.id)).failed_attempts == ATTEMPTS
    assert await ContactPoint.all().count() == 0


async def test_what_is_no_year_is_not_counted(key_ring: KeyRing) -> None:
    token, stay = await a_link(key_ring)
    for text in ("", "您好", "5", "\x00", "<b>"):
        assert (await bind(token, text, NOW)).state is LinkState.UNREADABLE
    assert (await BedsideSlip.get(encounter_id=stay.id)).failed_attempts == 0


async def test_the_right_year_forgives_earlier_slips_of_the_finger(key_ring: KeyRing) -> None:
    token, stay = await a_link(key_ring)
    await bind(token, "1957", NOW)
    await bind(token, "1956", NOW)
    assert (await BedsideSlip.get(encounter_id=stay.id)).failed_attempts == 0


async def test_forged_expired_withdrawn_and_the_deads_links_are_all_gone(
    key_ring: KeyRing,
) -> None:
    expired, _ = await a_link(key_ring)
    withdrawn, stay = await a_link(key_ring)
    await Encounter.filter(id=stay.id).update(withdrawn_at=NOW)
    dead, stay = await a_link(key_ring)
    await Patient.filter(id=stay.patient_id).update(deceased_at=NOW)
    late = NOW + timedelta(days=61)
    for token, at in (("forged", NOW), ("", NOW), (expired, late), (withdrawn, NOW), (dead, NOW)):
        assert (await open_link(token, at)).state is LinkState.GONE
        assert (await bind(token, "1956", at)).state is LinkState.GONE
    assert await ContactPoint.all().count() == 0


async def test_without_a_year_on_file_the_link_leads_to_the_phone(key_ring: KeyRing) -> None:
    token, _ = await a_link(key_ring, await a_patient(NOW))
    assert (await open_link(token, NOW)).state is LinkState.LOCKED
    assert (await bind(token, "1956", NOW)).state is LinkState.LOCKED


async def test_binding_and_locking_stand_in_the_audit_trail(key_ring: KeyRing) -> None:
    token, stay = await a_link(key_ring)
    await bind(token, "1956", NOW)
    for _ in range(ATTEMPTS):
        await bind(token, "1957", NOW)
    slip = await BedsideSlip.get(encounter_id=stay.id)
    entries = await AuditEntry.filter(subject=slip.id).order_by("sequence")
    assert [entry.action for entry in entries] == ["slip.bound", "slip.locked"]
    assert (await verify_chain()).whole


async def test_a_bound_address_has_a_conversation_until_it_turns_out_wrong(
    key_ring: KeyRing,
) -> None:
    token, _ = await a_link(key_ring)
    link = await bind(token, "1956", NOW)
    assert link.contact_point_id is not None
    bound = await bound_by(link.contact_point_id)
    assert isinstance(bound, Bound)
    await ContactPoint.filter(id=link.contact_point_id).update(
        wrong_at=NOW, status=ContactStatus.WRONG_NUMBER
    )
    assert await bound_by(link.contact_point_id) is None
    again = await bind(token, "1956", NOW)
    assert again.contact_point_id != link.contact_point_id
