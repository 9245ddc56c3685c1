"""Receipts and answers as the providers send them; what is not from them has no effect."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.channels.sms_signing import twilio_signature
from bot.inbox import Other, Reported, Wrote
from models.conversation import OutgoingStatus
from tests.bot.channels.fake_sms import TOKEN
from tests.bot.channels.sms_site import KEY, OWN, PATH, PUBLIC, Site, a_site

ALIYUN_REPORT = {
    "phone_number": OWN,
    "send_time": "2026-11-22 10:00:00",
    "report_time": "2026-11-22 10:00:05",
    "success": True,
    "err_code": "DELIVERED",
    "err_msg": "用户接收成功",
    "sms_size": "1",
    "biz_id": "biz-1^0",
    "out_id": str(KEY),
}
ALIYUN_REPLY = {
    "phone_number": OWN,
    "content": "退订T",
    "send_time": "2026-11-22 10:00:05",
    "dest_code": "1069000010",
    "sequence_id": 1234567890,
    "sign_name": "示例医院",
}
TENCENT_REPORT = {
    "user_receive_time": "2026-11-22 10:00:05",
    "nationcode": "86",
    "mobile": OWN,
    "report_status": "SUCCESS",
    "errmsg": "DELIVRD",
    "description": "用户短信送达成功",
    "sid": "serial-1",
}
TENCENT_REPLY = {
    "extend": "10",
    "mobile": OWN,
    "nationcode": "86",
    "sign": "示例医院",
    "text": "1",
    "time": 1795312805,
}
TWILIO_REPORT = {"MessageSid": "SM1", "MessageStatus": "delivered", "To": f"+86{OWN}"}
TWILIO_REPLY = {
    "MessageSid": "SM2",
    "From": f"+86{OWN}",
    "To": "+1069000010",
    "Body": "好多了 🙏",
    "NumMedia": "0",
}
KANNEL_REPORT = {"key": str(KEY), "type": "1", "at": "1795312805"}
KANNEL_REPLY = {
    "from": f"86{OWN}",
    "to": "1069000010",
    "text": "疼&不疼 100%",
    "id": "c0ffee",
    "at": "1795312805",
}
AT = datetime(2026, 11, 22, 2, 0, 5, tzinfo=UTC)


@pytest.fixture
async def aliyun() -> AsyncIterator[Site]:
    """Aliyun's side."""
    async with a_site("aliyun") as running:
        yield running


@pytest.fixture
async def tencent() -> AsyncIterator[Site]:
    """Tencent's side."""
    async with a_site("tencent") as running:
        yield running


@pytest.fixture
async def twilio() -> AsyncIterator[Site]:
    """Twilio's side."""
    async with a_site("twilio", number="+10690000") as running:
        yield running


@pytest.fixture
async def kannel() -> AsyncIterator[Site]:
    """Kannel's side."""
    async with a_site("kannel") as running:
        yield running


async def posted(site: Site, path: str, body: Any, **headers: str) -> tuple[int, str]:
    """POST a body to a path of the site; status and text of the answer."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with site.http.post(f"{site.url}{path}", data=data, headers=headers) as response:
        return response.status, await response.text()


async def told_by_twilio(
    site: Site, path: str, form: Mapping[str, str], *, token: str = TOKEN, public: str = PUBLIC
) -> tuple[int, str]:
    """Post a form as Twilio does, signed with a token over its public address."""
    signature = twilio_signature(f"{public}{path}", form.items(), token)
    headers = {
        "X-Twilio-Signature": signature,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return await posted(site, path, urlencode(form).encode(), **headers)


async def asked_by_kannel(site: Site, path: str, query: str) -> tuple[int, str]:
    """GET a path of the site, the query as it stands."""
    from yarl import URL  # noqa: PLC0415 - only to keep a broken query from being mended

    url = URL(f"{site.url}{path}?{query}", encoded=True)
    async with site.http.get(url) as response:
        return response.status, await response.text()


# ---- what each says


async def test_a_receipt_of_aliyun_names_our_key(aliyun: Site) -> None:
    status, answer = await posted(aliyun, f"/sms/{PATH}/aliyun/report", [ALIYUN_REPORT])
    assert (status, json.loads(answer)) == (200, {"code": 0, "msg": "接收成功"})
    (event,) = aliyun.desk.came
    assert isinstance(event, Reported)
    assert (event.provider_id, event.status) == (str(KEY), OutgoingStatus.DELIVERED)
    assert (event.sent_at, event.code) == (AT, "DELIVERED")


async def test_a_failed_receipt_of_aliyun_without_our_key_names_its_own(aliyun: Site) -> None:
    failed = {**ALIYUN_REPORT, "success": "false", "err_code": "MOBILE_IN_BLACK", "out_id": ""}
    await posted(aliyun, f"/sms/{PATH}/aliyun/report", [failed, ALIYUN_REPORT])
    first, second = aliyun.desk.came
    assert isinstance(first, Reported)
    assert (first.provider_id, first.status) == ("biz-1^0", OutgoingStatus.FAILED)
    assert first.external_id != second.external_id


async def test_an_answer_by_aliyun_comes_with_the_digits_behind_our_number(aliyun: Site) -> None:
    await posted(aliyun, f"/sms/{PATH}/aliyun/reply", [ALIYUN_REPLY])
    (event,) = aliyun.desk.came
    assert isinstance(event, Wrote)
    assert (event.address, event.text, event.extension) == (OWN, "退订T", "10")
    assert event.sent_at == AT


async def test_a_list_that_comes_again_has_the_same_names(aliyun: Site) -> None:
    for _ in range(2):
        await posted(aliyun, f"/sms/{PATH}/aliyun/report", [ALIYUN_REPORT])
        await posted(aliyun, f"/sms/{PATH}/aliyun/reply", [ALIYUN_REPLY])
    names = [event.external_id for event in aliyun.desk.came]
    assert names[:2] == names[2:]
    assert len(set(names)) == 2
    assert all(len(name) <= 120 for name in names)


async def test_a_receipt_and_an_answer_by_tencent(tencent: Site) -> None:
    status, answer = await posted(tencent, f"/sms/{PATH}/tencent/report", [TENCENT_REPORT])
    assert (status, json.loads(answer)) == (200, {"result": 0, "errmsg": "OK"})
    await posted(tencent, f"/sms/{PATH}/tencent/reply", TENCENT_REPLY)
    receipt, words = tencent.desk.came
    assert isinstance(receipt, Reported)
    assert (receipt.provider_id, receipt.status) == ("serial-1", OutgoingStatus.DELIVERED)
    assert isinstance(words, Wrote)
    assert (words.address, words.text, words.extension) == (OWN, "1", "10")
    assert words.sent_at == datetime.fromtimestamp(1795312805, tz=UTC)


async def test_a_failed_receipt_of_tencent(tencent: Site) -> None:
    failed = {**TENCENT_REPORT, "report_status": "FAIL", "errmsg": "MK:0001"}
    await posted(tencent, f"/sms/{PATH}/tencent/report", [failed])
    (event,) = tencent.desk.came
    assert isinstance(event, Reported)
    assert (event.status, event.code) == (OutgoingStatus.FAILED, "MK:0001")


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("sent", OutgoingStatus.ACCEPTED),
        ("delivered", OutgoingStatus.DELIVERED),
        ("read", OutgoingStatus.READ),
        ("undelivered", OutgoingStatus.FAILED),
        ("failed", OutgoingStatus.FAILED),
    ],
)
async def test_a_receipt_of_twilio_names_our_key(
    twilio: Site, said: str, status: OutgoingStatus
) -> None:
    form = {**TWILIO_REPORT, "MessageStatus": said, "ErrorCode": "30005"}
    code, _ = await told_by_twilio(twilio, f"/sms/twilio/report?key={KEY}", form)
    assert code == 204
    (event,) = twilio.desk.came
    assert isinstance(event, Reported)
    assert (event.provider_id, event.status, event.code) == (str(KEY), status, "30005")


async def test_a_receipt_of_twilio_with_no_key_of_ours_names_its_own(twilio: Site) -> None:
    await told_by_twilio(twilio, "/sms/twilio/report?key=nonsense", TWILIO_REPORT)
    (event,) = twilio.desk.came
    assert isinstance(event, Reported)
    assert event.provider_id == "SM1"


async def test_a_status_nobody_knows_is_recorded_and_ignored(twilio: Site, kannel: Site) -> None:
    form = {**TWILIO_REPORT, "MessageStatus": "teleported"}
    await told_by_twilio(twilio, f"/sms/twilio/report?key={KEY}", form)
    query = urlencode({**KANNEL_REPORT, "type": "64"})
    await asked_by_kannel(kannel, f"/sms/{PATH}/kannel/report", query)
    assert isinstance(twilio.desk.came[0], Other)
    assert isinstance(kannel.desk.came[0], Other)


async def test_words_by_twilio_are_taken_and_a_stranger_is_answered(twilio: Site) -> None:
    twilio.desk.reply = "请问您是哪位? <1>"
    status, answer = await told_by_twilio(twilio, "/sms/twilio/reply", TWILIO_REPLY)
    assert status == 200
    assert answer == "<Response><Message>【示例医院】请问您是哪位? &lt;1&gt;</Message></Response>"
    (event,) = twilio.desk.came
    assert isinstance(event, Wrote)
    assert (event.address, event.text, event.extension) == (OWN, "好多了 🙏", "10")


async def test_a_picture_by_twilio_is_noted_and_left(twilio: Site) -> None:
    form = {**TWILIO_REPLY, "Body": "", "NumMedia": "1"}
    status, answer = await told_by_twilio(twilio, "/sms/twilio/reply", form)
    assert (status, answer) == (200, "<Response></Response>")
    assert isinstance(twilio.desk.came[0], Other)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("1", OutgoingStatus.DELIVERED),
        ("2", OutgoingStatus.FAILED),
        ("4", OutgoingStatus.ACCEPTED),
        ("8", OutgoingStatus.ACCEPTED),
        ("16", OutgoingStatus.FAILED),
    ],
)
async def test_a_receipt_of_kannel_names_our_key(
    kannel: Site, kind: str, status: OutgoingStatus
) -> None:
    query = urlencode({**KANNEL_REPORT, "type": kind})
    code, _ = await asked_by_kannel(kannel, f"/sms/{PATH}/kannel/report", query)
    assert code == 200
    (event,) = kannel.desk.came
    assert isinstance(event, Reported)
    assert (event.provider_id, event.status) == (str(KEY), status)


async def test_words_by_kannel_are_taken_and_what_a_stranger_is_told_is_sent_back(
    kannel: Site,
) -> None:
    kannel.desk.reply = "请问您是哪位?"
    path = f"/sms/{PATH}/kannel/reply"
    status, answer = await asked_by_kannel(kannel, path, urlencode(KANNEL_REPLY))
    assert (status, answer) == (200, "【示例医院】请问您是哪位?")
    (event,) = kannel.desk.came
    assert isinstance(event, Wrote)
    assert (event.address, event.text, event.extension) == (OWN, "疼&不疼 100%", "10")


async def test_a_message_without_words_is_noted_and_left(kannel: Site) -> None:
    query = urlencode({**KANNEL_REPLY, "text": ""})
    status, answer = await asked_by_kannel(kannel, f"/sms/{PATH}/kannel/reply", query)
    assert (status, answer) == (200, "")
    assert isinstance(kannel.desk.came[0], Other)


# ---- the acknowledgement comes after the commit


async def test_what_could_not_be_stored_is_not_acknowledged(
    aliyun: Site, tencent: Site, twilio: Site, kannel: Site
) -> None:
    for site in (aliyun, tencent, twilio, kannel):
        site.desk.fails = True
    statuses = [
        (await posted(aliyun, f"/sms/{PATH}/aliyun/reply", [ALIYUN_REPLY]))[0],
        (await posted(tencent, f"/sms/{PATH}/tencent/reply", TENCENT_REPLY))[0],
        (await told_by_twilio(twilio, "/sms/twilio/reply", TWILIO_REPLY))[0],
        (await asked_by_kannel(kannel, f"/sms/{PATH}/kannel/reply", urlencode(KANNEL_REPLY)))[0],
    ]
    assert statuses == [500, 500, 500, 500]


# ---- who is not let in

UNSIGNED = [
    ("aliyun", "report", [ALIYUN_REPORT]),
    ("aliyun", "reply", [ALIYUN_REPLY]),
    ("tencent", "report", [TENCENT_REPORT]),
    ("tencent", "reply", TENCENT_REPLY),
]


@pytest.mark.parametrize(("provider", "what", "body"), UNSIGNED)
@pytest.mark.parametrize("path", ["wrong", PATH[:-1], PATH + "0", PATH.upper(), "%00", "%F0%9F"])
async def test_without_the_secret_path_nothing_is_taken(
    provider: str, what: str, body: Any, path: str
) -> None:
    async with a_site(provider) as site:
        status, _ = await posted(site, f"/sms/{path}/{provider}/{what}", body)
        assert status in (400, 401, 404)
        assert site.desk.came == []


@pytest.mark.parametrize(("provider", "what", "body"), UNSIGNED)
async def test_from_another_network_nothing_is_taken(provider: str, what: str, body: Any) -> None:
    async with a_site(provider, sources="203.0.113.0/24") as site:
        status, _ = await posted(
            site, f"/sms/{PATH}/{provider}/{what}", body, **{"X-Forwarded-For": "203.0.113.7"}
        )
        assert status == 401
        assert site.desk.came == []


async def test_kannel_too_needs_secret_and_network(kannel: Site) -> None:
    query = urlencode(KANNEL_REPLY)
    assert (await asked_by_kannel(kannel, "/sms/wrong/kannel/reply", query))[0] == 401
    assert kannel.desk.came == []
    async with a_site("kannel", sources="203.0.113.0/24") as site:
        assert (await asked_by_kannel(site, f"/sms/{PATH}/kannel/reply", query))[0] == 401
        assert site.desk.came == []


async def test_what_twilio_has_not_signed_is_not_taken(twilio: Site) -> None:
    path = "/sms/twilio/reply"
    wrong_token = await told_by_twilio(twilio, path, TWILIO_REPLY, token="other")
    wrong_host = await told_by_twilio(twilio, path, TWILIO_REPLY, public="https://evil.test")
    unsigned = await posted(twilio, path, urlencode(TWILIO_REPLY).encode())
    odd = await posted(
        twilio, path, urlencode(TWILIO_REPLY).encode(), **{"X-Twilio-Signature": "né"}
    )
    assert [wrong_token[0], wrong_host[0], unsigned[0], odd[0]] == [401, 401, 401, 401]
    assert twilio.desk.came == []


@pytest.mark.parametrize("name", sorted(TWILIO_REPLY))
@pytest.mark.parametrize("change", ["dropped", "emptied", "changed", "added"])
async def test_a_signed_form_that_was_changed_on_the_way_is_not_taken(
    twilio: Site, name: str, change: str
) -> None:
    path = "/sms/twilio/reply"
    signature = twilio_signature(f"{PUBLIC}{path}", TWILIO_REPLY.items(), TOKEN)
    form = list(TWILIO_REPLY.items())
    place = list(TWILIO_REPLY).index(name)
    match change:
        case "dropped":
            del form[place]
        case "emptied":
            form[place] = (name, "")
        case "changed":
            form[place] = (name, form[place][1] + "x")
        case _:
            form.append((name, "more"))
    body = urlencode(form).encode()
    status, _ = await posted(twilio, path, body, **{"X-Twilio-Signature": signature})
    assert status == 401
    assert twilio.desk.came == []


# ---- what cannot be read

LONG = "疼" * 2001
BROKEN: list[Any] = [None, [], {}, 5.5, True, "\x00" * 300]


def damaged(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The row with each needed field dropped, emptied or made something else."""
    needed = {"phone_number", "biz_id", "content", "sequence_id", "mobile", "sid", "text"}
    rows = []
    for name in sorted(needed & row.keys()):
        rows.append({key: value for key, value in row.items() if key != name})
        rows += [{**row, name: broken} for broken in ["", *BROKEN]]
        if name not in ("content", "text"):
            rows.append({**row, name: LONG})
    for name in {"phone_number", "mobile"} & row.keys():
        rows += [{**row, name: number} for number in ("not a number", "1" * 30, "1\n2", "١٢٣٤٥٦")]
    return rows


@pytest.mark.parametrize(("provider", "what", "body"), UNSIGNED)
async def test_a_row_with_a_damaged_field_has_no_effect(
    provider: str, what: str, body: Any
) -> None:
    async with a_site(provider) as site:
        path = f"/sms/{PATH}/{provider}/{what}"
        row = body[0] if isinstance(body, list) else body
        for broken in damaged(row):
            wrapped = [broken] if isinstance(body, list) else broken
            assert (await posted(site, path, wrapped))[0] == 400
        assert site.desk.came == []


@pytest.mark.parametrize(("provider", "what", "body"), UNSIGNED[:3])
async def test_odd_rows_are_noted_after_the_good_ones_beside_them_are_taken(
    provider: str, what: str, body: Any
) -> None:
    """A list refused for one of its rows comes again as it is, and the danger in it never in."""
    async with a_site(provider) as site:
        path = f"/sms/{PATH}/{provider}/{what}"
        odd_rows: list[Any] = [*damaged(body[0]), 1, None, [], "text"]
        for broken in odd_rows:
            site.desk.came.clear()
            assert (await posted(site, path, [broken, body[0]]))[0] == 200
            good, odd = site.desk.came
            assert isinstance(good, Reported | Wrote)
            assert isinstance(odd, Other)
            assert (odd.kind, odd.address) == ("malformed", "")


async def test_an_odd_row_that_comes_again_has_the_same_name(aliyun: Site) -> None:
    rows = [ALIYUN_REPLY, {**ALIYUN_REPLY, "content": ""}, {**ALIYUN_REPLY, "content": None}]
    for _ in range(2):
        await posted(aliyun, f"/sms/{PATH}/aliyun/reply", rows)
    names = [event.external_id for event in aliyun.desk.came]
    assert names[:3] == names[3:]
    assert len(set(names)) == 3


async def test_long_words_are_taken_up_to_what_is_kept(aliyun: Site, tencent: Site) -> None:
    await posted(aliyun, f"/sms/{PATH}/aliyun/reply", [{**ALIYUN_REPLY, "content": LONG}])
    await posted(tencent, f"/sms/{PATH}/tencent/reply", {**TENCENT_REPLY, "text": "a" * 30_000})
    (written,), (cut,) = aliyun.desk.came, tencent.desk.came
    assert isinstance(written, Wrote)
    assert isinstance(cut, Wrote)
    assert (written.text, cut.text) == (LONG, "a" * 20_000)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"5",
        b'"text"',
        b"[]",
        b"[1, 2]",
        b"[" * 30_000,
        b'[{"a":' * 5_000,
        b"\xff\xfe\x00",
        b'[{"content":"\\ud800"}]',
        b"<xml/>",
        b"phone_number=1",
    ],
)
@pytest.mark.parametrize("provider", ["aliyun", "tencent"])
async def test_what_is_no_list_of_theirs_is_refused(provider: str, body: bytes) -> None:
    async with a_site(provider) as site:
        for what in ("report", "reply"):
            status, _ = await posted(site, f"/sms/{PATH}/{provider}/{what}", body)
            assert status == 400
        assert site.desk.came == []


async def test_more_than_64_kilobytes_are_refused_whatever_length_is_announced(
    aliyun: Site,
) -> None:
    path = f"{aliyun.url}/sms/{PATH}/aliyun/reply"

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(70):
            yield b" " * 1024

    async with aliyun.http.post(path, data=b" " * 70_000) as response:
        assert response.status == 413
    async with aliyun.http.post(path, data=chunks()) as response:
        assert response.status == 413
    assert aliyun.desk.came == []


@pytest.mark.parametrize(
    "change",
    [{"from": ""}, {"from": "x"}, {"id": ""}, {"id": "x" * 300}],
)
async def test_damaged_words_by_kannel_have_no_effect(kannel: Site, change: dict[str, str]) -> None:
    query = urlencode({**KANNEL_REPLY, **change})
    status, _ = await asked_by_kannel(kannel, f"/sms/{PATH}/kannel/reply", query)
    assert status in (400, 414)
    assert kannel.desk.came == []


@pytest.mark.parametrize("query", ["text=%FF%FE&from=8613900000001&id=1", "", "a", "=&=&"])
async def test_a_query_kannel_would_never_send_has_no_effect(kannel: Site, query: str) -> None:
    status, _ = await asked_by_kannel(kannel, f"/sms/{PATH}/kannel/reply", query)
    assert status == 400
    assert kannel.desk.came == []


@pytest.mark.parametrize("change", [{"key": "no-key"}, {"key": ""}, {"type": ""}])
async def test_a_damaged_receipt_of_kannel_has_no_effect(
    kannel: Site, change: dict[str, str]
) -> None:
    query = urlencode({**KANNEL_REPORT, **change})
    assert (await asked_by_kannel(kannel, f"/sms/{PATH}/kannel/report", query))[0] == 400
    assert kannel.desk.came == []


@pytest.mark.parametrize("change", [{"MessageSid": ""}, {"From": "x"}, {"Body": ""}])
async def test_damaged_words_by_twilio_have_no_effect(twilio: Site, change: dict[str, str]) -> None:
    status, _ = await told_by_twilio(twilio, "/sms/twilio/reply", {**TWILIO_REPLY, **change})
    assert status == 400
    assert twilio.desk.came == []
