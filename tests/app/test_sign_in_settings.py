"""Who vouches for people: what the settings take, what Streamlit is given, and who could reach the pages."""

import tomllib
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from assay.app._sign_in_settings import SignInSettings
from assay.app.dashboard import check_reach, dashboard_command, serving
from assay.app.init import create_workspace
from assay.app.workspace import Workspace
from assay.kernel import ConfigurationError
from tests.dashboards.teams import open_office

GOOD = {
    "metadata_url": "https://id.example.org/.well-known/openid-configuration",
    "client_id": "assay",
    "client_secret": "env:PAGES_SECRET",
    "redirect_address": "https://assay.example.org/oauth2callback",
}


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("client_secret", "hunter2", "never the secret itself"),
        ("metadata_url", "http://id.example.org/x", "https://"),
        ("metadata_url", "https://user@id.example.org/x", "without a user"),
        ("metadata_url", "https://[", "an address"),
        ("redirect_address", "http://assay.example.org/oauth2callback", "https://"),
        ("redirect_address", "https://assay.example.org/", "/oauth2callback"),
        ("redirect_address", "https://assay.example.org/oauth2callback?to=x", "/oauth2callback"),
        ("client_id", "", "at least 1"),
        ("cookie", "x", "not permitted"),
    ],
)
def test_what_could_not_work_or_could_leak_is_refused(key: str, value: str, said: str) -> None:
    """At the start, with what was expected."""
    with pytest.raises(ValidationError, match=said):
        SignInSettings.model_validate({**GOOD, key: value})


def test_a_secret_in_the_file_is_not_repeated(tmp_path: Path) -> None:
    """What stands wrongly in assay.yaml stays there."""
    workspace = create_workspace(tmp_path / "app")
    configure(workspace, **{**GOOD, "client_secret": "hunter2"})
    with pytest.raises(ConfigurationError) as caught:
        _ = Workspace(workspace.root).settings
    assert "hunter2" not in str(caught.value)


def configure(workspace: Workspace, **sign_in: str) -> Workspace:
    """Write the settings of a provider; return the workspace with them."""
    file = workspace.root / "assay.yaml"
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    document["sign_in"] = sign_in
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    return Workspace(workspace.root)


def test_pages_that_ask_nobody_stay_on_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another address takes a provider, a public redirect address, and a team."""
    monkeypatch.setenv("ASSAY_KEYS", str(tmp_path / "keys"))
    workspace = create_workspace(tmp_path / "app")
    for host in ("127.0.0.1", "::1", "localhost"):
        check_reach(workspace, host)
    with pytest.raises(ConfigurationError, match="nobody would have to sign in"):
        check_reach(workspace, "0.0.0.0")  # noqa: S104  it is refused
    here = configure(workspace, **{**GOOD, "redirect_address": "http://localhost:8501/oauth2callback"})
    with pytest.raises(ConfigurationError, match="this machine alone"):
        check_reach(here, "192.0.2.1")
    alone = configure(workspace, **GOOD)
    for host in ("192.0.2.1", "127.0.0.1"):  # a proxy in front reaches the loopback, too
        with pytest.raises(ConfigurationError, match="no team"):
            check_reach(alone, host)


def test_a_team_with_a_provider_may_be_reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then nothing is shown before sign-in."""
    office = open_office(tmp_path, monkeypatch, redirect=GOOD["redirect_address"])
    check_reach(office.workspace, "192.0.2.1")


def test_a_secret_that_is_not_set_is_told_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its reference."""
    monkeypatch.delenv("PAGES_SECRET", raising=False)
    workspace = configure(create_workspace(tmp_path / "app"), **GOOD)
    with pytest.raises(ConfigurationError, match="env:PAGES_SECRET"), serving(workspace, 8501):
        pytest.fail("it started")


@pytest.mark.parametrize("secret", ['a"b\\c', "ключ-\U0001f511", "line\nfeed\x7f\t", "[auth]\nx = 1"])
def test_streamlit_reads_the_secret_as_it_is(secret: str) -> None:
    """Whatever characters it has, it is one value, beside a new proof with every sign-in."""
    from assay.app.dashboard import _provider_text  # noqa: PLC0415  what is written is not shown elsewhere

    read = tomllib.loads(_provider_text(SignInSettings.model_validate(GOOD), secret))["auth"]
    assert read["team"]["client_secret"] == secret
    assert (read["team"]["client_kwargs"]["prompt"], read["team"]["authorize_params"]) == ("login", {"max_age": "0"})
    assert len(read["cookie_secret"]) >= 43


def test_only_the_redirect_addresss_host_may_connect_from_elsewhere() -> None:
    """Streamlit's check of origins is told the one name under which people see the pages."""
    command, _ = dashboard_command(8501, sign_in=SignInSettings.model_validate(GOOD))
    assert "--browser.serverAddress=assay.example.org" in command
    assert "--server.address=127.0.0.1" in command
