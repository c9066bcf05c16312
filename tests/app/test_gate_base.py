"""A policy against what it was where a change begins: real repositories, as CI checks them out."""

import os
import subprocess
from pathlib import Path

import pytest

from assay.app.gate_base import CHANGE_VARIABLES, compare_with_base
from governance.gate import BaseComparison, Policy
from tests.governance.gate.samples import POLICY

EASED = POLICY.replace("0.7", "0.6")


def git(folder: Path, *arguments: str) -> str:
    """Ask Git as somebody."""
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    command = ["git", *who, "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def commit(folder: Path, text: str, name: str = "gate.yaml") -> None:
    """Write a policy and commit it."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    git(folder, "add", "--all")
    git(folder, "commit", "-q", "--allow-empty", "-m", "x")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a repository whose main branch has a policy, with a branch `change` checked out."""
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    commit(folder, POLICY)
    git(folder, "checkout", "-q", "-b", "change")
    return folder


def compared(folder: Path, *, base: str | None = "main", name: str = "gate.yaml", **environment: str) -> BaseComparison:
    """Compare the policy in the work tree."""
    path = folder / name
    known = {"PATH": os.environ["PATH"], **environment}
    found = compare_with_base(path, Policy.load(path), named=base, environment=known)
    assert found is not None
    return found


def test_a_policy_that_the_change_eases_is_found_committed_or_not(repository: Path) -> None:
    """The file that the gate reads is compared with the one at the fork, whatever was committed between."""
    (repository / "gate.yaml").write_text(EASED, encoding="utf-8")
    uncommitted = compared(repository)
    commit(repository, EASED)

    assert uncommitted == compared(repository)
    assert uncommitted.looser == ("rules.faithfulness-at-least.at_least: 0.7 became 0.6",)
    assert not uncommitted.unreadable


def test_what_others_did_to_the_main_branch_since_is_not_this_change_s(repository: Path) -> None:
    """A main branch that was tightened meanwhile is compared at the fork; so is one that was eased."""
    git(repository, "checkout", "-q", "main")
    commit(repository, POLICY.replace("0.7", "0.9"))
    git(repository, "checkout", "-q", "change")

    assert compared(repository).looser == ()


@pytest.mark.parametrize("text", [POLICY, POLICY.replace("0.7", "0.8"), "# words\n" + POLICY])
def test_what_is_equal_or_stricter_is_not_looser(repository: Path, text: str) -> None:
    """Comments and tightening pass."""
    commit(repository, text)

    found = compared(repository)

    assert (found.looser, found.unreadable) == ((), "")
    assert found.at.startswith("main (")


@pytest.mark.parametrize("variable", CHANGE_VARIABLES)
def test_ci_says_that_it_is_a_change_request(repository: Path, variable: str, tmp_path: Path) -> None:
    """A checkout of a CI service knows the target as the remote's branch alone."""
    commit(repository, EASED)
    checkout = tmp_path / "checkout"
    subprocess.run(["git", "clone", "-q", "-b", "change", str(repository), str(checkout)], check=True)
    name = "refs/heads/main" if variable.startswith("SYSTEM_") else "main"

    found = compared(checkout, base=None, **{variable: name})

    assert found.looser


def test_without_a_change_request_nothing_is_compared(repository: Path) -> None:
    """A variable that is empty, as on a push, is none."""
    policy = repository / "gate.yaml"
    environment = {"PATH": os.environ["PATH"], "GITHUB_BASE_REF": ""}

    assert compare_with_base(policy, Policy.load(policy), named=None, environment=environment) is None


def test_a_file_that_the_change_brings_or_moves_is_looser_than_none(repository: Path, tmp_path: Path) -> None:
    """A policy under another name has nothing that it could be held against, nor has one from elsewhere."""
    commit(repository, POLICY, "ci/other.yaml")
    (tmp_path / "outside.yaml").write_text(POLICY, encoding="utf-8")
    (repository / "link.yaml").symlink_to(tmp_path / "outside.yaml")

    moved = compared(repository, name="ci/other.yaml")
    linked = compare_with_base(
        tmp_path / "outside.yaml", Policy.parse(POLICY), named="main", environment={"PATH": os.environ["PATH"]}
    )

    assert moved.looser == ("the file is not there: the change brings it",)
    assert linked is not None
    assert linked.unreadable


def test_a_base_that_is_no_policy_is_not_taken_for_a_loose_one(repository: Path) -> None:
    """What cannot be compared is named."""
    git(repository, "checkout", "-q", "main")
    commit(repository, "rules: []\n")
    git(repository, "checkout", "-q", "-B", "change")
    commit(repository, POLICY)

    assert compared(repository).looser == ("the file is no policy there",)


@pytest.mark.parametrize(
    ("base", "variables"),
    [
        ("nowhere", {}),
        ("--output=/tmp/x", {}),
        ("main..change", {}),
        (None, {"GITHUB_BASE_REF": "nowhere"}),
        (None, {"CHANGE_TARGET": "--help"}),
        ("main", {"PATH": "/nonexistent"}),
    ],
)
def test_a_base_that_cannot_be_read_is_said(repository: Path, base: str | None, variables: dict[str, str]) -> None:
    """A revision that is not there, a name that looks like an option, no Git at all."""
    found = compared(repository, base=base, **variables)

    assert "cannot be read" in found.unreadable
    assert "full clone" in found.unreadable


def test_a_shallow_clone_without_the_base_says_so(repository: Path, tmp_path: Path) -> None:
    """What CI did not fetch is not guessed."""
    commit(repository, EASED)
    checkout = tmp_path / "checkout"
    url = repository.resolve().as_uri()
    subprocess.run(["git", "clone", "-q", "--depth", "1", "-b", "change", url, str(checkout)], check=True)

    assert compared(checkout, base=None, GITHUB_BASE_REF="main").unreadable


def test_a_folder_that_is_no_repository_is_said_where_ci_speaks_of_a_change(tmp_path: Path) -> None:
    """An export without history cannot show what was eased."""
    (tmp_path / "gate.yaml").write_text(POLICY, encoding="utf-8")

    assert compared(tmp_path, base=None, GITHUB_BASE_REF="main").unreadable


def test_nothing_of_the_repository_s_own_settings_is_run(repository: Path, tmp_path: Path) -> None:
    """Hooks, file-system monitors, pagers, replaced objects and variables of Git's own are without effect."""
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n", encoding="utf-8")
    trap.chmod(0o755)
    commit(repository, EASED)
    for name in ("core.fsmonitor", "core.pager", "core.sshCommand", "diff.external", "alias.cat-file"):
        git(repository, "config", name, str(trap))
    blob = git(repository, "rev-parse", "main:gate.yaml")
    git(repository, "-c", "core.fsmonitor=", "replace", blob, git(repository, "rev-parse", "change:gate.yaml"))

    found = compared(repository, GIT_DIR="/nonexistent", GIT_EXTERNAL_DIFF=str(trap))

    assert found.looser
    assert not (tmp_path / "sprung").exists()
