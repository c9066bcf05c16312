"""The workspace: the folder with `assay.yaml`, and where everything that Assay writes for it lives.

Rules of this place: state is under `.assay/`; the signing key and the witness file live outside, per user and
workspace, so that a copy of the folder is not a copy of the key; nothing is created by looking.
"""

import hashlib
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import platformdirs

from assay.app.settings import Settings, load_settings
from assay.kernel import InputError, MissingError

__all__ = ["CONFIGURATION_NAME", "LATEST", "Workspace"]

CONFIGURATION_NAME = "assay.yaml"
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
        """Signing key and witness file: `$ASSAY_KEYS`, else the user's data folder, one folder per workspace."""
        named = os.environ.get("ASSAY_KEYS")
        base = Path(named) if named else Path(platformdirs.user_data_dir("assay", appauthor=False))
        return base / hashlib.sha256(str(self.root).encode("utf-8", "surrogateescape")).hexdigest()[:16]

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
