"""The workspace: the folder with `assay.yaml`, and where everything that Assay writes for it lives.

Rules of this place: state is under `.assay/`, for its owner alone and kept out of Git; the signing key and the witness
file live outside, per user, workspace and store, so that a copy of the folder is not a copy of the key; a workspace is
known by a random id that moves with it, never by its path; nothing is created by looking.
"""

import fcntl
import hashlib
import os
import re
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import platformdirs

from assay.app.settings import Settings, load_settings
from assay.kernel import InputError, MissingError, UnavailableError, replace_durably

__all__ = ["CONFIGURATION_NAME", "LATEST", "Workspace"]

CONFIGURATION_NAME = "assay.yaml"
_SQLITE = "sqlite:///"
_ID = re.compile(r"[0-9a-f]{32}")
_PASSWORD = re.compile(r"(?<=://)[^/?#]*@|(?<=[?&])password=[^&]*")  # the user too, who may change
LATEST = "latest"  # stands for the newest run


@dataclass(frozen=True)
class Workspace:
    """Paths and settings of one workspace."""

    root: Path

    @classmethod
    def find(cls, start: Path | None = None) -> "Workspace":
        """Walk up from `start` (default: `$ASSAY_WORKSPACE`, else here) to `assay.yaml`; raise `MissingError`."""
        named = os.environ.get("ASSAY_WORKSPACE")
        origin = (start or (Path(named) if named else Path.cwd())).resolve()
        for folder in (origin, *origin.parents):
            if (folder / CONFIGURATION_NAME).is_file():
                return cls(folder)
        raise MissingError(f"there is no {CONFIGURATION_NAME} in {origin} or above", hint="run `assay init` here first")

    @cached_property
    def settings(self) -> Settings:
        """Parsed `assay.yaml` under the environment's overrides."""
        return load_settings(self.root / CONFIGURATION_NAME)

    @property
    def state(self) -> Path:
        """Everything that Assay keeps for this workspace, but for the key."""
        return self.root / ".assay"

    @property
    def runs(self) -> Path:
        """One folder per run log."""
        return self.state / "runs"

    @property
    def cache_file(self) -> Path:
        """The response cache."""
        return self.state / "cache.sqlite"

    @property
    def store_file(self) -> Path:
        """The SQLite store, where no other store is configured."""
        return self.state / "store.sqlite"

    @property
    def store_url(self) -> str:
        """SQLAlchemy URL of the store."""
        return self.settings.store or f"sqlite:///{self.store_file}"

    @property
    def has_store(self) -> bool:
        """Whether there is a store, here or where the settings say."""
        return bool(self.settings.store) or self.store_file.is_file()

    @property
    def corpus_dir(self) -> Path:
        """Documents that were read."""
        return self.state / "corpus"

    @property
    def questions_dir(self) -> Path:
        """Question sets."""
        return self.state / "questions"

    @property
    def reports_dir(self) -> Path:
        """Documents for people."""
        return self.root / "assay-reports"

    @property
    def gate_file(self) -> Path:
        """The gate policy that commands mean when none is named."""
        return self.root / self.settings.gate

    @property
    def mlflow_uri(self) -> str:
        """Tracking server of the mirror."""
        return self.settings.mlflow.tracking_uri or f"sqlite:///{self.state / 'mlflow.db'}"

    @property
    def key_dir(self) -> Path:
        """Signing key and witness file of the store in use; raise `MissingError` where the workspace has no id."""
        return self.key_dir_of(self.store_url)

    def key_dir_of(self, url: str) -> Path:
        """Return the folder for a store's key: one per workspace and store in `$ASSAY_KEYS` or the user's data folder.

        Raise `MissingError` where the workspace has no id.
        """
        named = os.environ.get("ASSAY_KEYS")
        base = Path(named) if named else Path(platformdirs.user_data_dir("assay", appauthor=False))
        store = hashlib.sha256(self._store_name(url).encode("utf-8", "surrogateescape")).hexdigest()
        return base / self._read_id(base) / store[:16]

    @property
    def id_file(self) -> Path:
        """The workspace's random id: the name of its folder among the keys."""
        return self.state / "workspace-id"

    def prepare_state(self) -> None:
        """Make `.assay`, its `.gitignore` and the workspace's id where they are not there.

        A store without an id gets none: its key lies under the id that was lost. Raise `UnavailableError`.
        """
        try:
            self.state.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder = os.open(self.state, os.O_RDONLY | os.O_CLOEXEC)
            try:
                fcntl.flock(folder, fcntl.LOCK_EX)  # two processes agree on one id
                self._write_what_is_missing()
            finally:
                os.close(folder)
        except OSError as error:
            raise UnavailableError(
                f"cannot prepare {self.state}: {error.strerror}", hint="check the folder's permissions"
            ) from error

    def _write_what_is_missing(self) -> None:
        ignored = self.state / ".gitignore"
        if not ignored.exists():
            replace_durably(ignored, b"*\n")
        if not self.id_file.exists() and not self.store_file.exists():
            replace_durably(self.id_file, f"{secrets.token_hex(16)}\n".encode(), mode=0o600)

    def _read_id(self, base: Path) -> str:
        hint = f"restore it from a backup; its one line is the name of this workspace's folder in {base}"
        try:
            found = self.id_file.read_text(encoding="utf-8").strip()
        except FileNotFoundError as error:
            raise MissingError(f"there is no {self.id_file}, which says where the signing key is", hint=hint) from error
        except (OSError, UnicodeDecodeError) as error:
            raise UnavailableError(f"cannot read {self.id_file}: {error}", hint=hint) from error
        if not _ID.fullmatch(found):
            raise InputError(f"{self.id_file} holds {found[:80]!r}, expected 32 hexadecimal digits", hint=hint)
        return found

    def _store_name(self, url: str) -> str:
        """Return what tells this store from another one: its place in the workspace, or its address, no password."""
        if url.startswith(_SQLITE):
            path = Path(url.removeprefix(_SQLITE).partition("?")[0]).resolve()
            return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)
        return _PASSWORD.sub("", url)

    def run_dir(self, run: str) -> Path:
        """Return the folder of a run id that the user typed, `latest` for the newest; raise for anything else."""
        if run == LATEST:
            return self._latest_run_dir()
        if not run or run.startswith(".") or any(mark in run for mark in ("/", "\\", "\0")):
            raise InputError(f"not a run id: {run!r}", hint="`assay runs list` shows the ids")
        folder = self.runs / run
        if not (folder / "run.json").is_file():
            raise MissingError(f"there is no run {run!r} in this workspace", hint="`assay runs list` shows the ids")
        return folder

    def _latest_run_dir(self) -> Path:
        """Run ids sort by time."""
        begun = [path.parent for path in self.runs.glob("*/run.json")]
        if not begun:
            raise MissingError("there is no run in this workspace yet", hint="assay run, or assay demo")
        return max(begun, key=lambda folder: folder.name)
