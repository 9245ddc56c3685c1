"""Clinics, sessions and appointments imported as a clerk does it, from the samples of the docs."""

import asyncio
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import SecretStr
from rich.console import Console

from bot.imports import import_file
from bot.settings import Settings
from handlers.booking.session_entry import Dropped
from models.booking import (
    Appointment,
    AppointmentStatus,
    BookKeeper,
    Clinic,
    Place,
    Session,
    Slot,
    WaitingEntry,
)
from models.database import close_database, open_database
from models.keys import KeyRing
from models.people import Consent, ConsentPurpose, ContactPoint, Patient
from models.row import Row
from models.timetable import Due

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "examples"
# Sunday morning
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
KINDS = ("clinics", "sessions", "appointments")
TABLES: tuple[type[Row], ...] = (
    Clinic,
    Session,
    Slot,
    Place,
    Patient,
    ContactPoint,
    Consent,
    Appointment,
    WaitingEntry,
    Due,
)


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal wide enough not to break lines."""
    monkeypatch.setenv("COLUMNS", "200")


class Clerk:
    """Runs the command against one installation."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.said = ""

    def imports(self, kind: Any, path: Path, **options: Any) -> int:
        """Run the command; what it printed is in `said`."""
        page = StringIO()
        console = Console(file=page, width=200)
        code = import_file(kind, path, self.settings, at=NOW, console=console, **options)
        self.said = page.getvalue()
        return code

    def sample(self, kind: str, **options: Any) -> int:
        """Take one of the samples of the docs."""
        return self.imports(kind, SAMPLES / f"{kind}.csv", **options)

    def counts(self) -> list[int]:
        """How many rows every table has."""
        return [len(self.rows(table)) for table in TABLES]

    def rows(self, table: type[Row], **named: Any) -> list[Any]:
        """Read rows from the installation's database."""
        return cast("list[Any]", asyncio.run(self._rows(table, named)))

    async def _rows(self, table: type[Row], named: dict[str, Any]) -> list[Row]:
        url = self.settings.database_url.get_secret_value()
        await open_database(url, self.settings.key_file)
        try:
            rows = list(await table.filter(**named))
            for row in rows:
                for column in row.sealed_columns:
                    getattr(row, column)
            return rows
        finally:
            await close_database()


@pytest.fixture
def clerk(url: str, tmp_path: Path, key_ring: KeyRing) -> Clerk:
    """An installation with an empty database, once of each kind."""
    keys = tmp_path / "keys.json"
    key_ring.write_new(keys)
    settings = Settings(
        database_url=SecretStr(url), key_file=keys, hospital_name="示例医院", _env_file=None
    )
    return Clerk(settings)


def test_the_samples_of_the_docs_go_in_without_a_fault(clerk: Clerk) -> None:
    for kind in KINDS:
        assert clerk.sample(kind) == 0
        assert "未导入" not in clerk.said.replace("│ 未导入", "")
    assert len(clerk.rows(Clinic)) == 3
    assert [row.keeper for row in clerk.rows(Clinic, code="CJ01")] == [BookKeeper.HOSPITAL]
    assert len(clerk.rows(Appointment)) == 4
    assert len(clerk.rows(WaitingEntry)) == 1
    assert len(clerk.rows(Place, appointment_id__not_isnull=True)) == 3
    assert len(clerk.rows(Consent, purpose=ConsentPurpose.REMINDER)) == 4


def test_the_samples_twice_change_nothing(clerk: Clerk) -> None:
    for kind in KINDS:
        clerk.sample(kind)
    before = clerk.counts()
    for kind in KINDS:
        assert clerk.sample(kind) == 0
    assert clerk.counts() == before


def test_a_preview_of_the_samples_keeps_nothing(clerk: Clerk) -> None:
    for kind in KINDS:
        assert clerk.sample(kind, dry_run=True) == 0
        assert "没有写入任何内容" in clerk.said
    assert clerk.counts() == [0] * len(TABLES)


def test_a_session_list_that_drops_booked_visits_is_refused_with_masked_names(
    clerk: Clerk, tmp_path: Path
) -> None:
    for kind in KINDS:
        clerk.sample(kind)
    before = clerk.counts()
    path = _without(tmp_path, "李示例,D1001,2026-11-30")
    assert clerk.imports("sessions", path) == 1
    assert "2 位已预约的患者没有号" in clerk.said
    assert "测*" in clerk.said
    assert "测试甲" not in clerk.said
    assert clerk.counts() == before
    assert clerk.imports("sessions", path, dropped=Dropped.CANCEL) == 0
    [first, second] = clerk.rows(Appointment, status=AppointmentStatus.CANCELLED_BY_HOSPITAL.value)
    assert {first.external_no, second.external_no} == {"A0000001", "A0000002"}


def test_the_labels_of_the_command_are_the_choices_of_the_handler() -> None:
    from main import DroppedVisits  # noqa: PLC0415 - the command line is imported for this alone

    assert [choice.value for choice in DroppedVisits] == [how.value for how in Dropped]


def _without(folder: Path, row: str) -> Path:
    lines = (SAMPLES / "sessions.csv").read_text(encoding="utf-8").splitlines()
    path = folder / "sessions.csv"
    path.write_text("\n".join(line for line in lines if row not in line), encoding="utf-8")
    return path
