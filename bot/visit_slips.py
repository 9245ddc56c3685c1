"""Booking cards on paper: when and where, until when to report, how to cancel, a code to scan."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.follow_codes import NO_CODES, FollowCodes
from bot.slip_sheets import PaperSlip, draw_sheets
from bot.slip_words import slip_words
from dialogs.timing import date_text, local, weekday_text
from handlers.desk import Desk
from handlers.visit_slips import AppointmentSlip


def render_cards(
    slips: Sequence[AppointmentSlip],
    desk: Desk,
    follow: FollowCodes = NO_CODES,
) -> bytes:
    """Draw the cards and return the PDF; faults as in `draw_sheets`."""
    papers = [card_of(slip, desk, follow) for slip in slips]
    return draw_sheets(papers, desk.hospital, language=desk.language)


def card_of(slip: AppointmentSlip, desk: Desk, follow: FollowCodes = NO_CODES) -> PaperSlip:
    """Put a card into words; the booking number stands where a slip has the name."""
    words = _words(desk.language)
    values = _values(slip, desk)
    cancel = "cancel_free" if slip.free_until else "cancel"
    sentences = (
        words["when"],
        words["where"],
        words["report"],
        words[cancel] + (words["or_call"] if slip.phone else words["by_scan"]),
        words["coming"],
        words["genuine" if desk.switchboard else "genuine_alone"],
    )
    return PaperSlip(
        title=words["title"],
        name=slip.number,
        codes=follow.beside(slip.link, words["scan"], desk.language),
        check_label=words["check_label"],
        check_code=slip.check_code,
        lines=tuple(sentence.format(**values) for sentence in sentences),
        small=words["valid"].format(**values),
    )


def _values(slip: AppointmentSlip, desk: Desk) -> dict[str, str]:
    words, language = _words(desk.language), desk.language
    places = (slip.clinic, slip.doctor, slip.room)
    guide = " ".join(part for part in (slip.guide_desk, slip.guide) if part)
    return {
        "hospital": desk.hospital,
        "switchboard": desk.switchboard,
        "patient": slip.patient_name,
        "when": _moment(slip.starts_at, language),
        "where": " ".join(place for place in places if place),
        "checkin": f"{local(slip.check_in_by):%H:%M}",
        "guide": guide or words["guide"],
        "free_until": _moment(slip.free_until, language) if slip.free_until else "",
        "phone": slip.phone,
        "date": date_text(slip.expires_on, language=language, with_year=True),
    }


def _moment(at: datetime, language: str) -> str:
    day = local(at).date()
    said = date_text(day, language=language), weekday_text(day, language=language)
    return f"{said[0]} {said[1]} {local(at):%H:%M}"


def _words(language: str) -> Mapping[str, str]:
    words: Mapping[str, str] = slip_words(language)["visit"]
    return words
