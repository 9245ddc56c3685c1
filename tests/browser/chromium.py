"""Find a Chromium for the browser tests, or get one: Debian's where it may, else Playwright's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DEBIAN = ("chromium", "fonts-noto-cjk")


def find_chromium() -> str | None:
    """Return the path of an installed Chromium: the system's, else Playwright's own."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    return _playwrights()


def _playwrights() -> str | None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - slow, often not needed

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def get_chromium() -> str | None:
    """Return an installed Chromium, installing one if there is none and it may be done."""
    if found := find_chromium():
        return found
    if shutil.which("apt-get") and os.geteuid() == 0:
        _run("apt-get", "update", "-qq")
        _run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *DEBIAN)
    if not find_chromium():
        _run(sys.executable, "-m", "playwright", "install", "chromium")
    return find_chromium()


def _run(*command: str) -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, check=False, env=quiet, stdout=sys.stderr)  # noqa: S603 - our own words


def main() -> None:
    """Say what the browser tests will use; fail when there is nothing."""
    found = get_chromium()
    if found is None:
        sys.exit("No Chromium to be had: install Debian's chromium, or run playwright install.")
    sys.stderr.write(f"browser tests use {found}\n")


if __name__ == "__main__":
    main()
