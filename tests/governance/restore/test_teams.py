"""Restores in a team's store: who may, who has to agree, and what is said where nobody can be asked."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from assay.kernel import ForbiddenError, format_time
from governance.access import Role
from governance.approvals import ApprovalDraft, ApprovalPurpose
from governance.backup import BackupPlan
from governance.ledger import Actor
from governance.restore import RestorePlan, restore_store
from governance.verifier import LedgerVerdict
from tests.governance.people.teams import Team, begin_team
from tests.governance.restore.scene import SECRET, verified
from tests.governance.samples import Place


@dataclass(frozen=True)
class Agreed:
    """Approvals as they were read before the store was locked."""

    people: tuple[str, ...]

    def approvers_of(self, request: str, digest: str) -> tuple[str, ...]:
        """Return those who approved."""
        assert request.startswith("request-")
        assert digest.startswith("sha256:")
        return self.people


@dataclass(frozen=True)
class Scene:
    """A team with a backup, two people who approved its restore, and a store that has grown since."""

    team: Team
    plan: RestorePlan
    approvers: tuple[str, ...]
    engineer: Actor

    def restore(self, actor: Actor, people: tuple[str, ...], plan: RestorePlan | None = None) -> tuple[str, ...]:
        """Put it back; return who agreed."""
        return restore_store(plan or self.plan, actor, self.team.clock, Agreed(people)).approvers


@pytest.fixture
def scene(place: Place) -> Scene:
    """Return a team that agreed to a restore."""
    team = begin_team(place)
    plan = BackupPlan(passphrase=SECRET, expires_at=None)
    made, _ = team.record.backups.make(place.path / "backup.zip", plan, team.admin)
    reviewers = [team.add(name, Role.REVIEWER, system="*") for name in ("one", "two")]
    draft = ApprovalDraft(
        purpose=ApprovalPurpose.RESTORE,
        system=None,
        subject_type="backup",
        subject="b",
        subject_digest=made.digest,
        needed=2,
    )
    request = team.record.approvals.request(team.admin, draft)
    for one in reviewers:
        signed_in = replace(one, method="oidc", authenticated_at=format_time(team.clock.at))
        team.record.approvals.approve(signed_in, request.id, seen=made.digest)
    people = tuple(sorted(one.approver for one in team.record.approvals.standing(request.id).answers))
    engineer = team.add("engineer", Role.ENGINEER)
    team.record.close()
    back = RestorePlan(
        backup=place.path / "backup.zip",
        url=place.url,
        keys=place.keys,
        state=place.path,
        passphrase=SECRET,
        accept_loss=True,
        approval=request.id,
    )
    return Scene(team, back, people, engineer)


def test_two_people_agree_and_an_admin_restores(scene: Scene, place: Place) -> None:
    """Both are named in the declaration, which the ledger shows as approved by them."""
    assert scene.restore(scene.team.admin, scene.approvers) == scene.approvers
    place.open().close()
    result = verified(place)
    assert result.verdict is not LedgerVerdict.TAMPERED
    (restore,) = result.restores
    assert (restore.declared_by, restore.approved_by) == (scene.team.admin.id, scene.approvers)


def the_admin_alone(scene: Scene) -> None:
    """Without a request."""
    scene.restore(scene.team.admin, (), replace(scene.plan, approval=None))


def the_admin_with_one(scene: Scene) -> None:
    """Two are needed."""
    scene.restore(scene.team.admin, scene.approvers[:1])


def the_admin_who_counts_as_one_of_two(scene: Scene) -> None:
    """Whoever declares does not approve."""
    scene.restore(scene.team.admin, (scene.team.admin.id, scene.approvers[0]))


def somebody_without_the_right(scene: Scene) -> None:
    """Whoever approved."""
    scene.restore(scene.engineer, scene.approvers)


def a_token_of_the_admin(scene: Scene) -> None:
    """Never by a token."""
    scene.restore(replace(scene.team.admin, method="token"), scene.approvers)


@pytest.mark.parametrize(
    "attempt",
    [
        the_admin_alone,
        the_admin_with_one,
        the_admin_who_counts_as_one_of_two,
        somebody_without_the_right,
        a_token_of_the_admin,
    ],
)
def test_nobody_else_restores(scene: Scene, place: Place, attempt: Callable[[Scene], None]) -> None:
    """Nothing is changed by who may not, or not so."""
    before = place.sql("SELECT count(*) FROM ledger_entry")
    with pytest.raises(ForbiddenError):
        attempt(scene)
    assert place.sql("SELECT count(*) FROM ledger_entry") == before
    assert not list(place.path.glob("replaced-*"))


def test_an_older_schema_is_no_way_around_the_teams_rights(scene: Scene, place: Place) -> None:
    """Neither who may restore nor who approved could be asked."""
    place.sql("UPDATE alembic_version SET version_num = '0003'")
    for actor in (scene.engineer, scene.team.admin):
        with pytest.raises(ForbiddenError, match="schema"):
            scene.restore(actor, (), replace(scene.plan, approval=None))
    assert not list(place.path.glob("replaced-*"))


def test_a_team_that_lost_its_machine_is_restored_by_whoever_holds_the_key(scene: Scene, tmp_path: Path) -> None:
    """Nobody can be asked: the declaration says that nobody approved, and `verify` repeats it."""
    new = Place(tmp_path / "new")
    plan = replace(scene.plan, url=new.url, keys=new.keys, state=new.path, approval=None)
    assert scene.restore(Actor(id="p-somebody"), (), plan) == ()
    new.open().close()
    (restore,) = verified(new).restores
    assert (restore.declared_by, restore.approved_by) == ("p-somebody", ())
