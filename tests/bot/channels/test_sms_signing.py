"""The signers against the providers' own examples."""

from datetime import UTC, datetime

import pytest

from bot.channels.sms_signing import Key, Signable, acs3, digest, tc3, twilio_signature

ALIYUN = Key("YourAccessKeyId", "YourAccessKeySecret")
IMAGE = "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"
# the body of Tencent's example, written as its page has it
NAMED = "\\u672a\\u547d\\u540d"
TENCENT_BODY = f'{{"Limit": 1, "Filters": [{{"Values": ["{NAMED}"], "Name": "instance-name"}}]}}'


def run_instances(date: str, nonce: str) -> Signable:
    """The request of Aliyun's page on signature version 3."""
    headers = {
        "host": "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-content-sha256": digest(b""),
        "x-acs-date": date,
        "x-acs-signature-nonce": nonce,
        "x-acs-version": "2014-05-26",
    }
    return Signable(headers, {"ImageId": IMAGE, "RegionId": "cn-shanghai"})


@pytest.mark.parametrize(
    ("date", "nonce", "signature"),
    [
        (
            "2023-10-26T10:22:32Z",
            "3156853299f313e23d1673dc12e1703d",
            "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0",
        ),
        (
            "2023-10-26T09:01:01Z",
            "d410180a5abf7fe235dd9b74aca91fc0",
            "e521358f7776c97df52e6b2891a8bc73026794a071b50c3323388c4e0df64804",
        ),
    ],
)
def test_aliyuns_examples_are_signed_as_aliyun_signs_them(
    date: str, nonce: str, signature: str
) -> None:
    signed = acs3(run_instances(date, nonce), ALIYUN)
    assert signed == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;"
        "x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,"
        f"Signature={signature}"
    )


def test_tencents_example_is_signed_as_tencent_signs_it() -> None:
    headers = {
        "content-type": "application/json; charset=utf-8",
        "host": "cvm.tencentcloudapi.com",
        "x-tc-action": "DescribeInstances",
    }
    key = Key("AKID" + "*" * 32, "*" * 32)
    at = datetime.fromtimestamp(1551113065, tz=UTC)
    signed = tc3(Signable(headers, body=TENCENT_BODY.encode()), key, "cvm", at)
    assert signed == (
        f"TC3-HMAC-SHA256 Credential={key.key_id}/2019-02-25/cvm/tc3_request, "
        "SignedHeaders=content-type;host;x-tc-action, "
        "Signature=10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f"
    )


def test_twilios_example_is_signed_as_twilio_signs_it() -> None:
    """The example of Twilio's page on webhook security."""
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675310",
        "Digits": "1234",
        "From": "+14158675310",
        "To": "+18005551212",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert twilio_signature(url, form.items(), "12345") == "GvWf1cFY/Q7PnoempGyD5oXAezc="


def test_secrets_do_not_show() -> None:
    assert "YourAccessKeySecret" not in repr(ALIYUN)
