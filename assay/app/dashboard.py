"""Starting the pages: a Streamlit process on the loopback interface, and its end.

Rules of this place: bound to 127.0.0.1 unless people sign in, cross-site requests refused, no usage statistics, no file
watcher; the workspace's path is handed over, and the provider's secret in a private file that goes with the process.
"""

import json
import os
import secrets
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.util import find_spec
from pathlib import Path

from assay.app._sign_in_settings import PROVIDER, SignInSettings, is_loopback
from assay.app.compose import open_record
from assay.app.settings import resolve_secret
from assay.app.workspace import Workspace
from assay.kernel import ConfigurationError, InputError, MissingError, UnavailableError
from assay.kernel.children import own_python

__all__ = ["HOST", "address", "check_reach", "dashboard_command", "free_port", "serving"]

HOST = "127.0.0.1"
_EVERYWHERE = {"0.0.0.0": HOST, "::": "[::1]"}  # noqa: S104  not bound to: where to knock instead
_READY_S, _POLL_S, _STOP_S = 60.0, 0.2, 10.0
_COOKIE_BYTES = 32


def dashboard_command(
    port: int, host: str = HOST, sign_in: SignInSettings | None = None
) -> tuple[list[str], dict[str, str]]:
    """Return the command line of the server, and its environment."""
    flags = {
        "server.headless": "true",
        "server.address": host,
        "server.port": str(port),
        "server.enableXsrfProtection": "true",
        "server.enableCORS": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "viewer",
        "client.showErrorDetails": "none",
        "global.developmentMode": "false",
    }
    if sign_in is not None:
        flags["browser.serverAddress"] = sign_in.host  # the one origin, besides the loopback, that may connect
    return own_python("streamlit", "run", str(_script()), *(f"--{key}={flags[key]}" for key in flags))


def check_reach(workspace: Workspace, host: str) -> None:
    """Raise `ConfigurationError` where others could reach pages that ask nobody to sign in."""
    sign_in = workspace.settings.sign_in
    if is_loopback(host) and (sign_in is None or is_loopback(sign_in.host)):
        return
    if sign_in is None:
        raise ConfigurationError(
            f"others can reach {host}, and nobody would have to sign in", hint="add `sign_in:` to assay.yaml"
        )
    if is_loopback(sign_in.host):
        raise ConfigurationError(
            f"others can reach {host}, but sign_in.redirect_address leads to this machine alone",
            hint="write the https:// address under which people reach the pages",
        )
    with closing(open_record(workspace)) as record:
        if not record.people.is_team():
            raise ConfigurationError(
                "others could reach the pages, and this store has no team that could sign in",
                hint="assay users add --name NAME --sign-in ISSUER SUBJECT",
            )


def free_port(wanted: int | None, host: str = HOST) -> int:
    """Return the wanted port if nothing holds it, else the first free one from 8501 on; raise if it is taken."""
    for port in [wanted] if wanted else range(8501, 8600):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except (OSError, OverflowError):
                continue
            return port
    raise InputError(f"the port {wanted or '8501 to 8599'} is taken", hint="assay dashboard --port NUMBER")


def address(port: int, host: str = HOST) -> str:
    """Return where the server answers."""
    place = _EVERYWHERE.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{place}:{port}"


@contextmanager
def serving(workspace: Workspace, port: int, host: str = HOST) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the server until the context ends; yield once it answers; raise `UnavailableError` if it never does."""
    sign_in = workspace.settings.sign_in
    command, environment = dashboard_command(port, host, sign_in)
    with _provider_file(sign_in) as flags:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [*command, *flags],
            env={**environment, "ASSAY_WORKSPACE": str(workspace.root)},
            cwd=workspace.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        try:
            _await_answer(process, address(port, host))
            yield process
        finally:
            process.terminate()
            try:
                process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def _provider_file(sign_in: SignInSettings | None) -> Iterator[tuple[str, ...]]:
    """Write what Streamlit has to know of the provider where nobody else reads it, and remove it at the end."""
    if sign_in is None:
        yield ()
        return
    text = _provider_text(sign_in, resolve_secret(sign_in.client_secret))
    with tempfile.TemporaryDirectory(prefix="assay-pages-") as folder:  # for its owner alone
        file = Path(folder) / "secrets.toml"
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
            out.write(text)
        yield (f"--secrets.files={file}",)


def _provider_text(sign_in: SignInSettings, secret: str) -> str:
    """Return Streamlit's `[auth]`, in TOML.

    Who signs in proves anew who they are: without `prompt` a provider may vouch for an open browser, and `max_age`
    makes it say when it asked (OpenID Connect Core 3.1.2.1). A start forgets the cookies of the last one.
    """
    cookie = secrets.token_urlsafe(_COOKIE_BYTES)
    return "\n".join(
        [
            "[auth]",
            f"redirect_uri = {_quoted(sign_in.redirect_address)}",
            f"cookie_secret = {_quoted(cookie)}",
            f"[auth.{PROVIDER}]",
            f"client_id = {_quoted(sign_in.client_id)}",
            f"client_secret = {_quoted(secret)}",
            f"server_metadata_url = {_quoted(sign_in.metadata_url)}",
            'client_kwargs = { scope = "openid", prompt = "login" }',
            'authorize_params = { max_age = "0" }',
            "",
        ]
    )


def _quoted(text: str) -> str:
    """Write a TOML string, whose escapes are JSON's, and U+007F's besides."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _script() -> Path:
    found = find_spec("dashboards")
    if found is None or not found.submodule_search_locations or find_spec("streamlit") is None:
        raise MissingError("the pages are not installed", hint="`assay doctor` says what is missing")
    return Path(found.submodule_search_locations[0]) / "app.py"


def _await_answer(process: "subprocess.Popen[bytes]", place: str) -> None:
    end = time.monotonic() + _READY_S
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{place}/_stcore/health", timeout=2):  # noqa: S310 - our own server
                return
        except (urllib.error.URLError, OSError):
            time.sleep(_POLL_S)
    raise UnavailableError("the dashboard did not start", hint="`assay doctor` says what is missing")
