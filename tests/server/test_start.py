"""Where a server may listen, who may use it before there is a team, and how it ends."""

import http.client
import ipaddress
import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from assay.app.init import create_workspace
from assay.app.server import Exposure
from assay.kernel import ConfigurationError
from tests.journeys.workspaces import assay
from tests.server.served import Server, Team, archive_of, make_team, run_log, running

SECRET = "0123456789abcdef" * 2


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", ""])  # noqa: S104  it is refused
@pytest.mark.parametrize("behind_proxy", [True, False])
def test_a_store_without_a_team_is_for_this_machine_alone(host: str, behind_proxy: bool) -> None:  # noqa: FBT001
    """Neither a certificate nor a proxy changes that."""
    for key in (None, Path("key.pem")):
        open_to_all = Exposure(host=host, port=1, certificate=key, key=key, behind_proxy=behind_proxy)
        with pytest.raises(ConfigurationError, match="no team"):
            open_to_all.check(has_team=False)


def test_others_reach_a_team_s_server_by_tls_or_through_a_proxy() -> None:
    """An address that others reach needs one of them; loopback needs neither; a certificate needs its key."""
    plain = Exposure(host="192.0.2.1", port=1)
    with pytest.raises(ConfigurationError, match="on the way"):
        plain.check(has_team=True)
    Exposure(host="192.0.2.1", port=1, behind_proxy=True).check(has_team=True)
    Exposure(host="192.0.2.1", port=1, certificate=Path("c"), key=Path("k")).check(has_team=True)
    for host in ("127.0.0.1", "::1", "localhost"):
        Exposure(host=host, port=1).check(has_team=False)
    with pytest.raises(ConfigurationError, match="go together"):
        Exposure(host="127.0.0.1", port=1, certificate=Path("c")).check(has_team=True)


def test_the_command_refuses_before_it_listens(surroundings: Path) -> None:
    """Exit 2 with words and one JSON document."""
    root = create_workspace(surroundings / "alone").root
    done = assay("serve", "--host", "0.0.0.0", "--json", folder=root, environment={"ASSAY_WORKSPACE": str(root)})  # noqa: S104
    assert done.returncode == 2
    assert "no team" in json.loads(done.stdout.strip().split("\n")[-1])["error"]["message"]
    assert "hint: assay users add" in done.stderr


@pytest.mark.soak
def test_without_a_team_the_owner_s_token_is_the_only_one(surroundings: Path, tmp_path: Path) -> None:
    """It acts as the owner until somebody is added; then it is nobody's at once."""
    root = create_workspace(surroundings / "owner").root
    lone = Team(root=root, admin=None, tokens={"owner": SECRET, "none": "x" * 40})  # type: ignore[arg-type]  # nobody
    with running(lone, more={"ASSAY_TOKEN": SECRET}) as server:
        owner = server.with_token("owner")
        assert owner.push(run_log(tmp_path, "run-alone")).status == 201
        assert owner.ask("GET", "/v1/ledger/entries").json["entries"][-1]["role"] == "owner"
        assert server.with_token("none").ask("GET", "/v1/runs").status == 401
        added = assay(
            "users", "add", "--name", "Ada", "--here", "--begin-team", folder=root, environment={"ASSAY_TOKEN": ""}
        )
        assert added.returncode == 0, added.stderr
        assert owner.ask("GET", "/v1/runs").status == 401
    assert SECRET not in server.log()


def test_a_workspace_has_one_server(server: Server) -> None:
    """The second one says so and ends."""
    done = assay("serve", "--port", "0", folder=server.team.root, environment=dict(os.environ))
    assert done.returncode == 2
    assert "another server serves this workspace" in done.stderr


@pytest.mark.soak
def test_what_was_begun_is_finished_when_it_ends(surroundings: Path, tmp_path: Path) -> None:
    """SIGTERM in the middle of a push: the answer comes, the run is there, the exit code is 0."""
    own = make_team(surroundings / "ends")
    with running(own) as server:
        body = archive_of(run_log(tmp_path, "run-last"))
        connection = http.client.HTTPConnection(*server.address, timeout=60)
        with closing(connection):
            connection.putrequest("POST", "/v1/runs")
            for name, value in {
                "Authorization": f"Bearer {own.tokens['service']}",
                "Content-Type": "application/gzip",
                "Content-Length": str(len(body)),
            }.items():
                connection.putheader(name, value)
            connection.endheaders()
            connection.send(body[:100])
            server.log_with("listening")
            threading.Event().wait(0.3)
            server.process.send_signal(signal.SIGTERM)
            threading.Event().wait(0.3)
            connection.send(body[100:])
            assert connection.getresponse().status == 201
        assert server.process.wait(60) == 0
    assert (own.workspace.runs / "run-last" / "run.json").is_file()


@pytest.mark.soak
def test_a_certificate_is_used(surroundings: Path) -> None:
    """https, with HSTS; plain http gets nothing."""
    certificate, key = _certificate(surroundings)
    own = make_team(surroundings / "tls")
    with running(own, "--tls-cert", str(certificate), "--tls-key", str(key)) as server:
        assert server.url.startswith("https://")
        asked = subprocess.run(
            [sys.executable, "-c", _ASK, server.url, str(certificate)], capture_output=True, text=True, check=True
        )
    assert asked.stdout.split() == ["200", "max-age=31536000"]


_ASK = """
import ssl, sys, urllib.request
context = ssl.create_default_context(cafile=sys.argv[2])
answer = urllib.request.urlopen(sys.argv[1] + "/healthz", context=context)
print(answer.status, answer.headers["strict-transport-security"])
"""


def _certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for this machine's loopback address."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "assay")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "cert.pem", folder / "key.pem"
