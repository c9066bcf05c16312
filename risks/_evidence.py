"""What proves a control, and what that does not prove: rules of evidence, as types."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

__all__ = ["MEASURED", "Ask", "Automation", "EvidenceKind", "Rule", "RuleBook"]


class EvidenceKind(StrEnum):
    """A kind of evidence. What it is about (`Ask.of`) is a name within the kind."""

    METRIC = "metric"  # an estimate of a recorded run, by metric id
    SUITE = "suite"  # the rate of resistance in a suite of attacks, by suite id
    FILTER = "filter"  # the measured quality of a filter that is in use, by filter
    SCAN = "scan"  # what a filter found in recorded rows, by filter
    DATA_QUALITY = "data_quality"  # a check of data against written expectations
    EVALUATION_SET = "evaluation_set"  # a check of the questions that a run asked
    DRIFT = "drift"  # a comparison of a window with a reference window
    INFERENCE_TABLE = "inference_table"  # a check of recorded requests and answers
    RUN_LOG = "run_log"  # a check of a run's log against its digests
    LINEAGE = "lineage"  # a check that a trail is unbroken
    LEDGER_VERIFICATION = "ledger_verification"  # the product's own log, verified
    VULNERABILITY_SCAN = "vulnerability_scan"  # an imported report of a scanner
    APPROVAL = "approval"  # the recorded yes of an authorised person
    SBOM = "sbom"  # a bill of materials
    DOCUMENT = "document"  # a document that a person hands in
    ATTESTATION = "attestation"  # the word of somebody who can know, with a document behind it


class Automation(StrEnum):
    """Whether a control's evidence comes without anybody handing it in."""

    AUTOMATIC = "automatic"
    PARTLY = "partly"
    BY_HAND = "by_hand"


# What the product measures itself or reads from another tool's report; everything else a person hands in.
MEASURED: Final = frozenset(EvidenceKind) - {
    EvidenceKind.APPROVAL,
    EvidenceKind.SBOM,
    EvidenceKind.DOCUMENT,
    EvidenceKind.ATTESTATION,
}


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One piece of evidence that a rule asks for. All that apply to a risk are needed together."""

    kind: EvidenceKind
    of: str  # metric, suite, filter or check; for a document, approval or attestation: what it states
    risks: tuple[str, ...]  # risks for which it is asked; none: whatever the risk
    max_age_days: int
    at_least: str  # decimal; the lower end of the estimate's interval reaches it; empty: no such bound
    at_most: str  # decimal; the upper end of the estimate's interval stays within it; empty: no such bound
    min_n: int  # rows that were asked, at least; 0: no such bound
    owner: str  # attestation: the role that signs it
    document: str  # attestation: what is attached

    @property
    def automatic(self) -> bool:
        """Whether it comes without anybody handing it in."""
        return self.kind in MEASURED

    def applies_to(self, risk: str) -> bool:
        """Whether it is asked for on account of a risk."""
        return not self.risks or risk in self.risks


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What proves one control, and what that does not prove."""

    control: str  # Control.id
    proves: str
    does_not_prove: str
    example: str  # of good evidence
    evidence: tuple[Ask, ...]

    @property
    def automation(self) -> Automation:
        """Whether all, some or none of the evidence is automatic."""
        measured = sum(ask.automatic for ask in self.evidence)
        if measured == len(self.evidence):
            return Automation.AUTOMATIC
        return Automation.PARTLY if measured else Automation.BY_HAND

    def asked_for(self, risk: str) -> tuple[Ask, ...]:
        """Return the evidence that the control needs on account of a risk, all of it together."""
        return tuple(ask for ask in self.evidence if ask.applies_to(risk))


@dataclass(frozen=True, kw_only=True)
class RuleBook:
    """One file of rules, whole and checked."""

    id: str
    title: str
    version: str
    date: str  # ISO 8601
    source: str
    licence: str
    catalogue: str  # Catalogue.id
    rules: tuple[Rule, ...]
    digest: str
