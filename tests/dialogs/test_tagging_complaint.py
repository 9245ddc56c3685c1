"""Complaint tagging by class: sentences of our own, none of any labelled set."""

from __future__ import annotations

import pytest

from dialogs.tagging.complaint import Category, Severity, Tags, UrgentType, tag
from dialogs.tagging.model import shipped

COMPLAINTS = [
    ("分诊那位说话像审犯人，问一句就甩脸子", Category.ATTITUDE),
    ("做完造影谁也没告诉我们要多喝水，回家才知道", Category.COMMUNICATION),
    ("换药的时候门大敞着，走廊里的人都看得见", Category.PRIVACY),
    ("一个留置针扎了五针还没扎进去，手背全青了", Category.QUALITY),
    ("给我输的是隔壁床的药，瓶子上写着别人的名字", Category.SAFETY),
    ("药房发的降压药过期两个月了", Category.MEDICATION),
    ("护士站推销保健品，不买就没有好脸", Category.ETHICS),
    ("叫号慢得要命，排了四个小时的队", Category.WAITING),
    ("一楼推给二楼，二楼推给医保办，踢皮球呢", Category.PROCESS),
    ("专家号放出来一秒就没，根本挂不上", Category.APPOINTMENT),
    ("同一项检查重复收费，多收了两百块", Category.BILLING),
    ("病房卫生间又脏又臭，马桶堵了三天没人修", Category.ENVIRONMENT),
    ("太让人失望了", Category.OTHER),
]


@pytest.mark.parametrize(("text", "category"), COMPLAINTS)
def test_a_complaint_is_told_with_what_it_is_about(text: str, category: Category) -> None:
    tags = tag(text)
    assert tags.is_complaint
    assert category in tags.categories
    assert tags.severity is not Severity.NONE


@pytest.mark.parametrize(("text", "category"), COMPLAINTS)
def test_every_tag_shows_words_of_the_text(text: str, category: Category) -> None:
    tags = tag(text)
    assert tags.words_for(category)
    assert all(piece.words and piece.words in text for piece in tags.evidence)


@pytest.mark.parametrize(
    "text",
    [
        "护士没有不耐烦，一直笑着答我",
        "没等多久，也没有乱收费",
        "食堂的饭菜不难吃，挺合胃口",
        "我不是要投诉，就问问报告几点出",
    ],
)
def test_what_is_denied_is_no_complaint(text: str) -> None:
    assert not tag(text).is_complaint


@pytest.mark.parametrize(
    "text",
    [
        "请问停车场晚上几点关门",
        "核磁要空腹吗",
        "帮我约下周四上午的针灸",
        "体温三十六度五，伤口干干的",
        "写论文用，医患沟通不畅的常见原因有哪些",
        "都按时吃了",
        "2",
    ],
)
def test_questions_answers_and_wishes_are_no_complaints(text: str) -> None:
    tags = tag(text)
    assert not tags.is_complaint
    assert (tags.categories, tags.severity) == ((), Severity.NONE)


@pytest.mark.parametrize(
    "text",
    [
        "真有你们的，挂个号跟中彩票一样，建议颁奖",
        "呵呵，五星级酒店的价钱，招待所的厕所",
        "感谢你们让我在走廊体验了一夜穿堂风",
    ],
)
def test_sarcasm_is_a_complaint_and_no_praise(text: str) -> None:
    tags = tag(text)
    assert tags.is_complaint
    assert not tags.praise


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("那个妹儿凶得很，问她一句就开始吼人", Category.ATTITUDE),
        ("恁那厕所脏哩很，连个纸都木有", Category.ENVIRONMENT),
        ("排了老长时间队，磨磨唧唧的，贼慢", Category.WAITING),
        ("個護士好惡，問親都黑口黑面", Category.ATTITUDE),
        ("等咗成朝，足足三個鐘先輪到", Category.WAITING),
        ("藥房發錯藥，過期都照俾我", Category.MEDICATION),
    ],
)
def test_dialects_and_traditional_characters_are_understood(text: str, category: Category) -> None:
    assert category in tag(text).categories


def test_evidence_keeps_traditional_characters() -> None:
    assert tag("個護士好惡，等咗三個鐘").words_for(Category.ATTITUDE) == ("好惡",)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("我爸现在胸口疼得冒冷汗", UrgentType.CLINICAL),
        ("我妈喘不上气，嘴唇都紫了，打护士站没人接", UrgentType.CLINICAL),
        ("绳子我系好了，不拖累你们了", UrgentType.SELF_HARM),
        ("吞了六十多片，困了，晚安", UrgentType.SELF_HARM),
        ("以后打这号码没人接了，我去找我老伴", UrgentType.SELF_HARM),
        ("刀就在包里，今天非弄死那个姓周的", UrgentType.VIOLENCE),
        ("有人在打护士，拿凳子砸，快来人", UrgentType.VIOLENCE),
    ],
)
def test_danger_now_is_urgent(text: str, kind: UrgentType) -> None:
    tags = tag(text)
    assert tags.urgent
    assert kind in tags.urgent_type
    assert tags.words_for(kind)


@pytest.mark.parametrize(
    "text",
    [
        "去年胸痛住过院，现在好好的",
        "如果以后胸痛该打哪个电话",
        "没有胸闷，也不喘",
        "邻居老王上个月脑梗了",
        "笑死我了，疼死我了哈哈，康复训练第一天",
    ],
)
def test_past_supposed_denied_and_strangers_are_not_urgent(text: str) -> None:
    assert not tag(text).urgent


@pytest.mark.parametrize(
    "text",
    [
        "再不处理我就找律师起诉",
        "视频我发抖音了，等着吧",
        "已经打了卫健委的电话",
        "赔偿谈不拢法院见",
    ],
)
def test_threats_of_court_media_and_regulators_are_disputes(text: str) -> None:
    assert tag(text).dispute_risk


@pytest.mark.parametrize("text", ["我不要赔偿，也不告谁", "听说告状要先做鉴定？法律课作业"])
def test_disclaimed_threats_are_no_disputes(text: str) -> None:
    assert not tag(text).dispute_risk


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("谢谢骨科的秦医生，手术做得真好", ("秦医生",)),
        ("表扬护士小姜，扎针一点不疼", ("护士小姜",)),
        ("多亏了值班的大夫，救了我一命", ()),
    ],
)
def test_praise_is_kept_with_whom_it_is_for(text: str, names: tuple[str, ...]) -> None:
    tags = tag(text)
    assert tags.praise
    assert tags.praised == names


@pytest.mark.parametrize("text", ["麻烦帮我改到周五，谢谢", "请问几楼抽血？谢谢"])
def test_politeness_is_no_praise(text: str) -> None:
    assert not tag(text).praise


@pytest.mark.parametrize("text", ["护士姓王", "护士叫王芳", "看的是张主任"])
def test_a_name_alone_is_neither_praise_nor_complaint(text: str) -> None:
    tags = tag(text)
    assert not tags.praise
    assert not tags.is_complaint


@pytest.mark.parametrize("text", ["护士好凶", "醫生態度好差", "护士长脾气大得很", "收费的好拽"])
def test_good_before_a_bad_word_only_makes_it_worse(text: str) -> None:
    tags = tag(text)
    assert Category.ATTITUDE in tags.categories
    assert not tags.praise


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("收费乱收", Category.BILLING),
        ("乱收钱", Category.BILLING),
        ("药费太贵", Category.BILLING),
        ("饭不好吃", Category.ENVIRONMENT),
        ("护士凶", Category.ATTITUDE),
    ],
)
def test_the_shortest_complaints_are_told_by_what_they_are_about(
    text: str, category: Category
) -> None:
    assert category in tag(text).categories


def test_praise_and_complaint_stand_side_by_side() -> None:
    tags = tag("罗医生很有耐心，非常感谢。就是停车场太难停，绕了半小时没车位")
    assert tags.praise
    assert Category.ENVIRONMENT in tags.categories


def test_department_and_role_are_given_as_written() -> None:
    tags = tag("皮膚科的護士態度好差")
    assert (tags.department, tags.staff_role) == ("皮膚科", "護士")


def test_harm_weighs_more_than_a_suggestion() -> None:
    assert tag("纱布留在肚子里，又开了一刀").severity is Severity.HIGH
    assert tag("建议候诊区多放几把椅子").severity is Severity.LOW


def test_other_never_stands_beside_another_category() -> None:
    for text, _ in COMPLAINTS:
        categories = tag(text).categories
        assert Category.OTHER not in categories or len(categories) == 1


def test_a_text_is_tagged_alike_every_time() -> None:
    text = "护士态度差，等了三个小时，还多收钱，我要找记者"
    assert len({tag(text, model=shipped()) for _ in range(5)}) == 1  # not what is remembered


@pytest.mark.parametrize("text", ["", " ", "。。。", "🙂", "a", "\x00", "１２３"])
def test_a_text_without_words_is_tagged_too(text: str) -> None:
    assert isinstance(tag(text), Tags)


def test_a_rant_is_looked_at_in_pieces_and_loses_nothing() -> None:
    filler = "那天早上我们一家人坐车从镇上过来，天还没有亮。" * 800
    tags = tag(filler + "护士态度恶劣，当众骂人。" + filler + "我妈现在胸口疼得冒冷汗。")
    assert Category.ATTITUDE in tags.categories
    assert tags.urgent_type == (UrgentType.CLINICAL,)


def test_a_rant_without_punctuation_is_cut_with_an_overlap() -> None:
    tags = tag("我跟你们说说那天的事" * 200 + "护士态度恶劣" + "反正就是这么回事" * 200)
    assert Category.ATTITUDE in tags.categories
