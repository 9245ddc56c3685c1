"""Why a round could not be written to: in words where they are known, else as the provider said."""

from datetime import datetime, timedelta

import pytest

from dialogs.actions import Say
from handlers.contents import Content
from handlers.delivery import RANK
from handlers.opened_call import open_task
from handlers.phone_list import phone_list
from handlers.tasks import PhoneReason, to_phone_list
from handlers.unsent import reason_of
from models.care import FollowUpTask
from models.conversation import DeliveryClass, Outgoing, OutgoingPurpose, OutgoingStatus
from tests.browser.staff_scene import a_call
from tests.handlers.test_phone_list import a_nurse
from tests.handlers.ward import Ward, a_ward


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("receipt: MOBILE_NOT_ON_SERVICE", "号码停机或是空号"),
        ("receipt: MK:0001", "号码停机或是空号"),
        ("invalid: isv.MOBILE_NUMBER_ILLEGAL invalid mobile number", "号码停机或是空号"),
        ("receipt: 30003", "对方关机或不在服务区"),
        ("invalid: not filed: M-OPEN-U", "短信模板未备案"),
        (
            "config: FailedOperation.TemplateIncorrectOrUnapproved template is not approved",
            "短信模板未备案",
        ),
        ("config: isv.SMS_SIGNATURE_ILLEGAL", "短信签名未备案"),
        ("window_closed: 45015 response out of time limit", "微信窗口已关"),
        ("window_closed: 45047 out of response count limit", "微信窗口已关"),
        ("contact_stopped: 43004 require subscribe", "对方已取消关注"),
        ("contact_stopped: Forbidden: bot was blocked by the user", "对方已拉黑或拒收"),
        ("contact_stopped: 21610 unsubscribed recipient", "对方已拉黑或拒收"),
        ("contact_stopped", "对方不再接收消息"),
        ("connection: ClientConnectorError", "通道故障(请信息科查看)"),
        ("config: 40164 invalid ip", "通道故障(请信息科查看)"),
        ("template: day", "这条消息缺内容,发不了(请信息科查看)"),
    ],
)
def test_what_a_provider_said_is_put_in_words_a_nurse_understands(error: str, words: str) -> None:
    assert reason_of(error) == words


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        ("receipt: ZZ:0999", "ZZ:0999"),
        ("rejected: 61234 whatever", "rejected: 61234 whatever"),
        ("receipt: 1300035", "1300035"),
    ],
)
def test_what_nobody_has_explained_is_shown_as_it_is(error: str, shown: str) -> None:
    assert reason_of(error) == shown


async def failed(ward: Ward, task: FollowUpTask, error: str, at: datetime) -> None:
    """A message of a round that a channel did not take."""
    await Outgoing.create(
        task_id=task.id,
        occurrence=f"test:{error}",
        purpose=OutgoingPurpose.INITIATED,
        delivery_class=DeliveryClass.B,
        content=Content(Say("M-THANKS")).to_json(),
        channel="sms",
        not_before=ward.now,
        status=OutgoingStatus.FAILED,
        rank=RANK[OutgoingStatus.FAILED],
        error=error,
        created_at=at,
    )


async def test_the_phone_list_says_why_the_last_message_did_not_go_out(database: str) -> None:
    assert database
    ward = await a_ward(plan=False)
    nurse = await a_nurse(ward)
    unsent = await a_call(ward, "测试甲", "13900000001")
    unanswered = await a_call(ward, "测试乙", "13900000002")
    for task in (unsent, unanswered):
        await failed(ward, task, f"config: 40164 {task.id}", ward.now - timedelta(hours=1))
    await failed(ward, unsent, "receipt: MOBILE_IN_BLACK", ward.now)
    await to_phone_list(unsent, PhoneReason.UNSENT, ward.now)
    await to_phone_list(unanswered, PhoneReason.NO_ANSWER, ward.now)
    rows = {row.task_id: row.unsent for row in (await phone_list(nurse, ward.now)).rows}
    assert rows == {unsent.id: "对方已拉黑或拒收", unanswered.id: ""}
    opened = await open_task(unsent.id, nurse, ward.now)
    assert opened is not None
    assert opened.unsent == "对方已拉黑或拒收"
