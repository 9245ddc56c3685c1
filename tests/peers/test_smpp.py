"""An SMS goes by our channel, Kannel and SMPP to a centre of others, and answers come back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final

import pytest
import pytest_asyncio

from bot.channel import Misconfigured
from bot.channels.sms_segments import parts, signed
from bot.inbox import Reported, Wrote
from models.conversation import OutgoingStatus
from tests.bot.channels.sms_site import KEY, OWN, a_channel, letter
from tests.peers.kannel import NUMBER, Line, a_line
from tests.peers.running import PeerFailed

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHORT: Final = "您的复诊时间是9月5日周六。回复1现在预约"
LONG: Final = "😀" + "疼不疼,肿不肿,有没有发热?" * 12
WRITTEN: Final = "有点疼" * 50
_LOOKS: Final = 1200
_PAUSE: Final = 0.1


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def line(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Line]:
    """The whole way, bound to the centre; opened once, since Kannel takes seconds to bind."""
    async with a_line(tmp_path_factory.mktemp("kannel")) as found:
        await _until(lambda: found.centre.ask("bound"))
        yield found


@pytest.fixture(autouse=True)
def _nothing_came(line: Line) -> None:
    line.desk.came.clear()


async def _until(found: Callable[[], Awaitable[Any]]) -> Any:
    """Look again and again at what no event of ours tells; raises where it never comes."""
    for _ in range(_LOOKS):
        if value := await found():
            return value
        await asyncio.sleep(_PAUSE)
    raise PeerFailed("it never came")


async def told(line: Line, kind: type[Any], count: int) -> list[Any]:
    """Wait until the channel was told so much of a kind."""

    async def known() -> list[Any]:
        events = [one for one in line.desk.came if isinstance(one, kind)]
        return events if len(events) >= count else []

    found: list[Any] = await _until(known)
    return found


async def test_a_message_arrives_and_its_receipts_name_our_key(line: Line) -> None:
    assert await line.channel.send(letter(SHORT, extension="07")) == str(KEY)
    receipts: list[Reported] = await told(line, Reported, 2)
    assert {one.provider_id for one in receipts} == {str(KEY)}
    assert {one.status for one in receipts} == {OutgoingStatus.ACCEPTED, OutgoingStatus.DELIVERED}
    (submitted,) = await line.centre.ask("taken")
    assert submitted["text"] == signed("示例医院", SHORT)
    assert (submitted["to"], submitted["from"]) == (f"86{OWN}", f"{NUMBER}07")
    assert (submitted["coding"], submitted["header"]) == (8, "")


async def test_a_long_message_goes_in_the_parts_we_count(line: Line) -> None:
    text = signed("示例医院", LONG)
    await line.channel.send(letter(LONG))
    receipts: list[Reported] = await told(line, Reported, 2)
    assert OutgoingStatus.DELIVERED in {one.status for one in receipts}
    submitted = await _taken(line, len(parts(text)))
    assert "".join(part["text"] for part in submitted) == text
    headers = [part["header"] for part in submitted]
    count = len(parts(text))
    # which text, of how many parts, and which of them
    assert len({header[:6] for header in headers}) == 1
    assert headers[0].startswith("0003")
    assert [header[6:] for header in headers] == [f"{count:02x}{n + 1:02x}" for n in range(count)]


async def _taken(line: Line, count: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []

    async def enough() -> bool:
        found.extend(await line.centre.ask("taken"))
        return len(found) >= count

    await _until(enough)
    return found


@pytest.mark.parametrize(
    ("text", "order"),
    [("退订T", [1]), ("😀有点疼", [1]), (WRITTEN, [1, 2, 3]), (WRITTEN, [3, 1, 2])],
    ids=["one", "emoji", "three", "jumbled"],
)
async def test_what_somebody_writes_comes_in_once_and_whole(
    line: Line, text: str, order: list[int]
) -> None:
    said = {"source": f"86{OWN}", "target": f"{NUMBER}07", "text": text, "order": order}
    await line.centre.ask("write", **said)
    (event,) = await told(line, Wrote, 1)
    assert (event.text, event.address, event.extension) == (text, OWN, "07")
    assert event.sent_at is not None


async def test_what_is_answered_at_once_goes_back_to_who_wrote(line: Line) -> None:
    line.desk.reply = "请问您是哪位?"
    said = {"source": f"86{OWN}", "target": NUMBER, "text": "在吗", "order": [1]}
    await line.centre.ask("write", **said)
    (answer,) = await _taken(line, 1)
    line.desk.reply = ""
    assert (answer["to"], answer["text"]) == (f"86{OWN}", "【示例医院】请问您是哪位?")


async def test_what_could_not_be_stored_is_brought_again(line: Line) -> None:
    """As the guide's configuration tells Kannel to do; left alone it would let go of it."""
    line.desk.fails, line.desk.failed = True, 0

    async def failed() -> bool:
        return line.desk.failed > 0

    said = {"source": f"86{OWN}", "target": NUMBER, "text": "胸口疼", "order": [1]}
    await line.centre.ask("write", **said)
    await _until(failed)
    line.desk.fails = False
    (event,) = await told(line, Wrote, 1)
    assert event.text == "胸口疼"


async def test_a_wrong_password_is_our_fault(line: Line) -> None:
    url = line.channel._settings.kannel_url
    async with a_channel("kannel", url, kannel_password="wrong") as channel:
        with pytest.raises(Misconfigured):
            await channel.send(letter(SHORT))
    assert not await line.centre.ask("taken")
