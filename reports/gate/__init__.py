"""A gate's decision as files: for a merge request, for CI and code-scanning services, and as an attestation."""

from reports.gate._artifacts import artifacts_of
from reports.gate._explaining import explained
from reports.gate._json import json_document
from reports.gate._junit import junit_document
from reports.gate._markdown import MOST_CHARACTERS, markdown_document
from reports.gate._next_steps import NEXT_STEPS, next_step
from reports.gate._sarif import sarif_document
from reports.gate._sheet import Artifact, GateSheet
from reports.gate._statement import PREDICATE_TYPE, STATEMENT_TYPE, statement_document
from reports.gate._words import describe_need, describe_observed

__all__ = [
    "MOST_CHARACTERS",
    "NEXT_STEPS",
    "PREDICATE_TYPE",
    "STATEMENT_TYPE",
    "Artifact",
    "GateSheet",
    "artifacts_of",
    "describe_need",
    "describe_observed",
    "explained",
    "json_document",
    "junit_document",
    "markdown_document",
    "next_step",
    "sarif_document",
    "statement_document",
]
