"""The staff's pages over HTTP: who gets in, whose forms count, what each role may reach."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from aiohttp import WSMsgType
from multidict import CIMultiDict

from dialogs.levels import Level
from handlers.alerts import RaisedAlert, raise_alert
from handlers.login import first_setup_code, invite
from handlers.tasks import PhoneReason, to_phone_list
from models.alert import Alert
from models.audit import AuditEntry
from models.care import FollowUpTask
from models.conversation import Inbound, InboundKind, Media
from models.hospital import SetupCode, StaffSession
from models.unit import unit_of_work
from tests.bot.staff_site import Desktop, StaffSite, a_colleague, a_site
from tests.browser.staff_scene import a_call
from tests.handlers.ward import Ward, a_ward

PASSWORD = "correct horse battery"
PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "{% raw %}{{config}}{% endraw %}",
    "{staff.__class__}",
    "javascript:alert(1)",
    "</textarea><svg onload=alert(1)>",
    "'; DROP TABLE alert; --",
)


@pytest.fixture
async def ward(sqlite_database: str) -> Ward:
    """A ward whose patient wrote of danger."""
    assert sqlite_database
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    for words in ("1", "1", "1", "胸口像压了块石头"):
        await ward.say(words)
    return ward


@pytest.fixture
async def site(ward: Ward, tmp_path: Path) -> AsyncIterator[StaffSite]:
    """The pages of that ward."""
    async with a_site(ward, tmp_path) as found:
        yield found


@pytest.fixture
async def nurse(site: StaffSite) -> Desktop:
    """A licensed nurse of the ward, signed in."""
    return await site.desktop(await a_colleague(site.ward, "nurse", "XN"))


async def missed(site: StaffSite, forwarded: list[str]) -> list[int]:
    """Sign in wrongly six times, by way of these proxies; the answers."""
    headers = CIMultiDict(("X-Forwarded-For", hop) for hop in forwarded)
    fields = {"username": "nobody", "password": "x"}
    http = site.visitor().http
    seen = []
    for _ in range(6):
        async with http.post(f"{site.url}/staff/login", data=fields, headers=headers) as answer:
            seen.append(answer.status)
    return seen


async def the_alert() -> Alert:
    """The patient's red alert."""
    return await Alert.get(level="L1")


async def test_nobody_gets_in_without_signing_in(site: StaffSite) -> None:
    alert, stranger = await the_alert(), site.visitor()
    for path in ("", "/board", f"/alerts/{alert.number}", "/phone-list", "/people", "/pulse"):
        status, shown = await stranger.get(f"/staff{path}")
        assert status in (303, 401), path
        assert alert.number not in shown
    for path in ("/drill", f"/alerts/{alert.number}/claim", "/logout"):
        assert (await stranger.post(f"/staff{path}"))[0] == 401, path


async def test_a_stranger_is_led_back_to_where_he_wanted_to_go(site: StaffSite) -> None:
    async with site.visitor().http.get(
        f"{site.url}/staff/alerts/A20261123-001", allow_redirects=False
    ) as answer:
        assert answer.headers["Location"] == "/staff/login?next=/staff/alerts/A20261123-001"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/staff/../x", "/staffroom", "/\\evil"]
)
async def test_signing_in_leads_only_to_our_own_pages(site: StaffSite, target: str) -> None:
    status, shown = await site.visitor().get(f"/staff/login?next={target}")
    assert status == 200
    assert 'name="next" value="/staff"' in shown


async def test_an_installation_is_set_up_and_signed_in_to(site: StaffSite) -> None:
    code = await first_setup_code(site.ward.now)
    assert code is not None
    browser = site.visitor()
    status, shown = await browser.send("/staff/setup", {"code": code})
    assert status == 200
    assert "第一位管理员" in shown
    fields = {"code": code, "username": "admin", "name": "管理员", "password": PASSWORD}
    assert await browser.send("/staff/setup", fields) == (303, "/staff")
    assert (await browser.get("/staff"))[0] == 200
    again = site.visitor()
    status, shown = await again.send("/staff/login", {"username": "admin", "password": "wrong"})
    assert (status, "用户名或密码不对" in shown) == (401, True)
    fields = {"username": "admin", "password": PASSWORD, "next": "/staff/people"}
    assert await again.send("/staff/login", fields) == (303, "/staff/people")


async def test_a_colleague_gets_a_code_from_the_staff_page(site: StaffSite) -> None:
    admin = await site.desktop(await a_colleague(site.ward, "admin", "", name="管理员"))
    other = await a_colleague(site.ward, "doctor", "XN", name="陈医生")
    status, shown = await admin.post(f"/staff/people/{other.id}/invite")
    assert status == 200
    code = shown.partition('class="code">')[2].partition("<")[0]
    browser = site.visitor()
    _, shown = await browser.send("/staff/setup", {"code": code})
    assert "陈医生" in shown
    fields = {"code": code, "password": PASSWORD}
    assert await browser.send("/staff/setup", fields) == (303, "/staff")


async def test_a_locked_account_hears_so(site: StaffSite) -> None:
    browser = site.visitor()
    tries = [
        (await browser.send("/staff/login", {"username": "nobody", "password": str(n)}))[0]
        for n in range(7)
    ]
    assert tries == [401] * 5 + [429] * 2


@pytest.mark.parametrize(
    ("forwarded", "status"),
    [
        (["10.0.0.2"], 401),
        (["10.0.0.1, 10.0.0.2"], 401),
        (["10.0.0.2, 127.0.0.1"], 401),
        (["10.0.0.2", "127.0.0.1"], 401),
        (["10.0.0.1"], 429),
        (["10.0.0.2, 10.0.0.1"], 429),
        (["10.0.0.2, 10.0.0.1, 127.0.0.1"], 429),
    ],
)
async def test_behind_our_proxy_each_source_is_its_own(
    site: StaffSite, forwarded: list[str], status: int
) -> None:
    site.proxies.add("127.0.0.1")
    assert await missed(site, ["10.0.0.1"]) == [401] * 5 + [429]
    assert (await missed(site, forwarded))[0] == status


async def test_nobody_else_s_word_for_a_source_is_believed(site: StaffSite) -> None:
    tries = [(await missed(site, [f"10.0.0.{n}"]))[0] for n in range(6)]
    assert tries[-1] == 429


async def test_the_it_office_cannot_reset_a_clinical_account(site: StaffSite) -> None:
    clerk = await site.desktop(await a_colleague(site.ward, "it", "", licensed=False))
    nurse = await a_colleague(site.ward, "nurse", "XN", name="王护士")
    _, shown = await clerk.get("/staff/people")
    assert f"/staff/people/{nurse.id}/invite" not in shown
    status, shown = await clerk.post(f"/staff/people/{nurse.id}/invite")
    assert (status, 'class="code"' in shown) == (403, False)
    assert await SetupCode.filter(staff_id=nurse.id).count() == 0


async def test_a_stolen_cookie_is_worth_nothing_after_signing_out(
    site: StaffSite, nurse: Desktop
) -> None:
    thief = site.visitor(nurse.token)
    assert (await thief.get("/staff"))[0] == 200
    assert await nurse.post("/staff/logout") == (303, "/staff/login")
    assert (await thief.get("/staff"))[0] == 303
    assert (await thief.get("/staff/pulse"))[0] == 401


async def test_signing_in_anew_ends_the_session_the_browser_had(site: StaffSite) -> None:
    staff = await a_colleague(site.ward, "nurse", "XN")
    admin = await a_colleague(site.ward, "admin", "")
    code = await invite(staff.id, admin, site.ward.now) or ""
    browser = site.visitor()
    await browser.send("/staff/setup", {"code": code, "password": PASSWORD})
    fields = {"username": staff.username, "password": PASSWORD}
    assert (await browser.send("/staff/login", fields))[0] == 303
    assert await StaffSession.filter(staff_id=staff.id, revoked_at=None).count() == 1


async def test_a_page_that_only_refreshes_itself_keeps_nobody_signed_in(
    site: StaffSite, nurse: Desktop
) -> None:
    for _ in range(4):
        site.wall += timedelta(minutes=9)
        status, _ = await nurse.get("/staff/board")
    assert status == 401


async def test_a_demo_that_runs_ahead_signs_nobody_out(site: StaffSite, nurse: Desktop) -> None:
    site.ward.now += timedelta(days=7)
    assert (await nurse.get("/staff"))[0] == 200


async def test_the_cookie_is_shut_off_from_scripts_and_other_sites(
    ward: Ward, tmp_path: Path
) -> None:
    code = await first_setup_code(ward.now)
    async with a_site(ward, tmp_path, secure=True) as site:
        fields = {"code": code or "", "username": "a", "name": "甲", "password": PASSWORD}
        async with site.visitor().http.post(
            f"{site.url}/staff/setup", data=fields, allow_redirects=False
        ) as answer:
            cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-suifang=")
    for word in ("HttpOnly", "Secure", "SameSite=Lax", "Path=/"):
        assert word in cookie
    assert "Domain" not in cookie


async def test_every_form_wants_its_token_and_its_own_origin(
    site: StaffSite, nurse: Desktop
) -> None:
    alert = await the_alert()
    walked = 0
    part = site.app.router.resources()
    posts = [
        route.resource.canonical
        for route in (r for sub in part for r in sub)
        if route.method == "POST" and route.resource is not None
    ]
    for place in set(posts) - {"/staff/login", "/staff/setup"}:
        path = place.replace("{number}", alert.number).replace("{id}", str(uuid4()))
        assert (await nurse.send(path, {}))[0] == 403, path
        assert (await nurse.send(path, {"csrf": "x" * 43}))[0] == 403, path
        foreign = {"Origin": "https://evil.example"}
        assert (await nurse.send(path, {"csrf": nurse.csrf}, foreign))[0] == 403, path
        walked += 1
    assert walked >= 12
    assert (await Alert.get(id=alert.id)).status == "open"
    own = {"Origin": site.url, "X-CSRF-Token": nurse.csrf}
    assert (await nurse.send(f"/staff/alerts/{alert.number}/claim", {}, own))[0] == 303


async def test_nobody_signs_in_from_a_foreign_page(site: StaffSite) -> None:
    foreign = {"Origin": "https://evil.example"}
    assert (await site.visitor().send("/staff/login", {}, foreign))[0] == 403


REACHES = {
    ("nurse", "XN"): {"room", "card", "task", "patient", "photo"},
    ("doctor", "XN"): {"room", "card", "task", "patient", "photo"},
    ("head_nurse", "XN"): {"room", "card", "task", "patient", "photo"},
    ("director", ""): {"room", "card", "task", "patient", "photo"},
    ("duty_doctor", ""): {"room", "card", "task", "patient", "photo"},
    ("medical_affairs", ""): {"room", "card", "task", "patient", "photo"},
    ("nurse", "GK"): {"room"},
    ("nurse", ""): {"room"},
    ("director", "GK"): {"room"},
    ("market_centre", ""): {"room"},
    ("complaint_office", ""): {"room"},
    ("it", ""): {"room", "people"},
    ("admin", ""): {"room", "shut card", "people"},
}


@pytest.mark.parametrize(("role", "department"), list(REACHES))
async def test_each_role_reaches_what_is_theirs_and_the_rest_is_not_there(
    site: StaffSite, tmp_path: Path, role: str, department: str
) -> None:
    alert, task = await the_alert(), await site.ward.task(1)
    photo = await a_photo(site.ward, tmp_path)
    desktop = await site.desktop(
        await a_colleague(site.ward, role, department, licensed=role not in ("admin", "it"))
        if role not in ("market_centre", "complaint_office")
        else await a_colleague(site.ward, role, department, licensed=False)
    )
    paths = {
        "room": "/staff",
        "card": f"/staff/alerts/{alert.number}",
        "task": f"/staff/tasks/{task.id}",
        "patient": f"/staff/patients/{site.ward.patient.id}",
        "photo": f"/staff/media/{photo.id}",
        "people": "/staff/people",
    }
    reached = set()
    for name, path in paths.items():
        status, shown = await desktop.get(path)
        assert status in (200, 404), path
        if status == 200:
            reached.add("shut card" if name == "card" and "王小明" not in shown else name)
        elif name != "room":
            assert "王小明" not in shown
    assert reached == REACHES[role, department]


@pytest.mark.parametrize("role", ["it", "market_centre", "complaint_office", "nurse"])
async def test_what_is_not_there_cannot_be_acted_on(site: StaffSite, role: str) -> None:
    alert, task = await the_alert(), await site.ward.task(1)
    other = await site.desktop(await a_colleague(site.ward, role, "GK"))
    for path in ("claim", "reply", "close", "called", "hand-back", "seen", "end-drill"):
        assert (await other.post(f"/staff/alerts/{alert.number}/{path}"))[0] == 404, path
    for path in ("result", "form"):
        assert (await other.post(f"/staff/tasks/{task.id}/{path}"))[0] == 404, path
    if role != "it":
        assert (await other.post(f"/staff/people/{other.staff and other.staff.id}/invite"))[
            0
        ] == 404


async def test_the_board_shows_the_group_s_card_and_nothing_of_the_patient(
    site: StaffSite, nurse: Desktop
) -> None:
    _, shown = await nurse.get("/staff/board")
    assert (await the_alert()).number in shown
    assert "心内科" in shown
    for word in ("王小明", "石头", "胸口", site.ward.encounter.inpatient_no):
        assert word not in shown


async def test_an_administrator_sees_the_group_s_card_only(site: StaffSite) -> None:
    admin = await site.desktop(await a_colleague(site.ward, "admin", "", licensed=False))
    alert = await the_alert()
    status, shown = await admin.get(f"/staff/alerts/{alert.number}")
    assert status == 200
    assert "胸口" not in shown
    assert (await admin.get(f"/staff/alerts/{alert.number}/story"))[0] == 404
    await admin.post(f"/staff/alerts/{alert.number}/claim", promise="10")
    assert (await Alert.get(id=alert.id)).status == "open"


async def test_a_nurse_claims_replies_calls_and_closes(site: StaffSite, nurse: Desktop) -> None:
    alert = await the_alert()
    here = f"/staff/alerts/{alert.number}"
    assert await nurse.post(f"{here}/claim", promise="10") == (303, here)
    assert "责任护士李护士已看到您的情况" in (await site.ward.shown())[-1]
    assert await nurse.post(f"{here}/reply", text="救护车到了吗?", once="1") == (303, here)
    assert (await site.ward.shown())[-1] == "< 责任护士李护士:救护车到了吗?"
    assert await nurse.post(f"{here}/called") == (303, here)
    assert await nurse.post(f"{here}/close", verdict="confirmed") == (
        303,
        f"{here}?said=incomplete",
    )
    fields = {"verdict": "confirmed", "outcome": "emergency", "note": "已送急诊"}
    assert await nurse.post(f"{here}/close", **fields) == (303, here)
    _, shown = await nurse.get(here)
    for word in ("已关闭", "去急诊或打120", "已送急诊", "王小明", "胸口像压"):
        assert word in shown


async def test_the_loser_of_a_claim_sees_at_once_who_has_it(
    site: StaffSite, nurse: Desktop
) -> None:
    other = await site.desktop(await a_colleague(site.ward, "head_nurse", "XN", name="王护士长"))
    here = f"/staff/alerts/{(await the_alert()).number}"
    await asyncio.gather(*(one.post(f"{here}/claim") for one in (nurse, other)))
    pages = [(await one.get("/staff/board"))[1] for one in (nurse, other)]
    assert sum("您已认领" in shown for shown in pages) == 1
    assert sum("李护士 已认领" in shown or "王护士长 已认领" in shown for shown in pages) == 1


async def test_an_unlicensed_nurse_reads_why_she_cannot_close(site: StaffSite) -> None:
    nurse = await site.desktop(await a_colleague(site.ward, "nurse", "XN", licensed=False))
    here = f"/staff/alerts/{(await the_alert()).number}"
    assert "只能由持执业资格证的人员关闭" in (await nurse.get(here))[1]
    fields = {"verdict": "confirmed", "outcome": "called"}
    assert await nurse.post(f"{here}/close", **fields) == (303, f"{here}?said=not_licensed")


@pytest.mark.parametrize("payload", PAYLOADS)
async def test_whatever_is_written_is_shown_as_text(
    site: StaffSite, nurse: Desktop, payload: str
) -> None:
    ward = site.ward
    await ward.say(payload)
    ward.patient.name = payload
    await ward.patient.save()
    finding = RaisedAlert(
        Level.L2,
        "RC6",
        "payload",
        words=payload,
        patient_id=ward.patient.id,
        encounter_id=ward.encounter.id,
        department_id=ward.encounter.department_id,
    )
    alert = await unit_of_work(lambda: raise_alert(ward.desk, finding, ward.now))
    here = f"/staff/alerts/{alert.number}"
    await nurse.post(f"{here}/claim")
    await nurse.post(f"{here}/close", verdict="confirmed", outcome="other", note=payload)
    for path in (here, f"/staff/patients/{ward.patient.id}"):
        status, shown = await nurse.get(path)
        assert status == 200
        for sign in ("<script>alert", "<img src=x", "<svg onload", ">49<"):
            assert sign not in shown
    escaped = payload.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert escaped.replace('"', "&#34;").replace("'", "&#39;") in (await nurse.get(here))[1]


async def test_every_answer_carries_its_headers(site: StaffSite, nurse: Desktop) -> None:
    for path in ("/staff", "/staff/login", "/staff/nowhere", "/staff/static/live.js"):
        async with nurse.http.get(f"{site.url}{path}", allow_redirects=False) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'self'" in policy
            assert "unsafe-inline" not in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert ("static" in path) or answer.headers["Cache-Control"] == "no-store"


async def test_no_page_has_inline_scripts_or_styles(site: StaffSite, nurse: Desktop) -> None:
    alert, task = await the_alert(), await site.ward.task(1)
    for path in ("", f"/alerts/{alert.number}", "/phone-list", f"/tasks/{task.id}", "/login"):
        _, shown = await nurse.get(f"/staff{path}")
        assert "<style" not in shown
        assert " style=" not in shown
        assert "<script>" not in shown
        assert not re.search(r"<[^>]+ on[a-z]+=", shown)


async def test_the_live_part_of_a_card_is_shown_after_the_card_was_opened(
    site: StaffSite, nurse: Desktop
) -> None:
    here = f"/staff/alerts/{(await the_alert()).number}"
    for part in ("story", "state"):
        status, shown = await nurse.get(f"{here}/{part}")
        assert (status, "胸口" in shown) == (404, False)
    await nurse.get(here)
    status, shown = await nurse.get(f"{here}/story")
    assert (status, "胸口" in shown) == (200, True)
    assert await AuditEntry.filter(action="alert.opened").count() == 1


async def test_a_questionnaire_shown_again_with_its_faults_is_a_look_too(
    site: StaffSite, nurse: Desktop
) -> None:
    task = await a_call(site.ward, "测试乙", "13900000002")
    await to_phone_list(task, PhoneReason.NO_ANSWER, site.ward.now)
    await nurse.post(f"/staff/tasks/{task.id}/form", do="complete")
    looks = AuditEntry.filter(action="task.opened", subject=task.id)
    assert await looks.count() == 1


async def test_a_call_is_made_and_written_down(site: StaffSite, nurse: Desktop) -> None:
    task = await a_call(site.ward, "测试乙", "13900000002")
    await to_phone_list(task, PhoneReason.NO_ANSWER, site.ward.now)
    _, shown = await nurse.get("/staff/phone-list")
    assert "139****0002" in shown
    assert "13900000002" not in shown
    here = f"/staff/tasks/{task.id}"
    _, shown = await nurse.get(here)
    assert 'href="tel:13900000002"' in shown
    status, leads_to = await nurse.post(f"{here}/result", result="no_answer")
    other = await FollowUpTask.get(status="phone_list", id__not=task.id)
    assert (status, leads_to) == (303, f"/staff/tasks/{other.id}?whose=all&noted=no_answer")
    fields = {"result": "call_later", "call_at": "2026-11-23T01:00", "note": "下午在家"}
    status, shown = await nurse.post(f"{here}/result", **fields)
    assert (status, "请选一个以后的时间" in shown) == (422, True)
    assert 'value="下午在家"' in shown
    assert 'value="2026-11-23T01:00"' in shown
    fields = {"k:fu-d3.red": "chest", "k:fu-d3.feel": "worse", "do": "save"}
    status, shown = await nurse.post(f"{here}/form", **fields)
    assert status == 200
    raised = await Alert.filter(task_id=task.id)
    assert raised
    assert all(alert.number in shown for alert in raised)
    assert (await nurse.post(f"{here}/result", result="nonsense"))[0] == 400


async def test_what_is_no_id_is_not_found(nurse: Desktop) -> None:
    for path in ("tasks/x", "patients/x", "media/../../etc/passwd", "alerts/x", f"tasks/{uuid4()}"):
        assert (await nurse.get(f"/staff/{path}"))[0] == 404, path


async def test_a_photo_lies_in_its_folder_or_is_not_there(
    site: StaffSite, nurse: Desktop, tmp_path: Path
) -> None:
    photo = await a_photo(site.ward, tmp_path)
    async with nurse.http.get(f"{site.url}/staff/media/{photo.id}") as answer:
        assert (answer.status, answer.content_type) == (200, "image/png")
    (tmp_path.parent / "secret").write_bytes(b"x")
    for path, kind in (("../secret", "image/png"), ("missing.png", "image/png")):
        await Media.filter(id=photo.id).update(path=path, content_type=kind)
        assert (await nurse.get(f"/staff/media/{photo.id}"))[0] == 404
    await Media.filter(id=photo.id).update(path="p.png", content_type="text/html")
    assert (await nurse.get(f"/staff/media/{photo.id}"))[0] == 404


async def test_a_test_alarm_is_sent_and_acknowledged(site: StaffSite, nurse: Desktop) -> None:
    clerk = await site.desktop(
        await a_colleague(site.ward, "it", "", name="信息科", licensed=False)
    )
    assert await nurse.post("/staff/drill") == (303, "/staff")
    drill = await Alert.get(drill=True)
    for one in (nurse, clerk):
        assert drill.number in (await one.get("/staff/board"))[1]
        await one.post(f"/staff/alerts/{drill.number}/seen")
    _, shown = await nurse.get(f"/staff/alerts/{drill.number}")
    assert "信息科" in shown
    assert "已确认 2 人" in shown
    await nurse.post(f"/staff/alerts/{drill.number}/end-drill")
    assert drill.number not in (await clerk.get("/staff/board"))[1].partition("closed")[0]


async def test_an_open_page_hears_of_every_change(site: StaffSite, nurse: Desktop) -> None:
    headers = {"Origin": site.url}
    async with nurse.http.ws_connect(f"{site.url}/staff/ws", headers=headers) as line:
        first = await line.receive_json(timeout=10)
        assert (first["rings"], first["unclaimed"]) == (True, 1)
        await nurse.post(f"/staff/alerts/{(await the_alert()).number}/claim")
        news = await line.receive_json(timeout=10)
        while "version" not in news:
            news = await line.receive_json(timeout=10)
        assert (news["rings"], news["unclaimed"]) == (False, 0)
        assert news["version"] != first["version"]


async def test_a_page_whose_session_ended_is_told_so(site: StaffSite, nurse: Desktop) -> None:
    headers = {"Origin": site.url}
    async with nurse.http.ws_connect(f"{site.url}/staff/ws", headers=headers) as line:
        await line.receive_json(timeout=10)
        await nurse.post("/staff/logout")
        news = await line.receive_json(timeout=10)
        while "ended" not in news:
            news = await line.receive_json(timeout=10)
        assert (await line.receive(timeout=10)).type is WSMsgType.CLOSE


@pytest.mark.parametrize("origin", [None, "https://evil.example"])
async def test_a_foreign_page_opens_no_socket(
    site: StaffSite, nurse: Desktop, origin: str | None
) -> None:
    headers = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    headers["Sec-WebSocket-Key"] = "dGhlIHNhbXBsZSBub25jZQ=="
    if origin:
        headers["Origin"] = origin
    async with nurse.http.get(f"{site.url}/staff/ws", headers=headers) as answer:
        assert answer.status == 403


async def a_photo(ward: Ward, folder: Path) -> Media:
    """A photo the patient sent in the round's dialog."""
    inbound = await Inbound.filter(dialog_id__not_isnull=True).first()
    assert inbound is not None
    (folder / "p.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(8))
    media = await Media.create(
        conversation_id=inbound.conversation_id,
        path="p.png",
        content_type="image/png",
        size=16,
        sha256="0" * 64,
        received_at=ward.now,
    )
    await Inbound.create(
        channel="web",
        external_id=uuid4().hex,
        conversation_id=inbound.conversation_id,
        dialog_id=inbound.dialog_id,
        kind=InboundKind.MEDIA,
        media_id=media.id,
        received_at=ward.now,
    )
    return media
