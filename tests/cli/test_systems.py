"""`assay systems`: what is said of systems, by options and files, and which nobody described."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner, Result

from assay.app.init import create_workspace
from assay.cli.main import build_app
from assay.kernel import InputError, MissingError

FILE = """\
name: Shop assistant
purpose: It answers customers.
roles: [provider, deployer]
markets: [DE, AT]
deployments: [{name: production, hosting: cloud}, staging]
components: [registry.example/shop@1.4]
data: [{name: tickets.csv, digest: "sha256:%s"}]
models: ["models:/shop@7"]
""" % ("d" * 64)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a workspace that names two systems."""
    workspace = create_workspace(tmp_path / "shop")
    document = yaml.safe_load((workspace.root / "assay.yaml").read_text(encoding="utf-8"))
    document["systems"] = [{"id": "shop", "purpose": "It sells."}, {"id": "search"}]
    (workspace.root / "assay.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    monkeypatch.setenv("ASSAY_WORKSPACE", str(workspace.root))
    return workspace.root


def typed(*arguments: object) -> Result:
    """Type a command."""
    return CliRunner().invoke(build_app("systems"), ["systems", *map(str, arguments)])


def document(*arguments: object) -> Any:  # noqa: ANN401  a JSON document
    """Return what a command prints with `--json`."""
    result = typed(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout.strip().split("\n")[-1])


def refusal(*arguments: object) -> str:
    """Return the words of a refusal."""
    result = typed(*arguments)
    assert isinstance(result.exception, InputError | MissingError), result.output
    return result.exception.message


def test_systems_of_the_settings_are_listed_before_anybody_described_them(root: Path) -> None:
    """All of a monorepo, and the next command."""
    assert root.is_dir()
    found = document("list")["systems"]
    assert [(one["system"], one["is_described"], one["is_default"]) for one in found] == [
        ("search", False, False),
        ("shop", False, True),
    ]
    shown = typed("list")
    assert "not described: search, shop" in shown.stderr
    assert "assay systems add search" in shown.stderr


def test_a_file_describes_a_system_and_options_go_before_it(root: Path) -> None:
    """What the file says, but for the market that was typed."""
    file = root / "shop.yaml"
    file.write_text(FILE, encoding="utf-8")
    said = document("add", "shop", "--from", file, "--market", "CH")["profile"]
    assert (said["name"], said["roles"], said["markets"]) == ("Shop assistant", ["deployer", "provider"], ["CH"])
    assert [one["hosting"] for one in said["deployments"]] == ["cloud", "unknown"]
    assert [(one["name"], one["version"]) for one in said["models"]] == [("models:/shop", "7")]
    shown = typed("show", "shop").stdout
    assert all(word in shown for word in ("It answers customers.", "registry.example/shop@1.4", "tickets.csv"))


def test_what_is_not_named_stays_and_begins_with_the_settings(root: Path) -> None:
    """The purpose of `assay.yaml` is kept until another one is named; as of then it is as it was."""
    assert root.is_dir()
    first = document("add", "shop", "--role", "product-manufacturer")
    changed = document("change", "shop", "--market", "EU")
    assert (first["profile"]["purpose"], changed["profile"]["purpose"]) == ("It sells.", "It sells.")
    assert (changed["version"], changed["profile"]["roles"]) == (2, ["product_manufacturer"])
    before = document("show", "shop", "--as-of", changed["seq"])
    assert before["described"]["profile"]["markets"] == []
    assert refusal("change", "shop") == "nothing is to be changed"


WRONG = {
    "unknown key": ("purposes: x", "unknown key"),
    "wrong role": ("roles: [vendor]", "roles.0"),
    "an alias": ("data: &a [x]\nmodels: *a", "aliases"),
    "no mapping": ("- shop", "holds no keys"),
    "no YAML": ("roles: [", "cannot read"),
    "a sentence as a part": ("models: [our good model]", "the name of a part"),
    "wrong hosting": ("deployments: [production=moon]", "no way of hosting"),
}


@pytest.mark.parametrize(("text", "words"), WRONG.values(), ids=WRONG.keys())
def test_a_file_that_is_wrong_is_refused_in_words(root: Path, text: str, words: str) -> None:
    """And nothing is recorded."""
    file = root / "shop.yaml"
    file.write_text(text, encoding="utf-8")
    assert words in refusal("add", "shop", "--from", file)
    assert not document("show", "shop")["is_described"]


def test_a_system_that_nobody_knows_is_missing(root: Path) -> None:
    """Neither the store nor the settings name it; an id that cannot be one is refused."""
    assert root.is_dir()
    assert "there is no system" in refusal("show", "other")
    assert "no id of a system" in refusal("add", "Not An Id")
    assert "is no role" in refusal("add", "shop", "--role", "vendor")
