"""The way to MLflow: switches, the service account, and a client.

Rules of this place: MLflow is imported here first, after its switches are set, in a process of its own (230 MiB,
seconds); it calls nobody but its tracking store; who we are there comes from the environment, `ASSAY_MLFLOW_…`, and
never from a file of the workspace.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assay.kernel import UnavailableError
from governance.mirror._types import MirrorOptions

if TYPE_CHECKING:
    from mlflow import MlflowClient

__all__ = ["connected"]

_SWITCHES: Final = {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_MODEL_CATALOG_URI": "", "DO_NOT_TRACK": "1"}
_DEFAULTS: Final = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
}
# Ours → what MLflow reads. A token and a name with its password exclude each other there, too.
_SERVICE_ACCOUNT: Final = {
    "ASSAY_MLFLOW_TOKEN": "MLFLOW_TRACKING_TOKEN",
    "ASSAY_MLFLOW_USERNAME": "MLFLOW_TRACKING_USERNAME",
    "ASSAY_MLFLOW_PASSWORD": "MLFLOW_TRACKING_PASSWORD",
}
_SQLITE: Final = "sqlite:///"


def connected(options: MirrorOptions) -> "MlflowClient":
    """Return a client; a local file is made, in WAL mode. Nothing is asked of a server yet."""
    os.environ.update(_SWITCHES)  # before the import: MLflow reads them when it is loaded
    for name, value in _DEFAULTS.items():
        os.environ.setdefault(name, value)
    for ours, theirs in _SERVICE_ACCOUNT.items():
        if secret := os.environ.get(ours):
            os.environ[theirs] = secret
    if options.tracking_uri.startswith(_SQLITE):
        _prepare_sqlite(Path(options.tracking_uri.removeprefix(_SQLITE)))
    # Lazy: see the rules above.
    from mlflow import MlflowClient  # noqa: PLC0415

    return MlflowClient(tracking_uri=options.tracking_uri, registry_uri=options.tracking_uri)


def _prepare_sqlite(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA journal_mode = WAL")
    except (OSError, sqlite3.Error) as error:
        raise UnavailableError(
            f"cannot use {path} for the mirror: {error}", hint="mend `mlflow:` in assay.yaml, then assay mlflow sync"
        ) from error
