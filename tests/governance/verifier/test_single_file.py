"""The verifier as one file: it needs Python alone, says what it cannot check, and imports nothing of Assay."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import cryptography
import pytest

from governance.verifier.single_file import single_file
from tests.governance.samples import Place
from tests.governance.verifier.stores import attacked, change_body
from tests.governance.verifier.test_proofs import proved

ALONE = "import sys, runpy; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
WITH = "import sys; sys.path.append(sys.argv.pop(1));" + ALONE


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the program, once."""
    path = tmp_path_factory.mktemp("program") / "verify_ledger.py"
    path.write_text(single_file(), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def only_cryptography(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of packages that holds `cryptography` and what it is built on, nothing else."""
    folder = tmp_path_factory.mktemp("packages")
    packages = Path(cryptography.__file__).parent.parent
    for one in [packages / "cryptography", packages / "cffi", *packages.glob("_cffi_backend*")]:
        if one.exists():
            (folder / one.name).symlink_to(one)
    return folder


def run(program: Path, *arguments: object, packages: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """Run the program without site-packages, in a folder that is not ours."""
    code = [ALONE] if packages is None else [WITH, str(packages)]
    command = [sys.executable, "-I", "-S", "-c", *code, str(program), *map(str, arguments)]
    return subprocess.run(command, cwd=program.parent, capture_output=True, text=True, check=False)


def held(place: Place) -> tuple[object, ...]:
    """Return the options that an auditor gives."""
    return "--key", place.keys / "log.vkey", "--trusted", place.witness


def test_it_comes_out_the_same_each_time_and_imports_nothing_of_assay() -> None:
    """Whoever compares two copies sees the same bytes."""
    text = single_file()
    assert text == single_file()
    modules = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([one.name for one in node.names] if isinstance(node, ast.Import) else [str(node.module)])
    }
    assert modules <= {*sys.stdlib_module_names, "cryptography"}


def test_a_sound_store_ends_with_0(program: Path, only_cryptography: Path, filled: Place) -> None:
    """With `cryptography` alone on the path."""
    done = run(program, filled.store, *held(filled), "--runs", filled.path / "runs", packages=only_cryptography)
    assert (done.returncode, done.stderr.count("note:")) == (0, 1)
    assert "continues what was witnessed: 12 entries" in done.stdout


def test_a_changed_store_ends_with_1_with_and_without_cryptography(
    program: Path, only_cryptography: Path, filled: Place
) -> None:
    """Hashes need no signature to differ."""
    attacked(filled, change_body(4, b'"p-1"', b'"p-2"'))
    for packages in (only_cryptography, None):
        done = run(program, filled.store, *held(filled), packages=packages)
        assert done.returncode == 1
        assert "  entry 4: " in done.stdout


def test_without_cryptography_a_sound_store_ends_with_3(program: Path, filled: Place) -> None:
    """Signatures are said to be unchecked."""
    done = run(program, filled.store, *held(filled), "--json")
    document = json.loads(done.stdout)
    assert (done.returncode, document["verdict"]) == (3, "cannot_decide")
    assert any("signatures unchecked" in note for note in document["notes"])


def test_a_proof_is_checked(program: Path, only_cryptography: Path, filled: Place) -> None:
    """The same program checks proofs; without `cryptography` it cannot decide."""
    proof = filled.path / "proof.json"
    proof.write_text(json.dumps(proved(filled)), encoding="utf-8")
    assert run(program, "--proof", proof, *held(filled), packages=only_cryptography).returncode == 0
    done = run(program, "--proof", proof, *held(filled))
    assert done.returncode == 3
    assert "signatures unchecked" in done.stderr
    proof.write_text(json.dumps(proved(filled)).replace("p-1", "p-2"), encoding="utf-8")
    assert run(program, "--proof", proof, *held(filled)).returncode == 1


def test_wrong_usage_ends_with_2(program: Path, filled: Place) -> None:
    """A file that was named by mistake is no evidence of tampering."""
    wrong = [(), (filled.store, "--proof", filled.store), (filled.store, "--key", filled.witness)]
    wrong += [(filled.store, "--trusted", filled.keys / "log.vkey"), (filled.path / "none",)]
    for arguments in wrong:
        done = run(program, *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert "error: " in done.stderr
