"""What a card shows: the talk of its own stay, and to whom."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from handlers.cards import AlertCard, open_alert, open_photo
from models.alert import Alert, AlertLevel
from models.audit import AuditEntry
from models.care import Encounter
from models.conversation import (
    Conversation,
    Dialog,
    DialogKind,
    DialogStatus,
    Inbound,
    InboundKind,
    Media,
)
from models.hospital import Department, StaffMember, StaffRole
from tests.handlers.ward import Ward, a_ward

OF_THIS_STAY = "胸口闷得喘不上气"
OF_ANOTHER_STAY = "那次在骨科住院"


@pytest.fixture
async def ward(sqlite_database: str) -> Ward:
    """A ward whose patient is being asked, and was asked about a stay elsewhere before."""
    assert sqlite_database
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    for words in ("1", "1", "1", OF_THIS_STAY):
        await ward.say(words)
    return ward


async def staff_of(ward: Ward, role: StaffRole, *departments: str, **values: Any) -> StaffMember:
    """A member of staff."""
    known = {"name": "李护士", "licensed": True, "departments": list(departments)}
    return await StaffMember.create(
        username=uuid4().hex, role=role, created_at=ward.now, **{**known, **values}
    )


async def another_stay(ward: Ward) -> Dialog:
    """A dialog of the same patient and conversation about a stay in another department."""
    own = await Dialog.filter(encounter_id=ward.encounter.id).first()
    assert own is not None
    bones = await Department.create(code="GK", name="骨科")
    stay = await Encounter.create(
        patient=ward.patient,
        department=bones,
        disposition="1",
        inpatient_no="Z000099",
        discharged_on=ward.encounter.discharged_on - timedelta(days=60),
        created_at=ward.now,
        updated_at=ward.now,
    )
    dialog = await Dialog.create(
        conversation_id=own.conversation_id,
        patient_id=ward.patient.id,
        encounter_id=stay.id,
        status=DialogStatus.CLOSED,
        started_at=ward.now,
        updated_at=ward.now,
    )
    await said(ward, dialog.conversation_id, dialog, OF_ANOTHER_STAY)
    return dialog


async def said(ward: Ward, conversation_id: Any, dialog: Dialog | None, text: str) -> None:
    """A line the patient wrote."""
    conversation = await Conversation.get(id=conversation_id)
    conversation.position += 1
    await conversation.save()
    await Inbound.create(
        channel="web",
        external_id=uuid4().hex,
        conversation_id=conversation.id,
        dialog=dialog,
        position=conversation.position,
        text=text,
        received_at=ward.now,
    )


async def opened(ward: Ward, alert: Alert, staff: StaffMember) -> AlertCard:
    """The card as this person sees it."""
    card = await open_alert(alert.number, staff, ward.desk, ward.now)
    assert card is not None
    return card


def words_of(card: AlertCard) -> str:
    """All that was said on a card."""
    return "\n".join(line.text for line in card.lines)


async def an_alert(ward: Ward, level: AlertLevel, **values: Any) -> Alert:
    """An alert of the patient's ward."""
    known: dict[str, Any] = {
        "patient_id": ward.patient.id,
        "encounter_id": ward.encounter.id,
        "department_id": ward.encounter.department_id,
    }
    return await Alert.create(
        number=uuid4().hex,
        level=level,
        rule="R004",
        raised_at=ward.now,
        due_at=ward.now,
        **{**known, **values},
    )


async def test_an_alert_shows_the_talk_of_its_own_stay_only(ward: Ward) -> None:
    await another_stay(ward)
    nurse = await staff_of(ward, StaffRole.NURSE, "XN")
    shown = words_of(await opened(ward, await Alert.get(level=AlertLevel.L1), nurse))
    assert OF_THIS_STAY in shown
    assert OF_ANOTHER_STAY not in shown


async def test_an_alert_raised_outside_any_dialog_shows_the_words_outside(ward: Ward) -> None:
    other = await another_stay(ward)
    await said(ward, other.conversation_id, None, "又疼起来了")
    alert = await an_alert(ward, AlertLevel.L2, conversation_id=other.conversation_id)
    nurse = await staff_of(ward, StaffRole.NURSE, "XN")
    shown = words_of(await opened(ward, alert, nurse))
    assert "又疼起来了" in shown
    assert OF_ANOTHER_STAY not in shown


async def test_the_complaint_office_sees_the_complaint_s_own_talk_or_none(ward: Ward) -> None:
    office = await staff_of(ward, StaffRole.COMPLAINT_OFFICE, licensed=False)
    other = await another_stay(ward)
    conversation = {"conversation_id": other.conversation_id}
    await said(ward, other.conversation_id, None, "在对话之外")
    outside = await opened(ward, await an_alert(ward, AlertLevel.T, **conversation), office)
    assert (outside.lines, outside.answers) == ([], [])
    inside = await an_alert(ward, AlertLevel.T, dialog_id=other.id, **conversation)
    card = await opened(ward, inside, office)
    assert (words_of(card), card.answers) == (OF_ANOTHER_STAY, [])


async def test_a_photo_sent_outside_any_dialog_is_for_who_may_open_the_patient(ward: Ward) -> None:
    conversation = await Conversation.get()
    media = await Media.create(
        conversation_id=conversation.id,
        path="p.png",
        content_type="image/png",
        size=16,
        sha256="0" * 64,
        received_at=ward.now,
    )
    await Inbound.create(
        channel="web",
        external_id=uuid4().hex,
        conversation_id=conversation.id,
        kind=InboundKind.MEDIA,
        media_id=media.id,
        received_at=ward.now,
    )
    nurse = await staff_of(ward, StaffRole.NURSE, "XN")
    assert await open_photo(media.id, nurse, ward.now) is not None
    for role, place in ((StaffRole.NURSE, "GK"), (StaffRole.IT, "XN")):
        assert await open_photo(media.id, await staff_of(ward, role, place), ward.now) is None


async def test_a_photo_sent_to_the_complaint_desk_is_not_the_wards_to_open(ward: Ward) -> None:
    """Even the message's own ward, and although the patient may be unknown to nobody there."""
    own = await Dialog.filter(encounter_id=ward.encounter.id).first()
    assert own is not None
    complaint = await Dialog.create(
        conversation_id=own.conversation_id,
        patient_id=ward.patient.id,
        kind=DialogKind.COMPLAINT,
        started_at=ward.now,
        updated_at=ward.now,
    )
    media = await Media.create(
        conversation_id=own.conversation_id,
        dialog_id=own.id,
        path="q.png",
        content_type="image/png",
        size=16,
        sha256="1" * 64,
        received_at=ward.now,
    )
    message = await Inbound.create(
        channel="web",
        external_id=uuid4().hex,
        conversation_id=own.conversation_id,
        kind=InboundKind.MEDIA,
        media_id=media.id,
        dialog_id=own.id,
        received_at=ward.now,
    )
    nurse = await staff_of(ward, StaffRole.NURSE, "XN")
    assert await open_photo(media.id, nurse, ward.now) is not None
    message.dialog_id = complaint.id
    await message.save()
    assert await open_photo(media.id, nurse, ward.now) is None


async def test_a_card_refreshes_itself_only_for_who_has_opened_it_on_record(ward: Ward) -> None:
    alert = await Alert.get(level=AlertLevel.L1)
    nurse, other = [await staff_of(ward, StaffRole.NURSE, "XN") for _ in range(2)]

    async def refreshed(staff: StaffMember) -> AlertCard | None:
        return await open_alert(alert.number, staff, ward.desk, ward.now, on_record=False)

    assert await refreshed(nurse) is None
    await opened(ward, alert, nurse)
    assert await refreshed(nurse) is not None
    assert await refreshed(other) is None
    assert await AuditEntry.filter(action="alert.opened").count() == 1
