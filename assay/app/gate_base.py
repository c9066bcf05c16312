"""A gate policy as it was where a change begins: read from Git, so that a change cannot ease its own policy unseen.

Rules of this place: Git is asked for one commit and one file, in an environment of its own and with a time limit, and
runs no hook, filter or program of the repository; whether there is a change request, CI says or the caller; what cannot
be read then is a reason to decide nothing.
"""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assay.kernel import AssayError
from governance.gate import BaseComparison, Policy, looser

__all__ = ["CHANGE_VARIABLES", "compare_with_base"]

# What CI services call the branch that a change is to be merged into: GitHub Actions, GitLab CI, Azure DevOps, Jenkins.
CHANGE_VARIABLES: Final = (
    *("GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"),
    *("SYSTEM_PULLREQUEST_TARGETBRANCH", "CHANGE_TARGET"),
)
_SECONDS: Final = 20
_MOST_BYTES: Final = 1 << 20
_SETTINGS: Final = ("core.fsmonitor=false", "core.hooksPath=/dev/null", "safe.directory=*", "protocol.allow=never")
# Of the caller's environment the search path alone: no variable of Git's own, no configuration of user or system.
_ENVIRONMENT: Final = {
    "LC_ALL": "C",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_LITERAL_PATHSPECS": "1",
}
_FETCH: Final = "fetch the branch and its history first (a full clone: fetch-depth 0)"


class _GitError(Exception):
    """Git could not say."""


def compare_with_base(
    policy_file: Path, policy: Policy, *, named: str | None, environment: Mapping[str, str]
) -> BaseComparison | None:
    """Hold a policy against its file where the change begins; `None` where nobody speaks of a change request.

    `named` is a Git revision; without it, the branch that the CI service names.
    """
    branch = next((environment[name] for name in CHANGE_VARIABLES if environment.get(name, "").strip()), None)
    if named is None and branch is None:
        return None
    at = (named or branch or "").strip()
    try:
        repository = _Repository.around(policy_file, environment)
        commit = repository.fork_point(_revisions(at, is_branch=named is None))
        text = repository.text_at(commit, policy_file)
    except _GitError as error:
        return BaseComparison(at=at, unreadable=f"what the policy was there cannot be read: {error}; {_FETCH}")
    return _compared(f"{at} ({commit[:12]})", text, policy)


def _compared(at: str, text: str | None, policy: Policy) -> BaseComparison:
    if text is None:
        return BaseComparison(at=at, looser=("the file is not there: the change brings it",))
    try:
        was = Policy.parse(text)
    except AssayError:
        return BaseComparison(at=at, looser=("the file is no policy there",))
    return BaseComparison(at=at, looser=looser(was.as_json(), policy.as_json()))


def _revisions(name: str, *, is_branch: bool) -> tuple[str, ...]:
    """Return how the base may be called here: a CI checkout knows a target branch as the remote's."""
    if not is_branch:
        return (name,)
    short = name.removeprefix("refs/heads/")
    return f"refs/remotes/origin/{short}", f"refs/heads/{short}"


@dataclass(frozen=True)
class _Repository:
    """A Git work tree."""

    root: Path
    environment: Mapping[str, str]

    @classmethod
    def around(cls, file: Path, environment: Mapping[str, str]) -> "_Repository":
        folder = file.resolve().parent
        top = _git(folder, environment, "rev-parse", "--show-toplevel")
        return cls(Path(_text(top).strip()), environment)

    def _ask(self, *arguments: str) -> str:
        return _text(_git(self.root, self.environment, *arguments)).strip()

    def fork_point(self, revisions: tuple[str, ...]) -> str:
        """Return the commit where the change begins."""
        for revision in revisions:
            try:
                base = self._ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
            except _GitError:
                continue
            return self._ask("merge-base", "HEAD", base)
        raise _GitError(f"there is no {' or '.join(revisions)} here")

    def text_at(self, commit: str, file: Path) -> str | None:
        """Return a file's text at a commit; `None` where it is not there, or not of this repository."""
        path = file.resolve()
        if not path.is_relative_to(self.root.resolve()):
            return None
        name = path.relative_to(self.root.resolve()).as_posix()
        listed = self._ask("ls-tree", "-z", "--full-tree", commit, "--", name)
        if not listed:
            return None
        kind, blob = listed.split()[1:3]
        if kind != "blob":
            raise _GitError(f"{name} is no file there")
        return _text(_git(self.root, self.environment, "cat-file", "blob", blob))


def _git(root: Path, environment: Mapping[str, str], *arguments: str) -> bytes:
    """Ask Git; raise `_GitError` with what it said."""
    settings = [part for one in _SETTINGS for part in ("-c", one)]
    command = ["git", "--no-pager", *settings, "-C", str(root), *arguments]
    alone = {"PATH": environment.get("PATH", os.defpath), **_ENVIRONMENT}
    try:
        done = subprocess.run(  # noqa: S603  a fixed program; no argument can be taken for an option
            command, env=alone, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False
        )
    except FileNotFoundError as error:
        raise _GitError("git is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise _GitError(f"git said nothing for {_SECONDS} s") from error
    if done.returncode != 0 or len(done.stdout) > _MOST_BYTES:
        raise _GitError(_last_line(done.stderr) or f"git {arguments[0]} found nothing")
    return done.stdout


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _GitError("what Git returned is not UTF-8 text") from error


def _last_line(said: bytes) -> str:
    lines = said.decode("utf-8", "replace").strip().split("\n")
    return lines[-1][:200]
