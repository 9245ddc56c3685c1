"""Sending by each provider, and every way it can fail, mapped to the closed set."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.channel import (
    ContactStopped,
    Fact,
    Invalid,
    Misconfigured,
    NotConnected,
    OutcomeUnknown,
    Rejected,
    SendError,
    Throttled,
    Unexpected,
    Unparseable,
)
from bot.channels import http_call
from bot.rendering import Bubble
from tests.bot.channels.fake_sms import FakeSms, fake_sms, fake_tencent
from tests.bot.channels.sms_site import KEY, OWN, PATH, PUBLIC, a_channel, letter

THANKS = "谢谢您,祝您早日康复!有不舒服请打0394-12345678,急症先打120"
FILED = """
["M-THANKS"]
code = "SMS_0001"
variables = ["phone"]

["M-REV/1"]
code = "SMS_0002"
variables = ["date+dow"]

["fu-d3.feel"]
code = "SMS_0003"
variables = []

["M-OPEN-U"]
code = ""
variables = ["hosp"]
"""
REVIEW = "您的复诊时间是9月5日周六,按时复查很重要。1现在预约 2不用 3晚点提醒 0人工"
FEEL = "和出院那天比,现在感觉怎么样?回复1好一些 2差不多 3更差了"


@pytest.fixture
def filed(tmp_path: Path) -> Path:
    """A file of templates with three codes."""
    path = tmp_path / "templates.toml"
    path.write_text(FILED, encoding="utf-8")
    return path


@pytest.fixture
async def fake() -> AsyncIterator[FakeSms]:
    """Aliyun, Twilio and Kannel."""
    async with fake_sms() as running:
        yield running


@pytest.fixture
async def tencent() -> AsyncIterator[FakeSms]:
    """Tencent."""
    async with fake_tencent() as running:
        yield running


def thanks(**changes: Any) -> Any:
    """The closing text, as the outbox hands it over."""
    values = {"phone": "0394-12345678", "hosp": "示例医院"}
    return letter(THANKS, shape="M-THANKS", values=values, **changes)


# ---- taken


async def test_aliyun_takes_a_filed_text_with_its_code_and_values(
    fake: FakeSms, filed: Path
) -> None:
    async with a_channel("aliyun", fake.url, filed) as channel:
        assert await channel.send(thanks(extension="10")) == "biz-1^0"
    (sent,) = fake.taken
    assert sent["PhoneNumbers"] == OWN
    assert (sent["SignName"], sent["TemplateCode"]) == ("示例医院", "SMS_0001")
    assert sent["TemplateParam"] == {"phone": "0394-12345678"}
    assert sent["OutId"] == str(KEY)
    assert "SmsUpExtendCode" not in sent


async def test_digits_go_behind_the_number_where_the_account_may(
    fake: FakeSms, filed: Path
) -> None:
    async with a_channel("aliyun", fake.url, filed, extensions=True) as channel:
        await channel.send(thanks(extension="10"))
    assert fake.taken[0]["SmsUpExtendCode"] == "10"


async def test_tencent_takes_values_in_order_and_those_side_by_side_as_one(
    tencent: FakeSms, filed: Path
) -> None:
    async with a_channel("tencent", tencent.url, filed, extensions=True) as channel:
        review = letter(
            REVIEW,
            shape="M-REV",
            values={"date": "9月5日", "dow": "周六", "whose": ""},
            extension="11",
        )
        assert await channel.send(review) == "serial-1"
    (sent,) = tencent.taken
    assert (sent["TemplateId"], sent["TemplateParamSet"]) == ("SMS_0002", ["9月5日周六"])
    assert sent["PhoneNumberSet"] == [f"+86{OWN}"]
    assert (sent["SessionContext"], sent["ExtendCode"]) == (str(KEY), "11")


async def test_twilio_takes_free_text_with_the_signature_and_our_key_to_report_with(
    fake: FakeSms,
) -> None:
    async with a_channel("twilio", fake.url, number="+15005550006") as channel:
        assert (await channel.send(letter("好的"))).startswith("SM")
    (sent,) = fake.taken
    assert (sent["Body"], sent["To"], sent["From"]) == (
        "【示例医院】好的",
        f"+86{OWN}",
        "+15005550006",
    )
    assert sent["StatusCallback"] == f"{PUBLIC}/sms/twilio/report?key={KEY}"


async def test_kannel_takes_free_text_and_our_key_is_its_id(fake: FakeSms) -> None:
    async with a_channel("kannel", fake.url, extensions=True) as channel:
        assert await channel.send(letter("疼吗?🙏", extension="10")) == str(KEY)
    (sent,) = fake.taken
    assert (sent["text"], sent["to"]) == ("【示例医院】疼吗?🙏", f"86{OWN}")
    assert sent["from"] == "1069000010"
    expected = f"{PUBLIC}/sms/{PATH}/kannel/report?key={KEY}&type=%d&at=%T"
    assert sent["dlr-url"] == expected


async def test_options_stand_in_the_text_with_their_numbers(fake: FakeSms) -> None:
    async with a_channel("kannel", fake.url) as channel:
        await channel.send(letter(FEEL))
    assert fake.taken[0]["text"] == f"【示例医院】{FEEL}"


# ---- not filed


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        ("M-OPEN-U", "您好,示例医院出院回访。现在方便回答几个问题吗?1开始 2晚点 3不用"),
        ("M-STOP", "已停止发送随访和提醒"),
        ("fu-d3.feel", "和出院那天比,现在感觉怎么样? 1.好一些 2.更差了"),
        ("M-THANKS", "谢谢"),
        ("", "您好,我是李护士"),
    ],
)
async def test_what_is_not_filed_in_these_very_words_is_never_sent(
    fake: FakeSms, filed: Path, shape: str, text: str
) -> None:
    values = {"hosp": "示例医院", "phone": "0394-12345678"}
    async with a_channel("aliyun", fake.url, filed) as channel:
        with pytest.raises(Invalid, match="not filed") as caught:
            await channel.send(letter(text, shape=shape, values=values))
    assert fake.calls == 0
    assert caught.value.said == f"invalid: not filed: {shape or 'free text'}"


async def test_a_question_asked_again_goes_without_its_lead_where_only_itself_is_filed(
    fake: FakeSms, filed: Path
) -> None:
    async with a_channel("aliyun", fake.url, filed) as channel:
        await channel.send(letter(f"请回答:{FEEL}", shape="M-STALE+fu-d3.feel"))
    assert fake.taken[0]["TemplateCode"] == "SMS_0003"


async def test_without_a_file_nothing_is_filed(fake: FakeSms, tmp_path: Path) -> None:
    async with a_channel("aliyun", fake.url, tmp_path / "none.toml") as channel:
        with pytest.raises(Invalid, match="not filed: M-THANKS"):
            await channel.send(thanks())


@pytest.mark.parametrize(
    "broken",
    [
        "not toml",
        '["M-THANKS"]\ncode = 5',
        '["M-THANKS"]\ncode = "S"\nvariables = ["tel"]',
        '["M-THANKS"]\ncode = "S"\nvariables = "phone"',
        '["M-THANKS"]\ncode = "S"',
        'M-THANKS = "SMS_0001"',
    ],
)
async def test_a_file_that_cannot_be_right_stops_the_sending(
    fake: FakeSms, tmp_path: Path, broken: str
) -> None:
    path = tmp_path / "templates.toml"
    path.write_text(broken, encoding="utf-8")
    async with a_channel("aliyun", fake.url, path) as channel:
        with pytest.raises(Misconfigured, match="templates"):
            await channel.send(thanks())


async def test_a_text_too_long_or_torn_is_not_sent(fake: FakeSms) -> None:
    async with a_channel("kannel", fake.url) as channel:
        with pytest.raises(Invalid, match="too long: 507"):
            await channel.send(letter("疼" * 501))
        with pytest.raises(Invalid, match="not a text"):
            await channel.send(letter("好\ud83d"))
    assert fake.calls == 0


@pytest.mark.parametrize("number", ["12", "", "10086", "0571000000", "+8612", "1390000000x"])
async def test_a_number_that_cannot_be_one_is_never_dialled(fake: FakeSms, number: str) -> None:
    async with a_channel("kannel", fake.url) as channel:
        with pytest.raises(Invalid, match=r"^no such number$"):
            await channel.send(letter(address=number))
        await channel.send(letter(address="+85290000001"))
    assert fake.calls == 1


# ---- refused

ALIYUN = [
    ("isv.BUSINESS_LIMIT_CONTROL", Throttled, None),
    ("isv.DAY_LIMIT_CONTROL", Throttled, timedelta(hours=1)),
    ("isv.MONTH_LIMIT_CONTROL", Throttled, timedelta(hours=1)),
    ("Throttling.User", Throttled, timedelta(seconds=2)),
    ("isv.SMS_SIGNATURE_SCENE_ILLEGAL", Misconfigured, None),
    ("isv.SMS_SIGNATURE_ILLEGAL", Misconfigured, None),
    ("isv.SIGN_STATE_ILLEGAL", Misconfigured, None),
    ("isv.EXTEND_CODE_ERROR", Misconfigured, None),
    ("isv.OUT_OF_SERVICE", Misconfigured, None),
    ("isv.AMOUNT_NOT_ENOUGH", Misconfigured, None),
    ("isv.DENY_IP_RANGE", Misconfigured, None),
    ("isp.RAM_PERMISSION_DENY", Misconfigured, None),
    ("InvalidAccessKeyId.NotFound", Misconfigured, None),
    ("isv.SMS_CONTENT_ILLEGAL", Rejected, None),
    ("isv.BLACK_KEY_CONTROL_LIMIT", Rejected, None),
    ("isv.SOMETHING_NEW", Rejected, None),
    ("isv.CUSTOMER_REFUSED", ContactStopped, None),
    ("isv.MOBILE_NUMBER_ILLEGAL", Invalid, None),
    ("isv.SMS_TEMPLATE_ILLEGAL", Invalid, None),
    ("isv.TEMPLATE_MISSING_PARAMETERS", Invalid, None),
    ("isv.PARAM_NOT_SUPPORT_URL", Invalid, None),
    ("isp.SYSTEM_ERROR", OutcomeUnknown, None),
    ("SomethingNew", Unexpected, None),
]


@pytest.mark.parametrize(("code", "kind", "after"), ALIYUN)
@pytest.mark.parametrize("status", [200, 400])
async def test_every_refusal_of_aliyun_is_what_it_means(
    fake: FakeSms,
    filed: Path,
    code: str,
    kind: type[SendError],
    after: timedelta | None,
    status: int,
) -> None:
    """HTTP 200 is not success."""
    fake.answers.append((status, {"Code": code, "Message": f"no, {OWN}", "RequestId": "R"}))
    async with a_channel("aliyun", fake.url, filed) as channel:
        with pytest.raises(SendError) as caught:
            await channel.send(thanks())
    assert type(caught.value) is kind
    assert caught.value.after == after
    assert code in caught.value.detail
    assert OWN not in caught.value.said
    assert fake.taken == []


TENCENT = [
    ("FailedOperation.PhoneNumberInBlacklist", ContactStopped, None),
    ("FailedOperation.SignatureIncorrectOrUnapproved", Misconfigured, None),
    ("FailedOperation.TemplateIncorrectOrUnapproved", Misconfigured, None),
    ("FailedOperation.InsufficientBalanceInSmsPackage", Misconfigured, None),
    ("FailedOperation.ContainSensitiveWord", Rejected, None),
    ("FailedOperation.TemplateParamSetNotMatchApprovedTemplate", Invalid, None),
    ("LimitExceeded.PhoneNumberThirtySecondLimit", Throttled, None),
    ("LimitExceeded.PhoneNumberDailyLimit", Throttled, None),
    ("LimitExceeded.AppDailyLimit", Throttled, timedelta(hours=1)),
    ("LimitExceeded.PhoneNumberCountLimit", Invalid, None),
    ("RequestLimitExceeded", Throttled, timedelta(seconds=2)),
    ("InvalidParameterValue.IncorrectPhoneNumber", Invalid, None),
    ("InvalidParameterValue.SdkAppIdNotExist", Misconfigured, None),
    ("UnauthorizedOperation.RequestIpNotInWhitelist", Misconfigured, None),
    ("AuthFailure.SignatureExpire", Misconfigured, None),
    ("InternalError.Timeout", OutcomeUnknown, None),
    ("InternalError.SigVerificationFail", Misconfigured, None),
    ("ResourceNotKnown", Unexpected, None),
]


@pytest.mark.parametrize(("code", "kind", "after"), TENCENT)
@pytest.mark.parametrize("whole", [True, False])
async def test_every_refusal_of_tencent_is_what_it_means(
    tencent: FakeSms,
    filed: Path,
    code: str,
    kind: type[SendError],
    after: timedelta | None,
    whole: bool,
) -> None:
    """It refuses the request as a whole, or the one number in it, with HTTP 200 either way."""
    refusal = {"Code": code, "Message": f"no, +86{OWN}"}
    response: dict[str, Any] = {"SendStatusSet": [refusal], "RequestId": "R"}
    if whole:
        response = {"Error": refusal, "RequestId": "R"}
    tencent.answers.append((200, {"Response": response}))
    async with a_channel("tencent", tencent.url, filed) as channel:
        with pytest.raises(SendError) as caught:
            await channel.send(thanks())
    assert (type(caught.value), caught.value.after) == (kind, after)
    assert OWN not in caught.value.said


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, 21610, ContactStopped),
        (400, 21211, Invalid),
        (400, 21614, Invalid),
        (429, 20429, Throttled),
        (401, 20003, Misconfigured),
        (400, 21606, Misconfigured),
        (503, 20503, NotConnected),
        (500, 20500, OutcomeUnknown),
        (400, 99999, Unexpected),
    ],
)
async def test_every_refusal_of_twilio_is_what_it_means(
    fake: FakeSms, status: int, code: int, kind: type[SendError]
) -> None:
    fake.answers.append((status, {"code": code, "message": f"no, +86{OWN}", "status": status}))
    async with a_channel("twilio", fake.url) as channel:
        with pytest.raises(SendError) as caught:
            await channel.send(letter())
    assert type(caught.value) is kind
    assert OWN not in caught.value.said


@pytest.mark.parametrize(
    ("status", "words", "kind"),
    [
        (403, "Authorization failed for sendsms", Misconfigured),
        (404, "Not routable. Do not try again.", Rejected),
        (400, "Unknown command", Invalid),
        (503, "Temporal failure, try again later.", NotConnected),
        (202, "Temporal failure, try again later.", NotConnected),
        (200, "Sent.", Unparseable),
    ],
)
async def test_every_refusal_of_kannel_is_what_it_means(
    fake: FakeSms, status: int, words: str, kind: type[SendError]
) -> None:
    fake.answers.append((status, words))
    async with a_channel("kannel", fake.url) as channel:
        with pytest.raises(SendError) as caught:
            await channel.send(letter())
    assert type(caught.value) is kind


async def test_kannel_may_queue_a_message_for_later(fake: FakeSms) -> None:
    fake.answers.append((202, "3: Queued for later delivery"))
    async with a_channel("kannel", fake.url) as channel:
        assert await channel.send(letter()) == str(KEY)


# ---- lost between us and them

PROVIDERS = ["aliyun", "twilio", "kannel"]


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_a_refused_connection_is_surely_not_taken(provider: str, filed: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    async with a_channel(provider, f"http://127.0.0.1:{port}", filed) as channel:
        with pytest.raises(NotConnected):
            await channel.send(thanks())


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_a_host_nobody_knows_is_surely_not_taken(provider: str, filed: Path) -> None:
    async with a_channel(provider, "http://nowhere.invalid", filed) as channel:
        with pytest.raises(NotConnected):
            await channel.send(thanks())


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_a_line_cut_after_the_request_leaves_the_outcome_unknown(
    fake: FakeSms, filed: Path, provider: str
) -> None:
    """It is asked once: a client that repeats by itself would send a second SMS."""
    async with a_channel(provider, fake.url, filed) as channel:
        await channel.send(thanks())
        fake.mishaps.append("reset")
        with pytest.raises(OutcomeUnknown):
            await channel.send(thanks())
    assert fake.calls == 2


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_silence_after_the_request_leaves_the_outcome_unknown(
    fake: FakeSms, filed: Path, provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_call, "_TOTAL", 0.2)
    fake.mishaps.append("silence")
    async with a_channel(provider, fake.url, filed) as channel:
        with pytest.raises(OutcomeUnknown):
            await channel.send(thanks())


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    ("status", "kind"),
    [(429, Throttled), (503, NotConnected), (500, OutcomeUnknown), (502, OutcomeUnknown)],
)
async def test_a_gateway_in_between_is_told_by_its_status(
    fake: FakeSms, filed: Path, provider: str, status: int, kind: type[SendError]
) -> None:
    fake.answers.append((status, "<html>gateway</html>"))
    fake.retry_after = "7"
    async with a_channel(provider, fake.url, filed) as channel:
        with pytest.raises(SendError) as caught:
            await channel.send(thanks())
    assert type(caught.value) is kind
    if kind is Throttled:
        assert caught.value.after == timedelta(seconds=7)


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("body", ["", "[1]", "null", '{"Code": 5}', '{"sid": ""}', "{}"])
async def test_an_answer_that_says_nothing_is_not_success(
    fake: FakeSms, filed: Path, provider: str, body: str
) -> None:
    fake.answers.append((200, body))
    async with a_channel(provider, fake.url, filed) as channel:
        with pytest.raises(Unparseable):
            await channel.send(thanks())


@pytest.mark.parametrize(
    "body",
    [{}, {"Response": {}}, {"Response": {"SendStatusSet": []}}, {"Response": 5}],
)
async def test_an_answer_of_tencents_that_says_nothing_is_not_success(
    tencent: FakeSms, filed: Path, body: Any
) -> None:
    tencent.answers.append((200, body))
    async with a_channel("tencent", tencent.url, filed) as channel:
        with pytest.raises(Unparseable):
            await channel.send(thanks())


# ---- what the account may do


@pytest.fixture
def outdated(filed: Path) -> Path:
    """The same file with an entry of an earlier version."""
    filed.write_text(FILED + '\n["M-OLD"]\ncode = "S"\n', encoding="utf-8")
    return filed


async def test_the_probe_tells_signature_and_templates(fake: FakeSms, outdated: Path) -> None:
    async with a_channel("aliyun", fake.url, outdated) as channel:
        facts = await channel.probe()
    assert facts == (
        Fact("provider", "aliyun"),
        Fact("templates", "3"),
        Fact("template_unknown", "M-OLD", good=False),
        Fact("signature", "示例医院"),
    )


async def test_the_probe_tells_whether_the_account_is_active(fake: FakeSms) -> None:
    async with a_channel("twilio", fake.url) as channel:
        assert (await channel.probe())[-1] == Fact("account", "active")
        fake.answers.append((401, {"code": 20003}))
        with pytest.raises(Misconfigured):
            await channel.probe()


async def test_a_bubble_with_progress_or_lines_is_one_line(fake: FakeSms) -> None:
    async with a_channel("kannel", fake.url) as channel:
        await channel.send(letter(bubble=Bubble("好的。\n再见")))
    assert fake.taken[0]["text"] == "【示例医院】好的。 再见"
