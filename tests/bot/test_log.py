"""Nothing of a patient reaches the logs, whatever is logged."""

import pytest
import structlog

from bot.log import ALLOWED, allow_listed, set_up_logs

CANARIES = {"name": "王小明", "phone": "13900001001", "text": "胸口痛", "id_no": "x"}


def test_fields_that_are_not_on_the_list_are_dropped_and_counted() -> None:
    kept = allow_listed(None, "", {"event": "sent", "channel": "web", **CANARIES})
    assert kept == {"event": "sent", "channel": "web", "dropped": 4}


def test_no_field_that_could_hold_a_patient_is_on_the_list() -> None:
    assert not ALLOWED & {
        "name",
        "phone",
        "text",
        "words",
        "address",
        "value",
        "patient",
        "exc_info",
    }


def test_a_logged_patient_does_not_appear(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs()
    try:
        structlog.get_logger().info("sent", **CANARIES, channel="web")
        written = capsys.readouterr().err
    finally:
        structlog.reset_defaults()
    assert "channel='web'" in written
    assert not any(canary in written for canary in ("王小明", "1390000", "胸口"))
