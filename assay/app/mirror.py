"""The mirror of a workspace: synchronised in a process of its own, by hand or after a run.

Rules of this place: one synchronisation at a time; MLflow never is in the process of a run; nothing that goes wrong
here fails anything else: runs are mirrored where models cannot be, and the other way round.
"""

import fcntl
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assay.app.actor import current_actor
from assay.app.compose import open_record
from assay.app.workspace import Workspace
from assay.kernel import ConfigurationError, UnavailableError
from assay.kernel.children import own_python

if TYPE_CHECKING:
    from governance.mirror import MirrorOptions, MirrorResult
    from governance.registry import RegistryResult

__all__ = ["ModelOrder", "start_mirror", "sync_mirror", "sync_models"]


@dataclass(frozen=True, kw_only=True)
class ModelOrder:
    """What a person wants of the registry of models."""

    models: tuple[str, ...] = ()  # NAME or NAME/VERSION, to follow from now on
    system: str | None = None  # that they belong to
    restore: bool = False  # put aliases back that others moved
    reads_again: bool = False  # the files of versions in use


def start_mirror(workspace: Workspace) -> bool:
    """Start `assay mlflow sync` detached; False where it is switched off, left to a person, or could not be started."""
    settings = workspace.settings.mlflow
    if not settings.enabled or settings.sync == "by_hand":
        return False
    command, environment = own_python("assay", "mlflow", "sync", "--wait", "--json")
    try:
        with (workspace.state / "mlflow-sync.log").open("ab") as log:
            subprocess.Popen(  # noqa: S603 - our own command
                command,
                cwd=workspace.root,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={**environment, "ASSAY_WORKSPACE": str(workspace.root)},
            )
    except OSError:
        return False  # the queue keeps the run for the next synchronisation
    return True


def sync_mirror(workspace: Workspace, *, wait: bool = False) -> "MirrorResult":
    """Mirror every run that waits; raise `UnavailableError` while another synchronisation works and `wait` is not set.

    What fails inside stays on the queue and is in the result.
    """
    # Lazy: the record and MLflow cost seconds.
    from governance.mirror import MlflowMirror, sync  # noqa: PLC0415

    options = _options(workspace)
    with closing(open_record(workspace)) as record, _alone(workspace, wait=wait):
        return sync(record, lambda: MlflowMirror(options), workspace.runs)


def sync_models(workspace: Workspace, order: ModelOrder, *, wait: bool = False) -> "RegistryResult":
    """Synchronise models with the registry; raise as `sync_mirror` does, and `InputError` for what names no model."""
    # Lazy: as above.
    from governance.mirror import MlflowRegistry, RegistryOptions, sync_registry  # noqa: PLC0415
    from governance.registry import parse_address  # noqa: PLC0415

    settings, place = workspace.settings, _options(workspace)
    options = RegistryOptions(
        system=order.system or settings.default_system,
        aliases=settings.mlflow.aliases,
        models=tuple(map(parse_address, order.models)),
        restore=order.restore,
        reads_again=order.reads_again,
    )
    with closing(open_record(workspace)) as record, _alone(workspace, wait=wait):
        return sync_registry(record, lambda: current_actor(record), lambda: MlflowRegistry(place), options)


def _options(workspace: Workspace) -> "MirrorOptions":
    from governance.mirror import MirrorOptions  # noqa: PLC0415  lazy, as above

    settings = workspace.settings.mlflow
    if not settings.enabled:
        raise ConfigurationError("the mirror is switched off", hint="set `enabled: true` under `mlflow:` in assay.yaml")
    uri = workspace.mlflow_uri
    artifacts = workspace.state / "mlartifacts" if uri.startswith("sqlite:") else None
    return MirrorOptions(tracking_uri=uri, experiment=settings.experiment, artifacts=artifacts)


@contextmanager
def _alone(workspace: Workspace, *, wait: bool) -> Iterator[None]:
    with (workspace.state / "mlflow-sync.lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError as error:
            raise UnavailableError(
                "another synchronisation is at work", hint="wait until it ends: it takes everything that is queued"
            ) from error
        yield
