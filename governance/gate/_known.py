"""What a record tells the gate beside the runs that are judged: evidence, releases, attempts, people and obligations.

Rules of this place: frozen values without a store behind them; what nobody can tell is None, and a policy that asks
for it is inconclusive.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from assay.kernel import InputError, JsonValue, decimal_text
from governance.evidence import Fact

__all__ = [
    "ApplicationRef",
    "Attempt",
    "AttemptKind",
    "AttemptValue",
    "BaselineRelease",
    "EvidenceRef",
    "Obligations",
    "RecordFacts",
    "ReleaseRef",
    "SignOff",
]


@dataclass(frozen=True, kw_only=True)
class Obligations:
    """What is open for the system at the time of the decision."""

    open_risks: tuple[str, ...]  # ids of risks that are open or undecided
    overdue_reviews: tuple[str, ...]  # of risks, controls and acts whose review was due
    incomplete_duties: tuple[str, ...]  # ids of legal duties that are due and lack evidence
    overdue_duties: tuple[str, ...] = ()  # of those whose evidence somebody should have completed by now
    catalogue: str = ""  # digest of what the risks were told by
    own_files: tuple[str, ...] = ()  # of those, what does not come with the product: it may ask for less


@dataclass(frozen=True, kw_only=True)
class SignOff:
    """One person's answer about exactly what is decided about, as it stands now."""

    person: str  # pseudonym
    role: str
    approved: bool  # False: they refused
    expires_at: str
    four_eyes: bool  # False: a single user answered their own request
    evidence: "tuple[EvidenceRef, ...] | None" = None  # that lay before them; None: they saw the run or the release


@dataclass(frozen=True, kw_only=True)
class ReleaseRef:
    """The release that is decided about."""

    release: str  # id
    system: str
    digest: str  # of its manifest
    runs: Mapping[str, str]  # run → digest of its log, as the manifest names them
    scans: Mapping[str, str]  # scan → digest


@dataclass(frozen=True, kw_only=True)
class BaselineRelease:
    """A release whose manifest names the baseline."""

    release: str
    state: str  # `released`, `superseded`, `recalled`, …


@dataclass(frozen=True, kw_only=True)
class ApplicationRef:
    """Which recorded runs asked the very application that is decided about."""

    runs: frozenset[str]
    described: str  # its version and commit, for people


class AttemptKind(StrEnum):
    """How a recorded run stands to the one that is decided about."""

    CANDIDATE = "candidate"  # the run itself
    REPEAT = "repeat"  # the same application, questions and policy: other judges, seeds and draws are repeats
    COPY = "copy"  # the very verdicts, under another name
    REDECLARED = "redeclared"  # another declared version of what is the same by commit and options
    OTHER_QUESTIONS = "other_questions"  # the same application under the same policy was asked other questions
    OTHER_ANSWERS = "other_answers"  # other answers to the same questions, with no application named
    OTHER_POLICY = "other_policy"  # the same work under another policy
    UNFINISHED = "unfinished"  # a repeat that stopped early, or has no score


@dataclass(frozen=True, kw_only=True)
class AttemptValue:
    """What an attempt measured on one metric."""

    metric: str
    mean: float | None
    lower: float | None  # 95 % interval
    upper: float | None
    scored: int
    asked: int
    labels: int = 0  # by which people corrected the estimate since

    def as_json(self) -> dict[str, JsonValue]:
        """Return the recorded form."""
        numbers = {"mean": self.mean, "lower": self.lower, "upper": self.upper}
        texts = {name: None if value is None else decimal_text(value) for name, value in numbers.items()}
        return {"metric": self.metric, **texts, "scored": self.scored, "asked": self.asked, "labels": self.labels}

    @classmethod
    def from_json(cls, document: Mapping[str, JsonValue]) -> "AttemptValue":
        """Read the recorded form back; raise `KeyError` or `ValueError` for one that is not ours."""
        return cls(
            metric=str(document["metric"]),
            mean=_number(document["mean"]),
            lower=_number(document["lower"]),
            upper=_number(document["upper"]),
            scored=int(str(document["scored"])),
            asked=int(str(document["asked"])),
            labels=int(str(document.get("labels", 0))),
        )


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One recorded run at the same candidate."""

    run: str
    digest: str
    seq: int  # of its entry; the order of attempts
    created_at: str
    kind: AttemptKind
    declared: str = ""  # the version that it says
    values: tuple[AttemptValue, ...] = ()
    dropped: int | None = 0  # other questions: how many of its own the candidate was not asked; None: nobody can tell

    def as_json(self) -> dict[str, JsonValue]:
        """Return the recorded form."""
        return {
            "run": self.run,
            "digest": self.digest,
            "seq": self.seq,
            "created_at": self.created_at,
            "kind": self.kind.value,
            "declared": self.declared,
            "values": [value.as_json() for value in self.values],
            "dropped": self.dropped,
        }

    @classmethod
    def from_json(cls, document: JsonValue) -> "Attempt":
        """Read the recorded form back; raise `InputError` for one that is not ours."""
        if not isinstance(document, Mapping):
            raise InputError(f"not a recorded attempt: {document!r}")
        values, dropped = document["values"], document["dropped"]
        return cls(
            run=str(document["run"]),
            digest=str(document["digest"]),
            seq=int(str(document["seq"])),
            created_at=str(document["created_at"]),
            kind=AttemptKind(str(document["kind"])),
            declared=str(document["declared"]),
            values=tuple(AttemptValue.from_json(one) for one in _list(values) if isinstance(one, Mapping)),
            dropped=dropped if isinstance(dropped, int) else None,
        )


@dataclass(frozen=True, kw_only=True, order=True)
class EvidenceRef:
    """A piece of evidence that a decision rests on."""

    evidence: str  # id
    digest: str

    def as_json(self) -> dict[str, JsonValue]:
        """Return the recorded form."""
        return {"evidence": self.evidence, "digest": self.digest}

    @classmethod
    def from_json(cls, document: JsonValue) -> "EvidenceRef":
        """Read the recorded form back; raise `InputError` for one that is not ours."""
        if not isinstance(document, Mapping):
            raise InputError(f"not recorded evidence: {document!r}")
        return cls(evidence=str(document["evidence"]), digest=str(document["digest"]))


@dataclass(frozen=True, kw_only=True)
class RecordFacts:
    """What the record knows at the time of the decision. Without a record there is none of it."""

    facts: tuple[Fact, ...] = ()  # of the system
    application: ApplicationRef | None = None  # None: the run names no application
    release: ReleaseRef | None = None
    baselines: tuple[BaselineRelease, ...] = ()  # releases that name the baseline
    obligations: Obligations | None = None
    sign_offs: tuple[SignOff, ...] = ()
    stale: Mapping[str, str] = field(default_factory=dict)  # run or evidence → what it rests on that has changed


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _number(text: JsonValue) -> float | None:
    return None if text is None else float(str(text))
