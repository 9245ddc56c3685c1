"""What is handed in to a provider: every text, as it will be sent, counted and linted."""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.channel import Invalid
from bot.channels.sms_filing import PROVIDERS, Entry, entries, write_filing
from bot.channels.sms_lint import lint
from bot.channels.sms_shapes import Shape, shapes
from bot.channels.sms_templates import load_templates
from bot.rendering import render
from dialogs.actions import Ask, Say
from dialogs.case import Case
from dialogs.catalog import load_catalog, load_tables
from dialogs.wording import fill
from tests.bot.channels.sms_site import letter

CATALOG = load_catalog()
SAMPLES: dict[str, str] = load_tables("talk")["samples"]


def entry(name: str, provider: str = "aliyun") -> Entry:
    """One text as it is filed."""
    return {one.id: one for one in entries(CATALOG, provider, "示例医院")}[name]


# ---- which texts there are


def test_every_text_with_a_name_is_there_once() -> None:
    counted = Counter(shape.id for shape in shapes(CATALOG))
    assert [name for name, count in counted.items() if count > 1] == []
    assert {"M-OPEN", "M-OPEN/elder", "fu-d3.feel", "M-UNK+fu-d3.feel", "M-ID-AGAIN+M-ID"} <= set(
        counted
    )


def test_the_duty_phones_text_and_the_code_that_proves_a_phone_are_filed_too() -> None:
    assert entry("S-DUTY").variables == ("number", "level", "ward")
    assert entry("M-BIND-CODE").variables == ("code",)


def test_a_question_never_asked_by_sms_is_not_filed() -> None:
    names = {shape.name for shape in shapes(CATALOG)}
    assert "fu-d10.mood" in names
    assert "fu-d10.mood2" not in names


def test_what_may_be_left_out_makes_a_text_of_its_own() -> None:
    words = {shape.id: shape.words for shape in shapes(CATALOG)}
    assert words["M-DUP"].startswith("祝贺出院。请按医生说的吃药,{date}复诊。")
    assert words["M-DUP/1"].startswith("祝贺出院。请按医生说的吃药,有事打{phone}")


@pytest.mark.parametrize("elderly", [False, True])
@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("M-OPEN-U", Ask(3, "M-OPEN-U", options=("start", "later", "no"))),
        ("M-STOP", Say("M-STOP")),
        ("M-RF1", Say("M-RF1", safety=True)),
        ("fu-d3.feel", Ask(7, form="fu-d3", item="feel", options=("better", "same", "worse"))),
        (
            "M-UNK+fu-d3.feel",
            Ask(8, form="fu-d3", item="feel", options=("better", "same", "worse"), lead="M-UNK"),
        ),
    ],
)
def test_what_is_filed_is_what_the_renderer_makes(
    name: str, body: Ask | Say, elderly: bool
) -> None:
    bubble = render(body, CATALOG, Case(channel="sms", elderly=elderly), SAMPLES)
    filed = [fill(shape.words, SAMPLES) for shape in shapes(CATALOG) if shape.name == name]
    assert bubble.line in filed


# ---- as each provider writes it


def test_variables_are_written_as_each_provider_writes_them() -> None:
    aliyun, tencent = entry("M-REV/1"), entry("M-REV/1", "tencent")
    assert aliyun.text.startswith("您的复诊时间是${date}${dow},")
    assert aliyun.variables == ("date", "dow")
    assert tencent.text.startswith("您的复诊时间是{1},")
    assert tencent.variables == ("date+dow",)
    assert entry("M-REV/1", "kannel").text.startswith("您的复诊时间是{date}{dow},")


def test_length_and_segments_are_those_of_the_filled_text_with_its_signature() -> None:
    short, long = entry("M-ID"), entry("fu-d3.red")
    assert short.filled.startswith("【示例医院】为保护隐私")
    assert (short.length, short.segments) == (len(short.filled), 1)
    assert (long.segments, long.length > 70) == (2, True)


def test_what_the_hospital_writes_into_the_text_is_no_variable() -> None:
    fixed = {"fixed_url": "zp.hospital.test", "hosp": "示例医院", "name": "never"}
    found = {one.id: one for one in entries(CATALOG, "tencent", "示例医院", fixed)}
    photo = found["wound.photo"]
    assert "zp.hospital.test" in photo.text
    assert photo.variables == ("code",)
    assert not any(fault.startswith("link") for fault in photo.faults)
    assert found["M-OPEN"].variables == ("name",)


# ---- lint


def made(words: str, name: str = "M-X", banned: tuple[str, ...] = ()) -> Shape:
    """A text of ours."""
    return Shape(name, words, banned_by=banned)


@pytest.mark.parametrize(
    ("words", "provider", "fault"),
    [
        ("请打开{fixed_url}查看", "aliyun", "link_variable:fixed_url"),
        ("请打开{fixed_url}查看", "tencent", "link_variable:fixed_url"),
        ("请打开 https://a.test 查看", "aliyun", "link"),
        ("请打开sl120.cn/zp查看", "aliyun", "link"),
        ("医生说:{ans}", "aliyun", "free_text:ans"),
        ("您说的是{asr}", "tencent", "free_text:asr"),
        ("请填写满意度问卷", "aliyun", "survey:问卷"),
        ("请填写满意度问卷", "tencent", "survey:满意度"),
        ("祝您生日快乐", "aliyun", "greeting:生日快乐"),
        ("拒收请回复R", "aliyun", "refusal:拒收请回复R"),
        ("【医院】您好", "aliyun", "brackets"),
        ("【医院】您好", "kannel", "brackets"),
        ("体温≥38度", "aliyun", "sign:≥"),
        ("请选①或②", "aliyun", "sign:①"),
        ("有问题打{phone}、{tel}或{switchboard}", "aliyun", "numbers:3"),
        ("{date}{dow}复诊", "tencent", "adjacent"),
        ("{slot}复诊", "tencent", "long_variable:slot"),
        ("疼" * 501, "twilio", "too_long:501"),
    ],
)
def test_what_a_provider_refuses_is_found(words: str, provider: str, fault: str) -> None:
    assert fault in lint(made(words), words, SAMPLES, provider)


@pytest.mark.parametrize(
    ("words", "provider"),
    [
        ("{date}{dow}复诊", "aliyun"),
        ("请打开sl120.cn/zp查看", "tencent"),
        ("体温≥38度", "tencent"),
        ("请填写满意度问卷", "kannel"),
        ("有问题打{phone}或{tel}", "aliyun"),
        ("2+3<7", "aliyun"),
    ],
)
def test_what_a_provider_takes_is_left_alone(words: str, provider: str) -> None:
    assert lint(made(words), words, SAMPLES, provider) == ()


def test_a_mobile_number_of_the_hospital_is_found() -> None:
    samples = {**SAMPLES, "phone": "13900000001"}
    assert "mobile" in lint(made("有问题打{phone}"), "", samples, "aliyun")


@pytest.mark.parametrize("name", ["M-OPEN", "M-OPEN-U", "M-UNK+M-OPEN-R", "M-ID"])
@pytest.mark.parametrize("words", ["{dept}回访", "您的肿瘤", "化疗后", "精神科回访", "血糖"])
def test_the_first_message_says_nothing_clinical(name: str, words: str) -> None:
    """R225: whoever reads it may be anybody."""
    found = lint(made(words, name), words, SAMPLES, "kannel")
    assert any(fault.startswith("clinical:") for fault in found)
    assert lint(made(words, "fu-d3.red"), words, SAMPLES, "kannel") == ()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_first_message_of_ours_gives_an_illness_away(provider: str) -> None:
    found = entries(CATALOG, provider, "示例医院")
    assert [e.id for e in found if any(f.startswith("clinical") for f in e.faults)] == []


def test_surveys_and_greetings_are_kept_from_the_clouds_that_forbid_them() -> None:
    banned = {e.id for e in entries(CATALOG, "aliyun", "示例医院") if "banned" in e.faults}
    assert {"M-SAT", "M-CONSENT-SAT", "M-CMP5"} <= banned
    assert {"M-BDAY", "M-FEST"} <= banned
    tencent = {e.id for e in entries(CATALOG, "tencent", "示例医院") if "banned" in e.faults}
    assert "M-BDAY" not in tencent
    assert "M-SAT" in tencent


def test_all_but_a_few_texts_can_be_filed_as_they_are() -> None:
    """What is left is known: it goes over WeChat, the web, or a call."""
    for provider in ("aliyun", "tencent"):
        hard = ("banned", "free_text", "link", "sign", "survey", "greeting", "refusal", "clinical")
        found = [
            e
            for e in entries(CATALOG, provider, "示例医院")
            if not e.repeats and any(f.startswith(hard) for f in e.faults)
        ]
        names = {e.id.partition(".")[0].partition("/")[0] for e in found}
        assert names <= {
            "M-NO-DOCTOR", "M-ROUTE", "M-BRING", "M-HOURS", "M-PHOTO", "M-CMP4", "wound", "sat-ip",
            "sat-op", "M-SAT", "M-CONSENT-SAT", "M-CMP5", "M-BDAY", "M-FEST",
            "M-SAMPLE", "verify",
        }  # fmt: skip


# ---- the files


def test_the_list_as_csv_and_as_xlsx_says_the_same(tmp_path: Path) -> None:
    count = write_filing(tmp_path / "list.csv", "aliyun", "示例医院")
    assert write_filing(tmp_path / "list.xlsx", "aliyun", "示例医院") == count
    with (tmp_path / "list.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    sheet = load_workbook(tmp_path / "list.xlsx").active
    assert sheet is not None
    cells = [
        ["" if c is None else str(c) for c in row] for row in sheet.iter_rows(values_only=True)
    ]
    assert rows == cells
    assert rows[0] == [
        "名称",
        "模板内容",
        "变量(按顺序)",
        "示例",
        "字数(含签名)",
        "条数",
        "用处",
        "需要处理",
    ]
    assert len(rows) == count + 1
    photo = next(row for row in rows if row[0] == "wound.photo")
    assert photo[7] == "变量里不能有网址,请把固定网址写进正文:fixed_url"


def test_the_file_of_codes_is_what_the_channel_reads(tmp_path: Path) -> None:
    path = tmp_path / "templates.toml"
    write_filing(path, "tencent", "示例医院", {"hosp": "示例医院"})
    assert load_templates(path, CATALOG).count == 0
    text = path.read_text(encoding="utf-8")
    assert "sat-ip" not in text
    coded = text.replace('code = ""', 'code = "10001"')
    path.write_text(coded, encoding="utf-8")
    templates = load_templates(path, CATALOG)
    assert templates.count == len(tomllib.loads(text))
    opening = fill("您好,{hosp}出院回访。现在方便回答几个问题吗?1开始 2晚点 3不用", SAMPLES)
    found = templates.find(letter(opening, shape="M-OPEN-U", values={"hosp": "示例医院"}))
    assert (found.code, found.params({"hosp": "示例医院"})) == ("10001", [])


def test_the_elderlys_text_goes_by_its_own_code(tmp_path: Path) -> None:
    path = tmp_path / "templates.toml"
    path.write_text(
        '["M-ID"]\ncode = "S1"\n["M-ID/elder"]\ncode = "S2"\nvariables = []\n', encoding="utf-8"
    )
    templates = load_templates(path, CATALOG)
    assert templates.find(letter("请回复出生年份,如1956", shape="M-ID")).code == "S2"
    with pytest.raises(Invalid):
        templates.find(letter("请回复出生年份", shape="M-ID"))


def test_another_kind_of_file_or_provider_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no such kind of file"):
        write_filing(tmp_path / "list.pdf", "aliyun")
    with pytest.raises(ValueError, match="no provider"):
        write_filing(tmp_path / "list.csv", "nobody")
