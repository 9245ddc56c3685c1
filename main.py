"""Suifang's command line: the one place where the parts meet."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(
    name="suifang",
    help="A hospital's follow-up desk in a chat.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def suifang() -> None:
    """A hospital's follow-up desk in a chat."""


@app.command()
def talk(
    form: Annotated[str, typer.Argument(help="a form, in lower case: fu-d3, fu-e, dm ...")] = "",
    *,
    channel: Annotated[str, typer.Option(help="sms, web, wechat or telegram")] = "web",
    at: Annotated[str, typer.Option(help="the instant it happens, ISO 8601")] = "",
    settings: Annotated[list[str] | None, typer.Option("--set", help="key=value, again and again")] = None,
    lang: Annotated[str, typer.Option(help="zh or en")] = "zh",
    show: Annotated[bool, typer.Option("--list", help="name the forms and the keys of --set")] = False,
) -> None:
    """Talk to a form in the terminal, or give it lines on standard input."""
    from bot.terminal import list_talks, run_talk  # noqa: PLC0415 - only this command needs it

    if show:
        list_talks(lang)
        return
    run_talk(form, channel, at, settings or [], lang)


if __name__ == "__main__":
    app()
