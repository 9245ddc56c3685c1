"""Notices when the window is shut, and what WeChat says an account may do."""

from __future__ import annotations

from collections.abc import AsyncIterator
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
    WindowClosed,
)
from bot.channels.wechat_api import CLERKS, SEND, SEND_NOTICE, SEND_TEMPLATE
from bot.channels.wechat_notices import BadNotices, Notices
from dialogs.catalog import load_catalog
from handlers.windows import note_consent, take_consent
from tests.bot.channels.fake_wechat import Template
from tests.bot.channels.wechat_scene import OPENID, YES_NO, Scene, a_scene

pytestmark = pytest.mark.usefixtures("sqlite_database")
LASTING, ONCE, FOLLOWERS = "lasting-template", "one-time-template", "followers-template"
FILE = f"""
version = 1

[[notice]]
shapes = ["M-OPEN"]
template = "{LASTING}"
kind = "subscription"
lasting = true
fields.thing1 = "{{hosp}}随访"
fields.time2 = "{{time}}"

[[notice]]
shapes = ["M-EVE"]
template = "{ONCE}"
kind = "subscription"
url = "https://suifang.example/c/{{token}}"
fields.thing1 = "{{hosp}}"
fields.character_string2 = "{{no}}"

[[notice]]
shapes = ["M-SUSP"]
template = "{FOLLOWERS}"
kind = "template"
fields.thing1 = "{{hosp}}"
"""
VALUES = {"hosp": "示例医院", "time": "2026年11月23日 09:30", "token": "abc", "no": "A-7"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of notice templates."""
    path = tmp_path / "notices.toml"
    path.write_text(FILE, "utf-8")
    return path


@pytest.fixture
async def scene(file: Path) -> AsyncIterator[Scene]:
    """A channel with notices filed, and a person who follows but has not written."""
    async with a_scene(file) as made:
        made.wechat.templates = {
            LASTING: Template(("thing1", "time2"), lasting=True),
            ONCE: Template(("thing1", "character_string2")),
            FOLLOWERS: Template(("thing1",), subscription=False),
        }
        yield made


async def allows(scene: Scene, template: str, *, lasting: bool = False) -> None:
    """The person allows notices, and both sides know."""
    scene.wechat.allows(OPENID, template)
    now = scene.clock()
    await note_consent(scene.point.id, template, now, granted=True, lasting=lasting)


async def notify(scene: Scene, shape: str, **values: str) -> str:
    """Send a text for which a notice is filed."""
    return await scene.send("您好", shape=shape, values={**VALUES, **values})


async def test_a_shut_window_becomes_a_notice_its_person_allowed_for_good(scene: Scene) -> None:
    await allows(scene, LASTING, lasting=True)
    for _ in range(3):
        assert (await notify(scene, "M-OPEN")).isdigit()
    assert [one.content["data"] for one in scene.wechat.sent] == [
        {"thing1": {"value": "示例医院随访"}, "time2": {"value": VALUES["time"]}}
    ] * 3
    assert scene.wechat.count(SEND) == 0


async def test_an_open_window_needs_no_notice(scene: Scene) -> None:
    await allows(scene, LASTING, lasting=True)
    await scene.writes()
    await notify(scene, "M-OPEN")
    assert [one.kind for one in scene.wechat.sent] == ["text"]


async def test_a_consent_once_given_is_used_once(scene: Scene) -> None:
    await allows(scene, ONCE)
    await notify(scene, "M-EVE")
    with pytest.raises(WindowClosed):
        await notify(scene, "M-EVE")
    assert scene.wechat.count(SEND_NOTICE) == 1
    assert scene.wechat.sent[0].content["page"] == "https://suifang.example/c/abc"


async def test_followers_get_template_messages_without_being_asked(scene: Scene) -> None:
    provider_id = await notify(scene, "M-SUSP")
    sent = scene.wechat.sent[0].content
    assert provider_id == str(sent["msgid"])
    assert len(sent["client_msg_id"]) == 32


@pytest.mark.parametrize("shape", ["", "M-THANKS", "M-OPEN"], ids=["none", "not filed", "refused"])
async def test_without_notice_or_consent_the_window_is_shut(scene: Scene, shape: str) -> None:
    with pytest.raises(WindowClosed):
        await notify(scene, shape)
    assert scene.wechat.calls == []


async def test_a_window_the_provider_shuts_becomes_a_notice_too(scene: Scene) -> None:
    await scene.writes()
    await allows(scene, LASTING, lasting=True)
    scene.wechat.plan(SEND, 45015)
    assert await notify(scene, "M-OPEN")
    assert [one.kind for one in scene.wechat.sent] == ["notice"]


async def test_a_consent_the_provider_does_not_know_is_gone_here_as_well(scene: Scene) -> None:
    now = scene.clock()
    await note_consent(scene.point.id, LASTING, now, granted=True, lasting=True)
    with pytest.raises(WindowClosed):
        await notify(scene, "M-OPEN")
    assert not await take_consent(scene.point.id, LASTING, now)


@pytest.mark.parametrize(
    ("code", "kind"),
    [(47003, Invalid), (40037, Misconfigured), (-1, NotConnected), (48002, ContactStopped)],
)
async def test_a_consent_whose_notice_did_not_go_is_kept(
    scene: Scene, code: int, kind: type[Exception]
) -> None:
    await allows(scene, ONCE)
    scene.wechat.plan(SEND_NOTICE, code)
    with pytest.raises(kind):
        await notify(scene, "M-EVE")
    assert await take_consent(scene.point.id, ONCE, scene.clock())


async def test_a_consent_whose_notice_may_have_gone_is_used(scene: Scene) -> None:
    await allows(scene, ONCE)
    scene.wechat.cut_line(SEND_NOTICE)
    with pytest.raises(OutcomeUnknown):
        await notify(scene, "M-EVE")
    assert not await take_consent(scene.point.id, ONCE, scene.clock())


async def test_who_does_not_follow_gets_no_template_message(scene: Scene) -> None:
    scene.wechat.leaves(OPENID)
    with pytest.raises(ContactStopped):
        await notify(scene, "M-SUSP")


async def test_a_field_is_cut_to_what_wechat_takes(scene: Scene) -> None:
    await notify(scene, "M-SUSP", hosp="名字很长很长的一家示例医院\n第三住院部大楼心内科")
    value = scene.wechat.sent[0].content["data"]["thing1"]["value"]
    assert value == "名字很长很长的一家示例医院 第三住院部…"
    assert len(value) == 20


@pytest.mark.parametrize("values", [{"no": "七号"}, {"no": ""}, {"hosp": ""}])
async def test_a_value_that_cannot_be_made_to_fit_is_not_sent(
    scene: Scene, values: dict[str, str]
) -> None:
    await allows(scene, ONCE)
    with pytest.raises(WindowClosed):
        await notify(scene, "M-EVE", **values)
    assert scene.wechat.count(SEND_NOTICE) == 0


def test_a_bad_file_names_all_its_faults(tmp_path: Path) -> None:
    path = tmp_path / "notices.toml"
    bad = FILE.replace("M-EVE", "M-OPEN").replace("M-SUSP", "M-SUPS")
    path.write_text(bad.replace("character_string2", "strange_type2"), "utf-8")
    with pytest.raises(BadNotices) as caught:
        Notices.load(path, load_catalog("zh"))
    assert str(caught.value).splitlines() == [
        "notices.toml: notice 2: M-OPEN is there twice",
        "notices.toml: notice 2: no field type strange_type2",
        "notices.toml: notice 3: no text is called M-SUPS",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "version = 2",
        "version = 1\nnotices = []",
        "not toml",
        'version = 1\n[[notice]]\nkind="x"',
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "notices.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(BadNotices, match=r"notices\.toml"):
        Notices.load(path, load_catalog("zh"))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadNotices):
        Notices.load(tmp_path / "none.toml", load_catalog("zh"))


@pytest.mark.parametrize("shape", ["M-OPEN", "fu-d3.feel", "M-UNK+fu-d3.feel"])
def test_texts_are_filed_by_the_names_letters_have(tmp_path: Path, shape: str) -> None:
    path = tmp_path / "notices.toml"
    path.write_text(FILE.replace('"M-OPEN"', f'"{shape}"'), "utf-8")
    notices = Notices.load(path, load_catalog("zh"))
    assert notices.filled(shape, VALUES)
    assert notices.lasting == {LASTING}


def told(facts: Any) -> dict[str, tuple[str, bool]]:
    """Facts by name."""
    return {fact.name: (fact.value, fact.good) for fact in facts}


async def test_a_verified_account_may_everything(scene: Scene) -> None:
    facts = await scene.channel.probe()
    assert all(fact.good for fact in facts)
    assert scene.channel.capabilities.buttons == 10
    assert scene.wechat.sent == []


async def test_outcomes_are_awaited_where_notices_are_filed(scene: Scene) -> None:
    assert scene.channel.capabilities.receipts
    async with a_scene(account="another-account") as plain:
        assert not plain.channel.capabilities.receipts


async def test_an_unverified_account_only_answers(scene: Scene) -> None:
    scene.wechat.verified = False
    facts = told(await scene.channel.probe())
    assert {name for name, (_, good) in facts.items() if not good} == {
        "may_write",
        "may_send_templates",
        "may_send_notices",
    }
    assert scene.channel.capabilities.buttons == 0
    await scene.writes()
    await allows(scene, LASTING, lasting=True)
    before = len(scene.wechat.calls)
    for shape in ("M-OPEN", "M-SUSP"):
        with pytest.raises(WindowClosed):
            await notify(scene, shape)
    assert len(scene.wechat.calls) == before
    slots = scene.channel._sender.slots
    slot = slots.open(OPENID)
    await scene.send("有发热吗?", options=YES_NO)
    assert slots.close(OPENID, slot).startswith("有发热吗?")


async def test_templates_that_are_not_in_the_account_are_named(scene: Scene) -> None:
    del scene.wechat.templates[ONCE]
    scene.wechat.templates[LASTING].lasting = False
    facts = await scene.channel.probe()
    assert Fact("missing_templates", ONCE, good=False) in facts
    assert Fact("not_lasting", LASTING, good=False) in facts


async def test_an_account_that_has_no_clerks_may_still_write(scene: Scene) -> None:
    scene.wechat.plan(CLERKS, 65400)
    facts = told(await scene.channel.probe())
    assert facts["may_write"] == ("65400", False)
    await scene.writes()
    assert await scene.send()


async def test_a_bad_secret_is_a_fact(file: Path) -> None:
    async with a_scene(file, secret="not-the-secret") as scene:
        facts = await scene.channel.probe()
    assert [(fact.name, fact.good) for fact in facts] == [("token", False)]


async def test_an_address_off_the_list_is_a_fact_that_names_it(scene: Scene) -> None:
    scene.wechat.allowed_address = False
    (fact,) = await scene.channel.probe()
    assert "192.0.2.1" in fact.value


async def test_a_probe_that_reaches_nobody_says_so(scene: Scene) -> None:
    scene.wechat.plan(CLERKS, "503")
    with pytest.raises(NotConnected):
        await scene.channel.probe()


async def test_the_template_path_is_not_tried_for_consents(scene: Scene) -> None:
    await allows(scene, ONCE)
    await notify(scene, "M-EVE")
    assert scene.wechat.count(SEND_TEMPLATE) == 0
