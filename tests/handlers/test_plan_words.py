"""Whatever the code may say of a plan has its words in the catalog of the staff."""

from itertools import chain

from dialogs.plans.risk import Sign
from handlers.choosing import ChoiceFault
from handlers.pausing import PauseFault, PauseReason
from handlers.risk import BY_STAFF
from handlers.staff_words import staff_words
from handlers.tasks import PhoneReason
from models.care import RiskTier


def test_every_reason_to_call_has_its_words() -> None:
    assert {*PhoneReason} <= staff_words().phone_reasons.keys()


def test_every_tier_and_sign_of_risk_has_its_words() -> None:
    words = staff_words()
    assert {*RiskTier} <= words.tiers.keys()
    assert {*Sign, BY_STAFF} == words.risk_signs.keys()


def test_every_reason_for_a_pause_has_its_words() -> None:
    assert staff_words().pause_reasons.keys() == {*PauseReason}


def test_every_refusal_has_its_words() -> None:
    assert {*chain(PauseFault, ChoiceFault)} <= staff_words().refusals.keys()
