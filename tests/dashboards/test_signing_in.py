"""A team at the pages, for real: `assay dashboard`, an OpenID provider, and a browser."""

import json
import os
import socket
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from assay.kernel import format_time
from governance.access import Role
from governance.approvals import ApprovalState
from tests.dashboards.provider import Provider, provider_on_loopback
from tests.dashboards.teams import Office, open_office

pytestmark = pytest.mark.soak
ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SECRET = "a-secret-of-the-provider"
WAIT = 60_000


@pytest.fixture
def redirect() -> str:
    """Return where the provider sends people back to, on a port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://localhost:{probe.getsockname()[1]}/oauth2callback"


@pytest.fixture
def provider(redirect: str) -> Iterator[Provider]:
    """Run a provider that knows three people."""
    with provider_on_loopback(redirect, SECRET, ("eve", "rea", "mallory")) as running:
        yield running


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, provider: Provider) -> Office:
    """Return a team of which two can sign in with it, and a request that waits."""
    made = open_office(tmp_path, monkeypatch, issuer=provider.issuer, redirect=provider.redirect)
    made.hire("eve", Role.ENGINEER, issuer=provider.issuer)
    made.hire("rea", Role.REVIEWER, issuer=provider.issuer)
    made.ask("eve", comment="the release of tomorrow")
    return made


@pytest.fixture
def pages(office: Office, tmp_path: Path) -> "Iterator[tuple[subprocess.Popen[str], str, Path]]":
    """Run `assay dashboard`; return the process, its address, and the folder for temporary files."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    command = [sys.executable, "-m", "assay", "dashboard", "--no-browser", "--json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)}
    process = subprocess.Popen(command, cwd=office.workspace.root, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield process, str(json.loads(process.stdout.readline())["url"]), temporary
    process.terminate()
    process.wait(30)


@pytest.fixture
def page(pages: "tuple[subprocess.Popen[str], str, Path]") -> Iterator[Page]:
    """Open the pages in chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened = browser.new_page(viewport={"width": 1360, "height": 1500})
        opened.set_default_timeout(WAIT)
        opened.goto(pages[1])
        yield opened
        browser.close()


def sign_in(page: Page, who: str, button: str = "Sign in") -> None:
    """Go to the provider, and prove there who one is."""
    page.get_by_role("button", name=button, exact=True).click()
    page.get_by_role("link", name=f"I am {who}").click()


def age_session(office: Office, **ago: float) -> None:
    """Let all sessions be used last some time ago."""
    at = format_time(datetime.now(UTC) - timedelta(**ago))
    with sqlite3.connect(office.workspace.store_file, timeout=30) as connection:
        connection.execute("UPDATE session SET seen_at = ?", [at])


def test_sign_in_approve_expire_and_be_refused(office: Office, page: Page, provider: Provider) -> None:
    """A reviewer proves who they are, approves what they see, and is nobody after half an hour without use."""
    page.get_by_text("belongs to a team").wait_for()
    assert page.get_by_text("run-1").count() == 0
    sign_in(page, "rea")
    page.get_by_text("Signed in as rea").wait_for()
    assert (provider.asked[0]["prompt"], provider.asked[0]["max_age"]) == ("login", "0")
    page.get_by_role("link", name="Approvals").click()
    page.get_by_text("the release of tomorrow").wait_for()
    page.get_by_role("button", name="Approve").click()
    page.get_by_text("Recorded: approved").wait_for()
    (standing,) = office.record.approvals.standings()
    assert (standing.state, standing.four_eyes) == (ApprovalState.APPROVED, True)

    page.reload()
    page.get_by_text("Signed in as rea").wait_for()
    office.ask("eve", "run")
    page.reload()
    page.get_by_role("button", name="Approve").wait_for()
    age_session(office, minutes=31)
    page.get_by_role("button", name="Approve").click()
    page.get_by_text("What you had not sent").wait_for()
    page.reload()
    page.get_by_text("What you had not sent").wait_for()
    assert page.get_by_text("run-1").count() == 0
    assert office.record.approvals.standings()[0].answers == ()

    sign_in(page, "rea")
    page.get_by_text("Signed in as rea").wait_for()


def test_a_stranger_and_somebody_who_signed_out_see_nothing(office: Office, page: Page) -> None:
    """The provider knows more people than the store; signing out ends the session and the cookie."""
    assert office.record.people.is_team()
    sign_in(page, "mallory")
    page.get_by_text("nobody in this store's team").wait_for()
    page.get_by_role("button", name="Use another sign-in").click()
    page.get_by_text("belongs to a team").wait_for()
    sign_in(page, "eve")
    page.get_by_text("Signed in as eve").wait_for()
    kept: Any = page.context.cookies()  # what it reads and what it writes have two types
    page.get_by_role("button", name="Sign out").click()
    page.get_by_text("belongs to a team").wait_for()
    page.context.add_cookies(kept)  # somebody has copied them before
    page.reload()
    page.get_by_text("What you had not sent").wait_for()
    assert page.get_by_text("run-1").count() == 0


def test_the_providers_secret_is_private_and_goes_with_the_process(
    pages: "tuple[subprocess.Popen[str], str, Path]",
) -> None:
    """It stands in one file for its owner alone, in no command line, and nowhere afterwards."""
    process, _, temporary = pages
    (file,) = temporary.rglob("secrets.toml")
    assert SECRET in file.read_text(encoding="utf-8")
    assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(file.parent.stat().st_mode)) == (0o600, 0o700)
    lines = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    assert not any(SECRET.encode() in line for line in lines)
    process.terminate()
    process.wait(30)
    assert list(temporary.rglob("secrets.toml")) == []
