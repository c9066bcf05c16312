"""docs/server.md: its commands run as they stand, and what it lists is what there is."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from assay.app._server_settings import ServerSettings
from assay.server._application import build_api
from governance.ledger import Actor
from tests.journeys.workspaces import ROOT, answers_file
from tests.server.served import POLICY, Team, running

GUIDE = (ROOT / "docs" / "server.md").read_text(encoding="utf-8")


def block(name: str) -> str:
    """Return the commands of a part of the guide."""
    found = re.search(rf"<!-- journey: {name} -->\n```bash\n(.*?)```", GUIDE, re.DOTALL)
    assert found, name
    return found.group(1)


def typed(commands: str, folder: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Type commands into a shell."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=folder,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.soak
def test_the_guide_s_commands_run_as_they_stand(surroundings: Path, tmp_path: Path) -> None:
    """A team begins, CI pushes and asks, and whoever reads verifies a proof on another machine."""
    home, shop = surroundings / "guide", tmp_path / "shop"
    home.mkdir()
    shop.mkdir()
    for folder in (home, shop):
        (folder / "gate.yaml").write_text(POLICY.replace("faithfulness", "exact_match"), encoding="utf-8")
    set_up = typed(block("server-set-up"), home, {})
    assert set_up.returncode == 0, set_up.stderr
    token = json.loads((home / "token.json").read_text(encoding="utf-8").strip().split("\n")[-1])["secret"]
    made = typed("assay init", shop, {"ASSAY_KEYS": str(tmp_path / "keys")})
    assert made.returncode == 0, made.stderr
    write_answers(shop)
    with running(Team(root=home, admin=Actor(id="nobody"), tokens={})) as server:
        ci = {"ASSAY_URL": server.url, "ASSAY_TOKEN": token, "ASSAY_KEYS": str(tmp_path / "keys")}
        done = typed(block("server-push") + block("server-read"), shop, ci)
    assert done.returncode == 0, (shop / "decision.json").read_text(encoding="utf-8") + done.stderr
    assert json.loads((shop / "decision.json").read_text(encoding="utf-8"))["outcome"] == "pass"
    assert "<html" in (shop / "report.html").read_text(encoding="utf-8")


def write_answers(folder: Path) -> None:
    """Write answers that are as they should be."""
    path = answers_file(folder, rows=60)
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
    made = [
        {"id": one["id"], "question": one["question"], "answer": one["answer"], "reference": one["answer"]}
        for one in rows
    ]
    path.write_text("".join(json.dumps(one) + "\n" for one in made), encoding="utf-8")


def test_every_address_is_in_the_guide() -> None:
    """A route that nobody is told of is found here."""
    for path in build_api(None).openapi()["paths"]:
        assert path in GUIDE, path


def test_the_limits_in_the_guide_are_the_defaults() -> None:
    """The block is read as settings."""
    found = re.search(r"```yaml\n(server:\n.*?)```", GUIDE, re.DOTALL)
    assert found
    document = yaml.safe_load(found.group(1))["server"]
    assert ServerSettings(**document) == ServerSettings()
    assert set(document) == set(ServerSettings.model_fields)
