"""Suifang's command line: the one place where the parts meet."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from bot.app import Site
    from bot.settings import Settings
    from handlers.desk import Desk
    from scheduler.clock import Ticker

# Imports stand inside the commands: each pays only for what it uses.
app = typer.Typer(
    name="suifang",
    help="A hospital's follow-up desk in a chat.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
lexicon = typer.Typer(no_args_is_help=True)
app.add_typer(lexicon, name="lexicon")
channels = typer.Typer(invoke_without_command=True)
app.add_typer(channels, name="channels")


class ListKind(StrEnum):
    """What a list is about."""

    DISCHARGES = "discharges"
    TOMORROW = "tomorrow"
    DEPARTMENTS = "departments"
    STAFF = "staff"
    CLINICS = "clinics"
    SESSIONS = "sessions"
    APPOINTMENTS = "appointments"
    RECALLS = "recalls"
    DUTY = "duty"
    LIAISONS = "liaisons"
    KNOWLEDGE = "knowledge"


class DroppedVisits(StrEnum):
    """What becomes of booked visits that a list of sessions has no place for."""

    MOVE = "move"
    CANCEL = "cancel"
    KEEP = "keep"


class ExportKind(StrEnum):
    """What can be written out."""

    RESPONSES = "responses"
    SESSIONS = "sessions"
    APPOINTMENTS = "appointments"


class ReportKind(StrEnum):
    """What is reported on."""

    WEEKLY = "weekly"
    COMPLAINTS = "complaints"
    ALERTS = "alerts"
    MONTHLY = "monthly"
    UNFINISHED = "unfinished"


@app.callback()
def suifang() -> None:
    """A hospital's follow-up desk in a chat."""


@app.command()
def run() -> None:
    """Serve patients and staff and do what falls due, everything in one process."""
    from bot.checking import faults_of_content
    from bot.command_words import tell
    from bot.log import set_up_logs
    from bot.serving import serve

    set_up_logs()
    if faults := faults_of_content():
        typer.echo("\n".join([tell("faults", "content"), *faults]), err=True)
        raise typer.Exit(2)
    _until_told(serve(_settings(), _schedule, _tell))


@app.command()
def demo(
    *,
    port: Annotated[int, typer.Option(help="where the page is shown")] = 8080,
    lang: Annotated[str, typer.Option(help="zh or en")] = "zh",
) -> None:
    """Show a fictional hospital in the browser, with a clock that can be run forward."""
    from bot.demo.showing import show_demo
    from bot.log import set_up_logs

    set_up_logs()
    _until_told(show_demo(port, lang, _tick_once))


@app.command("import")
def import_list(
    kind: Annotated[ListKind, typer.Argument(help="what the list is about")],
    file: Annotated[Path, typer.Argument(help="CSV, xls or xlsx as the hospital exports it")],
    *,
    dry_run: Annotated[bool, typer.Option(help="only say what would happen")] = False,
    report: Annotated[Path | None, typer.Option(help="write the faults to this CSV file")] = None,
    dropped: Annotated[
        DroppedVisits | None,
        typer.Option(help="sessions: what becomes of booked visits without a place"),
    ] = None,
) -> None:
    """Read a list of the hospital; the same list twice changes nothing."""
    from bot.imports import import_file
    from bot.log import set_up_logs
    from handlers.booking.session_entry import Dropped

    set_up_logs()
    how = Dropped(dropped.value) if dropped else None
    code = import_file(kind.value, file, _settings(), dry_run=dry_run, report=report, dropped=how)
    raise typer.Exit(code)


@app.command()
def inbox(
    *,
    days: Annotated[int, typer.Option(min=1, help="how many days back")] = 7,
) -> None:
    """Show which lists came, when, and how many rows of each went in."""
    from bot.inbox_report import show_inbox

    raise typer.Exit(show_inbox(_settings(), days))


@app.command()
def talk(
    form: Annotated[str, typer.Argument(help="a form, in lower case: fu-d3, fu-e, dm …")] = "",
    *,
    channel: Annotated[str, typer.Option(help="sms, web, wechat or telegram")] = "web",
    at: Annotated[str, typer.Option(help="the instant it happens, ISO 8601")] = "",
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="key=value, again and again")
    ] = None,
    lang: Annotated[str, typer.Option(help="zh or en")] = "zh",
    show: Annotated[
        bool, typer.Option("--list", help="name the forms and the keys of --set")
    ] = False,
) -> None:
    """Talk to a form in the terminal, or give it lines on standard input."""
    from bot.terminal import list_talks, run_talk

    if show:
        list_talks(lang)
        return
    run_talk(form, channel, at, settings or [], lang)


@app.command()
def read() -> None:
    """Say what replies mean: JSON lines on standard input, JSON lines on standard output."""
    from bot.reading import read_standard_input

    raise typer.Exit(read_standard_input())


@app.command("tag")
def tag_messages(
    file: Annotated[
        Path | None, typer.Argument(help="JSON lines, CSV or xlsx; else standard input")
    ] = None,
    *,
    out: Annotated[Path | None, typer.Option(help="a .jsonl, .csv or .xlsx file")] = None,
) -> None:
    """Say what messages complain of, how urgent they are, and which words say so."""
    from bot.own_lexicon import load_lexicon
    from bot.tagging import tag_file
    from dialogs.tagging.own_words import NO_WORDS

    own = _settings().lexicon
    raise typer.Exit(tag_file(file, out, load_lexicon(own) if own else NO_WORDS))


@app.command()
def weights(
    word: Annotated[str, typer.Argument(help="a word, or a feature such as @rude")],
) -> None:
    """Show what the model has learnt of a word."""
    from bot.weights import show_weights

    raise typer.Exit(show_weights(word))


@lexicon.callback()
def own_words() -> None:
    """Look after the hospital's own words."""


@lexicon.command("check")
def check_words(
    file: Annotated[Path, typer.Argument(help="the hospital's own words")],
) -> None:
    """Check a file of the hospital's own words, line by line."""
    from bot.own_lexicon import check_lexicon

    raise typer.Exit(check_lexicon(file))


@channels.callback()
def show_channels(
    context: typer.Context,
    *,
    ask: Annotated[
        bool, typer.Option(help="ask the providers now what the account may do")
    ] = False,
) -> None:
    """Show each channel: last in, last out, window, quota, troubles, what the account may do."""
    if context.invoked_subcommand is None:
        from bot.channel_report import show_channels

        show_channels(_settings(), ask=ask)


@channels.command("test")
def try_channel(
    name: Annotated[
        str, typer.Argument(help="sms, wechat, telegram, or the name of a staff group")
    ],
    *,
    to: Annotated[str, typer.Option(help="your own number, openid or chat id")] = "",
) -> None:
    """Send one test message to yourself, or to a staff group."""
    from bot.channel_report import send_test

    raise typer.Exit(send_test(_settings(), name, to))


@channels.command("templates")
def list_templates(
    file: Annotated[Path, typer.Argument(help="an .xlsx, .csv or .toml file")],
    *,
    provider: Annotated[str, typer.Option(help="aliyun, tencent, twilio or kannel")] = "aliyun",
    signature: Annotated[str, typer.Option(help="the filed signature, without brackets")] = "",
) -> None:
    """Write the texts of SMS to hand in to a provider, with what it will object to."""
    from bot.channel_report import write_templates

    write_templates(_settings(), file, provider, signature)


@channels.command("retry")
def retry_unread(
    name: Annotated[str, typer.Argument(help="the channel, as the table names it")],
) -> None:
    """Deal again with what came in by a channel and failed time and again."""
    from bot.channel_report import retry

    retry(_settings(), name)


@channels.command("menu")
def publish_menu() -> None:
    """Publish the menu below the talk in WeChat, in place of the one there."""
    from bot.menu_publishing import publish_menu

    raise typer.Exit(publish_menu(_settings()))


@app.command()
def migrate() -> None:
    """Bring the database up to date; a SQLite file is backed up first."""
    from bot.maintenance import migrate_database

    migrate_database(_settings())


@app.command()
def check() -> None:
    """Check settings and content, and name every fault at once."""
    from bot.checking import check_everything

    raise typer.Exit(check_everything())


@app.command()
def plans(
    file: Annotated[
        Path | None, typer.Argument(help="a discharge list: which plan does each row get?")
    ] = None,
) -> None:
    """Print the follow-up plans, or which one each row of a discharge list gets and why."""
    from bot.plan_report import show_choices, show_plans

    if file is None:
        show_plans(_settings())
    else:
        show_choices(_settings(), file)


@app.command()
def settings() -> None:
    """Print the table of all settings, in Markdown."""
    from bot.settings import settings_table

    typer.echo(settings_table(), nl=False)


@app.command()
def export(
    kind: Annotated[ExportKind, typer.Argument(help="what to write")],
    file: Annotated[Path, typer.Argument(help="a .csv or .xlsx file")],
    *,
    names: Annotated[bool, typer.Option(help="with names and numbers, else masked")] = False,
) -> None:
    """Write out answers (a row each, or in xlsx a row a response), sessions or appointments."""
    if kind is ExportKind.RESPONSES:
        from bot.exports import export_file

        export_file(kind.value, file, _settings(), names=names)
    else:
        from bot.booking_exports import export_book

        export_book(kind.value, file, _settings(), names=names)


@app.command()
def slips(
    file: Annotated[Path, typer.Argument(help="the PDF to write")],
    *,
    day: Annotated[str, typer.Option(help="discharge day, ISO 8601; empty: all open stays")] = "",
    ward: Annotated[str, typer.Option(help="only this ward or department")] = "",
    visits: Annotated[
        str, typer.Option(help="booking cards of this day's visits instead, ISO 8601")
    ] = "",
) -> None:
    """Print bedside slips, or booking cards: QR code, check code, what will come and from whom."""
    from bot.printing import print_cards, print_slips

    if not visits:
        print_slips(file, _settings(), day=day, ward=ward)
        return
    if day or ward:
        raise typer.BadParameter("goes without --day and --ward", param_hint="--visits")
    print_cards(file, _settings(), visits=visits)


@app.command()
def report(
    kind: Annotated[ReportKind, typer.Argument(help="what to report on")],
    period: Annotated[
        str, typer.Argument(help="a month, 2026-11; weekly: 2026-W47; alerts: a month or a day")
    ],
    file: Annotated[
        Path | None, typer.Argument(help="the xlsx file to write; monthly: also .pdf")
    ] = None,
    *,
    department: Annotated[
        str, typer.Option(help="monthly, unfinished: one department, by code or name")
    ] = "",
    disputes: Annotated[
        bool, typer.Option(help="complaints: with the sheet of disputes, for those who may read it")
    ] = False,
) -> None:
    """Write a report: bookings, complaints, alerts, follow-up of a month and what it lacks."""
    target = file or Path(f"{kind.value}-{period}.xlsx")
    match kind:
        case ReportKind.WEEKLY:
            from bot.weekly_report import write_week_report

            write_week_report(period, target, _settings())
        case ReportKind.COMPLAINTS:
            from bot.month_reports import write_complaint_month

            write_complaint_month(period, target, _settings(), disputes=disputes)
        case ReportKind.ALERTS:
            from bot.month_reports import write_alerts

            write_alerts(period, target, _settings())
        case ReportKind.MONTHLY:
            from bot.follow_up_files import write_follow_up_month

            write_follow_up_month(period, department, target, _settings())
        case ReportKind.UNFINISHED:
            from bot.follow_up_files import write_quality

            write_quality(period, department, target, _settings())


def _settings() -> Settings:
    from bot.command_words import tell
    from bot.settings import BadSettings, load_settings

    try:
        return load_settings()
    except BadSettings as fault:
        typer.echo(f"{tell('faults', 'settings')}\n{fault}", err=True)
        raise typer.Exit(2) from None


def _schedule(desk: Desk, site: Site) -> Ticker:
    """Start the ticker; scheduler and bot meet nowhere else."""
    from bot.opening import now
    from scheduler.clock import Ticker

    ticker = Ticker(now)
    settings = _settings()
    _schedule_desk(ticker, desk, settings)
    _schedule_sending(ticker, desk, site, settings.tick_seconds)
    ticker.start()
    return ticker


def _schedule_desk(ticker: Ticker, desk: Desk, settings: Settings) -> None:
    """What falls due by the clock, whatever the channels are."""
    from bot.opening import renew_calendar
    from bot.watched_folder import WatchedFolder
    from handlers.channel_events import forget_events
    from handlers.escalation import escalate_due
    from handlers.missing_list import watch_for_list
    from handlers.receipts import forget_receipts
    from handlers.reminders.days import open_day
    from handlers.room.retention import forget_old_posts
    from scheduler.clock import HOURLY, MINUTELY
    from scheduler.due import run_due

    ticker.every(settings.tick_seconds, "due", lambda at: run_due(desk, at))
    ticker.every(settings.tick_seconds, "alerts", lambda at: escalate_due(desk, at))
    ticker.every(MINUTELY, "day", open_day)
    if settings.inbox is not None:
        ticker.every(MINUTELY, "folder", WatchedFolder(desk, settings.inbox).tick)
        ticker.every(MINUTELY, "missing list", lambda at: watch_for_list(desk, at))
    ticker.every(HOURLY, "calendar", lambda at: renew_calendar(desk, settings, at))
    ticker.every(HOURLY, "events", forget_events)
    ticker.every(HOURLY, "receipts", forget_receipts)
    ticker.every(HOURLY, "posts", forget_old_posts)


def _schedule_sending(ticker: Ticker, desk: Desk, site: Site, seconds: float) -> None:
    """What leaves the house and what comes back, each lane by itself."""
    from functools import partial

    from handlers.closing_windows import remind_before_close
    from handlers.failed_pushes import watch_pushes
    from scheduler.clock import HOURLY, MINUTELY

    for name in site.outbox.lanes:
        ticker.every(min(seconds, 1.0), f"outbox:{name}", partial(site.outbox.drain_channel, name))
    ticker.every(seconds, "outbox", site.outbox.recover)
    if site.exchange is not None:
        ticker.every(min(seconds, 1.0), "groups", site.exchange.groups.drain)
        ticker.every(seconds, "duty phone", site.exchange.duty.drain)
        ticker.every(HOURLY, "channels", site.exchange.probe)
        if site.exchange.take_up is not None:
            ticker.every(min(seconds, 5.0), "pushed", site.exchange.take_up)
            ticker.every(MINUTELY, "failed pushes", lambda at: watch_pushes(desk, at))
    if "wechat" in desk.channels:
        ticker.every(MINUTELY, "windows", lambda at: remind_before_close(desk, at))


async def _tick_once(desk: Desk, site: Site) -> None:
    """Do everything that is due now, as the ticker would; the demo's clock calls it."""
    from bot.keys import CLOCK
    from handlers.escalation import escalate_due
    from handlers.reminders.days import open_day
    from scheduler.due import run_due

    at = site.app[CLOCK]()
    await open_day(at)
    await run_due(desk, at)
    await escalate_due(desk, at)
    await site.outbox.drain(at)


def _tell(url: str, setup_code: str) -> None:
    from bot.command_words import tell

    typer.echo(tell("run", "address", url=url))
    if setup_code:
        typer.echo(tell("run", "setup", url=url, code=setup_code))


def _until_told(work: Coroutine[None, None, None]) -> None:
    """Run until the end."""
    import asyncio

    asyncio.run(work)


def _mendable(fault: Exception) -> bool:
    """Tell whether this is a fault whoever typed the command can mend."""
    from bot.approvals import BadApprovals
    from dialogs.plans.fault import BadPlans
    from handlers.form_header import BadHeader
    from models.database import BadDatabaseUrl
    from models.keys import KeyFault
    from models.migrate import NewerSchema, RowsLost

    of_files = (BadApprovals, BadHeader, BadPlans, KeyFault, OSError)
    of_database = (BadDatabaseUrl, NewerSchema, RowsLost)
    return isinstance(fault, (*of_files, *of_database))


def main() -> None:
    """Run a command; what people can mend is told in a sentence, not a traceback."""
    try:
        app()
    except Exception as fault:
        if not _mendable(fault):
            raise
        from bot.command_words import tell

        typer.echo(tell("faults", "mend", kind=type(fault).__name__, fault=fault), err=True)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
