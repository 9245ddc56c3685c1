"""Nothing of a patient reaches the logs, whatever is logged."""

import asyncio
import gc
import io
import logging
from collections.abc import Iterator
from contextlib import redirect_stderr

import aiohttp
import pytest
import structlog
from aiohttp import web
from tortoise.validators import MaxLengthValidator

from bot.log import ALLOWED, allow_listed, set_up_logs
from dialogs.timing.booking import BookingRules

CANARIES = {"name": "王小明", "phone": "13900001001", "text": "胸口痛", "id_no": "x"}

SECRET = "张三13900000013"


@pytest.fixture
def logs() -> Iterator[io.StringIO]:
    """What the program writes with its logs set up; they are as they were afterwards."""
    root = logging.getLogger()
    before = root.handlers[:]
    out = io.StringIO()
    with redirect_stderr(out):
        set_up_logs()
    yield out
    structlog.reset_defaults()
    root.handlers[:] = before


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


def test_a_logged_patient_does_not_appear(logs: io.StringIO) -> None:
    structlog.get_logger().info("sent", **CANARIES, channel="web")
    written = logs.getvalue()
    assert "channel='web'" in written
    assert not any(canary in written for canary in ("王小明", "1390000", "胸口"))


async def refuse_value(_: web.Request) -> web.Response:
    """Fail as the database layer does: its message shows the value."""
    MaxLengthValidator(3)(SECRET)
    return web.Response()


async def refuse_rule(_: web.Request) -> web.Response:
    """Fail within our own program."""
    BookingRules.from_mapping({"cutoff": SECRET})
    return web.Response()


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/value", ["kind='ValidationError'", "line="]),
        ("/rule", ["kind='ValueError'", "file='dialogs/timing/booking.py'", "line="]),
    ],
)
async def test_an_unhandled_fault_is_logged_by_type_and_place_alone(
    logs: io.StringIO, path: str, told: list[str]
) -> None:
    app = web.Application()
    app.add_routes([web.get("/value", refuse_value), web.get("/rule", refuse_rule)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}{path}"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert answer.status == 500
    await runner.cleanup()
    written = logs.getvalue()
    assert "logger='aiohttp.server'" in written
    assert [part for part in told if part not in written] == []
    assert SECRET not in written
    assert "Traceback" not in written


async def test_a_task_that_failed_unseen_shows_no_value(logs: io.StringIO) -> None:
    async def fail() -> None:
        MaxLengthValidator(3)(SECRET)

    task = asyncio.create_task(fail())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
    gc.collect()
    written = logs.getvalue()
    assert "Task exception was never retrieved" in written
    assert "kind='ValidationError'" in written
    assert SECRET not in written


def test_what_a_message_was_to_be_filled_with_is_left_out(
    logs: io.StringIO,
) -> None:
    logging.getLogger("bot.console").error("could not read %s", SECRET)
    written = logs.getvalue()
    assert "could not read %s" in written
    assert SECRET not in written
