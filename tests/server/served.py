"""A real server process on loopback over a real store, and a client that sees bytes."""

import asyncio
import contextlib
import http.client
import io
import json
import os
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from assay.app.compose import open_record
from assay.app.init import create_workspace
from assay.app.workspace import Workspace
from evaluation.runs import FinishedRow, RunLog
from evaluation.runs._writer import RunLogWriter
from governance.access import NEVER_BY_TOKEN, ROLE_PERMISSIONS, Permission, Role
from governance.gate import Policy
from governance.ledger import Actor
from governance.people import LOCAL_ISSUER, Identity, PersonKind, SignIn
from governance.record import Record
from tests.evaluation.runs.samples import plan_for, row, write_log
from tests.journeys.workspaces import ROOT

UNTIL = datetime.now(UTC) + timedelta(days=30)
OWNER = Actor(id="p-owner")
GENEROUS = "\nserver: {requests_per_minute: 100000, requests_per_minute_from_address: 100000, upload_mib: 1}\n"
POLICY = """\
version: 1
name: release
fixed_beforehand: false
expect: {metrics: [faithfulness], questions: {at_least: 1}, judge_card: optional}
rules: [{metric: faithfulness, at_least: 0.9}]
"""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401  whatever the server says
        """The document."""
        return json.loads(self.body)


@dataclass(frozen=True, kw_only=True)
class Team:
    """A workspace with a team: people and their secrets, by role."""

    root: Path
    admin: Actor
    tokens: Mapping[str, str] = field(repr=False)
    store: str = ""

    @property
    def workspace(self) -> Workspace:
        """The workspace."""
        return Workspace(self.root)

    @contextmanager
    def record(self) -> Iterator[Record]:
        """Open the record beside the server."""
        with environment({"ASSAY_STORE": self.store} if self.store else {}):
            record = open_record(Workspace(self.root))
        with contextlib.closing(record):
            yield record


@dataclass(frozen=True, kw_only=True)
class Server:
    """A server that runs."""

    url: str
    process: "subprocess.Popen[bytes]"
    log_file: Path
    team: Team
    token: str = field(default="", repr=False)

    def with_token(self, role: str) -> "Server":
        """Ask as the account of a role."""
        return replace(self, token=self.team.tokens[role])

    def ask(
        self,
        method: str,
        path: str,
        document: object = None,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a request and wait for its answer."""
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if document is not None:
            body, sent = json.dumps(document).encode(), {**sent, "Content-Type": "application/json"}
        connection = http.client.HTTPConnection(self.address[0], self.address[1], timeout=60)
        with contextlib.closing(connection):
            with answered_early():
                connection.request(method, path, body=body, headers={**sent, **(headers or {})})
            if connection.sock is None:  # the request could not be sent to its end, and nothing was answered
                raise ConnectionError("the server is gone")
            answer = connection.getresponse()
            return Reply(
                status=answer.status,
                headers={name.lower(): value for name, value in answer.getheaders()},
                body=answer.read(),
            )

    def push(self, log: RunLog | bytes) -> Reply:
        """Push a run log, or the bytes of an archive."""
        body = log if isinstance(log, bytes) else archive_of(log)
        return self.ask("POST", "/v1/runs", body=body, headers={"Content-Type": "application/gzip"})

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        found = urlsplit(self.url)
        return str(found.hostname), int(found.port or 0)

    def log(self) -> str:
        """Return all that it wrote."""
        return self.log_file.read_text(encoding="utf-8")

    def log_with(self, text: str) -> str:
        """Return it once the text is in it: a line is written after the answer was sent."""
        end = time.monotonic() + 30
        while text not in self.log() and time.monotonic() < end:
            time.sleep(0.02)
        return self.log()


@contextmanager
def answered_early() -> Iterator[None]:
    """Go on to the answer where the server gave it before it had read the whole body, and closed."""
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        yield


def run_log(folder: Path, run: str, *, ids: Sequence[str] = ("q1", "q2", "q3"), system: str = "default") -> RunLog:
    """Write a complete run log."""
    return write_log(folder / run, replace(plan_for(ids), run=run, system=system), [row(name) for name in ids])


def append(directory: Path, rows: Sequence[FinishedRow]) -> None:
    """Go on with a run log."""

    async def write() -> None:
        async with RunLogWriter.resume(directory) as writer:
            for one in rows:
                await writer.append(one)

    asyncio.run(write())


def archive_of(log: RunLog, *, mode: str = "w:gz") -> bytes:
    """Return the archive that `tar -cz` makes."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode=mode) as archive:  # type: ignore[call-overload]  # a mode by name
        for path in sorted(log.directory.iterdir()):
            if path.name in {"run.json", "verdicts.jsonl", "payloads.jsonl"}:
                archive.add(path, arcname=path.name)
    return made.getvalue()


def make_team(folder: Path, *, store: str = "", settings: str = GENEROUS) -> Team:
    """Make a workspace whose team has an account with a token for every role that measures or reads."""
    root = create_workspace(folder).root
    with (root / "assay.yaml").open("a", encoding="utf-8") as stream:
        stream.write(settings)
    (root / "gate.yaml").write_text(POLICY, encoding="utf-8")
    team = Team(root=root, admin=OWNER, tokens={}, store=store)
    with team.record() as record:
        record.policies.register(Policy.parse(POLICY), OWNER, system="*")
        first = Identity(name="Ada Canary-Name", sign_ins=(SignIn(issuer=LOCAL_ISSUER, subject="ada@h"),))
        admin = Actor(id=record.people.add(first, OWNER, until=UNTIL).id)
        tokens = {role.value: account(record, admin, role) for role in Role if role not in {Role.OWNER, Role.ADMIN}}
        tokens["other"] = account(record, admin, Role.SERVICE, system="other")
    return replace(team, admin=admin, tokens=tokens)


def account(record: Record, admin: Actor, role: Role, *, system: str = "default") -> str:
    """Add somebody with a role on a system and return the secret of a token with all that the role gives."""
    kind = PersonKind.SERVICE if role is Role.SERVICE else PersonKind.HUMAN
    person = record.people.add(Identity(name=f"{role.value} of {system}"), admin, kind=kind).id
    record.people.grant(person, role, system, admin, until=UNTIL)
    scopes: frozenset[Permission] = ROLE_PERMISSIONS[role] - NEVER_BY_TOKEN
    return record.tokens.issue(person, scopes, system, admin, until=UNTIL).secret


@contextmanager
def running(team: Team, *options: str, more: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Run `assay serve` until the block ends."""
    log_file = team.root / "server.log"
    surroundings = {**os.environ, "ASSAY_WORKSPACE": str(team.root), **(more or {})}
    surroundings |= {"ASSAY_STORE": team.store} if team.store else {}
    command = [sys.executable, "-m", "assay", "serve", "--port", "0", "--json", *options]
    with (
        log_file.open("ab") as log,
        subprocess.Popen(command, cwd=ROOT, env=surroundings, stdout=subprocess.PIPE, stderr=log) as process,
    ):
        try:
            assert process.stdout is not None
            first = process.stdout.readline()
            assert first, log_file.read_text(encoding="utf-8")
            yield Server(url=json.loads(first)["url"], process=process, log_file=log_file, team=team)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(60)


@contextmanager
def environment(changes: Mapping[str, str]) -> Iterator[None]:
    """Change the environment for a while."""
    before = {name: os.environ.get(name) for name in changes}
    os.environ.update(changes)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
