"""Releases: created from what the record holds, asked about, answered, let out, replaced and taken back.

Rules of this place: each act is a turn of `step`, decided and written in one transaction; what was approved is looked
at again when it is let out; a name that was in use once stands for that candidate for ever; what was rejected is not
proposed again unchanged; one release of a system is in use in a deployment at a time.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from assay.kernel import InputError, JsonValue, content_id, format_time
from governance._change import Change
from governance._door import Door
from governance.access import Permission
from governance.approvals import (
    RELEASE,
    Answer,
    ApprovalDraft,
    ApprovalPurpose,
    ApprovalState,
    Verdict,
    answer,
    ask,
    current_digest,
    found_request,
    right_to_answer,
    standing_in,
)
from governance.incidents import read_serious
from governance.ledger import Actor
from governance.releases._decided import decision_to_ask_about
from governance.releases._manifest import resolve
from governance.releases._rows import read_releases, read_steps, was_released
from governance.releases._state import ReleaseEvent, ReleaseState
from governance.releases._types import Manifest, Release, ReleaseDraft, ReleaseStep
from governance.releases._writing import found_release, lead_on, missing_release, turn, write_release

__all__ = ["Releases"]

_ANSWERED: Final = {ApprovalState.APPROVED: ReleaseEvent.APPROVE, ApprovalState.REJECTED: ReleaseEvent.REJECT}
_EVENTS: Final = {Verdict.APPROVED: ReleaseEvent.APPROVE, Verdict.REJECTED: ReleaseEvent.REJECT}
_IN_THE_WAY: Final = frozenset(ReleaseState) - {ReleaseState.SUPERSEDED, ReleaseState.RECALLED}


@dataclass(frozen=True)
class Releases:
    """Releases of an open store."""

    _door: Door

    # reading

    def release(self, release: str, *, as_of: int | None = None) -> Release:
        """Return a release as it stands now, or as recorded below a ledger size; raise `MissingError`."""
        with self._door.reading() as connection:
            return found_release(connection, release, now=self._now(), as_of=as_of)

    def releases(self, *, system: str | None = None, as_of: int | None = None) -> tuple[Release, ...]:
        """Return the releases of a system or of all, newest first."""
        with self._door.reading() as connection:
            return read_releases(connection, now=self._now(), system=system, as_of=as_of)

    def history(self, release: str) -> tuple[ReleaseStep, ...]:
        """Return what happened to a release, oldest first; raise `MissingError`."""
        with self._door.reading() as connection:
            found = read_steps(connection, release)
        if not found:
            raise missing_release(release)
        return found

    # changes

    def create(self, actor: Actor, draft: ReleaseDraft) -> Release:
        """Put a candidate together; raise `InputError` for runs of another system, partial ones, or a name in use."""
        with self._door.change(actor, Permission.PREPARE_RELEASE, draft.system) as change:
            manifest = resolve(change.connection, draft)
            _refuse_repeated(change, manifest)
            _refuse_taken_name(change.connection, manifest)
            release = content_id("release", manifest.digest, str(change.next_seq))
            return write_release(change, release, manifest)

    def request(self, actor: Actor, release: str, *, needed: int = 1, days: int = 14, comment: str = "") -> Release:
        """Ask people to approve; raise `InputError` without a fresh decision about this manifest that passed.

        `needed`: how many, or more where the policy of the decision says so.
        """
        with self._door.change(actor, Permission.PREPARE_RELEASE, self._system_of(release)) as change:
            one = found_release(change.connection, release, now=change.at)
            turn(one, ReleaseEvent.REQUEST)
            decided = decision_to_ask_about(change.connection, one, now=change.at)
            draft = ApprovalDraft(
                purpose=ApprovalPurpose.RELEASE,
                system=one.system,
                subject_type=RELEASE,
                subject=release,
                subject_digest=current_digest(change.connection, RELEASE, release) or "",
                needed=max(needed, decided.needed),
                roles=decided.roles,
                days=days,
                comment=comment,
            )
            made = ask(change, draft)
            return lead_on(change, one, ReleaseEvent.REQUEST, request=made.id, decision=decided.id)

    def take_up(self, actor: Actor, release: str) -> Release:
        """Begin the review; raise `ForbiddenError` for whoever may not answer the request."""
        with self._door.change(actor, Permission.GIVE_APPROVAL, self._system_of(release)) as change:
            one = found_release(change.connection, release, now=change.at)
            turn(one, ReleaseEvent.TAKE_UP)
            right_to_answer(
                change.connection, change.actor, found_request(change.connection, _request_of(one)), change.at
            )
            return lead_on(change, one, ReleaseEvent.TAKE_UP)

    def approve(self, actor: Actor, release: str, *, seen: str, comment: str = "") -> Answer:
        """Approve what was seen; raise as `Approvals.approve` does, and `InputError` for a wrong turn."""
        return self._answer(actor, release, Verdict.APPROVED, seen, comment)

    def reject(self, actor: Actor, release: str, *, seen: str, comment: str) -> Answer:
        """Reject what was seen; raise as `approve` does, and `InputError` without a comment."""
        return self._answer(actor, release, Verdict.REJECTED, seen, comment)

    def ship(self, actor: Actor, release: str, *, settles: Collection[str] = ()) -> Release:
        """Say that it is in use from now on, in the place of the one before it in this deployment.

        `settles`: the serious incidents that it is the answer to, a correction or the version of before. Raise
        `InputError` where its approval does not stand at this moment, or another serious incident is not over.
        """
        with self._door.change(actor, Permission.PREPARE_RELEASE, self._system_of(release)) as change:
            one = found_release(change.connection, release, now=change.at)
            turn(one, ReleaseEvent.RELEASE)
            _refuse_taken_name(change.connection, one.manifest)
            _refuse_incidents(change.connection, one.system, settles)
            for former in read_releases(change.connection, now=change.at, system=one.system):
                if former.state is ReleaseState.RELEASED and former.deployment == one.deployment:
                    lead_on(change, former, ReleaseEvent.SUPERSEDE, details={"by": one.id})
            details: dict[str, JsonValue] = {"settles": sorted(settles)} if settles else {}
            return lead_on(change, one, ReleaseEvent.RELEASE, details=details)

    def recall(self, actor: Actor, release: str, *, reason: str) -> Release:
        """Take a release out of use; raise `InputError` without a reason, or for one that is not in use."""
        if not reason.strip():
            raise InputError("a recall needs a reason", hint='--reason "what went wrong"')
        with self._door.change(actor, Permission.RECALL_RELEASE, self._system_of(release)) as change:
            one = found_release(change.connection, release, now=change.at)
            return lead_on(change, one, ReleaseEvent.RECALL, payload={"reason": reason})

    def _answer(self, actor: Actor, release: str, verdict: Verdict, seen: str, comment: str) -> Answer:
        with self._door.change(actor, Permission.GIVE_APPROVAL, self._system_of(release)) as change:
            one = found_release(change.connection, release, now=change.at)
            if one.state is ReleaseState.REQUESTED:  # whoever answers has taken it up
                one = lead_on(change, one, ReleaseEvent.TAKE_UP)
            turn(one, _EVENTS[verdict])
            given = answer(change, _request_of(one), verdict, seen, comment)
            request = found_request(change.connection, given.request)
            event = _ANSWERED.get(standing_in(change.connection, request, now=change.at).state)
            if event is not None:
                lead_on(change, one, event)
            return given

    def _system_of(self, release: str) -> str:
        with self._door.reading() as connection:
            return found_release(connection, release, now=self._now()).system

    def _now(self) -> str:
        return format_time(self._door.clock.now())


def _request_of(one: Release) -> str:
    if one.request is None:
        raise InputError(f"nobody has asked about {one.id}", hint=f"assay releases request {one.id}")
    return one.request


def _refuse_repeated(change: Change, manifest: Manifest) -> None:
    for other in read_releases(change.connection, now=change.at, system=manifest.system):
        if other.digest == manifest.digest and other.state in _IN_THE_WAY:
            raise InputError(
                f"exactly this is {other.id}, which is {other.state.value}",
                hint="what was rejected comes again when something of it has changed"
                if other.state is ReleaseState.REJECTED
                else f"assay releases show {other.id}",
            )


def _refuse_taken_name(connection: Connection, manifest: Manifest) -> None:
    taken = was_released(connection, system=manifest.system, version=manifest.version, deployment=manifest.deployment)
    if taken - {manifest.digest}:
        raise InputError(
            f"{manifest.version!r} of {manifest.system!r} was released as another manifest, {min(taken)}",
            hint="another candidate gets another version",
        )


def _refuse_incidents(connection: Connection, system: str, settled: Collection[str]) -> None:
    serious = {one.id: one for one in read_serious(connection, system)}
    if strange := sorted(set(settled) - set(serious)):
        raise InputError(f"{strange[0][:80]!r} is no serious incident of {system!r} now", hint="assay incidents list")
    for one in serious.values():
        if one.id not in settled:
            raise InputError(
                f"a serious incident of {system!r} is {one.state.value}: {one.id}",
                hint=f"assay incidents show {one.id}; what corrects it is released with --settles {one.id}",
            )
