"""Bedside slips on paper: who will write, when, and how to tell a fake."""

from collections.abc import Sequence

from bot.follow_codes import NO_CODES, FollowCodes
from bot.slip_sheets import PaperSlip, draw_sheets
from bot.slip_words import slip_words
from dialogs.timing import date_text
from handlers.desk import Desk
from handlers.slips import Slip


def render_pdf(slips: Sequence[Slip], desk: Desk, follow: FollowCodes = NO_CODES) -> bytes:
    """Draw the slips and return the PDF; faults as in `draw_sheets`."""
    papers = [_paper(slip, desk, follow) for slip in slips]
    return draw_sheets(papers, desk.hospital, language=desk.language)


def _paper(slip: Slip, desk: Desk, follow: FollowCodes) -> PaperSlip:
    words, language = slip_words(desk.language), desk.language
    values = {
        "hospital": desk.hospital,
        "switchboard": desk.switchboard,
        "days": words["separator"].join(words["day"].format(n=n) for n in slip.days),
        "department": slip.department or words["ward"],
        "phone": slip.phone,
        "tel": slip.tel,
        "date": date_text(slip.expires_on, language=language, with_year=True),
    }
    genuine = "genuine" if desk.switchboard else "genuine_alone"
    contact = [key for key, known in (("daytime", slip.phone), ("always", slip.tel)) if known]
    help_line = "".join(words[key] for key in (*contact, "emergency"))
    lines = (words["coming"], words[genuine], help_line)
    return PaperSlip(
        title=words["title"],
        name=slip.patient_name,
        codes=follow.beside(slip.link, words["scan"], language),
        check_label=words["check_label"],
        check_code=slip.check_code,
        lines=tuple(line.format(**values) for line in lines),
        small=words["valid"].format(**values),
    )
