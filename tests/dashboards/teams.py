"""A team's workspace for the pages: people of every role, a decided run, and a provider that the settings name."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from streamlit.testing.v1 import AppTest

from assay.app.init import create_workspace
from assay.app.workspace import Workspace
from assay.kernel import SystemClock
from governance import Actor, Record
from governance.access import Role
from governance.approvals import ApprovalDraft, ApprovalPurpose, ApprovalRequest
from governance.people import Identity, SignIn
from tests.reports.records import ACTOR, GOOD, gate, ingest
from tests.reports.run_logs import write

APP = Path(__file__).parents[2] / "dashboards" / "app.py"
ISSUER = "https://id.example.org"
SYSTEM = "assistant"  # of the run logs


@dataclass(frozen=True, kw_only=True)
class Office:
    """A workspace with its team."""

    workspace: Workspace
    record: Record
    admin: Actor
    people: dict[str, Actor] = field(default_factory=dict)

    def hire(self, name: str, role: Role | None, system: str = SYSTEM, issuer: str = ISSUER) -> Actor:
        """Add somebody who signs in under their name."""
        identity = Identity(name=name, sign_ins=(SignIn(issuer=issuer, subject=name),))
        person = self.record.people.add(identity, self.admin)
        if role is not None:
            until = datetime.now(UTC) + timedelta(days=30)
            self.record.people.grant(person.id, role, system, self.admin, until=until)
        self.people[name] = Actor(id=person.id)
        return self.people[name]

    def ask(self, who: str, kind: str = "decision", comment: str = "") -> ApprovalRequest:
        """Ask for approval of the newest decision, or of the run."""
        subject = self.record.decisions()[0].id if kind == "decision" else self.record.runs()[0].run
        draft = ApprovalDraft(
            purpose=ApprovalPurpose.RELEASE,
            system=None,
            subject_type=kind,
            subject=subject,
            subject_digest=self.record.approvals.digest_of(kind, subject),
            comment=comment,
        )
        return self.record.approvals.request(self.people[who], draft)


def configure(workspace: Workspace, issuer: str, redirect: str) -> None:
    """Name the provider and the system of the runs in the settings."""
    file = workspace.root / "assay.yaml"
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    document["systems"] = [{"id": SYSTEM}]
    document["sign_in"] = {
        "metadata_url": f"{issuer}/.well-known/openid-configuration",
        "client_id": "assay",
        "client_secret": "env:PAGES_SECRET",
        "redirect_address": redirect,
    }
    file.write_text(yaml.safe_dump(document), encoding="utf-8")


def open_office(folder: Path, monkeypatch: pytest.MonkeyPatch, *, issuer: str = ISSUER, redirect: str = "") -> Office:
    """Make the workspace, decide a run while its owner is alone, and begin the team."""
    workspace = create_workspace(folder / "app")
    monkeypatch.setenv("ASSAY_KEYS", str(folder / "keys"))
    monkeypatch.setenv("ASSAY_WORKSPACE", str(workspace.root))
    monkeypatch.setenv("PAGES_SECRET", "a-secret-of-the-provider")
    configure(workspace, issuer, redirect or "http://localhost:8501/oauth2callback")
    workspace = Workspace(workspace.root)
    workspace.prepare_state()
    record = Record.open(workspace.store_url, workspace.key_dir, SystemClock())
    ingest(record, workspace.runs, "run-1", GOOD)
    gate(record, workspace.runs, "run-1")
    identity = Identity(name="ada", sign_ins=(SignIn(issuer=issuer, subject="ada"),))
    admin = record.people.add(identity, ACTOR, until=datetime.now(UTC) + timedelta(days=30))
    office = Office(workspace=workspace, record=record, admin=Actor(id=admin.id))
    office.people["ada"] = office.admin
    return office


def claims(subject: str, /, *, issuer: str = ISSUER, minutes_ago: float = 0, **more: object) -> dict[str, Any]:
    """Return what Streamlit makes of an identity token."""
    at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    return {"is_logged_in": True, "iss": issuer, "sub": subject, "iat": int(at.timestamp()), **more}


def open_pages(user: dict[str, Any] | None, page: str = "overview") -> AppTest:
    """Open a page as a browser does."""
    pages = AppTest.from_file(str(APP), default_timeout=60)
    pages.user = {"is_logged_in": False} if user is None else user
    pages.run()
    if page != "overview":
        pages.switch_page(f"pages/{page}.py").run()
    return pages


def everything_said(pages: AppTest) -> str:
    """Return all text of a page, tables included."""
    kinds = ("title", "subheader", "markdown", "caption", "info", "warning", "error", "success", "code", "text")
    words = [str(one.value) for kind in kinds for one in pages.get(kind)]
    tables = [table.value.to_csv() for table in pages.dataframe]
    return "\n".join([*words, *tables, *(button.label for button in pages.button)])


def go_on(folder: Path) -> None:
    """Append a row to a run log."""
    other = write(folder.parent.parent / "other" / folder.name, {"q2": 0.5}, planned=["q1"])
    for file in ("verdicts.jsonl", "payloads.jsonl"):
        with (folder / file).open("ab") as stream:
            stream.write((other.directory / file).read_bytes())
