"""What the SMS clouds' error codes mean, each as a member of the closed set; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from bot.channel import (
    ContactStopped,
    Invalid,
    Misconfigured,
    NotConnected,
    OutcomeUnknown,
    Rejected,
    SendError,
    Throttled,
    Unexpected,
)

_SOON: Final = timedelta(seconds=2)
_LATER: Final = timedelta(hours=1)
_LONGEST: Final = 160
_NUMBER: Final = re.compile(r"\d{5,}")

# by exact code, else by the longest beginning
Meanings = Mapping[str, type[SendError]]

# help.aliyun.com document_detail/101346, and the common errors of its gateway
ALIYUN: Final[Meanings] = {
    "isv.BUSINESS_LIMIT_CONTROL": Throttled,
    "isv.DAY_LIMIT_CONTROL": Throttled,
    "isv.MONTH_LIMIT_CONTROL": Throttled,
    "Throttling": Throttled,
    "isv.MOBILE_": Invalid,
    "isv.TEMPLATE_": Invalid,
    "isv.PARAM_": Invalid,
    "isv.INVALID_": Invalid,
    "isv.SMS_TEMPLATE_ILLEGAL": Invalid,
    "isv.UNSUPPORTED_CONTENT": Invalid,
    "isv.SMS_CONTENT_": Rejected,
    "isv.BLACK_KEY_CONTROL_LIMIT": Rejected,
    "isv.CUSTOMER_REFUSED": ContactStopped,
    "isv.SMS_SIGN": Misconfigured,
    "isv.SIGN_": Misconfigured,
    "isv.SMS_TEST": Misconfigured,
    "isv.EXTEND_CODE_ERROR": Misconfigured,
    "isv.OUT_OF_SERVICE": Misconfigured,
    "isv.AMOUNT_NOT_ENOUGH": Misconfigured,
    "isv.ACCOUNT_": Misconfigured,
    "isv.PRODUCT_": Misconfigured,
    "isv.DENY_IP_RANGE": Misconfigured,
    "isv.DOMESTIC_NUMBER_NOT_SUPPORTED": Misconfigured,
    "isp.RAM_PERMISSION_DENY": Misconfigured,
    "isv.": Rejected,
    # the platform's own trouble: it asks to call again, and does not say that it sent nothing
    "isp.": OutcomeUnknown,
    "InternalError": OutcomeUnknown,
    "ServiceUnavailable": NotConnected,
    "SignatureDoesNotMatch": Misconfigured,
    "SignatureNonceUsed": Misconfigured,
    "IncompleteSignature": Misconfigured,
    "InvalidAccessKeyId": Misconfigured,
    "MissingAccessKeyId": Misconfigured,
    "InvalidTimeStamp": Misconfigured,
    "InvalidVersion": Misconfigured,
    "InvalidAction": Misconfigured,
    "Forbidden": Misconfigured,
    "NoPermission": Misconfigured,
    "InvalidParameter": Invalid,
    "MissingParameter": Invalid,
}

# cloud.tencent.com document/api/382/55981 and the common errors of its gateway
TENCENT: Final[Meanings] = {
    "LimitExceeded": Throttled,
    "LimitExceeded.PhoneNumberCountLimit": Invalid,
    "LimitExceeded.AppCountryOrRegionInBlacklist": Rejected,
    "RequestLimitExceeded": Throttled,
    "AuthFailure.RequestLimitExceeded": Throttled,
    "FailedOperation.PhoneNumberInBlacklist": ContactStopped,
    "FailedOperation.ContainSensitiveWord": Rejected,
    "FailedOperation.MarketingSendTimeConstraint": Rejected,
    "FailedOperation.TemplateParamSetNotMatchApprovedTemplate": Invalid,
    "FailedOperation.TemplateIncorrectOrUnapproved": Misconfigured,
    "FailedOperation.TemplateUnapprovedOrNotExist": Misconfigured,
    "FailedOperation.SignatureIncorrectOrUnapproved": Misconfigured,
    "FailedOperation.MissingSignature": Misconfigured,
    "FailedOperation.InsufficientBalance": Misconfigured,
    "FailedOperation.FailResolvePacket": Invalid,
    "FailedOperation.JsonParseFail": Invalid,
    "FailedOperation": Rejected,
    "InvalidParameterValue.SdkAppIdNotExist": Misconfigured,
    "InvalidParameter": Invalid,
    "InvalidAction": Misconfigured,
    "MissingParameter": Invalid,
    "UnknownParameter": Invalid,
    "UnsupportedOperation": Invalid,
    "UnsupportedRegion": Misconfigured,
    "UnsupportedProtocol": Misconfigured,
    "UnauthorizedOperation": Misconfigured,
    "AuthFailure": Misconfigured,
    "NoSuchVersion": Misconfigured,
    "IpInBlacklist": Misconfigured,
    "IpNotInWhitelist": Misconfigured,
    "ResourceInsufficient": Misconfigured,
    "DryRunOperation": Misconfigured,
    "ServiceUnavailable": NotConnected,
    "InternalError.Sig": Misconfigured,
    "InternalError.RequestTimeException": Misconfigured,
    "InternalError.RestApiInterfaceNotExist": Misconfigured,
    "InternalError": OutcomeUnknown,
}

# twilio.com/docs/api/errors
TWILIO: Final[Meanings] = {
    "21610": ContactStopped,
    "21211": Invalid,
    "21614": Invalid,
    "21217": Invalid,
    "21408": Misconfigured,
    "21602": Invalid,
    "21605": Invalid,
    "21612": Rejected,
    "21617": Invalid,
    "21212": Misconfigured,
    "21603": Misconfigured,
    "21606": Misconfigured,
    "21609": Misconfigured,
    "21701": Misconfigured,
    "21703": Misconfigured,
    "20003": Misconfigured,
    "20005": Misconfigured,
    "20404": Misconfigured,
    "20429": Throttled,
    "14107": Throttled,
    "30001": Throttled,
    "30022": Throttled,
    "20500": OutcomeUnknown,
    "20503": NotConnected,
}

# limits of the whole account: nothing more goes out for a while
_OF_THE_DAY: Final = ("isv.DAY_", "isv.MONTH_", "LimitExceeded.App", "LimitExceeded.DailyLimit")
_OF_THE_SECOND: Final = ("Throttling", "RequestLimit", "AuthFailure.RequestLimit", "20429", "300")


def meaning(code: str, words: str, meanings: Meanings) -> SendError:
    """Return what a provider's refusal is to us, with its code and words, without any number."""
    detail = _NUMBER.sub("…", f"{code} {words}".strip())[:_LONGEST]
    known = [start for start in meanings if code.startswith(start)]
    if not known:
        return Unexpected(detail)
    kind = meanings[max(known, key=len)]
    return Throttled(detail, after=_pause(code)) if kind is Throttled else kind(detail)


def _pause(code: str) -> timedelta | None:
    """Say for how long nobody is written to; None where only this number has had enough."""
    if code.startswith(_OF_THE_DAY):
        return _LATER
    return _SOON if code.startswith(_OF_THE_SECOND) else None
