"""Bedside slips on paper: who will write, when, and how to tell a fake."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

from bot.slip_sheets import PaperSlip, draw_sheets
from dialogs.timing import date_text
from handlers.slips import Slip


def render_pdf(
    slips: Sequence[Slip],
    hospital_name: str,
    switchboard: str = "",
    *,
    language: str = "zh",
    font: Path | None = None,
) -> bytes:
    """Draw the slips and return the PDF; faults as in `draw_sheets`."""
    papers = [_paper(slip, hospital_name, switchboard, language) for slip in slips]
    return draw_sheets(papers, hospital_name, language=language, font=font)


def _paper(slip: Slip, hospital: str, switchboard: str, language: str) -> PaperSlip:
    words = _words(language)
    values = {
        "hospital": hospital,
        "switchboard": switchboard,
        "days": words["separator"].join(words["day"].format(n=n) for n in slip.days),
        "department": slip.department or words["ward"],
        "phone": slip.phone,
        "tel": slip.tel,
        "date": date_text(slip.expires_on, language=language, with_year=True),
    }
    genuine = "genuine" if switchboard else "genuine_alone"
    contact = [key for key, known in (("daytime", slip.phone), ("always", slip.tel)) if known]
    help_line = "".join(words[key] for key in (*contact, "emergency"))
    lines = (words["coming"], words[genuine], help_line)
    return PaperSlip(
        title=words["title"],
        name=slip.patient_name,
        link=slip.link,
        check_label=words["check_label"],
        check_code=slip.check_code,
        scan=words["scan"],
        lines=tuple(line.format(**values) for line in lines),
        small=words["valid"].format(**values),
    )


@cache
def _words(language: str) -> Mapping[str, str]:
    source = files("dialogs.catalog").joinpath(language, "slip.toml")
    return tomllib.loads(source.read_text("utf-8"))
