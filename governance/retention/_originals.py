"""Files of evidence under the eyes of whoever erases: what holds a text, what belongs to a submission, what is held.

Rules of this place: one file is looked at after the other, so that memory stays that of the largest; a hold on a system
keeps the files of its evidence, also those that another system's evidence shares.
"""

from collections.abc import Callable, Iterable

from sqlalchemy import Connection, select

from assay.kernel import MissingError
from governance.retention._types import Hold, HoldScope
from governance.store import (
    CommentRow,
    EvidenceOriginalRow,
    EvidenceReviewRow,
    EvidenceSubmissionRow,
    LedgerPayload,
    LineageArtefactRow,
    LineageNameRow,
    table_of,
)

__all__ = ["evidence_traces", "held_names", "held_originals", "originals_with"]

_ORIGINALS, _SUBMISSIONS = table_of(EvidenceOriginalRow), table_of(EvidenceSubmissionRow)
_REVIEWS, _COMMENTS, _PAYLOADS = table_of(EvidenceReviewRow), table_of(CommentRow), table_of(LedgerPayload)
_NAMES, _ARTEFACTS = table_of(LineageNameRow), table_of(LineageArtefactRow)


def evidence_traces(connection: Connection, evidence: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return the digest of a submission's file, where it is there, and the entries with words about it."""
    submission = select(_SUBMISSIONS.c.seq, _SUBMISSIONS.c.digest).where(_SUBMISSIONS.c.evidence == evidence)
    row = connection.execute(submission).first()
    if row is None:
        raise MissingError(f"there is no evidence {evidence[:80]!r} that was handed in", hint="assay evidence list")
    reviews = select(_REVIEWS.c.seq).where(_REVIEWS.c.evidence == evidence)
    comments = select(_COMMENTS.c.seq).where(_COMMENTS.c.subject_type == "evidence", _COMMENTS.c.subject == evidence)
    seqs = [row.seq, *(seq for (seq,) in connection.execute(reviews.union(comments)))]
    there = select(_PAYLOADS.c.seq).where(_PAYLOADS.c.seq.in_(seqs)).order_by(_PAYLOADS.c.seq)
    files = select(_ORIGINALS.c.digest).where(_ORIGINALS.c.digest == row.digest)
    return (
        tuple(str(digest) for (digest,) in connection.execute(files)),
        tuple(int(seq) for (seq,) in connection.execute(there)),
    )


def originals_with(connection: Connection, wanted: Callable[[str, bytes], bool]) -> tuple[str, ...]:
    """Return the digests of the files that are wanted."""
    rows = connection.execution_options(yield_per=1).execute(
        select(_ORIGINALS.c.digest, _ORIGINALS.c.data).order_by(_ORIGINALS.c.digest)
    )
    return tuple(str(digest) for digest, data in rows if wanted(digest, bytes(data)))


def held_originals(connection: Connection, holds: Iterable[Hold]) -> frozenset[str]:
    """Return the digests of the files that holds keep."""
    in_force = [hold for hold in holds if hold.lifted_at is None]
    kept = select(_SUBMISSIONS.c.digest)
    if not any(hold.scope_type is HoldScope.ALL for hold in in_force):
        systems = [hold.scope for hold in in_force if hold.scope_type is HoldScope.SYSTEM]
        kept = kept.where(_SUBMISSIONS.c.system.in_(systems))
    return frozenset(str(digest) for (digest,) in connection.execute(kept))


def held_names(connection: Connection, holds: Iterable[Hold]) -> frozenset[str]:
    """Return the pseudonyms of the names of documents that holds keep, also those that another system shares."""
    in_force = [hold for hold in holds if hold.lifted_at is None]
    kept = select(_NAMES.c.pseudonym).join(_ARTEFACTS, _ARTEFACTS.c.name == _NAMES.c.pseudonym)
    if not any(hold.scope_type is HoldScope.ALL for hold in in_force):
        systems = [hold.scope for hold in in_force if hold.scope_type is HoldScope.SYSTEM]
        kept = kept.where(_ARTEFACTS.c.system.in_(systems))
    return frozenset(str(pseudonym) for (pseudonym,) in connection.execute(kept))
