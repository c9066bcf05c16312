"""One kind of evidence that a duty names, held against what the record has of it.

Rules of this place: a kind is there as what the product measures (`recorded_as` of the duties' file), or as a document
or attestation under its name that somebody else accepted; either does, but a measurement that speaks against it is not
outshone by a document, and one that shows half of it does not do alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from governance.evidence import Conclusion, Fact
from governance.status import Moment, hold, key_of
from risks import Ask, EvidenceKind
from risks.act import RecordedAs

__all__ = ["DutyShown", "PieceStatus", "Shelves", "not_owed"]

_NO_AGE: Final = 36_525  # days: a document counts until it expires
_BY_HAND: Final = (EvidenceKind.DOCUMENT, EvidenceKind.ATTESTATION)
# What decides where a kind is there in several ways: what speaks against it, then what shows it, then what is open.
_DECIDES: Final = (
    Conclusion.ERROR,
    Conclusion.NOT_SATISFIED,
    Conclusion.SATISFIED,
    Conclusion.NOT_APPLICABLE,
    Conclusion.INCONCLUSIVE,
)


class DutyShown(StrEnum):
    """What people are shown of a duty; the words are DESIGN's."""

    COMPLETE = "evidence complete"
    MISSING = "missing"  # inside: inconclusive, and nothing was handed in
    UNDECIDED = "undecided"  # inside: inconclusive or not satisfied; something is there, and people decide
    NOT_APPLICABLE = "not applicable"
    ERROR = "error"


_SHOWN: Final = {
    Conclusion.SATISFIED: DutyShown.COMPLETE,
    Conclusion.NOT_APPLICABLE: DutyShown.NOT_APPLICABLE,
    Conclusion.INCONCLUSIVE: DutyShown.UNDECIDED,
    Conclusion.NOT_SATISFIED: DutyShown.UNDECIDED,
    Conclusion.ERROR: DutyShown.ERROR,
}


@dataclass(frozen=True, kw_only=True)
class PieceStatus:
    """One kind of evidence that a duty names."""

    kind: str
    shown: DutyShown
    outcome: Conclusion  # what it is inside
    reason: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class _Held:
    outcome: Conclusion
    reason: str
    evidence: tuple[str, ...]


class Shelves:
    """The facts about a system where pieces look for them: by kind and name, and by kind alone."""

    def __init__(self, facts: Iterable[Fact], moment: Moment) -> None:
        """Sort the facts; those of other systems must not be among them."""
        shelves: defaultdict[tuple[str, str], list[Fact]] = defaultdict(list)
        for fact in facts:
            shelves[key_of(fact.kind, fact.of)].append(fact)
            shelves[fact.kind, ""].append(fact)
        self._facts = dict(shelves)
        self._moment = moment

    def piece(self, kind: str, recorded: Mapping[str, RecordedAs]) -> PieceStatus:
        """Return how a kind of evidence is there."""
        way = recorded.get(kind)
        measured = [] if way is None else self._held(_ask(one, way.of, way.days) for one in way.recorded)
        by_hand = self.by_hand(kind)
        if way is not None and way.needs_document and not by_hand:
            measured = [_half(one, way.needs_document) for one in measured]
        found = min([*measured, *by_hand], key=lambda one: _DECIDES.index(one.outcome), default=None)
        if found is None:
            return PieceStatus(
                kind=kind,
                shown=DutyShown.MISSING,
                outcome=Conclusion.INCONCLUSIVE,
                reason="nobody handed it in",
                evidence=(),
            )
        shown = _SHOWN[found.outcome]
        return PieceStatus(kind=kind, shown=shown, outcome=found.outcome, reason=found.reason, evidence=found.evidence)

    def by_hand(self, of: str) -> list[_Held]:
        """Return what the documents and attestations of a name come to."""
        return self._held(_ask(kind, of, _NO_AGE) for kind in _BY_HAND)

    def _held(self, asks: Iterable[Ask]) -> list[_Held]:
        there = [(ask, facts) for ask in asks if (facts := self._facts.get(key_of(ask.kind.value, ask.of)))]
        return [self._hold(ask, facts) for ask, facts in there]

    def _hold(self, ask: Ask, facts: Sequence[Fact]) -> _Held:
        found = hold(ask, facts, self._moment)
        return _Held(found.outcome, found.reason, found.evidence)


def not_owed(part: str) -> str:
    """Return the name under which somebody hands in why a duty for a part of a class is not theirs."""
    return f"not owed: {part}"


def _half(one: _Held, lacks: str) -> _Held:
    """Return a measurement that shows half of what is asked for."""
    if one.outcome is not Conclusion.SATISFIED:
        return one
    return _Held(Conclusion.INCONCLUSIVE, f"a document is needed beside what is measured: {lacks}", one.evidence)


def _ask(kind: EvidenceKind, of: str, days: int) -> Ask:
    return Ask(kind=kind, of=of, risks=(), max_age_days=days, at_least="", at_most="", min_n=0, owner="", document="")
