"""Evidence in the record: handing it in, looking at it, saying what it is worth, and asking for it.

Rules of this place: what is handed in counts for nothing until somebody else has accepted it; nobody accepts their own,
nor by a role that the submitter lent them; the single user of a store without a team may, which is marked as not four
eyes for ever. What was returned stays, with its comment. The database refuses the same.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from assay.kernel import ForbiddenError, InputError, JsonValue, MissingError, format_time
from governance._change import Change, StateRow
from governance._door import Door
from governance._estimate_rows import Cell
from governance.access import ROLE_PERMISSIONS, CountedRole, Permission, Role, covers, standing_of
from governance.evidence._drafts import check_draft
from governance.evidence._items import (
    CHECKED_KINDS,
    EvidenceRequest,
    Item,
    ItemState,
    RequestDraft,
    ReviewVerdict,
    SubmissionDraft,
    Submitted,
)
from governance.evidence._measured import run_facts, scan_facts
from governance.evidence._moment import Moment, moment_of
from governance.evidence._originals import read_original
from governance.evidence._requests import read_requests, record_request
from governance.evidence._submitted import read_item, read_items, submitted_facts
from governance.evidence._submitting import record_submission, refuse_same_thing
from governance.evidence._types import Fact
from governance.ledger import Action, Actor, Subject
from governance.store import EvidenceReviewRow, EvidenceRow, table_of

__all__ = ["Evidence"]

_LONGEST_COMMENT = 10_000
_MEASURED = table_of(EvidenceRow)


@dataclass(frozen=True)
class Evidence:
    """Evidence of an open store."""

    _door: Door

    # what it states

    def facts(self, system: str, *, as_of: int | None = None) -> tuple[Fact, ...]:
        """Return what is stated of a system by runs, scans, reports and documents; `as_of` is a ledger size.

        Raise `InputError` for a size that the ledger never had.
        """
        with self._door.reading() as connection:
            return tuple(_facts(connection, system, moment_of(connection, self._door.clock, as_of)))

    def facts_by_system(self) -> Mapping[str, Sequence[Fact]]:
        """Return what is stated of each system now, in one read; a system of which nothing is stated is not there."""
        found: defaultdict[str, list[Fact]] = defaultdict(list)
        with self._door.reading() as connection:
            for fact in _facts(connection, None, moment_of(connection, self._door.clock, None)):
                found[fact.system].append(fact)
        return dict(found)

    def check(self, system: str, runs: Path, kinds: Collection[str] = CHECKED_KINDS) -> tuple[Fact, ...]:
        """Return what the product finds out of a system by itself now; `runs` is the folder of its run logs.

        Kinds that have no check find nothing.
        """
        if not CHECKED_KINDS.intersection(kinds):
            return ()
        # Lazy: the verifier and what it brings is needed here alone.
        from governance.evidence._checks import check_all  # noqa: PLC0415

        return check_all(self._door, system, runs, kinds, at=format_time(self._door.clock.now()))

    # handing in

    def submit(self, actor: Actor, draft: SubmissionDraft) -> Submitted:
        """Hand in a file; the same file saying the same changes nothing. Raise `InputError`, `MissingError`."""
        return self.submit_all(actor, [draft])[0]

    def submit_all(self, actor: Actor, drafts: Sequence[SubmissionDraft]) -> tuple[Submitted, ...]:
        """Hand in several files of one system, all or none; raise `InputError` also where two are about the same."""
        if not drafts or len({draft.system for draft in drafts}) > 1:
            raise InputError("files are handed in for one system at a time, one or more")
        for draft in drafts:
            check_draft(draft)
        refuse_same_thing(drafts)
        with self._door.change(actor, Permission.SUBMIT_EVIDENCE, drafts[0].system) as change:
            return tuple(record_submission(change, draft) for draft in drafts)

    def item(self, evidence: str) -> Item:
        """Return a submission; raise `MissingError` for one that is not there."""
        with self._door.reading() as connection:
            return _found(connection, moment_of(connection, self._door.clock, None), evidence)

    def items(self, system: str | None = None) -> tuple[Item, ...]:
        """Return submissions as they stand, newest first, of one system or of all."""
        with self._door.reading() as connection:
            return read_items(connection, moment_of(connection, self._door.clock, None), system=system)

    def original(self, evidence: str) -> bytes:
        """Return a submission's bytes; raise `MissingError` where they were erased, `IntegrityError` for others."""
        item = self.item(evidence)
        with self._door.reading() as connection:
            data = read_original(connection, item.digest)
        if data is None:
            raise MissingError(f"the file of {item.id} was erased", hint="assay retention erasures")
        return data

    # reviewing

    def accept(self, actor: Actor, evidence: str, *, comment: str = "") -> Item:
        """Let a submission count; raise `ForbiddenError` for its submitter, `InputError` where it cannot count."""
        return self._review(actor, evidence, ReviewVerdict.ACCEPTED, comment)

    def return_(self, actor: Actor, evidence: str, *, comment: str) -> Item:
        """Give a submission back, an accepted one too; raise as `accept` does, and `InputError` without a word."""
        if not comment.strip():
            raise InputError("whoever returns evidence says why", hint='--comment "what is missing"')
        return self._review(actor, evidence, ReviewVerdict.RETURNED, comment)

    def _review(self, actor: Actor, evidence: str, verdict: ReviewVerdict, comment: str) -> Item:
        if len(comment) > _LONGEST_COMMENT:
            raise InputError(f"a comment of {len(comment)} characters, expected at most {_LONGEST_COMMENT}")
        system = self.item(evidence).system
        with self._door.change(actor, Permission.ACCEPT_EVIDENCE, system) as change:
            moment = moment_of(change.connection, self._door.clock, None)
            item = _found(change.connection, moment, evidence)
            _refuse_again(item, verdict)
            four_eyes = _right_to_review(change.connection, change.actor, item, change.at)
            _record_review(change, item, verdict, comment, four_eyes=four_eyes)
            return _found(change.connection, moment, evidence)

    # asking

    def request(self, actor: Actor, draft: RequestDraft) -> EvidenceRequest:
        """Ask a person for evidence by a day; raise `InputError`, or `MissingError` for somebody who is not there."""
        with self._door.change(actor, Permission.REQUEST_EVIDENCE, draft.system) as change:
            return record_request(change, draft)

    def requests(self, *, system: str | None = None) -> tuple[EvidenceRequest, ...]:
        """Return requests as they stand, the first that is due first."""
        with self._door.reading() as connection:
            return read_requests(connection, moment_of(connection, self._door.clock, None), system=system)


def _facts(connection: Connection, system: str | None, moment: Moment) -> Iterator[Fact]:
    yield from run_facts(connection, system, moment)
    yield from scan_facts(connection, system, moment)
    yield from submitted_facts(connection, system, moment)


def _found(connection: Connection, moment: Moment, evidence: str) -> Item:
    item = read_item(connection, moment, evidence)
    if item is not None:
        return item
    measured = select(_MEASURED.c.kind, _MEASURED.c.subject).where(_MEASURED.c.evidence == evidence).limit(1)
    row = connection.execute(measured).first()
    if row is not None:
        raise InputError(
            f"{evidence} is the {row.kind} {row.subject}, which was measured: nobody has to accept it",
            hint="assay evidence facts",
        )
    raise MissingError(f"there is no evidence {evidence[:80]!r} that was handed in", hint="assay evidence list")


def _refuse_again(item: Item, verdict: ReviewVerdict) -> None:
    if item.review is None or (item.state is ItemState.SUBMITTED and verdict is ReviewVerdict.ACCEPTED):
        return  # a single user's word, too, which a team takes up anew
    if item.review.verdict is verdict or item.review.verdict is ReviewVerdict.RETURNED:
        raise InputError(
            f"{item.id} was {item.review.verdict.value} already", hint="hand in a new version, and look at that"
        )


def _right_to_review(connection: Connection, actor: Actor, item: Item, at: str) -> bool:
    """Return whether it is four eyes; raise `ForbiddenError` for whoever handed it in, or acts for them."""
    if actor.role == Role.OWNER.value:
        return False
    if actor.id == item.submitter:
        raise ForbiddenError("nobody reviews what they handed in themselves", hint="somebody else has to")
    lent = [one.delegated_by for one in _giving_roles(connection, actor, item.system, at)]
    if lent and all(giver == item.submitter for giver in lent):
        raise ForbiddenError("whoever handed it in lent you the role that would review it", hint="somebody else has to")
    return True


def _giving_roles(connection: Connection, actor: Actor, system: str, at: str) -> Iterator[CountedRole]:
    standing = standing_of(connection, actor.id, at=at)
    for one in () if standing is None else standing.counted:
        if Permission.ACCEPT_EVIDENCE in ROLE_PERMISSIONS[one.role] and covers(one.system, system):
            yield one


def _record_review(change: Change, item: Item, verdict: ReviewVerdict, comment: str, *, four_eyes: bool) -> None:
    cells: dict[str, Cell] = {
        "evidence": item.id,
        "system": item.system,
        "submitter": item.submitter,
        "reviewer": change.actor.id,
        "role": change.actor.role,
        "method": change.actor.method,
        "verdict": verdict.value,
        "four_eyes": int(four_eyes),
        "recorded_at": change.at,
    }
    action = Action.EVIDENCE_ACCEPTED if verdict is ReviewVerdict.ACCEPTED else Action.EVIDENCE_RETURNED
    subject = Subject(type="evidence", id=item.id, version=item.version, digest=item.digest)
    details: dict[str, JsonValue] = {"system": item.system, "four_eyes": four_eyes}
    payload: dict[str, JsonValue] | None = {"comment": comment} if comment else None
    change.record(action, subject, [StateRow(EvidenceReviewRow, cells)], details, payload=payload)
