"""The key file: private, never guessed, never replaced; and the database knows its own."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from models.database import close_database
from models.keys import (
    KeyFileDamaged,
    KeyFileExposed,
    KeyFileMissing,
    KeyRing,
    SealBroken,
    UnknownKey,
    WrongKey,
)
from models.people import Patient
from models.seal import NoKeyRing, blind_index, normal_id_number, normal_phone
from tests.conftest import Opening
from tests.handlers.people import a_patient


def mode(path: Path) -> int:
    """The permission bits of a file."""
    return path.stat().st_mode & 0o777


def test_a_new_key_file_is_private_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "secret" / "keys.json"
    made = KeyRing.load_or_create(path)
    assert mode(path) == 0o600
    assert KeyRing.load_or_create(path) == made
    assert [found.name for found in path.parent.iterdir()] == ["keys.json"]


def test_a_second_maker_does_not_replace_the_first_key_file(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    first = KeyRing.load_or_create(path)
    KeyRing.new().write_new(path)
    assert KeyRing.load(path) == first


@pytest.mark.parametrize("bits", [0o640, 0o604, 0o660])
def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path, bits: int) -> None:
    path = tmp_path / "keys.json"
    KeyRing.load_or_create(path)
    path.chmod(bits)
    with pytest.raises(KeyFileExposed, match="chmod 600"):
        KeyRing.load(path)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"current": "a", "data": {}}', "\u4e2d"])
def test_a_damaged_key_file_is_named_and_not_replaced(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(content, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(KeyFileDamaged, match=r"keys\.json"):
        KeyRing.load_or_create(path)
    assert path.read_text(encoding="utf-8") == content


def test_a_key_ring_does_not_show_its_keys(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    ring = KeyRing.load_or_create(path)
    document = json.loads(path.read_text(encoding="ascii"))
    shown = f"{ring!r} {ring}"
    assert ring.current in shown
    assert document["blind"] not in shown
    assert repr(ring.blind) not in shown


def test_a_value_opens_only_where_it_was_sealed() -> None:
    ring = KeyRing.new()
    sealed = ring.seal("测试甲", "patient.name.1")
    assert ring.open(sealed, "patient.name.1") == "测试甲"
    assert sealed != ring.seal("测试甲", "patient.name.1")
    for place in ("patient.name.2", "patient.id_no.1", "respondent.name.1"):
        with pytest.raises(SealBroken, match=place):
            ring.open(sealed, place)


@pytest.mark.parametrize("broken", ["", "plain", "e1:x", "e2:a:b", "e1:{key}:!!", "e1:{key}:AAAA"])
def test_what_is_not_a_sealed_value_is_named_and_not_shown(broken: str) -> None:
    ring = KeyRing.new()
    with pytest.raises(SealBroken, match=r"patient\.name\.1"):
        ring.open(broken.format(key=ring.current), "patient.name.1")


def test_an_unknown_key_is_named() -> None:
    stranger = KeyRing.new()
    with pytest.raises(UnknownKey, match=stranger.current):
        KeyRing.new().open(stranger.seal("x", "p"), "p")


def test_a_new_data_key_seals_from_now_on_and_the_old_one_still_opens(tmp_path: Path) -> None:
    old = KeyRing.load_or_create(tmp_path / "keys.json")
    sealed = old.seal("测试甲", "p")
    old.with_new_key().write_over(tmp_path / "keys.json")
    new = KeyRing.load(tmp_path / "keys.json")
    assert new.current != old.current
    assert new.open(sealed, "p") == "测试甲"
    assert new.seal("测试甲", "p").startswith(f"e1:{new.current}:")
    assert mode(tmp_path / "keys.json") == 0o600


def test_each_purpose_has_an_index_and_a_signing_key_of_its_own() -> None:
    ring = KeyRing.new()
    assert ring.blind_index("phone", "1") != ring.blind_index("id_no", "1")
    assert ring.signing_key("link") != ring.signing_key("csrf")
    assert len(ring.blind_index("phone", "1")) == 32


@pytest.mark.parametrize(
    "written",
    [
        "13900000001",
        "139 0000 0001",
        "+86 139-0000-0001",
        "008613900000001",
        "１３９００００００01",
    ],
)
def test_a_mobile_number_has_one_normal_form(written: str) -> None:
    assert normal_phone(written) == "13900000001"


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("0085290000001", "+85290000001"),
        ("+852 9000 0001", "+85290000001"),
        ("010-12345678", "01012345678"),
        ("oABC_-1 x", "oABC_-1 x"),
        ("8613", "8613"),
        ("", ""),
        ("+", "+"),
    ],
)
def test_other_addresses_are_kept_apart(written: str, normal: str) -> None:
    assert normal_phone(written) == normal


def test_an_id_number_is_compared_in_upper_case() -> None:
    assert normal_id_number("11010119900307001x ") == "11010119900307001X"


def test_a_sealed_column_needs_an_open_database() -> None:
    with pytest.raises(NoKeyRing):
        blind_index("phone", "13900000001")


async def test_a_new_database_makes_its_key_file_once(
    opening: Opening, url: str, tmp_path: Path
) -> None:
    keys = tmp_path / "keys.json"
    for _ in range(2):
        await opening(url, keys)
        await close_database()
    assert mode(keys) == 0o600


async def test_a_wrong_key_file_is_refused_by_key_and_stays_as_it_was(
    opening: Opening, url: str, tmp_path: Path, now: datetime
) -> None:
    right, wrong = tmp_path / "right.json", tmp_path / "wrong.json"
    await opening(url, right)
    patient = await a_patient(now)
    await close_database()
    stranger = KeyRing.load_or_create(wrong)
    before = wrong.read_bytes()
    with pytest.raises(WrongKey, match=f"{stranger.current}.*{KeyRing.load(right).current}"):
        await opening(url, wrong)
    assert wrong.read_bytes() == before
    await opening(url, right)
    assert (await Patient.get(id=patient.id)).name == "测试甲"
    await close_database()


async def test_the_right_data_key_with_a_wrong_index_key_is_refused(
    opening: Opening, sqlite_url: str, tmp_path: Path
) -> None:
    right, mixed = KeyRing.load_or_create(tmp_path / "keys.json"), tmp_path / "mixed.json"
    await opening(sqlite_url, right)
    await close_database()
    stranger = KeyRing.new()
    for ring in (
        KeyRing(right.current, right.data, stranger.blind, right.signing),
        KeyRing(right.current, right.data, right.blind, stranger.signing),
    ):
        ring.write_over(mixed)
        with pytest.raises(WrongKey):
            await opening(sqlite_url, mixed)


async def test_a_missing_key_file_is_never_replaced_by_a_new_one(
    opening: Opening, url: str, tmp_path: Path
) -> None:
    keys = tmp_path / "keys.json"
    await opening(url, keys)
    await close_database()
    key_id = KeyRing.load(keys).current
    keys.rename(tmp_path / "elsewhere.json")
    with pytest.raises(KeyFileMissing, match=key_id):
        await opening(url, keys)
    assert not keys.exists()


async def test_rows_sealed_with_an_older_key_still_open_after_rotation(
    opening: Opening, sqlite_url: str, tmp_path: Path, now: datetime
) -> None:
    keys = tmp_path / "keys.json"
    await opening(sqlite_url, keys)
    patient = await a_patient(now)
    await close_database()
    KeyRing.load(keys).with_new_key().write_over(keys)
    await opening(sqlite_url, keys)
    loaded = await Patient.get(id=patient.id)
    assert loaded.name == "测试甲"
    await close_database()
