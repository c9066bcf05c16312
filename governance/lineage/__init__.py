"""Lineage: what rests on what, from a document to a report, and what is stale where something changed."""

from governance.lineage._activities import Activity
from governance.lineage._drawing import draw, rows_of
from governance.lineage._findings import TaintFinding
from governance.lineage._measured import (
    RunParts,
    corpus_links,
    corpus_of,
    dataset_of,
    decision_links,
    documents_of,
    evidence_of,
    policy_of,
    release_of,
    run_of,
    scan_links,
)
from governance.lineage._reported import report_links
from governance.lineage._service import CONSEQUENCES, Impact, Lineage, Tie, parse_label
from governance.lineage._staleness import StaleReason
from governance.lineage._types import (
    ANY_SYSTEM,
    NAMED_BY_PEOPLE,
    REPLACED,
    REPORTED,
    Artefact,
    ArtefactKey,
    ArtefactKind,
    Link,
    Relation,
)

__all__ = [
    "ANY_SYSTEM",
    "CONSEQUENCES",
    "NAMED_BY_PEOPLE",
    "REPLACED",
    "REPORTED",
    "Activity",
    "Artefact",
    "ArtefactKey",
    "ArtefactKind",
    "Impact",
    "Lineage",
    "Link",
    "Relation",
    "RunParts",
    "StaleReason",
    "TaintFinding",
    "Tie",
    "corpus_links",
    "corpus_of",
    "dataset_of",
    "decision_links",
    "documents_of",
    "draw",
    "evidence_of",
    "parse_label",
    "policy_of",
    "release_of",
    "report_links",
    "rows_of",
    "run_of",
    "scan_links",
]
