"""The hospital's standard answers: found by everybody, written down by who may (R166, R172)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web

from bot.console.booking_page import id_in
from bot.console.complaints_page import day_in
from bot.console.pages import desk_of, go_to, now_of, page, visitor_of
from dialogs.timing import local
from handlers.knowledge import Wanted, overdue, search, versions
from handlers.knowledge_keeping import (
    LONGEST_ANSWER,
    Entry,
    KnowledgeRefusal,
    add_entry,
    edits_knowledge,
    may_switch,
    renew_entry,
    retire_entry,
    switch_answering,
)
from handlers.staff_words import staff_words
from models.hospital import Department, StaffMember
from models.knowledge import KnowledgeEntry

ROUTES: Final = web.RouteTableDef()
MOST: Final = 200
_LONGEST_WORDS: Final = 100
_LONGEST: Final = 2000


@ROUTES.get("/knowledge")
async def show_knowledge(request: web.Request) -> web.Response:
    """Find standard answers; without words all of them."""
    staff, today = visitor_of(request).staff, local(now_of(request)).date()
    query = request.query
    wanted = Wanted(
        words=query.get("words", "")[:_LONGEST_WORDS],
        department_id=id_in(query.get("department", "")),
    )
    departments = await Department.filter(active=True).order_by("name")
    return _page(
        request,
        "knowledge",
        wanted=wanted,
        rows=await search(wanted, today, MOST),
        late=await overdue(today) if edits_knowledge(staff) else [],
        departments=departments,
        switches=[one for one in departments if may_switch(staff, one)],
    )


@ROUTES.get("/knowledge/entry")
async def show_entry(request: web.Request) -> web.Response:
    """Show one answer to be changed, with its earlier versions; or an empty form."""
    _editor(request)
    code = request.query.get("code", "")
    found = await versions(code) if code else []
    if code and not found:
        raise web.HTTPNotFound
    return await _form_page(request, _as_form(found[0]) if found else {}, code, found)


@ROUTES.post("/knowledge/entry")
async def take_entry(request: web.Request) -> web.Response:
    """Take a new answer, or a new version of one."""
    staff, form = _editor(request), await _form(request)
    renewed = form.get("renews", "")
    entry = _entry({**form, "code": renewed or form.get("code", "")})
    write = renew_entry if renewed else add_entry
    refusal = await write(entry, staff, now_of(request))
    if refusal is not None:
        found = await versions(renewed) if renewed else []
        return await _form_page(request, form, renewed, found, refusal)
    return go_to("/staff/knowledge", "did_save")


@ROUTES.post("/knowledge/retire")
async def take_retired(request: web.Request) -> web.Response:
    """Show an answer to nobody any more."""
    staff, form = _editor(request), await _form(request)
    refusal = await retire_entry(form.get("code", ""), staff, now_of(request))
    return go_to("/staff/knowledge", refusal.value if refusal else "did_retire")


@ROUTES.post("/knowledge/answering")
async def take_answering(request: web.Request) -> web.Response:
    """Have the bot answer a department's plain questions from here, or not."""
    staff, form = _editor(request), await _form(request)
    department_id, on = id_in(form.get("department", "")), form.get("on") == "1"
    if department_id is None:
        raise web.HTTPNotFound
    refusal = await switch_answering(department_id, staff, now_of(request), on=on)
    return go_to("/staff/knowledge", refusal.value if refusal else "did_switch")


def _editor(request: web.Request) -> StaffMember:
    staff = visitor_of(request).staff
    if not edits_knowledge(staff):
        raise web.HTTPNotFound
    return staff


async def _form(request: web.Request) -> dict[str, str]:
    return {name: str(value)[:_LONGEST] for name, value in (await request.post()).items()}


async def _form_page(
    request: web.Request,
    form: Mapping[str, str],
    renews: str,
    found: list[KnowledgeEntry],
    refusal: KnowledgeRefusal | None = None,
) -> web.Response:
    return _page(
        request,
        "knowledge_entry",
        status=422 if refusal else 200,
        refusal=refusal.value if refusal else "",
        form=form,
        renews=renews,
        earlier=found,
        departments=await Department.filter(active=True).order_by("name"),
        longest=LONGEST_ANSWER,
        today=local(now_of(request)).date(),
    )


def _page(
    request: web.Request, name: str, status: int = 200, refusal: str = "", **values: Any
) -> web.Response:
    words = staff_words(desk_of(request).language).knowledge
    code = request.query.get("said", "")
    told = words.get(code, "") if code.startswith("did_") else ""
    why = refusal or code
    untold = words.get(why, "") if why.startswith("knowledge_") else ""
    edits = edits_knowledge(visitor_of(request).staff)
    return page(
        request, name, status=status, k=words, told=told, untold=untold, edits=edits, **values
    )


def _entry(form: Mapping[str, str]) -> Entry:
    variants = form.get("variants", "").splitlines()
    return Entry(
        code=form["code"].strip()[:64],
        question=form.get("question", "").strip(),
        answer=form.get("answer", "").strip(),
        approved_by=form.get("approved_by", "").strip()[:64],
        approved_on=day_in(form.get("approved_on", "")),
        review_on=day_in(form.get("review_on", "")),
        topic=form.get("topic", "").strip()[:32],
        department_id=id_in(form.get("department", "")),
        disease=form.get("disease", "").strip()[:64],
        variants=tuple(line.strip() for line in variants if line.strip()),
    )


def _as_form(row: KnowledgeEntry) -> dict[str, str]:
    return {
        "code": row.code,
        "question": row.question,
        "answer": row.answer,
        "variants": "\n".join(row.variants),
        "approved_by": row.approved_by,
        "approved_on": row.approved_on.isoformat(),
        "review_on": row.review_on.isoformat() if row.review_on else "",
        "topic": row.topic,
        "department": str(row.department_id or ""),
        "disease": row.disease,
    }
