"""While a person leads the talk: danger, death and stop are heard, all else is kept for them."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from tortoise.queryset import QuerySet

from dialogs.actions import Say
from dialogs.after_danger import heed
from dialogs.answers import is_courtesy
from dialogs.complaints.phrases import names_filing
from dialogs.endings import UNPROVEN
from dialogs.events import Chose, Event, Said
from dialogs.levels import Level
from dialogs.narrowing import narrow
from dialogs.opening import MOST_YEARS, is_identity
from dialogs.reading.leaving import leaves
from dialogs.reading.normal import bare
from dialogs.reading.wishes import Wish, read_wish
from dialogs.reading.years import read_birth_year
from dialogs.state import to_json
from dialogs.taking_over import prove
from dialogs.turn import Reply, Turn
from handlers.alerts import note
from handlers.contents import content_of
from handlers.human_talk import hold_talk, talk_in, watch
from handlers.human_talk_ending import go_on, shut
from handlers.matters import Matter
from handlers.outgoing import Draft, write
from handlers.red_flags import red_flags
from handlers.transcript import ACCEPTED_RANK
from models.alert import Alert, AlertEvent, AlertStatus
from models.conversation import Dialog, DialogStatus, Inbound, Outgoing
from models.room import HumanTalk, TalkDesk

_ALWAYS: Final = frozenset({Wish.DECEASED, Wish.MAYBE_DECEASED, Wish.OPT_OUT, Wish.RESUBSCRIBE})
_ZERO: Final = "0"
_RECEIPTS: Final = ("M-PASSED-ON", "M-HUMAN-WAIT")


async def hear(matter: Matter, inbound: Inbound, event: Event, *, elsewhere: bool = False) -> bool:
    """Take a message of a conversation a person leads; False when the bot is to hear it.

    What is taken is stored, noted at the alert and shown to staff at once. Until somebody has
    taken the talk it is said, once in a row, that the words came; then nothing is answered.
    What belongs `elsewhere`, a dispute or a complaint, goes there, whoever talks. The caller holds
    the conversation's lock.
    """
    known = await talk_in(matter.conversation.id)
    # with its alert before it: danger in the same words locks that alert further on
    talk = await hold_talk(known.id) if known is not None else None
    if talk is None:
        return False
    if isinstance(event, Said) and leaves(event.text, taken=talk.staff_id is not None):
        await _leave(matter, talk, inbound)
        return True
    await _wait(talk, matter.now)
    if elsewhere or _is_for_others(matter, event) or await _is_asked_since(matter, talk, event):
        return False
    await _note(talk, inbound, matter.now)
    if _is_unproven(matter, talk):
        await _hear_unproven(matter, talk, inbound)
    elif isinstance(event, Said) and _asks_again(event.text):
        await _tell_to_wait(matter, inbound)
    elif isinstance(event, Said) and _waits_for_the_ward(talk) and not is_courtesy(event.text):
        await _tell_it_came(matter, inbound)
    return True


def _is_for_others(matter: Matter, event: Event) -> bool:
    """Danger, what answers a safety text, a death, a stop and its narrowing: as at any other time.

    A complaint gets its number whoever leads the talk: the accused must not swallow it.
    """
    turn = Turn(matter.desk.catalog, matter.case, matter.state, matter.now)
    checking = bool(matter.state.held)
    if isinstance(event, Said):
        grave = bool(red_flags(matter, event.text)) or checking
        wished = read_wish(event.text) in _ALWAYS or names_filing(event.text)
        return grave or wished or _heeds(turn, Reply(event.text))
    if isinstance(event, Chose):
        asked = checking and event.turn == matter.state.turn
        ours = event.turn in (0, matter.state.turn)
        return asked or (ours and _heeds(turn, Reply(keys=(event.key,))))
    return False


def _heeds(turn: Turn, reply: Reply) -> bool:
    """Tell whether it answers a safety text, or the confirmation of a stop."""
    return heed(turn, reply) is not None or narrow(turn, reply) is not None


async def _is_asked_since(matter: Matter, talk: HumanTalk, event: Event) -> bool:
    """Tell whether a desk has asked since the talk began: a reminder of a visit may be answered."""
    if isinstance(event, Chose):
        return await _asking(matter, talk).filter(turn=event.turn).exists()
    if not isinstance(event, Said) or not bare(event.text).isdigit() or _asks_again(event.text):
        return False
    sent = Outgoing.filter(conversation_id=matter.conversation.id, rank__gte=ACCEPTED_RANK)
    last = await sent.order_by("-position").first()
    if last is None or last.dialog_id is None or not content_of(last).shown.get("options"):
        return False
    return await _asking(matter, talk).filter(id=last.dialog_id).exists()


def _asking(matter: Matter, talk: HumanTalk) -> QuerySet[Dialog]:
    rows = Dialog.filter(conversation_id=matter.conversation.id, status=DialogStatus.ACTIVE)
    return rows.filter(asked_at__gt=talk.opened_at)


def _asks_again(text: str) -> bool:
    return bare(text) == _ZERO or read_wish(text) is Wish.HUMAN


def _is_unproven(matter: Matter, talk: HumanTalk) -> bool:
    """Tell whether nobody has answered yet whoever could not say the year: silence is no answer."""
    return talk.staff_id is None and f"{Level.Q}:human:{UNPROVEN}:" in matter.state.raised


def _waits_for_the_ward(talk: HumanTalk) -> bool:
    return talk.staff_id is None and talk.for_desk is TalkDesk.WARD


async def _hear_unproven(matter: Matter, talk: HumanTalk, inbound: Inbound) -> None:
    """Let whoever says the right year after all go on, a few tries long; else they wait."""
    dialog, state = matter.dialog, matter.state
    if dialog is None or state.identity_misses >= MOST_YEARS or not inbound.text:
        await _say(matter, inbound, "M-HUMAN-WAIT", "talk-wait")
        return
    turn = Turn(matter.desk.catalog, matter.case, state, matter.now)
    proven = is_identity(turn, inbound.text)
    tried = read_birth_year(inbound.text) is not None
    state = prove(state) if proven else state.but(identity_misses=state.identity_misses + tried)
    dialog.state = to_json(state)
    await dialog.save(update_fields=["state"])
    if proven and await shut(talk, None, matter.now):
        await go_on(matter.desk, matter.conversation, matter.contact_point, talk, matter.now)
    else:
        await _say(matter, inbound, "M-HUMAN-WAIT", "talk-wait")


async def _wait(talk: HumanTalk, now: datetime) -> None:
    """From now on the patient waits, unless it was waiting already."""
    if talk.waiting_since is not None:
        return
    talk.waiting_since = now
    await talk.save(update_fields=["waiting_since"])
    if talk.staff_id is not None:
        await watch(talk, now)


async def _note(talk: HumanTalk, inbound: Inbound, now: datetime) -> None:
    if talk.alert_id is None or not inbound.text:
        return
    alert = await Alert.get(id=talk.alert_id)
    if alert.status != AlertStatus.CLOSED:
        await note(alert, AlertEvent.PATIENT_WROTE, now, detail=inbound.text)


async def _tell_to_wait(matter: Matter, inbound: Inbound) -> None:
    """Somebody who asks again hears that a person was called, not twice in a row."""
    rows = Outgoing.filter(conversation_id=matter.conversation.id)
    last = await rows.order_by("-position").first()
    said = content_of(last).body if last else None
    if said is None or said.message != "M-HUMAN-WAIT":
        await _say(matter, inbound, "M-HUMAN-WAIT", "talk-wait")


async def _tell_it_came(matter: Matter, inbound: Inbound) -> None:
    """Until somebody has the talk, say once that what is written will be read: silence is none."""
    rows = Outgoing.filter(conversation_id=matter.conversation.id)
    last = await rows.order_by("-position").first()
    said = content_of(last).body.message if last else ""
    if said not in _RECEIPTS:
        await _say(matter, inbound, "M-PASSED-ON", "talk-came")


async def _leave(matter: Matter, talk: HumanTalk, inbound: Inbound) -> None:
    """The patient wants the bot back: what was asked is asked again; the alert stays a nurse's."""
    await _note(talk, inbound, matter.now)
    if not await shut(talk, None, matter.now):
        return
    await _say(matter, inbound, "M-TALK-LEFT", "talk-left")
    await go_on(matter.desk, matter.conversation, matter.contact_point, talk, matter.now)


async def _say(matter: Matter, inbound: Inbound, message: str, cause: str) -> None:
    draft = Draft(
        Say(message),
        f"{cause}:{inbound.id}",
        contact_point_id=matter.contact_point.id,
        channel=matter.contact_point.system.channel,
        dialog_id=matter.dialog_id,
        patient_id=matter.patient_id,
        in_reply_to_id=inbound.id,
        elderly=matter.case.elderly,
    )
    await write(matter.conversation, draft, {}, matter.now)
