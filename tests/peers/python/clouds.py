"""Sends by the SDKs of Aliyun and Tencent, and signs by Twilio's."""

import asyncio
from typing import Any

from alibabacloud_dysmsapi20170525.client import Client as AliyunClient
from alibabacloud_dysmsapi20170525.models import SendSmsRequest as AliyunRequest
from alibabacloud_tea_openapi.models import Config
from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.sms.v20210111.models import SendSmsRequest as TencentRequest
from tencentcloud.sms.v20210111.sms_client import SmsClient
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client as TwilioClient

from tests.peers.python.lines import serve

OFFICIAL = "https://api.twilio.com"


def aliyun(host: str, key_id: str, secret: str, fields: dict[str, str], later: bool) -> str:
    """Send an SMS, at once or by the SDK's asynchronous half; the Code of the answer."""
    config = Config(access_key_id=key_id, access_key_secret=secret, endpoint=host, protocol="http")
    client, request = AliyunClient(config), AliyunRequest(**fields)
    if later:
        return str(asyncio.run(client.send_sms_async(request)).body.code)
    return str(client.send_sms(request).body.code)


def tencent(host: str, key_id: str, secret: str, fields: dict[str, Any]) -> str:
    """Send an SMS; the Code for its one number."""
    profile = ClientProfile(httpProfile=HttpProfile(endpoint=host, protocol="http"))
    client = SmsClient(Credential(key_id, secret), "ap-guangzhou", profile)
    request = TencentRequest()
    for name, value in fields.items():
        setattr(request, name, value)
    return str(client.SendSms(request).SendStatusSet[0].Code)


class Elsewhere(TwilioHttpClient):  # type: ignore[misc] # untyped where it is not installed
    """Calls another host than Twilio's own."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def request(self, method: str, url: str, *more: Any, **named: Any) -> Any:
        """Make a request at the other host."""
        return super().request(method, url.replace(OFFICIAL, self._url), *more, **named)


def twilio(url: str, account: str, token: str, fields: dict[str, str]) -> str:
    """Send an SMS; its SID, or the status it was refused with."""
    client = TwilioClient(account, token, http_client=Elsewhere(url))
    try:
        return str(client.messages.create(**fields).sid)
    except TwilioRestException as fault:
        return str(fault.status)


class Form(dict[str, list[str]]):
    """A form as web frameworks hand it over: several values to a name."""

    def getall(self, name: str) -> list[str]:
        """Return the values of a name."""
        return self[name]


def twilio_signature(token: str, url: str, form: dict[str, list[str]]) -> str:
    """Sign a callback as Twilio does."""
    return str(RequestValidator(token).compute_signature(url, Form(form)))


if __name__ == "__main__":
    serve({f.__name__: f for f in (aliyun, tencent, twilio, twilio_signature)})
