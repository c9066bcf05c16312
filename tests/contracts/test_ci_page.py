"""The snippets of the page on CI: they parse, upload what the gate writes, and verify what it signed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.contracts.documented import commands_in
from tests.governance.gate.scenes import begin_scene

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
SYSTEMS = ("GitHub Actions", "GitLab CI", "Azure DevOps", "Jenkins")
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


def snippet(system: str) -> tuple[str, str]:
    """Return the language and the text of a CI system's snippet."""
    (_, _, section) = PAGE.partition(f"\n## {system}\n")
    found = BLOCK.search(section)
    assert found, system
    return found[1], found[2]


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_snippet_parses(system: str) -> None:
    """YAML loads; braces and quotes of a Jenkinsfile close."""
    language, text = snippet(system)

    if language == "yaml":
        assert isinstance(yaml.safe_load(text), dict)
    else:
        assert text.count("{") == text.count("}")
        assert text.count("'''") % 2 == 0


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_snippet_measures_pushes_gates_and_shows(system: str) -> None:
    """The log is pushed before the gate decides; every file that is shown is one that the gate writes."""
    _, text = snippet(system)

    names = [command.split()[0] for command in commands_in(f"```bash\n{text}```")]
    assert names == ["models", "run", "gate"]
    assert text.index("push-run.sh") < text.index("assay gate")
    written = {text[found.end() :].split()[0] for found in re.finditer(r"--(?:markdown|junit|sarif) +", text)}
    assert set(re.findall(r"gate\.(?:md|xml|sarif)", text)) == written
    (section, _, _) = PAGE.partition(f"\n## {system}\n")[2].partition("\n## ")
    assert {"ASSAY_TOKEN", "ASSAY_VKEY"} <= set(re.findall(r"\w+", section))


def test_the_script_that_pushes_is_bash() -> None:
    """It is copied as it stands."""
    (script,) = [text for language, text in BLOCK.findall(PAGE) if language == "bash"]

    assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0


def test_the_attestation_is_verified_as_the_page_says(tmp_path: Path) -> None:
    """The program of the page runs where the attestation and the log's public key lie, and refuses another one."""
    scene = begin_scene(tmp_path / "workspace")
    assert scene.gate("--run", "run-1", "--attestation", "gate.intoto.json").code == 0
    with scene.record() as record:
        (scene.root / "log.vkey").write_text(record.vkey + "\n", encoding="utf-8")
    program = PAGE.partition("<!-- test: verify-attestation -->")[2].partition("```python\n")[2].partition("```")[0]

    def verified() -> int:
        done = subprocess.run([sys.executable, "-c", program], cwd=scene.root, capture_output=True, check=False)
        return done.returncode

    assert verified() == 0
    sealed = (scene.root / "gate.intoto.json").read_text(encoding="utf-8")
    (scene.root / "gate.intoto.json").write_text(sealed.replace('"payload": "ey', '"payload": "eY'), encoding="utf-8")
    assert verified() != 0
