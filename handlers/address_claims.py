"""Somebody writes from an account nobody has proven: alarms first, then who is it?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dialogs.reading.wishes import Wish, read_wish
from dialogs.reading.years import read_birth_year
from dialogs.wording import fill
from handlers.accounts import Account, point_of, prove, proven, refuse_messages
from handlers.address_codes import Named, owner_by_code, read_code, read_named, send_code
from handlers.binding import ATTEMPTS, Link, LinkState, bind_account, bind_again, open_link
from handlers.desk import Desk
from handlers.inbound import storable
from handlers.printed_links import token_hash
from handlers.stranger_alarms import alarm, is_under_alarm
from handlers.welcome import welcome
from handlers.windows import open_window
from models.audit import append_entry
from models.channel import AddressClaim
from models.once import insert_once
from models.people import Respondent, System
from models.unit import lock, unit_of_work

_A_DAY: Final = timedelta(days=1)
_OPTIONAL: Final = ("switchboard",)
_STATES: Final = {
    LinkState.UNREADABLE: "M-BIND-YEAR-AGAIN",
    LinkState.WRONG_YEAR: "M-BIND-WRONG",
    LinkState.LOCKED: "M-BIND-LOCKED",
    LinkState.GONE: "M-BIND-GONE",
}
_ENDED: Final = (LinkState.BOUND, LinkState.LOCKED, LinkState.GONE)


@dataclass(slots=True)
class _Stranger:
    """Who writes, and what they have shown so far; `is_new`: nothing within a day."""

    desk: Desk
    account: Account
    now: datetime
    claim: AddressClaim
    is_new: bool

    def say(self, message: str, **values: str) -> str:
        """Return a text with what the desk says of itself."""
        known = {"hosp": self.desk.hospital, "switchboard": self.desk.switchboard, **values}
        return fill(self.desk.catalog.messages[message].text, known, _OPTIONAL)

    @property
    def has_sms(self) -> bool:
        """Tell whether a code can be sent to a phone."""
        return System.PHONE.channel in self.desk.channels

    @property
    def is_open(self) -> bool:
        """Tell whether we wait for a year or a code."""
        return self.now < self.claim.expires_at


async def hear_unproven(desk: Desk, system: System, address: str, text: str, now: datetime) -> str:
    """Hear somebody nobody has proven; returns the text to answer with, or nothing.

    Danger alarms a nurse and is answered at once. A year after a scan, number and year, or a code
    bind the account. Other words are answered once a day with how to bind it. What is answered
    never tells whether a number or a patient is known.
    """
    account = Account(system, address)
    return await unit_of_work(lambda: _hear(desk, account, storable(text), now))


async def open_by_link(desk: Desk, system: System, address: str, token: str, now: datetime) -> str:
    """Take the scan of a paper (or a follow without one); returns the text to answer with.

    The paper of a patient this account answers for already is bound at once; any other asks for
    the year of birth.
    """
    account = Account(system, address)
    return await unit_of_work(lambda: _open(desk, account, token, now))


async def hear_claim(
    desk: Desk, system: System, address: str, text: str, now: datetime
) -> str | None:
    """Hear the year a proven account was asked for after scanning one more paper.

    None when nothing was asked, or when the words are no year: then they belong to the talk.
    """
    account = Account(system, address)
    return await unit_of_work(lambda: _hear_claim(desk, account, storable(text), now))


async def _hear(desk: Desk, account: Account, text: str, now: datetime) -> str:
    who = await _stranger(desk, account, now)
    known = await is_under_alarm(account, now)
    safety = await alarm(desk, account, text, now)
    if safety:
        return safety
    if read_wish(text) is Wish.OPT_OUT:
        return who.say("M-STRANGER-STOP") if await refuse_messages(account, now) else ""
    answer = await _answer(who, text)
    if answer:
        return answer
    return who.say("M-STRANGER-NOTED") if known else await _hint(who)


async def _answer(who: _Stranger, text: str) -> str:
    """Hear what may prove whose the account is; empty when the words do not."""
    named = read_named(text)
    if named is not None and who.has_sms:
        return await _ask_for_code(who, named)
    if who.is_open and who.claim.link_hash:
        return await _hear_year(who, text)
    if who.claim.code_hash and (who.is_open or read_code(text)):
        return await _hear_code(who, text)
    return ""


async def _hint(who: _Stranger) -> str:
    """Say once a day how to bind; somebody who wants no messages hears nothing."""
    point = await point_of(who.account)
    if not who.is_new or (point is not None and point.opted_out_at is not None):
        return ""
    return who.say("M-BIND" if who.has_sms else "M-BIND-PAPER")


async def _hear_year(who: _Stranger, text: str) -> str:
    link = await bind_account(who.claim.link_hash, text, who.account, who.now)
    if link.state in _ENDED:
        await _wait_for(who, "", who.now)
    if link.state is LinkState.BOUND:
        return await _bound(who, link)
    family = link.state is LinkState.UNREADABLE and read_wish(text) is Wish.FAMILY
    message = "M-BIND-YEAR-FAMILY" if family else _STATES[link.state]
    return who.say(message, n=str(link.attempts_left))


async def _ask_for_code(who: _Stranger, named: Named) -> str:
    if named.year is None:
        return who.say("M-BIND-BOTH")
    if await _spend(who):
        return who.say("M-BIND-LOCKED")
    await send_code(who.desk, who.claim, named, who.now)
    await who.claim.save()
    return who.say("M-BIND-SENT")


async def _hear_code(who: _Stranger, text: str) -> str:
    code = read_code(text)
    if not code or not who.is_open:
        return who.say("M-BIND-CODE-AGAIN") if text else ""
    if await _spend(who):
        return who.say("M-BIND-LOCKED")
    phone = await owner_by_code(who.claim, code)
    if phone is None:
        return who.say("M-BIND-CODE-AGAIN")
    await _wait_for(who, "", who.now)
    respondent = await lock(Respondent.filter(id=phone.respondent_id)).get()
    point = await prove(who.account, respondent, who.now)
    await append_entry(
        who.now, "patient", "account.bound", subject_type="contact_point", subject=point.id
    )
    return await _bound(who, Link(LinkState.BOUND, point.id))


async def _spend(who: _Stranger) -> bool:
    """Count a try; True when there is none left today: one for a number, five for its code."""
    if who.claim.attempts > ATTEMPTS:
        return True
    who.claim.attempts += 1
    await who.claim.save(update_fields=["attempts"])
    return False


async def _bound(who: _Stranger, link: Link) -> str:
    """Greet whoever has just proven an account; what waited for it begins."""
    if link.contact_point_id is not None:
        await open_window(link.contact_point_id, who.now, clicked=False)
        await welcome(who.desk, link.contact_point_id, who.now)
    return who.say("M-BIND-OK")


async def _open(desk: Desk, account: Account, token: str, now: datetime) -> str:
    who = await _stranger(desk, account, now)
    if not token:
        return who.say("M-BIND" if who.has_sms else "M-BIND-PAPER")
    link = await open_link(token, now)
    if link.state is not LinkState.OPEN:
        return who.say(_STATES[link.state])
    again = await bind_again(token_hash(token), account, now)
    if again is not None:
        await _wait_for(who, "", now)
        return await _bound(who, again)
    await _wait_for(who, token_hash(token), now + _A_DAY)
    return who.say("M-BIND-YEAR")


async def _wait_for(who: _Stranger, link_hash: str, until: datetime) -> None:
    """Wait for the year of a paper's patient, or for nothing; the day's tries stay counted."""
    who.claim.link_hash, who.claim.code_hash = link_hash, ""
    who.claim.contact_point_id, who.claim.expires_at = None, until
    await who.claim.save()


async def _hear_claim(desk: Desk, account: Account, text: str, now: datetime) -> str | None:
    known = AddressClaim.filter(system=account.system, address_index=account.index)
    claim = await lock(known.exclude(link_hash="").filter(expires_at__gt=now)).get_or_none()
    if claim is None or read_birth_year(text) is None or await proven(account, now) is None:
        return None
    return await _hear_year(_Stranger(desk, account, now, claim, is_new=False), text)


async def _stranger(desk: Desk, account: Account, now: datetime) -> _Stranger:
    """Load what an account has shown, locked; its tries begin anew each day."""
    rows = AddressClaim.filter(system=account.system, address_index=account.index)
    fresh = AddressClaim(
        system=account.system, address=account.address, created_at=now, expires_at=now
    )
    is_new = await insert_once(fresh)
    claim = fresh if is_new else await lock(rows).get()
    if not is_new and now - claim.created_at >= _A_DAY:
        claim.created_at, claim.attempts, is_new = now, 0, True
        await claim.save(update_fields=["created_at", "attempts"])
    return _Stranger(desk, account, now, claim, is_new)
