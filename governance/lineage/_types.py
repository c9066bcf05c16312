"""What lineage is made of: artefacts with digests, and links that say what rests on what.

Rules of this place: an artefact is one version of something; upstream is what a thing rests on, downstream what rests
on it; no raw text, no absolute path. What belongs to no one system (a model, a commit) is of the system `*`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NewType

__all__ = [
    "ANY_SYSTEM",
    "NAMED_BY_PEOPLE",
    "REPLACED",
    "REPORTED",
    "Artefact",
    "ArtefactKey",
    "ArtefactKind",
    "Link",
    "Relation",
]

ANY_SYSTEM: Final = "*"
ArtefactKey = NewType("ArtefactKey", str)  # kind:name@digest


class ArtefactKind(StrEnum):
    """What can rest on something, or be rested on."""

    DOCUMENT = "document"
    SECTION = "section"
    PASSAGE = "passage"
    CORPUS = "corpus"  # or index
    QUESTION_SET = "question_set"
    DATASET = "dataset"
    PROMPT = "prompt"
    MODEL = "model"
    COMMIT = "commit"
    CONTAINER = "container"
    TARGET = "target"
    JUDGE = "judge"
    POLICY = "policy"
    RUN = "run"
    SCAN = "scan"
    EVIDENCE = "evidence"
    DECISION = "decision"
    RELEASE = "release"
    REPORT = "report"


class Relation(StrEnum):
    """How the downstream end rests on the upstream end."""

    PART = "part"  # holds it: a corpus its documents, a document's passage, a release its components
    ASKED = "asked"  # a run its question set
    READ = "read"  # a run the answers that it judged, or the corpus, where not every row names a document of it
    BESIDE = "beside"  # a run the corpus that was there, where every row names its own document: nothing is stale by it
    MEASURED = "measured"  # a run its target
    JUDGED = "judged"  # a run its judge
    USED = "used"  # a target or a judge its model or prompt, a run the commit or the container that it ran in
    TRAINED = "trained"  # a model its data
    BOUND = "bound"  # a run or a decision the policy that was fixed beforehand
    SCANNED = "scanned"  # a scan its rows
    SHOWS = "shows"  # a piece of evidence where it comes from
    DECIDED = "decided"  # a decision the run
    COMPARED = "compared"  # a decision the baseline
    ABOUT = "about"  # a report, an evidence or a release its subject


# Of these a newer version takes the place of the older one, so what rests on the older one is stale. Versions of the
# others stand beside each other: a second target, commit or run makes nothing wrong that was measured on the first.
REPLACED: Final = frozenset(
    {ArtefactKind.DOCUMENT, ArtefactKind.SECTION, ArtefactKind.QUESTION_SET, ArtefactKind.DATASET}
)
REPORTED: Final = "reported:"  # a model's version that its vendor states and may change without a word

# Their names are those of people's files and may be a person's: the store keeps them where they can be erased.
NAMED_BY_PEOPLE: Final = frozenset({ArtefactKind.DOCUMENT, ArtefactKind.SECTION, ArtefactKind.DATASET})


@dataclass(frozen=True, kw_only=True, slots=True)
class Artefact:
    """One version of something."""

    kind: ArtefactKind
    name: str  # an id, or the name by which people know it; of a document its path below the corpus' folder
    digest: str | None  # tagged digest of its content, or the version that it states; None where it has neither
    system: str  # * where it belongs to none

    @property
    def key(self) -> ArtefactKey:
        """The same for the same version of the same thing within a system."""
        return ArtefactKey(f"{self.kind}:{self.name}" + ("" if self.digest is None else f"@{self.digest}"))

    @property
    def label(self) -> str:
        """The thing whatever its version, as commands take it."""
        return f"{self.kind}:{self.name}"

    @property
    def is_replaced(self) -> bool:
        """Whether a newer version of it takes its place."""
        return self.kind in REPLACED or (self.digest or "").startswith(REPORTED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """That one thing rests on another."""

    upstream: Artefact
    downstream: Artefact
    relation: Relation
