"""A store with a backup in its past, and what a test does with it."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from assay.kernel import SystemClock
from governance.backup import BackupPlan, RestoreApprovals
from governance.restore import Restored, RestorePlan, restore_store
from governance.verifier import Verification, verify_store, witnessed_notes
from tests.governance.samples import ME, Place, append

SECRET = "correct horse battery"


@dataclass(frozen=True)
class Scene:
    """A place and the backup that was made there."""

    place: Place
    backup: Path

    def plan(
        self,
        *,
        to: Place | None = None,
        accept_loss: bool = True,
        passphrase: str | None = SECRET,
        known: str | None = None,
        approval: str | None = None,
    ) -> RestorePlan:
        """Return a plan that puts the backup back, here or elsewhere."""
        place = to or self.place
        return RestorePlan(
            backup=self.backup,
            url=place.url,
            keys=place.keys,
            state=place.path,
            folders={"runs": place.path / "runs"},
            files={"workspace/assay.yaml": place.path / "assay.yaml"},
            passphrase=passphrase,
            accept_loss=accept_loss,
            known=known,
            reason="the disk of Ms Canary failed",
            approval=approval,
        )

    def restore(self, plan: RestorePlan, approvals: RestoreApprovals | None = None) -> Restored:
        """Put it back."""
        return restore_store(plan, ME, SystemClock(), approvals)


def make(place: Place, *, later: int = 3) -> Scene:
    """Record a run and two reports, back up, record more."""
    backup = place.path / "backup.zip"
    with closing(place.open()) as record:
        record.ingest_run(place.run("a", "b").directory, ME)
        append(record, 2)
        plan = BackupPlan(
            folders={"runs": place.path / "runs"},
            files={"workspace/assay.yaml": place.path / "assay.yaml"},
            passphrase=SECRET,
            expires_at="2026-04-01T00:00:00.000000Z",
        )
        record.backups.make(backup, plan, ME)
        append(record, later)
    return Scene(place, backup)


def verified(place: Place) -> Verification:
    """Verify against the witness file."""
    return verify_store(place.file(), vkey=place.vkey, trusted=witnessed_notes(place.witness))
