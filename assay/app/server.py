"""What `assay serve` serves: one workspace, its record, and what may be asked of them.

Rules of this place: one process for each workspace; it is opened before anything listens, and refuses an address that
others could reach unless there is a team, and either a certificate or a proxy in front that has one.
"""

import fcntl
import ipaddress
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assay.app._server_settings import ServerSettings
from assay.app.actor import TOKEN_VARIABLE
from assay.app.compose import open_record
from assay.app.server_access import Access
from assay.app.server_intake import Intake
from assay.app.server_verify import Verifications
from assay.app.workspace import Workspace
from assay.kernel import Clock, ConfigurationError, MissingError, SystemClock, UnavailableError
from assay.kernel.children import own_python

if TYPE_CHECKING:
    from governance import Record, RecordedDecision, RecordedReport, RecordedRun
    from governance.releases import Release

__all__ = ["Exposure", "ServedRecord", "serve_command", "serving_record"]


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """Where the server listens, and what stands before it."""

    host: str
    port: int  # 0: a free one
    certificate: Path | None = None  # PEM, with the chain
    key: Path | None = None  # PEM
    behind_proxy: bool = False

    @property
    def is_loopback(self) -> bool:
        """Whether this machine alone reaches it."""
        try:
            return self.host == "localhost" or ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def check(self, *, has_team: bool) -> None:
        """Raise `ConfigurationError` for an address that is open to more than it should."""
        if (self.certificate is None) != (self.key is None):
            raise ConfigurationError("a certificate and its key go together", hint="--tls-cert FILE --tls-key FILE")
        if not has_team and (not self.is_loopback or self.behind_proxy):
            raise ConfigurationError(
                f"this store has no team, so nobody but this machine may reach it; {self.host} is not for it alone",
                hint="assay users add --name NAME --here --begin-team",
            )
        if not self.is_loopback and self.certificate is None and not self.behind_proxy:
            raise ConfigurationError(
                f"{self.host} can be reached by others, and nothing would keep tokens from being read on the way",
                hint="--tls-cert FILE --tls-key FILE, or --behind-proxy where a proxy does it",
            )


@dataclass(frozen=True, kw_only=True)
class ServedRecord:
    """What routes call."""

    workspace: Workspace
    record: "Record"
    access: Access
    intake: Intake
    verifications: Verifications
    clock: Clock

    @property
    def settings(self) -> ServerSettings:
        """Limits, and what is held."""
        return self.workspace.settings.server

    def run(self, run: str) -> "RecordedRun":
        """Return a recorded run; raise `MissingError` in the words of `Access.see`."""
        try:
            return self.record.run(run)
        except MissingError as error:
            raise MissingError(f"there is no run {run!r}") from error

    def release(self, release: str) -> "Release":
        """Return a release; raise `MissingError`, as above."""
        try:
            return self.record.releases.release(release)
        except MissingError as error:
            raise MissingError(f"there is no release {release!r}") from error

    def decision(self, decision: str) -> "RecordedDecision":
        """Return a recorded decision; raise `MissingError`, as above."""
        for one in self.record.decisions():
            if one.id == decision:
                return one
        raise MissingError(f"there is no decision {decision!r}")

    def report(self, report: str) -> "RecordedReport":
        """Return what is recorded of a document; raise `MissingError`, as above."""
        for one in self.record.reports():
            if one.id == report:
                return one
        raise MissingError(f"there is no report {report!r}")

    def system_of(self, kind: str, identity: str) -> str:
        """Return the system of something recorded; raise `MissingError`, as above."""
        if kind == "run":
            return self.run(identity).system
        if kind == "decision":
            return self.decision(identity).system
        if kind == "report":
            return self.report(identity).report.system
        for one in self.record.scans():
            if one.scan.scan == identity:
                return one.scan.system
        raise MissingError(f"there is no {kind} {identity!r}")

    def consistency(self, old_size: int) -> tuple[int, tuple[str, ...], str]:
        """Return the size now, the proof that the first `old_size` entries are its beginning, and the checkpoint."""
        # Of a checkpoint that somebody keeps, the second line alone says what is to be proved.
        proof = self.record.prove(since=f"-\n{old_size}\n")
        path = () if proof.since is None else proof.since.path
        return int(proof.checkpoint.split("\n")[1]), path, proof.checkpoint


def serve_command(exposure: Exposure, *, as_json: bool) -> tuple[list[str], dict[str, str]]:
    """Return the command line of the server, and its environment."""
    flags = ["--host", exposure.host, "--port", str(exposure.port)]
    flags += ["--tls-cert", str(exposure.certificate)] if exposure.certificate else []
    flags += ["--tls-key", str(exposure.key)] if exposure.key else []
    flags += ["--behind-proxy"] if exposure.behind_proxy else []
    return own_python("assay.server", *flags, *(["--json"] if as_json else []))


@contextmanager
def serving_record(workspace: Workspace, exposure: Exposure) -> Iterator[ServedRecord]:
    """Open the record for a server until the context ends.

    Raise `ConfigurationError` where it must not listen there, `UnavailableError` where another one serves already.
    """
    with closing(open_record(workspace)) as record, _alone(workspace):
        exposure.check(has_team=record.people.is_team())
        owner_secret = "" if record.people.is_team() else os.environ.get(TOKEN_VARIABLE, "").strip()
        served = ServedRecord(
            workspace=workspace,
            record=record,
            access=Access(record, owner_secret),
            intake=Intake(workspace, record),
            verifications=Verifications(workspace, workspace.settings.server.verifications),
            clock=SystemClock(),
        )
        served.intake.sweep()
        yield served


@contextmanager
def _alone(workspace: Workspace) -> Iterator[None]:
    with (workspace.state / "server.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UnavailableError("another server serves this workspace", hint="stop that one first") from error
        yield
